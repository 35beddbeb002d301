"""How the book is found, shared and looked up: search, addresses, terms, links."""

import collections
import functools
import http.server
import json
import threading
from xml.etree import ElementTree

import pytest
import yaml
from bs4 import BeautifulSoup
from PIL import Image
from playwright.sync_api import expect

from publishing.live.inline_figures import title_of
from publishing.page.anchors import figure_id
from publishing.repository.address import site_address
from publishing.sharing.card import CARD
from tests.browser import ROOT, SITE, page_paths, violations

SCHEMES = ("light", "dark")
TRANSPORTS = ("http", "file")
HTML = [path for path in page_paths() if path != "404.html"]
TOC = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
PAGES = [
    TOC["root"],
    *(entry["file"] for part in TOC["parts"] for entry in part["chapters"]),
]
CHAPTERS = [page for page in PAGES if page.startswith("chapters/")]
ADDRESS = "https://owner.github.io/book/"
GLOSSARY = """# Words

```{glossary}
gap
  What is missing, $1-x$.

running mean
  What is left.
```
"""


@functools.cache
def soup_of(path):
    return BeautifulSoup((SITE / path).read_text("utf-8"), "html.parser")


def meta(soup, name):
    return [
        tag["content"]
        for tag in soup.select(f"meta[name='{name}'],[property='{name}']")
    ]


def book(**pages):
    """Return the pages of a small book, with a first page that lists them."""
    contents = "\n".join(pages)
    return {"intro": f"# Intro\n\n```{{toctree}}\n{contents}\n```\n", **pages}


def parsed(folder, page):
    return BeautifulSoup((folder / f"{page}.html").read_text("utf-8"), "html.parser")


# ---- the site's address, and what needs it ----


@pytest.mark.parametrize(
    ("baseurl", "repository", "address"),
    [
        ("", "", ""),
        ("https://example.org/book", "", "https://example.org/book/"),
        ("https://example.org/", "https://github.com/a/b", "https://example.org/"),
        ("", "https://github.com/Owner/Book", "https://owner.github.io/Book/"),
        ("", "https://github.com/a/b.c", "https://a.github.io/b.c/"),
        ("", "https://github.com/A/a.github.io", "https://a.github.io/"),
        ("", "https://example.org/a/b", ""),
        ("", "https://github.com/a/b/c", ""),
    ],
)
def test_where_the_book_will_stand(baseurl, repository, address):
    assert site_address(baseurl, repository) == address


def test_a_known_address_is_in_every_page_and_in_the_sitemap(build):
    folder, warnings = build(book(one="# One <1>\n"), html_baseurl=ADDRESS)
    assert warnings == ""
    addresses = {"intro": ADDRESS, "one": f"{ADDRESS}one.html"}
    for page, address in addresses.items():
        soup = parsed(folder, page)
        assert [link["href"] for link in soup.select("link[rel=canonical]")] == [
            address
        ]
        assert meta(soup, "og:url") == [address]
        assert meta(soup, "og:description") == [f"Of {page} & more."]
        (card,) = meta(soup, "og:image")
        assert card.startswith(ADDRESS)
        assert Image.open(folder / card.removeprefix(ADDRESS)).size == CARD
    assert meta(parsed(folder, "intro"), "og:title") == ["The book"]
    assert meta(parsed(folder, "one"), "og:title") == ["One <1>"]
    listed = ElementTree.parse(folder / "sitemap.xml").findall(".//{*}loc")
    assert sorted(place.text for place in listed) == sorted(addresses.values())


def test_without_an_address_nothing_pretends_to_have_one(build):
    build(book(one="# One\n"), html_baseurl=ADDRESS)
    folder, warnings = build(book(one="# One\n"))
    assert warnings == ""
    assert not (folder / "sitemap.xml").exists()
    for page in ("intro", "one", "404"):
        text = (folder / f"{page}.html").read_text()
        assert "og:" not in text
        assert "canonical" not in text
        assert "<base" not in text
    assert meta(parsed(folder, "one"), "description") == ["Of one & more."]


@pytest.mark.parametrize(
    ("descriptions", "warning"),
    [
        ({"intro": "The first."}, "one has no line in page_descriptions"),
        (
            {"intro": "1", "one": "2", "two": "3"},
            "has a line for two: there is no such",
        ),
    ],
)
def test_warns_of_a_description_that_is_missing_or_left_over(
    build, descriptions, warning
):
    _, warnings = build(book(one="# One\n"), page_descriptions=descriptions)
    assert warning in warnings
    assert warnings.count("WARNING") == 1


