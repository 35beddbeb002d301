"""LayerNorm's gradient in stages, and how it goes wrong."""

import math

from judge.layer_norms import DEFAULT_EPS
from judge.numbers import plain
from judge.rows import biased, columns, over_rows
from judge.task import Task, Variant
from judge.variances import mean

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


STAGES = {
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

MISTAKES = [
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


def _case(grad_output, rows, weight):
    means, rstds = statistics(rows)
    return [grad_output, rows, means, rstds, weight]


# (grad_output, rows, weight)
EXAMPLES = [
    ([[1.0, 0.0, 0.0]], [[1.0, 2.0, 4.0]], [1.0, 1.0, 1.0]),
    ([[1.0, 0.0, 2.0]], [[1.0, 2.0, 4.0]], [2.0, 3.0, 5.0]),
    (
        [[1.0, 0.0, 2.0], [-1.0, 0.5, 0.25]],
        [[1.0, 2.0, 4.0], [0.5, -1.0, 3.0]],
        [2.0, 3.0, 5.0],
    ),
    (
        [[0.3, -1.2, 0.7, 2.0], [1.5, 0.2, -0.4, 0.9], [-0.6, 0.8, 1.1, -1.3]],
        [[10.0, 20.0, 5.0, 12.0], [0.1, 0.2, 0.4, -0.3], [7.0, 7.5, 9.0, 4.0]],
        [0.5, -1.5, 2.5, 1.0],
    ),
]
CASES = [_case(*one) for one in EXAMPLES]

layer_norm_backward = Task(
    "LayerNorm's gradient",
    ["grad_output", "input", "mean", "rstd", "weight"],
    gradients,
    read_gradients,
    STAGES,
    CASES,
    MISTAKES,
    parts=GRADIENTS,
)
