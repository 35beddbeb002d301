"""LayerNorm in stages, and how it goes wrong."""

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
from judge.variances import FAR, cancels, mean, sum_of_squares

DEFAULT_EPS = 1e-5


def _run(stages, arguments):
    d = len(rows_of(arguments[0])[0][0])
    weight = arguments[2] if len(arguments) > 2 else None
    bias = arguments[3] if len(arguments) > 3 else None
    eps = arguments[4] if len(arguments) > 4 else stages.default_eps
    weight = weight or [1.0] * d
    bias = bias or [0.0] * d

    def scale(x, i, row):
        return stages.affine(x, weight, bias, i, row)

    return output_of(stages, arguments[0], weight, eps, scale)


STAGES = {
    "default_eps": DEFAULT_EPS,
    "before": lambda row, weight: row,
    "over": over_rows,
    "center": mean,
    "variance": biased,
    "root": root,
    "combine": combine,
    "affine": lambda x, weight, bias, i, row: x * weight[i] + bias[i],
}

_ROWS = [[1.0, 2.0, 4.0], [0.0, -1.0, 5.0]]
CASES = [
    [[1.0, 2.0, 3.0, 4.0], [4]],
    [[1.0, 2.0], [2], [2.0, 3.0], [10.0, 20.0]],
    [[0.01, 0.02, 0.04], [3]],
    [[0.01, 0.02, 0.04], [3], None, None, 0.5],
    [[5.0, 5.0, 5.0], [3], [2.0, 3.0, 4.0], [1.0, 0.0, -1.0]],
    [[3.0, -2.0, 0.5, 7.0, 1.0], [5], [1.0, 0.5, -2.0, 3.0, 0.0], None, 1e-3],
    [[FAR + 1, FAR + 2, FAR + 3, FAR + 4], [4]],
    [_ROWS, [3]],
    [_ROWS, [3], [2.0, 3.0, 5.0], [0.1, 0.2, 0.3], 1e-2],
]


def _is_far(arguments):
    rows, _ = rows_of(arguments[0])
    return max([abs(x) for row in rows for x in row]) >= FAR


def _row_of(parameter, row):
    return parameter[row] if row < len(parameter) else math.nan


