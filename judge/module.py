"""BatchNorm as a module: what it remembers, saves, and keeps out of the graph."""

import copy
import warnings

import torch

from judge.batch_norms import batch_norm as _function
from judge.engine import Case, Result
from judge.forms import best
from judge.words import phrase, say

X = torch.tensor([[1.0, 10.0], [2.0, 30.0], [4.0, 20.0]], dtype=torch.float64)


def _trained(cls, batches=1):
    module = cls(2).double().train()
    for i in range(batches):
        # as behind a layer that learns
        module((X + i).requires_grad_())
    return module


def _close(a, b):
    return torch.allclose(a.double(), b.double(), rtol=1e-9, atol=1e-12)


def _buffers(cls):
    given = dict(cls(2).named_buffers())
    missing = [n for n in ("running_mean", "running_var") if n not in given]
    if missing:
        return f"{' and '.join(missing)} as no buffer", "a buffer each"


def _begins(cls):
    module = cls(2)
    got = module.running_mean.tolist(), module.running_var.tolist()
    if got != ([0.0, 0.0], [1.0, 1.0]):
        return got, ([0.0, 0.0], [1.0, 1.0])


def _counts(cls):
    counter = getattr(_trained(cls, 3), "num_batches_tracked", None)
    if counter is None or int(counter) != 3:
        return None if counter is None else int(counter), 3


def _counter_saved(cls):
    if "num_batches_tracked" not in cls(2).state_dict():
        return "no num_batches_tracked in state_dict", "the counter as a buffer"


def _learns(cls):
    names = sorted(name for name, _ in cls(2).named_parameters())
    if names != ["bias", "weight"]:
        return names, ["bias", "weight"]


def _detached(cls):
    for buffer in _trained(cls).buffers():
        if buffer.requires_grad:
            return "running statistics that require a gradient", "constants"


def _copied(cls):
    try:
        copy.deepcopy(_trained(cls))
    except Exception as error:
        return f"{type(error).__name__}: {error}", "a copy"


def _saved(cls):
    saved = _trained(cls).state_dict()
    other = torch.nn.BatchNorm1d(2).double()
    try:
        other.load_state_dict(saved)
    except Exception as error:
        return f"{type(error).__name__}", "a state_dict that torch's module loads"


def _loads(cls):
    theirs = torch.nn.BatchNorm1d(2).double().train()
    theirs(X)
    module = cls(2).double()
    try:
        module.load_state_dict(theirs.state_dict())
    except Exception as error:
        return f"{type(error).__name__}", "torch's state_dict loaded"


def _independent(cls):
    first, second = cls(2).double().train(), cls(2).double()
    first(X)
    if not _close(second.running_mean, torch.zeros(2)):
        return second.running_mean.tolist(), [0.0, 0.0]


# name, what the module does, and the check: None, or (got, expected)
CHECKS = [
    ("no parameters", "has not the two parameters weight and bias", _learns),
    (
        "memory that is no buffer",
        "keeps its running statistics where state_dict(), .to() and .double() do not "
        "find them: they are to be buffers (register_buffer)",
        _buffers,
    ),
    (
        "memory begins elsewhere",
        "begins with another memory than mean 0 and variance 1",
        _begins,
    ),
    (
        "memory shared",
        "shares its running statistics between modules",
        _independent,
    ),
    (
        "graph kept",
        "keeps the graph of every batch: the running statistics are to be updated "
        "under no_grad, or from detached values",
        _detached,
    ),
    ("no copy", "cannot be copied", _copied),
    (
        "counter missing",
        "does not count its batches in num_batches_tracked",
        _counts,
    ),
    (
        "counter not saved",
        "does not save num_batches_tracked with its state",
        _counter_saved,
    ),
    ("state not torch's", "saves a state that torch's module does not load", _saved),
    ("torch's state refused", "does not load torch's state", _loads),
]


def _as_function(cls):
    """Return the module as a function with batch_norm's signature."""

    def function(input, mean, var, weight, bias, training, momentum, eps):
        module = cls(input.shape[1], eps=eps, momentum=momentum).double()
        with torch.no_grad():
            module.running_mean.copy_(mean)
            module.running_var.copy_(var)
            if weight is not None:
                module.weight.copy_(weight)
            if bias is not None:
                module.bias.copy_(bias)
        module.train(training)
        output = module(input)
        return output, module.running_mean, module.running_var

    return function


def judge_module(cls):
    """Return the Result of a module class; see judge.batch_norm_module."""
    if not (isinstance(cls, type) and issubclass(cls, torch.nn.Module)):
        raise TypeError(f"expected a class of torch modules, got {cls!r}")
    for name, sentence, check in CHECKS:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                difference = check(cls)
            except Exception as error:  # the reader's class may raise anything
                got = f"{type(error).__name__}: {error}"
                case = Case({"input": X.tolist()}, got, "no error")
                sentence = phrase("raises", given=X.tolist(), got=got)
                return Result("unknown", None, sentence, case, error)
        if difference:
            got, expected = difference
            return Result(
                "wrong",
                name,
                phrase(
                    "module",
                    what=say(sentence),
                    got=say(got) if isinstance(got, str) else got,
                    expected=say(expected) if isinstance(expected, str) else expected,
                ),
                Case({"input": X.tolist()}, got, expected),
            )
    result = best(_function, _as_function(cls))
    if result.verdict == "right":
        return Result("right", "BatchNorm1d", phrase("memory"))
    return result
