"""A chapter's portable notebook in another language: it runs, and speaks it."""

import base64
import io
import json
import re
import subprocess
import sys
import zipfile

import nbformat
import pytest

import judge.known
import judge.words
from explorables.words import Words
from publishing.languages import judged
from publishing.languages.catalogues import translations
from publishing.portable.edition import (
    Book,
    Speech,
    code_cells,
    package_archive,
    portable,
    read_notebook,
)
from publishing.portable.plain import markdown_parser
from publishing.portable.translated import translated
from tests.browser import ROOT
from tests.publishing.languages.scratch import pseudo

BOOK = Book("The book", "https://example.org/book/zh/", ("dollarmath", "colon_fence"))
PATH = ROOT / "chapters" / "01_biased_variance.ipynb"
LANGUAGE = "zh_CN"


@pytest.fixture(scope="module")
def speech():
    """Return what a chapter says in the language that has 字 for every word."""
    folder = ROOT / "locales" / LANGUAGE / "LC_MESSAGES"
    catalogue = (folder / "chapters/01_biased_variance.po").read_text("utf-8")
    keys = [json.loads(f'"{one}"') for one in re.findall(r'msgid "(.+)"', catalogue)]
    figures = {"Check yourself": "字 字", "Reset": "字"}
    texts = {key: pseudo(key) for key in keys}
    sentences = {text: pseudo(text) for _, text in judge.known.texts()}
    return Speech(LANGUAGE, figures, texts, {}, sentences)


@pytest.fixture(scope="module")
def notebook(speech):
    return portable(PATH, BOOK, speech)


def test_its_prose_is_translated_and_its_code_is_not(notebook):
    english = portable(PATH, BOOK)
    words = re.compile(r"(?:\b[a-z]{2,}\b[ ,]+){3}")
    for cell, before in zip(notebook.cells, english.cells, strict=True):
        assert cell.cell_type == before.cell_type
        if cell.cell_type == "markdown" and not cell.id.endswith("title"):
            assert not words.search(re.sub(r"`[^`]*`|\$[^$]*\$", "", cell.source))
        if cell.cell_type == "code" and cell.id != "the-books-figures":
            uncommented = [
                re.sub(r" *#.*", "", one.source).split() for one in (cell, before)
            ]
            assert uncommented[0] == uncommented[1]
            assert not any(
                "image/png" in output.get("data", {}) for output in cell.outputs
            )


def test_its_figures_speak_the_language_in_a_kernel(notebook, tmp_path):
    first, *others = code_cells(notebook)
    quiz = next(cell for cell in others if "Quiz(" in cell.source)
    call = quiz.source[quiz.source.index("Quiz(") :]
    script = tmp_path / "cells.py"
    script.write_text(
        f"{first.source}\nfrom explorables import Quiz\nquiz = {call}\n"
        "print(quiz.language, quiz.title, quiz.questions[0]['question'])\n"
        "print(quiz.items[0])",
        "utf-8",
    )
    run = subprocess.run(
        [sys.executable, script], capture_output=True, encoding="utf-8", cwd=tmp_path
    )
    assert run.returncode == 0, run.stderr
    said, item = run.stdout.splitlines()
    assert said.startswith("zh_CN 字 字 `F.layer_norm` 字 字")
    english = json.loads(
        subprocess.run(
            [sys.executable, "-c", f"from explorables import Quiz\nimport json\n"
             f"print(json.dumps(({call}).items))"],
            capture_output=True, encoding="utf-8", check=True, cwd=ROOT,
        ).stdout
    )  # fmt: skip
    assert item == english[0]


def test_the_package_brings_what_it_says(speech):
    archive = zipfile.ZipFile(io.BytesIO(package_archive(speech)))
    said = json.loads(archive.read("explorables/language.json"))
    assert said["language"] == LANGUAGE
    script = archive.read("explorables/static/explorables.js").decode()
    assert '"Reset": "字"' in script.partition("\n")[0]
    plain = zipfile.ZipFile(io.BytesIO(package_archive()))
    assert "explorables/language.json" not in plain.namelist()
    assert script.partition("\n")[2].encode() == plain.read(
        "explorables/static/explorables.js"
    )


@pytest.mark.parametrize("task", judge.known.TASKS.values(), ids=judge.known.TASKS)
def test_the_judge_said_what_it_says_in_a_kernel(task, speech, monkeypatch):
    functions = [judge.known.as_function(task), lambda *_: None, lambda *_: ...]

    def said():
        return [str(judge.known.judged(task, function)) for function in functions]

    english = said()
    monkeypatch.setattr(judge.words, "words", speech.sentences)
    assert [judged(text, speech.sentences) for text in english] == said() != english
    assert judged(f"{english[0]} 1", speech.sentences) == f"{english[0]} 1"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("# A title\n\nAnd text.", "# 字 字\n\n字 字."),
        ("- one of two\n  lines\n- another", "- 字 字 字 字\n- 字"),
        ("> A quoted\n> text", "> 字 字 字"),
        (
            "| a | no one |\n|---|---|\n| $x$ | `it` is |",
            "| a | 字 字 |\n|---|---|\n| $x$ | `it` 字 |",
        ),
        ("![what is seen](a.svg)", "![字 字 字](a.svg)"),
        ("$$x = y$$\n\nText.", "$$x = y$$\n\n字."),
    ],
)
def test_each_block_of_markdown_is_translated(source, said):
    parser = markdown_parser(("dollarmath",))
    words = Words(lambda text: pseudo(text))
    assert translated(source, parser, words) == said


def test_without_translations_nothing_changes():
    parser = markdown_parser(BOOK.extensions)
    for cell in read_notebook(PATH).cells:
        if cell.cell_type == "markdown":
            assert translated(cell.source, parser, Words({}.get)) == cell.source


def test_the_first_cell_holds_the_package(notebook, speech):
    first = code_cells(notebook)[0].source
    (package,) = re.findall(r'bring_explorables\("([^"]+)"', first)
    assert base64.b64decode(package) == package_archive(speech)
    nbformat.validate(notebook)
    assert translations(ROOT / "none.po") == {}
