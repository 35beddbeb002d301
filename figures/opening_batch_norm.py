"""Chapter 5's surprise: in training and in eval, one layer answers one batch twice.

The batch is drawn where training puts it, so that the lines to eval bend inwards.
"""

import torch
from torch import nn

from figures.drawing import LARGE, ROW, opening, scale, written

TRAIN, BATCH, EVAL = 60, 118, 176  # height of the rows
ARROW = 32


def draw():
    """Return the figure as the text of an SVG file."""
    layer = nn.BatchNorm1d(1, momentum=1.0)
    batch = torch.tensor([[1.0], [2.0], [3.0], [4.0]])
    train = layer(batch).flatten().tolist()
    evaluated = layer.eval()(batch).flatten().tolist()
    variances = batch.var(correction=0).item(), layer.running_var.item()

    d = opening(EVAL + 24, "One layer, one batch, two answers")
    at = scale((train[0], train[-1]), ROW)
    places = [at(y) for y in train]
    modes = [
        (TRAIN, "train", "statistic", train, f"σ² = {written(variances[0])}"),
        (EVAL, "eval", "rival", evaluated, f"s² = {written(variances[1])}"),
    ]
    for y, _, role, outputs, variance in modes:
        way = 14 if y > BATCH else -14
        d.arrow([(ARROW, BATCH + way), (ARROW, y - way)], role)
        d.text(ARROW + 13, (BATCH + y) / 2 + 6, variance, role, LARGE)
        for place, output in zip(places, outputs, strict=True):
            d.line([(place, BATCH), (at(output), y)], role)
    for y, name, role, outputs, _ in modes:
        d.row(y, name, role, map(at, outputs), f"±{written(outputs[-1])}")
    d.inputs(BATCH, "batch", places, batch.flatten().tolist())
    return d.svg()
