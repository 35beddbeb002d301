"""BatchNorm's gradient in stages, and how it goes wrong."""

import math

from judge import layer_norm_gradients
from judge.batch_norms import ROWS
from judge.layer_norm_gradients import GRADIENTS, gradients, read_gradients
from judge.rows import biased, columns, over_columns
from judge.task import Stages, Task, Variant
from judge.variances import mean


def _run(stages, arguments):
    training = arguments[5]
    if stages.constants(training):
        changed = dict(STAGES)
        for name in changed:
            changed[name] = getattr(stages, name)
        changed["along_ones"] = changed["along_hat"] = lambda values: 0.0
        stages = Stages(changed)
    return gradients(stages, arguments)


def _case(grad_output, rows, weight, training=True):
    groups = columns(rows)
    means = [mean(group) for group in groups]
    rstds = [1 / math.sqrt(biased(x, m) + 1e-5) for x, m in zip(groups, means)]
    return [grad_output, rows, means, rstds, weight, training]


_GRADIENT = [[1.0, 0.5], [0.0, -1.0], [2.0, 0.25]]

CASES = [
    _case([[1.0], [0.0], [0.0]], [[1.0], [2.0], [4.0]], [1.0]),
    _case([[1.0], [0.0], [2.0]], [[1.0], [2.0], [4.0]], [3.0]),
    _case(_GRADIENT, ROWS, [2.0, 3.0]),
    _case(_GRADIENT, ROWS, [2.0, 3.0], False),
    _case(
        [[0.3, -1.2], [0.7, 2.0], [1.5, 0.2], [-0.4, 0.9]],
        [[10.0, 0.2], [20.0, 0.1], [5.0, 0.4], [12.0, -0.3]],
        [0.5, -1.5],
    ),
]

STAGES = dict(layer_norm_gradients.STAGES)
STAGES["over"] = over_columns
STAGES["constants"] = lambda training: not training

OWN = [
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
    _run,
    read_gradients,
    STAGES,
    CASES,
    # gamma is the same for all values of a channel: it may come after their mean
    [
        one
        for one in layer_norm_gradients.MISTAKES
        if one.name != "gamma after the means"
    ]
    + OWN,
    parts=GRADIENTS,
)
