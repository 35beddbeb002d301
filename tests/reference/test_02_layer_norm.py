"""Chapter 2's layer_norm and LayerNorm against torch, ONNX and exact arithmetic."""

import itertools
import math
import re
from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

from tests.reference.common import (
    NORMAL_TOLERANCE,
    TOLERANCE,
    any_values,
    assert_near,
    cast,
    defined,
    distinct_integers,
    epsilons,
    largest,
    leaf_gradients,
    onnx_cases,
    randn,
    scales,
    signature,
    std,
    strides,
    torch_layer_norm,
)

CHAPTER = "02_layer_norm"
layer_norm = defined("layer_norm")
LayerNorm = defined("LayerNorm")

EPS = torch.finfo(torch.float64).eps
HALF = (torch.float16, torch.bfloat16)


@st.composite
def calls(draw, tensors, epsilons=epsilons):
    """Draw layer_norm's arguments: some last axes, weight and bias or None."""
    x = draw(tensors)
    shape = x.shape[-draw(st.integers(1, x.ndim)) :]
    weight, bias = (randn(shape, i) if draw(st.booleans()) else None for i in range(2))
    return x, shape, weight, bias, draw(epsilons)


def gradients(function, x, shape, weight, bias, eps):
    """Return the gradients of the tensors among the arguments."""
    return leaf_gradients(
        lambda x, weight, bias: function(x, shape, weight, bias, eps), (x, weight, bias)
    )


@settings(max_examples=400, deadline=None)
@given(call=calls(distinct_integers(), epsilons | st.just(0.0)), scale=scales)
def test_equals_torch(layer_norm, call, scale):
    x, *others = call
    ours, theirs = (f(x * scale, *others) for f in (layer_norm, torch_layer_norm))
    assert_near(ours, theirs, TOLERANCE[x.dtype])
    assert strides(ours) == strides(theirs)


# Integers up to 128 and powers of two: what is drawn is what the half types hold. In
# float32, where all but float64 is computed, the squares of 1e20 would be inf.
@pytest.mark.parametrize(
    ("dtype", "exponents"),
    [(torch.float32, (-66, 50)), (torch.bfloat16, (-66, 50)), (torch.float16, (-7, 8))],
)
@settings(max_examples=200, deadline=None)
@given(
    call=calls(distinct_integers(offsets=st.just(0))),
    data=st.data(),
    wide_parameters=st.booleans(),
)
def test_equals_torch_in_other_dtypes(
    layer_norm, dtype, exponents, call, data, wide_parameters
):
    x, shape, weight, bias, eps = call
    x = (x * 2.0 ** data.draw(st.integers(*exponents))).to(dtype)
    # torch takes float32 parameters with half types, the usual mixed precision
    parameters = torch.float32 if wide_parameters else dtype
    others = shape, cast(weight, parameters), cast(bias, parameters), eps
    ours, theirs = (f(x, *others) for f in (layer_norm, torch_layer_norm))
    assert_near(ours, theirs, TOLERANCE[dtype])


def exact_layer_norm(values, eps):
    """Return (LayerNorm of floats, sqrt(variance + eps)) to 60 digits."""
    exact = [Fraction(value) for value in values]
    mean = sum(exact) / len(exact)
    variance = sum((value - mean) ** 2 for value in exact) / len(exact)

    def decimal(fraction):
        return Decimal(fraction.numerator) / Decimal(fraction.denominator)

    with localcontext(prec=60):
        root = decimal(variance + Fraction(eps)).sqrt()
        return [decimal(value - mean) / root for value in exact], root


# Whatever the data: n roundings in each of the two sums, which act on the values and
# are seen in units of std. Where that is more than sqrt(n) nothing is left to compare,
# and the bound is as wide as all outputs there are.
@settings(max_examples=300, deadline=None)
@given(
    values=any_values
    | st.tuples(st.floats(-1e8, 1e8), st.lists(st.floats(-1, 1), min_size=2)).map(
        lambda v: [v[0] + value for value in v[1]]
    ),
    eps=epsilons,
)
def test_error_against_exact_arithmetic(layer_norm, values, eps):
    n = len(values)
    exact, exact_std = exact_layer_norm(values, eps)
    ours = layer_norm(torch.tensor(values, dtype=torch.float64), (n,), eps=eps)
    offset = max(abs(Decimal(value)) for value in values) / exact_std
    bound = 2 * n * Decimal(EPS) * (1 + offset) * Decimal(n).sqrt()
    errors = [abs(Decimal(a) - b) for a, b in zip(ours.tolist(), exact, strict=True)]
    assert max(errors) <= bound + Decimal("5e-324")


