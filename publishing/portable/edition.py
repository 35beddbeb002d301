"""The portable edition of each chapter: one notebook file that runs alone, anywhere.

It is the committed notebook, outputs and all, with two changes. Its first code cell
brings the packages `explorables` and `judge` along, and its Markdown is plain: what
only MyST reads is put in other words, or is a warning.
"""

import base64
import functools
import io
import json
import pathlib
import shutil
import zipfile
from collections.abc import Callable
from typing import NamedTuple

import nbformat
from sphinx.locale import _
from sphinx.util import logging

import explorables
import judge
from explorables.words import Words
from publishing.chapters import chapters_of
from publishing.languages import (
    language_of,
    messages_of,
    sentences_of,
    texts_of,
    translated_code,
)
from publishing.live import DRAWN
from publishing.portable.plain import dialect, markdown_parser, plain
from publishing.portable.translated import translate
from publishing.repository import link_to

logger = logging.getLogger(__name__)
FOLDER = "notebooks"  # of the built site
FIGURES = pathlib.Path(explorables.__file__).parent
# What is read in a kernel: the figures, and the judge of what readers write.
PACKAGES = {
    FIGURES: ("*.py", "tokens.json", "book.mplstyle", "static/*"),
    pathlib.Path(judge.__file__).parent: ("*.py",),
}
SCRIPT = "explorables/static/explorables.js"
FIRST_CELL = pathlib.Path(__file__).parent / "first_cell.py"


class Book(NamedTuple):
    """What a chapter has to know of its book; `link_to` is repository.link_to's."""

    title: str = "a book"
    address: str = ""  # of the site, ending in a slash; or "", where it is not known
    extensions: tuple = ()  # of MyST
    link_to: Callable[[str], str] = lambda name: ""


def book_of(config):
    """Return the Book of Sphinx's settings."""
    return Book(
        config.html_title,
        config.html_baseurl or "",
        tuple(config.myst_enable_extensions),
        functools.partial(link_to, config),
    )


class Speech(NamedTuple):
    """What a notebook in another language says, each text by its English."""

    language: str
    messages: dict  # of the figures' scripts
    texts: dict  # of the page
    pictures: dict  # lists of PNGs in base64, for a cell's index or a figure's file
    sentences: dict  # of the judge


def speech_of(app, page):
    """Return the Speech of a page; None in English."""
    language = language_of(app.config)
    if language == "en":
        return None
    messages, texts = messages_of(app)[language], texts_of(app, page)
    pictures = app.env.metadata[page].get(DRAWN, {})
    return Speech(language, messages, texts, pictures, sentences_of(app))


def read_notebook(path):
    """Return a notebook; cells that have no id, before nbformat 4.5, get one."""
    nb = nbformat.read(path, as_version=4)
    for number, cell in enumerate(nb.cells, start=1):
        cell.setdefault("id", f"cell-{number}")
    nb.nbformat_minor = max(nb.nbformat_minor, 5)
    return nb


def serialise(nb):
    """Return the text of a notebook's file."""
    return nbformat.writes(nb, version=4).rstrip("\n") + "\n"


def package_archive(speech=None):
    """Return the packages as a zip file: the same bytes at every call."""
    stream = io.BytesIO()
    files = {
        file.relative_to(package.parent).as_posix(): file
        for package, patterns in PACKAGES.items()
        for pattern in patterns
        for file in package.glob(pattern)
    }
    with zipfile.ZipFile(stream, "w") as archive:
        contents = {name: file.read_bytes() for name, file in files.items()}
        if speech:
            contents = _speaking(contents, speech)
        for name, content in sorted(contents.items()):
            entry = zipfile.ZipInfo(name)  # whose date is 1980's first day
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED, 9)
    return stream.getvalue()


