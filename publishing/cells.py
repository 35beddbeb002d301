"""Which cells of a notebook are to be completed by the reader."""

from docutils import nodes

TAG = "live"


def is_live(node):
    """Return whether a node of a page is a code cell with the tag `live`."""
    return isinstance(node, nodes.container) and f"tag_{TAG}" in node["classes"]
