"""The variance of a list of numbers, its two divisors, and how it goes wrong."""

import math

from judge.numbers import plain
from judge.task import Task, Variant

FAR = 1e8  # added to values: their squares have no digits left for a variance of 1

CASES = [
    [[1.0, 2.0, 3.0, 4.0]],
    [[2.0, 5.0]],
    [[-3.0, 0.5, 4.0, 1.0, 7.5]],
    [[0.001, 0.004, 0.002]],
    [[6.0, 6.0, 6.0]],
    [[FAR + 1, FAR + 2, FAR + 3, FAR + 4]],
]


def mean(values):
    """Return the mean of a list of numbers, exact to a rounding."""
    return math.fsum(values) / len(values) if hasattr(math, "fsum") else _mean(values)


def _mean(values):
    # far from zero, a second pass corrects the rounding of the first
    first = sum(values) / len(values)
    return first + sum([x - first for x in values]) / len(values)


def sum_of_squares(values, center):
    """Return the sum of squared deviations from a center."""
    return sum([(x - center) ** 2 for x in values])


def _median(values):
    ordered = sorted(values)
    middle = len(ordered) // 2
    return (ordered[middle] + ordered[-middle - 1]) / 2


def _run(stages, arguments):
    values = arguments[0]
    center = stages.center(values)
    return {
        "output": stages.finish(stages.total(values, center) / stages.divisor(values))
    }


def _read(arguments, returned):
    value = plain(returned)
    if isinstance(value, list):
        raise TypeError("a list")
    return {"output": value}


MISTAKES = [
    Variant(
        "divides by N + 1",
        "divides by N + 1",
        divisor=lambda x: len(x) + 1,
    ),
    Variant(
        "does not divide",
        "returns the sum of squared deviations and never divides it",
        divisor=lambda x: 1,
    ),
    Variant(
        "does not center",
        "squares the values themselves, not their deviations from the mean",
        center=lambda x: 0.0,
    ),
    Variant(
        "median",
        "takes the deviations from the median, not from the mean",
        center=_median,
    ),
    Variant(
        "first value as center",
        "takes the deviations from the first value, not from the mean",
        center=lambda x: x[0],
    ),
    Variant(
        "standard deviation",
        "returns the standard deviation; the variance is its square",
        finish=lambda variance: math.sqrt(variance),
    ),
    Variant(
        "absolute deviations",
        "averages the absolute deviations; the variance averages their squares",
        total=lambda x, center: sum([abs(one - center) for one in x]),
    ),
    Variant(
        "deviations not squared",
        "adds the deviations without squaring them: their sum is 0",
        total=lambda x, center: sum([one - center for one in x]),
    ),
    Variant(
        "adds epsilon",
        "adds 1e-5, which belongs to the normalization, not to the variance",
        finish=lambda variance: variance + 1e-5,
    ),
    Variant(
        "range",
        "squares the distance from the smallest to the largest value",
        total=lambda x, center: (max(x) - min(x)) ** 2,
    ),
]

ONE_PASS = Variant(
    "one pass",
    "subtracts two large numbers, the mean square and the squared mean, and loses "
    "the digits of their difference; sum the squared deviations instead",
    total=lambda x, center: sum([one * one for one in x]) - len(x) * center**2,
)


def cancels(is_far, variant):
    """Return a behaviour: right except for the cases that `is_far` picks.

    Which digits are left there depends on the order of the operations, so that no
    formula can be compared with it.
    """

    def is_it(got, right, cases, fits):
        pairs = list(zip(cases, got, right))
        near = [fits(g, r) for case, g, r in pairs if not is_far(case)]
        far = [fits(g, r) for case, g, r in pairs if is_far(case)]
        return all(near) and far and not any(far)

    return is_it, variant


def _is_far(arguments):
    return max([abs(x) for x in arguments[0]]) >= FAR


BY_N = Variant(
    "divides by N",
    "divides by N, as LayerNorm and NumPy do; torch.var divides by N − 1",
    divisor=lambda x: len(x),
)
BY_N_MINUS_1 = Variant(
    "divides by N − 1",
    "divides by N − 1, as torch.var does; LayerNorm divides by N",
    divisor=lambda x: len(x) - 1,
)


def task(correction):
    """Return the task of a variance that divides by N - correction, 0 or 1."""
    right, other = (BY_N, BY_N_MINUS_1) if correction == 0 else (BY_N_MINUS_1, BY_N)
    return Task(
        "the variance" if correction else "LayerNorm's variance",
        ["input"],
        _run,
        _read,
        {
            "center": mean,
            "total": sum_of_squares,
            "divisor": right.stages["divisor"],
            "finish": lambda variance: variance,
        },
        CASES,
        MISTAKES,
        [other],
        [cancels(_is_far, ONE_PASS)],
    )
