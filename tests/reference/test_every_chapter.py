"""What holds for the cells tagged `reference` of every chapter."""

import ast
import sys

ALLOWED = {"torch", "numpy"} | sys.stdlib_module_names
DEFINITIONS = ast.FunctionDef | ast.ClassDef


def parse(cells):
    """Return {cell: its syntax tree}."""
    return {cell: ast.parse(source, cell) for cell, source in cells.items()}


def defined(statement):
    """Return the name that a statement defines, a function, class or CONSTANT's."""
    match statement:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return name
        case (
            ast.Assign(targets=[ast.Name(id=name)])
            | ast.AnnAssign(target=ast.Name(id=name))
        ) if name.isupper():
            return name


def is_definition(statement):
    """Tell whether a statement does nothing but import or define."""
    return isinstance(statement, ast.Import | ast.ImportFrom) or defined(statement)


def imported(tree):
    """Yield the top-level names of the modules that a cell imports, anywhere in it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." if node.level else node.module.split(".")[0]


def without_docstring(body, inside=""):
    """Yield the public functions, classes and methods that have no docstring."""
    for node in body:
        if isinstance(node, DEFINITIONS) and not node.name.startswith("_"):
            name = inside + node.name
            if ast.get_docstring(node) is None:
                yield name
            if isinstance(node, ast.ClassDef):
                yield from without_docstring(node.body, name + ".")


def test_has_reference_code(chapter, reference_cells):
    assert reference_cells(chapter)


def test_imports_only_torch_numpy_and_the_standard_library(chapter, reference_cells):
    for cell, tree in parse(reference_cells(chapter)).items():
        assert set(imported(tree)) <= ALLOWED, cell


def test_only_defines(chapter, reference_cells):
    for cell, tree in parse(reference_cells(chapter)).items():
        others = [ast.unparse(node) for node in tree.body if not is_definition(node)]
        assert others == [], cell


def test_runs_alone(chapter, load_reference):
    load_reference(chapter.stem)


def test_is_documented(chapter, reference_cells):
    for cell, tree in parse(reference_cells(chapter)).items():
        assert list(without_docstring(tree.body)) == [], cell


def test_a_name_has_one_source_in_all_chapters(chapters, reference_cells):
    first = {}
    for chapter in chapters:
        cells = reference_cells(chapter)
        for cell, tree in parse(cells).items():
            for node in filter(defined, tree.body):
                # a segment starts at `def`; the decorators belong to it, too
                parts = [*getattr(node, "decorator_list", []), node]
                source = [ast.get_source_segment(cells[cell], part) for part in parts]
                known, elsewhere = first.setdefault(defined(node), (source, cell))
                assert source == known, f"{defined(node)}: {elsewhere} and {cell}"
