"""TrainEvalExplorer: one batch through BatchNorm, in training and in eval."""

import torch
import traitlets
from torch.nn.functional import batch_norm

from explorables.base import Explorable, Number

NEGLIGIBLE = 1e-9  # of the largest output
MOMENTUM = 0.1  # of a training step
SAMPLES = [-1.9, -1.0, -0.2, 0.7, 1.5, 2.2, 3.0, 3.7]


def _count_moved(now, then):
    """Count what moved by more than rounding can, relative to the largest output."""
    size = torch.maximum(now.abs().max(), then.abs().max())
    return ((now - then).abs() > NEGLIGIBLE * size).sum().item()


class TrainEvalExplorer(Explorable):
    """Drag one sample of a batch: in training all outputs move, in eval only its own.

    Traits
        x: 1 to 8 finite numbers, a batch with one feature.
        start: 1 to 8 finite numbers, the batch before `sample` was moved; by
            default x. With another length than x's it counts as x.
        sample: 0 to 7, the sample last moved; the last one in a smaller batch.
        running_mean: a finite number; 0 in a new layer.
        running_var: 0 or more; 1 in a new layer.

    Epsilon is 1e-5, momentum 0.1. Both batches are normalized by the same running
    statistics in eval, so that what moved is due to the samples alone.

    Source: torch.nn.functional.batch_norm; torch.nn.BatchNorm1d for what a training
    step does to the running statistics.
    """

    constants = traitlets.Dict(
        {"momentum": MOMENTUM, "negligible": NEGLIGIBLE, "samples": SAMPLES},
        read_only=True,
    ).tag(sync=True)
    x = traitlets.List(Number(), SAMPLES, minlen=1, maxlen=len(SAMPLES)).tag(sync=True)
    start = traitlets.List(Number(), minlen=1, maxlen=len(SAMPLES)).tag(sync=True)
    sample = traitlets.Int(0, min=0, max=7).tag(sync=True)
    running_mean = Number(0.0).tag(sync=True)
    running_var = Number(1.0, min=0.0).tag(sync=True)

    @traitlets.default("start")
    def _default_start(self):
        return list(self.x)

    def quantities(self):
        """How far the sample moved, what moved with it, and by which statistics.

        A batch of one has no numbers in training, where torch raises ValueError. A
        batch of two has its two outputs there instead of how many of them moved:
        only epsilon moves them. Where the sample has not moved, nothing is counted.
        """
        start = self.start if len(self.start) == len(self.x) else self.x
        now, then = (
            torch.tensor(batch, dtype=torch.float64)[:, None]
            for batch in (self.x, start)
        )
        n = len(now)
        i = min(self.sample, n - 1)
        mean, var = (
            torch.tensor([value], dtype=torch.float64)
            for value in (self.running_mean, self.running_var)
        )
        in_eval = [batch_norm(batch, mean, var) for batch in (now, then)]
        moved_by = (now - then)[i].item()
        shown = {
            "output_in_eval": in_eval[0][i].item(),
            "running_mean": self.running_mean,
            "running_var": self.running_var,
        }
        if moved_by:
            shown["moved_by"] = moved_by
            shown["moved_in_eval"] = _count_moved(*in_eval)
        if n > 1:
            in_training = [
                batch_norm(batch, None, None, training=True) for batch in (now, then)
            ]
            shown["mean"] = now.mean().item()
            shown["variance"] = now.var(correction=0).item()
            shown["variance_to_store"] = now.var(correction=1).item()
            shown["output_in_training"] = in_training[0][i].item()
            if n == 2:
                shown["other_in_training"] = in_training[0][1 - i].item()
            elif moved_by:
                shown["moved_in_training"] = _count_moved(*in_training)
        return shown
