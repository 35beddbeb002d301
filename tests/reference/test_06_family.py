"""Chapter 6's normalize and what is made of it, against torch and ONNX."""

import itertools
import math

import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

from tests.reference.batch_norm import layouts
from tests.reference.common import (
    NORMAL_TOLERANCE,
    TOLERANCE,
    assert_near,
    cast,
    defined,
    distinct_integers,
    epsilons,
    leaf_gradients,
    onnx_cases,
    randn,
    scales,
    signature,
    torch_layer_norm,
)

CHAPTER = "06_family"
normalize = defined("normalize")

HALF = (torch.float16, torch.bfloat16)


# ---- one function ----


@st.composite
def blocks(draw):
    """Draw (x, axes): a block without an axis of size 0, some axes of it."""
    shape = st.lists(st.integers(1, 4), min_size=1, max_size=5)
    x = draw(distinct_integers(shape))
    over = draw(st.lists(st.integers(-x.ndim, x.ndim - 1), min_size=1, max_size=x.ndim))
    assume(len({axis % x.ndim for axis in over}) == len(over))
    return x, over


@settings(max_examples=200, deadline=None)
@given(block=blocks(), scale=scales, eps=epsilons)
def test_normalize_is_layer_norm_of_the_axes_brought_last(normalize, block, scale, eps):
    x, over = block
    last = range(-len(over), 0)
    moved = (x * scale).movedim(over, list(last)).contiguous()
    shape = moved.shape[-len(over) :]
    for center, theirs in (
        (True, torch_layer_norm(moved, shape, eps=eps)),
        (False, F.rms_norm(moved, shape, eps=eps)),
    ):
        ours = normalize(x * scale, over, center=center, eps=eps)
        assert_near(ours.movedim(over, list(last)), theirs, TOLERANCE[x.dtype])


# The names of the chapter's table, each with the axes that its norm runs over.
NAMES = {
    "LayerNorm": ((1, 2, 3), lambda x: F.layer_norm(x, x.shape[1:])),
    "BatchNorm": ((0, 2, 3), lambda x: F.batch_norm(x, None, None, training=True)),
    "InstanceNorm": ((2, 3), F.instance_norm),
    "GroupNorm": ((1, 2, 3), lambda x: F.group_norm(x, 1)),
}


@pytest.mark.parametrize("name", NAMES)
def test_names_are_axes(normalize, name):
    over, function = NAMES[name]
    x = randn((3, 4, 5, 6), 0)
    assert_near(normalize(x, over), function(x), 1e-14)


@pytest.mark.parametrize(
    ("over", "error"),
    [((), ValueError), (4, IndexError), ((0, 0), RuntimeError), (1.5, TypeError)],
)
def test_normalize_refuses_axes_that_are_none(normalize, over, error):
    with pytest.raises(error):
        normalize(torch.ones(2, 3), over)


@pytest.mark.parametrize("dtype", [torch.int64, torch.bool, torch.cfloat])
def test_normalize_refuses_what_layer_norm_refuses(normalize, dtype):
    x = torch.ones(2, 3, dtype=dtype)
    with pytest.raises(NotImplementedError):
        F.layer_norm(x, (3,))
    with pytest.raises(NotImplementedError, match=f"no floating point, {dtype}"):
        normalize(x, 1)


@pytest.mark.parametrize("dtype", [torch.float32, *HALF])
def test_normalize_squares_in_float64(normalize, dtype):
    # the square of the largest value would be infinite
    x = torch.tensor([-1.0, 1, 2]).mul(torch.finfo(dtype).max / 4).to(dtype)
    for center in (True, False):
        exact = normalize(x.double(), 0, center=center)
        assert torch.equal(normalize(x, 0, center=center), exact.to(dtype))


# ---- rms_norm ----


@st.composite
def rms_calls(draw):
    """Draw rms_norm's arguments: some last axes, a weight or None, eps or None."""
    x = draw(distinct_integers())
    shape = x.shape[-draw(st.integers(1, x.ndim)) :]
    weight = randn(shape, 1) if draw(st.booleans()) else None
    return x, shape, weight, draw(epsilons | st.none())


@settings(max_examples=200, deadline=None)
@given(call=rms_calls(), scale=scales)
def test_rms_norm_equals_torch(code, call, scale):
    x, *others = call
    ours, theirs = (f(x * scale, *others) for f in (code["rms_norm"], F.rms_norm))
    assert_near(ours, theirs, TOLERANCE[x.dtype])


