"""BatchNorm as a module: what it remembers, saves, and keeps out of the graph."""

import copy
import warnings

import torch

from judge.batch_norms import batch_norm as _function
from judge.forms import best
from judge.task import Case, Result
from judge.words import say

X = torch.tensor([[1.0, 10.0], [2.0, 30.0], [4.0, 20.0]], dtype=torch.float64)


def _trained(cls, batches=1):
    module = cls(2).double().train()
    for i in range(batches):
        # as behind a layer that learns
        module((X + i).requires_grad_())
    return module


def _close(a, b):
    return torch.allclose(a.double(), b.double(), rtol=1e-9, atol=1e-12)


# Each check returns None, or what the class gives and what is expected: values, or
# pairs of one of these texts and its fields.
BUFFERS = "the buffers {names}"
NO_COUNTER = "no counter"
SAVED = "a state_dict without num_batches_tracked"
COUNTER = "a state_dict with the counter, as a buffer"
LEARNED = "the parameters {names}"
GRADIENT = "running statistics that require a gradient"
CONSTANTS = "constants"
COPY = "a copy"
STATE = "a state_dict that torch.nn.BatchNorm1d loads"
LOADED = "the state_dict of torch.nn.BatchNorm1d, loaded"
NO_ERROR = "no error"


def _buffers(cls):
    given = [name for name, _ in cls(2).named_buffers()]
    wanted = ["running_mean", "running_var"]
    if not {*wanted} <= {*given}:
        return _listed(BUFFERS, given), _listed(BUFFERS, wanted)


def _listed(text, names):
    return text, {"names": ", ".join(names) or "–"}


def _begins(cls):
    module = cls(2)
    got = module.running_mean.tolist(), module.running_var.tolist()
    if got != ([0.0, 0.0], [1.0, 1.0]):
        return got, ([0.0, 0.0], [1.0, 1.0])


def _counts(cls):
    counter = getattr(_trained(cls, 3), "num_batches_tracked", None)
    if counter is None:
        return (NO_COUNTER, {}), 3
    if int(counter) != 3:
        return int(counter), 3


def _counter_saved(cls):
    if "num_batches_tracked" not in cls(2).state_dict():
        return (SAVED, {}), (COUNTER, {})


def _learns(cls):
    names = sorted(name for name, _ in cls(2).named_parameters())
    if names != ["bias", "weight"]:
        return _listed(LEARNED, names), _listed(LEARNED, ["bias", "weight"])


def _detached(cls):
    for buffer in _trained(cls).buffers():
        if buffer.requires_grad:
            return (GRADIENT, {}), (CONSTANTS, {})


def _copied(cls):
    try:
        copy.deepcopy(_trained(cls))
    except Exception as error:
        return f"{type(error).__name__}: {error}", (COPY, {})


def _saved(cls):
    saved = _trained(cls).state_dict()
    other = torch.nn.BatchNorm1d(2).double()
    try:
        other.load_state_dict(saved)
    except Exception as error:
        return type(error).__name__, (STATE, {})


def _loads(cls):
    theirs = torch.nn.BatchNorm1d(2).double().train()
    theirs(X)
    module = cls(2).double()
    try:
        module.load_state_dict(theirs.state_dict())
    except Exception as error:
        return type(error).__name__, (LOADED, {})


def _independent(cls):
    first, second = cls(2).double().train(), cls(2).double()
    first(X)
    if not _close(second.running_mean, torch.zeros(2)):
        return second.running_mean.tolist(), [0.0, 0.0]


# name, what the module does, and the check
CHECKS = [
    ("no parameters", "lacks the parameters weight and bias", _learns),
    (
        "memory that is no buffer",
        "keeps its running statistics where state_dict(), .to() and .double() do not "
        "find them: register them as buffers (register_buffer)",
        _buffers,
    ),
    (
        "memory begins elsewhere",
        "does not begin with a running mean of 0 and a running variance of 1",
        _begins,
    ),
    (
        "memory shared",
        "shares its running statistics with the other modules of its class",
        _independent,
    ),
    (
        "graph kept",
        "keeps the graph of every batch: update the running statistics under no_grad, "
        "or from detached values",
        _detached,
    ),
    ("no copy", "cannot be copied with copy.deepcopy", _copied),
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
    (
        "state not torch's",
        "saves a state_dict that torch.nn.BatchNorm1d does not load",
        _saved,
    ),
    (
        "torch's state refused",
        "does not load the state_dict of torch.nn.BatchNorm1d",
        _loads,
    ),
]
MODULE = "Not yet: this {what}. It gives {got}; expected: {expected}."
MEMORY = "Right: this is BatchNorm, with torch's memory."
RAISES = "Not yet: on {given} it raises {got}."


def texts():
    """Yield (where it stands, text) of all that is said of a module."""
    for text in (MODULE, MEMORY, RAISES):
        yield "a sentence of the judge", text
    for _, sentence, _ in CHECKS:
        yield "what a module does, or lacks: {what}", sentence
    for text in (
        BUFFERS, NO_COUNTER, SAVED, COUNTER, LEARNED, GRADIENT, CONSTANTS, COPY, STATE,
        LOADED, NO_ERROR,
    ):  # fmt: skip
        yield "what a module gives, or what is expected: {got}, {expected}", text


def _said(value):
    """Return what a check returned in words."""
    if isinstance(value, tuple) and isinstance(value[0], str):
        return say(value[0], **value[1])
    return value


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
                case = Case({"input": X.tolist()}, got, say(NO_ERROR))
                sentence = say(RAISES, given=X.tolist(), got=got)
                return Result("unknown", None, sentence, case, error)
        if difference:
            got, expected = map(_said, difference)
            return Result(
                "wrong",
                name,
                say(MODULE, what=say(sentence), got=got, expected=expected),
                Case({"input": X.tolist()}, got, expected),
            )
    result = best(_function, _as_function(cls))
    if result.verdict == "right":
        return Result("right", "BatchNorm1d", say(MEMORY))
    return result
