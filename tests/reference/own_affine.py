"""What the tests of chapter 4's modules draw, and compare by."""

import math

import torch
from hypothesis import strategies as st
from torch.nn import functional as F

from tests.reference.common import (
    assert_near,
    distinct_integers,
    largest,
    std,
)

FLOATS = (torch.float32, torch.float16, torch.bfloat16)
INDICES = st.sampled_from([torch.int32, torch.int64])
# Of shape (B, *, d). Not more values than TOLERANCE counts on.
inputs = distinct_integers(
    st.lists(st.integers(1, 4), min_size=2, max_size=5).filter(
        lambda shape: math.prod(shape) <= 256
    )
)
# Over one feature x_hat is 0, and torch leaves there what x * rstd - mean * rstd lost.
wide_inputs = inputs.filter(lambda x: x.shape[-1] > 1)


def each_by_itself(x, weights, biases, eps=1e-5, layer_norm=F.layer_norm):
    """Return torch's LayerNorm of every sample, with its own weight and bias."""
    samples = zip(x, weights, biases, strict=True)
    return torch.stack([layer_norm(x, w.shape, w, b, eps) for x, w, b in samples])


def by_hand(condition, weight, bias):
    """Return (1 + scale, shift): the first half of the map's rows, and the second."""
    d = len(bias) // 2
    scale = F.linear(condition, weight[:d], bias[:d])
    return 1 + scale, F.linear(condition, weight[d:], bias[d:])


def unlike(output, other):
    """Tell whether two results are further apart than any rounding."""
    return (output - other).abs().min() > 1e-3


def sizes(g, x, weight, eps=1e-5):
    """Return the sizes of the terms that add up to the gradients of x and the rest.

    weight: (B, d). |x_hat| is at most sqrt(d): no more than 2 here.
    """
    h = g * weight.reshape(len(x), *[1] * (x.ndim - 2), x.shape[-1])
    return largest(h / std(x, -1, eps)), g.abs().sum().item()


def assert_gradients_near(ours, theirs, sizes):
    for i, (a, b) in enumerate(zip(ours, theirs, strict=True)):
        scale = sizes[min(i, 1)]
        assert_near(a, b, 1e-12, scale, msg=lambda m, i=i: f"gradient {i}: {m}")
