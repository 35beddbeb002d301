"""LayerNorm forward and backward, in stages, and how they go wrong."""

import math

from judge.engine import Task, Variant, plain
from judge.variances import FAR, cancels, mean, sum_of_squares

DEFAULT_EPS = 1e-5


def _unit(d):
    return [1.0] * d


def rows_of(value):
    """Return a list of rows, and whether it was one row by itself."""
    single = not (value and isinstance(value[0], list))
    return ([value] if single else value), single


def columns(rows):
    """Return rows as columns."""
    return [list(column) for column in zip(*rows)]


def biased(values, center):
    """Return LayerNorm's variance: over N."""
    return sum_of_squares(values, center) / len(values)


def unbiased(values, center):
    """Return torch.var's variance: over N - 1; nan for one value."""
    if len(values) == 1:
        return math.nan
    return sum_of_squares(values, center) / (len(values) - 1)


def normalized(stages, values, eps):
    """Return a group's normalized values, by the stages center to combine."""
    center = stages.center(values)
    root = stages.root(stages.variance(values, center), eps)
    return [stages.combine(x, center, root) for x in values]


def over_rows(function, rows):
    """Apply a function to each row: each sample by itself."""
    return [function(row) for row in rows]


def over_columns(function, rows):
    """Apply a function to each column: each feature over the samples."""
    return columns([function(column) for column in columns(rows)])


def over_all(function, rows):
    """Apply a function to all numbers together."""
    width = len(rows[0])
    flat = function([x for row in rows for x in row])
    return [flat[i * width : (i + 1) * width] for i in range(len(rows))]


def combine(x, center, root):
    """Return x-hat."""
    return (x - center) / root if root else math.copysign(math.inf, x - center)


# ---- forward ----


def _run(stages, arguments):
    rows, single = rows_of(arguments[0])
    d = len(rows[0])
    weight = arguments[2] if len(arguments) > 2 else None
    bias = arguments[3] if len(arguments) > 3 else None
    eps = arguments[4] if len(arguments) > 4 else stages.default_eps
    weight = weight or _unit(d)
    bias = bias or [0.0] * d
    before = [stages.before(row, weight) for row in rows]
    try:
        hats = stages.over(lambda values: normalized(stages, values, eps), before)
    except ZeroDivisionError:
        return {"output": "a division by zero"}
    output = [
        [stages.affine(x, weight, bias, i, row) for i, x in enumerate(hat)]
        for row, hat in enumerate(hats)
    ]
    return {"output": output[0] if single else output}


def _read(arguments, returned):
    value = plain(returned)
    if not isinstance(value, list):
        raise TypeError("one number")
    return {"output": value}


FORWARD = {
    "default_eps": DEFAULT_EPS,
    "before": lambda row, weight: row,
    "over": over_rows,
    "center": mean,
    "variance": biased,
    "root": lambda variance, eps: math.sqrt(variance + eps),
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


def _affine(function):
    return {"affine": function}


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
    _read,
    FORWARD,
    CASES,
    MISTAKES,
    CONVENTIONS,
    [cancels(_is_far, ONE_PASS)],
)

one_row = layer_norm.without(lambda arguments: isinstance(arguments[0][0], list))


# ---- backward ----


GRADIENTS = ("grad_input", "grad_weight", "grad_bias")


