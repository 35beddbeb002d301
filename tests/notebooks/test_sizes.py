"""How long a function and a file of Python may be; eslint says it of JavaScript."""

import ast

from tests.browser import ROOT

FOLDERS = ("explorables", "figures", "judge", "publishing", "tests", "tools")
SOURCES = {
    str(path.relative_to(ROOT)): path.read_text("utf-8")
    for name in FOLDERS
    for path in sorted((ROOT / name).rglob("*.py"))
}
LONGEST_FUNCTION, LONGEST_FILE = 80, 300  # lines


def test_no_function_is_longer_than_a_screen_or_two():
    functions = [
        (path, node)
        for path, source in SOURCES.items()
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    assert len(functions) > 1000
    assert [
        f"{path}: {node.name}"
        for path, node in functions
        if node.end_lineno - node.lineno >= LONGEST_FUNCTION
    ] == []


def test_a_file_is_one_thing_or_a_list_of_tests():
    lines = {path: len(source.splitlines()) for path, source in SOURCES.items()}
    long = [path for path, count in lines.items() if count > LONGEST_FILE]
    assert [path for path in long if "/test_" not in path] == []
