"""What chapter 5's batch_norm and its modules refuse, with torch's error classes."""

import itertools

import pytest
import torch
from torch.nn import functional as F

from tests.reference.batch_norm import OTHERS, THEIRS, Call, names, training
from tests.reference.common import all_defined, defined

CHAPTER = "05_batch_norm"
batch_norm = defined("batch_norm")
ours = all_defined(THEIRS)  # our modules by torch's names

ones = torch.ones
BOTH, TRAIN, EVAL = (True, False), (True,), (False,)
REMEMBERED = OTHERS[:2]


def call_with(x=(4, 3), dtype=torch.float32, **changes):
    """Return a call that is right but for the changes; x is the shape of its input."""
    c = x[1] if len(x) > 1 else 3
    running = (ones(c, dtype=dtype) for _ in REMEMBERED)
    return Call(ones(x, dtype=dtype), *running)._replace(**changes)


def features(*shape):
    """Return a call whose statistics are those of three features."""
    return call_with(shape, running_mean=ones(3), running_var=ones(3))


def without_memory(**changes):
    return call_with(running_mean=None, running_var=None, **changes)


ARRAY = [[1.0, 2.0], [3.0, 4.0]]  # a list, no tensor

# what is wrong, in which modes, the call, what the message has to say
MISTAKES = [
    ("one value", TRAIN, call_with((1, 3)), ["[1, 3]", "more than 1"]),
    ("one value", TRAIN, call_with((1, 3, 1, 1)), ["[1, 3, 1, 1]"]),
    ("one value, no channels", TRAIN, call_with((1, 0, 1)), ["[1, 0, 1]"]),
    ("0-D", BOTH, call_with(()), ["(B, C, *)", "[]"]),
    ("1-D", BOTH, call_with((3,)), ["(B, C, *)", "[3]"]),
    ("1-D, alone", TRAIN, Call(ones(3)), ["(B, C, *)", "[3]"]),
    ("1-D, a mean", TRAIN, Call(ones(3), running_mean=ones(3)), ["(B, C, *)", "[3]"]),
    ("features", BOTH, features(4, 5), ["running_mean", "[3]", "[4, 5]", "5 values"]),
    ("features", BOTH, features(4, 8, 3), ["running_mean", "[4, 8, 3]", "8 values"]),
    ("features", BOTH, features(3, 4), ["running_mean", "[3, 4]", "4 values"]),
    ("no statistics", EVAL, without_memory(), ["running_mean", "running_var", "None"]),
    ("momentum", TRAIN, without_memory(momentum=None), ["momentum", "None", "float"]),
    ("momentum", BOTH, call_with(momentum=None), ["momentum", "None", "float"]),
    ("momentum", BOTH, call_with(momentum="0.1"), ["momentum", "0.1", "float"]),
    ("momentum", BOTH, call_with(momentum=1j), ["momentum", "1j", "float"]),
    ("eps", TRAIN, call_with(eps=0.0), ["eps", "above 0", "0.0"]),
    ("eps", TRAIN, call_with(eps=-0.0), ["eps", "above 0", "-0.0"]),
    ("eps", TRAIN, call_with(eps=-1.0), ["eps", "above 0", "-1.0"]),
    ("eps", TRAIN, call_with(eps=-1e-30), ["eps", "above 0", "-1e-30"]),
    ("eps", EVAL, call_with(eps=-1.0), ["eps", "at least 0", "-1.0"]),
    ("eps", EVAL, call_with(eps=-1e-30), ["eps", "at least 0", "-1e-30"]),
    ("eps", BOTH, call_with(eps=None), []),
    ("no input", EVAL, call_with(input=None), ["input", "tensor", "NoneType"]),
    ("a list", EVAL, call_with(input=ARRAY), ["input", "tensor", "list"]),
]
for name in OTHERS:
    parts = [name, "tensor", "list"]
    MISTAKES.append(("a list", BOTH, call_with(**{name: ARRAY}), parts))
for name in REMEMBERED:
    needs_grad = {name: ones(3, requires_grad=True)}
    MISTAKES += [
        ("missing", BOTH, call_with(**{name: None}), [name, "None"]),
        ("gradient", BOTH, call_with(**needs_grad), [name, "gradient"]),
    ]
WRONG = [(4,), (1,), (4, 3), (0,)]  # weight and bias may be (1, 3) and (3, 1)
WRONG_FOR = {name: WRONG + [(1, 3), (3, 1)] * (name in REMEMBERED) for name in OTHERS}
MISTAKES += [
    (f"{shape}", BOTH, call_with(**{name: ones(shape)}),
     [name, str(list(shape)), "3 values", "[4, 3]"])
    for name, shapes in WRONG_FOR.items() for shape in shapes
]  # fmt: skip
for dtype in (torch.int64, torch.uint8, torch.bool, torch.cfloat, torch.cdouble):
    only = call_with(input=ones((4, 3), dtype=dtype))
    MISTAKES += [
        (f"{dtype}", BOTH, call_with(dtype=dtype), [f"{dtype}", "floating point"]),
        (f"{dtype}, others float32", BOTH, only, [f"{dtype}", "floating point"]),
    ]
eighth = call_with().map(lambda x: x.to(torch.float8_e4m3fn), "input")
MISTAKES.append(("float8", BOTH, eighth, ["float8"]))

