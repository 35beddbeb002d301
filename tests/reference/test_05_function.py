"""Chapter 5's batch_norm: its output and its memory against torch and ONNX."""

import itertools
import math

import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from tests.reference.batch_norm import (
    HALF,
    OTHERS,
    TENSORS,
    TOLERANCE,
    Call,
    assert_laid_out_alike,
    assert_results_near,
    call_sizes,
    calls,
    count,
    layouts,
    statistics,
    training,
)
from tests.reference.common import (
    assert_near,
    cast,
    defined,
    largest,
    onnx_cases,
    randn,
    signature,
)

CHAPTER = "05_batch_norm"
batch_norm = defined("batch_norm")


def results(batch_norm, call, *, of=F.batch_norm):
    """Return what a call gives with ours, and with torch's."""
    return call.run(batch_norm), call.run(of)


def test_has_torchs_signature(batch_norm):
    assert signature(batch_norm) == signature(F.batch_norm)
    assert [name for name, *_ in signature(batch_norm)] == list(Call._fields)


@settings(max_examples=500, deadline=None)
@given(call=calls())
def test_equals_torch(batch_norm, call):
    x = call.input.clone()
    ours, theirs = results(batch_norm, call)
    assert_results_near(ours, theirs, call_sizes(call), [TOLERANCE[torch.float64]] * 3)
    assert ours[0].shape == x.shape
    assert_laid_out_alike(ours[0], theirs[0])
    assert torch.equal(call.input, x)


# Integers up to 128 and powers of two: what is drawn is what the half types hold.
# float16 ends at 65504, and at 6e-8 there is nothing left of a variance: the powers are
# those for which the statistics fit. In float32 the squares of 1e20 would be inf.
@pytest.mark.parametrize(
    ("dtype", "exponents"),
    [
        (torch.float32, (-60, 50)),
        (torch.bfloat16, (-60, 50)),
        (torch.float16, (-6, -2)),
    ],
)
@settings(max_examples=250, deadline=None)
@given(data=st.data(), wide_parameters=st.booleans())
def test_equals_torch_in_other_dtypes(
    batch_norm, dtype, exponents, data, wide_parameters
):
    powers = st.integers(*exponents).map(lambda exponent: 2.0**exponent)
    call = data.draw(calls(offsets=st.just(0), scales=powers))
    # torch takes float32 parameters with half types, the usual mixed precision
    parameters = torch.float32 if wide_parameters else dtype
    call = call.to(dtype, parameters)
    ours = call.run(batch_norm)
    assert ours[0].dtype == dtype
    if parameters == torch.float32:
        theirs = call.run(F.batch_norm)
    else:  # torch itself would normalize with a mean and an rstd stored as halves
        theirs = call.to(torch.float64).run(F.batch_norm)
        ours = [cast(t, torch.float64) for t in ours]
    scales = call_sizes(call)
    tolerances = [TOLERANCE[torch.float32]] * 3
    if dtype in HALF:  # the output is rounded once by half a unit, on either side
        scales[0] += largest(theirs[0])
        tolerances[0] += torch.finfo(dtype).eps
    if parameters in HALF:  # what is left of the old, and the sum: once each
        scales = [scale and scale + torch.finfo(parameters).tiny for scale in scales]
        tolerances[1:] = [tolerances[1] + torch.finfo(parameters).eps] * 2
    assert_results_near(ours, theirs, scales, tolerances)


# torch stores mean and rstd as halves and normalizes with these. For values around 0
# this moves the output by half a unit twice, and each side rounds it once.
@training
@pytest.mark.parametrize("dtype", HALF)
@pytest.mark.parametrize("seed", range(20))
def test_equals_torch_all_in_half(batch_norm, dtype, training, seed):
    shapes = (3, 4, 8), (4,), (4,), (4,), (4,)
    x, mean, var, *affine = (randn(s, seed + i, dtype) for i, s in enumerate(shapes))
    call = Call(x, mean, var.square() + 0.5, *affine, training)
    for a, b in zip(*results(batch_norm, call), strict=True):
        assert_near(a, b, 2 * torch.finfo(dtype).eps)


