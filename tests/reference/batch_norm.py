"""What the tests of chapter 5 share: a call of batch_norm, and how large errors may be.

What is compared is a sum of terms, and sizes() adds up their absolute values. Of these
a rounding takes half a unit in the last place, at most. A channel has at most N = 81
values: that makes N roundings in the mean, N / 2 in the standard deviation, sqrt(N)
there for those of the values, and some ten more. Two results are then less than 150
units apart.
"""

import itertools
import math
from typing import NamedTuple

import pytest
import torch
from hypothesis import assume
from hypothesis import strategies as st
from torch import nn

from tests.reference.common import (
    assert_near,
    cast,
    distinct_integers,
    epsilons,
    largest,
    offsets,
    randn,
    scales,
)

HALF = (torch.float16, torch.bfloat16)
UNITS = 150
TOLERANCE = {
    dtype: UNITS * torch.finfo(dtype).eps for dtype in (torch.float64, torch.float32)
}
THEIRS = {name: getattr(nn, name) for name in ("BatchNorm1d", "BatchNorm2d")}
# (B, C), (B, C, T), (B, C, H, W) and one more, with axes of size 0
shapes = st.lists(st.integers(0, 4), min_size=2, max_size=4) | st.lists(
    st.integers(0, 3), min_size=5, max_size=5
)
momenta = st.sampled_from([0.1, 0, 1, 0.0, 1.0, 2.0, -1.0]) | st.floats(-1, 2)
training = pytest.mark.parametrize("training", [True, False], ids=["training", "eval"])
names = pytest.mark.parametrize("name", THEIRS)


class Call(NamedTuple):
    """The arguments of batch_norm, in its order."""

    input: torch.Tensor
    running_mean: torch.Tensor | None = None
    running_var: torch.Tensor | None = None
    weight: torch.Tensor | None = None
    bias: torch.Tensor | None = None
    training: bool = False
    momentum: float = 0.1
    eps: float = 1e-5

    def map(self, change, *fields):
        """Return the call with change(tensor) for each of these fields not None."""
        found = {name: getattr(self, name) for name in fields}
        new = {k: change(v) for k, v in found.items() if isinstance(v, torch.Tensor)}
        return self._replace(**new)

    def to(self, dtype, parameters=None):
        """Return the call with its input and its other tensors in these dtypes."""
        others = dtype if parameters is None else parameters
        call = self.map(lambda one: cast(one, others), *OTHERS)
        return call._replace(input=self.input.to(dtype))

    def run(self, function):
        """Return (output, running_mean, running_var), with copies of the last two."""
        call = self.map(torch.clone, "running_mean", "running_var")
        return function(*call), call.running_mean, call.running_var

    def used(self):
        """Return the mean and the variance that normalize."""
        if self.training:
            return statistics(self.input)
        return self.running_mean, self.running_var


TENSORS = Call._fields[:5]
OTHERS = TENSORS[1:]


def axes_of(x):
    """Return the axes of (B, C, *) but for C."""
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
    """Return N, how many values a channel has."""
    return math.prod(size for axis, size in enumerate(x.shape) if axis != 1)


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


def call_sizes(call):
    """Return the sizes of (output, running_mean, running_var)."""
    call = call.to(torch.float64)
    terms = sizes(
        call.input, *call.used(), call.weight, call.bias, call.eps, call.training
    )
    found = [terms["output"]]
    if call.training and call.running_mean is not None:
        found += update_sizes(
            call.input, call.momentum, call.running_mean, call.running_var
        )
    return found + [0.0] * (3 - len(found))  # no term, no error: equal to the last bit


@st.composite
def calls(draw, offsets=offsets, scales=scales):
    """Draw a Call in float64 that torch takes."""
    x = draw(distinct_integers(shape=shapes, offsets=offsets))
    training = draw(st.booleans())
    assume(not training or count(x) != 1)
    scale = draw(scales)
    c = x.shape[1]
    running = scale * randn((c,), 3), scale**2 * (0.1 + randn((c,), 4).square())
    if training and draw(st.booleans()):
        running = None, None
    # of no channels torch takes no weight and no bias: it looks at their first value
    weight, bias = (
        randn((c,), seed) if c and draw(st.booleans()) else None for seed in range(2)
    )
    eps = draw(epsilons if training else epsilons | st.just(0.0))
    return Call(x * scale, *running, weight, bias, training, draw(momenta), eps)


def assert_results_near(ours, theirs, scales, tolerances):
    """Compare what Call.run returns."""
    for a, b, scale, tolerance in zip(ours, theirs, scales, tolerances, strict=True):
        if b is None:
            assert a is None
        else:
            assert_near(a, b, tolerance, scale)


def assert_laid_out_alike(ours, theirs):
    """Compare the strides of the axes that have more than one value."""
    assert ours.shape == theirs.shape
    steps = [
        [step for step, size in zip(t.stride(), t.shape, strict=True) if size > 1]
        for t in (ours, theirs)
    ]
    assert steps[0] == steps[1] or not theirs.numel()


def layouts(shape):
    """Yield float64 tensors of a shape: each order of the axes, with gaps, expanded."""
    x = randn(shape, 0)
    axes = range(len(shape))
    for order in itertools.permutations(axes):
        yield x.permute(order).contiguous().permute([order.index(i) for i in axes])
    larger = randn([2 * size for size in shape], 0)
    yield larger[tuple(slice(None, None, 2) for _ in axes)]
    yield larger[tuple(slice(size) for size in shape)]
    for axis in axes:
        yield x.narrow(axis, 0, 1).expand(shape)