@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        ([300.0, -300.0, 60000.0, 60000.0], torch.float16),  # squares above 65504
        ([0.0001, -0.0001, 0.0], torch.float16),  # squares below 6e-8
        ([256.0, 256.0, 258.0], torch.bfloat16),
        ([1e-20, -1e-20, 3e-20], torch.float32),
    ],
)
def test_equals_torch_at_the_limits_of_dtypes(layer_norm, values, dtype):
    x = torch.tensor(values, dtype=dtype)
    shape = (len(values),)
    rtol = 2 * torch.finfo(dtype).eps
    torch.testing.assert_close(
        layer_norm(x, shape), F.layer_norm(x, shape), rtol=rtol, atol=1e-24
    )


# torch is nan or 0 there in float32, and right in float64.
@settings(max_examples=100, deadline=None)
@given(
    values=st.lists(st.floats(1e20, 1e38) | st.floats(-1e38, -1e20), min_size=2)
    | st.just([1e30, 2e30, 3e30]),
    dtype=st.sampled_from([torch.float32, torch.bfloat16]),
)
def test_float32_has_no_limit_where_squares_overflow(layer_norm, values, dtype):
    x = torch.tensor(values, dtype=dtype)
    theirs = F.layer_norm(x.double(), x.shape)
    # half a unit; where all are equal, torch keeps what x * rstd - mean * rstd lost
    atol = 1e-6 if x.unique().numel() > 1 else 1e3
    torch.testing.assert_close(
        layer_norm(x, x.shape).double(), theirs, rtol=torch.finfo(dtype).eps, atol=atol
    )


def test_float64_ends_where_its_docstring_says(layer_norm):
    x = torch.tensor([1.0, 2.0, 3.0], dtype=torch.float64)
    assert layer_norm(1e153 * x, (3,))[2].item() == pytest.approx(1.5**0.5)
    assert layer_norm(1e155 * x, (3,)).tolist() == [0.0, 0.0, 0.0]


@pytest.mark.parametrize("odd", [math.inf, -math.inf, math.nan])
def test_equals_torch_where_a_value_is_not_finite(layer_norm, odd):
    x = torch.tensor([[1.0, odd, 2.0], [1.0, 2.0, 4.0]], dtype=torch.float64)
    assert_near(layer_norm(x, (3,)), F.layer_norm(x, (3,)), 1e-15)


@pytest.mark.parametrize("eps", [-1.0, -0.6, -0.25, 0.0, math.nan, math.inf])
@pytest.mark.parametrize("values", [[1.0, 2.0], [2.0, 2.0], [1.0, 3.0]])
def test_takes_the_eps_that_torch_takes(layer_norm, values, eps):
    x = torch.tensor(values, dtype=torch.float64)
    torch.testing.assert_close(
        layer_norm(x, (2,), eps=eps), F.layer_norm(x, (2,), eps=eps), equal_nan=True
    )


def test_takes_the_wrong_axis_where_the_sizes_agree(layer_norm):
    x = randn((2, 5, 3, 5), 0)  # N, C, H, W, and W == C
    output = layer_norm(x, (5,))
    assert_near(output, F.layer_norm(x, (5,)), 1e-14)
    assert output.mean(3).abs().max() < 1e-14 < output.mean(1).abs().max()


ZERO = [
    ((0, 4), 1), ((2, 0), 1), ((0,), 1), ((0, 0), 1), ((2, 3, 0), 2), ((2, 0, 4), 2),
    ((0, 3, 4), 2), ((2, 0, 4), 1), ((2, 3, 0, 4), 2),
]  # fmt: skip


@pytest.mark.parametrize(("shape", "axes"), ZERO)
def test_zero_size_axes(layer_norm, shape, axes, recwarn):
    shapes = shape, shape[-axes:]
    call = torch.ones(shape), shapes[1], torch.ones(shapes[1]), torch.ones(shapes[1])
    ours, theirs = (f(*call) for f in (layer_norm, F.layer_norm))
    torch.testing.assert_close(ours, theirs)
    ours, theirs = (gradients(f, *call, 1e-5) for f in (layer_norm, F.layer_norm))
    torch.testing.assert_close(ours, theirs)
    assert not recwarn.list


