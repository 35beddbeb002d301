"""What the tests of several chapters draw their inputs from, and compare by."""

import functools
import inspect
import math
import warnings

import pytest
import torch
from hypothesis import strategies as st
from torch.nn import functional as F

# An output near 0 is the difference of numbers that were not, so no relative error of
# its own can hold: errors are measured against the largest of all. What they grow with
# is offset / std, for rounding acts on the value and the output is in units of std.
# distinct_integers keeps that below 720, and below 260 without an offset. Six roundings
# before the division, of half a unit in the last place each, then add up to less than
# 720 * 3 units: 5e-13 in float64; and to 260 * 3, or 1e-4, in float32.
TOLERANCE = {torch.float64: 1e-12, torch.float32: 1e-4}
# The error from torch's float64, for values around 0, where offset / std is near 1.
NORMAL_TOLERANCE = {torch.float32: 32 * torch.finfo(torch.float32).eps}
# Half types are computed in float32 and rounded once, by half a unit: two results may
# come apart by a whole one.
for half in (torch.float16, torch.bfloat16):
    unit = torch.finfo(half).eps
    TOLERANCE[half] = TOLERANCE[torch.float32] + unit
    NORMAL_TOLERANCE[half] = NORMAL_TOLERANCE[torch.float32] + unit / 2

scales = st.floats(-20, 20).map(lambda exponent: 10.0**exponent)
offsets = st.integers(-100, 100)
epsilons = st.sampled_from([1e-5, 1e-3, 1e-12, 1.0])
# Lists of 1 to 20 numbers of any size, and of equal ones.
any_values = st.lists(
    st.floats(1e-20, 1e20) | st.floats(-1e20, -1e-20) | st.just(0.0),
    min_size=1,
    max_size=20,
) | st.tuples(st.floats(-1e20, 1e20), st.integers(1, 20)).map(lambda v: [v[0]] * v[1])
sides = st.lists(st.integers(0, 4), min_size=1, max_size=4)


def defined(name):
    """Return a fixture: what the chapter's reference cells define under this name."""

    @pytest.fixture(scope="module")
    def value(code):
        return code[name]

    return value


def all_defined(names):
    """Return a fixture: what they define under each of these names, by name."""

    @pytest.fixture(scope="module")
    def values(code):
        return {name: code[name] for name in names}

    return values


def randn(shape, seed, dtype=torch.float64):
    """Return normal values, the same for the same seed."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(shape, dtype=torch.float64, generator=generator).to(dtype)


def shuffled_integers(shape, offset, seed):
    """Return a float64 tensor of consecutive integers around offset."""
    n = math.prod(shape)
    order = torch.randperm(n, generator=torch.Generator().manual_seed(seed))
    return (order - n // 2 + offset).double().reshape(shape)


@st.composite
def distinct_integers(draw, shape=sides, offsets=offsets):
    """Draw a shuffled float64 tensor of consecutive integers: no group is constant."""
    shape = draw(shape)
    x = shuffled_integers(shape, draw(offsets), math.prod(shape))
    return x.permute(draw(st.permutations(range(x.ndim))))  # not always contiguous


def cast(tensor, dtype):
    """Return a tensor in another dtype, and None as None."""
    return None if tensor is None else tensor.to(dtype)


def leaf_gradients(function, tensors, g=None):
    """Return the gradients of function(*tensors) in the tensors that are not None.

    g is the gradient of the output, normal values if it is left out.
    """
    leaves = [
        None if tensor is None else tensor.detach().clone().requires_grad_()
        for tensor in tensors
    ]
    output = function(*leaves)
    g = randn(output.shape, 2, output.dtype) if g is None else g
    return torch.autograd.grad(output, [leaf for leaf in leaves if leaf is not None], g)


def largest(tensor):
    """Return the largest absolute value, nan left out, and 0 if there is none."""
    return tensor.abs().nan_to_num(0).max().item() if tensor.numel() else 0.0


def std(x, axes, eps):
    """Return sqrt(biased variance + eps); with no values nan, without a warning."""
    variance = (x - x.mean(axes, keepdim=True)).square().mean(axes, keepdim=True)
    return (variance + eps).sqrt()


def torch_layer_norm(x, shape, weight=None, bias=None, eps=1e-5):
    """Return F.layer_norm, and over a single value what it is by definition: bias.

    With one value x_hat is 0: torch may leave there what x * rstd - mean * rstd lost.
    """
    output = F.layer_norm(x, shape, weight, bias, eps)
    if math.prod(shape) != 1 or eps == 0:
        return output
    return torch.zeros_like(output) + (0 if bias is None else bias.to(output.dtype))


def assert_near(ours, theirs, tolerance, scale=None, **options):
    """Compare values up to tolerance * scale, which is the largest of theirs."""
    scale = largest(theirs) if scale is None else scale
    torch.testing.assert_close(
        ours, theirs, rtol=0, atol=tolerance * scale, equal_nan=True, **options
    )


def strides(tensor):
    """Return the strides that matter: of axes of two values or more, if there are any.

    How far apart the values of an axis lie means nothing where there is one or none.
    """
    if not tensor.numel():
        return []
    sizes = zip(tensor.shape, tensor.stride(), strict=True)
    return [stride for size, stride in sizes if size > 1]


@functools.cache
def all_onnx_cases():
    """Return the test cases of all of ONNX's operators."""
    # the collection takes seconds: only tests that need it pay, and once
    from onnx.backend.test.case.node import collect_testcases

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # NumPy's, on other operators
        return collect_testcases(None)


def signature(function):
    """Return the names, defaults and kinds of a function's or class's parameters."""
    parameters = inspect.signature(function).parameters.values()
    return [(one.name, one.default, one.kind) for one in parameters]


def onnx_cases(prefix):
    """Return ONNX's own test cases of an operator.

    A case is (name, attributes, inputs, outputs). Left out are the variants that spell
    the operator out in others.
    """
    import onnx

    return [
        (
            case.name,
            {
                attribute.name: onnx.helper.get_attribute_value(attribute)
                for attribute in case.model.graph.node[0].attribute
            },
            [torch.tensor(array) for array in inputs],
            [torch.tensor(array) for array in outputs],
        )
        for case in all_onnx_cases()
        if case.name.startswith(prefix) and "_expanded" not in case.name
        for inputs, outputs in case.data_sets
    ]
