"""Cells that a reader completes and runs, on the page and in a kernel.

In: a code cell with the tag `live`. Its last line is an expression that checks what the
lines above define, as `judge.variance(var)` does. Out: the cell as on every page,
without its output, and below it the place where `begin.js` offers an editor. That
and MicroPython are one script, `live-cells.js`, which is loaded at the first press; in
another language than English it begins with the judge's sentences.
"""

import ast
import html
import json
import pathlib

from docutils import nodes
from sphinx.transforms import SphinxTransform
from sphinx.util import logging

from explorables.base import item_of
from publishing.cells import is_live
from publishing.languages import sentences_of
from publishing.record import exercise_above

logger = logging.getLogger(__name__)
STATIC = pathlib.Path(__file__).parent / "static"
SCRIPT = "live-cells.js"


class MarkLiveCells(SphinxTransform):
    """Give each live cell the place of its editor, and the name of its record."""

    default_priority = 15  # before a translation: all languages have one name

    def apply(self, **options):
        """Find the cells with the tag."""
        for cell in [*self.document.findall(is_live)]:
            source = next(iter(cell.findall(nodes.literal_block))).astext()
            lines = lines_of_check(source)
            if lines is None:
                logger.warning(
                    "the last statement of a live cell is to be an expression that "
                    "checks the cell, such as judge.variance(var)",
                    location=cell,
                    type="live",
                )
                continue
            del cell.children[1:]  # the output of what is not written yet
            text = exercise_above(cell)
            item = item_of(text.rawsource if text else source)
            place = nodes.raw(
                text=f'<div class="zm-live" data-cell="{html.escape(item)}" '
                f'data-check="{lines}"></div>',
                format="html",
            )
            if not text:  # no exercise with a number, but one to be counted
                place["exercise"], place["number"] = item, name_in(source)
            cell += place


def lines_of_check(source):
    """Return how many lines the check at a cell's end has; None if there is none."""
    try:
        last = ast.parse(source).body[-1]
    except (SyntaxError, IndexError):
        return None
    if not isinstance(last, ast.Expr):
        return None
    return len(source.rstrip().split("\n")) - last.lineno + 1


def name_in(source):
    """Return the name of the first function or class that a cell defines, or ""."""
    kinds = (ast.FunctionDef, ast.ClassDef)
    return next(
        (node.name for node in ast.parse(source).body if isinstance(node, kinds)), ""
    )


def configure(app, config):
    """Have the script copied; no page has it in its head."""
    config.html_static_path.append(str(STATIC))


def translate_script(app, exception):
    """Put the judge's sentences into the script that was copied."""
    if exception or app.builder.format != "html" or not (words := sentences_of(app)):
        return
    path = pathlib.Path(app.outdir, "_static", SCRIPT)
    content = json.dumps(words, ensure_ascii=False, sort_keys=True)
    script = (STATIC / SCRIPT).read_text("utf-8")
    path.write_text(f"zeroMeanUnitVariance.sentences={content};\n{script}", "utf-8")


def setup(app):
    """Register the extension with Sphinx."""
    app.add_transform(MarkLiveCells)
    app.connect("config-inited", configure)
    app.connect("build-finished", translate_script)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
