"""BatchNorm with its memory, forward and backward, and how they go wrong."""

import math

from judge.engine import Task, Variant, plain
from judge.layer_norms import (
    BACKWARD,
    BACKWARD_MISTAKES,
    FORWARD,
    GRADIENTS,
    biased,
    columns,
    combine,
    gradients,
    over_all,
    over_columns,
    over_rows,
    read_gradients,
    unbiased,
)
from judge.variances import mean

ONE_ROW = "an error: one value has no variance to normalize with"


def _statistics(stages, rows):
    """Return each channel's mean, variance to normalize with, variance to store."""
    groups = columns(rows)
    if stages.over is over_rows:  # LayerNorm's: one of each for a sample
        groups = rows
    elif stages.over is over_all:
        groups = [[x for row in rows for x in row]]
    centers = [mean(group) for group in groups]
    pairs = list(zip(groups, centers))
    return (
        centers,
        [stages.variance(group, center) for group, center in pairs],
        [stages.stored(group, center) for group, center in pairs],
    )


def _run(stages, arguments):
    rows, running_mean, running_var, weight, bias, training, momentum, eps = arguments
    training = stages.mode(training)
    weight = weight or [1.0] * len(rows[0])
    bias = bias or [0.0] * len(rows[0])
    if training and len(rows) == 1 and stages.refuses_one:
        return ONE_ROW
    centers, variances, stored = _statistics(stages, rows)
    old = list(running_mean), list(running_var)
    if stages.remembers(training):
        rate = stages.rate(momentum)
        new = _wide(centers, old[0]), _wide(stored, old[1])
        running_mean = [stages.update(a, b, rate) for a, b in zip(old[0], new[0])]
        running_var = [stages.update_var(a, b, rate) for a, b in zip(old[1], new[1])]
    kind = stages.normalizes_with(training)
    if kind == "batch":
        used = centers, variances
    elif kind == "updated":
        used = running_mean, running_var
    else:
        used = old
    try:
        hats = _normalize(stages, rows, used, eps)
    except ZeroDivisionError:
        return "an error: a division by zero"
    output = [
        [stages.affine(x, weight, bias, i, n) for i, x in enumerate(hat)]
        for n, hat in enumerate(hats)
    ]
    return {"output": output, "running_mean": running_mean, "running_var": running_var}


def _wide(values, like):
    """Return one value for each channel, where the statistics had other axes."""
    return (values * len(like))[: len(like)]


def _normalize(stages, rows, used, eps):
    centers, variances = used

    def of(values, n, i):
        if len(values) == 1:
            return values[0]
        by_row = stages.over is over_rows and len(values) == len(rows)
        return values[n if by_row else i]

    return [
        [
            stages.combine(x, of(centers, n, i), stages.root(of(variances, n, i), eps))
            for i, x in enumerate(row)
        ]
        for n, row in enumerate(rows)
    ]


def _read(arguments, returned):
    """Take the output, and the memory from the arguments or from what came back."""
    running = arguments[1], arguments[2]
    if isinstance(returned, tuple) and len(returned) == 3:
        returned, *running = returned  # as functional libraries do
    output = plain(returned)
    if not (isinstance(output, list) and output and isinstance(output[0], list)):
        raise TypeError("no rows")
    return {
        "output": output,
        "running_mean": plain(running[0]),
        "running_var": plain(running[1]),
    }


FORWARD_STAGES = {
    "over": over_columns,
    "variance": biased,
    "stored": unbiased,
    "root": FORWARD["root"],
    "combine": combine,
    "affine": FORWARD["affine"],
    "mode": lambda training: training,
    "refuses_one": True,
    "remembers": lambda training: training,
    "rate": lambda momentum: momentum,
    "update": lambda old, new, rate: (1 - rate) * old + rate * new,
    "update_var": lambda old, new, rate: (1 - rate) * old + rate * new,
    "normalizes_with": lambda training: "batch" if training else "running",
}

_ROWS = [[1.0, 10.0], [2.0, 30.0], [4.0, 20.0]]
_MEMORY = [0.5, -1.0], [2.0, 3.0]


def _case(rows, training, weight=None, bias=None, momentum=0.1, eps=1e-5):
    mean, var = [list(one) for one in _MEMORY]
    return [rows, mean, var, weight, bias, training, momentum, eps]


