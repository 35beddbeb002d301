"""Normalization over any axes, in stages, and how it goes wrong."""

from judge.layer_norms import mistakes
from judge.nested import ROOTS, filled, normalized_by, read_output, shape_of
from judge.rows import biased, combine, root, unbiased
from judge.task import Task, Variant
from judge.variances import mean


def _run(stages, arguments):
    value, over = arguments[:2]
    center, eps = (arguments[2:] + [True, 1e-5][len(arguments) - 2 :])[:2]
    shape = shape_of(value)
    axes = [one % len(shape) for one in (over if isinstance(over, list) else [over])]
    axes = stages.axes(axes, len(shape))
    chosen = _Centered(stages) if stages.centers(center) else _Uncentered(stages)

    def key(index):
        return tuple([i for axis, i in enumerate(index) if axis not in axes])

    pairs = normalized_by(chosen, value, key, eps)
    return {"output": filled(iter([x for _, x in pairs]), shape)}


class _Centered:
    def __init__(self, stages):
        for name in ("center", "variance", "root", "combine"):
            setattr(self, name, getattr(stages, name))


class _Uncentered(_Centered):
    def __init__(self, stages):
        super().__init__(stages)
        self.center = lambda values: 0.0
        self.variance = stages.variance_without


STAGES = {
    "center": mean,
    "variance": biased,
    "variance_without": biased,  # where nothing is subtracted
    "root": root,
    "combine": combine,
    "axes": lambda axes, count: axes,
    "centers": lambda center: center,
}

_CUBE = [
    [[1.0, 2.0, 4.0, 3.0], [0.0, -1.0, 5.0, 8.0], [2.0, 2.5, -3.0, 1.0]],
    [[0.5, 3.0, 7.0, 1.0], [2.0, 6.0, -4.0, 6.0], [1.0, 0.0, 9.0, 5.0]],
]
_TABLE = [[1.0, 2.0, 4.0], [0.0, -1.0, 5.0]]
CASES = [
    [[[1.0, 2.0, 3.0, 4.0], [5.0, 9.0, 7.0, 5.0]], -1],
    [_TABLE, 0],
    [_TABLE, [1], False],
    [[[0.01, 0.02, 0.04], [0.03, 0.01, 0.05]], [0, 1], True, 0.5],
    [[[5.0, 5.0], [5.0, 5.0]], -1],
    [_CUBE, [0, 2]],
    [_CUBE, [1, 2], False, 1e-2],
    [_CUBE, [-2], True, 1e-3],
    [_CUBE, [0, 1, 2]],
    [_CUBE, [2]],
]

MISTAKES = mistakes(ROOTS - {"divides by N − 1", "root of the sum of squares"}) + [
    Variant(
        "divides by N − 1",
        "divides by N − 1",
        variance=unbiased,
        variance_without=unbiased,
    ),
    Variant(
        "always centers",
        "subtracts the mean with center=False, too",
        centers=lambda center: True,
    ),
    Variant(
        "never centers",
        "never subtracts the mean: it ignores center",
        centers=lambda center: False,
    ),
    Variant(
        "center reversed",
        "subtracts the mean with center=False and not with center=True",
        centers=lambda center: not center,
    ),
    Variant(
        "variance about the mean without centering",
        "divides by the standard deviation with center=False, too; where no mean is "
        "subtracted, it is the root mean square that divides",
        variance_without=lambda x, center: biased(x, mean(x)),
    ),
    Variant(
        "the other axes",
        "takes the statistics over the axes that are not in over",
        axes=lambda axes, count: [i for i in range(count) if i not in axes],
    ),
    Variant(
        "one axis only",
        "takes the statistics over the first axis of over alone",
        axes=lambda axes, count: axes[:1],
    ),
    Variant(
        "the last axis always",
        "takes the statistics over the last axis, whatever over says",
        axes=lambda axes, count: [count - 1],
    ),
    Variant(
        "over everything",
        "takes one mean and one variance over all numbers, whatever over says",
        axes=lambda axes, count: list(range(count)),
    ),
    Variant(
        "all but the first axis",
        "takes the statistics over all axes but the first, whatever over says",
        axes=lambda axes, count: list(range(1, count)),
    ),
    Variant(
        "all but the last axis",
        "takes the statistics over all axes but the last, whatever over says",
        axes=lambda axes, count: list(range(count - 1)),
    ),
]


normalize = Task(
    "normalize",
    ["input", "over", "center", "eps"],
    _run,
    read_output,
    STAGES,
    CASES,
    MISTAKES,
)
