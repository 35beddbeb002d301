"""Chapter 5's batch_norm, its modules and its gradients against torch and ONNX."""

import copy
import inspect
import itertools
import math

import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from torch import nn
from torch.nn import functional as F

from tests.reference.common import (
    NORMAL_TOLERANCE,
    assert_near,
    cast,
    distinct_integers,
    epsilons,
    largest,
    leaf_gradients,
    offsets,
    onnx_cases,
    randn,
    scales,
    shuffled_integers,
)

HALF = (torch.float16, torch.bfloat16)
# What is compared is a sum of terms, and sizes() adds up their absolute values. Of
# these a rounding takes half a unit in the last place, at most. A channel has at most
# n = 81 values: that makes n roundings in the mean, n / 2 in the standard deviation,
# sqrt(n) there for those of the values, and some ten more. Two results are then less
# than 150 units apart.
UNITS = 150
TOLERANCE = {
    dtype: UNITS * torch.finfo(dtype).eps for dtype in (torch.float64, torch.float32)
}
# (N, C), (N, C, L), (N, C, H, W) and one more, with axes of size 0
shapes = st.lists(st.integers(0, 4), min_size=2, max_size=4) | st.lists(
    st.integers(0, 3), min_size=5, max_size=5
)
momenta = st.sampled_from([0.1, 0, 1, 0.0, 1.0, 2.0, -1.0]) | st.floats(-1, 2)
training = pytest.mark.parametrize("training", [True, False], ids=["training", "eval"])


@pytest.fixture(scope="module")
def chapter_5(load_reference):
    """Return what chapter 5's reference cells define."""
    return load_reference("05_batch_norm")


@pytest.fixture(scope="module")
def batch_norm(chapter_5):
    return chapter_5["batch_norm"]


@pytest.fixture(scope="module")
def backward(chapter_5):
    return chapter_5["batch_norm_backward"]


@pytest.fixture(scope="module")
def ours(chapter_5):
    """Return our modules by torch's names."""
    return {name: chapter_5[name] for name in ("BatchNorm1d", "BatchNorm2d")}


THEIRS = {name: getattr(nn, name) for name in ("BatchNorm1d", "BatchNorm2d")}


def axes_of(x):
    """Return the axes of (N, C, *) but for C."""
    return (0, *range(2, x.ndim))


def per_channel(values, x):
    """Return (C,) in a shape that fits x."""
    return values.reshape(-1, *[1] * (x.ndim - 2))


def statistics(x):
    """Return the mean and the biased variance of each channel."""
    axes = axes_of(x)
    mean = x.mean(axes)
    return mean, (x - per_channel(mean, x)).square().mean(axes)


def count(x):
    """Return n, how many values a channel has."""
    return math.prod(axis for i, axis in enumerate(x.shape) if i != 1)


def sizes(x, mean, variance, weight, bias, eps, training, g=None):
    """Return how large the terms are whose sums the output and the gradients are.

    mean, variance: what normalizes. To torch the output is x * a + (bias - mean * a)
    with a = weight / std: its terms are in proportion to |x| + |mean|.
    """
    if not x.numel():
        return dict.fromkeys(("output", "input", "weight", "bias"), 0.0)
    axes = axes_of(x)
    std = (variance + eps).sqrt()
    terms = (x.abs().amax(axes) + mean.abs()) / std
    w = 1 if weight is None else weight.abs()
    found = {"output": w * terms + (0 if bias is None else bias.abs())}
    if g is not None:
        # x_hat, with the error of its terms, meets itself in the training's gradient
        twice = 1 + (1 + math.sqrt(count(x))) * terms if training else 1
        found["input"] = w * g.abs().amax(axes) / std * twice
        found["weight"] = g.abs().sum(axes) * terms
        found["bias"] = g.abs().sum(axes)
    return {name: largest(size) for name, size in found.items()}


def update_sizes(x, momentum, running_mean, running_var):
    """Return how large the terms are whose sums the two updated statistics are."""
    if not x.numel():
        return 0.0, 0.0
    top, variance = x.abs().amax(axes_of(x)), statistics(x)[1]
    # a value's rounding, of size top, meets what is left of it in the square
    batch = (variance + top * variance.sqrt()) * count(x) / (count(x) - 1)
    new, old = abs(momentum), abs(1 - momentum)
    return tuple(
        largest(new * term + old * running.abs())
        for term, running in ((top, running_mean), (batch, running_var))
    )


def run(function, call):
    """Return (output, running_mean, running_var), with its own copy of the last two."""
    x, running_mean, running_var, *others = call
    running = [None if t is None else t.clone() for t in (running_mean, running_var)]
    return function(x, *running, *others), *running


def torch_batch_norm(x, running_mean, running_var, weight, bias, *others):
    """Return F.batch_norm, also of no channels: there torch reads weight[0]."""
    if x.shape[1] == 0:
        weight = bias = None
    return F.batch_norm(x, running_mean, running_var, weight, bias, *others)


@st.composite
def calls(draw, offsets=offsets, scales=scales):
    """Draw batch_norm's arguments, all of them, by position; float64."""
    x = draw(distinct_integers(shape=shapes, offsets=offsets))
    training = draw(st.booleans())
    assume(not training or count(x) != 1)
    scale = draw(scales)
    c = x.shape[1]
    running = scale * randn((c,), 3), scale**2 * (0.1 + randn((c,), 4).square())
    if training and draw(st.booleans()):
        running = None, None
    weight, bias = (randn((c,), i) if draw(st.booleans()) else None for i in range(2))
    eps = draw(epsilons if training else epsilons | st.just(0.0))
    return x * scale, *running, weight, bias, training, draw(momenta), eps


def double(call):
    """Return a call in float64."""
    return *(cast(t, torch.float64) for t in call[:5]), *call[5:]


def call_sizes(call):
    """Return the sizes of (output, running_mean, running_var)."""
    x, running_mean, running_var, weight, bias, training, momentum, eps = double(call)
    used = statistics(x) if training else (running_mean, running_var)
    found = [sizes(x, *used, weight, bias, eps, training)["output"]]
    if running_mean is not None:
        found += update_sizes(x, momentum, running_mean, running_var) * training
    return found + [0.0] * (3 - len(found))  # no term, no error: equal to the last bit