# eps is None half of the time: float32's for the half types, too.
@pytest.mark.parametrize("dtype", [torch.float32, *HALF])
@pytest.mark.parametrize("parameters", [None, torch.float32])
@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    size=st.sampled_from([1, 1e-3, 100]),
    eps=epsilons | st.none(),
)
def test_rms_norm_in_other_dtypes(code, dtype, parameters, seed, size, eps):
    x = size * randn((3, 4, 8), seed)
    x, weight = x.to(dtype), randn((8,), seed + 1).to(parameters or dtype)
    ours, theirs = (f(x, (8,), weight, eps) for f in (code["rms_norm"], F.rms_norm))
    assert ours.dtype == dtype
    assert_near(ours, theirs, TOLERANCE[dtype])


@pytest.mark.parametrize("dtype", [torch.float32, *HALF, torch.float64])
@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), eps=epsilons)
def test_rms_norm_backward(code, dtype, seed, eps):
    x, g = randn((3, 4, 8), seed, dtype), randn((3, 4, 8), seed + 1, dtype)
    weight = randn((8,), seed + 2, dtype)
    wide = torch.promote_types(dtype, torch.float32)
    rstd = 1 / (x.to(wide).square().mean(-1, keepdim=True) + eps).sqrt()
    ours = code["rms_norm_backward"](g, x, rstd, weight)
    theirs = leaf_gradients(
        lambda x, weight: F.rms_norm(x, (8,), weight, eps),
        (x.double(), weight.double()),
        g.double(),
    )
    tolerance = {torch.float64: 1e-12} | NORMAL_TOLERANCE
    for a, b in zip(ours, theirs, strict=True):
        assert a.dtype == dtype
        assert_near(a.double(), b, tolerance[dtype])


@pytest.mark.parametrize("shape", [(4,), (3, 4), (2, 3, 4)])
def test_rms_norm_backward_over_more_axes(code, shape):
    x, g, weight = randn((2, 3, 4), 0), randn((2, 3, 4), 1), randn(shape, 2)
    axes = tuple(range(-len(shape), 0))
    rstd = 1 / (x.square().mean(axes, keepdim=True) + 1e-5).sqrt()
    ours = code["rms_norm_backward"](g, x, rstd, weight)
    theirs = leaf_gradients(
        lambda x, weight: F.rms_norm(x, shape, weight, 1e-5), (x, weight), g
    )
    torch.testing.assert_close(ours, theirs, rtol=1e-12, atol=1e-12)


X = torch.ones(2, 3, 4)
RMS_MISTAKES = {
    "another size": (X, (5,)),
    "no axis": (X, ()),
    "no axis, 0-d": (torch.tensor(1.0), ()),
    "0-d": (torch.tensor(1.0), (1,)),
    "more axes than input": (X, (1, 2, 3, 4)),
    "negative": (X, (-1,)),
    "weight of another size": (X, (4,), torch.ones(3)),
    "weight of one number": (X, (4,), torch.ones(1)),
    "an int": (X, 4),
    "a float": (X, (4.0,)),
    "None": (X, None),
    "integers": (X.long(), (4,)),
    "bools": (X.bool(), (4,)),
}
Y = torch.ones(2, 6, 4)
GROUP_MISTAKES = {
    "groups that do not divide": (Y, 4),
    "no group": (Y, 0),
    "negative groups": (Y, -1),
    "groups as a float": (Y, 2.0),
    "groups as a float that does not divide": (Y, 4.0),
    "no channels": (torch.ones(6), 2),
    "0-d": (torch.tensor(1.0), 1),
    "one value": (torch.ones(1, 6), 6),
    "weight of another size": (Y, 2, torch.ones(3)),
    "weight of two axes": (Y, 2, torch.ones(6, 1)),
    "bias of another size": (Y, 2, None, torch.ones(3)),
    "weight in float64": (Y, 2, torch.ones(6).double()),
    "mixed": (Y.half(), 2, torch.ones(6), torch.ones(6).half()),
    "integers": (Y.long(), 2),
    "bools": (Y.bool(), 2),
}
C6 = torch.ones(6)
INSTANCE_MISTAKES = {
    "2-d": (torch.ones(2, 6),),
    "1-d": (torch.ones(6),),
    "one position": (torch.ones(2, 6, 1),),
    "weight of another size": (Y, None, None, torch.ones(3)),
    "bias of another size": (Y, None, None, None, torch.ones(3)),
    "weight in float64": (Y, None, None, C6.double()),
    "integers": (Y.long(),),
    "no statistics": (Y, None, None, None, None, False),
    "half of the statistics": (Y, C6),
    "half of the statistics, needed": (Y, C6, None, None, None, False),
    "other statistics": (Y, torch.ones(3), torch.ones(3)),
    "one mean for all channels": (Y, torch.ones(1), C6, None, None, False),
    "one variance for all channels": (Y, C6, torch.ones(1), None, None, False),
}
WRONG = [
    (name, mistake, call)
    for name, mistakes in (
        ("rms_norm", RMS_MISTAKES),
        ("group_norm", GROUP_MISTAKES),
        ("instance_norm", INSTANCE_MISTAKES),
    )
    for mistake, call in mistakes.items()
]


