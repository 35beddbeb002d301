"""Rows of numbers, and the stages that norms of rows share."""

import math

from judge.numbers import plain
from judge.variances import sum_of_squares


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


def root(variance, eps):
    """Return what divides: the standard deviation, with epsilon under the root."""
    return math.sqrt(variance + eps)


def output_of(stages, value, weight, eps, scale):
    """Return what a norm gives for rows, or for one: scale(x-hat, feature, row)."""
    rows, single = rows_of(value)
    before = [stages.before(row, weight) for row in rows]
    try:
        hats = stages.over(lambda values: normalized(stages, values, eps), before)
    except ZeroDivisionError:
        return {"output": "a division by zero"}
    output = [
        [scale(x, i, row) for i, x in enumerate(hat)] for row, hat in enumerate(hats)
    ]
    return {"output": output[0] if single else output}


def read_output(arguments, returned):
    """Return the rows, or the one row, that a submission returned."""
    value = plain(returned)
    if not isinstance(value, list):
        raise TypeError("one number")
    return {"output": value}
