"""What pip installs is enough for another book: it uses nothing else of this one."""

import ast
import re

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


ROOMS = sorted(path.parent.name for path in ROOT.glob("publishing/*/__init__.py"))


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_knows_another_by_what_it_offers(room):
    inside = []
    for path in ROOT.glob(f"publishing/{room}/**/*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            module = getattr(node, "module", None) or ""
            _, _, name = module.partition("publishing.")
            other, _, part = name.partition(".")
            if other in ROOMS and other != room and part:
                inside.append(f"{path.name}: {module}")
    assert inside == []


IMPORT = re.compile(r'^(?:import|export|\}) .*?"(\.[^"]+)";$', re.MULTILINE)
SCRIPTS = sorted(ROOT.glob("publishing/*/*.js"))


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda p: f"{p.parent.name}.{p.stem}")
def test_a_room_knows_the_script_of_another_by_what_it_offers(path):
    inside = []
    for name in IMPORT.findall(path.read_text("utf-8")):
        other = (path.parent / name).resolve()
        assert other.exists(), name
        if other.parent.name in ROOMS and other.parent != path.parent:
            inside += [name] if other.name != "index.js" else []
    assert inside == []


def test_the_imports_of_a_script_are_found():
    text = """import a from "./a.js";
import {
  b,
} from "../b/c.js";
export { d } from "./d.js";
"""
    assert IMPORT.findall(text) == ["./a.js", "../b/c.js", "./d.js"]


@pytest.mark.parametrize("room", ["search", "previews"])
def test_a_room_that_any_book_could_use_knows_nothing_of_this_one(room):
    for path in ROOT.glob(f"publishing/{room}/**/*.py"):
        names = {
            node.module
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.ImportFrom)
        }
        own = {name for name in names if name.startswith(f"publishing.{room}")}
        assert not {name for name in names - own if name.startswith("publishing")}
        assert "explorables" not in {name.partition(".")[0] for name in names}
    for path in ROOT.glob(f"publishing/{room}/*.js"):
        assert "import " not in path.read_text("utf-8"), "it needs no bundle"