# Without running statistics torch would keep the mean as a half.
@pytest.mark.parametrize("remembers", [True, False], ids=["float32", "none"])
@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        ([300.0, -300.0, 60000.0, 60000.0], torch.float16),  # squares above 65504
        ([0.0001, -0.0001, 0.0], torch.float16),  # squares below 6e-8
        ([256.0, 256.0, 258.0], torch.bfloat16),  # the mean is no bfloat16
        ([1e20, -1e20, 3e19], torch.float32),  # squares inf: all outputs are 0
        ([1e30, 2e30, 3e30], torch.float32),
        ([3e38, 3e38, -3e38], torch.float32),  # the sum is inf, too
        ([1e200, 2e200, 3e200], torch.float64),
        ([1e-20, -1e-20, 3e-20], torch.float32),
    ],
)
def test_equals_torch_at_the_limits_of_dtypes(batch_norm, values, dtype, remembers):
    x = torch.tensor(values, dtype=dtype)[:, None]
    wide = torch.promote_types(dtype, torch.float32)
    call = Call(x, *(torch.full((1,), float(i), dtype=wide) for i in (0, 1, 1, 0)))
    if not remembers:
        call = call._replace(running_mean=None, running_var=None)
    ours, theirs = results(batch_norm, call._replace(training=True))
    for a, b in zip(ours, theirs, strict=True):
        if b is not None:
            rtol = 2 * torch.finfo(b.dtype).eps
            torch.testing.assert_close(a, b, rtol=rtol, atol=1e-24, equal_nan=True)


ODD = list(itertools.product(TENSORS, [math.inf, -math.inf, math.nan, -2.0]))
for odd in (math.inf, -math.inf):  # x * a + (bias - mean * a) is inf - inf in torch
    ODD.remove(("weight", odd))


@training
@pytest.mark.parametrize(("name", "odd"), ODD)
def test_equals_torch_where_a_value_is_not_finite(batch_norm, name, odd, training):
    call = Call(
        randn((4, 3, 2), 0),
        randn((3,), 1),
        randn((3,), 2).square(),
        randn((3,), 3),
        randn((3,), 4),
        training,
    )
    getattr(call, name)[(0, 1, 0) if name == "input" else 1] = odd
    ours, theirs = results(batch_norm, call)
    for a, b in zip(ours, theirs, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-13, atol=1e-13, equal_nan=True)
    assert theirs[0][:, [0, 2]].isfinite().all()  # the other channels do not see it


@training
@pytest.mark.parametrize(
    "shape", [(4, 3), (1, 3, 4), (2, 3, 4, 5), (2, 1, 4, 1), (2, 3, 2, 2, 3)]
)
def test_output_is_laid_out_as_torchs(batch_norm, shape, training):
    statistics = randn((shape[1],), 1), randn((shape[1],), 2).square()
    channels_last = 0
    for x in layouts(shape):
        ours, theirs = results(batch_norm, Call(x, *statistics, training=training))
        for a, b in zip(ours, theirs, strict=True):
            assert_near(a, b, 1e-14)
        assert_laid_out_alike(ours[0], theirs[0])
        assert ours[0].is_contiguous() == theirs[0].is_contiguous()
        channels_last += not theirs[0].is_contiguous()
    assert bool(channels_last) == (len(shape) > 3 and shape[1] > 1)


@training
def test_statistics_may_be_columns_of_a_table(batch_norm, training):
    x, running = randn((4, 3, 5), 0), randn((3, 2), 1).square()
    tables = []
    for function in (batch_norm, F.batch_norm):
        tables.append(running.clone())
        function(x, tables[-1][:, 0], tables[-1][:, 1], training=training)
    assert_near(*tables, 1e-14)
    assert torch.equal(tables[1], running) != training


def test_running_statistics_are_updated_in_place_and_outside_the_graph(batch_norm):
    x, weight = randn((4, 3), 0).requires_grad_(), randn((3,), 1).requires_grad_()
    running = randn((3,), 2), randn((3,), 3).square()
    ours, theirs = ([t.clone() for t in running] for _ in range(2))
    addresses = [t.data_ptr() for t in ours]
    for function, stored in ((batch_norm, ours), (F.batch_norm, theirs)):
        for _ in range(2):  # the second pass finds what the first one left
            output = function(x, *stored, weight, None, True)
        assert output.requires_grad
    for a, b, before, address in zip(ours, theirs, running, addresses, strict=True):
        assert_near(a, b, 1e-14)
        assert not torch.equal(a, before)
        assert a.data_ptr() == address
        assert a.grad_fn is None
        assert not a.requires_grad
        assert a.is_leaf


