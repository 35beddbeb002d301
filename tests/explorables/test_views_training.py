"""The figures of training as values: what they show and set, without a browser."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorables import TrainingReplay
from tests.explorables.views import view
from tests.quantities import check_quantities


def check_readout(figure, explorer):
    """Hold every number of the readout to torch; no mark has a place that is none."""
    shown = {one["data-quantity"]: one["value"] for one in figure.select("data")}
    names = ["kind", *explorer.own_traits()]
    check_quantities(shown, {name: getattr(explorer, name) for name in names})
    assert "NaN" not in re.sub('value="NaN"', "", str(figure))


# ---- TrainingReplay ----

PAIRS = st.tuples(st.floats(-3, 3), st.floats(-3, 3))


@given(
    st.floats(0.01, 1.5), PAIRS, PAIRS, PAIRS, st.integers(0, 1), st.integers(0, 40)
)
@settings(max_examples=20, deadline=None)
def test_a_training_shows_what_torch_computes(lr, target, gamma0, beta0, feature, t):
    explorer = TrainingReplay(
        lr=lr, target=target, gamma0=gamma0, beta0=beta0, feature=feature, t=t
    )
    figure, _ = view(explorer)
    check_readout(figure, explorer)


@pytest.mark.parametrize("t", [0, 1, 40])
def test_a_training_draws_a_mark_for_each_step_taken(t):
    figure, _ = view(TrainingReplay(t=t))
    plane, history = figure.select("svg.zm-svg")
    steps = [one for one in plane.select("circle.zm-point") if one["r"] != "8"]
    assert len(steps) == t
    for mark in ("rect.zm-point", "circle.zm-point"):
        assert len(history.select(mark)) == t + 1
    assert figure.find("button", string="Step").has_attr("disabled") == (t == 40)


@pytest.mark.parametrize("feature", [0, 1])
def test_a_training_changes_the_feature_looked_at_alone(feature):
    explorer = TrainingReplay(feature=feature)
    # Each arrow key moves the start by the same way in the picture.
    start = ("start of gamma and beta", "onkeydown")
    for key, gamma, beta in (("ArrowLeft", -1, 0), ("ArrowDown", 0, -1)):
        _, [[sets]] = view(explorer, (*start, {"key": key}))
        moved = np.array([sets["gamma0"], sets["beta0"]]) - [[1, 1], [0, 0]]
        expected = np.zeros((2, 2))
        expected[:, feature] = np.array([gamma, beta]) * 3 / 260 * 4
        assert moved == pytest.approx(expected, abs=1e-6)
    _, sets = view(explorer, ("target", "oninput", {"target": {"value": "0.5"}}))
    assert sets == [[{"target": [0.5 if i == feature else 0.0 for i in (0, 1)]}]]
    figure, sets = view(explorer, (f"Feature {2 - feature}", "onclick", {}))
    assert sets == [[{"feature": 1 - feature}]]
    assert f"feature {feature + 1}" in figure.select_one(".zm-readout").text


def test_a_start_that_moves_to_0_is_0():
    explorer = TrainingReplay(gamma0=(4 * 3 / 260, 1), beta0=(-4 * 3 / 260, 1))
    for key, trait in (("ArrowLeft", "gamma0"), ("ArrowUp", "beta0")):
        _, [[sets]] = view(
            explorer, ("start of gamma and beta", "onkeydown", {"key": key})
        )
        assert str(sets[trait][0]) in ("0", "0.0")


@pytest.mark.parametrize(("t", "count", "then"), [(3, 1, 4), (3, 10, 13), (35, 10, 40)])
def test_a_training_goes_as_far_as_a_button_says(t, count, then):
    name = "Step" if count == 1 else f"{count} steps"
    _, sets = view(TrainingReplay(t=t), (name, "onclick", {}))
    assert sets == [[{"t": then}]]
