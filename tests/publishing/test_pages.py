"""Every page of the built site, whichever there are, in a real browser."""

import functools
import re
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup

from tests.browser import SITE, first_files, page_paths, violations
from tests.explorables.operating import settle

# A page is loaded once in each of these ways, pairs of what can differ; each test looks
# at those that it needs.
PHONE = ("http", {"scheme": "light", "width": 390})
DESKTOP = ("file", {"scheme": "dark", "width": 1280})
WAYS = pytest.mark.parametrize("way", [PHONE, DESKTOP], ids=["phone", "desktop"])
NARROWEST = 320  # a zoom of 400 %
MOST_BYTES = 124 * 1024  # of a page's first load, compressed
MOST_REQUESTS = 15  # of a first load
MOST_SHIFT = 0.01  # Chromium's layout shift score, scrolling through; 0.1 is good
PAGES = page_paths()
# What a stock page loads, and this book does not use.
UNWANTED = ("mathjax", "require.js", "requirejs", "html-manager", "thebe", "jquery")


def test_the_first_page_is_also_the_index():
    first = (SITE / "intro.html").read_bytes()
    assert (SITE / "index.html").read_bytes() == first


@pytest.fixture(params=PAGES, scope="module")
def path(request):
    return request.param


def soup_of(path):
    return BeautifulSoup((SITE / path).read_text(encoding="utf-8"), "html.parser")


@functools.cache
def anchors_of(path):
    """Return the ids on a page: many links lead to the same few."""
    return {element["id"] for element in soup_of(path).select("[id]")}


@pytest.fixture(scope="module")
def loaded(load_once, path):
    """Return a function: the page as it is loaded in one of the ways above."""
    return lambda way: load_once(path, way[0], **way[1])


@WAYS
def test_loads_without_an_error_or_a_foreign_request(loaded, site_address, way):
    page = loaded(way)
    assert page.troubles == []
    own = (site_address(way[0]), "data:", "blob:")
    assert [url for url in page.requested if not url.startswith(own)] == []


@WAYS
def test_loads_and_moves_no_more_than_its_budget(loaded, site_address, way):
    page = loaded(way)
    first = first_files(page, site_address(way[0]))
    total = sum(first.values())
    assert 0 < total <= MOST_BYTES, f"{total / 1024:.0f} KiB: {first}"
    assert len(first) <= MOST_REQUESTS, sorted(first)
    assert page.shift <= MOST_SHIFT


def test_is_heard_as_it_is_seen(loaded):
    page = loaded(DESKTOP)
    heard = page.locator("article, body > main").aria_snapshot()  # the latter in 404
    # What has no name or no content says nothing to who hears it.
    nothing = re.findall(
        r"^ *- (?:group|paragraph|img|button|link|slider)$", heard, re.M
    )
    assert nothing == []
    # Code and what it printed say what they are.
    pieces = page.locator(".cell_input pre, .output.stream pre, .output.text_plain pre")
    unnamed = pieces.evaluate_all(
        "all => all.filter((one) => !one.closest('[role=group][aria-label]'))"
        ".map((one) => one.textContent)"
    )
    assert unnamed == []
    # A figure comes before the link to it.
    early = page.locator(".zm-anchored > .headerlink:first-child")
    assert early.count() == 0
    # A fold that a question opens is not there before.
    closed = page.locator(".zm-behind[data-live]:not([open])")
    assert (
        closed.evaluate_all(
            "all => all.filter((one) => one.checkVisibility())"
            ".map((one) => one.dataset.for)"
        )
        == []
    )


@WAYS
def test_has_no_axe_violation(loaded, way):
    page = loaded(way)
    page.evaluate(
        "document.querySelectorAll('details').forEach((d) => (d.open = true))"
    )
    # What has just been opened fades in, and has little contrast until it is there.
    page.evaluate("Promise.all(document.getAnimations().map((one) => one.finished))")
    assert violations(page) == []


def test_fits_a_phone_and_a_zoom_of_400_percent(loaded):
    page = loaded(PHONE)
    page.set_viewport_size({"width": NARROWEST, "height": 900})
    settle(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROWEST
    # Inside an explorable nothing may be cut off either.
    cut = page.evaluate(
        """() => [...document.querySelectorAll(".zm-explorable *")]
            .filter((el) => !el.closest(".zm-hidden") && !el.closest("svg *"))
            .filter((el) => el.getBoundingClientRect().right > innerWidth + 0.5)
            .map((el) => el.outerHTML.slice(0, 200))"""
    )
    page.set_viewport_size({"width": PHONE[1]["width"], "height": 900})
    assert cut == []


def test_every_link_and_anchor_leads_somewhere(path):
    broken = []
    for link in soup_of(path).select("a[href], link[href], script[src], img[src]"):
        target = link.get("href") or link.get("src")
        parts = urlsplit(target)
        if parts.scheme or parts.netloc:
            continue
        file = (SITE / path).parent / unquote(parts.path) if parts.path else SITE / path
        if not file.exists() or (
            parts.fragment
            and unquote(parts.fragment)
            not in anchors_of(file.resolve().relative_to(SITE.resolve()))
        ):
            broken.append(target)
    assert broken == []


def test_every_formula_was_rendered(path):
    soup = soup_of(path)
    for formula in soup.select(".math"):
        assert formula.select(".katex"), f"not rendered: {formula}"
        assert formula.select("math"), "MathML is what a screen reader reads"
        assert not formula.select(".katex-error"), str(formula)
    for code in soup.select("pre, code, script, .math"):
        code.decompose()
    assert "$" not in soup.get_text(), "a formula that the parser did not take for one"


def test_loads_nothing_that_the_book_does_not_use(path):
    soup = soup_of(path)
    loaded = [
        text.lower()
        for tag in soup.select("script, link[rel=stylesheet]")
        for text in (tag.get("src"), tag.get("href"), tag.string)
        if text
    ]
    assert loaded
    assert [name for name in UNWANTED for text in loaded if name in text] == []