def _speaking(contents, speech):
    """Return the packages' files with what a kernel and its browser are to say."""
    said = {"language": speech.language, "messages": speech.messages | speech.texts}
    known = {speech.language: speech.messages}
    script = f"globalThis.zeroMeanUnitVarianceMessages = {_json(known)};\n"
    return contents | {
        "explorables/language.json": _json(said).encode(),
        "judge/language.py": f"words = {_json(speech.sentences)}\n".encode(),
        SCRIPT: script.encode() + contents[SCRIPT],
    }


def _json(value):
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _said(text):
    return str(_(text))  # which is lazy where nothing is built


def first_cell(speech=None):
    """Return the code cell that brings the explorables along, folded everywhere."""
    package = base64.b64encode(package_archive(speech)).decode()
    source = translated_code(FIRST_CELL.read_text("utf-8").strip(), Words(_said))
    title = "The book's figures: run this cell first"
    source = source.replace(title, str(_("The book's figures: run this cell first")))
    source = source.replace("PACKAGE", package)
    folded = {"cellView": "form", "jupyter": {"source_hidden": True}}
    return nbformat.v4.new_code_cell(source, id="the-books-figures", metadata=folded)


def portable(path, book, speech=None):
    """Return the portable edition of a chapter, a notebook of nbformat 4.5.

    speech: what it says in another language than English.
    path: of the committed notebook, in chapters/ of a book's folder. Markdown that
    could not be made plain is left as it is: `dialect` finds it.
    """
    path = pathlib.Path(path).resolve()
    parser = markdown_parser(book.extensions)
    nb = read_notebook(path)
    if speech:
        words = Words(speech.texts.get)
        translate(nb, parser, words, speech.pictures, speech.sentences)
    for cell in nb.cells:
        if cell.cell_type == "markdown":
            cell.source = plain(
                cell.source,
                parser,
                path,
                book.address,
                book.link_to,
                speech.pictures if speech else {},
            )
        elif cell.metadata.get("jupyter", {}).get("source_hidden"):
            cell.metadata["cellView"] = "form"  # what Colab calls it
    title, _, text = nb.cells[0].source.partition("\n")
    head = _head(title, path, book)
    if text.strip():
        head.id = f"{nb.cells[0].id}-{head.id}"
        nb.cells[0].source = text.strip()
    else:
        head.id = nb.cells.pop(0).id
    start = first_cell(speech)
    nb.cells = [head, start, *nb.cells]
    for count, cell in enumerate(code_cells(nb), start=1):
        cell.execution_count = count
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = count
    nbformat.validate(nb)
    return nb


def _head(title, path, book):
    """Return the cell with a chapter's title and a line that says where it belongs."""
    page = f"{book.address}{path.parent.name}/{path.stem}.html"
    name = f"[{book.title}]({page})" if book.address else f"*{book.title}*"
    text = f"{title}\n\n" + _(
        "A chapter of {name}, as a notebook that runs by itself: the next cell, "
        "folded, brings the figures along."
    ).format(name=name)
    return nbformat.v4.new_markdown_cell(text, id="title")


def code_cells(nb):
    """Return a notebook's code cells."""
    return [cell for cell in nb.cells if cell.cell_type == "code"]


def warn_of_dialect(nb, path, book):
    """Warn of what is not plain Markdown in a portable notebook, cell by cell."""
    parser = markdown_parser(book.extensions)
    numbers = {c.id: i for i, c in enumerate(read_notebook(path).cells, start=1)}
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
    book = book_of(app.config)
    for page in chapters_of(app.env):
        path = pathlib.Path(app.env.doc2path(page))
        if path.suffix != ".ipynb":
            logger.warning(
                "this chapter has no portable edition: only a notebook, a .ipynb, has "
                "one",
                location=page,
                type="portable",
                subtype="none",
            )
            continue
        nb = portable(path, book, speech_of(app, page))
        warn_of_dialect(nb, path, book)
        (folder / path.name).write_text(serialise(nb), encoding="utf-8")


def setup(app):
    """Register the extension with Sphinx."""
    app.connect("build-finished", write_portables)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
