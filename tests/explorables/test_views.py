"""Figures as values: what a state shows, and what a handler sets, without a browser."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorables import DivisorGap, GradientExplorer, Quiz
from tests.explorables.views import check_readout, view


def dots(figure, role):
    return [float(dot["cx"]) for dot in figure.select(f"circle.zm-dot.zm-{role}")]


@pytest.mark.parametrize(("d", "count"), [(2, 2), (4, 4), (24, 24), (4096, 24)])
def test_divisor_gap_draws_as_many_outputs_as_can_be_told_apart(d, count):
    figure, _ = view(DivisorGap(d=d))
    outputs = dots(figure.select_one("svg"), "statistic")
    assert len(outputs) == count
    # As far apart as the outputs, which are even, and about the same middle.
    assert outputs == sorted(outputs)
    if d == count:
        assert np.ptp(np.diff(outputs)) == pytest.approx(0, abs=1e-9)


@given(st.integers(2, 4096), st.floats(336, 1400))
@settings(max_examples=20, deadline=None)
def test_divisor_gap_of_any_d_shows_what_torch_computes(d, width):
    explorer = DivisorGap(d=d)
    figure, _ = view(explorer, width=width)
    check_readout(figure, explorer)
    assert "NaN" not in str(figure)
    assert figure.select_one("[role=slider]")["aria-valuenow"] == str(d)


@pytest.mark.parametrize(
    ("d", "key", "expected"),
    [
        (4, "ArrowRight", 5),
        (4, "ArrowDown", 3),
        (4, "PageUp", 14),
        (4, "Home", 2),
        (4, "End", 4096),
        (2, "ArrowLeft", 2),
        (4096, "ArrowUp", 4096),
    ],
)
def test_a_key_sets_a_trait_within_its_limits(d, key, expected):
    _, sets = view(DivisorGap(d=d), ("number of features d", "onkeydown", {"key": key}))
    assert sets == [[{"d": expected}]]


def test_a_bar_of_the_gradient_sets_its_own_number_alone():
    explorer = GradientExplorer(row=1)
    _, sets = view(explorer, ("g2", "onkeydown", {"key": "ArrowUp"}))
    expected = [list(row) for row in explorer.grad_output]
    expected[1][1] += 0.1
    assert sets == [[{"grad_output": expected}]]


def test_the_row_of_a_gradient_is_counted_from_1_and_set_from_0():
    figure, sets = view(
        GradientExplorer(row=2), ("row", "oninput", {"target": {"value": "1"}})
    )
    assert figure.select_one(".zm-slider .zm-value").text == "3 of 3"
    assert sets == [[{"row": 0}]]


@pytest.mark.parametrize("step", range(4))
def test_the_gradient_is_peeled_as_far_as_asked(step):
    explorer = GradientExplorer(step=step)
    figure, _ = view(explorer)
    panels = figure.select(".zm-panel-ground")
    closed = [panel for panel in panels if "zm-dashed" in panel["class"]]
    assert (len(panels), len(closed)) == (4, 3 - step)


def test_the_axes_of_the_gradient_hold_every_bar():
    ends = [[10.0, -10.0, 10.0, -10.0]] * 3
    figure, _ = view(GradientExplorer(grad_output=ends, gamma=[10.0] * 4))
    for image in figure.select("svg"):
        height = float(image["viewbox"].split()[3])
        for bar in image.select("rect.zm-bar"):
            top = float(bar["y"])
            assert 0 <= top <= top + float(bar["height"]) <= height


QUESTIONS = """
Which is first?
- this
  : No.
+ that
  : Yes.
- neither
  : No.

And then?
+ this
  : Yes.
- that
  : No.
"""


def test_a_quiz_asks_the_wrong_ones_again():
    figure, _ = view(Quiz(QUESTIONS))
    assert not figure.find("button", string="The wrong ones again")
    quiz = Quiz(QUESTIONS, answers=[0, 0])
    _, sets = view(quiz, ("The wrong ones again", "onclick", {}))
    assert sets == [[{"answers": [-1, 0]}, {"turns": [1, 0]}]]
    right = Quiz(QUESTIONS, answers=[1, 0])
    assert not view(right)[0].find("button", string="The wrong ones again")


def test_each_question_of_a_quiz_has_an_address_of_its_own():
    quiz = Quiz(QUESTIONS)
    figure, _ = view(quiz)
    places = [mark["id"] for mark in figure.select("legend > span")]
    assert places == [f"quiz-{item}" for item in quiz.items]
    links = [link["href"] for link in figure.select("legend > a.headerlink")]
    assert links == [f"#{place}" for place in places]
