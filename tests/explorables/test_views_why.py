"""Chapter 8's figures: four layers in any order, and a weight before a norm."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from explorables import OrderLab, ScaleFreeWeight
from explorables.order_lab import BLOCKS, ORDERS
from tests.explorables.views import check_readout, shown_by, view

orders = st.sampled_from(ORDERS)
tenths = st.integers(0, 9).map(lambda tenth: tenth / 10)
halves = st.integers(-8, 8).map(lambda half: half / 2)


@given(orders, st.booleans(), halves, tenths, st.floats(336, 1400))
@settings(max_examples=25, deadline=None)
def test_every_order_shows_what_torch_computes(order, bias, offset, rate, width):
    explorer = OrderLab(order=order, bias=bias, offset=offset, rate=rate)
    figure, _ = view(explorer, width=width)
    check_readout(figure, explorer)
    assert "NaN" not in str(figure)


@pytest.mark.parametrize(
    ("block", "key", "expected"),
    [
        ("Linear", "ArrowRight", "norm-linear-relu-dropout"),
        ("BatchNorm", "End", "linear-relu-dropout-norm"),
        ("ReLU", "Home", "relu-linear-norm-dropout"),
        ("dropout", "ArrowLeft", "linear-norm-dropout-relu"),
        ("Linear", "Home", ORDERS[0]),
    ],
)
def test_a_block_moves_past_the_others(block, key, expected):
    _, sets = view(OrderLab(), (block, "onkeydown", {"key": key}))
    assert sets == [[{"order": expected}]]


def test_blocks_stand_in_their_order():
    for order in ORDERS[::5]:
        figure, _ = view(OrderLab(order=order))
        places = [
            int(one["aria-valuenow"]) for one in figure.select("svg [role=slider]")
        ]
        assert places == [order.split("-").index(block) for block in BLOCKS]


@pytest.mark.parametrize("order", ORDERS)
def test_a_bias_is_dead_exactly_where_a_norm_meets_it_first(order):
    """With dropout or a ReLU between, its share differs from sample to sample."""
    numbers = OrderLab(order=order).quantities()
    names = order.split("-")
    is_dead = names[names.index("linear") + 1 :][:1] == ["norm"]
    assert (numbers["bias_gradient"] < 1e-12) == is_dead


SHIFTED = [order for order in ORDERS if order.endswith("norm")]


@pytest.mark.parametrize("order", SHIFTED)
def test_a_norm_that_follows_dropout_has_too_little_variance_in_eval(order):
    numbers = OrderLab(order=order, rate=0.8).quantities()
    assert numbers["variance_in_training"] == pytest.approx(1, abs=1e-3)
    assert numbers["variance_in_eval"] < 0.5


def test_without_dropout_the_eval_differs_by_the_stored_variance_alone():
    numbers = OrderLab(order="dropout-linear-relu-norm", rate=0).quantities()
    samples = OrderLab().constants["samples"]
    ratio = numbers["variance_in_eval"] / numbers["variance_in_training"]
    assert ratio == pytest.approx((samples - 1) / samples, rel=1e-3)


def test_a_norm_before_the_relu_keeps_units_alive():
    first, after = (
        OrderLab(order=order, offset=-4, rate=0).quantities()["dead"]
        for order in ("linear-norm-relu-dropout", "linear-relu-norm-dropout")
    )
    assert first == 0
    assert after > 50


def test_no_bias_no_gradient():
    figure, _ = view(OrderLab(bias=False))
    assert "bias_gradient" not in shown_by(figure)
    assert "There is no bias." in figure.select_one(".zm-readout").text


# ---- a weight before a norm ----

sizes = st.floats(-3, 3).filter(lambda value: abs(value) > 0.01)
lrs, decays = st.floats(0.05, 4), st.floats(0, 0.2)


@given(sizes, sizes, lrs, decays, st.floats(336, 1400))
@settings(max_examples=15, deadline=None)
def test_any_weight_shows_what_torch_computes(x, y, lr, decay, width):
    explorer = ScaleFreeWeight(w=[x, y], lr=lr, weight_decay=decay)
    figure, _ = view(explorer, width=width)
    check_readout(figure, explorer)
    assert "NaN" not in str(figure)


@given(sizes, sizes, lrs, decays)
@settings(max_examples=10, deadline=None)
def test_a_step_is_one_of_torchs_sgd(x, y, lr, decay):
    explorer = ScaleFreeWeight(w=[x, y], lr=lr, weight_decay=decay)
    _, ((one,), *_) = view(explorer, ("One step", "onclick", {}))
    numbers = explorer.quantities()
    before, after = torch.tensor([[x, y], one["w"]], dtype=torch.float64)
    kept = 1 - lr * decay
    # a right triangle: decay along w, the gradient across
    square = (kept * numbers["length"]) ** 2 + (lr * numbers["gradient"]) ** 2
    assert after.norm().item() == pytest.approx(math.sqrt(square), rel=1e-9)
    moved = after - kept * before
    assert (moved @ before).item() == pytest.approx(
        0, abs=1e-9 * (moved.norm() * before.norm()).item()
    )
    assert explorer.quantities()["loss"] == pytest.approx(
        ScaleFreeWeight(w=[x / 2, y / 2]).quantities()["loss"], rel=1e-9
    )


def test_ten_steps_are_ten_times_one():
    explorer = ScaleFreeWeight()
    _, sets = view(explorer, ("10 steps", "onclick", {}))
    w = list(explorer.w)
    for _ in range(10):
        _, ((one,),) = view(ScaleFreeWeight(w=w), ("One step", "onclick", {}))
        w = one["w"]
    assert sets == [[{"w": w}]]


def test_a_weight_of_zero_is_nan_and_can_take_no_step():
    figure, _ = view(ScaleFreeWeight(w=[0.0, 0.0]))
    assert shown_by(figure)["loss"] == "NaN"
    stuck = [one.text for one in figure.select("button[disabled]")]
    assert stuck == ["One step", "10 steps"]
