"""Chapter 3's forward, backward, Function and NumPy twin against torch and algebra."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from tests.reference.common import (
    TOLERANCE,
    assert_near,
    distinct_integers,
    largest,
    onnx_cases,
    randn,
    scales,
)

NAMES = ("input", "weight", "bias")
epsilons = st.sampled_from([1e-5, 1e-3, 1e-12, 1.0])


@pytest.fixture(scope="module")
def chapter_3(load_reference):
    """Return what chapter 3's reference cells define."""
    return load_reference("03_gradients")


@pytest.fixture(scope="module")
def forward(chapter_3):
    return chapter_3["layer_norm_forward"]


@pytest.fixture(scope="module")
def backward(chapter_3):
    return chapter_3["layer_norm_backward"]


@pytest.fixture(scope="module")
def apply(chapter_3):
    return chapter_3["LayerNormFunction"].apply


@st.composite
def calls(draw):
    """Draw the arguments of layer_norm_forward."""
    x = draw(distinct_integers()) * draw(scales)
    return x, randn(x.shape[-1:], 1), randn(x.shape[-1:], 2), draw(epsilons)


def torch_forward(input, weight, bias, eps=1e-5):
    """Return torch's (output, mean, rstd)."""
    return torch.native_layer_norm(input, weight.shape, weight, bias, eps)


def torch_backward(grad_output, input, mean, rstd, weight):
    """Return torch's (grad_input, grad_weight, grad_bias)."""
    # of bias, it asks for no more than the presence
    return torch.ops.aten.native_layer_norm_backward(
        grad_output, input, weight.shape, mean, rstd, weight, weight, [True] * 3
    )


def gradients(function, g, *leaves, eps=1e-5):
    """Return the gradients of function(input, weight, bias, eps) by autograd."""
    leaves = [leaf.detach().clone().requires_grad_() for leaf in leaves]
    return torch.autograd.grad(function(*leaves, eps), leaves, g)


def f_layer_norm(input, weight, bias, eps=1e-5):
    """Return F.layer_norm over the last axis."""
    return F.layer_norm(input, weight.shape, weight, bias, eps)


def sizes(g, x, weight, eps):
    """Return the sizes of the terms whose sums the three gradients are.

    A sum may be as near to 0 as it likes (dx is, at d = 2), its error is in
    proportion to its terms.
    """
    std = (x.var(-1, correction=0, keepdim=True) + eps).sqrt() if x.numel() else x
    x_hat = F.layer_norm(x, weight.shape, eps=eps)
    positions = [(g * x_hat).abs(), g.abs()]
    if g.ndim > 1:
        positions = [term.sum(tuple(range(g.ndim - 1))) for term in positions]
    return [largest(term) for term in (weight * g / std, *positions)]


def assert_gradients_near(ours, theirs, terms, dtype=torch.float64):
    for name, a, b, scale in zip(NAMES, ours, theirs, terms, strict=True):
        assert_near(
            a, b, TOLERANCE[dtype], scale, msg=lambda m, name=name: f"{name}: {m}"
        )


@settings(max_examples=300, deadline=None)
@given(call=calls())
def test_forward_equals_torch(forward, call):
    x = call[0]
    ours, theirs = forward(*call), torch_forward(*call)
    assert_near(ours[0], theirs[0], TOLERANCE[x.dtype])
    if x.shape[-1] == 0:  # the mean of no values is nan; torch writes 0 there
        theirs = theirs[0], math.nan * theirs[1], theirs[2]
    assert_near(ours[1], theirs[1], TOLERANCE[x.dtype], largest(x))
    assert_near(ours[2], theirs[2], TOLERANCE[x.dtype])


@settings(max_examples=300, deadline=None)
@given(call=calls())
def test_backward_equals_torch(forward, backward, call):
    x, weight, _, eps = call
    g = randn(x.shape, 3)
    terms = sizes(g, x, weight, eps)
    ours = backward(g, x, *forward(*call)[1:], weight)
    theirs = torch_backward(g, x, *torch_forward(*call)[1:], weight)
    assert_gradients_near(ours, theirs, terms)
    assert_gradients_near(ours, gradients(f_layer_norm, g, *call[:3], eps=eps), terms)


