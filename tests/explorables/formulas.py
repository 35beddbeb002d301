"""Functions of the figures' scripts, evaluated by Node."""

from pathlib import Path

from tests.node import run_script

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = Path(__file__).with_name("evaluate.mjs")


def evaluate(module, cases):
    """Return (exported names, results) of a module's functions.

    module: its path from the book's folder; cases: [name, arguments] each.
    """
    given = {"module": (ROOT / module).as_uri(), "cases": cases}
    answer = run_script(SCRIPT, given)
    return answer["names"], answer["results"]
