"""The book's other languages: each page is the English one in other words."""

import base64
import collections
import functools
import io
import json
import re
import tokenize
import zipfile

import nbformat
import pytest
from bs4 import BeautifulSoup, NavigableString, Tag
from playwright.sync_api import expect

from publishing.languages import judged
from publishing.languages.catalogues import folder_of, translations
from publishing.languages.editions import EDITIONS
from publishing.languages.messages import KEPT
from publishing.languages.sources import said_by_scripts
from publishing.portable.edition import FOLDER, SCRIPT
from tests.browser import ROOT, SITE, first_files, page_paths, violations
from tests.explorables.operating import reached, settle, state_of

GENERATED = ("search.html", "genindex.html", "404.html")
PAGES = [
    (edition, path)
    for edition in EDITIONS.values()
    for path in (one.removeprefix(edition.folder) for one in page_paths(edition.folder))
]
WRITTEN = [one for one in PAGES if one[1] not in GENERATED]
IN_A_PICTURE = re.compile("f[0-9a-f]{8}-")  # begins ids made of what a picture says
KEY = "zero-mean-unit-variance:language"
NOTEBOOKS = [path.name for path in sorted((ROOT / "chapters").glob("*.ipynb"))]
PACKAGE = re.compile('(?<=")[A-Za-z0-9+/=]{9999,}(?=")')
SPOKEN = {"explorables/language.json", "judge/language.py"}
MARK = re.compile("[，。：；！？、）”,.:;!?)]")
# Where a line of a question may end; the longest piece that a phone has room for.
MAY_END = re.compile("[ \u200b]|(?<=[，。：；！？、）”])(?![，。：；！？、）”])")
LONGEST = {
    ".zm-static[data-kind=Predict] .zm-title": 13,
    **dict.fromkeys((".zm-question-text", "article dt", ".zm-prompt summary"), 18),
}
UNSEEN = tokenize.COMMENT, tokenize.NL
MOST_BYTES = 132 * 1024  # a page's first load, compressed: its letters take three each
NO_PROSE = (
    "script, style, code, pre, annotation, .katex, .citation-list, .zm-languages, "
    "[lang=en]"
)
NAMED = ("aria-label", "alt", "placeholder", "aria-valuetext")
CONTROLS = (
    "svg [role=slider], input[type=range], [role=gridcell][tabindex='0'], "
    "input[type=radio], input[type=text], button:not(.zm-reset)"
)
CODE = ".highlight, article .katex"
IS_PRESSED = "(one) => one.matches('button, input[type=text]')"


@functools.lru_cache(maxsize=2)
def soup_of(path):
    """Return a page that nobody changes: several tests look at it."""
    return BeautifulSoup((SITE / path).read_text("utf-8"), "html.parser")


@pytest.fixture(scope="module", params=PAGES, ids=lambda one: one[1])
def both(request):
    """Return (edition, path) of a page: all that looks at it does so in a row."""
    return request.param


@pytest.mark.parametrize("edition", EDITIONS.values())
def test_a_part_in_the_sidebar_has_its_name_in_the_language(edition):
    """Its English name may be a heading of the front page, too."""
    english, own = (
        [one.get_text() for one in soup_of(f"{folder}intro.html").select(".caption")]
        for folder in ("", edition.folder)
    )
    assert len(own) == len(english) > 2
    assert not {*own} & {*english}


