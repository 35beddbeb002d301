"""The figures of what is normalized as values: what they show, without a browser."""

import itertools
import math
import re

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from explorables import AxesExplorer, NormSphere
from explorables.axes import SHAPE
from tests.explorables.views import check_readout, readout, view

# ---- NormSphere ----

POINT = st.lists(st.floats(-1e3, 1e3), min_size=3, max_size=3)


@given(POINT, st.integers(2, 3), st.sampled_from([0, 1e-5, 10]), st.floats(-180, 180))
@settings(max_examples=10, deadline=None)
def test_the_sphere_shows_what_torch_computes(x, d, eps, azimuth):
    explorer = NormSphere(x=x, d=d, eps=eps, azimuth=azimuth)
    figure, _ = view(explorer)
    check_readout(figure, explorer)


@pytest.mark.parametrize("d", [2, 3])
def test_equal_features_without_epsilon_have_no_normalized_point(d):
    explorer = NormSphere(x=[1.0, 1.0, 1.0], d=d, eps=0)
    figure, _ = view(explorer)
    check_readout(figure, explorer)
    assert not figure.select("circle.zm-grip.zm-normalized")


@pytest.mark.parametrize("x", [[1.7e308] * 3, [1.7e308, -1.7e308, 0.0]])
def test_the_largest_numbers_have_a_place(x):
    figure, _ = view(NormSphere(x=x))
    assert not re.search("NaN|Infinity", str(figure.select_one(".zm-picture")))
    assert figure.select_one("[role=slider]")


@given(st.lists(st.floats(-1e9, 1e9), min_size=3, max_size=3), st.floats(-180, 180))
@settings(max_examples=10, deadline=None)
def test_no_point_leaves_the_picture(x, azimuth):
    for width in (336, 694):
        figure, _ = view(NormSphere(x=x, azimuth=azimuth), width=width)
        svg = figure.select_one(".zm-svg")
        right, down = (float(end) for end in svg["viewbox"].split()[2:])
        place = svg.select_one("[role=slider]")["transform"]
        at = [float(one) for one in re.findall(r"-?\d[\d.e+-]*", place)]
        assert 8 <= at[0] <= right - 8
        assert 8 <= at[1] <= down - 8


@pytest.mark.parametrize("key", ["ArrowRight", "ArrowUp"])
def test_an_arrow_key_moves_the_point_as_it_is_seen(key):
    explorer = NormSphere()
    figure, sets = view(explorer, ("x", "onkeydown", {"key": key}))
    ((change,),) = sets
    moved, _ = view(NormSphere(**change))
    before, after = (
        np.array(re.findall(r"[-\d.]+", one.select_one("[role=slider]")["transform"]))
        for one in (figure, moved)
    )
    way = [4, 0] if key == "ArrowRight" else [0, -4]
    assert after.astype(float) - before.astype(float) == pytest.approx(way, abs=1e-6)


@given(POINT.filter(lambda x: np.std(x) > 1e-3), st.floats(-6, 0.3))
@settings(max_examples=10, deadline=None)
def test_the_slider_sets_the_spread_of_the_point(x, power):
    _, sets = view(
        NormSphere(x=x), ("σ of x", "oninput", {"target": {"value": str(power)}})
    )
    ((change,),) = sets
    assert np.std(change["x"]) == pytest.approx(10**power)


def slide(name, value):
    return name, "oninput", {"target": {"value": str(value)}}


def place(mark):
    return np.array([float(mark["cx"]), float(mark["cy"])])


# Two numbers less than 1e-150 apart are equal to torch, too: their variance underflows.
APART = st.tuples(st.floats(-3, 3), st.floats(-3, 3)).filter(
    lambda x: abs(x[0] - x[1]) > 1e-150
)


@given(APART)
@settings(max_examples=10, deadline=None)
def test_two_features_end_on_one_of_two_points(x):
    figure, _ = view(NormSphere(x=[*x, 0.0], d=2, eps=0.0))
    targets = [place(one) for one in figure.select("circle.zm-target")]
    end = place(figure.select_one("circle.zm-grip.zm-normalized"))
    assert len(targets) == 2
    assert min(math.dist(end, one) for one in targets) == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize(
    ("traits", "act", "expected"),
    [
        ({}, ("2 features", "onclick", {}), {"d": 2}),
        ({"d": 2}, ("3 features", "onclick", {}), {"d": 3}),
        ({}, slide("view", 90), {"azimuth": 90}),
        ({}, slide("ε", -2), {"eps": 0.01}),
        # Equal features have no spread that could be scaled.
        (
            {"x": [1.0, 1.0, 1.0]},
            slide("σ of x", 0),
            {"x": [2.0, 1.0, 1.0]},
        ),
    ],
)
def test_each_control_of_the_sphere_sets_its_own_trait(traits, act, expected):
    _, sets = view(NormSphere(**traits), act)
    assert sets == [[expected]]


