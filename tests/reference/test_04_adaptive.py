"""Chapter 4's AdaLayerNorm against torch's LayerNorm, and by hand."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.func import functional_call
from torch.nn import functional as F

from tests.reference.common import (
    TOLERANCE,
    assert_near,
    defined,
    epsilons,
    largest,
    leaf_gradients,
    randn,
    scales,
)
from tests.reference.own_affine import (
    assert_gradients_near,
    by_hand,
    each_by_itself,
    inputs,
    sizes,
    wide_inputs,
)

CHAPTER = "04_parameter_sharing"
AdaLayerNorm = defined("AdaLayerNorm")


@st.composite
def conditional_calls(draw, tensors=inputs):
    """Draw (x, condition, weight, bias): the affine map's from c to 2d."""
    x = draw(tensors)
    c, d = draw(st.integers(1, 4)), x.shape[-1]
    seed = draw(st.integers(0, 99))
    shapes = (len(x), c), (2 * d, c), (2 * d,)
    return x, *(randn(shape, seed + i) for i, shape in enumerate(shapes))


@settings(max_examples=200, deadline=None)
@given(call=conditional_calls(wide_inputs), scale=scales, eps=epsilons)
def test_adaptive_equals_torch_on_each_sample(adaptive, call, scale, eps):
    x, condition, *affine = call
    x = x * scale
    ours = adaptive(*affine, eps)(x, condition)
    weights, biases = by_hand(condition, *affine)
    theirs = each_by_itself(x, weights, biases, eps)
    size = 2 * largest(weights) + largest(biases)
    assert_near(ours, theirs, TOLERANCE[x.dtype], size)


@settings(max_examples=50, deadline=None)
@given(call=conditional_calls(inputs.map(lambda x: x[..., :1])))
def test_adaptive_over_one_feature_is_the_shift(adaptive, call):
    x, condition, *affine = call
    weights, shift = by_hand(condition, *affine)
    shift = shift.reshape(len(x), *[1] * (x.ndim - 1)).expand(x.shape)
    # x_hat is what x / sqrt(eps), up to 228 / sqrt(1e-5), less itself leaves: rounding
    size = 1e5 * largest(weights) + largest(shift)
    assert_near(adaptive(*affine)(x, condition), shift, 1e-15, size)


@settings(max_examples=100, deadline=None)
@given(call=conditional_calls(wide_inputs), eps=epsilons)
def test_adaptive_gradients_equal_torch(adaptive, call, eps):
    x, condition, *affine = call
    module = adaptive(*affine, eps)
    g = randn(x.shape, 3)

    def ours(x, condition, weight, bias):
        parameters = {"affine.weight": weight, "affine.bias": bias}
        return functional_call(module, parameters, (x, condition))

    def theirs(x, *others):
        return each_by_itself(x, *by_hand(*others), eps)

    ours, theirs = (leaf_gradients(f, call, g) for f in (ours, theirs))
    size, terms = sizes(g, x, by_hand(condition, *affine)[0], eps)
    terms *= 1 + largest(condition) + largest(affine[0])
    assert_gradients_near(ours, theirs, (size, terms))


@pytest.mark.parametrize("shape", [(3, 4), (2, 3, 4), (2, 2, 1, 3)])
@pytest.mark.parametrize("eps", [1e-5, 0.5])
def test_adaptive_against_finite_differences(AdaLayerNorm, shape, eps):
    d, c = shape[-1], 2
    module = AdaLayerNorm(d, c, eps).double()
    shapes = shape, (shape[0], c), (2 * d, c), (2 * d,)
    leaves = [randn(s, i).requires_grad_() for i, s in enumerate(shapes)]

    def function(x, condition, weight, bias):
        parameters = {"affine.weight": weight, "affine.bias": bias}
        return functional_call(module, parameters, (x, condition))

    assert torch.autograd.gradcheck(function, leaves)
    assert torch.autograd.gradgradcheck(function, leaves)


@settings(max_examples=100, deadline=None)
@given(call=conditional_calls(wide_inputs), scale=scales, size=scales, eps=epsilons)
def test_adaptive_starts_as_a_layer_norm(AdaLayerNorm, call, scale, size, eps):
    x, condition = call[0] * scale, call[1] * size
    d, c = x.shape[-1], condition.shape[-1]
    for options in ((), (eps,)):
        module = AdaLayerNorm(d, c, *options).double()
        theirs = nn.LayerNorm(d, *options).double()(x)
        assert_near(module(x, condition), theirs, TOLERANCE[x.dtype])