MISTAKES = [
    Variant("divides by N − 1", "divides by N − 1", variance=unbiased),
    Variant(
        "no epsilon",
        "leaves epsilon out",
        root=lambda variance, eps: math.sqrt(variance),
    ),
    Variant(
        "epsilon outside the root",
        "adds epsilon to the standard deviation; it belongs under the root",
        root=lambda variance, eps: math.sqrt(variance) + eps,
    ),
    Variant(
        "epsilon squared",
        "adds the square of epsilon to the variance",
        root=lambda variance, eps: math.sqrt(variance + eps * eps),
    ),
    Variant(
        "epsilon as a floor",
        "takes the larger of the variance and epsilon, which have to be added",
        root=lambda variance, eps: math.sqrt(max(variance, eps)),
    ),
    Variant(
        "no root",
        "divides by the variance, not by its root",
        root=lambda variance, eps: variance + eps,
    ),
    Variant(
        "root of the sum of squares",
        "divides by the length of the deviations: it forgets the 1/N under the root",
        variance=lambda x, center: sum_of_squares(x, center),
    ),
    Variant(
        "mean not subtracted",
        "divides by the standard deviation and never subtracts the mean",
        combine=lambda x, center, root: x / root,
    ),
    Variant(
        "RMSNorm",
        "is RMSNorm: it divides by the root mean square and never subtracts the mean",
        center=lambda x: 0.0,
    ),
    Variant(
        "variance about zero",
        "subtracts the mean, but divides by the root mean square of the input",
        variance=lambda x, center: sum_of_squares(x, 0.0) / len(x),
    ),
    Variant(
        "mean minus x",
        "subtracts the input from the mean: every sign is flipped",
        combine=lambda x, center, root: (center - x) / root,
    ),
    Variant(
        "multiplies by the root",
        "multiplies by the standard deviation instead of dividing",
        combine=lambda x, center, root: (x - center) * root,
    ),
    Variant(
        "mean absolute deviation",
        "divides by the mean absolute deviation",
        variance=lambda x, center: mean([abs(one - center) for one in x]) ** 2,
    ),
    Variant(
        "range",
        "divides by the range, from the smallest value to the largest",
        variance=lambda x, center: (max(x) - min(x)) ** 2,
    ),
    Variant(
        "median",
        "subtracts the median, not the mean",
        center=lambda x: (sorted(x)[len(x) // 2] + sorted(x)[-(len(x) // 2) - 1]) / 2,
    ),
    Variant(
        "over the batch",
        "takes the statistics over the samples, feature by feature, as BatchNorm does",
        over=over_columns,
    ),
    Variant(
        "over everything",
        "takes one mean and one variance over all samples and features",
        over=over_all,
    ),
    Variant(
        "gamma and beta swapped",
        "multiplies by beta and adds gamma",
        affine=lambda x, weight, bias, i, row: x * bias[i] + weight[i],
    ),
    Variant(
        "gamma ignored",
        "never multiplies by gamma",
        affine=lambda x, weight, bias, i, row: x + bias[i],
    ),
    Variant(
        "beta ignored",
        "never adds beta",
        affine=lambda x, weight, bias, i, row: x * weight[i],
    ),
    Variant(
        "gamma and beta ignored",
        "returns x-hat: gamma and beta are missing",
        affine=lambda x, weight, bias, i, row: x,
    ),
    Variant(
        "scalar gamma",
        "multiplies all features by the first gamma",
        affine=lambda x, weight, bias, i, row: x * weight[0] + bias[i],
    ),
    Variant(
        "scalar gamma and beta",
        "gives all features the first gamma and the first beta",
        affine=lambda x, weight, bias, i, row: x * weight[0] + bias[0],
    ),
    Variant(
        "gamma per sample",
        "gives each sample, not each feature, its gamma and beta",
        affine=lambda x, weight, bias, i, row: (
            x * _row_of(weight, row) + _row_of(bias, row)
        ),
    ),
    Variant(
        "beta before gamma",
        "adds beta first and multiplies the sum by gamma",
        affine=lambda x, weight, bias, i, row: (x + bias[i]) * weight[i],
    ),
    Variant(
        "one plus gamma",
        "multiplies by 1 + gamma, as Gemma's RMSNorm does",
        affine=lambda x, weight, bias, i, row: x * (1 + weight[i]) + bias[i],
    ),
    Variant(
        "gamma before the normalization",
        "multiplies the input by gamma before it normalizes",
        before=lambda row, weight: [x * w for x, w in zip(row, weight)],
        affine=lambda x, weight, bias, i, row: x + bias[i],
    ),
    Variant(
        "gamma divides",
        "divides by gamma",
        affine=lambda x, weight, bias, i, row: (
            (x / weight[i] if weight[i] else math.nan) + bias[i]
        ),
    ),
]


def mistakes(names):
    """Return the mistakes of these names, for other norms that can have them."""
    return [one for one in MISTAKES if one.name in names]


ONE_PASS = Variant(
    "one-pass variance",
    "computes the variance as the mean square minus the squared mean, whose digits "
    "cancel far from zero",
    variance=lambda x, center: max(0.0, sum_of_squares(x, 0.0) / len(x) - center**2),
)

CONVENTIONS = [
    Variant(
        "Keras's default epsilon",
        "has Keras's default epsilon, 1e-3; torch's is 1e-5",
        default_eps=1e-3,
    ),
    Variant(
        "BERT's epsilon",
        "has BERT's epsilon, 1e-12, as its default; torch's is 1e-5",
        default_eps=1e-12,
    ),
    Variant(
        "epsilon 1e-6",
        "has 1e-6 as its default epsilon, as Flax and Llama do; torch's is 1e-5",
        default_eps=1e-6,
    ),
]

PARAMETERS = ["input", "normalized_shape", "weight", "bias", "eps"]

layer_norm = Task(
    "LayerNorm",
    PARAMETERS,
    _run,
    read_output,
    STAGES,
    CASES,
    MISTAKES,
    CONVENTIONS,
    [cancels(_is_far, ONE_PASS)],
)

one_row = layer_norm.without(lambda arguments: isinstance(arguments[0][0], list))
