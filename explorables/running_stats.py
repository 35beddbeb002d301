"""RunningStatsExplorer: what BatchNorm remembers of a stream of batches."""

import functools
import itertools

import torch
import traitlets

from explorables.base import Explorable, Number
from explorables.sampling import normal

LAST = 120  # batches in the stream
LARGEST = 64  # numbers in a batch
BEFORE = {"mean": 2.0, "variance": 4.0}  # of the population until the shift
START = {"mean": 0.0, "variance": 1.0}  # of a new layer's buffers


@functools.lru_cache(maxsize=4)
def _stream(seed):
    """Return LAST rows of LARGEST standard normal numbers, float64."""
    numbers = list(itertools.islice(normal(seed), LAST * LARGEST))
    return torch.tensor(numbers, dtype=torch.float64).reshape(LAST, LARGEST)


class RunningStatsExplorer(Explorable):
    """Play a stream of batches; shift it midway; see the running statistics follow.

    Traits
        batch_size: 2 to 64, numbers in a batch.
        momentum: 0 to 1, the weight of the new batch, as in torch.
        t: 0 to 120, batches taken.
        shift_at: 1 to 119, the last batch from the first population, whose mean is 2
            and whose variance is 4.
        mean_after: -1 to 7, the population's mean from then on.
        var_after: 0 to 12, its variance.
        seed: 0 to 2**31 - 1, which stream of normal numbers it is.

    Source: torch.nn.BatchNorm1d, which stores the variance with 1/(N - 1); Keras,
    Flax and ONNX store the one with 1/N.
    """

    constants = traitlets.Dict({"before": BEFORE, "start": START}, read_only=True).tag(
        sync=True
    )
    batch_size = traitlets.Int(8, min=2, max=LARGEST).tag(sync=True)
    momentum = Number(0.1, min=0.0, max=1.0).tag(sync=True)
    t = traitlets.Int(70, min=0, max=LAST).tag(sync=True)
    shift_at = traitlets.Int(60, min=1, max=LAST - 1).tag(sync=True)
    mean_after = Number(5.0, min=-1.0, max=7.0).tag(sync=True)
    var_after = Number(9.0, min=0.0, max=12.0).tag(sync=True)
    seed = traitlets.Int(0, min=0, max=2**31 - 1).tag(sync=True)

    def quantities(self):
        """Return the last batch's population, and what is kept of all batches.

        `settles_at` is the expectation of the variance with 1/N.
        """
        n, momentum = self.batch_size, self.momentum
        norm = torch.nn.BatchNorm1d(1, momentum=momentum, dtype=torch.float64)
        running_var_biased = torch.tensor([START["variance"]], dtype=torch.float64)
        population = tuple(BEFORE.values())
        for k, noise in enumerate(_stream(self.seed)[: self.t, :n]):
            if k >= self.shift_at:
                population = (self.mean_after, self.var_after)
            mean, var = population
            batch = mean + var**0.5 * noise
            # As one row: torch shares rows out to threads, which takes far longer.
            norm(batch[None, None])
            running_var_biased.lerp_(batch.var(correction=0), momentum)
        mean, var = population
        degrees = torch.tensor(n - 1, dtype=torch.float64)
        return {
            "mean": mean,
            "variance": var,
            "running_mean": norm.running_mean.item(),
            "running_var": norm.running_var.item(),
            "running_var_biased": running_var_biased.item(),
            "settles_at": (var / n * torch.distributions.Chi2(degrees).mean).item(),
            # Below 2e-308 torch's log1p(-momentum) is 0, and not -0.
            "half_life": (
                torch.tensor(2.0, dtype=torch.float64).log()
                / torch.tensor(-momentum, dtype=torch.float64).log1p().abs()
            ).item(),
        }
