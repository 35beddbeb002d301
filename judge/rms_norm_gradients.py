"""RMSNorm's gradient in stages, and how it goes wrong."""

import math

from judge import layer_norm_gradients
from judge.layer_norm_gradients import EXAMPLES, gradients
from judge.numbers import plain
from judge.rows import biased
from judge.task import Task, Variant
from judge.variances import mean

GRADIENTS = ("grad_input", "grad_weight")


def _run(stages, arguments):
    grad_output, rows, rstds, weight = arguments
    means = [0.0] * len(rows)
    found = gradients(stages, [grad_output, rows, means, rstds, weight])
    return {part: found[part] for part in GRADIENTS}


def _read(arguments, returned):
    first, second = returned
    return {"grad_input": plain(first), "grad_weight": plain(second)}


def _case(grad_output, rows, weight):
    rstds = [1 / math.sqrt(biased(row, 0.0) + 1e-6) for row in rows]
    return [grad_output, rows, rstds, weight]


CASES = [_case(*one) for one in EXAMPLES]
CASES[1] = _case([[1.0, 0.0, -1.0]], [[1.0, 2.0, 4.0]], [2.0, 3.0, 5.0])

STAGES = dict(layer_norm_gradients.STAGES)
STAGES["along_ones"] = lambda values: 0.0

_SHARED = (
    "x-hat's part added",
    "gamma missing in grad_input",
    "rstd missing",
    "divides by rstd",
    "rstd squared",
    "no sum in grad_weight",
    "mean in grad_weight",
    "grad_weight over the features",
    "grad_weight from the input",
    "gamma in grad_weight",
    "x-hat missing in grad_weight",
)

OWN = [
    Variant(
        "statistic as a constant",
        "treats the root mean square as a constant: the part along x-hat is missing",
        along_hat=lambda values: 0.0,
    ),
    Variant(
        "LayerNorm's projection",
        "subtracts the mean of the gradient, as LayerNorm's backward pass does; "
        "RMSNorm has no mean to pass back",
        along_ones=mean,
    ),
    Variant(
        "mean of the gradient instead",
        "subtracts the mean of the gradient instead of the part along x-hat",
        along_ones=mean,
        along_hat=lambda values: 0.0,
    ),
    Variant(
        "sum for a mean",
        "subtracts a sum along x-hat where the formula has a mean",
        along_hat=sum,
    ),
    Variant(
        "projection over N − 1",
        "divides the projection by N − 1",
        along_hat=lambda values: sum(values) / (len(values) - 1),
    ),
    Variant(
        "gamma after the mean",
        "multiplies by gamma after the mean is taken; it is that of gamma * g * x-hat",
        h=lambda g, weight: g,
        scale=lambda rstd, weight: rstd * weight,
    ),
    Variant(
        "input for x-hat",
        "uses the input in place of x-hat: its factor rstd is missing",
        hat=lambda x, center, rstd: x,
    ),
]

rms_norm_backward = Task(
    "RMSNorm's gradient",
    ["grad_output", "input", "rstd", "weight"],
    _run,
    _read,
    STAGES,
    CASES,
    [one for one in layer_norm_gradients.MISTAKES if one.name in _SHARED] + OWN,
    parts=GRADIENTS,
)