def facts(path):
    """Return what is the same on a page in every language, by kind."""
    article = soup_of(path).select_one("article")

    def each(selector, attribute):
        return collections.Counter(
            one[attribute]
            for one in article.select(f"{selector}:not(.zm-languages a)")
            # Words of the glossary are linked where they are said.
            if "zm-term" not in one.get("class", ())
        )

    ids = each("[id]", "id")
    formulas = [one.get_text() for one in article.select("math")]
    return {
        "ids": [one for one in ids if not IN_A_PICTURE.match(one)],
        "links": each("a[href]", "href"),
        "formulas": collections.Counter(formulas),
        "figures": each(".zm-static", "data-kind"),
        "exercises": each("[data-exercise]", "data-exercise"),
        "prompts": each("[data-prompt]", "data-prompt"),
        **{
            kind: len(article.select(selector))
            for kind, selector in {
                "cells": ".cell",
                "folds": "details",
                "tables": "table",
                "rows": "tr",
                "list items": "li",
                "emphasis": "em:not(.bibtex-citation em)",
                "strong": "strong",
                "output": ".cell_output pre",
            }.items()
        },
    }


@pytest.mark.parametrize("both", WRITTEN, indirect=True, ids=lambda one: one[1])
def test_has_the_same_structure(both):
    edition, path = both
    english, other = facts(path), facts(f"{edition.folder}{path}")
    for kind, value in english.items():
        assert other[kind] == value, kind


@pytest.mark.parametrize("edition", EDITIONS.values(), ids=str)
def test_has_the_same_pages(edition):
    english = {*page_paths()}
    assert {path for one, path in PAGES if one == edition} == english


@pytest.mark.parametrize("edition", EDITIONS.values(), ids=str)
def test_pages_load_what_sphinx_scripts_say_and_no_more(edition):
    script = SITE / edition.folder / "_static" / "translations.js"
    catalogue = re.search(r"\{\"messages\": .*\}", script.read_text("utf-8"))[0]
    said = json.loads(catalogue)["messages"]
    assert said.keys() == {*said_by_scripts()}
    assert all(said.values())


def test_is_in_its_language_and_leads_to_the_same_page(both):
    edition, path = both
    soup = soup_of(f"{edition.folder}{path}")
    assert soup.html["lang"] == edition.tag
    assert soup.title.get_text() != soup_of(path).title.get_text()
    (link,) = soup.select("a[hreflang]:not(link)")
    here = (SITE / edition.folder / path).parent
    assert (here / link["href"]).resolve() == (SITE / path).resolve()
    (back,) = soup_of(path).select(f"a[hreflang={edition.tag}]")
    there = (SITE / path).parent / back["href"]
    assert there.resolve() == (SITE / edition.folder / path).resolve()


def code_of(cell):
    """Return the tokens of a cell but its comments, and the files that it brings."""
    source = PACKAGE.sub("", cell.source)
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    code = [(one.type, one.string) for one in tokens if one.type not in UNSEEN]
    files = {}
    for package in PACKAGE.findall(cell.source):
        archive = zipfile.ZipFile(io.BytesIO(base64.b64decode(package)))
        files |= {name: archive.read(name) for name in archive.namelist()}
    return code, files


def printed_by(cell, sentences):
    """Return a cell's outputs without its pictures, but for a plot's lines."""
    outputs = []
    for output in cell.outputs:
        data = dict(output.get("data", {}))
        if "image/png" in data:
            data["image/png"] = ""
        if "image/svg+xml" in data:
            svg = data["image/svg+xml"]
            # A title may take fewer lines.
            text = r"<text.*?</text>\s*"
            data["image/svg+xml"] = re.sub(text, "", svg, flags=re.DOTALL)
        if "text/plain" in data:
            data["text/plain"] = judged(data["text/plain"], sentences)
        outputs.append({**output, "data": data})
    return outputs


@pytest.mark.parametrize("language", EDITIONS)
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_its_notebooks_run_and_print_the_same(language, name):
    folders = "", EDITIONS[language].folder
    english, other = (
        nbformat.read(SITE / folder / FOLDER / name, as_version=4) for folder in folders
    )
    assert other.metadata == english.metadata
    sentences = translations(folder_of(ROOT, language) / "judge.po")
    own = {"source", "outputs"}
    for here, there in zip(other.cells, english.cells, strict=True):
        assert here.keys() == there.keys()
        assert all(here[key] == there[key] for key in here.keys() - own)
        if here.cell_type == "code":
            (code, files), (wanted, theirs) = code_of(here), code_of(there)
            assert code == wanted
            assert files.keys() - theirs.keys() == (SPOKEN if files else set())
            for path, content in theirs.items():
                # What the figures say stands in the first line of their script.
                said = (
                    files[path].partition(b"\n")[2] if path == SCRIPT else files[path]
                )
                assert said == content, path
            assert printed_by(here, {}) == printed_by(there, sentences)


