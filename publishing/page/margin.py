"""What a cited paper or public issue is called, in the margin beside its link.

The bibliography knows it by its address. The note is an attribute, which book.css
writes where a screen has a margin: nobody's search, screen reader or copy of a sentence
meets it there.
"""

import html

from docutils import nodes
from pybtex.richtext import Text
from sphinx.locale import _
from sphinx.transforms.post_transforms import SphinxPostTransform

MOST_NAMES = 3


def note_of(entry):
    """Return the authors, year and title of a work of the bibliography.

    entry: pybtex's. An issue has no authors: its number and repository stand there.
    """
    names = [
        " ".join(map(plain, person.last_names))
        for person in entry.persons.get("author", ())
    ]
    if len(names) > MOST_NAMES:
        names = [names[0] + _(" et al.")]
    who = " & ".join([", ".join(names[:-1]), names[-1]] if names[1:] else names)
    place, year = (entry.fields.get(one, "") for one in ("howpublished", "year"))
    source = f"{who} {year}" if who else ", ".join(filter(None, [plain(place), year]))
    return ": ".join(filter(None, [source, plain(entry.fields["title"])]))


def plain(latex):
    """Return a field of a .bib file as text."""
    return str(Text.from_latex(latex))


class NoteWorks(SphinxPostTransform):
    """Add its note to the first link of a page's prose to each work."""

    default_priority = 900  # when citations have been resolved
    formats = ("html",)

    def run(self, **options):
        """Insert an element after each such link of self.document."""
        domain = self.env.domains.get("cite")
        notes = {}
        for entry in domain.bibdata.data.entries.values() if domain else ():
            if "url" in entry.fields:
                notes[entry.fields["url"]] = note_of(entry)
        for link in [*self.document.findall(nodes.reference)]:
            cited = any("bibtex" in name for name in link.parent.get("classes", ()))
            note = notes.pop(link.get("refuri"), cited and link.get("reftitle"))
            if note and isinstance(link.parent, nodes.TextElement) and in_prose(link):
                span = f'<span class="zm-note" data-note="{html.escape(note)}"></span>'
                place = link.parent.index(link) + 1
                link.parent.insert(place, nodes.raw(text=span, format="html"))


def in_prose(node):
    """Return whether a node stands neither in a table, nor in a heading or an entry."""
    while node := node.parent:
        if isinstance(node, nodes.table | nodes.title | nodes.citation):
            return False
    return True


def setup(app):
    """Register the extension with Sphinx."""
    app.add_post_transform(NoteWorks)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