def gradients(stages, arguments):
    """Return a norm's three gradients; `over` says which numbers share statistics.

    mean and rstd hold one number a row (over_rows) or one a column (over_columns).
    """
    grad_output, rows, means, rstds, weight = arguments[:5]
    across = stages.over

    def at(statistic, n, i):
        return statistic[n if across is over_rows else i]

    def table(function):
        return [[function(n, i) for i in range(len(rows[0]))] for n in range(len(rows))]

    hat = table(lambda n, i: stages.hat(rows[n][i], at(means, n, i), at(rstds, n, i)))
    h = table(lambda n, i: stages.h(grad_output[n][i], weight[i]))
    along_ones = across(
        lambda values: [stages.along_ones(values)] * len(values),
        [
            [stages.projected(h[n][i], grad_output[n][i]) for i in range(len(weight))]
            for n in range(len(rows))
        ],
    )
    products = table(lambda n, i: h[n][i] * hat[n][i])
    along_hat = across(
        lambda values: [stages.along_hat(values)] * len(values), products
    )
    grad_input = table(
        lambda n, i: (
            stages.scale(at(rstds, n, i), weight[i])
            * (h[n][i] - along_ones[n][i] - stages.sign * hat[n][i] * along_hat[n][i])
        )
    )
    for_gamma = table(
        lambda n, i: stages.gamma_term(
            grad_output[n][i], hat[n][i], rows[n][i], weight[i]
        )
    )
    for_beta = table(lambda n, i: stages.beta_term(grad_output[n][i], weight[i]))
    first, second = stages.sum_gamma(for_gamma), stages.sum_beta(for_beta)
    if stages.swap:
        first, second = second, first
    return {"grad_input": grad_input, "grad_weight": first, "grad_bias": second}


def sum_positions(table):
    """Return the sum over all positions: one number a feature."""
    return [sum(column) for column in columns(table)]


def mean_positions(table):
    """Return the mean over all positions."""
    return [mean(column) for column in columns(table)]


def sum_features(table):
    """Return the sum over the features: one number a position."""
    return [sum(row) for row in table]


def _over_one_less(values):
    return sum(values) / (len(values) - 1) if len(values) > 1 else math.nan


BACKWARD = {
    "over": over_rows,
    "hat": lambda x, center, rstd: (x - center) * rstd,
    "h": lambda g, weight: g * weight,
    "projected": lambda h, g: h,
    "along_ones": mean,
    "along_hat": mean,
    "sign": 1.0,
    "scale": lambda rstd, weight: rstd,
    "gamma_term": lambda g, hat, x, weight: g * hat,
    "beta_term": lambda g, weight: g,
    "sum_gamma": sum_positions,
    "sum_beta": sum_positions,
    "swap": False,
}

