"""Chapter 4's counts, PerSampleAffine and AdaLayerNorm against torch and by hand."""

import math
import re

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.func import functional_call
from torch.nn import functional as F
from torch.nn.utils import parameters_to_vector

from tests.reference.common import (
    NORMAL_TOLERANCE,
    TOLERANCE,
    assert_near,
    defined,
    distinct_integers,
    epsilons,
    largest,
    leaf_gradients,
    randn,
    scales,
    std,
    torch_layer_norm,
)

CHAPTER = "04_parameter_sharing"
count_parameters = defined("count_parameters")
to_positions = defined("to_positions")
PerSampleAffine = defined("PerSampleAffine")
AdaLayerNorm = defined("AdaLayerNorm")

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


@pytest.fixture(scope="module")
def per_sample(PerSampleAffine):
    """Return a function that makes a PerSampleAffine of a weight and a bias."""

    def make(weight, bias):
        module = PerSampleAffine(*weight.shape).to(weight.dtype)
        module.load_state_dict({"weight": weight, "bias": bias})
        return module

    return make


@pytest.fixture(scope="module")
def adaptive(AdaLayerNorm):
    """Return a function that makes an AdaLayerNorm of its affine's weight and bias."""

    def make(weight, bias, *eps):
        module = AdaLayerNorm(len(bias) // 2, weight.shape[1], *eps).to(weight.dtype)
        module.load_state_dict({"affine.weight": weight, "affine.bias": bias})
        return module

    return make


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


@st.composite
def calls(draw, tensors=inputs):
    """Draw (x, weight, bias, index): a table of up to 6 samples, and some of them."""
    x = draw(tensors)
    n = draw(st.integers(1, 6))
    index = draw(st.lists(st.integers(0, n - 1), min_size=len(x), max_size=len(x)))
    weight, bias = randn((n, x.shape[-1]), 1), randn((n, x.shape[-1]), 2)
    return x, weight, bias, torch.tensor(index, dtype=draw(INDICES))


def each_by_itself(x, weights, biases, eps=1e-5, layer_norm=F.layer_norm):
    """Return torch's LayerNorm of every sample, with its own weight and bias."""
    samples = zip(x, weights, biases, strict=True)
    return torch.stack([layer_norm(x, w.shape, w, b, eps) for x, w, b in samples])


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


@st.composite
def conditional_calls(draw, tensors=inputs):
    """Draw (x, condition, weight, bias): the affine map's from c to 2d."""
    x = draw(tensors)
    c, d = draw(st.integers(1, 4)), x.shape[-1]
    seed = draw(st.integers(0, 99))
    shapes = (len(x), c), (2 * d, c), (2 * d,)
    return x, *(randn(shape, seed + i) for i, shape in enumerate(shapes))


def by_hand(condition, weight, bias):
    """Return (1 + scale, shift): the first half of the map's rows, and the second."""
    d = len(bias) // 2
    scale = F.linear(condition, weight[:d], bias[:d])
    return 1 + scale, F.linear(condition, weight[d:], bias[d:])


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
