"""Read and run the cells of a chapter that are tagged `reference`."""

import linecache
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[1]


def read_reference_cells(path):
    """Return {"chapters/x.ipynb[cell 7]": source} of the cells tagged `reference`."""
    cells = nbformat.read(path, as_version=4).cells
    return {
        f"{path.parent.name}/{path.name}[cell {i}]": cell.source
        for i, cell in enumerate(cells)
        if cell.cell_type == "code" and "reference" in cell.metadata.get("tags", [])
    }


def run_reference(name):
    """Return what the cells tagged `reference` of chapters/<name>.ipynb define."""
    namespace = {"__name__": f"chapters.{name}"}
    for cell, source in read_reference_cells(ROOT / f"chapters/{name}.ipynb").items():
        # a traceback then shows the cell's lines
        linecache.cache[cell] = (len(source), None, source.splitlines(True), cell)
        exec(compile(source, cell, "exec"), namespace)
    return namespace