def test_equals_onnx(batch_norm):
    cases = onnx_cases("test_batchnorm_")
    assert sorted(len(outputs) for *_, outputs in cases) == [1, 1, 3, 3]
    for name, attributes, (x, weight, bias, mean, var), expected in cases:
        # of the old statistics ONNX keeps `momentum`, torch 1 - momentum
        momentum = 1 - attributes.get("momentum", 0.9)
        training = bool(attributes.get("training_mode", 0))
        assert training == (len(expected) == 3)
        eps = attributes.get("epsilon", 1e-5)
        call = Call(x, mean, var, weight, bias, training, momentum, eps)
        ours, theirs = results(batch_norm, call)
        for a, b in zip(ours[:2], expected, strict=False):
            torch.testing.assert_close(a, b, msg=lambda m, name=name: f"{name}: {m}")
        if training:
            # ONNX stores the variance over N, torch the one over N - 1: of the batch's
            # part, and of nothing else, N / (N - 1) is what differs
            torch.testing.assert_close(ours[2], theirs[2])
            kept = (1 - momentum) * var.double()
            batch = momentum * statistics(x.double())[1]
            n = count(x)
            unit = torch.finfo(torch.float32).eps
            assert_near(expected[2].double(), kept + batch, unit)
            assert_near(ours[2].double(), kept + batch * n / (n - 1), unit)
            biased = kept + (ours[2].double() - kept) * (n - 1) / n
            assert_near(biased, expected[2].double(), 2 * unit)
            assert ((ours[2] - expected[2]).abs() > 10 * unit * expected[2]).all()


# What is left of the start after t batches is (1 - momentum)^t: below 1 % from t on.
@pytest.mark.parametrize(("momentum", "t"), [(0.1, 44), (0.01, 459), (0.5, 7)])
def test_running_mean_arrives_in_closed_form(code, momentum, t):
    assert (1 - momentum) ** t < 0.01 < (1 - momentum) ** (t - 1)
    goal = torch.tensor([4.0, -3.0], dtype=torch.float64)
    x = goal.expand(4, 2)  # constant: variance 0
    mean, var = torch.zeros(2).double(), torch.ones(2).double()
    module = code["BatchNorm1d"](2, momentum=momentum, dtype=torch.float64)
    for step in range(1, t + 1):
        code["batch_norm"](x, mean, var, training=True, momentum=momentum)
        module(x)
        left = (1 - momentum) ** step
        for stored in (mean, module.running_mean):
            torch.testing.assert_close(stored, (1 - left) * goal, rtol=1e-12, atol=0)
        for stored in (var, module.running_var):
            expected = torch.full((2,), left, dtype=torch.float64)
            torch.testing.assert_close(stored, expected, rtol=1e-12, atol=0)
        arrived = ((mean - goal).abs() < 0.01 * goal.abs()).all()
        assert arrived == (step == t)


# x_hat of two values is +-(a - b)/2 over |a - b|/2. Integers: no rounding on the way.
@given(
    a=st.integers(-(2**25), 2**25),
    b=st.integers(-(2**25), 2**25),
    scale=st.integers(-60, 60).map(lambda exponent: 2.0**exponent),
)
def test_a_batch_of_two_is_plus_and_minus_1(batch_norm, a, b, scale):
    assume(a != b)
    x = scale * torch.tensor([[a], [b]], dtype=torch.float64)
    tiny = torch.finfo(torch.float64).tiny
    output = batch_norm(x, None, None, training=True, eps=tiny)
    sign = math.copysign(1, a - b)
    assert output.flatten().tolist() == [sign, -sign]


def ones(*shape, **options):
    return torch.ones(shape, **options)


def call_with(x=(4, 3), **changes):
    """Return a call that is right but for the changes; x is the shape of its input."""
    x = randn(x, 0, torch.float32)
    c = x.shape[1] if x.ndim > 1 else 3
    return Call(x, ones(c), ones(c))._replace(**changes)


ALLOWED = {
    "momentum 2": call_with(momentum=2.0),
    "momentum -1": call_with(momentum=-1.0),
    "momentum 1, an int": call_with(momentum=1),
    "momentum True": call_with(momentum=True),
    "momentum nan": call_with(momentum=math.nan),
    "momentum inf": call_with(momentum=math.inf),
    "momentum, a tensor": call_with(momentum=torch.tensor(0.3)),
    "momentum, an integer tensor": call_with(momentum=torch.tensor(1)),
    "eps nan": call_with(eps=math.nan),
    "eps inf": call_with(eps=math.inf),
    "eps 1, an int": call_with(eps=1),
    "eps, a tensor": call_with(eps=torch.tensor(0.3)),
    "signal of one": call_with((1, 3, 2)),
    "image of one": call_with((1, 3, 1, 2)),
    "weight and bias of rank 2": call_with(weight=ones(1, 3), bias=ones(3, 1)),
    "weight and bias of rank 0": call_with((4, 1), weight=ones(), bias=ones()),
    "6-D": call_with((2, 3, 1, 2, 1, 2)),
}


@training
@pytest.mark.parametrize("call", ALLOWED.values(), ids=ALLOWED)
def test_takes_what_torch_takes(batch_norm, call, training):
    ours, theirs = results(batch_norm, call._replace(training=training))
    for a, b in zip(ours, theirs, strict=True):
        assert_near(a, b, TOLERANCE[torch.float32], 1)