CASES = [
    _case([[1.0, 2.0], [3.0, 6.0]], True),
    _case([[1.0, 2.0], [3.0, 6.0]], False),
    _case(_ROWS, True, [2.0, 3.0], [0.1, 0.2], 0.3, 1e-2),
    _case(_ROWS, False, [2.0, 3.0], [0.1, 0.2], 0.3, 1e-2),
    _case([[0.01, 1.0], [0.02, 3.0], [0.05, 2.0], [0.03, 8.0]], True, momentum=1.0),
    _case([[7.0, 1.0]], False),
    _case([[7.0, 1.0]], True),
]


def _cumulative(old, new, rate):
    return old + rate * new


def _as_is(old, new, rate):
    return new


_AFFINE = {
    "gamma and beta swapped",
    "gamma ignored",
    "beta ignored",
    "gamma and beta ignored",
    "scalar gamma",
    "gamma per sample",
    "one plus gamma",
}


def _shared():
    from judge.layer_norms import MISTAKES

    wanted = _AFFINE | {
        "no epsilon", "epsilon outside the root", "no root", "mean not subtracted",
    }  # fmt: skip
    return [variant for variant in MISTAKES if variant.name in wanted]


STORES_BIASED = Variant(
    "stores the 1/N variance",
    "stores the 1/N variance for eval, as Keras, Flax and ONNX do; PyTorch stores the "
    "1/(N − 1) variance",
    stored=biased,
)

CONVENTIONS = [
    STORES_BIASED,
    Variant(
        "Keras",
        "is Keras's (and Flax's and ONNX's): it stores the 1/N variance, and its "
        "momentum is the weight of the old statistics",
        stored=biased,
        rate=lambda momentum: 1 - momentum,
        refuses_one=False,
    ),
    Variant(
        "Keras, refusing one value",
        "is Keras's (and Flax's and ONNX's): it stores the 1/N variance, and its "
        "momentum is the weight of the old statistics. It refuses a batch of one, "
        "as PyTorch does",
        stored=biased,
        rate=lambda momentum: 1 - momentum,
    ),
    Variant(
        "1/N variance, one value accepted",
        "stores the 1/N variance and accepts a batch of one, as Keras, Flax and ONNX "
        "do, with PyTorch's momentum",
        stored=biased,
        refuses_one=False,
    ),
]

MISTAKES = [
    Variant(
        "divides by N − 1",
        "normalizes the batch with the 1/(N − 1) variance, which belongs only in "
        "running_var",
        variance=unbiased,
        refuses_one=True,
    ),
    Variant(
        "momentum reversed",
        "uses momentum as the weight of the old statistics; in PyTorch it is the "
        "weight of the new ones",
        rate=lambda momentum: 1 - momentum,
    ),
    Variant(
        "no memory",
        "never updates the running statistics",
        remembers=lambda training: False,
    ),
    Variant(
        "updates in eval",
        "updates the running statistics in eval, too",
        remembers=lambda training: True,
    ),
    Variant(
        "updates only in eval",
        "updates the running statistics in eval and not in training",
        remembers=lambda training: not training,
    ),
    Variant(
        "batch statistics in eval",
        "normalizes with the batch's statistics in eval, too",
        normalizes_with=lambda training: "batch",
    ),
    Variant(
        "running statistics in training",
        "normalizes with the running statistics in training, where the batch's own "
        "belong",
        normalizes_with=lambda training: "running",
    ),
    Variant(
        "updated statistics in training",
        "updates the running statistics and normalizes the training batch with them",
        normalizes_with=lambda training: "updated" if training else "running",
    ),
    Variant(
        "always training",
        "behaves in eval as in training: it ignores the mode",
        mode=lambda training: True,
    ),
    Variant(
        "always eval",
        "behaves in training as in eval: it ignores the mode",
        mode=lambda training: False,
    ),
    Variant(
        "modes reversed",
        "normalizes with the batch in eval and with the memory in training",
        normalizes_with=lambda training: "running" if training else "batch",
    ),
    Variant(
        "momentum ignored",
        "replaces the running statistics with the batch's: momentum is missing",
        update=_as_is,
        update_var=_as_is,
    ),
    Variant(
        "memory without decay",
        "adds the batch's statistics to the running ones without shrinking these first",
        update=_cumulative,
        update_var=_cumulative,
    ),
    Variant(
        "standard deviation stored",
        "stores the standard deviation in running_var",
        stored=lambda x, center: (
            math.sqrt(unbiased(x, center)) if len(x) > 1 else math.nan
        ),
    ),
    Variant(
        "running_var forgotten",
        "updates running_mean and forgets running_var",
        update_var=lambda old, new, rate: old,
    ),
    Variant(
        "running_mean forgotten",
        "updates running_var and forgets running_mean",
        update=lambda old, new, rate: old,
    ),
    Variant(
        "over the features",
        "takes the statistics over the features of each sample, as LayerNorm does",
        over=over_rows,
        refuses_one=False,
    ),
    Variant(
        "over everything",
        "takes one mean and one variance over all samples and channels",
        over=over_all,
        refuses_one=False,
    ),
    Variant(
        "one value accepted",
        "accepts a batch of one in training, whose variance is 0 by 1/N and undefined "
        "by 1/(N − 1)",
        refuses_one=False,
        stored=lambda x, center: unbiased(x, center) if len(x) > 1 else 0.0,
    ),
    Variant(
        "one value stored as nan",
        "accepts a batch of one in training, and its running_var is nan from then on",
        refuses_one=False,
    ),
]
MISTAKES += _shared()