@pytest.mark.parametrize(
    ("name", "call"),
    [(name, call) for name, _, call in WRONG],
    ids=[f"{name}, {mistake}" for name, mistake, _ in WRONG],
)
def test_mistakes_raise_as_in_torch(code, name, call):
    with pytest.raises(Exception) as theirs:  # noqa: PT011
        getattr(F, name)(*call)
    with pytest.raises(theirs.type) as ours:
        code[name](*call)
    assert ours.type is theirs.type


@pytest.mark.parametrize("groups", [4, -1])
def test_message_has_the_number_of_groups_as_torchs_has(code, groups):
    for function in (F.group_norm, code["group_norm"]):
        with pytest.raises(RuntimeError, match=rf"(?s)group.*\D{groups}\b"):
            function(Y, groups)


# ---- group_norm and instance_norm ----


@st.composite
def channel_calls(draw):
    """Draw (x, groups, weight, bias, eps): x of shape (B, C, *), C of whole groups."""
    groups, each = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    rest = draw(st.lists(st.integers(1, 4), max_size=2))
    shape = (draw(st.integers(1, 3)), groups * each, *rest)
    # torch refuses one value a group in a batch of one
    assume(shape[0] * each * math.prod(rest) > 1)
    x = draw(distinct_integers(st.just(list(shape))))
    x = x.reshape(shape)
    weight, bias = (
        randn(shape[1:2], i) if draw(st.booleans()) else None for i in range(2)
    )
    return x, groups, weight, bias, draw(epsilons)


def exact_groups(x, groups, weight, bias, eps):
    """Return F.group_norm, and for groups of one value bias: there torch has noise."""
    output = F.group_norm(x, groups, weight, bias, eps)
    if x.numel() > x.shape[0] * groups:
        return output
    output = torch.zeros_like(output)
    return output if bias is None else output + bias.view(-1, *[1] * (x.ndim - 2))


@settings(max_examples=200, deadline=None)
@given(call=channel_calls(), scale=scales)
def test_group_norm_equals_torch(code, call, scale):
    x, *others = call
    ours = code["group_norm"](x * scale, *others)
    assert_near(ours, exact_groups(x * scale, *others), TOLERANCE[x.dtype])


@settings(max_examples=150, deadline=None)
@given(call=channel_calls(), scale=scales)
def test_instance_norm_equals_torch(code, call, scale):
    x, _, *others = call
    assume(math.prod(x.shape[2:]) > 1)
    ours, theirs = (
        f(x * scale, None, None, *others[:2], eps=others[2])
        for f in (code["instance_norm"], F.instance_norm)
    )
    assert_near(ours, theirs, TOLERANCE[x.dtype])


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    momentum=st.floats(0, 1),
    training=st.booleans(),
)
def test_instance_norm_keeps_torchs_statistics(code, seed, momentum, training):
    x, mean, variance = randn((3, 4, 5), seed), randn((4,), seed), randn((4,), 1).exp()
    both = []
    for function in (code["instance_norm"], F.instance_norm):
        memory = mean.clone(), variance.clone()
        output = function(x, *memory, None, None, training, momentum)
        both.append((output, *memory))
    torch.testing.assert_close(*both, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("dtype", [torch.float32, *HALF])
@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), wide=st.booleans())
def test_channels_in_other_dtypes(code, dtype, seed, wide):
    x = randn((3, 6, 5), seed, dtype)
    parameters = torch.float32 if wide else dtype
    affine = [cast(randn((6,), seed + i), parameters) for i in (1, 2)]
    for ours, theirs in (
        (code["group_norm"](x, 3, *affine), F.group_norm(x, 3, *affine)),
        (
            code["instance_norm"](x, None, None, *affine),
            F.instance_norm(x, None, None, *affine),
        ),
    ):
        assert ours.dtype == dtype
        assert_near(ours, theirs, TOLERANCE[dtype])


