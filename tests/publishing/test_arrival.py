"""publishing/page/arrival.js: a page is laid out in shares, each of it once."""

import pytest

from tests.browser import IS_LAID_OUT, PUT_OFF, new_page, wait_until

PAGE = "chapters/06_family.html"
BLOCKS = """[...document.querySelectorAll("article section > *")].map((el) => {
  const { x, width, height } = el.getBoundingClientRect();
  return [el.tagName, x, Math.round(el.offsetTop), width, height];
})"""


@pytest.fixture
def page(browser):
    """Return a page of its own, as wide as where notes stand in the margin."""
    context = browser.new_context(viewport={"width": 1680, "height": 900})
    yield new_page(context)
    context.close()


def test_a_page_ends_up_as_if_laid_out_at_once(page, site_address):
    page.goto(f"{site_address('file')}/{PAGE}")
    wait_until(page, IS_LAID_OUT)
    assert page.locator(PUT_OFF).count() > 50
    in_shares = page.evaluate(BLOCKS)
    page.reload()
    assert page.locator(PUT_OFF).count() == 0
    assert in_shares == page.evaluate(BLOCKS)
    assert page.troubles == []


def test_who_comes_to_a_place_finds_it_at_once(page, site_address):
    page.goto(f"{site_address('file')}/{PAGE}#what-is-dyt")
    assert page.locator(PUT_OFF).count() == 0
    top = page.locator("#what-is-dyt").bounding_box()["y"]
    assert abs(top) < 1


def test_nothing_is_styled_twice_while_a_page_is_loaded(page, site_address):
    session = page.context.new_cdp_session(page)
    events, done = [], []
    session.on("Tracing.dataCollected", lambda found: events.extend(found["value"]))
    session.on("Tracing.tracingComplete", lambda _: done.append(True))
    session.send(
        "Tracing.start", {"traceConfig": {"includedCategories": ["devtools.timeline"]}}
    )
    page.goto(f"{site_address('file')}/{PAGE}")
    wait_until(page, IS_LAID_OUT)
    session.send("Tracing.end")
    while not done:
        page.wait_for_timeout(20)
    styled = sum(
        event["args"].get("elementCount", 0)
        for event in events
        if event["name"] == "UpdateLayoutTree"
    )
    assert 1000 < styled < page.evaluate("document.querySelectorAll('*').length")
