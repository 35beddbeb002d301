"""The figures of training as values: what they show and set, without a browser."""

import re

import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st

from explorables import (
    RunningStatsExplorer,
    SharedAffineExplorer,
    TrainEvalExplorer,
    TrainingReplay,
)
from explorables.shared_affine import EACH, FOR_ALL
from tests.explorables.views import check_readout, state_of, view
from tests.quantities import check_quantities

# ---- TrainingReplay ----

PAIRS = st.tuples(st.floats(-3, 3), st.floats(-3, 3))


# The output begins as the small difference of two terms; 20 steps multiply it by 2e9.
AWAY = {"lr": 1.97, "t": 20, "gamma0": (-1.500022, 1), "beta0": (-1.500022, 0)}


@given(
    lr=st.floats(0.01, 2),
    target=PAIRS,
    gamma0=PAIRS,
    beta0=PAIRS,
    feature=st.integers(0, 1),
    t=st.integers(0, 40),
)
@example(target=(0, 0), feature=0, **AWAY)
@settings(max_examples=10, deadline=None)
def test_a_training_shows_what_torch_computes(lr, target, gamma0, beta0, feature, t):
    explorer = TrainingReplay(
        lr=lr, target=target, gamma0=gamma0, beta0=beta0, feature=feature, t=t
    )
    figure, _ = view(explorer)
    check_readout(figure, explorer)


def test_a_rounding_that_steps_multiply_excuses_no_other_error():
    explorer = TrainingReplay(**AWAY)
    shown = explorer.quantities()
    check_quantities(shown, state_of(explorer))
    for name in ("gamma", "beta", "output", "loss"):
        with pytest.raises(AssertionError, match=f"{name}: page"):
            check_quantities(
                {**shown, name: shown[name] * (1 + 1e-9)}, state_of(explorer)
            )


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


# ---- RunningStatsExplorer ----


@given(
    st.integers(2, 64),
    st.floats(0, 1),
    st.integers(0, 120),
    st.integers(1, 119),
    st.integers(0, 2**31 - 1),
)
@example(n=2, momentum=5e-324, t=1, shift=1, seed=0)
@settings(max_examples=10, deadline=None)
def test_running_statistics_are_those_that_torch_keeps(n, momentum, t, shift, seed):
    explorer = RunningStatsExplorer(
        batch_size=n, momentum=momentum, t=t, shift_at=shift, seed=seed
    )
    figure, _ = view(explorer)
    check_readout(figure, explorer)
    for dots in figure.select(".zm-dots"):
        assert dots["d"].count("M") == t


@pytest.mark.parametrize(
    ("t", "text"),
    [
        (0, "No batch of 8 has come yet."),
        (1, "1 batch of 8 has come."),
        (60, "60 batches of 8 have come."),
        (61, "61 batches of 8 have come, 1 of them since the shift."),
        (120, "These are all 120 batches of 8, 60 of them since the shift."),
    ],
)
def test_running_statistics_say_how_many_batches_have_come(t, text):
    figure, _ = view(RunningStatsExplorer(t=t))
    assert figure.select_one(".zm-readout").text.startswith(text)
    last = {one.text: one.has_attr("disabled") for one in figure.select("button")}
    names = ("Step", "10 steps", "Play")
    assert [last[name] for name in names] == [t == 120] * 3
    assert last["Back to 0"] == (t == 0)


@pytest.mark.parametrize(
    ("name", "key", "expected"),
    [
        ("mean after the shift", "Home", {"mean_after": -1}),
        ("mean after the shift", "End", {"mean_after": 7}),
        ("variance after the shift", "Home", {"var_after": 0}),
        ("variance after the shift", "ArrowUp", {"var_after": 9.1}),
        ("shift of the population", "End", {"shift_at": 119}),
        ("shift of the population", "ArrowLeft", {"shift_at": 59}),
    ],
)
def test_the_population_is_dragged_within_its_limits(name, key, expected):
    _, sets = view(RunningStatsExplorer(), (name, "onkeydown", {"key": key}))
    assert sets == [[expected]]


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("momentum", "-3", {"momentum": 0}),
        ("momentum", "-2", {"momentum": 0.01}),
        ("momentum", "0", {"momentum": 1}),
        ("batch size", "6", {"batch_size": 64}),
    ],
)
def test_a_slider_of_powers_sets_the_number(name, value, expected):
    act = (name, "oninput", {"target": {"value": value}})
    _, sets = view(RunningStatsExplorer(), act)
    assert sets == [[expected]]


def test_play_begins_and_is_what_the_page_plays():
    _, sets = view(RunningStatsExplorer(), ("Play", "onclick", {}))
    assert sets == [[{}, {"playing": True}]]


# ---- TrainEvalExplorer ----


@pytest.mark.parametrize("size", [2, 4])
def test_of_a_sample_that_was_not_moved_it_says_nothing_more(size):
    explorer = TrainEvalExplorer(x=TrainEvalExplorer().x[:size])
    readout = view(explorer)[0].select_one(".zm-readout").text
    assert re.match(r"Sample \d has not been moved\. (In training|Its own)", readout)


SAMPLES = st.lists(st.floats(-100, 100).map(lambda x: round(x, 2)), min_size=8)


@given(SAMPLES, SAMPLES, st.sampled_from([1, 2, 3, 8]), st.integers(0, 7))
@settings(max_examples=10, deadline=None)
def test_a_batch_comes_out_as_torch_has_it(x, start, size, sample):
    explorer = TrainEvalExplorer(x=x[:size], start=start[:size], sample=sample)
    figure, _ = view(explorer)
    check_readout(figure, explorer)
    assert len(figure.select(".zm-handle")) == size