def assert_results_near(ours, theirs, scales, tolerances):
    """Compare what run() returns."""
    for a, b, scale, tolerance in zip(ours, theirs, scales, tolerances, strict=True):
        if b is None:
            assert a is None
        else:
            assert_near(a, b, tolerance, scale)


@settings(max_examples=500, deadline=None)
@given(call=calls())
def test_equals_torch(batch_norm, call):
    x = call[0].clone()
    ours, theirs = (run(f, call) for f in (batch_norm, torch_batch_norm))
    tolerance = TOLERANCE[torch.float64]
    assert_results_near(ours, theirs, call_sizes(call), [tolerance] * 3)
    assert ours[0].shape == x.shape
    assert torch.equal(call[0], x)


# Integers up to 128 and powers of two: what is drawn is what the half types hold.
# float16 ends at 65504, and at 6e-8 there is nothing left of a variance: the powers are
# those for which the statistics fit. In float32 the squares of 1e20 would be inf.
@pytest.mark.parametrize(
    ("dtype", "exponents"),
    [
        (torch.float32, (-60, 50)),
        (torch.bfloat16, (-60, 50)),
        (torch.float16, (-6, -2)),
    ],
)
@settings(max_examples=250, deadline=None)
@given(data=st.data(), wide_parameters=st.booleans())
def test_equals_torch_in_other_dtypes(
    batch_norm, dtype, exponents, data, wide_parameters
):
    powers = st.integers(*exponents).map(lambda exponent: 2.0**exponent)
    call = data.draw(calls(offsets=st.just(0), scales=powers))
    # torch takes float32 parameters with half types, the usual mixed precision
    parameters = torch.float32 if wide_parameters else dtype
    call = call[0].to(dtype), *(cast(t, parameters) for t in call[1:5]), *call[5:]
    ours = run(batch_norm, call)
    assert ours[0].dtype == dtype
    if parameters == torch.float32:
        theirs = run(torch_batch_norm, call)
    else:  # torch itself would normalize with a mean and an rstd stored as halves
        theirs = run(torch_batch_norm, double(call))
        ours = [cast(t, torch.float64) for t in ours]
    scales = call_sizes(call)
    tolerances = [TOLERANCE[torch.float32]] * 3
    if dtype in HALF:  # the output is rounded once by half a unit, on either side
        scales[0] += largest(theirs[0])
        tolerances[0] += torch.finfo(dtype).eps
    if parameters in HALF:  # what is left of the old, and the sum: once each
        scales = [scale and scale + torch.finfo(parameters).tiny for scale in scales]
        tolerances[1:] = [tolerances[1] + torch.finfo(parameters).eps] * 2
    assert_results_near(ours, theirs, scales, tolerances)


# torch stores mean and rstd as halves and normalizes with these. For values around 0
# this moves the output by half a unit twice, and each side rounds it once.
@training
@pytest.mark.parametrize("dtype", HALF)
@pytest.mark.parametrize("seed", range(20))
def test_equals_torch_all_in_half(batch_norm, dtype, training, seed):
    shapes = (3, 4, 8), (4,), (4,), (4,), (4,)
    x, mean, var, *affine = (randn(s, seed + i, dtype) for i, s in enumerate(shapes))
    call = x, mean, var.square() + 0.5, *affine, training
    ours, theirs = (run(f, call) for f in (batch_norm, F.batch_norm))
    for a, b in zip(ours, theirs, strict=True):
        assert_near(a, b, 2 * torch.finfo(dtype).eps)


@pytest.mark.parametrize("wide", [True, False], ids=["float32", "none"])
@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        ([300.0, -300.0, 60000.0, 60000.0], torch.float16),  # squares above 65504
        ([0.0001, -0.0001, 0.0], torch.float16),  # squares below 6e-8
        ([256.0, 256.0, 258.0], torch.bfloat16),  # the mean is no bfloat16
        ([1e20, -1e20, 3e19], torch.float32),  # squares inf: all outputs are 0
        ([1e-20, -1e-20, 3e-20], torch.float32),
    ],
)
def test_equals_torch_at_the_limits_of_dtypes(batch_norm, values, dtype, wide):
    x = torch.tensor(values, dtype=dtype)[:, None]
    # without parameters torch would keep the mean as a half
    parameters = [torch.full((1,), float(i)) for i in (0, 1, 1, 0)]
    if not wide:
        parameters[:2] = None, None
    call = x, *parameters, True
    ours, theirs = (run(f, call) for f in (batch_norm, F.batch_norm))
    for a, b in zip(ours, theirs, strict=True):
        if b is not None:
            rtol = 2 * torch.finfo(b.dtype).eps
            torch.testing.assert_close(a, b, rtol=rtol, atol=1e-24)


FIVE = ("input", "running_mean", "running_var", "weight", "bias")
ODD = list(itertools.product(FIVE, [math.inf, -math.inf, math.nan, -2.0]))
for odd in (math.inf, -math.inf):  # x * a + (bias - mean * a) is inf - inf in torch
    ODD.remove(("weight", odd))


@training
@pytest.mark.parametrize(("name", "odd"), ODD)
def test_equals_torch_where_a_value_is_not_finite(batch_norm, name, odd, training):
    five = [randn((4, 3, 2), 0), randn((3,), 1), randn((3,), 2).square()]
    five += [randn((3,), 3), randn((3,), 4)]
    five[FIVE.index(name)][(0, 1, 0) if name == "input" else 1] = odd
    ours, theirs = (run(f, (*five, training)) for f in (batch_norm, F.batch_norm))
    for a, b in zip(ours, theirs, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-13, atol=1e-13, equal_nan=True)
    assert theirs[0][:, [0, 2]].isfinite().all()  # the other channels do not see it


# Layouts that a permutation does not give: channels last, overlapping, with gaps.
LAYOUTS = {
    "channels last": randn((2, 3, 4, 5), 0).to(memory_format=torch.channels_last),
    "expanded": randn((4, 3, 1), 0).expand(4, 3, 5),
    "every second": randn((4, 6, 10), 0)[:, ::2, ::3],
}


@training
@pytest.mark.parametrize("x", LAYOUTS.values(), ids=LAYOUTS)
def test_layout_does_not_matter(batch_norm, x, training):
    others = randn((3,), 3), randn((3,), 4), training
    running = torch.stack([randn((3,), 1), randn((3,), 2).square()], dim=1)
    results = []
    for function in (batch_norm, F.batch_norm):
        table = running.clone()  # the statistics are its columns
        output = function(x, table[:, 0], table[:, 1], *others)
        results.append((output, table))
    for a, b in zip(*results, strict=True):
        assert_near(a, b, 1e-14)
    assert torch.equal(results[1][1], running) != training