# Torch's own half types are rounded on the way: its float64 is what is to be rounded.
@pytest.mark.parametrize("dtype", [torch.float32, *HALF])
@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), wide=st.booleans())
def test_each_function_is_float64_rounded_once(code, dtype, seed, wide):
    x, last = randn((3, 6, 5), seed, dtype), randn((5,), seed + 1, dtype)
    parameters = torch.float32 if wide else dtype
    affine = [randn((6,), seed + i, parameters) for i in (2, 3)]
    memory = randn((6,), seed + 4, dtype), randn((6,), seed + 5).exp().to(dtype)
    for name, *call in (
        ("rms_norm", x, (5,), last, 1e-5),
        ("group_norm", x, 3, *affine),
        ("instance_norm", x, None, None, *affine),
        ("instance_norm", x, *memory, *affine, False),
    ):
        exact = [one.double() if torch.is_tensor(one) else one for one in call]
        assert_rounded_once(code[name](*call), getattr(F, name)(*exact))


def assert_rounded_once(ours, exact):
    """Hold ours to half a unit of its dtype from float64, but for float64's own."""
    unit, smallest = (getattr(torch.finfo(ours.dtype), k) for k in ("eps", "tiny"))
    torch.testing.assert_close(
        ours.double(), exact, rtol=unit / 2, atol=1e-13 + smallest * unit / 2
    )


@pytest.mark.parametrize("dtype", [torch.float32, *HALF])
@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), momentum=st.floats(0, 1))
def test_instance_norm_keeps_statistics_in_their_dtype(code, dtype, seed, momentum):
    x = randn((3, 6, 5), seed, dtype)
    memory = randn((6,), seed + 1, dtype), randn((6,), seed + 2).exp().to(dtype)
    exact = [one.double() for one in memory]
    code["instance_norm"](x, *memory, momentum=momentum)
    F.instance_norm(x.double(), *exact, momentum=momentum)
    for ours, theirs in zip(memory, exact, strict=True):
        assert ours.dtype == dtype
        assert_near(ours.double(), theirs, 2 * torch.finfo(dtype).eps)


# Torch keeps channels last where they are; elsewhere its result is contiguous, too.
@pytest.mark.parametrize(
    ("name", "arguments"),
    [("rms_norm", ((5,),)), ("group_norm", (2,)), ("instance_norm", ())],
)
def test_output_is_contiguous_in_every_layout(code, name, arguments):
    for x in layouts((2, 4, 3, 5)):
        assert code[name](x, *arguments).is_contiguous()
        if not x.is_contiguous(memory_format=torch.channels_last):
            assert getattr(F, name)(x, *arguments).is_contiguous()


@pytest.mark.parametrize("shape", [(0, 6, 4), (2, 6, 0), (2, 0, 4)])
def test_zero_size_axes(code, shape):
    x = torch.ones(shape)
    torch.testing.assert_close(code["group_norm"](x, 2), F.group_norm(x, 2))
    torch.testing.assert_close(code["instance_norm"](x), F.instance_norm(x))
    for last in (shape[-1:], shape[-2:]):
        torch.testing.assert_close(
            code["rms_norm"](x, last), F.rms_norm(x, last), equal_nan=True
        )


def test_gradients_against_finite_differences(code, normalize):
    x = randn((2, 4, 3), 0).requires_grad_()
    weight, bias = (randn((4,), i).requires_grad_() for i in (1, 2))
    last = randn((3,), 3).requires_grad_()
    for function, tensors in (
        (lambda x: normalize(x, (0, 2)), (x,)),
        (lambda x: normalize(x, 1, center=False), (x,)),
        (lambda x, w: code["rms_norm"](x, (3,), w), (x, last)),
        (
            lambda *args: code["group_norm"](args[0], 2, *args[1:]),
            (x, weight, bias),
        ),
        (
            lambda x, *affine: code["instance_norm"](x, None, None, *affine),
            (x, weight, bias),
        ),
    ):
        assert torch.autograd.gradcheck(function, tensors)


