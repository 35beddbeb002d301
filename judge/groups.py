"""GroupNorm, and normalization over any axes: which numbers share their statistics."""

import math

from judge.engine import Task, Variant, plain
from judge.layer_norms import FORWARD, biased, combine
from judge.layer_norms import MISTAKES as LAYER_NORMS_MISTAKES
from judge.variances import mean


def shape_of(value):
    """Return the shape of nested lists."""
    return (len(value),) + shape_of(value[0]) if isinstance(value, list) else ()


def entries(value, index=()):
    """Yield (index, number) of nested lists, in order."""
    if not isinstance(value, list):
        yield index, value
        return
    for i, one in enumerate(value):
        yield from entries(one, index + (i,))


def filled(numbers, shape):
    """Return the next numbers as nested lists of this shape."""
    if not shape:
        return next(numbers)
    return [filled(numbers, shape[1:]) for _ in range(shape[0])]


def normalized_by(stages, value, key, eps):
    """Return nested lists normalized in groups: key(index) is a number's group."""
    groups = {}
    for index, x in entries(value):
        groups.setdefault(key(index), []).append(x)
    found = {}
    for name, values in groups.items():
        center = stages.center(values)
        found[name] = center, stages.root(stages.variance(values, center), eps)
    return [
        (index, stages.combine(x, *found[key(index)])) for index, x in entries(value)
    ]


def _read(arguments, returned):
    value = plain(returned)
    if shape_of(value) != shape_of(plain(arguments[0])):
        raise TypeError("another shape")
    return {"output": value}


def _mistakes(names):
    return [one for one in LAYER_NORMS_MISTAKES if one.name in names]


_ROOTS = {
    "divides by N − 1",
    "no epsilon",
    "epsilon outside the root",
    "epsilon squared",
    "epsilon as a floor",
    "no root",
    "root of the sum of squares",
    "mean not subtracted",
    "variance about zero",
    "mean minus x",
    "multiplies by the root",
}

# ---- GroupNorm ----


def _group_run(stages, arguments):
    value, num_groups = arguments[:2]
    weight, bias, eps = (arguments[2:] + [None, None, 1e-5][len(arguments) - 2 :])[:3]
    shape = shape_of(value)
    if shape[1] % num_groups:
        raise ValueError("the channels do not make as many groups")
    weight = weight or [1.0] * shape[1]
    bias = bias or [0.0] * shape[1]
    pairs = normalized_by(
        stages, value, lambda index: stages.key(index, shape, num_groups), eps
    )
    numbers = [
        stages.affine(x, weight, bias, stages.pair(index, shape, num_groups), 0)
        for index, x in pairs
    ]
    return {"output": filled(iter(numbers), shape)}


def _group_of(channel, channels, num_groups):
    return channel * num_groups // channels


GROUP_STAGES = {
    "center": mean,
    "variance": biased,
    "root": FORWARD["root"],
    "combine": combine,
    # the group of a number, by its index (sample, channel, position)
    "key": lambda index, shape, num_groups: (
        index[0],
        _group_of(index[1], shape[1], num_groups),
    ),
    "pair": lambda index, shape, num_groups: index[1],  # the number of its gamma
    "affine": lambda x, weight, bias, i, row: x * weight[i] + bias[i],
}

_TWO = [
    [[1.0, 2.0], [4.0, 3.0], [0.0, -1.0], [5.0, 8.0], [2.0, 2.5], [-3.0, 1.0]],
    [[0.5, 3.0], [7.0, 1.0], [2.0, 2.0], [-4.0, 6.0], [1.0, 0.0], [9.0, 5.0]],
]
_GAINS = [2.0, 3.0, 5.0, 0.5, -1.0, 1.5], [0.1, 0.2, 0.3, -0.4, 0.0, 1.0]
GROUP_CASES = [
    [[[[1.0, 2.0], [3.0, 4.0], [5.0, 7.0], [8.0, 6.0]]], 2],
    [[[[1.0, 2.0], [3.0, 4.0]]], 1, [2.0, 3.0], [10.0, 20.0]],
    [[[[0.01, 0.02], [0.04, 0.01]]], 1, None, None, 0.5],
    [[[[1.0], [2.0], [4.0], [8.0]]], 4],
    [[[[5.0, 5.0], [5.0, 5.0]]], 1, [2.0, 3.0], [1.0, -1.0]],
    [_TWO, 2],
    [_TWO, 3, _GAINS[0], _GAINS[1], 1e-2],
    [_TWO, 6, _GAINS[0], _GAINS[1]],
]
GROUP_CASES[3][0].append([[3.0], [6.0], [1.0], [2.0]])


