"""Chapter 5's gradients, autograd's and batch_norm_backward's, against torch's."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from tests.reference.batch_norm import (
    HALF,
    TOLERANCE,
    Call,
    assert_laid_out_alike,
    calls,
    layouts,
    sizes,
    statistics,
    training,
)
from tests.reference.common import (
    NORMAL_TOLERANCE,
    assert_near,
    defined,
    epsilons,
    leaf_gradients,
    randn,
)

CHAPTER = "05_batch_norm"
batch_norm = defined("batch_norm")
backward = defined("batch_norm_backward")

LEAVES = ("input", "weight", "bias")


def gradients(function, call, g):
    """Return {name: gradient} of those of input, weight and bias that there are."""
    leaves = {k: v for k in LEAVES if (v := getattr(call, k)) is not None}

    def output(*values):
        changed = call._replace(**dict(zip(leaves, values, strict=True)))
        return changed.run(function)[0]

    found = leaf_gradients(output, tuple(leaves.values()), g)
    return dict(zip(leaves, found, strict=True))


def usual(call):
    """Return a call with the input in the usual layout.

    torch's gradients of the input are wrong where the strides of axes of size 1 leave
    open whether a layout is channels last, gradcheck says: torch is given no such one.
    """
    return call.map(torch.Tensor.contiguous, "input")


# A gradient of x is what is left of larger terms: it is measured against those.
@settings(max_examples=250, deadline=None)
@given(call=calls())
def test_gradients_equal_torch(batch_norm, call):
    g = randn(call.input.shape, 5)
    ours = gradients(batch_norm, call, g)
    theirs = gradients(F.batch_norm, usual(call), g)
    affine = call.weight, call.bias
    terms = sizes(call.input, *call.used(), *affine, call.eps, call.training, g)
    assert list(ours) == list(theirs)
    for name, expected in theirs.items():
        assert_near(ours[name], expected, TOLERANCE[torch.float64], terms[name])


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
    call = Call(x, mean, var.square() + 0.5, weight, bias, training, eps=eps)
    g = randn(x.shape, seed + 5, dtype)  # not x: to x_hat the gradient is orthogonal
    ours = gradients(batch_norm, call, g)
    theirs = gradients(F.batch_norm, call.to(torch.float64), g.double())
    assert list(ours) == list(theirs)
    for name, a in ours.items():
        dtype = getattr(call, name).dtype
        assert a.dtype == dtype
        assert_near(a.double(), theirs[name], NORMAL_TOLERANCE[dtype])


SMALL = pytest.mark.parametrize(
    "shape", [(4, 2), (3, 2, 2), (2, 2, 1, 2), (2, 1, 1, 2, 1)]
)


def small_leaves(shape):
    """Return an input, a weight and a bias that need gradients."""
    shapes = shape, shape[1:2], shape[1:2]
    return [randn(s, i).requires_grad_() for i, s in enumerate(shapes)]


@training
@SMALL
@pytest.mark.parametrize("eps", [1e-5, 0.5])
def test_gradient_against_finite_differences(batch_norm, shape, eps, training):
    c = shape[1]

    def function(x, weight, bias):
        running = randn((c,), 3), randn((c,), 4).square()
        return batch_norm(x, *running, weight, bias, training, 0.1, eps)

    leaves = small_leaves(shape)
    assert torch.autograd.gradcheck(function, leaves, check_forward_ad=True)
    assert torch.autograd.gradgradcheck(function, leaves)


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


def torch_backward(*arguments):
    """Return torch's gradients of input, weight and bias."""
    return torch.ops.aten.native_batch_norm_backward(*arguments, [True] * 3)


# No empty input: of one, torch's kernel divides by N and ends the process.
@settings(max_examples=200, deadline=None)
@given(call=calls().filter(lambda call: call.input.numel()))
def test_backward_equals_torch(backward, call):
    x, eps = call.input, call.eps
    weight, g = randn((x.shape[1],), 1), randn(x.shape, 5)
    if call.training:
        call = call._replace(running_mean=None, running_var=None)
    running = call.running_mean, call.running_var
    rows = x.contiguous()
    _, mean, rstd = torch.native_batch_norm(
        rows, weight, weight, *running, call.training, call.momentum, eps
    )
    theirs = torch_backward(g, rows, weight, *running, mean, rstd, call.training, eps)
    if not call.training:  # torch returns none that it used
        mean, rstd = running[0], 1 / (running[1] + eps).sqrt()
    ours = backward(g, x, mean, rstd, weight, call.training)
    terms = sizes(x, mean, 1 / rstd.square(), weight, None, 0, call.training, g)
    for name, a, b in zip(LEAVES, ours, theirs, strict=True):
        assert_near(a, b, TOLERANCE[x.dtype], terms[name])


@training
@pytest.mark.parametrize("shape", [(4, 3), (2, 3, 4), (2, 3, 4, 5), (2, 3, 2, 2, 3)])
def test_backward_is_laid_out_as_torchs(backward, shape, training):
    g, weight, mean, var = randn(shape, 5), *(randn((3,), i).square() for i in range(3))
    for x in layouts(shape):
        theirs = torch_backward(
            g, x, weight, mean, var, mean, 1 / var.sqrt(), training, 0.0
        )
        ours = backward(g, x, mean, 1 / var.sqrt(), weight, training)
        assert_laid_out_alike(ours[0], theirs[0])


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
@SMALL
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

    assert torch.autograd.gradcheck(Function.apply, small_leaves(shape))