# At the start the condition has no say, and yet is learned from: all that
# affine.bias gets, summed over the positions, times the condition.
@pytest.mark.parametrize("shape", [(4, 3), (4, 5, 3)])
def test_gradients_reach_a_fresh_affine(AdaLayerNorm, shape):
    x, g, condition = randn(shape, 0), randn(shape, 1), randn((4, 2), 2)
    condition.requires_grad_()
    module = AdaLayerNorm(3, 2).double()
    module(x, condition).backward(g)
    terms = torch.cat([g * F.layer_norm(x, (3,)), g], -1)
    each = terms.reshape(4, -1, 6).sum(1)
    assert_near(module.affine.bias.grad, each.sum(0), 1e-14)
    expected = torch.einsum("bi,bj->ij", each, condition.detach())
    assert_near(module.affine.weight.grad, expected, 1e-14)
    assert module.affine.weight.grad.all()
    assert not condition.grad.any()


@settings(max_examples=100, deadline=None)
@given(call=conditional_calls(wide_inputs), eps=epsilons)
def test_one_condition_for_all_is_a_layer_norm(adaptive, call, eps):
    x, condition, *affine = call
    condition = condition[:1].expand(condition.shape)
    weight, bias = (p[0] for p in by_hand(condition, *affine))
    shared = nn.LayerNorm(x.shape[-1], eps).double()
    shared.load_state_dict({"weight": weight, "bias": bias})
    ours = adaptive(*affine, eps)(x, condition)
    assert_near(ours, shared(x), 1e-12, 2 * largest(weight) + largest(bias))


# LayerNorm(x) = sigma / sqrt(sigma^2 + eps) where x is sigma and -sigma
@pytest.mark.parametrize("sigma", [1.0, 1e-2, 1e-4, 1e-6])
@pytest.mark.parametrize("eps", [None, 1e-3, 1e-12])
def test_adaptive_has_eps_in_the_root(adaptive, sigma, eps):
    affine = randn((8, 2), 0), randn((8,), 1)
    x = sigma * torch.tensor([[1.0, -1.0, 1.0, -1.0]], dtype=torch.float64)
    options = () if eps is None else (eps,)
    ours = adaptive(*affine, *options)(x, condition := randn((1, 2), 2))
    x_hat = x / math.hypot(sigma, math.sqrt(1e-5 if eps is None else eps))
    weight, bias = by_hand(condition, *affine)
    assert_near(ours, x_hat * weight + bias, 1e-14)


# The shapes of input and condition, for 3 features and a condition of 2.
WRONG = {
    "one condition for all": ((4, 5, 3), (1, 2)),
    "a condition too few": ((4, 3), (3, 2)),
    "a condition too many": ((4, 3), (5, 2)),
    "no condition": ((4, 3), (0, 2)),
    "none for one": ((1, 3), (0, 2)),
    "a condition without a batch": ((1, 3), (2,)),
    "a condition a position": ((4, 5, 3), (4, 5, 2)),
    "a condition with a position": ((4, 5, 3), (4, 1, 2)),
    "another width": ((4, 3), (4, 3)),
    "a width of 1": ((4, 3), (4, 1)),
    "0-d condition": ((4, 3), ()),
    "one feature": ((4, 5, 1), (4, 2)),
    "a feature too many": ((4, 5, 4), (4, 2)),
    "features first": ((4, 3, 5), (4, 2)),
    "no batch": ((3,), (3, 2)),
    "no batch, one condition": ((3,), (1, 2)),
    "no batch, a condition without": ((3,), (2,)),
    "0-d input": ((), (1, 2)),
}


@pytest.mark.parametrize(("shape", "condition"), WRONG.values(), ids=WRONG)
def test_adaptive_wrong_shapes_raise(AdaLayerNorm, shape, condition):
    with pytest.raises(RuntimeError) as error:
        AdaLayerNorm(3, 2)(torch.ones(shape), torch.ones(condition))
    if shape[-1:] == (3,) and condition[-1:] == (2,):  # else torch itself raises
        assert str(list(shape)) in str(error.value)
        if len(shape) > 1:
            assert str([*condition[:-1], 3]) in str(error.value)
