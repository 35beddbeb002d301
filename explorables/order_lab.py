"""OrderLab: a linear layer, BatchNorm, ReLU and dropout, in any order."""

import functools
import itertools

import torch
import traitlets
from torch.nn import functional as F

from explorables.base import Explorable, Number
from explorables.sampling import normal

BLOCKS = ("linear", "norm", "relu", "dropout")
ORDERS = tuple("-".join(order) for order in itertools.permutations(BLOCKS))
SAMPLES = 64
FEATURES = 6
SEED = 0


@functools.cache
def _numbers():
    """Return the batch, the weights, the read-out, and each place's turn in dropout.

    What a dropout rate leaves out are the places whose turn comes first.
    """
    rows = 2 * SAMPLES + FEATURES + 1
    drawn = list(itertools.islice(normal(SEED), rows * FEATURES))
    batch, weight, readout, chance = torch.split(
        torch.tensor(drawn, dtype=torch.float64).reshape(rows, FEATURES),
        [SAMPLES, FEATURES, 1, SAMPLES],
    )
    turns = chance.flatten().argsort().argsort().reshape(SAMPLES, FEATURES)
    return batch, weight / FEATURES**0.5, readout[0] / FEATURES**0.5, turns


class OrderLab(Explorable):
    """Drag four layers into another order; see what it does to bias, units and eval.

    Traits
        order: "linear-norm-relu-dropout", or the same names in another order.
        bias: whether the linear layer has one.
        offset: -4 to 4, what all its biases are.
        rate: 0 to 0.9, how much dropout leaves out in training.

    A batch of 64 samples with 6 features goes through, then a fixed read-out; the loss
    is the mean squared error to the batch's first feature. In eval the BatchNorm uses
    what this batch has left in its memory, with momentum 1.

    Source: torch.nn.functional.batch_norm, and torch's autograd for the gradient.
    """

    constants = traitlets.Dict(
        {"samples": SAMPLES, "features": FEATURES, "seed": SEED}, read_only=True
    ).tag(sync=True)
    order = traitlets.Enum(ORDERS, ORDERS[0]).tag(sync=True)
    bias = traitlets.Bool(True).tag(sync=True)
    offset = Number(0.5, min=-4.0, max=4.0).tag(sync=True)
    rate = Number(0.5, min=0.0, max=0.9).tag(sync=True)

    def _run(self, bias, memory, training):
        """Return (output, loss, dead units in percent); `memory` is read in eval."""
        x, weight, readout, turns = _numbers()
        target, dead = x[:, 0], None
        for block in self.order.split("-"):
            if block == "linear":
                x = F.linear(x, weight, bias)
            elif block == "norm":
                x = F.batch_norm(x, *memory, training=training, momentum=1.0)
            elif block == "relu":
                x = F.relu(x)
                dead = 100 * (x == 0).all(0).double().mean().item()
            elif training:
                dropped = round(self.rate * turns.numel())
                x = x * (turns >= dropped) / (1 - self.rate)
        return x, F.mse_loss(x @ readout, target), dead

    def quantities(self):
        """Return the bias's gradient, dead units, and both modes' variance and loss.

        The gradient is the largest in size, and there is none without a bias. Dead
        units are in percent. Variances are means over the features, with 1/N.
        """
        memory = [torch.zeros(FEATURES).double(), torch.ones(FEATURES).double()]
        bias = torch.full((FEATURES,), self.offset, dtype=torch.float64)
        bias = bias.requires_grad_() if self.bias else None
        output, loss, dead = self._run(bias, memory, training=True)
        with torch.no_grad():
            in_eval, loss_in_eval, _ = self._run(bias, memory, training=False)
        shown = {
            "dead": dead,
            "variance_in_training": output.var(0, correction=0).mean().item(),
            "variance_in_eval": in_eval.var(0, correction=0).mean().item(),
            "loss": loss.item(),
            "loss_in_eval": loss_in_eval.item(),
        }
        if self.bias:
            (grad,) = torch.autograd.grad(loss, bias)
            shown["bias_gradient"] = grad.abs().max().item()
        return shown
