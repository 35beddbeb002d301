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
from tests.explorables.abuse import abuse
from tests.explorables.operating import (
    PAGES,
    by_keyboard,
    by_mouse,
    centre,
    changed,
    check_readout,
    drag_of,
    figures,
    first_page,
    model_of,
    open_copy,
    other_buttons,
    reached,
    reset,
    set_state,
    settle,
    state_of,
)


@pytest.fixture(params=PAGES, scope="module")
def path(request):
    return request.param


@pytest.fixture
def page(load_once, path):
    """The page as the tests before left it, with every figure as it began."""
    page = load_once(path, width=1280)
    yield page
    page.set_viewport_size({"width": 1280, "height": 900})
    page.evaluate(
        """() => { for (const model of zeroMeanUnitVariance.models.values())
            for (const key of Object.keys(model.begun))
                if (key in model.state) model.set(key, model.begun[key]); }"""
    )
    settle(page)
    troubles, page.troubles[:] = [*page.troubles], []
    assert troubles == []


@pytest.fixture
def phone(load_once, path):
    return load_once(path, width=390, touch=True)


def checked(page, figure):
    """Return what an operation is done by: it must change the state and the readout."""

    def does(what, act):
        before = state_of(page, figure)
        act()
        changed(page, figure, before, what)

    return does


@pytest.mark.filterwarnings("ignore:var.*degrees of freedom")
def test_mouse_moves_everything_and_reset_brings_it_back(page):
    for figure in reached(page):
        initial = state_of(page, figure)
        check_readout(page, figure)
        by_mouse(figure, checked(page, figure))
        reset(page, figure, initial)
        check_readout(page, figure)


@pytest.mark.filterwarnings("ignore:var.*degrees of freedom")
def test_keyboard_moves_everything(page):
    for figure in reached(page):

        def look(figure=figure):
            settle(page)
            check_readout(page, figure)

        by_keyboard(figure, checked(page, figure), look)


def test_touch_drags_every_handle(phone):
    page = phone
    touch = page.context.new_cdp_session(page)

    def send(kind, points):
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    for figure in reached(page):
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
        for button in other_buttons(figure):
            if not button.is_visible():
                continue
            before = state_of(page, figure)
            name = button.inner_text()  # it may go, as those that order things do
            button.tap()
            changed(page, figure, before, f"tapping {name!r}")
    assert page.troubles == []


def test_targets_are_large_enough(phone):
    for figure in reached(phone):
        for target in figure.locator(
            "svg [role=slider], input[type=range], input[type=text], button, "
            "[role=gridcell], label:has(input[type=radio])"
        ).all():
            box = target.bounding_box()
            assert min(box["width"], box["height"]) >= 24, target.evaluate(
                "(el) => el.outerHTML"
            )


def test_two_explorables_do_not_disturb_each_other(page):
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map((el) => el.id)")
    assert len(ids) == len(set(ids)), "an id is on the page twice"
    for figure in reached(page):
        others = {
            model_of(other): state_of(page, other)
            for other in figures(page)
            if model_of(other) != model_of(figure)
        }
        open_copy(page, figure)
        kept = page.evaluate("JSON.stringify(copy.model.state)")
        shown = page.evaluate("copy.el.querySelector('.zm-readout').textContent")
        before = state_of(page, figure)
        operate_once(page, figure)
        changed(page, figure, before, "what was done beside a copy")
        assert page.evaluate("JSON.stringify(copy.model.state)") == kept
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
            "[...copy.model.listeners.values()].reduce((sum, set) => sum + set.size, 0)"
        )
        assert page.evaluate(listeners) > 0
        page.evaluate("(copy.end(), copy.el.remove())")
        assert page.evaluate(listeners) == 0, "a removed explorable still listens"


def operate_once(page, figure):
    """Change the state of a figure, by the first thing that it offers."""
    control = figure.locator("svg [role=slider], input, button").first
    if fields := figure.locator("input[type=text]").all():
        for field in fields:
            field.fill("0.5")
    elif control.get_attribute("type") == "radio":
        figure.locator("input[type=radio]:not(:checked)").first.press("Space")
    elif control.evaluate("(el) => el.localName") == "button":
        control.press("Enter")
    else:
        control.focus()
        page.keyboard.press("ArrowRight")


# All else of a Predict is its author's: no reader reaches it.
REACHED = {"Predict": {"guess"}}


def extremes(cls):
    """Yield states at the ends of every trait: limits, equal values, 1e30.

    What has an answer to open is yielded closed and open.
    """
    for state in trait_extremes(cls):
        yield state
        if "opened" in cls.own_traits():
            yield state | {"opened": True}


def trait_extremes(cls):
    for name, trait in cls.class_traits(sync=True).items():
        if name not in REACHED.get(cls.__name__, cls.own_traits()):
            continue
        inner = getattr(trait, "_trait", None)  # of a Union, any of its kinds
        kinds = getattr(inner, "trait_types", [inner])
        if isinstance(trait, traitlets.List) and any(
            isinstance(kind, Number) for kind in kinds
        ):
            longest = int(min(trait._maxlen, 100))
            for values in ([3.0], [2.0] * longest, [1e30, -1e30], [1e30, 1e-30, 0.0]):
                if trait._minlen <= len(values) <= longest:
                    yield {name: values}
        elif isinstance(trait, traitlets.Int | Number):
            for value in (trait.min, trait.max):
                if value is not None and math.isfinite(value):
                    yield {name: value}


@pytest.mark.filterwarnings("ignore:var.*degrees of freedom")
def test_extremes_are_shown_as_torch_computes_them(page):
    page.set_viewport_size({"width": 360, "height": 900})
    for figure in reached(page):
        initial = state_of(page, figure)
        for extreme in extremes(getattr(explorables, initial["kind"])):
            set_state(page, figure, extreme)
            check_readout(page, figure)
            assert "NaN" not in figure.inner_html().replace('value="NaN"', ""), extreme
            set_state(page, figure, initial)


@pytest.mark.filterwarnings("ignore:var.*degrees of freedom")
def test_random_operations_do_no_harm(page, path):
    """`make abuse` does a hundred times as much, on every figure of every page."""
    seen = set()
    for figure in reached(page):
        kind = figure.get_attribute("data-kind")
        if kind not in seen and first_page(kind) == path:
            seen.add(kind)
            covered = abuse(page, figure, count=100, every=25)
            assert not covered, f"{kind}: not to be read: {covered}"
