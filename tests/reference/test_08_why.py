"""Chapter 8's rates, equilibrium, sharpness: against SGD, closed forms, Hessians."""

import math

import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from tests.reference.common import defined, randn

CHAPTER = "08_why"
effective_lr = defined("effective_lr")
equilibrium_norm = defined("equilibrium_norm")
exponential_lr = defined("exponential_lr")
sharpness = defined("sharpness")

# Positive floats whose powers stay finite.
positive = st.floats(1e-6, 1e6)
rates = st.floats(1e-3, 2.0)
BAD = [-1.0, -1e-30, math.nan]


def standardize(x):
    return (x - x.mean(0)) / x.std(0, correction=0)


def loss_of(weights, seed):
    """Return the loss of a net whose weights all stand before a norm, on a batch."""
    x, target = randn((12, 5), seed), randn((12, 3), seed + 1)
    for weight in weights:
        x = torch.tanh(standardize(x @ weight.T))
    return F.mse_loss(x, target)


def weights_of(seed):
    return [randn(shape, seed + i) for i, shape in enumerate([(4, 5), (3, 4)])]


def run(weights, lr, decay, growth=1.0, steps=10):
    """Return the losses of torch's SGD, its rate times `growth` in each step."""
    weights = [weight.clone().requires_grad_() for weight in weights]
    optimizer = torch.optim.SGD(weights, lr, weight_decay=decay)
    schedule = torch.optim.lr_scheduler.ExponentialLR(optimizer, growth)
    losses = []
    for step in range(steps):
        loss = loss_of(weights, step)
        losses.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    return losses


# ---- the gradient of a scale-free weight, on which all of it rests ----


@given(st.integers(0, 10_000), st.floats(0.01, 100))
@settings(max_examples=50, deadline=None)
def test_scale_changes_no_loss_and_divides_the_gradient(seed, factor):
    def measured(weights):
        weights = [weight.requires_grad_() for weight in weights]
        loss = loss_of(weights, seed)
        return loss.item(), torch.autograd.grad(loss, weights)

    loss, grads = measured(weights_of(seed))
    scaled = [factor * weight for weight in weights_of(seed)]
    loss_scaled, grads_scaled = measured(scaled)
    assert loss_scaled == pytest.approx(loss, rel=1e-12)
    for grad, other, weight in zip(grads, grads_scaled, weights_of(seed), strict=True):
        torch.testing.assert_close(factor * other, grad, rtol=1e-9, atol=1e-12)
        cosine = (grad * weight).sum() / (grad.norm() * weight.norm())
        assert abs(cosine) < 1e-9


# ---- effective_lr ----


@given(rates, st.integers(0, 10_000), positive)
@settings(deadline=None)
def test_a_step_turns_by_the_effective_rate(effective_lr, lr, seed, factor):
    """As SGD at that rate turns the same weight brought to length 1."""
    (weight, _) = weights_of(seed)
    weight = factor * weight
    rate = effective_lr(lr, weight)
    assert rate.ndim == 0
    assert rate.item() == pytest.approx(lr / weight.norm().item() ** 2, rel=1e-12)

    def direction(start, rate):
        start = start.clone().requires_grad_()
        others = weights_of(seed)[1:]
        (grad,) = torch.autograd.grad(loss_of([start, *others], seed), start)
        return F.normalize((start - rate * grad).detach().flatten(), dim=0)

    unit = weight / weight.norm()
    torch.testing.assert_close(
        direction(weight, lr), direction(unit, rate.item()), rtol=1e-9, atol=1e-9
    )


def test_effective_lr_passes_gradcheck(effective_lr):
    weight = randn((3, 4), 0).requires_grad_()
    assert torch.autograd.gradcheck(lambda w: effective_lr(0.3, w), weight)
    assert torch.autograd.gradgradcheck(lambda w: effective_lr(0.3, w), weight)


def test_effective_lr_at_its_limits(effective_lr):
    assert effective_lr(0.1, torch.zeros(3)).item() == math.inf
    assert effective_lr(0.0, torch.ones(3)).item() == 0
    assert effective_lr(1.0, torch.tensor(2.0)).item() == 0.25


# ---- equilibrium_norm ----


@given(rates, st.floats(1e-3, 0.4), st.floats(1e-3, 1e3))
@settings(deadline=None)
def test_equilibrium_is_where_a_step_keeps_the_length(
    equilibrium_norm, lr, decay, grad_norm
):
    """Of torch's SGD, on a gradient at a right angle that has this size at length 1."""
    size = equilibrium_norm(lr, decay, grad_norm)
    weight = torch.tensor([size, 0.0], dtype=torch.float64, requires_grad=True)
    weight.grad = torch.tensor([0.0, grad_norm / size], dtype=torch.float64)
    torch.optim.SGD([weight], lr, weight_decay=decay).step()
    assert weight.detach().norm().item() == pytest.approx(size, rel=1e-12)
    # and the angle of this step depends on nothing but lr * decay
    cosine = (weight[0] / weight.norm()).item()
    assert cosine == pytest.approx(1 - lr * decay, rel=1e-9)


