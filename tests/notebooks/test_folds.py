"""Code that is not the point is folded to a line that says what it does."""

import ast

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

DRAWS = {"plt", "ax", "Sweep"}
COMPARES = {"assert_close", "assert_allclose", "gradcheck"}
ELSEWHERE = {"remove-input", "hide-cell", "hide-output", "live"}


def called(source):
    """Return the first and last names of all that is called: plt and show."""
    functions = (
        ast.unparse(node.func).split(".")
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
    )
    return {name for names in functions for name in (names[0], names[-1])}


def only(source, below_reference):
    """Return what code does if it does only that: "Import", "Plot" or "Check".

    below_reference: whether reference code stands above, in the same section.
    """
    names = called(source)
    if all(
        isinstance(statement, ast.Import | ast.ImportFrom)
        for statement in ast.parse(source).body
    ):
        return "Import"
    if names & DRAWS and "print" not in names:
        return "Plot"
    return "Check" if below_reference and names & COMPARES else ""


def problems(cells):
    """Return what is wrong with the folds, as pairs (what, source)."""
    below_reference = False
    for cell in cells:
        tags = set(cell.metadata.get("tags", ()))
        if cell.cell_type == "markdown":
            below_reference &= not cell.source.startswith("#")
        elif not tags & ELSEWHERE:
            words = cell.metadata.get("mystnb", {})
            line = words.get("code_prompt_show", "")
            does = "" if "reference" in tags else only(cell.source, below_reference)
            if "hide-input" not in tags:
                if does:
                    yield "not folded", cell.source
            elif "reference" in tags and not below_reference:
                yield "begins with a fold", cell.source
            elif line != words.get("code_prompt_hide") or not (
                line.startswith(f"{does}: ") if does else ": " in line
            ):
                yield f"says {line!r}", cell.source
            below_reference |= "reference" in tags


def code(source, line=None, *tags, hide=None):
    """Return a code cell, folded to a line if there is one."""
    words = {"code_prompt_show": line, "code_prompt_hide": hide or line}
    folded = {"tags": ["hide-input", *tags], "mystnb": words}
    return new_code_cell(source, metadata=folded if line else {"tags": [*tags]})


REFERENCE = code("def f(x):\n    return x", None, "reference")
COMPARISON = "torch.testing.assert_close(f(x), F.f(x))\nprint('they agree')"


@pytest.mark.parametrize(
    "cells",
    [
        [code("import torch\nfrom torch import nn")],
        [code("fig, ax = plt.subplots()")],
        [code("def draw(ax):\n    ax.plot(x)")],
        [code("s = Sweep(draw, x=[1, 2])\ns")],
        [code("import torch", "Plot: it")],
        [code("plt.plot(x)", "Show the code")],
        [code("plt.plot(x)", "Plot: x", hide="Hide the code")],
        [REFERENCE, code(COMPARISON)],
        [REFERENCE, new_markdown_cell("Checked:"), code(COMPARISON)],
        [REFERENCE, code(COMPARISON, "Plot: it")],
        [code("def f(x):\n    return x", "Check: x", "reference")],
        [code("x = load()", "Show the code")],
    ],
)
def test_finds_what_is_folded_wrongly(cells):
    assert [source for _, source in problems(cells)] == [cells[-1].source]


@pytest.mark.parametrize(
    "cells",
    [
        [code("import torch\ntorch.zeros(3)")],
        [code("import torch", "Import: torch")],
        [code("plt.plot(x)", "Plot: x")],
        [code("plt.plot(x)\nprint(x)")],
        [code("s = Sweep(draw, x=[1])\ns", None, "hide-output")],
        [code(COMPARISON)],
        [REFERENCE, new_markdown_cell("## Next"), code(COMPARISON)],
        [REFERENCE, code(COMPARISON, "Check: f")],
        [REFERENCE, code("def check(x): ...", "Check: the arguments", "reference")],
        [code("x = load()", "Data: x")],
    ],
)
def test_finds_nothing_where_all_is_well(cells):
    assert not [*problems(cells)]


def test_every_chapter_folds_what_is_not_the_point(chapter):
    assert not [*problems(nbformat.read(chapter, 4).cells)]