PARAMETERS = [
    "input", "running_mean", "running_var", "weight", "bias", "training", "momentum",
    "eps",
]  # fmt: skip

batch_norm = Task(
    "BatchNorm",
    PARAMETERS,
    _run,
    _read,
    FORWARD_STAGES,
    CASES,
    MISTAKES,
    CONVENTIONS,
    parts=("output", "running_mean", "running_var"),
)


# ---- backward ----


def _backward_run(stages, arguments):
    training = arguments[5]
    if stages.constants(training):
        changed = dict(BACKWARD_STAGES)
        for name in changed:
            changed[name] = getattr(stages, name)
        changed["along_ones"] = changed["along_hat"] = lambda values: 0.0
        stages = _Namespace(changed)
    return gradients(stages, arguments)


class _Namespace:
    def __init__(self, values):
        for name in values:
            setattr(self, name, values[name])


def _backward_case(grad_output, rows, weight, training=True):
    groups = columns(rows)
    means = [mean(group) for group in groups]
    rstds = [1 / math.sqrt(biased(x, m) + 1e-5) for x, m in zip(groups, means)]
    return [grad_output, rows, means, rstds, weight, training]


_GRADIENT = [[1.0, 0.5], [0.0, -1.0], [2.0, 0.25]]

BACKWARD_CASES = [
    _backward_case([[1.0], [0.0], [0.0]], [[1.0], [2.0], [4.0]], [1.0]),
    _backward_case([[1.0], [0.0], [2.0]], [[1.0], [2.0], [4.0]], [3.0]),
    _backward_case(_GRADIENT, _ROWS, [2.0, 3.0]),
    _backward_case(_GRADIENT, _ROWS, [2.0, 3.0], False),
    _backward_case(
        [[0.3, -1.2], [0.7, 2.0], [1.5, 0.2], [-0.4, 0.9]],
        [[10.0, 0.2], [20.0, 0.1], [5.0, 0.4], [12.0, -0.3]],
        [0.5, -1.5],
    ),
]

BACKWARD_STAGES = dict(BACKWARD)
BACKWARD_STAGES["over"] = over_columns
BACKWARD_STAGES["constants"] = lambda training: not training

BACKWARD_OWN = [
    Variant(
        "eval like training",
        "subtracts the projections in eval, too, where the statistics are constants",
        constants=lambda training: False,
    ),
    Variant(
        "training and eval reversed",
        "treats the statistics as constants in training and not in eval",
        constants=lambda training: training,
    ),
]

batch_norm_backward = Task(
    "BatchNorm's gradient",
    ["grad_output", "input", "mean", "rstd", "weight", "training"],
    _backward_run,
    read_gradients,
    BACKWARD_STAGES,
    BACKWARD_CASES,
    # gamma is the same for all values of a channel: it may come after their mean
    [one for one in BACKWARD_MISTAKES if one.name != "gamma after the means"]
    + BACKWARD_OWN,
    parts=GRADIENTS,
)
