"""The portable edition of each chapter: one notebook file that runs alone, anywhere.

It is the committed notebook, outputs and all, with two changes. Its first code cell
brings the package `explorables` along, and its Markdown is plain: what only MyST reads
is put in other words, or is a warning.
"""

import base64
import io
import pathlib
import shutil
import zipfile

import nbformat
from sphinx.util import logging

import explorables
from publishing.live import serialise
from publishing.portable.plain import dialect, markdown_parser, plain
from publishing.repository import settings_of

logger = logging.getLogger(__name__)
FOLDER = "notebooks"  # of the built site
PACKAGE = pathlib.Path(explorables.__file__).parent
FILES = ("*.py", "tokens.json", "book.mplstyle", "static/*")  # those read in a kernel
FIRST_CELL = pathlib.Path(__file__).parent / "first_cell.py"


def is_chapter(env, page):
    """Return whether a page is a chapter: a notebook in chapters/, and in the toc."""
    listed = env.toctree_includes.get(env.config.master_doc, [])
    notebook = env.doc2path(page, base=False).endswith(".ipynb")
    return page in listed and page.startswith("chapters/") and notebook


def package_archive():
    """Return the package explorables as a zip file: the same bytes at every call."""
    stream = io.BytesIO()
    files = sorted(file for pattern in FILES for file in PACKAGE.glob(pattern))
    with zipfile.ZipFile(stream, "w") as archive:
        for file in files:
            name = f"explorables/{file.relative_to(PACKAGE).as_posix()}"
            entry = zipfile.ZipInfo(name)  # whose date is 1980's first day
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, file.read_bytes(), zipfile.ZIP_DEFLATED, 9)
    return stream.getvalue()


def first_cell():
    """Return the code cell that brings the explorables along, folded everywhere."""
    package = base64.b64encode(package_archive()).decode()
    source = FIRST_CELL.read_text("utf-8").strip().replace("PACKAGE", package)
    folded = {"cellView": "form", "jupyter": {"source_hidden": True}}
    return nbformat.v4.new_code_cell(source, id="the-books-figures", metadata=folded)


def portable(path, address=""):
    """Return the portable edition of a chapter, a notebook of nbformat 4.5.

    path: of the committed notebook, in chapters/ of a book's folder; address: the
    site's, ending in a slash, or "" where it is not known. Markdown that could not be
    made plain is left as it is: `dialect` finds it.
    """
    path = pathlib.Path(path).resolve()
    parser = markdown_parser(path.parents[1])
    nb = nbformat.read(path, as_version=4)
    for cell in nb.cells:
        if cell.cell_type == "markdown":
            cell.source = plain(cell.source, parser, path, address)
        elif cell.metadata.get("jupyter", {}).get("source_hidden"):
            cell.metadata["cellView"] = "form"  # what Colab calls it
    title, _, text = nb.cells[0].source.partition("\n")
    head = _head(title, path, address)
    if text.strip():
        head.id = f"{nb.cells[0].id}-{head.id}"
        nb.cells[0].source = text.strip()
    else:
        head.id = nb.cells.pop(0).id
    nb.cells = [head, first_cell(), *nb.cells]
    for count, cell in enumerate(code_cells(nb), start=1):
        cell.execution_count = count
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = count
    nbformat.validate(nb)
    return nb


def _head(title, path, address):
    """Return the cell with a chapter's title and a line that says where it belongs."""
    book = settings_of(path.parents[1]).get("title", "a book")
    page = f"{path.parent.name}/{path.stem}.html"
    book = f"[{book}]({address}{page})" if address else f"*{book}*"
    text = (
        f"{title}\n\nA chapter of {book}, as a notebook that runs by itself: the next "
        "cell, folded, brings the figures along."
    )
    return nbformat.v4.new_markdown_cell(text, id="title")


def code_cells(nb):
    """Return a notebook's code cells."""
    return [cell for cell in nb.cells if cell.cell_type == "code"]


def warn_of_dialect(nb, path):
    """Warn of what is not plain Markdown in a portable notebook, cell by cell."""
    parser = markdown_parser(path.parents[1])
    numbers = {c.id: i for i, c in enumerate(nbformat.read(path, 4).cells, start=1)}
    for cell in nb.cells:
        if cell.cell_type != "markdown":
            continue
        for found in dialect(cell.source, parser):
            logger.warning(
                f"cell {numbers.get(cell.id, 1)}: the portable notebook cannot have "
                f"{found}. Write it in plain Markdown",
                location=str(path),
                type="portable",
            )


def write_portables(app, exception):
    """Write the chapters' portable editions, and warn of what is not plain in them."""
    folder = pathlib.Path(app.outdir, FOLDER)
    shutil.rmtree(folder, ignore_errors=True)
    if exception or app.builder.format != "html":
        return
    folder.mkdir()
    for page in sorted(app.env.found_docs):
        if not is_chapter(app.env, page):
            continue
        path = pathlib.Path(app.env.doc2path(page))
        nb = portable(path, app.config.html_baseurl or "")
        warn_of_dialect(nb, path)
        (folder / path.name).write_text(serialise(nb), encoding="utf-8")


def setup(app):
    """Register the extension with Sphinx."""
    app.connect("build-finished", write_portables)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