def test_running_statistics_are_updated_in_place_and_outside_the_graph(batch_norm):
    x, weight = randn((4, 3), 0).requires_grad_(), randn((3,), 1).requires_grad_()
    running = randn((3,), 2), randn((3,), 3).square()
    ours, theirs = ([t.clone() for t in running] for _ in range(2))
    addresses = [t.data_ptr() for t in ours]
    for function, stored in ((batch_norm, ours), (F.batch_norm, theirs)):
        for _ in range(2):  # the second pass finds what the first one left
            output = function(x, *stored, weight, None, True)
        assert output.requires_grad
    for a, b, before, address in zip(ours, theirs, running, addresses, strict=True):
        assert_near(a, b, 1e-14)
        assert not torch.equal(a, before)
        assert a.data_ptr() == address
        assert a.grad_fn is None
        assert not a.requires_grad
        assert a.is_leaf


def test_two_passes_before_one_backward(batch_norm):
    x, running = randn((4, 3), 0), [randn((3,), 1), randn((3,), 2).square()]

    def twice(function):
        def passes(x, weight):
            stored = [t.clone() for t in running]
            first = function(x, *stored, weight, training=True)
            return first * function(x.exp(), *stored, weight, training=True)

        return leaf_gradients(passes, (x, randn((3,), 3)))

    for a, b in zip(twice(batch_norm), twice(F.batch_norm), strict=True):
        assert_near(a, b, 1e-13)


# In closed form: torch's gradient takes the variance that the memory holds by then.
def test_gradient_in_eval_is_that_of_the_output_that_was_returned(batch_norm):
    x = randn((4, 3), 0).requires_grad_()
    mean, var = randn((3,), 1), randn((3,), 2).square()
    expected = 1 / (var + 1e-5).sqrt()
    output = batch_norm(x, mean, var)
    batch_norm(x, mean, var, training=True)
    (gradient,) = torch.autograd.grad(output.sum(), x)
    assert_near(gradient, expected.expand(4, 3), 1e-14)


def call_gradients(function, call, g):
    """Return the gradients of input, weight and bias, of those that there are."""
    x, running_mean, running_var, weight, bias, *others = call

    def output(x, weight, bias):
        running = running_mean, running_var
        return run(function, (x, *running, weight, bias, *others))[0]

    return leaf_gradients(output, (x, weight, bias), g)


def contiguous(call):
    """Return a call with the input in the usual layout.

    torch's gradients of the input are wrong where the strides of axes of size 1 leave
    open whether a layout is channels last, gradcheck says: torch is given no such one.
    """
    return call[0].contiguous(), *call[1:]


# A gradient of x is what is left of larger terms: it is measured against those.
@settings(max_examples=250, deadline=None)
@given(call=calls())
def test_gradients_equal_torch(batch_norm, call):
    x, running_mean, running_var, weight, bias, training, _, eps = call
    assume(x.shape[1] or weight is bias is None)  # torch reads weight[0]
    g = randn(x.shape, 5)
    ours = call_gradients(batch_norm, call, g)
    theirs = call_gradients(F.batch_norm, contiguous(call), g)
    used = statistics(x) if training else (running_mean, running_var)
    terms = sizes(x, *used, weight, bias, eps, training, g)
    leaves = {"input": x, "weight": weight, "bias": bias}
    names = [name for name, leaf in leaves.items() if leaf is not None]
    for name, a, b in zip(names, ours, theirs, strict=True):
        assert_near(a, b, TOLERANCE[torch.float64], terms[name])


# Against torch in float64, on the same values: torch's own half gradients on the CPU
# come from a mean and an rstd that it stored as halves.
@training
@pytest.mark.parametrize("dtype", [torch.float32, *HALF])
@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), eps=epsilons, wide_parameters=st.booleans())
def test_gradients_in_other_dtypes(
    batch_norm, dtype, training, seed, eps, wide_parameters
):
    x = randn((3, 4, 8), seed, dtype)
    parameters = torch.float32 if wide_parameters else dtype
    mean, var, weight, bias = (randn((4,), seed + i, parameters) for i in range(1, 5))
    call = x, mean, var.square() + 0.5, weight, bias, training, 0.1, eps
    g = randn(x.shape, seed + 5, dtype)  # not x: to x_hat the gradient is orthogonal
    ours = call_gradients(batch_norm, call, g)
    theirs = call_gradients(F.batch_norm, double(call), g.double())
    for a, b, leaf in zip(ours, theirs, (x, weight, bias), strict=True):
        assert a.dtype == leaf.dtype
        assert_near(a.double(), b, NORMAL_TOLERANCE[leaf.dtype])


@training
@pytest.mark.parametrize("eps", [1e-5, 0.5])
@pytest.mark.parametrize("shape", [(4, 2), (3, 2, 2), (2, 2, 1, 2), (2, 1, 1, 2, 1)])
def test_gradient_against_finite_differences(batch_norm, shape, eps, training):
    c = shape[1]
    leaves = [randn(s, i).requires_grad_() for i, s in enumerate([shape, (c,), (c,)])]

    def function(x, weight, bias):
        running = randn((c,), 3), randn((c,), 4).square()
        return batch_norm(x, *running, weight, bias, training, 0.1, eps)

    assert torch.autograd.gradcheck(function, leaves)
    assert torch.autograd.gradgradcheck(function, leaves)


def torch_backward(*arguments):
    """Return torch's gradients of input, weight and bias."""
    return torch.ops.aten.native_batch_norm_backward(*arguments, [True] * 3)


# No empty input: of one, torch's kernel divides by n and ends the process.
@settings(max_examples=200, deadline=None)
@given(call=calls().filter(lambda call: call[0].numel()))
def test_backward_equals_torch(backward, call):
    x, running_mean, running_var, _, _, training, momentum, eps = call
    weight, g = randn((x.shape[1],), 1), randn(x.shape, 5)
    if training:
        running_mean = running_var = None
    usual = contiguous(call)[0]
    _, mean, rstd = torch.native_batch_norm(
        usual, weight, weight, running_mean, running_var, training, momentum, eps
    )
    theirs = torch_backward(
        g, usual, weight, running_mean, running_var, mean, rstd, training, eps
    )
    if not training:  # torch returns none that it used
        mean, rstd = running_mean, 1 / (running_var + eps).sqrt()
    ours = backward(g, x, mean, rstd, weight, training)
    terms = sizes(x, mean, 1 / rstd.square(), weight, None, 0, training, g)
    for name, a, b in zip(("input", "weight", "bias"), ours, theirs, strict=True):
        assert_near(a, b, TOLERANCE[x.dtype], terms[name])


