"""GroupNorm in stages, and how it goes wrong."""

from judge.layer_norms import mistakes
from judge.nested import ROOTS, filled, normalized_by, read_output, shape_of
from judge.rows import biased, combine, root
from judge.task import Task, Variant
from judge.variances import mean


def _run(stages, arguments):
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


STAGES = {
    "center": mean,
    "variance": biased,
    "root": root,
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
CASES = [
    [[[[1.0, 2.0], [3.0, 4.0], [5.0, 7.0], [8.0, 6.0]]], 2],
    [[[[1.0, 2.0], [3.0, 4.0]]], 1, [2.0, 3.0], [10.0, 20.0]],
    [[[[0.01, 0.02], [0.04, 0.01]]], 1, None, None, 0.5],
    [[[[1.0], [2.0], [4.0], [8.0]]], 4],
    [[[[5.0, 5.0], [5.0, 5.0]]], 1, [2.0, 3.0], [1.0, -1.0]],
    [_TWO, 2],
    [_TWO, 3, _GAINS[0], _GAINS[1], 1e-2],
    [_TWO, 6, _GAINS[0], _GAINS[1]],
]
CASES[3][0].append([[3.0], [6.0], [1.0], [2.0]])


MISTAKES = mistakes(
    ROOTS
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
    _run,
    read_output,
    STAGES,
    CASES,
    MISTAKES,
)
