"""Explorables found on a page, read and operated as readers do."""

import functools
from pathlib import Path

from tests.browser import SITE, page_paths
from tests.quantities import check_quantities

PAGES = [path for path in page_paths() if "zm-static" in (SITE / path).read_text()]
COPIES = Path(__file__).with_name("copies.js").read_text("utf-8")
STEPS = 14  # pixels that a drag moves at least; handles are 24 px and more


def figures(page):
    return page.locator(".zm-static").all()


def reached(page):
    """Yield every figure once the folds that it stands in are open.

    Of the book's predictions, the first of each form, and of its quizzes the first:
    what is operated is the same in all of them. Reset closes a prediction again, and
    its fold with it.
    """
    here = page.url.partition("#")[0]
    seen = set()
    for figure in figures(page):
        kind = figure.get_attribute("data-kind")
        if kind in ("Predict", "Quiz"):
            form = state_of(page, figure).get("form")
            first = first_with(form) if form else first_page(kind)
            if (kind, form) in seen or not here.endswith(f"/{first}"):
                continue
            seen.add((kind, form))
        figure.evaluate(
            """(el) => {
                for (let at = el; (at = at.parentElement?.closest("details")); )
                    at.open = true;
            }"""
        )
        yield figure


def first_page(kind):
    """Return the path of the first page that shows an explorable of this class."""
    return first_page_that_says(f'data-kind="{kind}"')


def first_with(form):
    """Return the path of the first page with a prediction of this form."""
    return first_page_that_says(f'"form":"{form}"')


@functools.cache
def first_page_that_says(mark):
    paths = [path for path in PAGES if mark in (SITE / path).read_text()]
    assert paths, f"no page has {mark}"
    return paths[0]


def figure_of(page, kind):
    return page.locator(f'.zm-static[data-kind="{kind}"]').first


def model_of(figure):
    return figure.get_attribute("data-model")


def state_of(page, figure):
    return page.evaluate(
        "(id) => zeroMeanUnitVariance.models.get(id).state", model_of(figure)
    )


def set_state(page, figure, traits):
    page.evaluate(
        """([id, traits]) => {
            const model = zeroMeanUnitVariance.models.get(id);
            for (const [key, value] of Object.entries(traits)) model.set(key, value);
        }""",
        [model_of(figure), traits],
    )
    settle(page)


def open_copy(page, figure, **traits):
    """Show one more such figure at the page's end, as `copy`: { model, el, end }.

    Its state is its own; it begins as the figure's, but for these traits.
    """
    page.evaluate(COPIES)
    page.evaluate(
        "([id, traits]) => { window.copy = openCopy(id, traits); }",
        [model_of(figure), traits],
    )


def settle(page):
    """Wait until what was scheduled for the next frame has been drawn."""
    page.evaluate(
        "() => new Promise((go) => requestAnimationFrame(() => "
        "requestAnimationFrame(go)))"
    )


def check_readout(page, figure):
    """Hold every number of the readout to torch; return what was read."""
    shown = dict(
        figure.locator("[data-quantity]").evaluate_all(
            "(all) => all.map((el) => [el.dataset.quantity, el.value])"
        )
    )
    check_quantities(shown, state_of(page, figure))
    return shown


def changed(page, figure, before, what):
    """Check that an operation changed the state, and the readout with it."""
    settle(page)
    after = state_of(page, figure)
    assert after != before, f"{what} changed nothing"
    check_readout(page, figure)
    return after


def reset(page, figure, initial):
    figure.get_by_role("button", name="Reset").click()
    settle(page)
    assert state_of(page, figure) == initial


def centre(locator):
    locator.scroll_into_view_if_needed()
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag_of(handle):
    """Return (dx, dy): STEPS pixels along a handle's direction, where there is room."""
    x, y = centre(handle)
    frame = handle.locator("xpath=ancestor::*[local-name()='svg']").bounding_box()
    if handle.get_attribute("aria-orientation") == "vertical":
        return 0, STEPS if y < frame["y"] + frame["height"] / 2 else -STEPS
    return STEPS if x < frame["x"] + frame["width"] / 2 else -STEPS, 0


def drag(handle):
    """Drag a handle by mouse, along its direction."""
    mouse = handle.page.mouse
    x, y = centre(handle)
    dx, dy = drag_of(handle)
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + 4 * dx, y + 4 * dy, steps=4)
    mouse.up()


def click_across(slider):
    """Click on the far half of a slider."""
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    low, high = (float(slider.get_attribute(end)) for end in ("min", "max"))
    near_left = float(slider.input_value()) < (low + high) / 2
    slider.page.mouse.click(
        box["x"] + box["width"] * (0.75 if near_left else 0.25),
        box["y"] + box["height"] / 2,
    )


def other_buttons(figure):
    """Return a figure's buttons but Reset, as elements: one may take others away."""
    buttons = figure.locator("button:not(.zm-reset)").element_handles()
    return [button for button in buttons if button.inner_text() != "Reset"]


def by_mouse(figure, does):
    """Do with the mouse all that a figure offers, each by does(what, act)."""
    for i, handle in enumerate(figure.locator("svg [role=slider]").all()):
        does(f"dragging handle {i}", lambda one=handle: drag(one))
    for i, slider in enumerate(figure.locator("input[type=range]").all()):
        does(f"clicking on slider {i}", lambda one=slider: click_across(one))
    for i, answer in enumerate(figure.locator("input[type=radio]").all()):
        if not answer.is_checked():  # else it was chosen by the one before
            does(f"choosing answer {i}", answer.click)
    if fields := figure.locator("input[type=text]").all():
        # All of them: some numbers alone are no guess.
        does("filling in", lambda: [field.fill("0.5") for field in fields])
    for i, cell in enumerate(figure.locator("[role=gridcell]").all()[::7]):
        if cell.get_attribute("aria-selected") != "true":
            does(f"clicking on cell {i}", cell.click)
    for button in other_buttons(figure):
        if button.is_visible():  # still
            does(f"button {button.inner_text()!r}", button.click)


def by_keyboard(figure, does, look):
    """Do with the keyboard all that a figure offers, each by does(what, act).

    look() is called after keys that need not change anything.
    """
    press = figure.page.keyboard.press
    # Elements and not places: a slider may change how many handles there are.
    for i, handle in enumerate(
        figure.locator("svg [role=slider], input[type=range]").element_handles()
    ):
        handle.focus()
        for key in ("Home", "End", "Home"):
            press(key)
            look()
        for key in ("ArrowRight", "ArrowLeft"):
            does(f"{key} on slider {i}", lambda key=key: press(key))
        assert handle.evaluate("(el) => el === el.ownerDocument.activeElement")
        named = "(el) => el.getAttribute('aria-label') || el.labels?.[0]?.textContent"
        assert handle.evaluate(named), "a slider without a name"
        assert handle.get_attribute("aria-valuetext")
    for cell in figure.locator("[role=gridcell][tabindex='0']").element_handles():
        cell.focus()
        does("ArrowRight in the grid", lambda: press("ArrowRight"))
    for group in figure.locator("fieldset").all():
        chosen = group.locator("input:checked")
        (chosen if chosen.count() else group.locator("input")).first.focus()
        for _ in range(2):
            does("ArrowDown on a question", lambda: press("ArrowDown"))
    if fields := figure.locator("input[type=text]").all():
        does("typing", lambda: [field.press_sequentially("1/8") for field in fields])
        does("Enter in a field", lambda: fields[0].press("Enter"))
    for button in other_buttons(figure):
        if not button.is_visible():
            continue
        button.focus()
        does(f"Enter on {button.inner_text()!r}", lambda: press("Enter"))