@pytest.mark.parametrize("shape", [(0, 3), (2, 3, 0), (2, 0), (0, 0), (2, 0, 4, 1)])
def test_backward_of_nothing(backward, shape):
    x, ones = torch.ones(shape), torch.ones(shape[1])
    for flags in ((), (True,), (False,)):
        ours = backward(x, x, ones, ones, ones, *flags)
        for gradient, expected in zip(ours, (x, 0 * ones, 0 * ones), strict=True):
            torch.testing.assert_close(gradient, expected)


@pytest.mark.parametrize("wide_parameters", [True, False])
@pytest.mark.parametrize("dtype", [torch.float32, *HALF])
@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), training=st.booleans())
def test_backward_in_other_dtypes(backward, dtype, wide_parameters, seed, training):
    x, g = (randn((3, 4, 8), seed + i, dtype) for i in range(2))
    weight = randn((4,), seed + 2, torch.float32 if wide_parameters else dtype)
    # as in chapter 3, and as torch's in mixed precision: float32 for half types
    mean, variance = statistics(x.float())
    rstd = 1 / (variance + 1e-5).sqrt()
    ours = backward(g, x, mean, rstd, weight, training)
    assert [t.dtype for t in ours] == [dtype, weight.dtype, weight.dtype]
    g, x, mean, rstd, weight = (t.double() for t in (g, x, mean, rstd, weight))
    theirs = torch_backward(
        g, x, weight, mean, 1 / rstd.square(), mean, rstd, training, 0.0
    )
    for a, b in zip(ours, theirs, strict=True):
        assert_near(a.double(), b, NORMAL_TOLERANCE[a.dtype])


@training
@pytest.mark.parametrize("shape", [(4, 2), (3, 2, 2), (2, 2, 1, 2), (2, 1, 1, 2, 1)])
def test_backward_against_finite_differences(backward, shape, training):
    c = shape[1]
    running = randn((c,), 3), randn((c,), 4).square()

    class Function(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x, weight, bias):
            mean, variance = statistics(x) if training else running
            ctx.save_for_backward(x, mean, 1 / (variance + 0.1).sqrt(), weight)
            stored = [t.clone() for t in running]
            return F.batch_norm(x, *stored, weight, bias, training, eps=0.1)

        @staticmethod
        def backward(ctx, grad_output):
            # in training without the flag: it is the default
            return backward(grad_output, *ctx.saved_tensors, *[False][training:])

    leaves = [randn(s, i).requires_grad_() for i, s in enumerate([shape, (c,), (c,)])]
    assert torch.autograd.gradcheck(Function.apply, leaves)


def test_has_torchs_signatures(batch_norm, ours):
    def parameters(function):
        signature = inspect.signature(function)
        return [(p.name, p.default, p.kind) for p in signature.parameters.values()]

    assert parameters(batch_norm) == parameters(F.batch_norm)
    for name, module in ours.items():
        assert parameters(module) == parameters(THEIRS[name])