def test_every_page_says_what_it_is():
    found = {path: meta(soup_of(path), "description") for path in HTML}
    assert [path for path, texts in found.items() if len(texts) != 1] == []
    for page in PAGES:
        (text,) = found[f"{page}.html"]
        assert 50 <= len(text) <= 160, f"{page}: {len(text)} letters are not shown well"
    assert len({texts[0] for texts in found.values()}) == len(found)
    titles = {soup_of(path).title.string for path in found}
    assert len(titles) == len(found)


# ---- a page that is not there ----


@pytest.fixture
def pages_host(build):
    """Serve a small book as GitHub Pages does, below /book/; yields its address."""
    favicon = str(ROOT / "figures" / "favicon.svg")
    folder, _ = build(book(one="# One\n"), html_baseurl=ADDRESS, html_favicon=favicon)

    class Handler(http.server.SimpleHTTPRequestHandler):
        def translate_path(self, path):
            inside = path.startswith("/book/")
            return super().translate_path(path[5:] if inside else "/nowhere")

        def send_error(self, code, *arguments):
            self.send_response(code)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write((folder / "404.html").read_bytes())

        def log_message(self, *arguments):
            """Say nothing."""

    handler = functools.partial(Handler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/book/"
        server.shutdown()


@pytest.mark.parametrize("missing", ["gone.html", "a/b/c/gone"])
def test_a_missing_page_leads_back_from_any_depth(open_page, pages_host, missing):
    page = open_page(pages_host + missing)
    icon = f"{pages_host}_static/favicon.svg"
    assert {*page.requested} <= {pages_host + missing, icon}
    assert len(page.troubles) == 1, "only the page itself is missing"
    assert page.get_by_role("searchbox").evaluate("(input) => input.form.action") == (
        f"{pages_host}search.html"
    )
    page.get_by_role("link", name="One").click()
    assert page.url == f"{pages_host}one.html"


# ---- where the reader is ----


def test_previous_and_next_lead_through_the_whole_book():
    links = {}
    for page in PAGES:
        soup = soup_of(f"{page}.html")
        links[page] = [
            (SITE / f"{page}.html").parent.joinpath(link["href"]).resolve()
            for kind in ("prev", "next")
            for link in soup.select(f".{kind}-page")
        ]
    files = [(SITE / f"{page}.html").resolve() for page in PAGES]
    for i, page in enumerate(PAGES):
        assert links[page] == files[max(i - 1, 0) : i] + files[i + 1 : i + 2]


def test_a_chapter_says_which_one_it_is():
    lines = {
        path: [
            " ".join(line.get_text().split())
            for line in soup_of(path).select(".zm-progress")
        ]
        for path in HTML
    }
    wanted = {
        f"{page}.html": [f"Chapter {number} of {len(CHAPTERS)}"]
        for number, page in enumerate(CHAPTERS, start=1)
    }
    assert len(wanted) >= 5
    assert {path: line for path, line in lines.items() if line} == wanted


# ---- links to a place ----


def test_a_figures_id_comes_from_its_title():
    assert figure_id("Unbiased is not best") == "fig-unbiased-is-not-best"
    assert figure_id("γ and β share the work") == "fig-gamma-and-beta-share-the-work"
    assert figure_id("Twice", {"fig-twice", "fig-twice-2"}) == "fig-twice-3"


def test_a_plots_title_is_its_bold_text():
    texts = ['font-size: 9px;">x', 'font-weight: 700;">A &lt; B']
    plot = "".join(f'<text style="{text}</text>' for text in texts)
    assert title_of(f'<div class="zm-plot">{plot}</div>') == "A < B"
    assert title_of("<p>nothing</p>") == ""


def test_ids_are_unique():
    twice = {}
    for path in HTML:
        ids = collections.Counter(tag["id"] for tag in soup_of(path).select("[id]"))
        twice[path] = [name for name, count in ids.items() if count > 1]
    assert {path: names for path, names in twice.items() if names} == {}


def test_every_heading_and_figure_can_be_linked_to():
    figures = 0
    for page in PAGES:
        article = soup_of(f"{page}.html").article
        for heading in article.select("section :is(h1, h2, h3)"):
            link = heading.select_one("a.headerlink")
            assert link["aria-label"] == "Permalink"
            assert link["href"] == f"#{heading.parent['id']}"
        for figure in article.select(".zm-static, .zm-plot"):
            if figure.get("data-kind") == "Quiz" or figure.find_parent(
                class_="zm-static"
            ):
                continue
            frame = figure.find_parent(class_="zm-anchored")
            link = frame.find(class_="headerlink", recursive=False)
            assert link["href"] == f"#{frame['id']}"
            figures += 1
    assert figures > 15


def test_a_permalink_is_named_after_what_is_seen_and_can_be_reached(
    open_page, site_address
):
    page = open_page(f"{site_address('file')}/chapters/01_biased_variance.html")
    taken = set()
    for figure in page.locator(".zm-static:not([data-kind=Quiz])").all():
        frame = figure.locator("xpath=ancestor::*[contains(@class, 'zm-anchored')]")
        title = figure.locator(".zm-title").inner_text()
        asked = figure.get_attribute("data-kind") == "Predict"
        kind = "predict" if asked else "fig"
        name = figure_id(title, taken, kind)
        assert frame.get_attribute("id") == name
        taken.add(name)
        link = frame.get_by_role("link", name=f"Permalink: {title}")
    # Seen where the keyboard is; and large enough for a finger.
    page.keyboard.press("Tab")
    for one in (link, page.locator("h2 .headerlink").first):
        expect(one).to_have_css("opacity", "0")
        one.focus()
        expect(one).to_have_css("opacity", "1")
        box = one.bounding_box()
        assert min(box["width"], box["height"]) >= 24
        one.press("Enter")
        assert page.url.endswith(one.get_attribute("href"))


# ---- words of the glossary ----


def links_in(folder, page):
    return [
        (link.get_text(), link["href"])
        for link in parsed(folder, page).select("article a.zm-term")
    ]


def test_the_title_of_a_work_links_no_words(build):
    text = """# A gap

```{eval-rst}
See [one]_.

.. [one] The gap of running means.
```
"""
    folder, warnings = build(book(words=GLOSSARY, one=text))
    assert warnings == ""
    assert links_in(folder, "one") == []


def test_the_first_use_of_a_word_is_a_link(build):
    text = """# A gap

`gap` $gap$ [gap](https://example.org) a-gap gapped

Gaps and a gap; the *running* mean, the Running Mean.
"""
    folder, warnings = build(book(words=GLOSSARY, one=text))
    assert warnings == ""
    assert links_in(folder, "one") == [
        ("Gaps", "words.html#term-gap"),
        ("Running Mean", "words.html#term-running-mean"),
    ]
    assert links_in(folder, "words") == []


def test_a_word_that_a_page_links_itself_or_means_otherwise_is_left_alone(build):
    text = "# One\n\nA gap, and then a {term}`gap`.\n"
    pages = book(words=GLOSSARY, one=text, two="# Two\n\nA gap.\n")
    folder, warnings = build(pages, other_meanings={"two": ["gap"]})
    assert warnings == ""
    page = parsed(folder, "one")
    assert links_in(folder, "one") == [("gap", "words.html#term-gap")]
    assert "A gap, and" in page.article.get_text()
    assert not page.article.select_one("p").get_text().startswith("A gap.")
    assert links_in(folder, "two") == []


def test_a_new_word_reaches_pages_that_did_not_change(build):
    pages = book(words=GLOSSARY, one="# One\n\nThe first gap of all.\n")
    build(pages)
    words = GLOSSARY.replace("gap\n", "hole\n")
    folder, _ = build({**pages, "words": words})
    assert links_in(folder, "one") == []


def previews():
    text = (SITE / "_static/previews.js").read_text("utf-8")
    return json.JSONDecoder().raw_decode(text, text.index("= {") + 2)[0]


def test_every_link_to_a_word_has_something_to_show():
    shown = previews()
    linked = set()
    for path in HTML:
        for link in soup_of(path).select("a.zm-term, .bibtex-citation a"):
            if "/" in link["href"] or not link["href"].startswith("#"):
                linked.add(link["href"].removeprefix("../"))
    assert len(linked) > 5
    assert linked <= shown.keys()
    assert "https://arxiv.org/abs/1607.06450" in shown
    for content in shown.values():
        soup = BeautifulSoup(content, "html.parser")
        assert soup.get_text().strip()
        assert not soup.select("a, [id]"), "nothing to press, no second id"


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_a_preview_comes_and_goes_by_pointer(open_page, site_address, transport):
    page = open_page(f"{site_address(transport)}/notation.html")
    link = page.get_by_role("link", name="mean squared error")
    preview = page.get_by_role("tooltip")
    link.hover()
    expect(preview).to_contain_text("its variance plus its squared bias")
    page.keyboard.press("Escape")
    page.mouse.move(2, 2)
    link.hover()
    page.mouse.move(2, 2)
    page.wait_for_timeout(600)
    expect(preview).to_have_count(0)  # for a pointer that only passes
    link.hover()
    expect(preview).to_be_visible()
    assert link.get_attribute("aria-describedby") == preview.get_attribute("id")
    preview.hover()
    page.wait_for_timeout(600)
    expect(preview).to_be_visible()  # it can be pointed at, and stays
    page.mouse.move(2, 2)
    expect(preview).to_have_count(0)
    assert link.get_attribute("aria-describedby") is None
    link.hover()
    expect(preview).to_be_visible()
    page.keyboard.press("Escape")
    expect(preview).to_have_count(0)
    assert page.troubles == []


def test_a_preview_comes_and_goes_with_the_focus(open_page, site_address):
    page = open_page(f"{site_address('file')}/notation.html")
    preview = page.get_by_role("tooltip")
    page.keyboard.press("Tab")
    link = page.locator(".bibtex-citation a").first
    link.focus()
    expect(preview).to_contain_text("Layer normalization")
    assert link.get_attribute("title") is None, "the browser would show a second one"
    page.mouse.move(300, 300)
    page.wait_for_timeout(600)
    expect(preview).to_be_visible()  # as long as the focus is there
    page.keyboard.press("Escape")
    expect(preview).to_have_count(0)
    page.keyboard.press("Tab")
    expect(preview).to_contain_text("Batch normalization")
    page.locator("h1 .headerlink").focus()
    expect(preview).to_have_count(0)


def test_a_finger_gets_no_preview(open_page, site_address):
    page = open_page(f"{site_address('file')}/notation.html", width=390, touch=True)
    page.evaluate(
        """() => {
            document.addEventListener("click", (event) => event.preventDefault());
            const look = () => (window.seen ||= document.querySelector(".zm-preview"));
            new MutationObserver(look).observe(
              document.body, { subtree: true, childList: true });
        }"""
    )
    page.locator("a.zm-term").first.tap()
    page.wait_for_timeout(600)
    assert page.evaluate("!window.seen")


@pytest.mark.parametrize("width", [1280, 360])
def test_a_preview_stays_in_the_window(open_page, site_address, width):
    page = open_page(f"{site_address('file')}/notation.html", width=width)
    for link in page.locator("a.zm-term, .bibtex-citation a").all():
        link.hover()
        expect(link).to_have_attribute("aria-describedby", "zm-preview")
        box = page.get_by_role("tooltip").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 900
        page.keyboard.press("Escape")


# ---- search ----


def test_a_later_build_keeps_the_terms_in_the_search(build):
    pages = book(glossary=GLOSSARY)
    build(pages)
    changed = {"intro": pages["intro"] + "\nMore.\n"}
    folder, _ = build({**pages, **changed})
    index = (folder / "searchindex.js").read_text("utf-8")
    terms = json.loads(index.removeprefix("Search.setIndex(").rstrip(")"))
    assert terms["indexentries"].keys() >= {"gap", "running mean"}


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_search_leads_to_the_right_place(open_page, site_address, transport):
    site = site_address(transport)
    page = open_page(f"{site}/bibliography.html")
    page.locator(".sidebar-search").press_sequentially("momentum")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("found")
    result = page.locator("#search-results li").first
    expect(result).to_contain_text("weight of the new batch")
    expect(result.get_by_role("link")).to_have_text("Glossary › momentum")
    # The words stand in every text, and a chapter's result leads to a section.
    texts = page.locator("#search-results .context").all_inner_texts()
    assert texts
    assert all("momentum" in text.lower() for text in texts)
    chapter = page.get_by_role("link", name="Momentum: the weight of what?")
    chapter.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/chapters/05_batch_norm.html#momentum-the-weight-of-what")
    # By scripts that the page fetches for it.
    expect(page.locator(".highlighted").first).to_be_attached()
    assert page.troubles == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_search_results_and_a_preview_have_no_axe_violation(
    open_page, site_address, scheme
):
    site = site_address("file")
    page = open_page(f"{site}/search.html?q=momentum", scheme=scheme)
    expect(page.locator("#search-results .context").first).to_be_visible()
    assert violations(page) == []
    page = open_page(f"{site}/notation.html", scheme=scheme)
    page.locator("a.zm-term").first.hover()
    expect(page.get_by_role("tooltip")).to_be_visible()
    assert violations(page) == []


def test_search_says_when_it_finds_nothing(open_page, site_address):
    page = open_page(f"{site_address('file')}/search.html?q=xyzzy")
    expect(page.get_by_role("status")).to_contain_text("did not match")
    # And a new word can be typed, on a phone too, where the sidebar is hidden.
    page.get_by_role("searchbox", name="Words").fill("epsilon")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("found")
    assert page.troubles == []
