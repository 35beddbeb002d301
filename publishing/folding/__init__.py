"""What a prediction is about stays folded until it is made.

In: a page with `Predict`s. Out: behind each one a fold, which holds the folded output
of the cell above it, and what follows, up to the next heading, the next thing to do,
or the comment `<!-- unfold -->`. `fold.js` opens it with the guess; without a script
its summary does.
"""

import re

from docutils import nodes
from sphinx.locale import _

from publishing.cells import is_live

PREDICT = re.compile(r'<div class="zm-static" data-model="([^"]*)" data-kind="Predict"')
END = re.compile(r"<!--\s*unfold\s*-->")
# In the source, which is English whatever the language of the page.
TO_DO = re.compile(r"\*\*Predict")
EXERCISE = re.compile(r"\*\*\d+\.\*\*")


class fold(nodes.General, nodes.Element):
    """What stands behind a prediction."""


def fold_behind(app, doctree):
    """Put what each prediction would be spoiled by behind its fold."""
    for node in [*doctree.findall(nodes.raw)]:
        if not (found := PREDICT.search(node.astext())):
            continue
        cell = _cell_of(node)
        around = cell.parent
        behind = fold(model=found[1], summary=_("Show the answer"))
        _take_output(around, cell, behind)
        index = around.index(cell) + 1
        while index < len(around) and not _ends(around, index):
            behind += around.pop(index)
        if len(behind):
            around.insert(index, behind)
    for node in [*doctree.findall(_is_end)]:
        node.parent.remove(node)


def _cell_of(node):
    while node.get("nb_element") != "cell_code":
        node = node.parent
    return node


def _is_cell(node):
    return isinstance(node, nodes.container) and node.get("nb_element") == "cell_code"


def _take_output(around, cell, behind):
    """Move the folded output of the cell above to behind the question."""
    index = around.index(cell) - 1
    above = around[index] if index >= 0 else None
    if not _is_cell(above) or above.get("hide_mode") != "output":
        return
    del above["hide_mode"]
    behind["summary"] = above["prompt_show"].replace("{type}", "output")
    output = above.pop(-1)
    moved = nodes.container(classes=["cell"])
    moved += output
    behind += moved


def _ends(around, index):
    """Return whether a fold ends before this node."""
    node = around[index]
    if isinstance(node, nodes.section) or _is_end(node):
        return True
    if isinstance(node, nodes.paragraph):
        return bool(EXERCISE.match(node.rawsource) or TO_DO.search(node.rawsource))
    # Another prediction's cell, a cell to write, a solution, a figure to touch.
    return _is_cell(node) and (
        node.get("hide_mode") in ("output", "all")
        or is_live(node)
        or any('class="zm-static"' in raw.astext() for raw in node.findall(nodes.raw))
    )


def _is_end(node):
    kinds = (nodes.raw, nodes.comment)
    text = node.rawsource or node.astext() if isinstance(node, kinds) else ""
    return bool(END.fullmatch(text.strip()))


def visit_fold(writer, node):
    """Begin the fold, closed."""
    summary = writer.encode(node["summary"])
    writer.body.append(
        f'<details class="zm-behind" data-for="{node["model"]}">'
        f"<summary>{summary}</summary>\n"
    )


def depart_fold(writer, node):
    """End the fold."""
    writer.body.append("</details>\n")


def setup(app):
    """Register the extension with Sphinx."""
    app.add_node(fold, html=(visit_fold, depart_fold))
    app.connect("doctree-read", fold_behind, priority=500)
    return {
        "env_version": 1,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