class SideBySide(RuleBasedStateMachine):
    """Drives a module of ours and torch's through the same steps."""

    def __init__(self, ours):
        super().__init__()
        self.classes = ours, THEIRS

    @initialize(
        name=st.sampled_from(list(THEIRS)),
        features=st.integers(1, 3),
        eps=st.sampled_from([1e-5, 1e-3, 0.1]),
        momentum=st.none() | momenta,
        flags=st.tuples(*[st.booleans() | st.just(True)] * 3),
    )
    def make(self, name, features, eps, momentum, flags):
        """Make the two, with affine, bias and track_running_stats drawn."""
        self.name = name
        options = dict(
            zip(("affine", "bias", "track_running_stats"), flags, strict=True)
        )

        def new(classes):
            return classes[name](features, eps, momentum, **options, dtype=torch.double)

        self.new = new
        self.ours, self.theirs = self.both = [new(c) for c in self.classes]
        self.made = [dict(module.named_buffers()) for module in self.both]
        self.forget()

    def forget(self):
        """Note that the running statistics are equal again: sizes of their terms."""
        self.size = [0.0, 0.0]

    def outcome(self, step):
        """Take a step with both; return the results, or None where both raise."""
        results, errors = [], []
        for module in self.both:
            try:
                results.append(step(module))
            except (AttributeError, RuntimeError, TypeError, ValueError) as error:
                errors.append(error)
        assert len(errors) in (0, 2), errors
        if errors:
            assert type(errors[0]) is type(errors[1]), errors
            return None
        return results

    @rule(momentum=st.none() | momenta)
    def set_momentum(self, momentum):
        """Change the momentum of the batches to come."""
        for module in self.both:
            module.momentum = momentum

    @rule()
    def toggle_tracking(self):
        """Change the flag; buffers that are there stay, and others are not made."""
        for module in self.both:
            module.track_running_stats = not module.track_running_stats

    @rule()
    def reset_running_stats(self):
        """Forget all batches."""
        done = self.outcome(lambda module: module.reset_running_stats())
        if done and self.theirs.track_running_stats:
            self.forget()

    @rule()
    def reset_parameters(self):
        """Forget all batches and the weights."""
        done = self.outcome(lambda module: module.reset_parameters())
        if done and self.theirs.track_running_stats:
            self.forget()

    @rule()
    def exchange(self):
        """Let each load the state of the other."""
        states = [copy.deepcopy(module.state_dict()) for module in self.both]
        for module, state in zip(self.both, reversed(states), strict=True):
            module.load_state_dict(state, strict=True)

    @rule(seed=st.integers(0, 10**6), is_random=st.booleans())
    def load(self, seed, is_random):
        """Let each load the same state, from a new module of the other class."""
        donors = [self.new(c) for c in self.classes]
        state = donors[1].state_dict()
        for i, (key, tensor) in enumerate(state.items() if is_random else ()):
            values = randn(tensor.shape, seed + i)
            if key == "num_batches_tracked":
                values = torch.tensor(seed % 10)
            tensor.copy_(values.square() + 0.1 if key == "running_var" else values)
        donors[0].load_state_dict(state, strict=True)
        self.ours.load_state_dict(donors[1].state_dict(), strict=True)
        self.theirs.load_state_dict(donors[0].state_dict(), strict=True)
        self.forget()

    @rule(
        n=st.integers(0, 4) | st.integers(1, 4),
        sides=st.lists(st.integers(0, 3) | st.integers(1, 3), min_size=2, max_size=2),
        dense=st.booleans(),
        more=st.sampled_from([0, 0, 0, 0, 0, 1]),
        training=st.booleans(),
        seed=st.integers(0, 10**6),
        offset=offsets,
        scale=st.sampled_from([1.0, 0.01, 7.0]),
    )
    def forward(self, n, sides, dense, more, training, seed, offset, scale):
        """Compare output and gradients of a batch, and the errors of a wrong one."""
        for module in self.both:
            module.train(training)
        sides = sides if self.name == "BatchNorm2d" else sides[: 1 - dense]
        shape = n, self.theirs.num_features, *sides
        if math.prod(shape):  # torch looks at no channels of an empty batch
            shape = n, shape[1] + more, *sides
        x = scale * shuffled_integers(shape, offset, seed)
        module = self.theirs
        is_batch = module.training or module.running_mean is None
        used = statistics(x) if is_batch else (module.running_mean, module.running_var)
        used = [t.clone() for t in used]
        self.note_update(x)
        g = randn(shape, seed)

        def step(module):
            leaf = x.clone().requires_grad_()
            output = module(leaf)
            leaves = {"input": leaf, **dict(module.named_parameters())}
            found = torch.autograd.grad(output, list(leaves.values()), g)
            return {"output": output, **dict(zip(leaves, found, strict=True))}

        results = self.outcome(step)
        if results is None:
            assert more or (is_batch and count(x) == 1)
            return
        slack = 1.0
        if not is_batch and x.numel():  # the errors of what is stored come on top
            used[0] = used[0].abs() + self.size[0]
            slack += self.size[1] * largest(1 / (used[1] + module.eps))
        affine = module.weight, module.bias
        terms = sizes(x, *used, *affine, module.eps, is_batch, g)
        mine, torchs = results
        assert list(mine) == list(torchs)
        for name, value in torchs.items():
            assert_near(
                mine[name], value, TOLERANCE[torch.float64], terms[name] * slack
            )

    def note_update(self, x):
        """Add to `size` what a batch will add to the errors of the statistics."""
        module = self.theirs
        stored = module.running_mean, module.running_var
        is_update = module.training and module.track_running_stats
        if not is_update or stored[0] is None or count(x) < 2:
            return
        momentum = module.momentum
        if momentum is None:
            momentum = 1 / (module.num_batches_tracked.item() + 1)
        if x.shape[1] == module.num_features:
            new = update_sizes(x, momentum, *stored)
            old = self.size
            self.size = [
                abs(1 - momentum) * a + b for a, b in zip(old, new, strict=True)
            ]

    @invariant()
    def buffers_are_equal(self):
        """Compare all buffers, which are still the tensors that they were."""
        buffers = [dict(module.named_buffers()) for module in self.both]
        assert list(buffers[0]) == list(buffers[1])
        assert list(self.ours.state_dict()) == list(self.theirs.state_dict())
        for made, now in zip(self.made, buffers, strict=True):
            assert all(made[name] is tensor for name, tensor in now.items())
        for name, theirs in buffers[1].items():
            ours = buffers[0][name]
            assert not ours.requires_grad
            if name == "num_batches_tracked":
                torch.testing.assert_close(ours, theirs, rtol=0, atol=0)
                continue
            size = self.size[name == "running_var"]
            assert_near(ours, theirs, TOLERANCE[torch.float64], size)
        for ours, theirs in zip(*(m.parameters() for m in self.both), strict=True):
            assert torch.equal(ours, theirs)


def test_modules_side_by_side_with_torch(ours):
    run_state_machine_as_test(
        lambda: SideBySide(ours),
        settings=settings(max_examples=150, stateful_step_count=30, deadline=None),
    )


OPTIONS = [
    dict(zip(("affine", "bias", "track_running_stats"), flags, strict=True))
    for flags in itertools.product([True, False], repeat=3)
]
options = pytest.mark.parametrize(
    "options",
    OPTIONS,
    ids=lambda o: "-".join(k for k, v in o.items() if v) or "nothing",
)
names = pytest.mark.parametrize("name", THEIRS)
SHAPES = {"BatchNorm1d": (4, 3, 5), "BatchNorm2d": (2, 3, 4, 5)}


def trained(cls, shape, dtype=torch.float64, **options):
    """Return a module with weights that are not 1 and statistics of two batches."""
    module = cls(shape[1], dtype=dtype, **options)
    for i, parameter in enumerate(module.parameters()):
        parameter.data = randn(parameter.shape, i, dtype)
    for seed in range(2):
        module(randn(shape, seed, dtype))
    return module


@names
@options
def test_state_dict_is_exchangeable_with_torch(ours, name, options):
    shape = SHAPES[name]
    for classes in itertools.permutations([ours[name], THEIRS[name]]):
        source = trained(classes[0], shape, **options)
        target = classes[1](3, dtype=torch.float64, **options)
        target.load_state_dict(source.state_dict(), strict=True)
        pairs = zip(
            target.state_dict().items(), source.state_dict().items(), strict=True
        )
        for (key, loaded), (expected_key, expected) in pairs:
            assert key == expected_key
            assert loaded.dtype == expected.dtype
            assert torch.equal(loaded, expected)
        x = randn(shape, 3)
        assert_near(target.eval()(x), source.eval()(x), 1e-13)


@names
@options
def test_state_dict_of_others_is_refused_as_in_torch(ours, name, options):
    for others in OPTIONS:
        refused = []
        for classes in (ours, THEIRS):
            target, source = (classes[name](3, **o) for o in (options, others))
            try:
                target.load_state_dict(source.state_dict(), strict=True)
                refused.append(None)
            except RuntimeError as error:
                refused.append(str(error))
        assert refused[0] == refused[1]