@pytest.mark.parametrize("size", [1, 2, 8])
def test_what_was_not_moved_is_not_said_to_have_been(size):
    x = [float(i) for i in range(size)]
    still, moved = (
        view(TrainEvalExplorer(x=x, start=start))[0].select_one(".zm-readout").text
        for start in (x, [-1.0, *x[1:]])
    )
    assert "You moved" not in still
    assert "outputs moved" not in still
    assert moved.startswith("You moved sample 1 by 1.00.")
    assert f"of {size} outputs moved" in moved


def test_a_dot_moves_its_sample_and_keeps_what_was_before_while_it_does():
    x = [0.0, 1.0, 2.0]
    right = ("onkeydown", {"key": "End"})
    for start, sample, name, before in (
        (x, 0, "x1", x),
        ([5.0, 1.0, 2.0], 0, "x1", [5.0, 1.0, 2.0]),
        ([5.0, 1.0, 2.0], 0, "x2", x),
    ):
        explorer = TrainEvalExplorer(x=x, start=start, sample=sample)
        _, [[sets]] = view(explorer, (name, *right))
        i = int(name[1]) - 1
        assert sets["start"] == before
        assert sets["sample"] == i
        assert [a != b for a, b in zip(sets["x"], x, strict=True)] == [
            j == i for j in range(3)
        ]


@pytest.mark.parametrize("size", [2, 8])
def test_a_training_step_is_torchs(size):
    explorer = TrainEvalExplorer(x=TrainEvalExplorer().x[:size])
    layer = torch.nn.BatchNorm1d(1, dtype=torch.float64)
    layer(torch.tensor(explorer.x, dtype=torch.float64)[:, None])
    _, [[sets]] = view(explorer, ("One training step", "onclick", {}))
    assert sets["running_mean"] == pytest.approx(layer.running_mean.item())
    assert sets["running_var"] == pytest.approx(layer.running_var.item())


# ---- SharedAffineExplorer ----


def brightness(group):
    """Return the 8 by 8 values that an image is drawn with, 0 black and 1 white."""
    values = np.zeros((8, 8))
    for one in group.select("path.zm-pixel"):
        for run in one["d"].split("z")[:-1]:
            across, down, long = map(int, re.match(r"M(\d),(\d)h(\d)v1", run).groups())
            values[down, across : across + long] = float(one["fill-opacity"])
    return values.ravel()


def images_of(figure):
    """Return the three rows of images, each as its values."""
    groups = [one.parent for one in figure.select("rect.zm-image")]
    return [brightness(group) for group in groups]


GRAY = 0.5 / 255 + 1e-9  # what rounding to 256 grays changes at most


@given(
    st.lists(st.floats(-1, 2), min_size=6, max_size=6),
    st.lists(st.floats(-1, 2), min_size=6, max_size=6),
    st.sampled_from([FOR_ALL, EACH]),
    st.integers(1, 1_281_167),
)
@settings(max_examples=10, deadline=None)
def test_an_image_is_as_bright_as_its_values(gamma, beta, mode, n):
    explorer = SharedAffineExplorer(gamma=gamma, beta=beta, mode=mode, n=n)
    figure, _ = view(explorer)
    check_readout(figure, explorer)
    drawn = images_of(figure)
    given = np.array([*explorer.images, explorer.new_image])
    xhat = np.stack(
        [
            torch.nn.functional.layer_norm(torch.tensor(row), (64,)).numpy()
            for row in given
        ]
    )
    pairs = np.arange(6) if mode == EACH else np.zeros(7, int)
    count = len(pairs)
    y = np.array(gamma)[pairs, None] * xhat[:count] + np.array(beta)[pairs, None]
    assert len(drawn) == 14 + count
    for images, values in (
        (drawn[:7], given),
        (drawn[7:14], (xhat + 1) / 3.5),
        (drawn[14:], y),
    ):
        assert np.abs(np.array(images) - values.clip(0, 1)).max() <= GRAY


def test_at_first_no_image_is_too_dark_or_too_bright_to_be_shown():
    drawn = np.array(images_of(view(SharedAffineExplorer())[0]))
    assert drawn[14:].min() > 0
    assert drawn[14:].max() < 1


def test_the_tracks_are_black_at_0_and_white_at_1():
    figure, _ = view(SharedAffineExplorer(gamma=[1.0] * 6, beta=[0.0] * 6))
    ramp = figure.find("lineargradient")
    stops = [one["class"] for one in ramp.select("stop")]
    assert stops == [["zm-black"], ["zm-white"]]
    places = [float(ramp[end]) for end in ("y1", "y2")]
    handles = [
        float(
            figure.select_one(f'[aria-label="{name}"]')["transform"].split(",")[1][:-1]
        )
        for name in ("beta 1", "gamma 1")
    ]
    assert places == pytest.approx(handles)


@pytest.mark.parametrize("mode", [FOR_ALL, EACH])
def test_a_pair_is_changed_for_those_that_share_it(mode):
    explorer = SharedAffineExplorer(mode=mode)
    for name in ("gamma", "beta"):
        act = (f"{name} 3", "onkeydown", {"key": "ArrowUp"})
        _, [[sets]] = view(explorer, act)
        moved = [i for i, value in enumerate(sets[name]) if value != 0.25]
        assert moved == (list(range(6)) if mode == FOR_ALL else [2])
        assert sets[name][2] == pytest.approx(0.26)


@pytest.mark.parametrize("end", ["min", "max"])
def test_the_data_set_is_as_small_and_as_large_as_its_limits(end):
    explorer = SharedAffineExplorer()
    name = "data set size"
    slider = view(explorer)[0].find("span", string=name).find_next("input")
    _, sets = view(explorer, (name, "oninput", {"target": {"value": slider[end]}}))
    assert sets == [[{"n": explorer.limits["n"][end]}]]