# ---- ONNX ----


def test_rms_norm_equals_onnx(code):
    cases = onnx_cases("test_rms_normalization_")
    assert len(cases) == 19
    for name, attributes, (x, scale), (expected,) in cases:
        shape = x.shape[attributes.get("axis", -1) :]
        y = code["rms_norm"](x, shape, scale, attributes.get("epsilon", 1e-5))
        torch.testing.assert_close(y, expected, msg=lambda m, name=name: f"{name}: {m}")


def test_group_and_instance_norm_equal_onnx(code):
    groups = onnx_cases("test_group_normalization_")
    instances = onnx_cases("test_instancenorm_")
    assert (len(groups), len(instances)) == (2, 2)
    for _, attributes, inputs, (expected,) in groups:
        x, *affine = inputs
        eps = attributes.get("epsilon", 1e-5)
        y = code["group_norm"](x, attributes["num_groups"], *affine, eps)
        torch.testing.assert_close(y, expected)
    for _, attributes, inputs, (expected,) in instances:
        x, *affine = inputs
        eps = attributes.get("epsilon", 1e-5)
        y = code["instance_norm"](x, None, None, *affine, eps=eps)
        torch.testing.assert_close(y, expected)


# ONNX's mean-variance normalization adds 1e-9 to the root, not to what is under it.
def test_normalize_equals_onnx_mean_variance_normalization(normalize):
    ((_, attributes, (x,), (expected,)),) = onnx_cases("test_mvn")
    over = attributes.get("axes", (0, 2, 3))
    torch.testing.assert_close(normalize(x, over, eps=0), expected)


# x / |x| is RMSNorm over the square root of how many there are; in "l1" of another
# length, which no root gives.
def test_normalize_equals_onnx_lp_normalization(normalize):
    cases = [
        case
        for prefix in ("test_l1normalization", "test_l2normalization", "test_lpnorm")
        for case in onnx_cases(prefix)
    ]
    assert len(cases) == 6
    squared = 0
    for name, attributes, (x,), (expected,) in cases:
        axis, p = attributes.get("axis", -1), attributes.get("p", 2)
        theirs = F.normalize(x, p=p, dim=axis)
        torch.testing.assert_close(theirs, expected, msg=lambda m, name=name: name + m)
        if p == 2:
            ours = normalize(x, axis, center=False, eps=0) / x.shape[axis] ** 0.5
            # a vector of zeros is 0/0, and 0 in ONNX
            torch.testing.assert_close(ours.nan_to_num(), expected)
            squared += 1
    assert squared


# ---- the modules ----


@pytest.mark.parametrize("name", ["rms_norm", "group_norm", "instance_norm"])
def test_function_has_torchs_signature(code, name):
    assert signature(code[name]) == signature(getattr(F, name))


@pytest.mark.parametrize("name", ["RMSNorm", "GroupNorm"])
def test_module_has_torchs_signature(code, name):
    assert signature(code[name]) == signature(getattr(nn, name))


@pytest.mark.parametrize(("name", "sizes"), [("RMSNorm", (4,)), ("GroupNorm", (2, 6))])
def test_module_is_made_on_the_device_it_is_told(code, name, sizes):
    for classes in (code, vars(nn)):
        module = classes[name](*sizes, device="meta")
        assert {one.device.type for one in module.parameters()} == {"meta"}


@pytest.mark.parametrize("affine", [True, False])
@pytest.mark.parametrize("shape", [4, (4,), [3, 4], torch.Size([2, 3, 4])])
@pytest.mark.parametrize("dtype", [None, torch.float64])
def test_rms_norm_module_is_torchs(code, affine, shape, dtype):
    classes = code["RMSNorm"], nn.RMSNorm
    options = {"eps": 1e-3, "elementwise_affine": affine, "dtype": dtype}
    check_modules(*(c(shape, **options) for c in classes), (2, 3, 4))
    assert repr(classes[0](shape)) == repr(classes[1](shape))