@names
@options
@pytest.mark.parametrize("dtype", [None, torch.float64, torch.float16])
@pytest.mark.parametrize("device", [None, "cpu", "meta"])
def test_module_is_made_as_torch_makes_it(ours, name, options, dtype, device):
    mine, torchs = (
        classes[name](4, 1e-3, None, **options, device=device, dtype=dtype)
        for classes in (ours, THEIRS)
    )
    assert repr(mine) == repr(torchs)
    for attribute in ("num_features", "eps", "momentum", "affine", "training"):
        assert getattr(mine, attribute) == getattr(torchs, attribute)
    assert mine.track_running_stats is torchs.track_running_stats
    for kind in ("parameters", "buffers"):
        found = [dict(getattr(m, f"named_{kind}")()) for m in (mine, torchs)]
        assert list(found[0]) == list(found[1])
        for key, expected in found[1].items():
            a = found[0][key]
            assert (a.dtype, a.device, a.shape) == (
                expected.dtype, expected.device, expected.shape,
            )  # fmt: skip
            assert type(a) is type(expected)
            if device != "meta":
                assert torch.equal(a, expected)
    for attribute in (*FIVE[1:], "num_batches_tracked"):
        absent = [getattr(m, attribute) is None for m in (mine, torchs)]
        assert absent[0] == absent[1]


@names
@pytest.mark.parametrize("arguments", [(3,), (3, 0.1), (3, 0.1, 0.5), (3, 1e-5, 0.25)])
def test_module_passes_its_settings_on(ours, name, arguments):
    x = randn(SHAPES[name], 0, torch.float32)
    results = []
    for classes in (ours, THEIRS):
        module = classes[name](*arguments)
        results.append((module(x), module.running_mean, module.running_var))
        assert f"eps={module.eps}, momentum={module.momentum}" in repr(module)
    for a, b in zip(*results, strict=True):
        assert_near(a, b, TOLERANCE[torch.float32])


# Without the flag a memory that is there is used in eval, and not added to. With the
# flag there may be none.
@names
@training
@pytest.mark.parametrize("momentum", [0.25, None])
@pytest.mark.parametrize("flag", [True, False])
@pytest.mark.parametrize("made", [True, False])
def test_tracking_may_be_switched(ours, name, made, flag, training, momentum):
    x, results = randn(SHAPES[name], 5), []
    for classes, others in itertools.permutations([ours, THEIRS]):
        module = classes[name](3, dtype=torch.float64, track_running_stats=made)
        module.track_running_stats, module.momentum = flag, momentum
        other = trained(others[name], x.shape, track_running_stats=made)
        module.load_state_dict(other.state_dict(), strict=True)
        output = module.train(training)(x)
        results.append({"output": output, **dict(module.named_buffers())})
    assert list(results[0]) == list(results[1])
    for key, expected in results[1].items():
        assert_near(results[0][key], expected, 1e-14)


# To a module they are one thing: moved, cast and copied with it.
@names
def test_buffers_go_where_the_module_goes(ours, name):
    x = randn(SHAPES[name], 5)
    pair = [
        trained(classes[name], x.shape, torch.float32) for classes in (ours, THEIRS)
    ]
    for change in ("double", "half", "bfloat16", "float"):
        dtypes = []
        for module in pair:
            getattr(module, change)()
            dtypes.append({k: v.dtype for k, v in module.state_dict().items()})
        assert dtypes[0] == dtypes[1]
        assert dtypes[0]["num_batches_tracked"] == torch.int64
        assert len(set(dtypes[0].values())) == 2
    assert {b.device.type for b in pair[0].to("meta").buffers()} == {"meta"}


@names
def test_a_copy_has_a_memory_of_its_own(ours, name):
    x = randn(SHAPES[name], 5)
    module = trained(ours[name], x.shape)
    before = copy.deepcopy(module.state_dict())
    twin = copy.deepcopy(module)
    assert_near(twin.eval()(x), module.eval()(x), 0, 1)
    twin.train()(x)
    assert twin.num_batches_tracked == before["num_batches_tracked"] + 1
    for key, value in module.state_dict().items():
        assert torch.equal(value, before[key])
    assert not torch.equal(twin.running_mean, module.running_mean)


def test_equals_onnx(batch_norm):
    cases = onnx_cases("test_batchnorm_")
    assert sorted(len(outputs) for *_, outputs in cases) == [1, 1, 3, 3]
    for name, attributes, (x, weight, bias, mean, var), expected in cases:
        # of the old statistics ONNX keeps `momentum`, torch 1 - momentum
        momentum = 1 - attributes.get("momentum", 0.9)
        training = bool(attributes.get("training_mode", 0))
        assert training == (len(expected) == 3)
        eps = attributes.get("epsilon", 1e-5)
        call = x, mean, var, weight, bias, training, momentum, eps
        ours = run(batch_norm, call)
        for a, b in zip(ours[:2], expected, strict=False):
            torch.testing.assert_close(a, b, msg=lambda m, name=name: f"{name}: {m}")
        if training:
            # ONNX stores the variance over n, torch the one over n - 1: of the batch's
            # part, and of nothing else, n / (n - 1) is what differs
            theirs = run(F.batch_norm, call)[2]
            torch.testing.assert_close(ours[2], theirs)
            kept = (1 - momentum) * var.double()
            batch = momentum * statistics(x.double())[1]
            n = count(x)
            unit = torch.finfo(torch.float32).eps
            assert_near(expected[2].double(), kept + batch, unit)
            assert_near(ours[2].double(), kept + batch * n / (n - 1), unit)
            biased = kept + (ours[2].double() - kept) * (n - 1) / n
            assert_near(biased, expected[2].double(), 2 * unit)
            assert ((ours[2] - expected[2]).abs() > 10 * unit * expected[2]).all()


ones = torch.ones


def call_of(x=(4, 3), dtype=torch.float32, **changes):
    """Return the arguments of a good call, with changes, by name; x is its shape."""
    x = ones(x, dtype=dtype)
    c = x.shape[1] if x.ndim > 1 else 3
    running = {f"running_{name}": ones(c, dtype=dtype) for name in ("mean", "var")}
    return {"input": x, **running, **changes}