def _key(function):
    return {"key": function}


GROUP_MISTAKES = _mistakes(
    _ROOTS
    | {
        "gamma and beta swapped",
        "gamma ignored",
        "beta ignored",
        "gamma and beta ignored",
        "scalar gamma",
        "scalar gamma and beta",
        "beta before gamma",
        "one plus gamma",
    }
) + [
    Variant(
        "one group",
        "takes one mean and one variance for a whole sample: it ignores num_groups, "
        "and is GroupNorm with one group",
        key=lambda index, shape, num_groups: index[0],
    ),
    Variant(
        "InstanceNorm",
        "is InstanceNorm: each channel has its own statistics, and num_groups is "
        "ignored",
        key=lambda index, shape, num_groups: index[:2],
    ),
    Variant(
        "size for count",
        "takes num_groups as the number of channels in a group",
        key=lambda index, shape, num_groups: (index[0], index[1] // num_groups),
    ),
    Variant(
        "channels interleaved",
        "puts every num_groups-th channel into one group; a group's channels are next "
        "to each other",
        key=lambda index, shape, num_groups: (index[0], index[1] % num_groups),
    ),
    Variant(
        "position by position",
        "takes a group's statistics at each position by itself",
        key=lambda index, shape, num_groups: (
            index[0],
            _group_of(index[1], shape[1], num_groups),
            index[2],
        ),
    ),
    Variant(
        "over the channels",
        "takes the statistics over all channels at each position, as LayerNorm over "
        "the channels does",
        key=lambda index, shape, num_groups: (index[0], index[2]),
    ),
    Variant(
        "groups over the batch",
        "takes a group's statistics over all samples together",
        key=lambda index, shape, num_groups: _group_of(index[1], shape[1], num_groups),
    ),
    Variant(
        "BatchNorm",
        "is BatchNorm in training: each channel has its statistics over all samples",
        key=lambda index, shape, num_groups: index[1],
    ),
    Variant(
        "groups of positions",
        "divides the positions, not the channels, into groups",
        key=lambda index, shape, num_groups: (
            index[0],
            _group_of(index[2], shape[2], num_groups),
        ),
    ),
    Variant(
        "a gamma for each group",
        "gives each group, not each channel, its gamma and beta",
        pair=lambda index, shape, num_groups: _group_of(index[1], shape[1], num_groups),
    ),
    Variant(
        "a gamma for each position",
        "gives each position, not each channel, its gamma and beta",
        pair=lambda index, shape, num_groups: index[2],
    ),
    Variant(
        "a gamma for each sample",
        "gives each sample, not each channel, its gamma and beta",
        pair=lambda index, shape, num_groups: index[0],
    ),
]

group_norm = Task(
    "GroupNorm",
    ["input", "num_groups", "weight", "bias", "eps"],
    _group_run,
    _read,
    GROUP_STAGES,
    GROUP_CASES,
    GROUP_MISTAKES,
)

# ---- over any axes ----


def _over_run(stages, arguments):
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


OVER_STAGES = {
    "center": mean,
    "variance": biased,
    "variance_without": biased,  # where nothing is subtracted
    "root": FORWARD["root"],
    "combine": combine,
    "axes": lambda axes, count: axes,
    "centers": lambda center: center,
}

_CUBE = [
    [[1.0, 2.0, 4.0, 3.0], [0.0, -1.0, 5.0, 8.0], [2.0, 2.5, -3.0, 1.0]],
    [[0.5, 3.0, 7.0, 1.0], [2.0, 6.0, -4.0, 6.0], [1.0, 0.0, 9.0, 5.0]],
]
_TABLE = [[1.0, 2.0, 4.0], [0.0, -1.0, 5.0]]
OVER_CASES = [
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

OVER_MISTAKES = _mistakes(
    _ROOTS - {"divides by N − 1", "root of the sum of squares"}
) + [
    Variant(
        "divides by N − 1",
        "divides by N − 1",
        variance=lambda x, center: _n_minus_1(x, center),
        variance_without=lambda x, center: _n_minus_1(x, center),
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


def _n_minus_1(values, center):
    squares = sum([(x - center) ** 2 for x in values])
    return squares / (len(values) - 1) if len(values) > 1 else math.nan


normalize = Task(
    "normalize",
    ["input", "over", "center", "eps"],
    _over_run,
    _read,
    OVER_STAGES,
    OVER_CASES,
    OVER_MISTAKES,
)
