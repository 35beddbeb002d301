"""What the tests of several chapters draw their inputs from, and compare by."""

import functools
import math
import warnings

import torch
from hypothesis import strategies as st

# An output near 0 is the difference of numbers that were not, so no relative error of
# its own can hold: errors are measured against the largest of all. What they grow with
# is offset / std, for rounding acts on the value and the output is in units of std.
# distinct_integers keeps that below 720, and the six roundings before the division add
# up to 720 * 6 / 2 units in the last place at most, about 1e-12 in float64.
TOLERANCE = {torch.float64: 1e-12, torch.float32: 4500 * torch.finfo(torch.float32).eps}
# Both compute in float32 and round once more, which two results may do apart.
for half in (torch.float16, torch.bfloat16):
    TOLERANCE[half] = TOLERANCE[torch.float32] + torch.finfo(half).eps

scales = st.floats(-20, 20).map(lambda exponent: 10.0**exponent)
sides = st.lists(st.integers(0, 4), min_size=1, max_size=4)


def randn(shape, seed, dtype=torch.float64):
    """Return normal values, the same for the same seed."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(shape, dtype=torch.float64, generator=generator).to(dtype)


@st.composite
def distinct_integers(draw, shape=sides, offsets=st.integers(-100, 100)):
    """Draw a shuffled float64 tensor of consecutive integers: no group is constant."""
    shape = draw(shape)
    n = math.prod(shape)
    order = torch.randperm(n, generator=torch.Generator().manual_seed(n))
    x = (order - n // 2 + draw(offsets)).double().reshape(shape)
    return x.permute(draw(st.permutations(range(x.ndim))))  # not always contiguous


def largest(tensor):
    """Return the largest absolute value, nan left out, and 0 if there is none."""
    return tensor.abs().nan_to_num(0).max().item() if tensor.numel() else 0.0


def assert_near(ours, theirs, tolerance, scale=None, **options):
    """Compare values up to tolerance * scale, which is the largest of theirs."""
    scale = largest(theirs) if scale is None else scale
    torch.testing.assert_close(
        ours, theirs, rtol=0, atol=tolerance * scale, equal_nan=True, **options
    )


@functools.cache
def onnx_cases(prefix):
    """Return ONNX's own test cases of an operator as (name, attributes, inputs, outputs).

    Without the variants that spell the operator out in others.
    """
    import onnx  # the collection takes seconds: only tests that need it pay
    from onnx.backend.test.case.node import collect_testcases

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # NumPy's, on other operators
        cases = collect_testcases(None)
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
        for case in cases
        if case.name.startswith(prefix) and "_expanded" not in case.name
        for inputs, outputs in case.data_sets
    ]
