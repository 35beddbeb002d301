"""BatchNorm with its memory, in stages."""

from judge import layer_norms
from judge.batch_norm_variants import CONVENTIONS, MISTAKES
from judge.numbers import plain
from judge.rows import (
    biased,
    columns,
    combine,
    over_all,
    over_columns,
    over_rows,
    root,
    unbiased,
)
from judge.task import Task
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


STAGES = {
    "over": over_columns,
    "variance": biased,
    "stored": unbiased,
    "root": root,
    "combine": combine,
    "affine": layer_norms.STAGES["affine"],
    "mode": lambda training: training,
    "refuses_one": True,
    "remembers": lambda training: training,
    "rate": lambda momentum: momentum,
    "update": lambda old, new, rate: (1 - rate) * old + rate * new,
    "update_var": lambda old, new, rate: (1 - rate) * old + rate * new,
    "normalizes_with": lambda training: "batch" if training else "running",
}

ROWS = [[1.0, 10.0], [2.0, 30.0], [4.0, 20.0]]
_MEMORY = [0.5, -1.0], [2.0, 3.0]


def _case(rows, training, weight=None, bias=None, momentum=0.1, eps=1e-5):
    mean, var = [list(one) for one in _MEMORY]
    return [rows, mean, var, weight, bias, training, momentum, eps]


CASES = [
    _case([[1.0, 2.0], [3.0, 6.0]], True),
    _case([[1.0, 2.0], [3.0, 6.0]], False),
    _case(ROWS, True, [2.0, 3.0], [0.1, 0.2], 0.3, 1e-2),
    _case(ROWS, False, [2.0, 3.0], [0.1, 0.2], 0.3, 1e-2),
    _case([[0.01, 1.0], [0.02, 3.0], [0.05, 2.0], [0.03, 8.0]], True, momentum=1.0),
    _case([[7.0, 1.0]], False),
    _case([[7.0, 1.0]], True),
]

PARAMETERS = [
    "input", "running_mean", "running_var", "weight", "bias", "training", "momentum",
    "eps",
]  # fmt: skip

batch_norm = Task(
    "BatchNorm",
    PARAMETERS,
    _run,
    _read,
    STAGES,
    CASES,
    MISTAKES,
    CONVENTIONS,
    parts=("output", "running_mean", "running_var"),
)
