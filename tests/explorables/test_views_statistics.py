"""The figures of statistics as values: what they show and set, without a browser."""

import itertools
import re

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from explorables import (
    LayerNormExplorer,
    TwoAnswers,
    VarianceExplorer,
)
from explorables.sampling import normal
from tests.explorables.views import check_readout, readout, view

NUMBERS = st.floats(-1e6, 1e6)


def shown_by(slider_name, figure):
    """Return what stands beside the slider that is called so."""
    sliders = {one.select_one(".zm-name").text: one for one in figure.select("label")}
    return sliders[slider_name].select_one(".zm-value").text


def press(name, key):
    return name, "onkeydown", {"key": key}


def slide(name, value):
    return name, "oninput", {"target": {"value": str(value)}}


# ---- VarianceExplorer ----


@pytest.mark.filterwarnings("ignore:var.*degrees of freedom")
@given(
    st.lists(NUMBERS, min_size=1, max_size=12),
    st.floats(-1, 1),
    st.integers(2, 30),
    st.integers(0, 300),
    st.floats(336, 1400),
)
@settings(max_examples=10, deadline=None)
def test_variances_of_any_sample_are_torchs(x, correction, n, draws, width):
    explorer = VarianceExplorer(x=x, correction=correction, n=n, draws=draws)
    figure, _ = view(explorer, width=width)
    check_readout(figure, explorer)
    # Nothing that is drawn sticks out of the squares' picture.
    squares = figure.select("svg")[1].select("rect")
    assert len(squares) == len(x) + 2
    for square in squares:
        left, side = float(square["x"]), float(square["width"])
        assert 0 <= left <= left + side <= width + 1e-6
        assert side == float(square["height"])


@given(st.lists(st.floats(-10, 10), min_size=2, max_size=12))
@settings(max_examples=10, deadline=None)
def test_the_squares_are_areas_on_one_scale(x):
    explorer = VarianceExplorer(x=x)
    figure, _ = view(explorer)
    sides = [float(one["width"]) for one in figure.select("svg")[1].select("rect")]
    numbers = torch.tensor(x, dtype=torch.float64)
    deviations = (numbers - numbers.mean()).square()
    expected = [
        *deviations.tolist(),
        numbers.var(correction=0).item(),
        numbers.var().item(),
    ]
    unit = max(sides) ** 2 / max(*expected, 1e-300)
    assert np.square(sides) == pytest.approx(np.array(expected) * unit, abs=1e-6)


@pytest.mark.parametrize(
    ("act", "expected"),
    [
        (press("x2", "Home"), {"x": [1.0, 0.0, 3.0, 4.0]}),
        (press("x4", "End"), {"x": [1.0, 2.0, 3.0, 6.0]}),
        (press("x1", "ArrowRight"), {"x": [1.05, 2.0, 3.0, 4.0]}),
        (slide("divisor", 1), {"correction": -1}),
        (slide("divisor", -1), {"correction": 1}),
        (slide("sample size N", 30), {"n": 30}),
        (("Draw 10,000", "onclick"), {"draws": 50_000}),
        (("Draw 1", "onclick"), {"draws": 45_001}),
    ],
)
def test_each_control_of_the_variance_sets_its_own_trait(act, expected):
    name, event, *of = act
    explorer = VarianceExplorer(draws=45_000)
    _, sets = view(explorer, (name, event, of[0] if of else {}))
    assert sets == [[expected]]


@pytest.mark.parametrize(
    ("correction", "words"),
    [(1, "N − 1"), (0.4, "N − 0.4"), (0, "N"), (-0.4, "N + 0.4"), (-1, "N + 1")],
)
def test_the_size_of_a_sample_is_n_in_capitals(correction, words):
    figure, _ = view(VarianceExplorer(correction=correction, n=7))
    assert shown_by("divisor", figure) == words
    assert f"samples of N = 7 and the divisor {words}," in readout(figure)
    texts = [text.text for text in figure.select("svg")[2].select("text")]
    flags = ["÷ (N − 1)", "÷ N"]
    if correction not in (0, 1):  # above the one whose line it would cross
        flags.insert(1 if 0 < correction < 1 else 2, f"÷ ({words})")
    assert [text for text in texts if text.startswith("÷")] == flags


def test_only_the_lower_half_follows_the_divisor():
    explorer = VarianceExplorer(draws=50)
    pictures = [
        view(VarianceExplorer(draws=50, correction=c))[0].select("svg") for c in (0, -1)
    ]
    same = [str(one) == str(other) for one, other in zip(*pictures, strict=True)]
    assert same == [True, True, False]
    moved = view(VarianceExplorer(draws=50, x=[1.0, 2.0, 3.0, 5.0]))[0].select("svg")
    first = view(explorer)[0].select("svg")
    assert [str(a) == str(b) for a, b in zip(moved, first, strict=True)] == [
        False,
        False,
        True,
    ]


