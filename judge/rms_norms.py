"""RMSNorm in stages, and how it goes wrong."""

import math

from judge.rows import (
    biased,
    combine,
    output_of,
    over_all,
    over_columns,
    over_rows,
    read_output,
    root,
    rows_of,
    unbiased,
)
from judge.task import Task, Variant
from judge.variances import mean, sum_of_squares

DOUBLE_EPS = 2.0**-52  # torch.finfo(torch.float64).eps, and sys.float_info.epsilon
SINGLE_EPS = 2.0**-23


def _run(stages, arguments):
    d = len(rows_of(arguments[0])[0][0])
    weight = arguments[2] if len(arguments) > 2 else None
    eps = arguments[3] if len(arguments) > 3 else stages.default_eps

    def scale(x, i, row):
        return stages.gain(x, weight, i, row)

    return output_of(stages, arguments[0], weight or [1.0] * d, eps, scale)


def _zero(values):
    return 0.0


def _gain(function):
    """Return a stage: what becomes of x and its weight, where there is a weight."""
    return lambda x, weight, i, row: function(x, weight, i, row) if weight else x


STAGES = {
    "default_eps": DOUBLE_EPS,
    "before": lambda row, weight: row,
    "over": over_rows,
    "center": _zero,
    "variance": biased,
    "root": root,
    "combine": combine,
    "gain": _gain(lambda x, weight, i, row: x * weight[i]),
}

_ROWS = [[1.0, 2.0, 4.0], [0.0, -1.0, 5.0]]
CASES = [
    [[1.0, 2.0, 3.0, 4.0], [4]],
    [[1.0, 7.0], [2], [2.0, 3.0]],
    [[0.01, 0.02, 0.04], [3], None, 0.5],
    [[1e-8, 2e-8, 4e-8], [3]],
    [[0.0, 0.0, 0.0], [3]],
    [[3.0, -2.0, 0.5, 7.0, 1.0], [5], [1.0, 0.5, -2.0, 3.0, 0.0], 1e-3],
    [_ROWS, [3]],
    [_ROWS, [3], [2.0, 3.0, 5.0], 1e-2],
]


def _about_mean(values, center):
    return biased(values, mean(values))


MISTAKES = [
    Variant(
        "LayerNorm",
        "is LayerNorm: it subtracts the mean first; RMSNorm has no mean",
        center=mean,
    ),
    Variant(
        "subtracts the mean",
        "subtracts the mean, and divides by the root mean square of the input",
        center=mean,
        variance=lambda x, center: biased(x, 0.0),
    ),
    Variant(
        "standard deviation",
        "divides by the standard deviation: the squares are of deviations from the "
        "mean, not of the values",
        variance=_about_mean,
    ),
    Variant("divides by N − 1", "divides by N − 1", variance=unbiased),
    Variant(
        "sum of squares",
        "divides by the length of the input: it forgets the 1/N under the root, and "
        "its output has length 1, not √N",
        variance=sum_of_squares,
    ),
    Variant(
        "no root",
        "divides by the mean square, not by its root",
        root=lambda variance, eps: variance + eps,
    ),
    Variant(
        "multiplies by the root",
        "multiplies by the root mean square instead of dividing",
        combine=lambda x, center, root: x * root,
    ),
    Variant(
        "mean absolute value",
        "divides by the mean of the absolute values",
        variance=lambda x, center: mean([abs(one) for one in x]) ** 2,
    ),
    Variant(
        "largest value",
        "divides by the largest absolute value",
        variance=lambda x, center: max([abs(one) for one in x]) ** 2,
    ),
    Variant(
        "no epsilon",
        "leaves epsilon out",
        root=lambda variance, eps: math.sqrt(variance),
    ),
    Variant(
        "no epsilon by default",
        "adds nothing where eps is None; torch then adds the type's own, 2.2e-16 for "
        "float64",
        default_eps=0.0,
    ),
    Variant(
        "epsilon outside the root",
        "adds epsilon to the root mean square; it belongs under the root",
        root=lambda variance, eps: math.sqrt(variance) + eps,
    ),
    Variant(
        "epsilon squared",
        "adds the square of epsilon to the mean square",
        root=lambda variance, eps: math.sqrt(variance + eps * eps),
    ),
    Variant(
        "epsilon as a floor",
        "takes the larger of the mean square and epsilon, which have to be added",
        root=lambda variance, eps: math.sqrt(max(variance, eps)),
    ),
    Variant(
        "over the batch",
        "takes the mean square over the samples, feature by feature",
        over=over_columns,
    ),
    Variant(
        "over everything",
        "takes one mean square over all samples and features",
        over=over_all,
    ),
    Variant(
        "gamma ignored",
        "never multiplies by gamma",
        gain=_gain(lambda x, weight, i, row: x),
    ),
    Variant(
        "scalar gamma",
        "multiplies all features by the first gamma",
        gain=_gain(lambda x, weight, i, row: x * weight[0]),
    ),
    Variant(
        "gamma per sample",
        "gives each sample, not each feature, its gamma",
        gain=_gain(lambda x, weight, i, row: x * weight[row]),
    ),
    Variant(
        "one added to a gamma that begins at 1",
        "multiplies by 1 + gamma, as Gemma does, but without a weight it doubles: this "
        "gamma begins at 1, Gemma's at 0",
        gain=lambda x, weight, i, row: x * (1 + weight[i] if weight else 2.0),
    ),
    Variant(
        "one added twice",
        "adds 1 to gamma twice: a weight that was stored as 1 + gamma has it already",
        gain=_gain(lambda x, weight, i, row: x * (2 + weight[i])),
    ),
    Variant(
        "gamma before the normalization",
        "multiplies the input by gamma before it normalizes",
        before=lambda row, weight: [x * w for x, w in zip(row, weight)],
        gain=_gain(lambda x, weight, i, row: x),
    ),
    Variant(
        "gamma divides",
        "divides by gamma",
        gain=_gain(lambda x, weight, i, row: x / weight[i] if weight[i] else math.nan),
    ),
]


CONVENTIONS = [
    Variant(
        "Gemma",
        "is Gemma's: it multiplies by 1 + gamma, and its gamma begins at 0",
        gain=_gain(lambda x, weight, i, row: x * (1 + weight[i])),
    ),
    Variant(
        "epsilon 1e-6",
        "has 1e-6 as its default epsilon, as Llama, Qwen3 and Gemma do; torch's is the "
        "type's own, 2.2e-16 for float64",
        default_eps=1e-6,
    ),
    Variant(
        "epsilon 1e-5",
        "has 1e-5 as its default epsilon, as OLMo 2 and MLX do; torch's is the type's "
        "own, 2.2e-16 for float64",
        default_eps=1e-5,
    ),
    Variant(
        "float32's epsilon",
        "has 1.2e-7 as its default epsilon, which is float32's; the numbers here are "
        "float64, whose own is 2.2e-16",
        default_eps=SINGLE_EPS,
    ),
]

rms_norm = Task(
    "RMSNorm",
    ["input", "normalized_shape", "weight", "eps"],
    _run,
    read_output,
    STAGES,
    CASES,
    MISTAKES,
    CONVENTIONS,
)