# A gradient of x is what is left of larger terms: it is measured against those, h / std
# (h = weight * g), and so are sums over positions against the sums of absolute values.
@settings(max_examples=200, deadline=None)
@given(call=calls(distinct_integers()), scale=scales)
def test_gradients_equal_torch(layer_norm, call, scale):
    x, shape, weight, bias, eps = call
    x = x * scale
    names = ["x"] + ["weight"] * (weight is not None) + ["bias"] * (bias is not None)
    ours, theirs = (
        gradients(f, x, shape, weight, bias, eps) for f in (layer_norm, F.layer_norm)
    )
    axes = tuple(range(-len(shape), 0))
    positions = tuple(range(x.ndim - len(shape)))
    g = randn(x.shape, 2)
    x_hat = F.layer_norm(x, shape, eps=eps)
    h = g if weight is None else g * weight
    terms = {"x": h / std(x, axes, eps), "weight": g * x_hat, "bias": g}
    for name, a, b in zip(names, ours, theirs, strict=True):
        if name == "weight" and math.prod(shape) == 1:
            b = 0 * b  # x_hat is 0 there: torch leaves what x * rstd - mean * rstd lost
        size = terms[name].abs()
        scale = largest(size if name == "x" or not positions else size.sum(positions))
        assert_near(a, b, TOLERANCE[x.dtype], scale)


# Against torch in float64, on the same values: torch's own half gradients on the CPU
# come from a mean and an rstd that it stored as halves.
@pytest.mark.parametrize("dtype", [torch.float32, *HALF])
@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10**6), eps=epsilons)
def test_gradients_in_other_dtypes(layer_norm, dtype, seed, eps):
    shapes = (3, 4, 8), (8,), (8,)
    x, weight, bias = (randn(s, seed + i, dtype) for i, s in enumerate(shapes))
    ours = gradients(layer_norm, x, (8,), weight, bias, eps)
    leaves = [t.double().requires_grad_() for t in (x, weight, bias)]
    g = randn(x.shape, 2, dtype).double()  # the values that gradients() takes
    output = F.layer_norm(leaves[0], (8,), *leaves[1:], eps)
    theirs = torch.autograd.grad(output, leaves, g)
    for a, b in zip(ours, theirs, strict=True):
        assert a.dtype == dtype
        assert_near(a.double(), b, NORMAL_TOLERANCE[dtype])


@pytest.mark.parametrize("shape", [(4,), (3, 4), (2, 3, 4)])
def test_gradient_against_finite_differences(layer_norm, shape):
    x = randn((2, 3, 4), 0)
    weight, bias = randn(shape, 1), randn(shape, 2)
    leaves = [t.requires_grad_() for t in (x, weight, bias)]

    def function(x, weight, bias):
        return layer_norm(x, shape, weight, bias)

    assert torch.autograd.gradcheck(function, leaves)
    assert torch.autograd.gradgradcheck(function, leaves)


X = torch.ones(2, 3, 4)
MISTAKES = {
    "another size": (X, (5,)),
    "the first axis": (X, (2,)),
    "not the last axes": (X, (2, 4)),
    "more axes than input": (X, (1, 2, 3, 4)),
    "no axis": (X, ()),
    "no axis, 0-d input": (torch.tensor(1.0), ()),
    "0-d input": (torch.tensor(1.0), (1,)),
    "negative": (X, (-1,)),
    "channels first": (torch.ones(2, 5, 3, 4), (5,)),
    "weight of another size": (X, (4,), torch.ones(3)),
    "weight of one number": (X, (4,), torch.ones(1)),
    "weight that broadcasts": (X, (4,), torch.ones(3, 4)),
    "bias of another size": (X, (4,), torch.ones(4), torch.ones(5)),
    "bias that broadcasts": (X, (4,), None, torch.ones(2, 3, 4)),
}


def shapes_in(call):
    """Return the two shapes that disagree in a wrong call, as a message names them."""
    x, shape, *parameters = call
    wrong = [p for p in parameters if p is not None and p.shape != shape] or [x]
    return str(list(shape)), str(list(wrong[0].shape))


@pytest.mark.parametrize("call", MISTAKES.values(), ids=MISTAKES)
def test_wrong_shapes_raise_as_in_torch(layer_norm, call):
    with pytest.raises(RuntimeError) as theirs:
        F.layer_norm(*call)
    with pytest.raises(RuntimeError) as ours:
        layer_norm(*call)
    assert ours.type is theirs.type
    fitting = re.findall(r"\[\*, .*?\]", str(theirs.value))
    for shape in (*shapes_in(call), *fitting):
        assert shape in str(ours.value)
    for name in ("weight", "bias"):
        assert (f"{name} has" in str(ours.value)) == (f"{name} to" in str(theirs.value))


@pytest.mark.parametrize("shape", [4, (4.0,), ("4",), None, 4.0])
def test_another_type_of_shape_raises_as_in_torch(layer_norm, shape):
    for function in (F.layer_norm, layer_norm):
        with pytest.raises(TypeError):
            function(X, shape)