@functools.cache
def words_left(edition):
    """Return the English words that no translation has, in small letters."""
    (language,) = (name for name, one in EDITIONS.items() if one == edition)
    english, said = set(), set()
    for path in folder_of(ROOT, language).rglob("*.po"):
        for text, translation in translations(path).items():
            english |= words_of(KEPT.sub(" ", text))
            said |= words_of(KEPT.sub(" ", translation))
    assert len(english - said) > 1000
    return english - said


def words_of(text):
    # Words of others are quoted, and code is code where it has no mark, too.
    text = re.sub(r"“[^”]*”|\w+[._(=]\w[\w.()[\]]*", " ", text)
    return {*re.findall("[a-z]{2,}", text.lower())}


def texts_in(node, left):
    """Yield the texts below a node, without what is left out."""
    for child in node.children:
        if type(child) is NavigableString:
            yield child
        elif isinstance(child, Tag) and id(child) not in left:
            yield from texts_in(child, left)
            yield from (child[name] for name in NAMED if child.get(name))


def escaped(soup, edition):
    """Return what a page, or a part of one, says in English, outside of code."""
    left = {*map(id, soup.select(NO_PROSE))}
    return {
        text for text in texts_in(soup, left) if words_of(text) & words_left(edition)
    }


def test_says_nothing_in_english_but_code_and_names(both):
    edition, path = both
    soup = soup_of(f"{edition.folder}{path}")
    assert soup.select("article [lang=en]") == []
    assert escaped(soup, edition) == set()


def operate(page, figure):
    """Change a figure as by its first control, with the keyboard."""
    first = figure.locator(CONTROLS).first
    first.focus()
    if first.get_attribute("type") == "text":
        for field in figure.locator("input[type=text]").all():
            field.fill("1/8")
    page.keyboard.press("Enter" if first.evaluate(IS_PRESSED) else "ArrowRight")


def test_no_line_begins_with_a_mark_and_only_its_own_letters_have_dots(both):
    edition, path = both
    for folder in ("", edition.folder):
        for formula in soup_of(f"{folder}{path}").select("span.math"):
            if MARK.match(str(formula.next_sibling or "")):
                assert "zm-whole" in formula.parent["class"], formula.parent.get_text()
    soup = soup_of(f"{edition.folder}{path}")
    for selector, longest in LONGEST.items():
        for question in soup.select(selector):
            text = "".join(
                "\u200b" if tag.name == "wbr" else tag.get_text()
                for tag in question.descendants
                if getattr(tag, "name", None) in (None, "wbr")
            )
            for piece in MAY_END.split(text):
                assert len(re.findall("[\u4e00-\u9fff]", piece)) <= longest, piece
            for clause in question.select(".zm-clause")[:-1]:
                assert clause.get_text()[-1] in "，。：；？！", clause
    for strong in soup.select("article p strong"):
        assert len(strong.get_text()) > 4 or "zm-whole" in strong["class"], strong
    for text in soup.select("article em:not(.citation-list em)"):
        foreign = text.find_all(string=re.compile("[A-Za-z0-9]"))
        plain = [one for one in foreign if not one.find_parent(class_="zm-latin")]
        assert [one for one in plain if not one.find_parent(class_="katex")] == []


