"""ScaleFreeWeight: a weight before a norm, of which only the direction counts."""

import functools
import itertools
import math

import torch
import traitlets
from torch.nn import functional as F

from explorables.base import Explorable, Number
from explorables.sampling import normal

POINTS = 12
SEED = 3


@functools.cache
def _points():
    """Return the points, (12, 2), and what their normalized outputs shall be."""
    drawn = list(itertools.islice(normal(SEED), 3 * POINTS))
    rows = torch.tensor(drawn, dtype=torch.float64).reshape(POINTS, 3)
    # Between the first feature and chance, so that no direction fits perfectly.
    return rows[:, :2], rows[:, 0] + rows[:, 2]


class ScaleFreeWeight(Explorable):
    """Drag a weight before a norm: the loss follows its direction, the step its length.

    Traits
        w: two finite numbers, the weight. At (0, 0) everything is nan.
        lr: 0.05 to 4, the learning rate.
        weight_decay: 0 to 0.2.

    The loss is the mean squared error of twelve outputs, normalized with their own mean
    and variance without epsilon, to twelve targets.

    Source: torch.optim.SGD for the step; Wan et al. 2021 for the equilibrium.
    """

    constants = traitlets.Dict({"points": POINTS, "seed": SEED}, read_only=True).tag(
        sync=True
    )
    w = traitlets.List(Number(), default_value=[-0.6, 1.8], minlen=2, maxlen=2).tag(
        sync=True
    )
    lr = Number(2.0, min=0.05, max=4.0).tag(sync=True)
    weight_decay = Number(0.1, min=0.0, max=0.2).tag(sync=True)

    def quantities(self):
        """Return loss, length, gradient, effective rate, angle and equilibrium.

        The angle, in degrees, is that between the weight before and after a step of
        SGD. The equilibrium is the length at which this gradient and the decay
        balance; it has none without decay.
        """
        w = torch.tensor(self.w, dtype=torch.float64, requires_grad=True)
        x, target = _points()
        z = x @ w
        normalized = (z - z.mean()) / z.var(correction=0).sqrt()
        loss = F.mse_loss(normalized, target)
        (gradient,) = torch.autograd.grad(loss, w)
        size, slope = w.detach().norm().item(), gradient.norm().item()
        kept = 1 - self.lr * self.weight_decay
        effective = self.lr / size**2 if size else math.nan
        shown = {
            "loss": loss.item(),
            "length": size,
            "gradient": slope,
            "effective_lr": effective,
            "angle": math.degrees(math.atan2(self.lr * slope, kept * size)),
        }
        if self.weight_decay:
            pulled = self.weight_decay * (1 + kept)
            shown["equilibrium"] = (self.lr * (slope * size) ** 2 / pulled) ** 0.25
        return shown
