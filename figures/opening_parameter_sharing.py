"""Chapter 4's surprise: a gamma and beta for each image fit any labels at all.

The chapter's four runs, on scikit-learn's digits.
"""

import math
from functools import cache

import torch
from torch import nn
from torch.nn import functional as F

from figures.drawing import LARGE, opening, scale
from figures.training import on_digits

STEPS, EVERY = 300, 4
TOP, BOTTOM, PANEL = 80, 196, 206
LEFTS = (38, 296)  # of the panels


def fit(x, labels, *shape):
    """Return the losses of a training run with a gamma and beta of this shape."""
    torch.manual_seed(0)
    hidden, out = nn.Linear(64, 4).double(), nn.Linear(4, 10).double()
    gamma = torch.ones(shape).double().requires_grad_()
    beta = torch.zeros(shape).double().requires_grad_()
    learned = [*hidden.parameters(), *out.parameters(), gamma, beta]
    optimizer = torch.optim.Adam(learned, lr=0.02)
    losses = []
    for _ in range(STEPS + 1):
        logits = out(F.relu(F.layer_norm(hidden(x), (4,)) * gamma + beta))
        loss = F.cross_entropy(logits, labels)
        losses.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return losses


@cache  # the tests draw it many times
def runs():
    """Return {labels: losses with one pair for all, and with one for each image}."""
    return on_digits(fit_both)


def fit_both(x, true):
    """Return `runs` on these images and their labels."""
    torch.manual_seed(0)
    shuffled = true[torch.randperm(len(true))]
    return {
        name: (fit(x, labels, 4), fit(x, labels, len(x), 4))
        for name, labels in [("true", true), ("shuffled", shuffled)]
    }


def draw():
    """Return the figure as the text of an SVG file."""
    d = opening(BOTTOM + 38, "A pair for each image fits any labels")
    guess = math.log(10)
    up = scale((0, 2.4), (BOTTOM, TOP))
    for left, (labels, (shared, own)) in zip(LEFTS, runs().items(), strict=True):
        right = left + PANEL
        across = scale((0, STEPS), (left, right))
        d.text(left, TOP - 24, f"loss, {labels} labels", size=LARGE)
        d.grid(left, right, up, (0, 1, 2))
        d.line([(left, up(guess)), (right, up(guess))], "ink", "2 4", 1)
        d.steps(left, right, BOTTOM, STEPS)
        for losses, role, dash in [
            (shared, "parameter", None),
            (own, "rival", "7 3"),
        ]:
            path = [(across(s), up(losses[s])) for s in range(0, STEPS + 1, EVERY)]
            d.line(path, role, dash, 2.5)
    # ---- what the last panel has room for holds for both ----
    d.text(right, up(shared[-1]) + 24, "one for all", "parameter", LARGE, "end")
    d.text(right, up(own[STEPS // 2]) - 12, "one each", "rival", LARGE, "end")
    d.text(LEFTS[0] + PANEL, up(guess) - 7, "guessing", size=LARGE, anchor="end")
    return d.svg()
