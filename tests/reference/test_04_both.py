"""What holds for both modules of chapter 4."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

from tests.reference.common import (
    NORMAL_TOLERANCE,
    assert_near,
    defined,
    largest,
    randn,
)
from tests.reference.own_affine import FLOATS, by_hand, each_by_itself, unlike

CHAPTER = "04_parameter_sharing"
PerSampleAffine = defined("PerSampleAffine")
AdaLayerNorm = defined("AdaLayerNorm")


# Of both modules: what makes one for (n, d), and what its second argument is for a
# batch of B samples.
BOTH = {
    "PerSampleAffine, int32": (
        "PerSampleAffine",
        lambda batch: torch.arange(batch, dtype=torch.int32),
    ),
    "PerSampleAffine, int64": ("PerSampleAffine", torch.arange),
    "AdaLayerNorm": ("AdaLayerNorm", lambda batch: randn((batch, 2), 9, torch.float32)),
}


def build(code, name, d):
    """Return one of both modules, for d features, with random parameters."""
    module = code[name](*((4, d) if name == "PerSampleAffine" else (d, 2)))
    for seed, parameter in enumerate(module.parameters()):
        with torch.no_grad():
            parameter.copy_(randn(parameter.shape, seed))
    return module


NOTHING = [(0, 3), (0, 5, 3), (2, 0, 3)]
NO_FEATURE = [(2, 5, 0), (0, 0)]  # no LayerNorm


@pytest.mark.parametrize(
    ("name", "second", "shape"),
    [
        (*both, shape)
        for both in BOTH.values()
        for shape in NOTHING + NO_FEATURE * (both[0] == "PerSampleAffine")
    ],
)
def test_zero_size_axes(code, name, second, shape, recwarn):
    module = build(code, name, shape[-1])
    output = module(torch.zeros(shape), second(shape[0]))
    assert output.shape == shape
    output.sum().backward()
    for parameter in module.parameters():
        assert parameter.grad.tolist() == torch.zeros_like(parameter).tolist()
    assert not recwarn.list


@pytest.mark.parametrize(("name", "second"), BOTH.values(), ids=BOTH)
def test_state_dict_round_trip(code, name, second):
    source, target = build(code, name, 3), build(code, name, 3)
    prefix = "affine." if name == "AdaLayerNorm" else ""
    assert list(source.state_dict()) == [f"{prefix}weight", f"{prefix}bias"]
    with torch.no_grad():
        for parameter in target.parameters():
            parameter.zero_()
    target.load_state_dict(source.state_dict())
    for ours, theirs in zip(target.parameters(), source.parameters(), strict=True):
        assert ours.tolist() == theirs.tolist()
    x = randn((4, 5, 3), 2, torch.float32)
    assert target(x, second(4)).tolist() == source(x, second(4)).tolist()


def test_affine_loads_what_a_linear_layer_saved(AdaLayerNorm, adaptive):
    linear = nn.Linear(2, 6).double()
    source = adaptive(linear.weight.detach(), linear.bias.detach())
    target = AdaLayerNorm(3, 2).double()
    target.affine.load_state_dict(linear.state_dict())
    x, condition = randn((4, 5, 3), 0), randn((4, 2), 1)
    assert target(x, condition).tolist() == source(x, condition).tolist()


# As F.layer_norm's output, and as input * weight + bias.
@pytest.mark.parametrize(("name", "second"), BOTH.values(), ids=BOTH)
def test_results_are_laid_out_as_in_torch(code, name, second):
    x = randn((4, 3, 5), 0, torch.float32).permute(0, 2, 1)
    module = build(code, name, 3)
    theirs = F.layer_norm(x, (3,)) if name == "AdaLayerNorm" else x * torch.ones(3)
    assert module(x, second(4)).stride() == theirs.stride()


# Against float64 on the same values. A half type rounds x_hat, scale, 1 + scale, the
# product and the sum, by half a unit each.
@pytest.mark.parametrize("dtype", FLOATS)
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_other_dtypes(per_sample, adaptive, dtype, seed):
    x, condition, *affine, weight, bias = (
        randn(shape, seed + i, dtype)
        for i, shape in enumerate([(3, 4, 8), (3, 2), (16, 2), (16,), (5, 8), (5, 8)])
    )
    index = torch.tensor([4, 0, 4])
    x_hat = F.layer_norm(x, (8,))
    ours = per_sample(weight, bias)(x_hat, index), adaptive(*affine)(x, condition)
    shared = weight[index].double(), bias[index].double()
    conditional = by_hand(condition.double(), *(p.double() for p in affine))
    for output, (weights, biases) in zip(ours, (shared, conditional), strict=True):
        assert output.dtype == dtype
        theirs = each_by_itself(x.double(), weights, biases)
        size = math.sqrt(8) * (1 + largest(weights)) + largest(biases)
        assert_near(output.double(), theirs, 5 * NORMAL_TOLERANCE[dtype], size)


def test_what_is_a_sample_s_own_does_not_serve_a_new_one(
    per_sample, PerSampleAffine, AdaLayerNorm
):
    n, d = 4, 3
    x, condition, target = (
        randn((n + 1, 5, d), 0),
        randn((n + 1, 2), 1),
        randn((n, 1, d), 2),
    )
    x_hat = F.layer_norm(x, (d,))
    index = torch.arange(n)
    own, larger = PerSampleAffine(n, d).double(), PerSampleAffine(n + 1, d).double()
    shared, adaptive = nn.LayerNorm(d).double(), AdaLayerNorm(d, 2).double()
    learned = nn.ModuleList([own, larger, shared, adaptive])
    optimizer = torch.optim.SGD(learned.parameters(), lr=0.1)
    for _ in range(10):
        optimizer.zero_grad()
        outputs = (
            own(x_hat[:n], index),
            larger(x_hat[:n], index),
            shared(x[:n]),
            adaptive(x[:n], condition[:n]),
        )
        sum((output - target).square().sum() for output in outputs).backward()
        optimizer.step()

    new, new_hat, stranger = x[n:], x_hat[n:], torch.tensor([n])
    with pytest.raises(IndexError):
        own(new_hat, stranger)
    with pytest.raises(RuntimeError):  # nor is there a place for what was learned
        larger.load_state_dict(own.state_dict())
    # a row kept for it is as it was: what the others learned doesn't reach it
    assert larger(new_hat, stranger).tolist() == new_hat.tolist()
    # and another's row is another's: which one decides, not the sample
    assert unlike(own(new_hat, torch.tensor([0])), own(new_hat, torch.tensor([1])))
    for output, weight, bias in (
        (shared(new), shared.weight, shared.bias),
        (
            adaptive(new, condition[n:]),
            *(p[0] for p in by_hand(condition[n:], *adaptive.affine.parameters())),
        ),
    ):
        assert_near(output, F.layer_norm(new, (d,), weight, bias), 1e-14)
        assert unlike(output, new_hat)