def test_works_on_a_phone(open_page, http_site, both):
    """One load of a page for all that a browser sees of it."""
    edition, path = both
    page = open_page(f"{http_site}/{edition.folder}{path}", width=390)
    first = first_files(page, http_site)
    assert 0 < sum(first.values()) <= MOST_BYTES, first
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    shown = page.locator(".zm-static").evaluate_all(
        "(all) => all.map((one) => one.outerHTML).join('')"
    )
    for figure in reached(page):
        before = state_of(page, figure), figure.inner_html()
        operate(page, figure)
        settle(page)
        after = state_of(page, figure), figure.inner_html()
        assert after[0] != before[0], figure.get_attribute("data-kind")
        assert after[1] != before[1], figure.get_attribute("data-kind")
        shown += after[1]
    assert escaped(BeautifulSoup(shown, "html.parser"), edition) == set()
    # Those of the English page, which axe knows; they are most of a page's elements.
    page.evaluate(f"document.querySelectorAll('{CODE}').forEach((one) => one.remove())")
    page.evaluate("scrollTo(0, 0)")  # where the header covers no part of a control
    assert violations(page) == []
    assert page.troubles == []


# The distances between the lines of the paragraphs that have dots, in lines.
DISTANCES = """(all) => all.flatMap((one) => {
  const range = document.createRange();
  range.selectNodeContents(one);
  const high = parseFloat(getComputedStyle(one).lineHeight);
  const texts = document.createNodeIterator(one, NodeFilter.SHOW_TEXT);
  const middles = [];
  for (let text; (text = texts.nextNode());) {
    if (text.parentElement.closest(".katex")) continue;
    range.selectNodeContents(text);
    middles.push(...[...range.getClientRects()].map((box) => box.top + box.height / 2));
  }
  middles.sort((a, b) => a - b);
  return middles.slice(1).map((middle, i) => (middle - middles[i]) / high);
})"""


def test_chinese_is_set_as_chinese(context, http_site):
    page = context.new_page()
    page.goto(f"{http_site}/zh/chapters/06_family.html")
    style = page.locator("article p > em").first.evaluate(
        "(one) => (({ fontStyle, textEmphasisStyle, lineBreak }) => "
        "[fontStyle, textEmphasisStyle, lineBreak])(getComputedStyle(one))"
    )
    assert style == ["normal", "dot", "strict"]
    distances = page.locator("article p:has(em):not(details p)").evaluate_all(DISTANCES)
    assert 0.9 < max(distances) < 1.5


def test_the_switch_keeps_the_place_and_is_remembered(context, http_site):
    page = context.new_page()
    place = "chapters/02_layer_norm.html#fig-every-input-lands-on-the-circle-of-radius"
    page.goto(f"{http_site}/{place}")
    page.get_by_role("link", name="中文").click()
    expect(page).to_have_url(re.compile(r"/zh/chapters/02_layer_norm\.html#fig-every"))
    assert page.evaluate(f"localStorage.getItem('{KEY}')") == "zh-CN"
    # Who opens the book finds it in this language; another page stays as it was asked.
    page.goto(f"{http_site}/index.html")
    expect(page).to_have_url(re.compile(r"/zh/intro\.html$"))
    page.goto(f"{http_site}/glossary.html")
    expect(page).to_have_url(re.compile(r"[^h]/glossary\.html$"))
    page.goto(f"{http_site}/zh/intro.html")
    page.get_by_role("link", name="English").click()
    expect(page).to_have_url(re.compile(r"[^h]/intro\.html$"))
    page.goto(f"{http_site}/index.html")
    expect(page).to_have_url(re.compile(r"/index\.html$"))


def test_search_finds_what_is_said_without_spaces(context, http_site):
    page = context.new_page()
    title = soup_of("zh/chapters/05_batch_norm.html").h1.get_text().strip("#¶")
    run = max(re.findall("[\u3400-\u9fff]+", title), key=len)
    page.goto(f"{http_site}/zh/search.html?q={run}")
    first = page.locator("#search-results li").first
    expect(first).to_contain_text(run[:2])
    links = page.locator("#search-results li a").all()
    assert any("05_batch_norm" in link.get_attribute("href") for link in links)