@given(st.floats(0.01, 100), st.floats(0.1, 10), st.floats(0.05, 0.6))
@settings(max_examples=30, deadline=None)
def test_every_length_goes_to_the_equilibrium(
    equilibrium_norm, start, grad_norm, product
):
    """At the fixed point the map of |w|^2 has the slope 2 (1 - product)^2 - 1."""
    lr, square = 0.5, start**2
    for _ in range(500):
        square = (1 - product) ** 2 * square + (lr * grad_norm) ** 2 / square
    expected = equilibrium_norm(lr, product / lr, grad_norm)
    assert math.sqrt(square) == pytest.approx(expected, rel=1e-9)


# ---- exponential_lr ----


@given(st.floats(0.05, 0.5), st.floats(0.0, 0.5), st.integers(0, 10_000))
@settings(max_examples=20, deadline=None)
def test_decay_and_a_growing_rate_are_one_run(exponential_lr, lr, decay, seed):
    """To 1e-12, by torch's SGD and ExponentialLR.

    Ten steps: many large ones amplify rounding. The chapter compares a thousand.
    """
    first, growth = exponential_lr(lr, decay)
    decayed = run(weights_of(seed), lr, decay)
    grown = run(weights_of(seed), first, 0.0, growth)
    assert grown == pytest.approx(decayed, rel=1e-12, abs=1e-12)


def test_the_two_runs_part_with_another_rate(exponential_lr):
    first, growth = exponential_lr(0.5, 0.1)
    decayed = run(weights_of(0), 0.5, 0.1)
    for wrong in (run(weights_of(0), first, 0.0), run(weights_of(0), 0.5, 0, growth)):
        assert max(abs(a - b) for a, b in zip(decayed, wrong, strict=True)) > 1e-4


@given(st.floats(1e-3, 1.0), st.floats(0.0, 0.9))
@settings(deadline=None)
def test_exponential_lr_of_each_step(exponential_lr, lr, decay):
    first, growth = exponential_lr(lr, decay)
    kept = 1 - lr * decay
    for t in range(5):
        assert first * growth**t == pytest.approx(lr / kept ** (2 * t + 1), rel=1e-12)


