"""What the tests share: the chapters, and the reference code that readers see there."""

import linecache
import sys
from pathlib import Path

import nbformat
import pytest

from tests.browser import browser, http_site, open_page, site_address

__all__ = ["browser", "http_site", "open_page", "site_address"]  # pytest's, by name

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # tools/ is not in the package that pip installs


def chapter_paths():
    """Return the paths of all chapters, in order; RuntimeError if there is none."""
    paths = sorted(ROOT.glob("chapters/*.ipynb"))
    if not paths:
        raise RuntimeError(f"no notebook in {ROOT / 'chapters'}: nothing to test")
    return paths


def pytest_generate_tests(metafunc):
    """Run a test that takes `chapter`, a path, once for each chapter."""
    if "chapter" in metafunc.fixturenames:
        paths = chapter_paths()
        metafunc.parametrize("chapter", paths, ids=[path.stem for path in paths])


def read_reference_cells(path):
    """Return {"chapters/x.ipynb[cell 7]": source} of the cells tagged `reference`."""
    cells = nbformat.read(path, as_version=4).cells
    return {
        f"{path.parent.name}/{path.name}[cell {i}]": cell.source
        for i, cell in enumerate(cells)
        if cell.cell_type == "code" and "reference" in cell.metadata.get("tags", [])
    }


def run_reference(name):
    """Return the namespace that the cells of chapters/<name>.ipynb tagged so define."""
    namespace = {"__name__": f"chapters.{name}"}
    for cell, source in read_reference_cells(ROOT / f"chapters/{name}.ipynb").items():
        # a traceback then shows the cell's lines
        linecache.cache[cell] = (len(source), None, source.splitlines(True), cell)
        exec(compile(source, cell, "exec"), namespace)
    return namespace


@pytest.fixture(scope="session")
def load_reference():
    """Give run_reference to a test: load_reference("01_biased_variance")["var"]."""
    return run_reference


@pytest.fixture(scope="session")
def reference_cells():
    """Give read_reference_cells to a test."""
    return read_reference_cells


@pytest.fixture(scope="session")
def chapters():
    """Return the paths of all chapters."""
    return chapter_paths()
