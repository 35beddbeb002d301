"""The book as a file."""

import datetime
import io
import re
import xml.etree.ElementTree as ElementTree
import zipfile

import pikepdf
import pytest
from bs4 import BeautifulSoup

from publishing.bound.epub import make_epub
from publishing.bound.offer import offer
from publishing.bound.pages import bind
from publishing.bound.pdf import print_pdf
from publishing.languages.editions import EDITIONS, ENGLISH
from tests.browser import SITE

DATE = datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC)
XHTML = "{http://www.w3.org/1999/xhtml}"
TOC = "root: intro\nparts: [{chapters: [{file: chapters/01_one}, {file: words}]}]"
PAGES = {
    "intro.html": """<article><h1>A book</h1><p><a class="zm-begin"
        href="chapters/01_one.html">Begin</a> <a href="x.ipynb">a file</a></p>
        </article>""",
    "words.html": """<article><h1>Words</h1><p id="term-gap">gap</p>
        <div class="zm-review">Folded.</div>
        <details class="zm-prompt"><summary>What is it?</summary>
        <p>A loss.</p></details>
        <details><summary>More</summary><p>Less.</p></details>
        <p><a href="chapters/01_one.html#fig-a?n=3">a state</a></p></article>""",
    "chapters/01_one.html": """<link rel="canonical" href="https://a.example/one.html">
        <article><h1>1. One & all<a class="headerlink" href="#one">¶</a></h1>
        <p><a href="../words.html#term-gap">gap</a></p>
        <span class="katex"><math
            xmlns="http://www.w3.org/1998/Math/MathML"><mi>x</mi></math></span>
        <div class="zm-anchored" id="fig-a"><span id="fig-a?n=3&mode=one each"></span>
        <div class="zm-static" data-kind="Sweep"><script>{}</script>
        <div class="zm-picture"><svg aria-label="A dot" width="40" height="40">
            <defs><path id="m"/><clipPath id="c"></clipPath></defs>
            <use xlink:href="#m"/><g clip-path="url(#c)"></g>
            <circle cx="9" cy="9" r="5"/></svg></div>
        <div class="zm-controls"><button>Reset</button></div></div></div>
        <div class="zm-static zm-quiz" data-kind="Quiz"><div><p>1. Which?</p>
        <details><summary>Answer</summary><p class="zm-feedback">The second.</p>
        </details></div></div>
        <p><strong>1.</strong> (easy) Try.</p>
        <div class="cell tag_hide-cell"><details><summary>Show</summary>
        <pre>solved = True</pre></details></div></article>""",
}


@pytest.fixture
def site(tmp_path):
    """Return the folder of a site of three pages."""
    site = tmp_path / "_build" / "html"
    (site / "chapters").mkdir(parents=True)
    (tmp_path / "_toc.yml").write_text(TOC)
    for name, text in PAGES.items():
        (site / name).write_text(f"<!doctype html><title>x</title>{text}")
    return site


@pytest.fixture
def sheet(tmp_path):
    """Return a function that writes a page, and returns its address."""

    def write(body):
        path = tmp_path / "sheet.html"
        path.write_text(f"<!doctype html><meta charset=utf-8><body>{body}")
        return path.as_uri()

    return write


def test_the_parts_are_the_pages_in_order_and_the_answers(site):
    parts = bind(site)
    assert [part.name for part in parts] == ["intro", "one", "words", "answers"]
    chapter, answers = parts[1].article, parts[3].article
    assert not chapter.select("script, button, .headerlink")
    assert "The second." not in chapter.get_text()
    assert "solved" not in chapter.get_text()
    assert [h.get_text() for h in answers("h3")] == ["Question 1", "Exercise 1"]
    assert "The second." in answers.get_text()
    assert "solved" in answers.get_text()
    # A prompt is a question with its answer; what opens another fold goes.
    asked = parts[2].article.select_one(".zm-asked")
    assert asked.get_text() == "What is it?"
    assert asked.find_next_sibling("p").get_text() == "A loss."
    assert "Less." in parts[2].article.get_text()
    assert not {"More", "Folded."} & {*parts[2].article.stripped_strings}
    live = chapter.select_one(".zm-anchored > .zm-bound-link a")
    assert live["href"] == "https://a.example/one.html#fig-a"