def test_eps_may_be_0_in_eval(batch_norm):
    call = Call(randn((4, 3), 0), randn((3,), 1), randn((3,), 2).square(), eps=0.0)
    assert_near(batch_norm(*call), F.batch_norm(*call), 1e-14)


def outcome(function, call):
    """Return what a call gives, or the class of what it raises."""
    try:
        return call.run(function)
    except Exception as error:
        return type(error)


def assert_same_outcome(batch_norm, call):
    """Compare ours with torch's: error classes, or values, dtype and layout."""
    ours, theirs = (outcome(function, call) for function in (batch_norm, F.batch_norm))
    if isinstance(theirs, type) or isinstance(ours, type):
        assert ours is theirs
        return
    assert ours[0].dtype == theirs[0].dtype
    assert (ours[0] is call.input) == (theirs[0] is call.input)  # never: it is a copy
    assert_laid_out_alike(ours[0], theirs[0])
    for a, b in zip(ours, theirs, strict=True):
        if b is not None:
            assert_near(a, b, TOLERANCE[torch.float32], 1)


@training
@pytest.mark.parametrize("has_memory", [True, False])
@pytest.mark.parametrize("is_affine", [True, False])
@pytest.mark.parametrize("rank", range(6))
def test_every_small_shape_is_taken_or_refused_as_in_torch(
    batch_norm, rank, is_affine, has_memory, training
):
    for shape in itertools.product(range(3 + (rank < 5)), repeat=rank):
        c = shape[min(1, rank - 1)] if rank else 1
        call = Call(randn(shape, 0, torch.float32), training=training)
        if has_memory:
            call = call._replace(running_mean=ones(c), running_var=ones(c))
        if is_affine:
            call = call._replace(weight=2 * ones(c), bias=ones(c))
        assert_same_outcome(batch_norm, call)


# Of an empty input torch looks at nothing but momentum, eps and the first values of
# weight and bias.
FOR_NOTHING = {
    "momentum None": {"momentum": None},
    "eps 0": {"eps": 0.0},
    "eps -1": {"eps": -1.0},
    "one statistic": {"running_mean": None},
    "the other statistic": {"running_var": None},
    "no statistics": {"running_mean": None, "running_var": None},
    "features": {"running_mean": ones(5), "weight": ones(5)},
    "weight of rank 2": {"weight": ones(1, 3)},
    "weight of rank 0": {"weight": ones()},
    "weight empty": {"weight": ones(0)},
    "bias empty": {"bias": ones(0)},
    "dtypes": {name: ones(3, dtype=torch.float64) for name in OTHERS},
    "integers": {name: ones(3, dtype=torch.int64) for name in OTHERS},
    "booleans": {name: ones(3, dtype=torch.bool) for name in OTHERS},
    "a gradient": {"running_mean": ones(3, requires_grad=True)},
}


@training
@pytest.mark.parametrize("shape", [(0, 3), (2, 3, 0), (1, 3, 0, 2), (0,), (2, 0)])
@pytest.mark.parametrize(
    "dtype", [torch.float32, torch.float16, torch.int64, torch.bool, torch.cfloat]
)
@pytest.mark.parametrize("changes", FOR_NOTHING.values(), ids=FOR_NOTHING)
def test_empty_input_is_taken_or_refused_as_in_torch(
    batch_norm, changes, dtype, shape, training
):
    call = Call(torch.ones(shape, dtype=dtype), ones(3), ones(3), training=training)
    assert_same_outcome(batch_norm, call._replace(**changes))


# dy/dx of one channel is rstd (I - 1 1^T / N - x_hat x_hat^T / N) in training, over all
# samples and positions, and rstd I in eval. Between channels it is 0.
@training
def test_jacobian_is_full_in_training_and_diagonal_in_eval(batch_norm, training):
    x, eps = randn((3, 2, 2), 0), 1e-5
    running = randn((2,), 1), randn((2,), 2).square()

    def function(x):
        return batch_norm(x, *running, training=training, momentum=0.0, eps=eps)

    found = torch.autograd.functional.jacobian(function, x)
    mean, variance = statistics(x) if training else running
    n = count(x)
    for channel, other in itertools.product(range(2), repeat=2):
        block = found[:, channel, :, :, other].reshape(n, n)
        if channel != other:
            assert not block.any()
            continue
        rstd = 1 / (variance[channel] + eps).sqrt()
        x_hat = (x[:, channel].flatten() - mean[channel]) * rstd
        expected = torch.eye(n).double()
        if training:
            expected = expected - 1 / n - torch.outer(x_hat, x_hat) / n
        assert_near(block, rstd * expected, 1e-14)
        assert bool(block.all()) == training  # no entry is 0
        assert torch.count_nonzero(block) == (n**2 if training else n)