BACKWARD_MISTAKES = [
    Variant(
        "statistics as constants",
        "treats the mean and the variance as constants: both projections are missing",
        along_ones=lambda values: 0.0,
        along_hat=lambda values: 0.0,
    ),
    Variant(
        "no projection on the ones",
        "does not subtract the mean of the gradient: what the mean passes back",
        along_ones=lambda values: 0.0,
    ),
    Variant(
        "no projection on x-hat",
        "does not subtract the part along x-hat: what the variance passes back",
        along_hat=lambda values: 0.0,
    ),
    Variant(
        "x-hat's part added",
        "adds the part along x-hat, which has to be subtracted",
        sign=-1.0,
    ),
    Variant(
        "gamma missing in grad_input",
        "leaves gamma out of grad_input",
        h=lambda g, weight: g,
    ),
    Variant(
        "gamma after the means",
        "multiplies by gamma after the means are taken; they are means of gamma * g",
        h=lambda g, weight: g,
        scale=lambda rstd, weight: rstd * weight,
    ),
    Variant(
        "mean of g",
        "subtracts the mean of grad_output; the mean is that of gamma * grad_output",
        projected=lambda h, g: g,
    ),
    Variant(
        "rstd missing",
        "does not multiply grad_input by rstd",
        scale=lambda rstd, weight: 1.0,
    ),
    Variant(
        "divides by rstd",
        "divides grad_input by rstd; rstd is one over the root already",
        scale=lambda rstd, weight: 1 / rstd,
    ),
    Variant(
        "rstd squared",
        "multiplies grad_input by rstd twice",
        scale=lambda rstd, weight: rstd * rstd,
    ),
    Variant(
        "sums for means",
        "subtracts sums where the formula has means",
        along_ones=sum,
        along_hat=sum,
    ),
    Variant(
        "projections over N − 1",
        "divides the two projections by N − 1",
        along_ones=_over_one_less,
        along_hat=_over_one_less,
    ),
    Variant(
        "x-hat not centered",
        "forgets to subtract the mean in x-hat",
        hat=lambda x, center, rstd: x * rstd,
    ),
    Variant(
        "no sum in grad_weight",
        "returns grad_weight for each position: gamma is shared, so it gets their sum",
        sum_gamma=lambda table: table,
    ),
    Variant(
        "no sum in grad_bias",
        "returns grad_bias for each position: beta is shared, so it gets their sum",
        sum_beta=lambda table: table,
    ),
    Variant(
        "mean in grad_weight",
        "averages grad_weight over the positions; they add up",
        sum_gamma=mean_positions,
    ),
    Variant(
        "mean in grad_bias",
        "averages grad_bias over the positions; they add up",
        sum_beta=mean_positions,
    ),
    Variant(
        "grad_weight over the features",
        "sums grad_weight over the features, not over the positions",
        sum_gamma=sum_features,
    ),
    Variant(
        "grad_bias over the features",
        "sums grad_bias over the features, not over the positions",
        sum_beta=sum_features,
    ),
    Variant(
        "grad_weight from the input",
        "multiplies by the input in grad_weight; gamma multiplied x-hat",
        gamma_term=lambda g, hat, x, weight: g * x,
    ),
    Variant(
        "gamma in grad_weight",
        "multiplies grad_weight by gamma once more",
        gamma_term=lambda g, hat, x, weight: g * hat * weight,
    ),
    Variant(
        "gamma in grad_bias",
        "multiplies grad_bias by gamma, but beta is added after gamma",
        beta_term=lambda g, weight: g * weight,
    ),
    Variant(
        "x-hat missing in grad_weight",
        "returns the sum of grad_output as grad_weight: x-hat is missing",
        gamma_term=lambda g, hat, x, weight: g,
    ),
    Variant(
        "gradients swapped",
        "swaps grad_weight and grad_bias",
        swap=True,
    ),
]


def read_gradients(arguments, returned):
    """Return the three gradients that a submission returned."""
    first, second, third = returned
    return {
        "grad_input": plain(first),
        "grad_weight": plain(second),
        "grad_bias": plain(third),
    }


def statistics(rows, eps=DEFAULT_EPS):
    """Return the means and the rstds of rows, as layer_norm_forward keeps them."""
    means = [mean(row) for row in rows]
    rstds = [
        1 / math.sqrt(biased(row, center) + eps) for row, center in zip(rows, means)
    ]
    return means, rstds


def _backward_case(grad_output, rows, weight):
    means, rstds = statistics(rows)
    return [grad_output, rows, means, rstds, weight]


BACKWARD_CASES = [
    _backward_case([[1.0, 0.0, 0.0]], [[1.0, 2.0, 4.0]], [1.0, 1.0, 1.0]),
    _backward_case([[1.0, 0.0, 2.0]], [[1.0, 2.0, 4.0]], [2.0, 3.0, 5.0]),
    _backward_case(
        [[1.0, 0.0, 2.0], [-1.0, 0.5, 0.25]],
        [[1.0, 2.0, 4.0], [0.5, -1.0, 3.0]],
        [2.0, 3.0, 5.0],
    ),
    _backward_case(
        [[0.3, -1.2, 0.7, 2.0], [1.5, 0.2, -0.4, 0.9], [-0.6, 0.8, 1.1, -1.3]],
        [[10.0, 20.0, 5.0, 12.0], [0.1, 0.2, 0.4, -0.3], [7.0, 7.5, 9.0, 4.0]],
        [0.5, -1.5, 2.5, 1.0],
    ),
]

layer_norm_backward = Task(
    "LayerNorm's gradient",
    ["grad_output", "input", "mean", "rstd", "weight"],
    gradients,
    read_gradients,
    BACKWARD,
    BACKWARD_CASES,
    BACKWARD_MISTAKES,
    parts=GRADIENTS,
)