def trouble_with_links(parts):
    """Return the ids that are there twice or are none, and what leads nowhere.

    An id has no space. Of links, those within the book; what a drawing repeats, cuts
    or paints by must be its own.
    """
    ids = [element["id"] for part in parts for element in part.article(id=True)]
    ids += [part.article["id"] for part in parts]
    links = [a["href"] for part in parts for a in part.article("a", href=True)]
    lost = [link for link in links if link[0] == "#" and link[1:] not in ids]
    other = [link for link in links if not link.startswith(("#", "http"))]
    for svg in (svg for part in parts for svg in part.article("svg")):
        text = str(svg)
        used = re.findall(r'<use [^>]*href="#([^"]+)|url\(#([^)]+)\)', text)
        lost += [a or b for a, b in used if f'id="{a or b}"' not in text]
    wrong = {i for i in ids if ids.count(i) > 1 or len(i.split()) != 1}
    return sorted(wrong), lost + other


def test_links_lead_within_a_small_book(site):
    assert trouble_with_links(bind(site)) == ([], [])


@pytest.mark.parametrize("edition", [ENGLISH, *EDITIONS.values()])
def test_links_lead_within_the_book(edition):
    assert trouble_with_links(bind(SITE, edition.folder)) == ([], [])


def test_the_front_page_offers_each_file_once(site):
    (site / "book.pdf").write_bytes(bytes(2**20))
    begin = '<p><a class="zm-begin " href="chapters/01_one.html">Begin</a></p>'
    for page in ("intro.html", "index.html"):
        (site / page).write_text(f"<article>{begin}</article>")
    for _ in range(2):
        offer(site, ["book.pdf", "book.epub"])
    for page in ("intro.html", "index.html"):
        soup = BeautifulSoup((site / page).read_text(), "html.parser")
        (offered,) = soup.select("p.zm-files")
        assert offered.get_text() == "To take along: PDF (1.0 MiB)"
        assert [link["href"] for link in offered("a")] == ["book.pdf"]


def test_the_pdf_says_on_which_page_a_part_begins(site, sheet, browser):
    content = print_pdf(browser, bind(site), ENGLISH, sheet, DATE)
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert str(pdf.docinfo["/Title"]) == "A book"
        # Cover, contents, and each part on a page of its own.
        assert len(pdf.pages) == 6
        with pdf.open_outline() as outline:
            titles = [item.title for item in outline.root]
    assert titles[-4:] == ["A book", "1. One & all", "Words", "Answers"]
    assert content == print_pdf(browser, bind(site), ENGLISH, sheet, DATE)


def test_the_epub_is_xhtml_with_mathml_and_pictures(site, sheet, browser):
    content = make_epub(browser, bind(site), ENGLISH, sheet, DATE)
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        assert book.infolist()[0].filename == "mimetype"
        trees = {
            name: ElementTree.fromstring(book.read(name))
            for name in book.namelist()
            if name.endswith((".xhtml", ".opf"))
        }
        names = set(book.namelist())
    chapter = trees["EPUB/one.xhtml"]
    assert chapter.find(".//{http://www.w3.org/1998/Math/MathML}mi").text == "x"
    (image,) = chapter.iter(f"{XHTML}img")
    assert image.get("alt") == "A dot"
    assert f"EPUB/{image.get('src')}" in names
    places = {
        f"{name[5:]}#{element.get('id')}"
        for name, tree in trees.items()
        for element in tree.iter()
    } | {name[5:] for name in names}
    links = [a.get("href") for tree in trees.values() for a in tree.iter(f"{XHTML}a")]
    assert [a for a in links if a not in places and not a.startswith("http")] == []
    assert content == make_epub(browser, bind(site), ENGLISH, sheet, DATE)
