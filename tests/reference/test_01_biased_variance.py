"""Chapter 1's var and std against torch, NumPy, statistics and exact arithmetic."""

import math
import statistics
import warnings
from fractions import Fraction

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reference.common import all_defined, any_values, strides

CHAPTER = "01_biased_variance"
reference = all_defined(("var", "std"))

EPS = torch.finfo(torch.float64).eps
BOTH = pytest.mark.parametrize("name", ["var", "std"])

sides = st.lists(st.integers(0, 4), max_size=4)
corrections = (
    st.integers(-2, 6)
    | st.floats(-3, 6)
    | st.sampled_from([300, 1e9, None, True, np.int64(2), np.float64(0.5)])
    | st.integers(0, 2).map(torch.tensor)
)
scales = st.floats(-20, 20).map(lambda exponent: 10.0**exponent)


@st.composite
def dims(draw, ndim):
    """Draw None, an axis or a tuple of distinct axes, counted from either end."""
    if not ndim or draw(st.booleans()):
        return draw(st.sampled_from([None, ()]))
    axes = draw(st.lists(st.integers(0, ndim - 1), unique=True))
    axes = tuple(axis - ndim * draw(st.booleans()) for axis in axes)
    return axes[0] if len(axes) == 1 and draw(st.booleans()) else axes


@st.composite
def spread(draw, shape=sides):
    """Draw a float64 tensor of different integers, from -300 to 600 and shuffled.

    One relative error cannot hold for all data: torch.var (Welford's update) and the
    two-pass sum lose digits as mean / std grows, and with all values equal nothing but
    rounding is left. Different integers keep |mean| / std below 1200 in every group,
    and 1e-12 within reach of both; test_error_against_exact_arithmetic has the rest.
    """
    shape = draw(shape)
    n = math.prod(shape)
    order = torch.randperm(n, generator=torch.Generator().manual_seed(n))
    x = (order + draw(st.integers(-300, 300))).double().reshape(shape)
    return x.permute(draw(st.permutations(range(x.ndim))))  # not always contiguous


@st.composite
def calls(draw, tensors):
    """Draw a tensor and var's other arguments for it."""
    x = draw(tensors)
    return x, {
        "dim": draw(dims(x.ndim)),
        "correction": draw(corrections),
        "keepdim": draw(st.booleans()),
    }


