"""Marks move where a button, Play or a link puts them; a hand has them at once."""

import pytest

from tests.browser import new_page, wait_until
from tests.explorables.operating import figure_of, first_page, set_state, state_of

FIGURE = "#fig-layernorm-gives-another-answer"
MOVING = f"document.querySelector('{FIGURE} [data-moving]') !== null"
DURATIONS = """() => document.getAnimations().map((one) => [
    one.transitionProperty, one.effect.getTiming().duration])"""


@pytest.fixture(params=["no-preference", "reduce"])
def front_page(browser, site_address, request):
    with browser.new_context(reduced_motion=request.param) as context:
        page = new_page(context)
        page.goto(f"{site_address('file')}/intro.html")
        page.locator(f"{FIGURE} .zm-static[data-live]").wait_for()
        yield page, request.param
        assert page.troubles == []


def test_marks_glide_to_where_a_button_puts_them(front_page):
    page, motion = front_page
    handle = page.locator(f"{FIGURE} .zm-handle").first
    handle.press("End")
    page.evaluate("new Promise(requestAnimationFrame)")
    assert page.evaluate(DURATIONS) == []  # a hand's move
    page.locator(f"{FIGURE} .zm-reset").click()
    page.evaluate(
        "new Promise((done) => requestAnimationFrame(() => setTimeout(done)))"
    )
    found = page.evaluate(DURATIONS)
    if motion == "reduce":
        assert found == []
    else:
        assert {"transform", "cx"} <= {name for name, _ in found}
        assert all(150 <= duration <= 250 for _, duration in found)
    wait_until(page, f"!({MOVING})")


def test_marks_and_lines_glide_where_a_link_changes_several_traits(
    browser, site_address
):
    with browser.new_context(reduced_motion="no-preference") as context:
        page = new_page(context)
        page.goto(f"{site_address('file')}/{first_page('TrainEvalExplorer')}")
        figure = figure_of(page, "TrainEvalExplorer")
        figure.scroll_into_view_if_needed()
        figure.locator("xpath=self::*[@data-live]").wait_for()
        x = [one + 1 for one in state_of(page, figure)["x"]]
        set_state(page, figure, {"x": x, "running_mean": 1.0})
        page.evaluate(
            "new Promise((done) => requestAnimationFrame(() => setTimeout(done)))"
        )
        assert {"transform", "d"} <= {name for name, _ in page.evaluate(DURATIONS)}
        assert page.troubles == []