@pytest.mark.parametrize("dtype", [torch.int64, torch.uint8, torch.bool, torch.cfloat])
def test_another_dtype_raises_as_in_torch(layer_norm, LayerNorm, dtype):
    x = torch.ones(2, 4).to(dtype)
    with pytest.raises(NotImplementedError):
        F.layer_norm(x, (4,))
    with pytest.raises(NotImplementedError, match=str(dtype)):
        layer_norm(x, (4,))
    for module in (nn.LayerNorm(4), LayerNorm(4)):  # NotImplementedError is one, too
        with pytest.raises(RuntimeError):
            module(x)


# LN(a x + b; eps) = sign(a) LN(x; eps / a^2), exactly: what is left of the scale is
# how large it is to eps.
@settings(max_examples=200, deadline=None)
@given(
    call=calls(distinct_integers()),
    a=st.integers(-1000, 1000).filter(bool),
    b=st.integers(-100, 100),
)
def test_scale_and_offset_leave_nothing_but_a_sign(layer_norm, call, a, b):
    x, shape, *_, eps = call
    # integers: a * x + b has no rounding error of its own
    ours = layer_norm(a * x + b, shape, eps=eps)
    sign = math.copysign(1, a)
    assert_near(ours, sign * layer_norm(x, shape, eps=eps / a**2), TOLERANCE[x.dtype])
    theirs = sign * torch_layer_norm(x, shape, eps=eps / a**2)
    assert_near(ours, theirs, TOLERANCE[x.dtype])


@settings(max_examples=200, deadline=None)
@given(
    call=calls(distinct_integers()),
    a=st.floats(-20, 20).map(lambda exponent: 10.0**exponent),
)
def test_mean_is_0_and_variance_falls_short_by_eps(layer_norm, call, a):
    x, shape, *_, eps = call
    x = a * x
    axes = tuple(range(-len(shape), 0))
    output = layer_norm(x, shape, eps=eps)
    variance = x.var(axes, correction=0) if x.numel() else x.mean(axes)
    expected = variance / (variance + eps)
    assert_near(output.square().mean(axes), expected, TOLERANCE[x.dtype])
    mean = output.mean(axes)
    assert_near(mean, 0 * mean, TOLERANCE[x.dtype], largest(output))


@pytest.mark.parametrize("sigma", [0.1, 1e-2, 1e-3, 1e-4])
@pytest.mark.parametrize("eps", [1e-5, 1e-3, 1e-12])
def test_output_std_near_eps(layer_norm, sigma, eps):
    x = sigma * torch.tensor([1.0, -1.0, 1.0, -1.0], dtype=torch.float64)
    expected = sigma / math.hypot(sigma, math.sqrt(eps))
    assert layer_norm(x, (4,), eps=eps)[0].item() == pytest.approx(expected, rel=1e-14)


def test_what_follows_a_permuted_input_runs(layer_norm):
    x = randn((4, 5, 4), 0).permute(0, 2, 1)
    for function in (F.layer_norm, layer_norm):
        assert function(x, [5]).view(4, -1).shape == (4, 20)


@settings(max_examples=100, deadline=None)
@given(
    call=calls(distinct_integers(st.lists(st.integers(1, 4), min_size=1, max_size=5)))
)
def test_gradient_and_meta_are_laid_out_as_torchs(layer_norm, call):
    x, *others = call
    laid_out = []
    for function in (layer_norm, F.layer_norm):
        leaf = x.clone().requires_grad_()  # clone keeps the layout
        output = function(leaf, *others)
        (gradient,) = torch.autograd.grad(output, leaf, torch.ones_like(output))
        meta = function(*(cast_to_meta(argument) for argument in call))
        assert meta.shape == x.shape
        laid_out.append([strides(tensor) for tensor in (gradient, meta)])
    assert laid_out[0] == laid_out[1]


def cast_to_meta(argument):
    """Return a tensor on the device meta, and anything else as it is."""
    return argument.to("meta") if isinstance(argument, torch.Tensor) else argument


@pytest.mark.parametrize(
    "transform",
    [torch.func.vmap, torch.func.jacrev, torch.func.jacfwd, torch.func.hessian],
    ids=["vmap", "jacrev", "jacfwd", "hessian"],
)
@pytest.mark.parametrize("affine", [False, True])
def test_transforms_as_torch_does(layer_norm, transform, affine):
    parameters = (randn((4,), 1), randn((4,), 2)) if affine else ()
    ours, theirs = (
        transform(lambda x, f=f: f(x, (4,), *parameters))(randn((3, 2, 4), 0))
        for f in (layer_norm, F.layer_norm)
    )
    torch.testing.assert_close(ours, theirs, rtol=1e-10, atol=1e-10)