@given(
    st.integers(1, 300), st.integers(2, 30), st.floats(-1, 1), st.integers(0, 2**31 - 1)
)
@settings(max_examples=10, deadline=None)
def test_every_sample_drawn_is_in_its_bar(draws, n, correction, seed):
    explorer = VarianceExplorer(draws=draws, n=n, correction=correction, seed=seed)
    figure, _ = view(explorer)
    # The largest sample's numbers are drawn each time, and the first n are taken.
    largest = explorer.limits["n"]["max"]
    numbers = list(itertools.islice(normal(seed), draws * largest))
    samples = torch.tensor(numbers, dtype=torch.float64).reshape(draws, largest)
    estimates = samples[:, :n].var(dim=1, correction=correction).numpy()
    counts, _ = np.histogram(estimates.clip(max=4), bins=40, range=(0, 4))
    heights = np.array([float(bar["height"]) for bar in figure.select("rect.zm-bar")])
    assert heights / heights.sum() * draws == pytest.approx(counts, abs=1e-6)
    bias = estimates.mean() - 1
    error = np.square(estimates - 1).mean()
    words = rf"In the {draws} drawn they are (\S+) and (\S+)\.$"
    shown = re.search(words, readout(figure).replace("−", "-")).groups()
    # As written, with two and three digits.
    assert float(shown[0]) == pytest.approx(bias, abs=0.00501)
    assert float(shown[1]) == pytest.approx(error, rel=0.000501, abs=0.000501)


def test_no_more_samples_are_drawn_than_the_limit():
    most = 50_000
    for draws in (most - 1, most):
        figure, _ = view(VarianceExplorer(draws=draws, n=2))
        buttons = figure.find_all("button", string=re.compile("^Draw"))
        assert {one.has_attr("disabled") for one in buttons} == {draws == most}
        assert ("That is the limit" in readout(figure)) == (draws == most)


# ---- LayerNormExplorer ----

PARAMETERS = st.lists(st.floats(-5, 5), min_size=8, max_size=8)


@pytest.mark.filterwarnings("ignore:var.*degrees of freedom")
@given(
    st.lists(NUMBERS, min_size=1, max_size=8),
    PARAMETERS,
    PARAMETERS,
    st.floats(1e-6, 10),
    st.integers(0, 1),
    st.floats(336, 1400),
)
@settings(max_examples=10, deadline=None)
def test_a_layer_norm_shows_what_torch_computes(x, gamma, beta, eps, correction, width):
    explorer = LayerNormExplorer(
        x=x, gamma=gamma, beta=beta, eps=eps, correction=correction
    )
    figure, _ = view(explorer, width=width)
    check_readout(figure, explorer)
    for image in figure.select("svg"):
        height = float(image["viewbox"].split()[3])
        for bar in image.select("rect.zm-bar"):
            top = float(bar["y"])
            assert 0 <= top <= top + float(bar["height"]) <= height


@pytest.mark.parametrize(
    ("traits", "act", "expected"),
    [
        ({}, press("x2", "End"), {"x": [1.0, 6.0, 3.0, 4.0]}),
        ({}, press("beta 1", "ArrowUp"), {"beta": [0.05, *[0.0] * 7]}),
        # Its handle stands at beta + gamma.
        (
            {"beta": [-1.0] * 8},
            press("gamma 3", "ArrowUp"),
            {"gamma": [1.0, 1.0, 1.05, *[1.0] * 5]},
        ),
        ({}, slide("features d", 2), {"x": [1.0, 2.0]}),
        ({}, slide("features d", 7), {"x": [1.0, 2.0, 3.0, 4.0, 5.0, 1.0, 2.0]}),
        ({}, slide("ε", -12), {"eps": 1e-12}),
        ({}, slide("ε", 1), {"eps": 10}),
        ({}, ("x → 3x + 7", "onclick", {}), {"x": [10.0, 13.0, 16.0, 19.0]}),
        ({}, ("Divide by N − 1", "onclick", {}), {"correction": 1}),
        ({"correction": 1}, ("Divide by N", "onclick", {}), {"correction": 0}),
    ],
)
def test_each_control_of_a_layer_norm_sets_its_own_trait(traits, act, expected):
    explorer = LayerNormExplorer(**traits)
    _, sets = view(explorer, act)
    assert sets == [[expected]]
    (((name, value),),) = [[*one[0].items()] for one in sets]
    setattr(explorer, name, value)  # which raises where it is out of its limits


@pytest.mark.parametrize(("largest", "disabled"), [(1e100, False), (2e100, True)])
def test_3x_plus_7_ends_before_squares_overflow(largest, disabled):
    figure, _ = view(LayerNormExplorer(x=[largest, 0.0]))
    button = figure.find("button", string="x → 3x + 7")
    assert button.has_attr("disabled") == disabled


def test_one_feature_has_no_band_where_its_sigma_is_nan():
    counts = []
    for correction in (0, 1):
        figure, _ = view(LayerNormExplorer(x=[2.0], correction=correction))
        counts.append(len(figure.select(".zm-band")))
        alone = "One feature is its own mean" in readout(figure)
        assert alone == (correction == 0)
    assert counts == [2, 0]


# ---- TwoAnswers ----


@given(st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=12), st.floats(336, 1400))
@settings(max_examples=10, deadline=None)
def test_the_two_answers_to_any_sample_are_torchs(x, width):
    explorer = TwoAnswers(x=x)
    figure, _ = view(explorer, width=width)
    check_readout(figure, explorer)
    assert f"by {len(x) - 1}." in readout(figure)


def test_the_dots_of_two_answers_can_be_moved():
    _, sets = view(TwoAnswers(), press("x2", "ArrowRight"))
    assert sets == [[{"x": [1.0, 2.05, 4.0, 5.0]}]]