# Against torch in float64, on the same values: torch's own half gradients on the CPU
# come from a mean and an rstd that it stored as halves.
@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16])
@settings(max_examples=100, deadline=None)
@given(seed=st.integers(0, 10**6), eps=epsilons)
def test_other_dtypes(forward, backward, dtype, seed, eps):
    x, weight, bias, g = (
        randn(shape, seed + i, dtype)
        for i, shape in enumerate([(3, 4, 8), (8,), (8,), (3, 4, 8)])
    )
    output, mean, rstd = forward(x, weight, bias, eps)
    ours = backward(g, x, mean, rstd, weight)
    assert {t.dtype for t in (output, *ours)} == {dtype}
    assert {t.dtype for t in (mean, rstd)} == {torch.float32}
    x, weight, bias, g = (t.double() for t in (x, weight, bias, g))
    expected = f_layer_norm(x, weight, bias, eps)
    assert_near(output.double(), expected, TOLERANCE[dtype])
    theirs = gradients(f_layer_norm, g, x, weight, bias, eps=eps)
    ours = [t.double() for t in ours]
    assert_gradients_near(ours, theirs, sizes(g, x, weight, eps), dtype)


@settings(max_examples=150, deadline=None)
@given(call=calls())
def test_function_equals_torch(apply, call):
    x, weight, bias, eps = call
    g = randn(x.shape, 3)
    assert_near(apply(*call), f_layer_norm(*call), TOLERANCE[x.dtype])
    ours, theirs = (
        gradients(f, g, x, weight, bias, eps=eps) for f in (apply, f_layer_norm)
    )
    assert_gradients_near(ours, theirs, sizes(g, x, weight, eps))


@pytest.mark.parametrize("shape", [(6,), (3, 5), (2, 3, 4), (4, 1), (2, 2)])
@pytest.mark.parametrize("eps", [1e-5, 0.5])
def test_function_against_finite_differences(apply, shape, eps):
    leaves = [
        randn(s, i).requires_grad_() for i, s in enumerate([shape, shape[-1:], shape[-1:]])
    ]

    def function(*leaves):
        return apply(*leaves, eps)

    assert torch.autograd.gradcheck(function, leaves)
    assert torch.autograd.gradgradcheck(function, leaves)


def test_function_has_eps_1e_5(apply):
    call = randn((3, 4), 0) / 1000, randn((4,), 1), randn((4,), 2)
    assert_near(apply(*call), f_layer_norm(*call), 1e-14)


def test_function_graph_ends_with_the_second_derivative_only_if_asked(apply):
    x = randn((3, 4), 0).requires_grad_()
    for create_graph in (False, True):
        output = apply(x, torch.ones(4).double(), torch.zeros(4).double())
        (dx,) = torch.autograd.grad(output.pow(3).sum(), x, create_graph=create_graph)
        assert dx.requires_grad == create_graph


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
@settings(max_examples=200, deadline=None)
@given(x=distinct_integers(), exponent=st.integers(-66, 50), eps=epsilons)
def test_numpy_twin_equals_torch_twin(chapter_3, forward, backward, dtype, x, exponent, eps):
    x = (x * 2.0**exponent).to(dtype)
    g, weight, bias = (
        randn(s, i, dtype) for i, s in enumerate([x.shape, x.shape[-1:], x.shape[-1:]])
    )
    theirs = forward(x, weight, bias, eps)
    with np.errstate(invalid="ignore"), pytest.warns() if x.shape[-1] == 0 and x.numel() == 0 and math.prod(x.shape[:-1]) else np.errstate():
        ours = chapter_3["layer_norm_forward_numpy"](
            x.numpy(), weight.numpy(), bias.numpy(), eps
        )
    for a, b, scale in zip(ours, theirs, [None, largest(x), None], strict=True):
        assert_near(torch.from_numpy(a), b, TOLERANCE[dtype], scale)