def test_compiles_and_exports_in_one_graph(LayerNorm):
    module, x = LayerNorm(4), randn((3, 2, 4), 0, torch.float32)
    expected = module(x)
    compiled = torch.compile(module, fullgraph=True, backend="eager")
    assert torch.equal(compiled(x), expected)
    assert torch.equal(torch.export.export(module, (x,)).module()(x), expected)


def test_equals_onnx(layer_norm):
    cases = onnx_cases("test_layer_normalization_")
    assert len(cases) == 19
    for name, attributes, inputs, outputs in cases:
        x, *parameters = inputs
        shape = x.shape[attributes.get("axis", -1) :]
        y = layer_norm(x, shape, *parameters, attributes.get("epsilon", 1e-5))
        torch.testing.assert_close(
            y, outputs[0], msg=lambda m, name=name: f"{name}: {m}"
        )


AFFINE = [
    {"elementwise_affine": affine, "bias": bias}
    for affine, bias in itertools.product([True, False], repeat=2)
]
affine = pytest.mark.parametrize("options", AFFINE)


@affine
@pytest.mark.parametrize("shape", [4, (4,), [3, 4], torch.Size([2, 3, 4])])
def test_state_dict_is_exchangeable_with_torch(LayerNorm, options, shape):
    x = randn((2, 3, 4), 0, torch.float32)
    for classes in itertools.permutations([LayerNorm, nn.LayerNorm]):
        source, target = (c(shape, eps=1e-3, **options) for c in classes)
        for i, parameter in enumerate(source.parameters()):
            parameter.data = randn(parameter.shape, i, parameter.dtype)
        target.load_state_dict(source.state_dict(), strict=True)
        assert list(target.state_dict()) == list(source.state_dict())
        for ours, theirs in zip(target.parameters(), source.parameters(), strict=True):
            assert ours.tolist() == theirs.tolist()
        torch.testing.assert_close(target(x), source(x))


def test_has_torchs_signature(layer_norm, LayerNorm):
    assert signature(layer_norm) == signature(F.layer_norm)
    assert signature(LayerNorm) == signature(nn.LayerNorm)


@affine
@pytest.mark.parametrize("shape", [4, (4,), [3, 4], torch.Size([2, 3, 4]), 0])
@pytest.mark.parametrize("dtype", [None, torch.float64])
@pytest.mark.parametrize("device", ["cpu", "meta"])
def test_module_is_made_as_torch_makes_it(LayerNorm, options, shape, dtype, device):
    ours, theirs = (
        c(shape, 1e-3, **options, device=device, dtype=dtype)
        for c in (LayerNorm, nn.LayerNorm)
    )
    assert repr(ours) == repr(theirs)
    for name in ("normalized_shape", "eps", "elementwise_affine"):
        assert getattr(ours, name) == getattr(theirs, name)
    for name in ("weight", "bias"):
        mine, torchs = getattr(ours, name), getattr(theirs, name)
        assert type(mine) is type(torchs)
        if torchs is not None:
            torch.testing.assert_close(mine, torchs, rtol=0, atol=0)


def test_module_takes_nothing_but_a_parameter_for_one_left_out(LayerNorm):
    for module in (nn.LayerNorm(4, bias=False), LayerNorm(4, bias=False)):
        with pytest.raises(TypeError):
            module.bias = torch.ones(4)  # would be neither learned nor saved
        module.bias = nn.Parameter(torch.ones(4))
        assert list(module.state_dict()) == ["weight", "bias"]


def test_module_resets_its_parameters(LayerNorm):
    module = LayerNorm(4)
    module.load_state_dict({"weight": torch.zeros(4), "bias": torch.ones(4)})
    module.reset_parameters()
    assert module.weight.tolist() == [1.0] * 4
    assert module.bias.tolist() == [0.0] * 4


@pytest.mark.parametrize(
    ("shape", "error"), [(4.0, TypeError), (-1, RuntimeError), ("4", TypeError)]
)
def test_module_raises_as_in_torch(LayerNorm, shape, error):
    for module in (nn.LayerNorm, LayerNorm):
        with pytest.raises(error):
            module(shape)


def test_input_stays_as_it_was(layer_norm):
    x = torch.tensor([1.0, 2.0, 3.0, 4.0], dtype=torch.float64)
    layer_norm(x, (4,), torch.ones(4), torch.ones(4))
    assert x.tolist() == [1.0, 2.0, 3.0, 4.0]
