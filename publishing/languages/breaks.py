"""Where a line of Chinese ends: in headings, titles and questions, between words.

Browsers break Chinese between any two characters, which running text bears. Python
and CSS know nothing of its words; Node's Intl.Segmenter does.
"""

import re

from docutils import nodes

from explorables.words import BREAK, BROKEN
from publishing.breakable import breakable
from publishing.languages import language_of
from publishing.languages.catalogues import folder_of, read
from publishing.review import prompt_question

TITLES = nodes.title, nodes.term, prompt_question
# Up to a mark: where one is short, its line ends after it, not within it.
CLAUSE = re.compile("[^，。：；？！、]+[，。：；？！、]*")
SHORT = 8  # characters: they fit a line of the narrowest screen
UNSPACED = ("zh", "ja", "th", "lo", "km", "my")  # languages


def with_breaks(app, texts):
    """Return {text: the text with BREAK between its words}, of those that have any."""
    from publishing.live import run_node

    texts = [*dict.fromkeys(texts)]
    if not texts or not language_of(app.config).startswith(UNSPACED):
        return {}
    broken = run_node("with_breaks.cjs", texts)
    return {a: b for a, b in zip(texts, broken, strict=True) if a != b}


def title_breaks(app):
    """Return with_breaks of the titles of all plots, and of all questions."""
    if not hasattr(app, "title_breaks"):
        folder = folder_of(app.srcdir, language_of(app.config))
        app.title_breaks = with_breaks(
            app,
            (
                message.string
                for path in sorted(folder.rglob("*.po"))
                for message in read(path)
                if message.id and BROKEN & {*message.auto_comments}
            ),
        )
    return app.title_breaks


def break_headings(app, doctree, page):
    """Let the lines of a page's headings and of its lists' terms end between words."""
    titles = doctree.findall(lambda one: isinstance(one, TITLES))
    texts = [
        text
        for title in titles
        for text in title.findall(nodes.Text)
        if not isinstance(text.parent, (nodes.literal, nodes.math, nodes.raw))
    ]
    broken = with_breaks(app, map(str, texts))
    for text in texts:
        if str(text) in broken:
            pieces = CLAUSE.sub(_whole, broken[str(text)]).split(BREAK)
            text.parent.replace(text, breakable(pieces))


def _whole(clause):
    """Return a clause, without its breaks if it is short."""
    whole = clause[0].replace(BREAK, "")
    return whole if len(whole) <= SHORT else clause[0]


def setup(app):
    """Register the extension with Sphinx."""
    app.connect("doctree-resolved", break_headings, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
