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


# How far, in pixels, each curve's end is from the dot that stands for it, on the way.
HEADS = """figure => {
    for (const one of figure.getAnimations({ subtree: true })) {
        one.pause();
        one.currentTime = 60; // ms
    }
    const at = (node, x, y) => new DOMPoint(x, y).matrixTransform(node.getScreenCTM());
    const dots = [...figure.querySelectorAll("circle.zm-point")].map((dot) => {
        const { cx, cy } = getComputedStyle(dot);
        return at(dot, parseFloat(cx), parseFloat(cy));
    });
    return [...figure.querySelectorAll(".zm-picture path.zm-curve")].map((curve) => {
        const { x, y } = curve.getPointAtLength(curve.getTotalLength());
        const end = at(curve, x, y);
        return Math.min(...dots.map((dot) => Math.hypot(dot.x - end.x, dot.y - end.y)));
    });
}"""
FINISH = """figure => {
    for (const one of figure.getAnimations({ subtree: true })) one.finish();
}"""


@pytest.mark.parametrize(
    ("kind", "begun", "linked"),
    [
        ("RunningStatsExplorer", {"t": 30}, {"momentum": 0.5, "batch_size": 4}),
        ("TrainingReplay", {"t": 6, "lr": 0.1}, {"lr": 0.9, "beta0": [0.6, 0.0]}),
    ],
)
def test_a_curve_and_its_dot_are_at_one_place_while_they_move(
    browser, site_address, kind, begun, linked
):
    with browser.new_context(reduced_motion="no-preference") as context:
        page = new_page(context)
        page.goto(f"{site_address('file')}/{first_page(kind)}")
        figure = figure_of(page, kind)
        figure.scroll_into_view_if_needed()
        figure.locator("xpath=self::*[@data-live]").wait_for()

        def check():
            page.evaluate(
                "new Promise((done) => requestAnimationFrame(() => setTimeout(done)))"
            )
            moving = {name for name, _ in page.evaluate(DURATIONS)}
            apart = figure.evaluate(HEADS)
            assert apart
            assert max(apart) < 0.5
            figure.evaluate(FINISH)
            figure.locator("[data-moving]").wait_for(state="detached")
            return moving

        set_state(page, figure, begun)
        page.wait_for_timeout(300)  # ms: what comes at once is not moved to
        for name in ("Step", "10 steps"):
            figure.get_by_role("button", name=name, exact=True).click()
            check()
        set_state(page, figure, linked)
        assert {"d", "cy"} <= check()  # as many steps: it glides
        set_state(page, figure, {**begun, "t": 3})
        assert check()