def mistakes():
    """Yield (what is wrong, in which modes, a call, what the message has to say)."""
    train, both = [True], [True, False]
    yield "one value", train, call_of((1, 3)), ["[1, 3]", "more than 1"]
    yield "one value", train, call_of((1, 3, 1, 1)), ["[1, 3, 1, 1]"]
    yield "one value, no channels", train, call_of((1, 0, 1)), ["[1, 0, 1]"]
    yield "1-D", both, call_of((3,)), ["(N, C, *)", "[3]"]
    for shape in ((4, 5), (4, 8, 3), (3, 4)):
        call = call_of(shape, running_mean=ones(3), running_var=ones(3))
        parts = ["running_mean", "[3]", str(list(shape)), f"{shape[1]} values"]
        yield "features", both, call, parts
    call = call_of(running_mean=None, running_var=None)
    yield "no statistics", [False], call, ["running_mean", "running_var", "None"]
    yield "momentum", train, {**call, "momentum": None}, ["momentum", "None", "float"]
    yield "momentum", both, call_of(momentum=None), ["momentum", "None", "float"]
    for eps in (0.0, -0.0):
        yield "eps", train, call_of(eps=eps), ["eps", "above 0", f"{eps}"]
    for eps in (-1.0, -1e-30):
        yield "eps", train, call_of(eps=eps), ["eps", "above 0", f"{eps}"]
        yield "eps", [False], call_of(eps=eps), ["eps", "at least 0", f"{eps}"]
    for name in FIVE[1:]:
        shapes = [(4,), (1,), (4, 3), (0,)]
        if name.startswith("running"):
            yield "missing", both, call_of(**{name: None}), [name, "None"]
            needs_grad = ones(3, requires_grad=True)
            yield "gradient", both, call_of(**{name: needs_grad}), [name, "gradient"]
            shapes += [(1, 3), (3, 1)]  # weight and bias may have these
        for shape in shapes:
            parts = [name, str(list(shape)), "3 values", "[4, 3]"]
            yield f"{shape}", both, call_of(**{name: ones(shape)}), parts
    for dtype in (torch.int64, torch.uint8, torch.bool, torch.cfloat, torch.cdouble):
        parts = [f"{dtype}", "floating point"]
        yield f"{dtype}", both, call_of(dtype=dtype), parts
        call = call_of(input=ones((4, 3), dtype=dtype))
        yield f"{dtype}, others float32", both, call, parts


# Dtypes that do not go together: only half types and float32 do, and then all
# parameters are of one dtype.
MIXES = [
    (torch.float64, torch.float32), (torch.float32, torch.float64),
    (torch.float32, torch.float16), (torch.float32, torch.bfloat16),
    (torch.float16, torch.bfloat16), (torch.bfloat16, torch.float16),
    (torch.float16, torch.float64), (torch.float32, torch.int64),
    (torch.float16, torch.float32), (torch.bfloat16, torch.float32),
]  # fmt: skip


def mixed_dtypes():
    """Yield what mistakes() does, with one parameter of another dtype than the rest."""
    for (dtype, other), name in itertools.product(MIXES, FIVE[1:]):
        rest = {key: ones(3, dtype=dtype) for key in FIVE[1:]}
        call = call_of(dtype=dtype, **rest | {name: ones(3, dtype=other)})
        what = f"{dtype} but {other} {name}"
        yield what, [True, False], call, [f"{dtype}", f"{other}"]
        if torch.promote_types(dtype, torch.float32) == other:  # a half and float32
            rest = {key: ones(3, dtype=other) for key in FIVE[1:]}
            call = call_of(dtype=dtype, **rest | {name: ones(3, dtype=dtype)})
            what = f"{dtype} with {other} but for {name}"
            yield what, [True, False], call, [f"{dtype}", f"{other}"]


@pytest.mark.parametrize(
    ("training", "call", "parts"),
    [
        pytest.param(training, call, parts, id=f"{what}-{training}")
        for what, modes, call, parts in [*mistakes(), *mixed_dtypes()]
        for training in modes
    ],
)
def test_mistakes_raise_as_in_torch(batch_norm, training, call, parts):
    before = copy.deepcopy(call)
    with pytest.raises((RuntimeError, TypeError, ValueError)) as theirs:
        # where bias has a wrong dtype, torch has updated the statistics when it raises
        F.batch_norm(**copy.deepcopy(call), training=training)
    with pytest.raises(theirs.type) as ours:
        batch_norm(**call, training=training)
    assert ours.type is theirs.type
    for part in parts:
        assert part in str(ours.value)
    for name in ("running_mean", "running_var"):
        assert before[name] is None or torch.equal(call[name], before[name])


ALLOWED = {
    "momentum 2": call_of(momentum=2.0),
    "momentum -1": call_of(momentum=-1.0),
    "momentum 1, an int": call_of(momentum=1),
    "momentum nan": call_of(momentum=math.nan),
    "momentum inf": call_of(momentum=math.inf),
    "eps nan": call_of(eps=math.nan),
    "eps inf": call_of(eps=math.inf),
    "eps 1, an int": call_of(eps=1),
    "signal of one": call_of((1, 3, 2)),
    "image of one": call_of((1, 3, 1, 2)),
    "weight and bias of rank 2": call_of(weight=ones(1, 3), bias=ones(3, 1)),
    "weight and bias of rank 0": call_of((4, 1), weight=ones(()), bias=ones(())),
    "6-D": call_of((2, 3, 1, 2, 1, 2)),
}


@training
@pytest.mark.parametrize("call", ALLOWED.values(), ids=ALLOWED)
def test_takes_what_torch_takes(batch_norm, call, training):
    results = []
    for function in (batch_norm, F.batch_norm):
        mine = {k: v.clone() if torch.is_tensor(v) else v for k, v in call.items()}
        mine["input"] = randn(call["input"].shape, 0, torch.float32)
        output = function(**mine, training=training)
        results.append((output, mine["running_mean"], mine["running_var"]))
    for a, b in zip(*results, strict=True):
        assert_near(a, b, TOLERANCE[torch.float32], 1)


def test_eps_may_be_0_in_eval(batch_norm):
    call = randn((4, 3), 0), randn((3,), 1), randn((3,), 2).square()
    ours, theirs = (f(*call, eps=0.0) for f in (batch_norm, F.batch_norm))
    assert_near(ours, theirs, 1e-14)


WRONG_RANKS = {
    "BatchNorm1d": [(3,), (), (2, 3, 4, 5), (2, 3, 1, 1, 1)],
    "BatchNorm2d": [(3,), (), (2, 3), (2, 3, 4), (2, 3, 4, 5, 6)],
}


