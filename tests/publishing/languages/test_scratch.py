"""A small book in a language that has 字 for each word: what is English escaped."""

import re

import pytest
from bs4 import BeautifulSoup, NavigableString
from sphinx.locale import translators

from publishing.languages.catalogues import folder_of
from tests.browser import opened
from tests.publishing.languages.scratch import (
    SETTINGS,
    files,
    translate,
    untranslate,
)

WORD = re.compile("[A-Za-z]{3}")
# Code, and what is said in its own language; what nobody reads.
LEFT = "script, style, code, pre, annotation, [lang=en], title, .katex, svg symbol"
PRESS = """() => document
    .querySelectorAll(".zm-static button, .zm-controls button")
    .forEach((one) => one.offsetParent && one.click())"""
ATTRIBUTES = ("aria-label", "alt", "placeholder", "title", "aria-valuetext")
# Names of code, which stand in figures without a mark.
NAMES = {
    *("LayerNorm", "BatchNorm", "MNIST", "ImageNet", "nn", "torch", "example", "org"),
    *("ValueError", "log", "Expected", "SGD", "DyT", "RMSNorm", "ReLU"),
    *("MLP", "layer_norm", r"x\.mean\(\)", "^pre$", "^post$"),
}
ESCAPED_BY_RIGHT = re.compile(
    "Furo|Made with|Sphinx|ValueError|" + "|".join(sorted(NAMES))
)


def english_in(html):
    """Return what is English on a page, outside of code."""
    soup = BeautifulSoup(html, "html.parser")
    for one in soup.select(LEFT):
        one.decompose()
    found = soup.find_all(string=WORD)
    # Not comments, nor the document's type.
    texts = [" ".join(text.split()) for text in found if type(text) is NavigableString]
    named = [
        f"{name}={one[name]}"
        for one in soup.find_all(True)
        for name in ATTRIBUTES
        if WORD.search(one.get(name) or "")
    ]
    return sorted({one for one in texts + named if not ESCAPED_BY_RIGHT.search(one)})


@pytest.fixture
def build(build_site, monkeypatch, tmp_path):
    """Return a function: builds the small book, in English or the other language."""
    monkeypatch.delenv("GITHUB_REPOSITORY", raising=False)

    def build(**settings):
        translators.clear()  # Sphinx keeps those of a process
        return build_site(files(), **SETTINGS, **settings)

    return build


def test_no_string_escapes_from_translation(build, tmp_path, browser):
    _, said = build()
    assert said == ""
    translate(tmp_path)
    folder, said = build(language="zh_CN")
    # 字 for every word is no good Chinese.
    assert [
        line for line in said.splitlines() if "the translation of" not in line
    ] == []
    pages = sorted(folder.glob("**/*.html"))
    assert len(pages) > 7
    for path in pages:
        assert english_in(path.read_text("utf-8")) == [], path.name
    # And what scripts say.
    for path in pages:
        with opened(browser, path.as_uri()) as page:
            page.evaluate(PRESS)
            page.wait_for_timeout(200)
            assert english_in(page.content()) == [], path.name
            assert page.troubles == []


def test_what_is_not_translated_is_english_and_a_warning(build, tmp_path):
    build()
    translate(tmp_path)
    untranslate(tmp_path, "In a box.")
    folder, said = build(language="zh_CN")
    lines = [line for line in said.splitlines() if "the translation of" not in line]
    assert len(lines) == 1
    assert (
        "1 messages of intro.po are not translated, the first being 'In a box.'"
        in (lines[0])
    )
    soup = BeautifulSoup((folder / "intro.html").read_text("utf-8"), "html.parser")
    assert soup.html["lang"] == "zh-CN"
    (paragraph,) = soup.select("article [lang=en]")
    assert paragraph.get_text() == "In a box."


def test_a_book_without_other_languages_has_no_switch(build, tmp_path):
    folder, _ = build()
    assert not folder_of(tmp_path, "zh_CN").exists()
    for path in folder.glob("**/*.html"):
        text = path.read_text("utf-8")
        assert "zm-languages" not in text
        assert "hreflang" not in text
