"""A small book of what readers write: the chapters' live cells, and some of its own."""

import nbformat
import pytest

from tests.browser import ROOT, opened
from tests.publishing.conftest import WHOLE, build_in
from tests.publishing.live_cells.exercises import (
    BLANK,
    SOLUTION,
    code,
    exercises_of,
    text,
)
from tools.site import serve


def notebook(title, cells):
    """Return a chapter's file."""
    nb = nbformat.v4.new_notebook()
    nb.metadata["language_info"] = {"name": "python", "pygments_lexer": "python"}
    nb.cells = [text(f"# {title}\n\nA variance $\\sigma^2$, a mean $\\mu$."), *cells]
    for i, cell in enumerate(nb.cells):
        cell.id = f"cell-{i}"
    return nbformat.writes(nb)


@pytest.fixture(scope="session")
def book(tmp_path_factory, chapters):
    """Build the book, once for all tests; gives the folder of its site."""
    pages = {
        "small": [
            text("**1.** Write the variance."),
            code(BLANK, "live"),
            code(SOLUTION, "hide-cell"),
            text("A cell by itself."),
            code(
                "def double(x):\n    # your code\n    ...\n\n\ndouble(2) == 4", "live"
            ),
        ]
    }
    for path in chapters:
        pages[path.stem] = [cell for one in exercises_of(path) for cell in one.cells]
    contents = "\n".join(f"chapters/{name}" for name in pages)
    files = {
        f"chapters/{name}.ipynb": notebook(name, cells) for name, cells in pages.items()
    }
    files["intro.md"] = f"# Intro\n\n```{{toctree}}\n{contents}\n```\n"
    files["your_book.md"] = "---\norphan: true\n---\n\n# Your book\n"
    build = build_in(tmp_path_factory.mktemp("book"))
    # A favicon, which a browser asks for in any case.
    files["favicon.svg"] = (ROOT / "figures/favicon.svg").read_text("utf-8")
    settings = {"html_theme": "furo", "html_favicon": "favicon.svg"}
    folder, warnings = build(files, **WHOLE, **settings)
    assert warnings == ""
    return folder


@pytest.fixture(scope="session")
def address_of(book):
    """Return a function from transport to the address of the book's chapters."""
    with serve(book) as address:
        yield (
            lambda transport: (
                f"{address if transport == 'http' else book.as_uri()}/chapters"
            )
        )


@pytest.fixture(params=["http", "file"])
def page(browser, address_of, request):
    """Yield the small page, over http and from the disk."""
    with opened(browser, f"{address_of(request.param)}/small.html") as page:
        yield page
        assert page.troubles == []