# Dtypes that do not go together: only half types and float32 do, and then all
# parameters are of one dtype.
MIXES = [
    (torch.float64, torch.float32), (torch.float32, torch.float64),
    (torch.float32, torch.float16), (torch.float32, torch.bfloat16),
    (torch.float16, torch.bfloat16), (torch.bfloat16, torch.float16),
    (torch.float16, torch.float64), (torch.float32, torch.int64),
    (torch.float16, torch.float32), (torch.bfloat16, torch.float32),
]  # fmt: skip


def mixed_dtypes():
    """Yield rows of MISTAKES with one parameter of another dtype than the rest."""
    for (dtype, other), name in itertools.product(MIXES, OTHERS):
        parts = [f"{dtype}", f"{other}"]
        one = {name: ones(3, dtype=other)}
        rest = {key: ones(3, dtype=dtype) for key in OTHERS}
        call = call_with(dtype=dtype, **rest | one)
        yield f"{dtype} but {other} {name}", BOTH, call, parts
        if torch.promote_types(dtype, torch.float32) == other:  # a half and float32
            one = {name: ones(3, dtype=dtype)}
            rest = {key: ones(3, dtype=other) for key in OTHERS}
            call = call_with(dtype=dtype, **rest | one)
            yield f"{dtype} with {other} but for {name}", BOTH, call, parts


@pytest.mark.parametrize(
    ("call", "parts"),
    [
        pytest.param(call._replace(training=mode), parts, id=f"{what}-{mode}")
        for what, modes, call, parts in [*MISTAKES, *mixed_dtypes()]
        for mode in modes
    ],
)
def test_mistakes_raise_as_in_torch(batch_norm, call, parts):
    with pytest.raises(Exception) as theirs:  # noqa: PT011, its class is compared
        # where bias has a wrong dtype, torch has updated the statistics when it raises
        call.run(F.batch_norm)
    before = call.map(torch.clone, *REMEMBERED)
    with pytest.raises(theirs.type) as ours:
        batch_norm(*call)
    assert ours.type is theirs.type
    for part in parts:
        assert part in str(ours.value)
    for name in REMEMBERED:
        old, now = getattr(before, name), getattr(call, name)
        if isinstance(old, torch.Tensor):
            assert torch.equal(old, now)


@pytest.mark.parametrize("mode", [1, 0, None, "training", 1.0])
def test_training_is_a_bool_as_in_torch(batch_norm, mode):
    for function in (F.batch_norm, batch_norm):
        with pytest.raises(TypeError, match=r"training.* must be .*bool"):
            function(*call_with(training=mode))


WRONG_RANKS = {
    "BatchNorm1d": [(3,), (), (2, 3, 4, 5), (2, 3, 1, 1, 1)],
    "BatchNorm2d": [(3,), (), (2, 3), (2, 3, 4), (2, 3, 4, 5, 6)],
}


@training
@pytest.mark.parametrize(
    ("name", "shape"), [(name, s) for name, rank in WRONG_RANKS.items() for s in rank]
)
def test_module_refuses_other_ranks_as_in_torch(ours, name, shape, training):
    for classes in (THEIRS, ours):
        module = classes[name](3).train(training)
        expected = {"BatchNorm1d": "expected 2D or 3D", "BatchNorm2d": "expected 4D"}
        with pytest.raises(ValueError, match=expected[name]) as error:
            module(torch.ones(shape))
        assert f"got {len(shape)}D" in str(error.value)
        assert module.num_batches_tracked == 0  # not a batch


@names
@pytest.mark.parametrize(
    ("case", "error"),
    [
        ("one value", ValueError),
        ("other features", RuntimeError),
        ("integers", NotImplementedError),
        ("other dtype", RuntimeError),
        ("eps 0", ValueError),
    ],
)
def test_module_counts_a_batch_that_is_refused_as_torch_does(ours, name, case, error):
    ranks = {"BatchNorm1d": (), "BatchNorm2d": (1, 1)}[name]
    shape = {"one value": (1, 3), "other features": (4, 5)}.get(case, (4, 3))
    x = torch.ones(*shape, *ranks)
    x = {"integers": x.long(), "other dtype": x.double()}.get(case, x)
    for classes in (THEIRS, ours):
        module = classes[name](3, 0.0 if case == "eps 0" else 1e-5)
        for batches in (1, 2):
            with pytest.raises(RuntimeError if error is not ValueError else error) as e:
                module(x)
            assert e.type is error
            assert module.num_batches_tracked == batches
        assert module.running_mean.tolist() == [0.0] * 3
        assert module.running_var.tolist() == [1.0] * 3


@names
@pytest.mark.parametrize("arguments", [(-1,), (3.0,), ("3",), (None,), (True,), ()])
def test_module_is_refused_as_in_torch(ours, name, arguments):
    with pytest.raises((RuntimeError, TypeError)) as theirs:
        THEIRS[name](*arguments)
    with pytest.raises(theirs.type) as mine:
        ours[name](*arguments)
    assert mine.type is theirs.type


@names
def test_module_takes_nothing_but_a_parameter_for_one_left_out(ours, name):
    for classes in (THEIRS, ours):
        module = classes[name](3, bias=False)
        with pytest.raises(TypeError):
            module.bias = torch.ones(3)  # would be neither learned nor saved
        module = classes[name](3, track_running_stats=False)
        module.running_mean = torch.ones(3)  # this would be
        assert "running_mean" in module.state_dict()