@pytest.mark.parametrize(
    ("affine", "bias"), list(itertools.product([True, False], repeat=2))
)
@pytest.mark.parametrize("groups", [1, 2, 6])
@pytest.mark.parametrize("dtype", [None, torch.float64])
def test_group_norm_module_is_torchs(code, affine, bias, groups, dtype):
    classes = code["GroupNorm"], nn.GroupNorm
    options = {"eps": 1e-3, "affine": affine, "bias": bias, "dtype": dtype}
    check_modules(*(c(groups, 6, **options) for c in classes), (2, 6, 4))
    assert repr(classes[0](groups, 6)) == repr(classes[1](groups, 6))


def check_modules(ours, theirs, shape):
    """Hold a new module to torch's: parameters, repr, state_dict both ways, output."""
    assert repr(ours) == repr(theirs)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    for a, b in zip(ours.parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(a, b, rtol=0, atol=0)
    dtype = next((one.dtype for one in theirs.parameters()), torch.float32)
    x = randn(shape, 0, dtype)
    for source, target in ((theirs, ours), (ours, theirs)):
        for i, parameter in enumerate(source.parameters()):
            parameter.data = randn(parameter.shape, i, parameter.dtype)
        target.load_state_dict(source.state_dict(), strict=True)
        torch.testing.assert_close(target(x), source(x))
    for module in (ours, theirs):
        module.reset_parameters()
    torch.testing.assert_close(ours.state_dict(), theirs.state_dict(), rtol=0, atol=0)


@pytest.mark.parametrize("groups", [(4, 6), (0, 6)])
def test_group_norm_module_raises_as_in_torch(code, groups):
    with pytest.raises((ValueError, ZeroDivisionError)) as theirs:
        nn.GroupNorm(*groups)
    with pytest.raises(theirs.type):
        code["GroupNorm"](*groups)


@pytest.mark.parametrize("shape", [4.0, -1, "4"])
def test_rms_norm_module_raises_as_in_torch(code, shape):
    with pytest.raises((TypeError, RuntimeError)) as theirs:
        nn.RMSNorm(shape)
    with pytest.raises(theirs.type):
        code["RMSNorm"](shape)


# What ends in 0 and has the slope alpha there is Zhu et al.'s formula and no other of
# torch's functions: against the formula, in float64.
@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), alpha=st.floats(0.01, 10))
def test_dyt_is_a_tanh_with_a_gain(code, seed, alpha):
    module = code["DyT"](5, alpha).double()
    x, weight, bias = randn((3, 5), seed), randn((5,), seed + 1), randn((5,), seed + 2)
    state = {"weight": weight, "bias": bias}
    module.load_state_dict(module.state_dict() | state)
    alpha = module.alpha.item()
    exponential = (2 * alpha * x.abs()).exp()  # tanh by its definition
    squashed = x.sign() * (1 - 2 / (exponential + 1))
    torch.testing.assert_close(
        module(x), weight * squashed + bias, rtol=1e-9, atol=1e-9
    )


def test_dyt_begins_as_a_tanh_of_half_the_input(code):
    x = randn((3, 5), 0, torch.float32)
    torch.testing.assert_close(code["DyT"](5)(x), (x / 2).tanh())


# ---- centering ----


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), sizes=st.tuples(*[st.integers(1, 8)] * 2))
def test_centered_writers_have_no_mean_and_layer_norm_sees_no_change(code, seed, sizes):
    center_writer_ = code["center_writer_"]
    torch.manual_seed(seed)
    count, d = sizes[0], sizes[1] + 1
    linear, table = nn.Linear(count, d).double(), nn.Embedding(count, d).double()
    x, indices = randn((4, count), seed), torch.arange(count)
    before = linear(x), table(indices)
    assert center_writer_(linear) is linear
    after = linear(x), center_writer_(table)(indices)
    for one, other in zip(before, after, strict=True):
        torch.testing.assert_close(other, one - one.mean(-1, keepdim=True))
        normed = F.layer_norm(one, (d,), eps=1e-3), F.rms_norm(other, (d,), eps=1e-3)
        torch.testing.assert_close(*normed, rtol=1e-9, atol=1e-9)


def test_centering_takes_linear_and_embedding_alone(code):
    code["center_writer_"](nn.Linear(3, 4, bias=False))
    with pytest.raises(TypeError, match="Conv2d"):
        code["center_writer_"](nn.Conv2d(1, 1, 1))
