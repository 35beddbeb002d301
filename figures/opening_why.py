"""Chapter 8's surprise: weight decay, or a rate that grows, and one loss.

The chapter's two runs, on scikit-learn's digits, for their first 300 losses.
"""

import math
from functools import cache

import torch
from torch.nn import functional as F

from figures.drawing import LARGE, opening, scale
from figures.training import on_digits

LR, DECAY, STEPS, SHOWN, EVERY = 0.5, 0.02, 1000, 300, 10
TOP, BOTTOM, PANEL = 80, 196, 196
LEFTS = (46, 312)  # of the panels


def run(x, labels, lr, decay, growth):
    """Return the losses of two layers of weights, each before a norm."""
    torch.manual_seed(0)
    shapes = (32, 64), (32, 32), (10, 32)
    *weights, readout = (torch.randn(one).double() / one[1] ** 0.5 for one in shapes)
    optimizer = torch.optim.SGD([w.requires_grad_() for w in weights], lr)
    optimizer.param_groups[0]["weight_decay"] = decay
    losses = []
    for _ in range(SHOWN + 1):
        batch = torch.randint(len(x), (64,))
        hidden = x[batch]
        for weight in weights:
            z = hidden @ weight.T
            hidden = F.relu((z - z.mean(0)) / z.std(0, correction=0))
        loss = F.cross_entropy(hidden @ readout.T, labels[batch])
        losses.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        optimizer.param_groups[0]["lr"] *= growth
    return losses


@cache  # the tests draw it many times
def runs():
    """Return the losses with decay, and with a rate that grows."""
    kept = 1 - LR * DECAY
    return on_digits(
        lambda x, y: (
            run(x, y, LR, DECAY, 1.0),
            run(x, y, LR / kept, 0.0, kept**-2),
        )
    )


def draw():
    """Return the figure as the text of an SVG file."""
    d = opening(BOTTOM + 38, "Two learning rates, one loss")
    kept = 1 - LR * DECAY
    # ---- the rates, on a logarithmic axis ----
    left, right = LEFTS[0], LEFTS[0] + PANEL
    across = scale((0, STEPS), (left, right))
    up = scale((-1, 9), (BOTTOM, TOP))
    d.text(left, TOP - 24, "learning rate", size=LARGE)
    for power in (0, 4, 8):
        d.line([(left, up(power)), (right, up(power))], "rule", thick=1)
        d.text(left - 8, up(power) + 6, f"1e{power}", "muted", LARGE, "end")
    last = math.log10(LR / kept ** (2 * STEPS - 1))
    first = math.log10(LR)
    d.line([(across(0), up(first)), (across(STEPS), up(first))], "statistic", None, 2.5)
    d.line([(across(0), up(first)), (across(STEPS), up(last))], "rival", "7 3", 2.5)
    d.text(right, up(first) - 9, "0.5, with decay", "statistic", LARGE, "end")
    d.text(left + 88, up(6.1), "growing", "rival", LARGE, "end")
    d.steps(left, right, BOTTOM, STEPS)
    # ---- the losses ----
    left, right = LEFTS[1], LEFTS[1] + PANEL
    across = scale((0, SHOWN), (left, right))
    up = scale((0, 3), (BOTTOM, TOP))
    d.text(left, TOP - 24, "loss of both", size=LARGE)
    d.grid(left, right, up, (0, 1, 2, 3))
    for losses, role, dash in zip(
        runs(), ("statistic", "rival"), (None, "7 3"), strict=True
    ):
        path = [(across(s), up(losses[s])) for s in range(0, SHOWN + 1, EVERY)]
        d.line(path, role, dash, 2.5)
    d.steps(left, right, BOTTOM, SHOWN)
    return d.svg()
