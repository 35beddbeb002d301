"""GradientExplorer and TrainingReplay: what the generic tests cannot guess.

Matrices and pairs at their extremes, several traits at once, shapes that do not fit,
and the run of chapter 3 as its outline gives it.
"""

import itertools

import pytest
import traitlets

from explorables import GradientExplorer, TrainingReplay
from tests.explorables.operating import (
    check_readout,
    set_state,
)

ROWS = [
    [[1e30, -1e30, 1.0, 2.0], [3.0] * 4, [0.0, 0.0, 0.0, 1.0]],
    [[2.0] * 3, [0.1] * 3],
    [[2.0] * 6, [0.1] * 6],
    [[1.0, 2.0], [2.0, 3.0]],
    [[1e-30, 0.0, 2e-30, 1e-30, 5.0, 1e10], [100.0, 101.0, 102.0, 103.0, 104.0, 105.0]],
]
PAIRS = [[0, 0], [1e30, -1e30], [2, 2], [1e-30, 0]]
# lr, t, feature. Not those that take 1e30 to almost 0: no digit of it would be left.
RUNS = [(0.01, 0, 0), (0.1, 3, 1), (0.3, 2, 0), (1.2, 7, 1), (2, 40, 0)]


def gradient_states():
    sizes, steps = (0.0, 1.0, 10.0), (0, 3)
    for x, eps, size, step in itertools.product(ROWS, (0.0, 1e-5, 1.0), sizes, steps):
        d = len(x[0])
        for row in range(len(x)):
            yield {
                "x": x,
                "eps": eps,
                "step": step,
                "row": row,
                "gamma": [size, -size, 0.5, 1, 1, 2][:d],
                "grad_output": [[size, 0.3, -size, 1, -1, 0.1][:d] for _ in x],
            }


def training_states():
    usual = {"target": [0, 0], "gamma0": [1, 1], "beta0": [0, 0]}
    for name, pair, (lr, t, feature) in itertools.product(usual, PAIRS, RUNS):
        yield {**usual, name: pair, "lr": lr, "t": t, "feature": feature}


STATES = {"GradientExplorer": gradient_states, "TrainingReplay": training_states}


@pytest.mark.parametrize("kind", STATES)
def test_many_extremes_at_once_are_shown_as_torch_computes_them(open_figure, kind):
    page, figure = open_figure(kind)
    for state in STATES[kind]():
        set_state(page, figure, state)
        check_readout(page, figure)
        assert "NaN" not in figure.inner_html().replace('value="NaN"', ""), state


def test_the_run_of_chapter_3():
    for t, (gamma, beta, loss) in enumerate(
        [
            (1.0, 0.0, 1.0),
            (0.9, 0.1, 0.64),
            (0.82, 0.18, 0.4096),
            (0.756, 0.244, 0.262144),
        ]
    ):
        for feature, sign in ((0, 1), (1, -1)):
            shown = TrainingReplay(t=t, feature=feature).quantities()
            # Epsilon makes x-hat 0.99998.
            assert shown["gamma"] == pytest.approx(gamma, abs=5e-5)
            assert shown["beta"] == pytest.approx(sign * beta, abs=5e-5)
            assert shown["loss"] == pytest.approx(loss, abs=5e-5)


@pytest.mark.parametrize(
    ("trait", "value", "expected"),
    [
        ("x", [[1.0, 2.0]], "2 to 3 rows of 2 to 6 finite numbers"),
        ("x", [[1.0, 2.0], [3.0]], "2 to 3 rows of 2 to 6 finite numbers"),
        ("x", [[1.0, float("nan")], [3.0, 4.0]], "finite numbers"),
        ("gamma", [1.0], "4 numbers from -10 to 10"),
        ("gamma", [1.0, 1.0, 1.0, 11.0], "4 numbers from -10 to 10"),
        ("grad_output", [[1.0] * 4] * 2, "3 rows of 4 numbers from -10 to 10"),
        ("grad_output", [[float("inf")] * 4] * 3, "from -10 to 10"),
    ],
)
def test_what_cannot_be_shown_is_refused(trait, value, expected):
    explorer = GradientExplorer()
    old = getattr(explorer, trait)
    with pytest.raises(traitlets.TraitError, match=expected):
        setattr(explorer, trait, value)
    assert getattr(explorer, trait) == old


def test_gamma_and_grad_output_follow_the_shape_of_x():
    explorer = GradientExplorer()
    explorer.x = [[1.0, 2.0], [2.0, 3.0]]
    assert len(explorer.gamma) == 2
    assert [len(row) for row in explorer.grad_output] == [2, 2]
    assert explorer.quantities()["dx_1"] == pytest.approx(0, abs=1e-4)


@pytest.mark.parametrize("trait", ["target", "gamma0", "beta0"])
@pytest.mark.parametrize("value", [(1.0,), (1.0, 2.0, 3.0), (1.0, float("inf")), 1.0])
def test_a_pair_must_be_two_finite_numbers(trait, value):
    replay = TrainingReplay()
    old = getattr(replay, trait)
    with pytest.raises(traitlets.TraitError, match=trait):
        setattr(replay, trait, value)
    assert getattr(replay, trait) == old
