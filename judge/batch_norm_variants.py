"""How BatchNorm goes wrong, and what other libraries do."""

import math

from judge.layer_norms import mistakes
from judge.rows import biased, over_all, over_rows, unbiased
from judge.task import Variant


def _cumulative(old, new, rate):
    return old + rate * new


def _as_is(old, new, rate):
    return new


CONVENTIONS = [
    Variant(
        "stores the 1/N variance",
        "stores the 1/N variance for eval, as Keras, Flax and ONNX do; PyTorch stores "
        "the 1/(N − 1) variance",
        stored=biased,
    ),
    Variant(
        "Keras",
        "is Keras's (and Flax's and ONNX's): it stores the 1/N variance, and its "
        "momentum is the weight of the old statistics",
        stored=biased,
        rate=lambda momentum: 1 - momentum,
        refuses_one=False,
    ),
    Variant(
        "Keras, refusing one value",
        "is Keras's (and Flax's and ONNX's): it stores the 1/N variance, and its "
        "momentum is the weight of the old statistics. It refuses a batch of one, "
        "as PyTorch does",
        stored=biased,
        rate=lambda momentum: 1 - momentum,
    ),
    Variant(
        "1/N variance, one value accepted",
        "stores the 1/N variance and accepts a batch of one, as Keras, Flax and ONNX "
        "do, with PyTorch's momentum",
        stored=biased,
        refuses_one=False,
    ),
]

MISTAKES = [
    Variant(
        "divides by N − 1",
        "normalizes the batch with the 1/(N − 1) variance, which belongs only in "
        "running_var",
        variance=unbiased,
        refuses_one=True,
    ),
    Variant(
        "momentum reversed",
        "uses momentum as the weight of the old statistics; in PyTorch it is the "
        "weight of the new ones",
        rate=lambda momentum: 1 - momentum,
    ),
    Variant(
        "no memory",
        "never updates the running statistics",
        remembers=lambda training: False,
    ),
    Variant(
        "updates in eval",
        "updates the running statistics in eval, too",
        remembers=lambda training: True,
    ),
    Variant(
        "updates only in eval",
        "updates the running statistics in eval and not in training",
        remembers=lambda training: not training,
    ),
    Variant(
        "batch statistics in eval",
        "normalizes with the batch's statistics in eval, too",
        normalizes_with=lambda training: "batch",
    ),
    Variant(
        "running statistics in training",
        "normalizes with the running statistics in training, where the batch's own "
        "belong",
        normalizes_with=lambda training: "running",
    ),
    Variant(
        "updated statistics in training",
        "updates the running statistics and normalizes the training batch with them",
        normalizes_with=lambda training: "updated" if training else "running",
    ),
    Variant(
        "always training",
        "behaves in eval as in training: it ignores the mode",
        mode=lambda training: True,
    ),
    Variant(
        "always eval",
        "behaves in training as in eval: it ignores the mode",
        mode=lambda training: False,
    ),
    Variant(
        "modes reversed",
        "normalizes with the batch in eval and with the memory in training",
        normalizes_with=lambda training: "running" if training else "batch",
    ),
    Variant(
        "momentum ignored",
        "replaces the running statistics with the batch's: momentum is missing",
        update=_as_is,
        update_var=_as_is,
    ),
    Variant(
        "memory without decay",
        "adds the batch's statistics to the running ones without shrinking these first",
        update=_cumulative,
        update_var=_cumulative,
    ),
    Variant(
        "standard deviation stored",
        "stores the standard deviation in running_var",
        stored=lambda x, center: (
            math.sqrt(unbiased(x, center)) if len(x) > 1 else math.nan
        ),
    ),
    Variant(
        "running_var forgotten",
        "updates running_mean and forgets running_var",
        update_var=lambda old, new, rate: old,
    ),
    Variant(
        "running_mean forgotten",
        "updates running_var and forgets running_mean",
        update=lambda old, new, rate: old,
    ),
    Variant(
        "over the features",
        "takes the statistics over the features of each sample, as LayerNorm does",
        over=over_rows,
        refuses_one=False,
    ),
    Variant(
        "over everything",
        "takes one mean and one variance over all samples and channels",
        over=over_all,
        refuses_one=False,
    ),
    Variant(
        "one value accepted",
        "accepts a batch of one in training, whose variance is 0 by 1/N and undefined "
        "by 1/(N − 1)",
        refuses_one=False,
        stored=lambda x, center: unbiased(x, center) if len(x) > 1 else 0.0,
    ),
    Variant(
        "one value stored as nan",
        "accepts a batch of one in training, and its running_var is nan from then on",
        refuses_one=False,
    ),
]
MISTAKES += mistakes(
    {
        "gamma and beta swapped",
        "gamma ignored",
        "beta ignored",
        "gamma and beta ignored",
        "scalar gamma",
        "gamma per sample",
        "one plus gamma",
        "no epsilon",
        "epsilon outside the root",
        "no root",
        "mean not subtracted",
    }
)