# ---- sharpness ----


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=6), st.integers(0, 10_000))
@settings(max_examples=50, deadline=None)
def test_sharpness_of_a_quadratic_is_its_largest_eigenvalue(sharpness, values, seed):
    values = torch.tensor(values, dtype=torch.float64)
    sizes = values.abs().sort().values
    # The ratio of the two largest is what the error shrinks by.
    assume(len(values) == 1 or sizes[-2] < 0.9 * sizes[-1])
    turn, _ = torch.linalg.qr(randn((len(values), len(values)), seed))
    matrix = turn @ values.diag() @ turn.T
    x = randn((len(values),), seed).requires_grad_()
    found = sharpness(x @ matrix @ x / 2, [x], iterations=400)
    largest = values[values.abs().argmax()].item()
    assert found == pytest.approx(largest, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_sharpness_equals_the_whole_hessian(sharpness, seed):
    weights = [weight.requires_grad_() for weight in weights_of(seed)]
    blocks = torch.autograd.functional.hessian(
        lambda *all_of_them: loss_of(all_of_them, seed), tuple(weights)
    )
    rows = [
        torch.cat([block.reshape(weight.numel(), -1) for block in row], 1)
        for weight, row in zip(weights, blocks, strict=True)
    ]
    values = torch.linalg.eigvalsh(torch.cat(rows))
    expected = values[values.abs().argmax()].item()
    found = sharpness(loss_of(weights, seed), iter(weights), iterations=1000)
    assert found == pytest.approx(expected, rel=1e-5)


def test_sharpness_of_what_has_no_curvature(sharpness):
    x, y = (randn((3,), seed).requires_grad_() for seed in (0, 1))
    assert sharpness(x.sum(), [x]) == 0  # linear
    assert sharpness(x.sum() + (0 * y.square()).sum(), [x, y]) == 0
    # one parameter linear, the other not
    assert sharpness(x.sum() + y.square().sum(), [x, y]) == pytest.approx(2)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("share", [-0.8, -0.5, 0, 0.5, 0.8])
def test_sharpness_of_curvatures_whose_squares_leave_the_dtype(
    sharpness, dtype, sign, share
):
    """And of a direction without any, which the product with the Hessian keeps at 0."""
    size = sign * torch.finfo(dtype).max ** share
    x, y = (randn((1,), seed, dtype).requires_grad_() for seed in (0, 1))
    found = sharpness(x.sum() + size / 2 * y.square().sum(), [x, y])
    assert type(found) is float
    assert found == pytest.approx(size, rel=1e-6)


def test_sharpness_takes_a_hundred_steps_unless_told_otherwise(sharpness):
    x = randn((2,), 0).requires_grad_()
    curvatures = torch.tensor([1.0, 0.98], dtype=torch.float64)
    found = {
        steps: sharpness((curvatures * x.square()).sum() / 2, [x], *steps)
        for steps in ((), (1,), (99,), (100,), (101,))
    }
    assert found[()] == found[100,]
    assert found[1,] < found[99,] < found[100,] < found[101,] < 1


def test_sharpness_changes_nothing_and_repeats(sharpness):
    weights = [weight.requires_grad_() for weight in weights_of(0)]
    state = torch.get_rng_state()
    first, second = (sharpness(loss_of(weights, 0), weights, 20) for _ in range(2))
    assert first == second
    default = torch.get_default_dtype()
    torch.set_default_dtype(torch.float16)
    try:
        assert sharpness(loss_of(weights, 0), weights, 20) == first
    finally:
        torch.set_default_dtype(default)
    assert torch.equal(state, torch.get_rng_state())
    assert all(weight.grad is None for weight in weights)


def test_above_two_over_the_rate_gradient_descent_diverges(sharpness):
    """What the sharpness is compared with in the chapter."""
    x = randn((4,), 0).requires_grad_()
    curvatures = torch.tensor([1.0, 2.0, 3.0, 5.0], dtype=torch.float64)
    largest = sharpness((curvatures * x.square()).sum() / 2, [x])
    for share, shrinks in ((0.99, True), (1.01, False)):
        point = x.detach().clone()
        for _ in range(1000):
            point = point - share * 2 / largest * curvatures * point
        assert (point.norm() < x.norm()) == shrinks


# ---- bad input ----


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_rate_raises_as_in_sgd(
    effective_lr, equilibrium_norm, exponential_lr, bad
):
    weight = torch.ones(2, requires_grad=True)
    calls = [
        lambda: effective_lr(bad, weight),
        lambda: equilibrium_norm(bad, 0.1, 1.0),
        lambda: exponential_lr(bad, 0.1),
    ]
    for call in calls:
        with pytest.raises(ValueError, match=f"lr must be at least 0, got {bad}"):
            call()
    if not math.isnan(bad):  # which torch lets pass
        with pytest.raises(ValueError, match="learning rate"):
            torch.optim.SGD([weight], bad)


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_decay_raises_as_in_sgd(equilibrium_norm, exponential_lr, bad):
    weight = torch.ones(2, requires_grad=True)
    calls = [
        lambda: equilibrium_norm(0.1, bad, 1.0),
        lambda: exponential_lr(0.1, bad),
    ]
    for call in calls:
        with pytest.raises(ValueError, match="weight_decay must be at least 0"):
            call()
    if not math.isnan(bad):
        with pytest.raises(ValueError, match="weight_decay"):
            torch.optim.SGD([weight], 0.1, weight_decay=bad)


@pytest.mark.parametrize("product", [1e-6, 0.5, 1.0, 1.5, 1.999])
def test_there_is_an_equilibrium_up_to_a_product_of_two(equilibrium_norm, product):
    """There, what the decay leaves of |w|^2 and the step's square add up to it."""
    square = equilibrium_norm(1.0, product, 1.0) ** 2
    assert (1 - product) ** 2 * square + 1 / square == pytest.approx(square, rel=1e-12)


@pytest.mark.parametrize(("lr", "decay"), [(0.0, 0.1), (0.1, 0.0), (1.0, 2.0), (4, 1)])
def test_without_equilibrium_it_says_so(equilibrium_norm, lr, decay):
    with pytest.raises(ValueError, match=rf"no equilibrium.*{lr} \* {decay}"):
        equilibrium_norm(lr, decay, 1.0)


@pytest.mark.parametrize(("lr", "decay"), [(1.0, 1.0), (2.0, 1.0)])
def test_a_decay_that_turns_the_weights_around_is_refused(exponential_lr, lr, decay):
    with pytest.raises(ValueError, match=rf"below 1.*{lr} \* {decay}"):
        exponential_lr(lr, decay)


@pytest.mark.parametrize("bad", [[1.0], 1.0, None])
def test_a_weight_is_a_tensor(effective_lr, bad):
    with pytest.raises(TypeError, match=type(bad).__name__):
        effective_lr(0.1, bad)


def test_sharpness_refuses_what_autograd_refuses(sharpness):
    x, other = (randn((3,), seed).requires_grad_() for seed in (0, 1))
    for loss, parameters in (
        (x.square, [x]),  # three numbers
        (lambda: randn((), 0), [x]),  # no graph
        (lambda: x.square().sum(), [x, other]),  # one that it does not depend on
    ):
        with pytest.raises(RuntimeError) as theirs:
            torch.autograd.grad(loss(), parameters)
        with pytest.raises(RuntimeError) as ours:
            sharpness(loss(), parameters)
        assert str(ours.value) == str(theirs.value)
    with pytest.raises(ValueError, match="at least 1, got 0"):
        sharpness(x.square().sum(), [x], iterations=0)
