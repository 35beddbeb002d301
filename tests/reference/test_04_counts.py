"""Chapter 4's counts of parameters, and positions in front, by hand."""

import re

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn.utils import parameters_to_vector

from tests.reference.common import (
    defined,
    randn,
)

CHAPTER = "04_parameter_sharing"
count_parameters = defined("count_parameters")
to_positions = defined("to_positions")
PerSampleAffine = defined("PerSampleAffine")
AdaLayerNorm = defined("AdaLayerNorm")


def tied(d, m):
    """Return an embedding and the layer that reads it back, with one weight."""
    model = nn.Sequential(nn.Embedding(m, d), nn.Linear(d, m))
    model[1].weight = model[0].weight
    return model


def half_frozen(d, m):
    """Return a linear layer whose weight is no longer learned."""
    layer = nn.Linear(d, m)
    layer.weight.requires_grad_(False)
    return layer


def nested(d, m):
    """Return modules in modules, one of them in two places."""
    norm = nn.LayerNorm(d)
    inner = nn.ModuleDict({"a": norm, "b": nn.ModuleList([nn.Linear(d, m)])})
    return nn.Sequential(inner, nn.Sequential(nn.Sequential(norm)), nn.ReLU())


# A module of widths d and m, and its count: the shapes that torch documents, added up.
COUNTS = {
    "LayerNorm": (lambda d, m: nn.LayerNorm(d), lambda d, m: 2 * d),
    "LayerNorm, 2 axes": (lambda d, m: nn.LayerNorm((m, d)), lambda d, m: 2 * m * d),
    "without bias": (lambda d, m: nn.LayerNorm(d, bias=False), lambda d, m: d),
    "not affine": (lambda d, m: nn.LayerNorm(d, 1e-5, False), lambda d, m: 0),
    "BatchNorm1d": (lambda d, m: nn.BatchNorm1d(d), lambda d, m: 2 * d),
    "BatchNorm2d": (lambda d, m: nn.BatchNorm2d(d), lambda d, m: 2 * d),
    "plain BatchNorm2d": (lambda d, m: nn.BatchNorm2d(d, affine=False), lambda d, m: 0),
    "Linear": (lambda d, m: nn.Linear(d, m), lambda d, m: d * m + m),
    # queries, keys, values, projection; two linear layers; two LayerNorms
    "TransformerEncoderLayer": (
        lambda d, m: nn.TransformerEncoderLayer(d, 1, m, batch_first=True),
        lambda d, m: 4 * (d * d + d) + (d * m + m) + (m * d + d) + 2 * 2 * d,
    ),
    "tied": (tied, lambda d, m: m * d + m),
    "frozen": (lambda d, m: nn.Linear(d, m).requires_grad_(False), lambda d, m: 0),
    "half frozen": (half_frozen, lambda d, m: m),
    "nested": (nested, lambda d, m: 2 * d + d * m + m),
    "no parameters": (lambda d, m: nn.Sequential(nn.ReLU()), lambda d, m: 0),
}


@pytest.mark.parametrize(("make", "expected"), COUNTS.values(), ids=COUNTS)
@settings(max_examples=20, deadline=None)
@given(d=st.integers(1, 9), m=st.integers(1, 9))
def test_counts_what_is_learned(count_parameters, make, expected, d, m):
    module = make(d, m)
    assert count_parameters(module) == expected(d, m)
    learned = [p for p in module.parameters() if p.requires_grad]
    vector = parameters_to_vector([*learned, torch.empty(0)])  # it takes no empty list
    assert count_parameters(module) == vector.numel()
    assert type(count_parameters(module)) is int


def test_counts_what_is_learned_now(count_parameters):
    layer = nn.Linear(3, 4).requires_grad_(False)
    layer.bias.requires_grad_(True)
    assert count_parameters(layer) == 4
    assert count_parameters(layer.requires_grad_(True)) == 16


def test_counts_those_of_gpt2_small(count_parameters):
    d = 768
    with torch.device("meta"):  # shapes alone
        block = nn.TransformerEncoderLayer(d, 12, 4 * d, norm_first=True)
        blocks = nn.TransformerEncoder(
            block, 12, norm=nn.LayerNorm(d), enable_nested_tensor=False
        )
        tokens, positions = nn.Embedding(50257, d), nn.Embedding(1024, d)
        head = nn.Linear(d, 50257, bias=False)
    head.weight = tokens.weight
    gpt2 = nn.ModuleList([tokens, positions, blocks, head])
    norms = [m for m in gpt2.modules() if isinstance(m, nn.LayerNorm)]
    assert len(norms) == 25
    assert sum(count_parameters(norm) for norm in norms) == 25 * 2 * 768 == 38_400
    # what transformers counts in the published checkpoint
    assert count_parameters(gpt2) == 124_439_808


@settings(max_examples=30, deadline=None)
@given(n=st.integers(1, 9), d=st.integers(1, 9), c=st.integers(1, 9))
def test_counts_those_of_the_chapter(
    count_parameters, PerSampleAffine, AdaLayerNorm, n, d, c
):
    assert count_parameters(PerSampleAffine(n, d)) == 2 * n * d
    assert count_parameters(AdaLayerNorm(d, c)) == (c + 1) * 2 * d


@settings(max_examples=300, deadline=None)
@given(
    shape=st.lists(st.integers(0, 3), max_size=5),
    other=st.none() | st.lists(st.integers(0, 3), max_size=3),
    transposed=st.booleans(),
)
def test_to_positions(to_positions, shape, other, transposed):
    input = torch.zeros(shape)
    values_shape = [*shape[:1], *shape[-1:]] if other is None else other
    values = randn(values_shape, 0)
    if transposed:  # as a chunk of a larger tensor: not contiguous
        values = values.mT.contiguous().mT if values.ndim > 1 else values
    if len(shape) < 2 or values_shape != [shape[0], shape[-1]]:
        with pytest.raises(RuntimeError, match=re.escape(str(shape))) as error:
            to_positions(values, input)
        assert len(shape) < 2 or f"got {values_shape}" in str(error.value)
        return
    output = to_positions(values, input)
    assert list(output.shape) == [shape[0], *[1] * (len(shape) - 2), shape[-1]]
    assert output.flatten().tolist() == values.flatten().tolist()
