"""An explorable that fails says so in its place, and blocks no other."""

import json

import pytest
from bs4 import BeautifulSoup

from publishing.live import draw_stills
from tests.browser import SITE, page_paths
from tests.explorables.operating import open_copy, set_state, settle, state_of

FIRST = "chapters/01_biased_variance.html"


def sabotage(path):
    """Spoil four figures of a page; return it, and their messages by place."""
    soup = BeautifulSoup((SITE / path).read_text(encoding="utf-8"), "html.parser")
    figures = soup.select(".zm-static")
    scripts = [figure.script for figure in figures]
    contents = [json.loads(script.string) for script in scripts]
    lazy = next(i for i, content in enumerate(contents) if content["lazy"])
    kinds = {
        i: content["state"]["kind"]
        for i, content in enumerate(contents)
        if not content["lazy"] and content["state"]["kind"] != "Quiz"
    }
    # One of those that cannot be drawn without their traits.
    bare = [{"name": "", "state": {"kind": kind}} for kind in kinds.values()]
    stills = zip(kinds, draw_stills(bare), strict=True)
    thrown = next(i for i, still in stills if "error" in still)
    unknown, unread, *_ = kinds.keys() - {thrown}
    contents[unknown]["code"] = "nonesuch"
    contents[thrown]["state"] = {"kind": kinds[thrown]}
    contents[lazy]["lazy"] = dict.fromkeys(contents[lazy]["lazy"], "missing")
    for script, content in zip(scripts, contents, strict=True):
        script.string = json.dumps(content)
    scripts[unread].string = "{"
    words = {
        unknown: "nonesuch.js",
        thrown: "brought to life",
        unread: "JSON",
        lazy: "missing.js did not load",
    }
    return str(soup), words


@pytest.fixture
def first(open_page, site_address):
    """Open chapter 1; (page, its first explorable)."""
    page = open_page(f"{site_address('file')}/{FIRST}")
    figure = page.locator("[data-kind=VarianceExplorer]")
    return page, figure


def test_a_figure_that_fails_says_so_and_the_others_live(browser, site_address):
    texts = {path: (SITE / path).read_text() for path in page_paths()}
    path = max(texts, key=lambda path: texts[path].count("zm-static"))
    html, words = sabotage(path)
    page = browser.new_page()
    address = f"{site_address('http')}/{path}"
    page.route(
        address, lambda route: route.fulfill(body=html, content_type="text/html")
    )
    page.goto(address)
    figures = page.locator(".zm-static").all()
    assert len(figures) > len(words)
    for i, figure in enumerate(figures):
        figure.scroll_into_view_if_needed()
        if i not in words:
            figure.locator("xpath=self::*[@data-live]").wait_for()
            assert figure.locator("button:visible, input:visible").count()
            assert not figure.locator(".zm-trouble").count()
            continue
        trouble = figure.locator(".zm-trouble")
        trouble.wait_for()
        assert words[i] in trouble.inner_text()
        # What it would have shown at first is still there, and nothing dead.
        assert figure.locator(".zm-title").is_visible()
        pictures = figure.locator(".zm-picture").all()
        assert all(picture.is_visible() for picture in pictures)
        assert not figure.locator("button, input").locator("visible=true").count()
    page.close()


def test_a_state_that_cannot_be_drawn_is_told_until_the_next(first):
    page, figure = first
    readout = figure.locator(".zm-readout")
    initial = readout.inner_text()
    good = state_of(page, figure)["x"]
    set_state(page, figure, {"x": None})
    assert "cannot be drawn" in readout.inner_text()
    assert figure.locator(".zm-failed").count()
    set_state(page, figure, {"x": good})
    assert readout.inner_text() == initial
    assert not figure.locator(".zm-failed").count()
    # And Reset mends it, too.
    set_state(page, figure, {"x": None})
    figure.get_by_role("button", name="Reset").click()
    settle(page)
    assert readout.inner_text() == initial
    assert all(trouble.startswith("console: TypeError") for trouble in page.troubles)
    assert len(page.troubles) == 2


def test_a_notebook_that_begins_with_such_a_state_recovers(first):
    page, figure = first
    good = state_of(page, figure)["x"]
    open_copy(page, figure, x=None)
    shown = "copy.el.textContent"
    assert "VarianceExplorer could not be drawn" in page.evaluate(shown)
    page.evaluate("(x) => copy.model.set('x', x)", good)
    settle(page)
    assert figure.locator(".zm-readout").inner_text() in page.evaluate(
        "copy.el.querySelector('.zm-readout').innerText"
    )
    page.evaluate("copy.end()")
    assert page.evaluate("[...copy.model.listeners.values()].every((set) => !set.size)")


def test_an_address_with_a_broken_percent_sign_stops_no_figure(open_page, site_address):
    page = open_page(f"{site_address('file')}/{FIRST}#fig-%E0?x=%")  # wakes them all
    assert page.troubles == []
