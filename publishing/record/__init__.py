"""What readers do and keep: exercises to tick, and a list of all there is to do.

In: a page's explorables, and its exercises: paragraphs that begin with a bold number,
each with its folded solution below. Out: a name for each page, for its script; a box in
each solution; and `_static/things-to-do.js`, which the page `your_book` alone loads.
What the browser keeps, and how, is in `format.js` and `store.js`.
"""

import html
import json
import pathlib
import re

from docutils import nodes
from sphinx.transforms import SphinxTransform

import explorables
from explorables.base import item_of
from publishing.cells import is_live
from publishing.chapters import chapters_of
from publishing.live import state_in

NUMBER = re.compile(r"\*\*(\d+)\.\*\*")
# The page of one's own record, and what it alone loads.
PAGE = "your_book"
LIST = "things-to-do.js"


class MarkExercises(SphinxTransform):
    """Give each exercise's folded solution a name, and a box to tick."""

    default_priority = 15  # before a translation: all languages have one name

    def apply(self, **options):
        """Find the solutions that follow an exercise's text."""
        for cell in self.document.findall(nodes.container):
            if cell.get("hide_mode") != "all":
                continue
            if text := exercise_above(cell):
                item = item_of(text.rawsource)
                mark = f'<p class="zm-exercise" data-exercise="{item}"></p>'
                number = NUMBER.match(text.rawsource)[1]
                cell += nodes.raw(
                    text=mark, format="html", exercise=item, number=number
                )


def exercise_above(cell):
    """Return the paragraph that begins with a bold number above a cell, or None.

    Between an exercise's text and its solution there may be the cell to be written.
    """
    for node in reversed(cell.parent[: cell.parent.index(cell)]):
        if isinstance(node, nodes.container) and not is_live(node):
            return None  # another cell
        if isinstance(node, nodes.paragraph) and NUMBER.match(node.rawsource):
            return node
    return None


def things_of(doctree):
    """Yield what there is to do on a page: {"name", "text", "id"} each.

    The name is the record's; the id is that of the place, or "".
    """
    for node in doctree.findall(nodes.raw):
        place = next((one for one in ancestors(node) if one.get("ids")), {"ids": [""]})
        if "exercise" in node:
            yield {
                "name": f"exercise:{node['exercise']}",
                "text": node["number"],
                "id": place["ids"][0],
            }
        for name, text in answers_in(node.astext()).items():
            # Each question of a quiz has its own place.
            here = name.replace(":", "-") if name.startswith("quiz:") else ""
            yield {"name": name, "text": text, "id": here or place["ids"][0]}


def ancestors(node):
    """Yield the nodes around a node, from within outwards."""
    while node := node.parent:
        yield node


def answers_in(figure):
    """Return what an explorable, as HTML, asks: {the answer's record: question}."""
    state = state_in(figure)
    return getattr(explorables, state["kind"]).questions_of(state) if state else {}


def collect(app, doctree):
    """Remember what there is to do on the page that was read."""
    app.env.metadata[app.env.docname]["things_to_do"] = [*things_of(doctree)]


def name_page(app, pagename, templatename, context, doctree):
    """Tell a page its name; give the reader's own page what it loads."""
    if doctree is None:
        return
    name = f'<meta name="zm-page" content="{html.escape(pagename)}">\n'
    context["metatags"] = context.get("metatags", "") + name
    if pagename == PAGE:
        app.add_js_file(LIST, priority=600, loading_method="defer")
        app.add_js_file("your-book.js", priority=601, loading_method="defer")


def write_list(app, exception):
    """Write what there is to do in each chapter, in one script."""
    if exception or app.builder.format != "html" or PAGE not in app.env.found_docs:
        return
    chapters = [
        {
            "page": page,
            "address": app.builder.get_relative_uri(PAGE, page),
            "title": app.env.titles[page].astext(),
            "things": app.env.metadata[page].get("things_to_do", []),
        }
        for page in chapters_of(app.env)
    ]
    content = json.dumps(chapters, ensure_ascii=False)
    path = pathlib.Path(app.outdir, "_static", LIST)
    path.write_text(f"zeroMeanUnitVariance.chapters = {content};\n", encoding="utf-8")


def setup(app):
    """Register the extension with Sphinx."""
    app.add_transform(MarkExercises)
    # After publishing.page, whose ids it needs.
    app.connect("doctree-read", collect, priority=700)
    app.connect("html-page-context", name_page)
    app.connect("build-finished", write_list)
    return {
        "env_version": 1,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
