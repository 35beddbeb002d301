"""What the tests share: the chapters, and the reference code that readers see there."""

import sys
from pathlib import Path

import pytest

from tests.browser import browser, http_site, load_once, open_page, site_address
from tools.reference import read_reference_cells, run_reference

# pytest's, by name
__all__ = ["browser", "http_site", "load_once", "open_page", "site_address"]

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