def test_only_three_features_can_be_turned():
    for d, hidden in ((2, True), (3, False)):
        figure, _ = view(NormSphere(d=d))
        (label,) = [one for one in figure.select("label") if "view" in one.text]
        assert ("hidden" in label.get("style", "")) == hidden


# ---- AxesExplorer ----

CELL = st.tuples(*(st.integers(0, size - 1) for size in SHAPE))
NORMS = AxesExplorer.norm.values
BLOCKS = AxesExplorer.block.values


def cells(figure, name):
    """Return which cells have a class, as a tensor of the block's shape."""
    marks = figure.select(".zm-cell")
    return torch.tensor([name in mark["class"] for mark in marks]).reshape(SHAPE)


@given(st.sampled_from(NORMS), st.sampled_from(BLOCKS), CELL)
@settings(max_examples=12, deadline=None)
def test_the_filled_cells_are_those_that_torch_takes_the_mean_of(norm, block, cell):
    explorer = AxesExplorer(norm=norm, block=block, cell=list(cell))
    figure, _ = view(explorer)
    check_readout(figure, explorer)
    # The output at a cell depends on those that share its mean, and on no others.
    x = torch.randn(SHAPE, dtype=torch.float64, requires_grad=True)
    if norm == "LayerNorm":
        over = SHAPE[2:] if block == "(B, T, d)" else SHAPE[1:]
        layer = torch.nn.LayerNorm(over, dtype=torch.float64)
        output = layer(x)
    else:
        channels = 2 if block == "(B, T, d)" else 1
        layer = torch.nn.BatchNorm1d(SHAPE[channels], dtype=torch.float64)
        output = layer(x.transpose(1, channels)).transpose(1, channels)
    output[cell].backward(retain_graph=True)
    assert torch.equal(cells(figure, "zm-shares-mean"), x.grad != 0)
    # Its gamma scales those that have one with a gradient from it.
    (own,) = torch.nonzero(layer.weight.grad).tolist()
    framed = torch.zeros(SHAPE, dtype=torch.bool)
    for at in itertools.product(*map(range, SHAPE)):
        (grad,) = torch.autograd.grad(output[at], layer.weight, retain_graph=True)
        framed[at] = grad[tuple(own)] != 0
    assert torch.equal(cells(figure, "zm-shares-gamma"), framed)


@pytest.mark.parametrize(
    ("block", "caption", "letters"),
    [
        ("(B, T, d)", "T down, d across", "nTd"),
        ("(B, C, T)", "C down, T across", "nCT"),
    ],
)
def test_the_index_of_a_sample_is_n(block, caption, letters):
    figure, _ = view(AxesExplorer(block=block, cell=[2, 0, 0]))
    names = [name.text for name in figure.select(".zm-slice-name")]
    assert names == [f"n = {n}: {caption}" for n in range(3)]
    assert f"on {block} = (3, 4, 5)" in readout(figure)
    # No line ends inside of a shape.
    said = figure.select_one(".zm-readout").text
    assert all(" " not in shape for shape in re.findall(r"\([^)]*,[^)]*\)", said))
    marks = figure.select(".zm-cell")
    for mark, at in zip(marks, itertools.product(*map(range, SHAPE)), strict=True):
        place = ", ".join(f"{x} {i}" for x, i in zip(letters, at, strict=True))
        assert mark["aria-label"].startswith(place)


@pytest.mark.parametrize(
    ("key", "to"),
    [
        ("ArrowRight", [0, 0, 0]),
        ("ArrowUp", [0, 3, 4]),
        ("PageUp", [2, 0, 4]),
        ("PageDown", [1, 0, 4]),
        ("Home", None),
    ],
)
def test_arrow_keys_walk_through_the_block(key, to):
    explorer = AxesExplorer(cell=[0, 0, 4])
    name = "n 0, T 0, d 4, same mean, same gamma"
    _, sets = view(explorer, (name, "onkeydown", {"key": key}))
    assert sets == ([] if to is None else [[{"cell": to}]])


def test_a_click_and_a_choice_set_their_own_trait():
    explorer = AxesExplorer(cell=[0, 0, 0])
    figure, sets = view(
        explorer,
        ("n 2, T 3, d 4", "onclick", {}),
        ("BatchNorm", "onchange", {}),
        ("(B, C, T)", "onchange", {}),
    )
    assert sets == [
        [{"cell": [2, 3, 4]}],
        [{"norm": "BatchNorm"}],
        [{"block": "(B, C, T)"}],
    ]
    focusable = figure.select("[role=gridcell][tabindex='0']")
    assert [cell.text for cell in focusable] == ["x"]