@training
@pytest.mark.parametrize(
    ("name", "shape"), [(name, s) for name, rank in WRONG_RANKS.items() for s in rank]
)
def test_module_refuses_other_ranks_as_in_torch(ours, name, shape, training):
    for classes in (THEIRS, ours):
        module = classes[name](3).train(training)
        expected = {"BatchNorm1d": "expected 2D or 3D", "BatchNorm2d": "expected 4D"}
        with pytest.raises(ValueError, match=expected[name]) as error:
            module(torch.ones(shape))
        assert f"got {len(shape)}D" in str(error.value)
        assert module.num_batches_tracked == 0  # not a batch


@names
@pytest.mark.parametrize(
    ("case", "error"),
    [
        ("one value", ValueError),
        ("other features", RuntimeError),
        ("integers", NotImplementedError),
        ("other dtype", RuntimeError),
        ("eps 0", ValueError),
    ],
)
def test_module_counts_a_batch_that_is_refused_as_torch_does(ours, name, case, error):
    ranks = {"BatchNorm1d": (), "BatchNorm2d": (1, 1)}[name]
    shape = {"one value": (1, 3), "other features": (4, 5)}.get(case, (4, 3))
    x = torch.ones(*shape, *ranks)
    x = {"integers": x.long(), "other dtype": x.double()}.get(case, x)
    for classes in (THEIRS, ours):
        module = classes[name](3, 0.0 if case == "eps 0" else 1e-5)
        for batches in (1, 2):
            with pytest.raises(RuntimeError if error is not ValueError else error) as e:
                module(x)
            assert e.type is error
            assert module.num_batches_tracked == batches
        assert module.running_mean.tolist() == [0.0] * 3
        assert module.running_var.tolist() == [1.0] * 3


@names
@pytest.mark.parametrize("arguments", [(-1,), (3.0,), ("3",), (None,), (True,), ()])
def test_module_is_refused_as_in_torch(ours, name, arguments):
    with pytest.raises((RuntimeError, TypeError)) as theirs:
        THEIRS[name](*arguments)
    with pytest.raises(theirs.type) as mine:
        ours[name](*arguments)
    assert mine.type is theirs.type


@names
def test_module_takes_nothing_but_a_parameter_for_one_left_out(ours, name):
    for classes in (THEIRS, ours):
        module = classes[name](3, bias=False)
        with pytest.raises(TypeError):
            module.bias = torch.ones(3)  # would be neither learned nor saved
        module = classes[name](3, track_running_stats=False)
        module.running_mean = torch.ones(3)  # this would be
        assert "running_mean" in module.state_dict()


# What is left of the start after t batches is (1 - momentum)^t: below 1 % from t on.
@pytest.mark.parametrize(("momentum", "t"), [(0.1, 44), (0.01, 459), (0.5, 7)])
def test_running_mean_arrives_in_closed_form(batch_norm, ours, momentum, t):
    assert (1 - momentum) ** t < 0.01 < (1 - momentum) ** (t - 1)
    goal = torch.tensor([4.0, -3.0], dtype=torch.float64)
    x = goal.expand(4, 2)  # constant: variance 0
    mean, var = torch.zeros(2).double(), torch.ones(2).double()
    module = ours["BatchNorm1d"](2, momentum=momentum, dtype=torch.float64)
    for step in range(1, t + 1):
        batch_norm(x, mean, var, training=True, momentum=momentum)
        module(x)
        left = (1 - momentum) ** step
        for stored in (mean, module.running_mean):
            torch.testing.assert_close(stored, (1 - left) * goal, rtol=1e-12, atol=0)
        for stored in (var, module.running_var):
            expected = torch.full((2,), left, dtype=torch.float64)
            torch.testing.assert_close(stored, expected, rtol=1e-12, atol=0)
        arrived = ((mean - goal).abs() < 0.01 * goal.abs()).all()
        assert arrived == (step == t)


@names
def test_momentum_none_keeps_the_mean_of_all_batches(ours, name):
    ranks = {"BatchNorm1d": (2,), "BatchNorm2d": (1, 2)}[name]
    module = ours[name](3, momentum=None, dtype=torch.float64)
    batches = [randn((n, 3, *ranks), n) for n in range(2, 9)]  # of different sizes
    for i, x in enumerate(batches, start=1):
        module(x)
        axes = axes_of(x)
        means = torch.stack([batch.mean(axes) for batch in batches[:i]])
        variances = torch.stack([batch.var(axes) for batch in batches[:i]])
        assert_near(module.running_mean, means.mean(0), 1e-14)
        assert_near(module.running_var, variances.mean(0), 1e-14)
        assert module.num_batches_tracked == i


# x_hat of two values is +-(a - b)/2 over |a - b|/2. Integers: no rounding on the way.
@given(
    a=st.integers(-(2**25), 2**25),
    b=st.integers(-(2**25), 2**25),
    scale=st.integers(-60, 60).map(lambda exponent: 2.0**exponent),
)
def test_a_batch_of_two_is_plus_and_minus_1(batch_norm, a, b, scale):
    assume(a != b)
    x = scale * torch.tensor([[a], [b]], dtype=torch.float64)
    tiny = torch.finfo(torch.float64).tiny
    output = batch_norm(x, None, None, training=True, eps=tiny)
    sign = math.copysign(1, a - b)
    assert output.flatten().tolist() == [sign, -sign]


# dy/dx of one channel is rstd (I - 1 1^T / n - x_hat x_hat^T / n) in training, over all
# samples and positions, and rstd I in eval. Between channels it is 0.
@training
def test_jacobian_is_full_in_training_and_diagonal_in_eval(batch_norm, training):
    x, eps = randn((3, 2, 2), 0), 1e-5
    running = randn((2,), 1), randn((2,), 2).square()

    def function(x):
        return batch_norm(x, *running, training=training, momentum=0.0, eps=eps)

    found = torch.autograd.functional.jacobian(function, x)
    mean, variance = statistics(x) if training else running
    n = count(x)
    for channel, other in itertools.product(range(2), repeat=2):
        block = found[:, channel, :, :, other].reshape(n, n)
        if channel != other:
            assert not block.any()
            continue
        rstd = 1 / (variance[channel] + eps).sqrt()
        x_hat = (x[:, channel].flatten() - mean[channel]) * rstd
        expected = torch.eye(n).double()
        if training:
            expected = expected - 1 / n - torch.outer(x_hat, x_hat) / n
        assert_near(block, rstd * expected, 1e-14)
        assert bool(block.all()) == training  # no entry is 0
        assert torch.count_nonzero(block) == (n**2 if training else n)
