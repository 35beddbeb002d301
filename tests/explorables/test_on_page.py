"""Every explorable on every page, operated as readers do, whichever there are.

Found on the pages themselves, so that a new page or explorable is covered without
new code. What the readout shows must be what the class's `quantities()` computes
with torch from the same traits.
"""

import math

import pytest
import traitlets

import explorables
from explorables.base import Number
from tests.browser import SITE, page_paths
from tests.quantities import check_quantities

PAGES = [path for path in page_paths() if "zm-static" in (SITE / path).read_text()]
STEPS = 14  # pixels that a drag moves at least; handles are 24 px and more


@pytest.fixture(params=PAGES)
def path(request):
    return request.param


def figures(page):
    return page.locator(".zm-static").all()


def first_page(kind):
    """Return the path of the first page that shows an explorable of this class."""
    mark = f'data-kind="{kind}"'
    paths = [path for path in PAGES if mark in (SITE / path).read_text()]
    assert paths, f"no page shows a {kind}"
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


@pytest.mark.filterwarnings("ignore:var.*degrees of freedom")
def test_mouse_moves_everything_and_reset_brings_it_back(open_page, site_address, path):
    page = open_page(f"{site_address('http')}/{path}")
    for figure in figures(page):
        initial = state_of(page, figure)
        check_readout(page, figure)
        for i, handle in enumerate(figure.locator("svg [role=slider]").all()):
            before = state_of(page, figure)
            x, y = centre(handle)
            dx, dy = drag_of(handle)
            page.mouse.move(x, y)
            page.mouse.down()
            page.mouse.move(x + 4 * dx, y + 4 * dy, steps=4)
            page.mouse.up()
            changed(page, figure, before, f"dragging handle {i}")
        for i, control in enumerate(figure.locator("input[type=range]").all()):
            before = state_of(page, figure)
            control.scroll_into_view_if_needed()
            box = control.bounding_box()
            low, high = (float(control.get_attribute(end)) for end in ("min", "max"))
            near_left = float(control.input_value()) < (low + high) / 2
            page.mouse.click(
                box["x"] + box["width"] * (0.75 if near_left else 0.25),
                box["y"] + box["height"] / 2,
            )
            changed(page, figure, before, f"clicking on slider {i}")
        for i, control in enumerate(figure.locator("input[type=radio]").all()):
            if control.is_checked():
                continue  # it was chosen by the one before
            before = state_of(page, figure)
            control.click()
            changed(page, figure, before, f"choosing answer {i}")
        for i, cell in enumerate(figure.locator("[role=gridcell]").all()[::7]):
            if cell.get_attribute("aria-selected") == "true":
                continue
            before = state_of(page, figure)
            cell.click()
            changed(page, figure, before, f"clicking on cell {i}")
        for button in figure.locator("button:not(.zm-reset)").all():
            if button.inner_text() == "Reset":
                continue
            before = state_of(page, figure)
            button.click()
            changed(page, figure, before, f"button {button.inner_text()!r}")
        reset(page, figure, initial)
        check_readout(page, figure)
    assert page.troubles == []


@pytest.mark.filterwarnings("ignore:var.*degrees of freedom")
def test_keyboard_moves_everything(open_page, site_address, path):
    page = open_page(f"{site_address('file')}/{path}")
    for figure in figures(page):
        # Elements and not places: a slider may change how many handles there are.
        for i, handle in enumerate(
            figure.locator("svg [role=slider], input[type=range]").element_handles()
        ):
            handle.focus()
            for keys in (("Home", "End", "Home"), ("ArrowRight",), ("ArrowLeft",)):
                before = state_of(page, figure)
                for key in keys:
                    page.keyboard.press(key)
                    settle(page)
                    check_readout(page, figure)
                if len(keys) == 1:
                    changed(page, figure, before, f"{keys} on slider {i}")
            assert handle.evaluate("(el) => el === document.activeElement")
            named = (
                "(el) => el.getAttribute('aria-label') || el.labels?.[0]?.textContent"
            )
            assert handle.evaluate(named), "a slider without a name"
            assert handle.get_attribute("aria-valuetext")
        for cell in figure.locator("[role=gridcell][tabindex='0']").element_handles():
            before = state_of(page, figure)
            cell.focus()
            page.keyboard.press("ArrowRight")
            changed(page, figure, before, "ArrowRight in the grid")
        for group in figure.locator("fieldset").all():
            chosen = group.locator("input:checked")
            (chosen if chosen.count() else group.locator("input")).first.focus()
            for key in ("ArrowDown", "ArrowDown"):
                before = state_of(page, figure)
                page.keyboard.press(key)
                changed(page, figure, before, f"{key} on a question")
        for button in figure.locator("button").all():
            if button.inner_text() == "Reset":
                continue
            before = state_of(page, figure)
            button.focus()
            page.keyboard.press("Enter")
            changed(page, figure, before, f"Enter on {button.inner_text()!r}")
    assert page.troubles == []


