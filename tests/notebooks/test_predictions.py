"""Each output that is folded to be predicted has its prediction."""

import ast
import re

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

ASKS = re.compile(r"\*\*Predict\*\*")


def is_prediction(cell):
    """Return whether a cell shows a Predict, whose truth is no number typed in."""
    if cell.cell_type != "code" or "Predict(" not in cell.source:
        return False
    *_, last = ast.parse(cell.source).body
    call = last.value
    truth = {one.arg: one.value for one in call.keywords}["truth"]
    return any(isinstance(node, ast.Name) for node in ast.walk(truth))


def without_prediction(nb):
    """Return what asks for a prediction and has none, as text."""
    found = []
    for cell, following in zip(nb.cells, [*nb.cells[1:], None], strict=True):
        folded = "hide-output" in cell.metadata.get("tags", [])
        if folded and not (following and is_prediction(following)):
            found.append(cell.source)
    for i, cell in enumerate(nb.cells):
        asks = cell.cell_type == "markdown" and ASKS.search(cell.source)
        if asks and not any(map(is_prediction, nb.cells[i + 1 : i + 3])):
            found.append(cell.source)
    return found


def test_the_check_finds_what_is_missing():
    folded = new_code_cell("print(y)", metadata={"tags": ["hide-output"]})
    asked = new_code_cell('Predict("Which?", truth=y[0], within=1)')
    typed = new_code_cell('Predict("Which?", truth=[1.5], within=1)')
    text = new_markdown_cell("**Predict** it.")
    cases = [
        ([folded, asked], 0),
        ([text, folded, asked], 0),
        ([text, asked], 0),
        ([folded], 1),
        ([folded, typed], 1),
        ([folded, text, asked], 1),
        ([text, folded], 2),
    ]
    for cells, count in cases:
        assert len(without_prediction(new_notebook(cells=cells))) == count


def test_every_folded_output_has_its_prediction(chapter):
    assert without_prediction(nbformat.read(chapter, 4)) == []
