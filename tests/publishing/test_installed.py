"""What pip installs is enough for another book: it uses nothing else of this one."""

import ast

import pytest

from tests.browser import ROOT

MODULES = sorted(
    path
    for name in ("explorables", "publishing")
    for path in ROOT.glob(f"{name}/**/*.py")
)


def imported(tree):
    """Yield the package that each import of a module begins with."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield node.module.partition(".")[0]
        elif isinstance(node, ast.Import):
            yield from (name.name.partition(".")[0] for name in node.names)


@pytest.mark.parametrize("path", MODULES, ids=lambda p: f"{p.parent.name}.{p.stem}")
def test_imports_nothing_that_is_not_installed(path):
    found = set(imported(ast.parse(path.read_text("utf-8"))))
    assert found & {"tools", "tests", "figures"} == set()
