"""What a page does where the browser keeps nothing: all of it, for the session."""

import pytest
from playwright.sync_api import expect

from tests.browser import SITE, page_paths, wake

# As in Chromium where cookies are blocked.
BLOCKED = """Object.defineProperty(window, "localStorage", {
  configurable: true,
  get() { throw new DOMException("The document is denied access", "SecurityError"); },
});"""
GROUND = "getComputedStyle(document.body).backgroundColor"


@pytest.fixture
def open_frame(browser, site_address):
    """Return a function that opens a page of the site; (frame, exceptions).

    how: "blocked", or "sandboxed", in a frame that may only run scripts.
    """
    contexts = []

    def open_one(path, how, scheme="light"):
        context = browser.new_context(color_scheme=scheme, reduced_motion="reduce")
        contexts.append(context)
        page, exceptions = context.new_page(), []
        page.on("pageerror", lambda error: exceptions.append(str(error)))
        address = f"{site_address('http')}/{path}"
        if how == "blocked":
            page.add_init_script(BLOCKED)
            page.goto(address)
            return page, exceptions
        page.set_content(
            '<iframe sandbox="allow-scripts allow-forms" width=1250 height=700 '
            f'src="{address}"></iframe>'
        )
        frame = page.frames[1]
        frame.wait_for_load_state()
        assert frame.evaluate("origin") == "null"
        return frame, exceptions

    yield open_one
    for context in contexts:
        context.close()


HOW = pytest.mark.parametrize("how", ["blocked", "sandboxed"])


@HOW
def test_search_finds_and_leads(open_frame, how):
    frame, exceptions = open_frame("search.html?q=momentum", how)
    expect(frame.get_by_role("status")).to_contain_text("found")
    frame.get_by_role("link", name="Momentum: the weight of what?").click()
    expect(frame.locator(".highlighted").first).to_be_attached()
    assert exceptions == []


@HOW
def test_the_systems_scheme_and_the_switch_count(open_frame, how):
    frame, exceptions = open_frame("notation.html", how, scheme="dark")
    light, _ = open_frame("notation.html", how)
    dark, bright = frame.evaluate(GROUND), light.evaluate(GROUND)
    assert dark != bright
    switch = frame.locator(".theme-toggle:visible")
    seen = []
    for _ in range(3):
        switch.click()
        seen.append(frame.evaluate(GROUND))
    assert {*seen} == {dark, bright}, "auto, light and dark"
    while frame.evaluate(GROUND) == dark:
        switch.click()
    # And it stays on the next page.
    frame.locator(".sidebar-tree a", has_text="Glossary").click()
    frame.wait_for_url("**/glossary.html")
    assert frame.evaluate(GROUND) == bright
    assert exceptions == []


@HOW
def test_figures_wake(open_frame, how):
    frame, exceptions = open_frame("chapters/01_biased_variance.html", how)
    wake(frame)
    figures = frame.locator(".zm-static").count()
    assert frame.locator(".zm-static[data-live]").count() == figures > 0
    assert exceptions == []


def test_the_name_that_a_frame_has_is_left_alone(open_frame):
    frame, exceptions = open_frame("notation.html", "blocked")
    frame.evaluate("window.name = 'mine'")
    frame.reload()
    frame.locator(".theme-toggle:visible").click()
    assert frame.evaluate("window.name") == "mine"
    assert frame.evaluate("document.body.dataset.theme") != "auto"
    assert exceptions == []


def test_the_missing_page_throws_nothing(open_frame):
    _, exceptions = open_frame("404.html", "blocked")
    assert exceptions == []


# A server alone shows 404.html.
FROM_DISK = ["index.html", *(path for path in page_paths() if path != "404.html")]


@pytest.mark.parametrize("path", FROM_DISK)
def test_nothing_is_asked_for_before_the_stylesheet_is_there(path):
    """Scripts wait for the stylesheet above: the browser knows of the page by then."""
    html = (SITE / path).read_text("utf-8")
    assert html.index('rel="stylesheet"') < html.index("localStorage")