def test_touch_drags_every_handle(open_page, site_address, path):
    page = open_page(f"{site_address('file')}/{path}", width=390, touch=True)
    touch = page.context.new_cdp_session(page)

    def send(kind, points):
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    for figure in figures(page):
        for i, handle in enumerate(figure.locator("svg [role=slider]").all()):
            before = state_of(page, figure)
            x, y = centre(handle)
            dx, dy = drag_of(handle)
            scrolled = page.evaluate("scrollY")
            send("touchStart", [{"x": x, "y": y}])
            for step in range(1, 5):
                send("touchMove", [{"x": x + step * dx, "y": y + step * dy}])
            send("touchEnd", [])
            changed(page, figure, before, f"dragging handle {i} by touch")
            assert page.evaluate("scrollY") == scrolled, "the page scrolled instead"
        for button in figure.locator("button").all():
            if button.inner_text() != "Reset":
                before = state_of(page, figure)
                button.tap()
                changed(page, figure, before, f"tapping {button.inner_text()!r}")
    assert page.troubles == []


def test_targets_are_large_enough(open_page, site_address, path):
    page = open_page(f"{site_address('file')}/{path}", width=390)
    for figure in figures(page):
        for target in figure.locator(
            "svg [role=slider], input[type=range], button, [role=gridcell], "
            "label:has(input[type=radio])"
        ).all():
            box = target.bounding_box()
            assert min(box["width"], box["height"]) >= 24, target.evaluate(
                "(el) => el.outerHTML"
            )


def test_two_explorables_do_not_disturb_each_other(open_page, site_address, path):
    page = open_page(f"{site_address('file')}/{path}")
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map((el) => el.id)")
    assert len(ids) == len(set(ids)), "an id stands twice on the page"
    for figure in figures(page):
        others = {
            model_of(other): state_of(page, other)
            for other in figures(page)
            if model_of(other) != model_of(figure)
        }
        # A second copy of the same kind beside it, with a state of its own.
        page.evaluate(
            """(id) => {
                const { models, render } = zeroMeanUnitVariance;
                const model = models.get(id);
                const copy = Object.create(Object.getPrototypeOf(model));
                Object.assign(copy, { state: model.state, listeners: new Map() });
                const el = document.body.appendChild(document.createElement("div"));
                window.copy = { copy, el, cleanup: render({ model: copy, el }) };
            }""",
            model_of(figure),
        )
        kept = page.evaluate("JSON.stringify(copy.copy.state)")
        shown = page.evaluate("copy.el.querySelector('.zm-readout').textContent")
        control = figure.locator("svg [role=slider], input").first
        control.focus()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
        settle(page)
        assert page.evaluate("JSON.stringify(copy.copy.state)") == kept
        assert (
            page.evaluate("copy.el.querySelector('.zm-readout').textContent") == shown
        )
        for other, state in others.items():
            assert (
                page.evaluate(
                    "(id) => zeroMeanUnitVariance.models.get(id).state", other
                )
                == state
            )
        listeners = (
            "[...copy.copy.listeners.values()].reduce((sum, set) => sum + set.size, 0)"
        )
        assert page.evaluate(listeners) > 0
        page.evaluate("(copy.cleanup(), copy.el.remove())")
        assert page.evaluate(listeners) == 0, "a removed explorable still listens"
    assert page.troubles == []


def extremes(cls):
    """Yield states at the ends of every trait: limits, equal values, 1e30."""
    for name, trait in cls.class_traits(sync=True).items():
        if name not in cls.own_traits():
            continue
        inner = getattr(trait, "_trait", None)  # of a Union, any of its kinds
        kinds = getattr(inner, "trait_types", [inner])
        if isinstance(trait, traitlets.List) and any(
            isinstance(kind, Number) for kind in kinds
        ):
            longest = int(min(trait._maxlen, 100))
            for values in ([3.0], [2.0] * longest, [1e30, -1e30], [1e30, 1e-30, 0.0]):
                if trait._minlen <= len(values):
                    yield {name: values}
        elif isinstance(trait, traitlets.Int | Number):
            for value in (trait.min, trait.max):
                if value is not None and math.isfinite(value):
                    yield {name: value}


@pytest.mark.filterwarnings("ignore:var.*degrees of freedom")
def test_extremes_are_shown_as_torch_computes_them(open_page, site_address, path):
    page = open_page(f"{site_address('file')}/{path}", width=360)
    for figure in figures(page):
        initial = state_of(page, figure)
        for extreme in extremes(getattr(explorables, initial["kind"])):
            set_state(page, figure, extreme)
            check_readout(page, figure)
            assert "NaN" not in figure.inner_html().replace('value="NaN"', ""), extreme
            set_state(page, figure, initial)
    assert page.troubles == []
