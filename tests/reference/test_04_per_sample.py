"""Chapter 4's PerSampleAffine against torch's LayerNorm and Embedding."""

import math
import re

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
    largest,
    leaf_gradients,
    randn,
    scales,
    torch_layer_norm,
)
from tests.reference.own_affine import (
    INDICES,
    assert_gradients_near,
    each_by_itself,
    inputs,
    sizes,
    wide_inputs,
)

CHAPTER = "04_parameter_sharing"
PerSampleAffine = defined("PerSampleAffine")


@st.composite
def calls(draw, tensors=inputs):
    """Draw (x, weight, bias, index): a table of up to 6 samples, and some of them."""
    x = draw(tensors)
    n = draw(st.integers(1, 6))
    index = draw(st.lists(st.integers(0, n - 1), min_size=len(x), max_size=len(x)))
    weight, bias = randn((n, x.shape[-1]), 1), randn((n, x.shape[-1]), 2)
    return x, weight, bias, torch.tensor(index, dtype=draw(INDICES))


@settings(max_examples=200, deadline=None)
@given(call=calls(), scale=scales)
def test_per_sample_equals_torch_on_each_sample(per_sample, call, scale):
    x, weight, bias, index = call
    x = x * scale
    x_hat = torch_layer_norm(x, x.shape[-1:])
    rows = index.tolist()
    weights, biases = weight[rows], bias[rows]
    unseen = [row for row in range(len(weight)) if row not in rows]
    weight[unseen] = bias[unseen] = math.nan  # has no way to the output
    ours = per_sample(weight, bias)(x_hat, index)
    theirs = each_by_itself(x, weights, biases, layer_norm=torch_layer_norm)
    size = largest(x_hat) * largest(weight) + largest(bias)
    assert_near(ours, theirs, TOLERANCE[x.dtype], size)


@settings(max_examples=100, deadline=None)
@given(call=calls(wide_inputs))
def test_per_sample_gradients_equal_torch(per_sample, call):
    x, weight, bias, index = call
    module = per_sample(weight, bias)
    rows = index.tolist()
    g = randn(x.shape, 3)

    def ours(x, weight, bias):
        x_hat = F.layer_norm(x, x.shape[-1:])
        parameters = {"weight": weight, "bias": bias}
        return functional_call(module, parameters, (x_hat, index))

    def theirs(x, weight, bias):
        return each_by_itself(x, weight[rows], bias[rows])

    ours, theirs = (leaf_gradients(f, call[:3], g) for f in (ours, theirs))
    assert_gradients_near(ours, theirs, sizes(g, x, weight[rows]))
    seen = torch.zeros(len(weight), dtype=torch.bool)
    seen[rows] = True
    assert ours[2][seen].all()
    for gradient in ours[1:]:
        assert not gradient[~seen].any()  # exactly 0


def test_per_sample_learns_as_an_embedding_does(per_sample):
    n, d = 6, 3
    index = torch.tensor([4, 1, 4, 0])
    x, g = randn((4, d), 0), randn((4, d), 1)
    module = per_sample(randn((n, d), 2), randn((n, d), 3))
    rows = [
        nn.Embedding.from_pretrained(p.detach().clone(), freeze=False)
        for p in module.parameters()
    ]
    module(x, index).backward(g)
    (rows[0](index) * x).backward(g)
    rows[1](index).backward(g)
    for ours, theirs in zip(module.parameters(), rows, strict=True):
        assert_near(ours.grad, theirs.weight.grad, 1e-15)
        assert ours.grad[[2, 3, 5]].tolist() == [[0.0] * d] * 3
    before = [p.detach().clone() for p in module.parameters()]
    torch.optim.SGD(module.parameters(), lr=0.1).step()
    for old, new in zip(before, module.parameters(), strict=True):
        assert (old == new).all(1).tolist() == [False, False, True, True, False, True]


@settings(max_examples=100, deadline=None)
@given(call=calls())
def test_per_sample_starts_as_the_identity(PerSampleAffine, call):
    x, weight, _, index = call
    module = PerSampleAffine(*weight.shape).double()
    assert module(x, index).tolist() == x.tolist()


# What is shared is the sum: its gradient is that of all the rows.
@settings(max_examples=100, deadline=None)
@given(call=calls(wide_inputs))
def test_equal_rows_are_a_layer_norm(per_sample, call):
    x, weight, bias, index = call
    d, g = x.shape[-1], randn(x.shape, 3)
    weight, bias = weight[0], bias[0]
    shared = nn.LayerNorm(d).double()
    shared.load_state_dict({"weight": weight, "bias": bias})
    module = per_sample(*(p.expand(call[1].shape) for p in (weight, bias)))
    ours, theirs = module(F.layer_norm(x, (d,)), index), shared(x)
    assert_near(ours, theirs, 1e-12, 2 * largest(weight) + largest(bias))
    ours.backward(g)
    theirs.backward(g)
    for rows, p in zip(module.parameters(), shared.parameters(), strict=True):
        assert_near(rows.grad.sum(0), p.grad, 1e-12, g.abs().sum().item())


@settings(max_examples=150, deadline=None)
@given(
    n=st.integers(1, 6),
    index=st.lists(st.integers(-3, 11), min_size=1, max_size=6),
    far=st.sampled_from([-1, 0, 5]),
    dtype=INDICES,
)
def test_a_sample_that_was_not_there_raises(PerSampleAffine, n, index, far, dtype):
    index = [*index, -1 if far == -1 else n + far]
    tensor = torch.tensor(index, dtype=dtype)
    with pytest.raises(IndexError) as theirs:  # unlike weight[index], at -1, too
        nn.Embedding(n, 3)(tensor)
    with pytest.raises(IndexError) as ours:
        PerSampleAffine(n, 3)(torch.ones(len(index), 2, 3), tensor)
    assert str(ours.value) == str(theirs.value)