def outcome(function, x, arguments):
    """Return (result or class of the exception, classes of the warnings)."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result = function(x, **arguments)
        except Exception as error:
            result = type(error)
    return result, [warning.category for warning in caught]


def assert_same(ours, theirs, rtol, atol=0.0):
    """Compare two outcomes: values, shape, dtype, layout or exception; and warnings."""
    if isinstance(theirs[0], torch.Tensor):
        assert isinstance(ours[0], torch.Tensor), ours
        torch.testing.assert_close(
            ours[0], theirs[0], rtol=rtol, atol=atol, equal_nan=True
        )
        assert strides(ours[0]) == strides(theirs[0])
    else:
        assert ours[0] is theirs[0]
    assert ours[1] == theirs[1]


@BOTH
@settings(max_examples=400, deadline=None)
@given(call=calls(spread()), scale=scales)
def test_equals_torch(reference, name, call, scale):
    x, arguments = call
    ours = outcome(reference[name], x * scale, arguments)
    theirs = outcome(getattr(torch, name), x * scale, arguments)
    assert_same(ours, theirs, rtol=1e-12)


# Both widen, and round once at the end: that is one unit in the last place, eps, or
# where numbers have no more leading digits to lose, the smallest number of all.
@BOTH
@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16])
@settings(max_examples=150, deadline=None)
@given(call=calls(spread()), scale=scales)
def test_equals_torch_in_other_dtypes(reference, name, dtype, call, scale):
    x, arguments = call
    limits = torch.finfo(dtype)
    if dtype == torch.float16:
        scale = 1 / 64  # 1e-20 and 1e20 are 0 and inf in float16
    x = (x * scale).to(dtype)
    ours = outcome(reference[name], x, arguments)
    theirs = outcome(getattr(torch, name), x, arguments)
    assert_same(ours, theirs, rtol=limits.eps, atol=limits.smallest_normal * limits.eps)


@BOTH
@pytest.mark.parametrize(
    "values",
    [[300.0, -300.0, 0.0], [10.0, -10.0] * 400, [0.001, -0.001]],
    ids=["square above 65504", "sum above 65504", "square below 6e-8"],
)
def test_equals_torch_at_the_limits_of_float16(reference, name, values):
    x = torch.tensor(values, dtype=torch.float16)
    torch.testing.assert_close(
        reference[name](x), getattr(torch, name)(x), rtol=1e-3, atol=0
    )


@BOTH
@pytest.mark.parametrize("odd", [math.inf, -math.inf, math.nan])
def test_equals_torch_where_a_value_is_not_finite(reference, name, odd):
    x = torch.tensor([[1.0, odd, 2.0], [1.0, 2.0, 4.0]], dtype=torch.float64)
    torch.testing.assert_close(
        reference[name](x, 1), getattr(torch, name)(x, 1), equal_nan=True
    )


# The two-pass sum's bound (Chan, Golub and LeVeque 1983): N eps of the variance, and
# (N eps)^2 of the squared mean, which is all there is where the values are equal.
@settings(max_examples=300, deadline=None)
@given(values=any_values)
def test_error_against_exact_arithmetic(reference, values):
    n = len(values)
    exact = [Fraction(value) for value in values]
    mean = sum(exact) / n
    variance = sum((value - mean) ** 2 for value in exact) / n
    ours = Fraction(
        reference["var"](torch.tensor(values, dtype=torch.float64), correction=0).item()
    )
    smallest = Fraction(5e-324)
    bound = 4 * n * Fraction(EPS) * variance + (2 * n * Fraction(EPS) * mean) ** 2
    assert abs(ours - variance) <= bound + smallest


@settings(max_examples=100, deadline=None)
@given(spread(st.tuples(st.integers(2, 30))), scales)
def test_equals_statistics(reference, x, scale):
    values = (x * scale).tolist()
    x = torch.tensor(values, dtype=torch.float64)
    for correction, name in ((0, "pvariance"), (1, "variance")):
        assert reference["var"](x, correction=correction).item() == pytest.approx(
            getattr(statistics, name)(values), rel=1e-12, abs=0
        )
    for correction, name in ((0, "pstdev"), (1, "stdev")):
        assert reference["std"](x, correction=correction).item() == pytest.approx(
            getattr(statistics, name)(values), rel=1e-12, abs=0
        )


@BOTH
@settings(max_examples=100, deadline=None)
@given(spread(st.tuples(*[st.integers(2, 4)] * 3)), st.data())
def test_equals_numpy(reference, name, x, data):
    axes = data.draw(dims(3))
    ddof = data.draw(st.floats(-3, 1))
    # to NumPy, axis=() is no axis, to torch all
    theirs = getattr(np, name)(
        x.numpy(), axis=axes if axes != () else None, ddof=ddof, keepdims=True
    )
    ours = reference[name](x, axes, correction=ddof, keepdim=True)
    np.testing.assert_allclose(ours.numpy(), theirs, rtol=1e-12, atol=0, strict=True)


@pytest.mark.parametrize("n", [2, 3, 10, 1000])
@pytest.mark.parametrize("correction", [0, 1, -1, 0.5])
def test_consecutive_integers(reference, n, correction):
    x = torch.arange(n, dtype=torch.float64)
    # the sum of (i - (n - 1) / 2)^2 over i < n is n (n^2 - 1) / 12
    expected = n * (n**2 - 1) / 12 / (n - correction)
    assert reference["var"](x, correction=correction).item() == pytest.approx(
        expected, rel=1e-12
    )


@settings(max_examples=100, deadline=None)
@given(spread(), st.integers(-1000, 1000).filter(bool), st.integers(-1000, 1000))
def test_scales_with_the_square_and_ignores_an_offset(reference, x, a, b):
    var = reference["var"]
    # integers: a * x + b has no rounding error of its own
    ours = outcome(var, a * x + b, {})
    theirs = outcome(lambda x: a**2 * var(x), x, {})
    assert_same(ours, theirs, rtol=1e-12)


@st.composite
def mistakes(draw):
    """Draw a call with at most one mistake.

    Which of two mistakes is named first is not torch's promise.
    """
    shape = draw(st.lists(st.integers(0, 3), max_size=3))
    ndim = max(1, len(shape))  # a tensor without axes has dim 0 and -1
    good = st.integers(-ndim, ndim - 1)
    outside = st.integers(-9, 9).filter(lambda axis: not -ndim <= axis < ndim)
    kinds = {
        "dim": outside
        | st.tuples(outside)
        | st.lists(good, min_size=1, max_size=3).map(tuple)  # perhaps repeated
        | st.sampled_from(["rows", 0.5, (0.5,)]),
        "correction": st.sampled_from(["N", (1,)]),
        "keepdim": st.sampled_from([None, 1, 0.5, "yes"]),
        "dtype": st.sampled_from([torch.int64, torch.bool]),
    }
    call = {
        "dim": draw(good),
        "correction": draw(corrections | st.sampled_from([math.nan, math.inf])),
        "dtype": draw(st.sampled_from([torch.float64, torch.float32])),
    }
    kind = draw(st.sampled_from([None, *kinds]))
    if kind:
        call[kind] = draw(kinds[kind])
    return torch.ones(shape, dtype=call.pop("dtype")), call


@BOTH
@settings(max_examples=400, deadline=None)
@given(call=mistakes())
def test_mistakes_raise_and_warn_as_in_torch(reference, name, call):
    x, arguments = call
    ours = outcome(reference[name], x, arguments)
    theirs = outcome(getattr(torch, name), x, arguments)
    assert_same(ours, theirs, rtol=0)


@BOTH
@pytest.mark.parametrize("dim", [None, (), 0, 1, -1, (0, 2), (-1, -3, 1)])
@pytest.mark.parametrize("correction", [0, 1, -1, 0.5])
def test_gradient_against_finite_differences(reference, name, dim, correction):
    x = torch.randn(3, 2, 4, dtype=torch.float64, generator=torch.manual_seed(1))

    def function(x):
        return reference[name](x, dim, correction=correction)

    assert torch.autograd.gradcheck(function, x.requires_grad_())
    assert torch.autograd.gradgradcheck(function, x)


# Without the calls for which torch's own gradient is not the derivative: dim=(), and
# a correction of N or more (torch 2.13).
@BOTH
@settings(max_examples=150, deadline=None)
@given(
    x=spread(st.tuples(*[st.integers(2, 4)] * 3)),
    dim=dims(3).filter(lambda dim: dim != ()),
    correction=st.floats(-3, 1),
    equal=st.booleans(),
)
def test_gradient_equals_torch(reference, name, x, dim, correction, equal):
    if equal:
        x[:] = 3.0  # where var is 0, torch takes 0 as the slope of std
    gradients = [
        torch.autograd.grad(function(leaf, dim, correction=correction).sum(), leaf)[0]
        for function in (reference[name], getattr(torch, name))
        for leaf in [x.clone().requires_grad_()]
    ]
    torch.testing.assert_close(*gradients, rtol=1e-12, atol=1e-12)


# Under what torch's own runs under; a loop over the rows is the authority for vmap.
@BOTH
@pytest.mark.parametrize("dim", [None, 0, (-1,), (0, 1)])
@pytest.mark.parametrize("correction", [None, 0, 0.5])
@pytest.mark.parametrize(
    "transform",
    [torch.func.vmap, torch.func.jacrev, torch.func.jacfwd, torch.func.hessian],
    ids=["vmap", "jacrev", "jacfwd", "hessian"],
)
def test_transforms_as_torch_does(reference, name, dim, correction, transform):
    x = torch.randn(3, 2, 4, dtype=torch.float64, generator=torch.manual_seed(1))
    ours, theirs = (
        transform(lambda x, f=f: f(x, dim, correction=correction))(x)
        for f in (reference[name], getattr(torch, name))
    )
    torch.testing.assert_close(ours, theirs, rtol=1e-10, atol=1e-12)


@BOTH
@pytest.mark.parametrize("correction", [None, 0, 0.5])
def test_compiles_in_one_graph(reference, name, correction):
    x = torch.randn(3, 4, dtype=torch.float64, generator=torch.manual_seed(1))
    compiled = torch.compile(reference[name], fullgraph=True, backend="eager")
    expected = reference[name](x, 0, correction=correction)
    assert torch.equal(compiled(x, 0, correction=correction), expected)


@BOTH
@settings(max_examples=100, deadline=None)
@given(call=calls(spread(st.lists(st.integers(1, 4), max_size=4))))
def test_on_meta_shape_and_layout_are_torchs(reference, name, call):
    x, arguments = call
    ours, theirs = (
        outcome(f, x.to("meta"), arguments)
        for f in (reference[name], getattr(torch, name))
    )
    assert ours[0].device.type == "meta"
    assert ours[0].shape == theirs[0].shape
    assert ours[0].dtype == theirs[0].dtype
    assert strides(ours[0]) == strides(theirs[0])


@pytest.mark.parametrize("variance", ["ours", "torch.var"])
def test_warning_points_at_the_line_that_called(reference, variance):
    function = {"ours": reference["var"], "torch.var": torch.var}[variance]
    with pytest.warns(UserWarning, match="degrees of freedom") as caught:
        function(torch.tensor([3.0]))
    assert caught[0].filename == __file__


def test_input_stays_as_it_was(reference):
    x = torch.tensor([1.0, 2.0, 3.0, 4.0], dtype=torch.float64)
    reference["std"](x)
    assert x.tolist() == [1.0, 2.0, 3.0, 4.0]
