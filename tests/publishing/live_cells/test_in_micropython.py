"""The judge and a cell's driver in MicroPython, as a page runs them, under Node."""

import json

import pytest

from tests.browser import ROOT
from tests.node import run_script
from tests.reference import catalogue

HERE = ROOT / "tests/publishing/live_cells"
NAMES = [path.name for path in (ROOT / "judge").glob("*.py")]


def run(source, check="True", **more):
    files = {
        "run.py": (ROOT / "publishing/live_cells/run.py").read_text("utf-8"),
        **{
            f"judge/{name}": (ROOT / "judge" / name).read_text("utf-8")
            for name in NAMES
        },
    }
    request = {"source": source, "check": check, "files": files | more}
    return run_script(HERE / "run_in_node.mjs", request)


def test_every_verdict_is_the_same_in_micropython():
    source = (ROOT / "tests/reference/catalogue.py").read_text("utf-8")
    answer = run(f"{source}\n\nimport json\nprint(json.dumps(verdicts()))")
    assert answer.get("trouble") is None
    here = catalogue.verdicts()
    assert len(here) > 120
    assert json.loads(answer["printed"]) == here


@pytest.mark.parametrize(
    ("source", "kind", "line"),
    [
        ("x = 1\nx +", "SyntaxError", 2),
        ("def f():\n    return f()\n\n\nf()", "RuntimeError", 2),
        ("[0] * 10**9", "MemoryError", 1),
        ("\ninput()", "RuntimeError", 2),
        ("import numpy", "ImportError", 1),
        ("import sys\nsys.exit()", "SystemExit", 2),
        ("def f():\n    return 1 / 0\n\n\nf()", "ZeroDivisionError", 2),
    ],
)
def test_trouble_has_its_kind_and_its_line(source, kind, line):
    trouble = run(source)["trouble"]
    assert (trouble["type"], trouble["frames"][-1][0]) == (kind, line)


def test_what_was_raised_while_it_was_judged_has_its_line():
    source = "def var(input):\n    return input[99]\n"
    answer = run(source, "judge.variance(var)")
    assert answer["verdict"] == "unknown"
    assert answer["trouble"]["type"] == "IndexError"
    assert answer["trouble"]["frames"] == [[2, "var"]]


@pytest.mark.parametrize("value", ["sum(input) / ...", "... - 1.0", "-...", "[...]"])
def test_a_blank_that_is_left_is_named(value):
    source = f"def my_var(input):\n    return {value}\n"
    said = run(source, "judge.variance(my_var)")["value"]
    assert said == "Nothing to judge yet: put your code in the place of each ..."


def test_a_last_line_without_an_end_is_printed():
    assert run("print('a')\nprint('ε', end='')")["printed"] == "a\nε"


def test_true_is_right_and_false_is_not():
    assert run("x = 2", "x == 2")["verdict"] == "right"
    assert run("x = 2", "x == 3")["verdict"] == "wrong"