# What torch makes of an nn.Embedding it makes of a PerSampleAffine.
TRANSFORMED = {
    "export": lambda module, call: torch.export.export(module, call).module()(*call),
    "compile": lambda module, call: torch.compile(
        module, backend="aot_eager", fullgraph=True
    )(*call),
    "compile, any size": lambda module, call: torch.compile(
        module, backend="aot_eager", fullgraph=True, dynamic=True
    )(*call),
    "vmap": lambda module, call: torch.func.vmap(module)(*(t[None] for t in call))[0],
}


@pytest.mark.parametrize("transform", TRANSFORMED.values(), ids=TRANSFORMED)
@pytest.mark.parametrize("dtype", [torch.int32, torch.int64])
def test_per_sample_transforms_as_an_embedding(per_sample, transform, dtype):
    torch.compiler.reset()
    weight, bias = randn((5, 3), 0), randn((5, 3), 1)
    x, index = randn((4, 2, 3), 2), torch.tensor([4, 0, 4, 1], dtype=dtype)
    embedding = nn.Embedding.from_pretrained(weight)
    assert transform(embedding, (index,)).tolist() == weight[index].tolist()
    output = transform(per_sample(weight, bias), (x, index))
    assert_near(output, x * weight[index][:, None] + bias[index][:, None], 1e-15)


def test_per_sample_is_exported_for_any_batch(per_sample):
    module = per_sample(randn((5, 3), 0), randn((5, 3), 1))
    batch, seq = torch.export.Dim("batch"), torch.export.Dim("seq")
    exported = torch.export.export(
        module,
        (randn((4, 2, 3), 2), torch.tensor([4, 0, 4, 1])),
        dynamic_shapes={"input": {0: batch, 1: seq}, "index": {0: batch}},
    ).module()
    call = randn((2, 6, 3), 3), torch.tensor([3, 2])
    assert exported(*call).tolist() == module(*call).tolist()


def test_per_sample_on_meta(PerSampleAffine):
    with torch.device("meta"):
        index = torch.ones(4, dtype=torch.int64)
        assert nn.Embedding(5, 3)(index).shape == (4, 3)
        output = PerSampleAffine(5, 3)(torch.ones(4, 2, 3), index)
    assert output.shape == (4, 2, 3)
    assert output.is_meta


# The shapes of input and index, and of what the table of (5, 3) gives for the index.
MISFITS = {
    "one index for all": ((4, 2, 3), (1,), [1, 3]),
    "an index too few": ((4, 2, 3), (3,), [3, 3]),
    "an index too many": ((4, 3), (5,), [5, 3]),
    "as many as features": ((4, 3), (3,), [3, 3]),
    "none": ((4, 2, 3), (0,), [0, 3]),
    "none for one": ((1, 3), (0,), [0, 3]),
    "a number": ((1, 3), (), [3]),
    "a column": ((4, 2, 3), (4, 1), [4, 1, 3]),
    "an index a position": ((4, 2, 3), (4, 2), [4, 2, 3]),
    "one feature": ((4, 2, 1), (4,), [4, 3]),
    "a feature too few": ((4, 2), (4,), [4, 3]),
    "a feature too many": ((4, 2, 4), (4,), [4, 3]),
    "features first": ((4, 3, 2), (4,), [4, 3]),
    "no feature": ((4, 2, 0), (4,), [4, 3]),
    "no batch": ((3,), (3,), [3, 3]),
    "no batch, one index": ((3,), (1,), [1, 3]),
    "no batch, a number": ((3,), (), [3]),
    "0-d input": ((), (3,), [3, 3]),
    "0-d input, a number": ((), (), [3]),
}


# torch raises RuntimeError where sizes differ. Here also where they would broadcast.
@pytest.mark.parametrize(("shape", "index", "got"), MISFITS.values(), ids=MISFITS)
def test_per_sample_wrong_shapes_raise(PerSampleAffine, shape, index, got):
    with pytest.raises(RuntimeError) as error:
        PerSampleAffine(5, 3)(torch.ones(shape), torch.ones(index, dtype=torch.int64))
    shapes = re.findall(r"\[[\d, ]*\]", str(error.value))
    assert shapes[0] == str(list(shape))
    if len(shape) > 1:
        assert shapes[1:] == [str([shape[0], shape[-1]]), str(got)]


@pytest.mark.parametrize(
    "dtype",
    [torch.float32, torch.float64, torch.bool, torch.uint8, torch.int16, torch.cfloat],
)
@pytest.mark.parametrize("n", [1, 4])
@pytest.mark.parametrize("value", [0, 1, 9])
def test_another_type_of_index_raises_as_in_torch(PerSampleAffine, dtype, n, value):
    index = torch.tensor([value, 0]).to(dtype)
    for module, call in (
        (nn.Embedding(n, 3), (index,)),
        (PerSampleAffine(n, 3), (torch.ones(2, 3), index)),
    ):
        with pytest.raises(RuntimeError):
            module(*call)


def test_an_index_that_is_no_tensor_raises_as_in_torch(PerSampleAffine):
    with pytest.raises(TypeError):
        nn.Embedding(4, 3)([0, 1])
    with pytest.raises(TypeError):
        PerSampleAffine(4, 3)(torch.ones(2, 3), [0, 1])
