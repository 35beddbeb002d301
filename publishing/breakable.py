"""Text that may go on in the next line at given places."""

from docutils import nodes


def breakable(pieces):
    """Return nodes for pieces of text, between which a line of a page may end."""
    first, *rest = pieces
    found = [nodes.Text(first)]
    for piece in rest:
        found += [nodes.raw(text="<wbr>", format="html"), nodes.Text(piece)]
    return found
