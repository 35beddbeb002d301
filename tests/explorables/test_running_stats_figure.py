"""RunningStatsExplorer: what the generic tests cannot guess.

Several traits at their extremes at once; when the shift comes; what half-life and
"settles at" mean; what is drawn of the stream; and Play, where motion is welcome.
"""

import itertools

import pytest
from playwright.sync_api import expect

from explorables import RunningStatsExplorer
from tests.browser import wait_until, wake
from tests.explorables.operating import (
    check_readout,
    figure_of,
    first_page,
    open_copy,
    set_state,
    settle,
    state_of,
)

KIND = "RunningStatsExplorer"
LAST = 120
# A population of each kind: the first one again, another, one without spread.
AFTER = [(2.0, 4.0), (7.0, 12.0), (-1.0, 0.0)]


@pytest.fixture
def shown(open_figure):
    return open_figure(KIND)


@pytest.fixture
def moving(browser, site_address):
    """Open it for a reader who has not asked for less motion."""
    context = browser.new_context(reduced_motion="no-preference")
    page = context.new_page()
    page.goto(f"{site_address('file')}/{first_page(KIND)}")
    wake(page)
    yield page, figure_of(page, KIND)
    context.close()


def test_many_extremes_at_once_are_shown_as_torch_computes_them(shown):
    page, figure = shown
    for (mean, var), size, momentum, (shift, t) in itertools.product(
        AFTER,
        (2, 3, 64),
        (0.0, 1e-3, 0.3, 1.0),
        ((1, 1), (1, LAST), (60, 60), (60, 61), (119, LAST)),
    ):
        state = {
            "batch_size": size,
            "momentum": momentum,
            "shift_at": shift,
            "mean_after": mean,
            "var_after": var,
            "t": t,
        }
        set_state(page, figure, {**state, "seed": 2**31 - 1 - t})
        check_readout(page, figure)
        assert "NaN" not in figure.inner_html(), state


def test_nothing_is_drawn_of_steps_not_yet_taken(shown):
    page, figure = shown
    for t in (0, 1, 70, LAST):
        set_state(page, figure, {"t": t})
        dots, curves = (
            figure.locator(selector).evaluate_all(
                "(all) => all.map((path) => path.getAttribute('d'))"
            )
            for selector in (".zm-dots", ".zm-curve")
        )
        assert [path.count("M") for path in dots] == [t, t]
        # The points to come are where the curve has come to.
        assert [path.count("L") for path in curves] == [LAST] * 3
        assert [len({*path[1:].split("L")}) for path in curves] == [t + 1] * 3


@pytest.mark.parametrize("momentum", [0.05, 0.1, 0.3])
def test_a_bracket_is_as_long_as_a_half_life(shown, momentum):
    page, figure = shown
    set_state(page, figure, {"momentum": momentum, "shift_at": 60})
    widths = "(all) => all.map((path) => path.getBBox().width)"
    brackets = figure.locator("path.half").evaluate_all(widths)
    step = figure.locator("path.zm-target").evaluate_all(widths)[0] / LAST
    half_life = RunningStatsExplorer(momentum=momentum).quantities()["half_life"]
    assert (1 - momentum) ** half_life == pytest.approx(0.5)
    assert [width / step for width in brackets] == pytest.approx(
        [half_life] * 4, rel=1e-4
    )


def test_the_shift_comes_after_the_batch_that_it_names():
    # Momentum 1 keeps the last batch alone, and a population without spread is known.
    stream = {"momentum": 1.0, "mean_after": 5.0, "var_after": 0.0, "shift_at": 7}
    before = RunningStatsExplorer(**stream, t=7).quantities()
    after = RunningStatsExplorer(**stream, t=8).quantities()
    assert (before["mean"], before["variance"]) == (2.0, 4.0)
    assert before["running_var"] > 0
    assert (after["mean"], after["variance"]) == (5.0, 0.0)
    assert (after["running_mean"], after["running_var"]) == (5.0, 0.0)


def test_before_the_first_batch_the_buffers_are_those_of_a_new_layer():
    numbers = RunningStatsExplorer(t=0).quantities()
    assert numbers["running_mean"] == 0
    assert numbers["running_var"] == numbers["running_var_biased"] == 1


@pytest.mark.parametrize("n", [2, 4, 32])
def test_on_average_1_over_n_settles_below_and_torchs_variance_does_not(n):
    many = [
        RunningStatsExplorer(
            batch_size=n, t=LAST, seed=seed, shift_at=1, var_after=10.0
        ).quantities()
        for seed in range(200)
    ]
    # Five standard errors: a variance of n numbers has one of 2 / (n - 1), relative,
    # and a running average of momentum m has m / (2 - m) of it left.
    bound = 10 * 5 * (2 / (n - 1) * 0.1 / 1.9 / len(many)) ** 0.5
    for name, expected in (
        ("running_var", 10.0),
        ("running_var_biased", many[0]["settles_at"]),
    ):
        average = sum(numbers[name] for numbers in many) / len(many)
        assert average == pytest.approx(expected, abs=bound)
    assert many[0]["settles_at"] == pytest.approx(10 * (n - 1) / n)


def test_at_the_end_no_button_is_left_that_does_nothing(shown):
    page, figure = shown
    names = ("Step", "10 steps", "Play")
    buttons = [figure.get_by_role("button", name=name, exact=True) for name in names]
    for button in buttons:
        set_state(page, figure, {"t": LAST - 1})
        button.click()
        settle(page)
        assert state_of(page, figure)["t"] == LAST
        assert all(one.is_disabled() for one in buttons)
        assert "all 120 batches" in figure.inner_text()
    figure.get_by_role("button", name="Back to 0").click()
    settle(page)
    assert state_of(page, figure)["t"] == 0
    assert all(one.is_enabled() for one in buttons)
    assert figure.get_by_role("button", name="Back to 0").is_disabled()


def steps_in(page, figure, ms):
    """Return how many steps are taken while nobody does anything."""
    before = state_of(page, figure)["t"]
    page.wait_for_timeout(ms)
    return state_of(page, figure)["t"] - before


def wait_for_step(page, figure, t):
    model = f"zeroMeanUnitVariance.models.get('{figure.get_attribute('data-model')}')"
    wait_until(page, f"{model}.state.t >= {t}")


def test_play_goes_on_until_pause_another_button_or_the_end(moving):
    page, figure = moving
    play = figure.locator(".zm-play")
    assert steps_in(page, figure, 300) == 0, "it plays by itself"
    for stop in ("Pause", "Step", "Reset", "Back to 0"):
        set_state(page, figure, {"t": 5})
        play.click()
        expect(play).to_have_text("Pause")
        wait_for_step(page, figure, 7)
        figure.get_by_role("button", name=stop, exact=True).click()
        settle(page)
        expect(play).to_have_text("Play")
        check_readout(page, figure)
        assert steps_in(page, figure, 300) == 0, f"{stop} does not stop it"
    set_state(page, figure, {"t": LAST - 2})
    play.click()
    wait_for_step(page, figure, LAST)
    expect(play).to_have_text("Play")


def test_a_figure_that_was_removed_plays_no_further(moving):
    page, figure = moving
    open_copy(page, figure)
    t = "copy.model.state.t"
    first = page.evaluate(f"(copy.el.querySelector('.zm-play').click(), {t})")
    wait_until(page, f"{t} > {first}")
    removed = page.evaluate(f"(copy.end(), copy.el.remove(), {t})")
    page.wait_for_timeout(300)
    assert page.evaluate(t) == removed
