"""Chapter 6's surprise: InstanceNorm1d gives its gains to samples, not to features.

What was meant is drawn beside what torch computes, darker for a larger output.
"""

import math

import torch
from torch import nn

from figures.drawing import LARGE, opening

GAINS = [1.0, 10.0, 100.0, 1000.0]
CELL, TOP = 34, 86
LEFTS = (96, 356)  # of the grids


def outputs():
    """Return (features scaled by their gains, what InstanceNorm1d makes)."""
    torch.manual_seed(0)
    norm = nn.InstanceNorm1d(4, affine=True)
    with torch.no_grad():
        norm.weight.copy_(torch.tensor(GAINS))
        batch = torch.randn(4, 4)
        meant = nn.functional.layer_norm(batch, (4,)) * norm.weight
        return meant, norm(batch)


def draw():
    """Return the figure as the text of an SVG file."""
    bottom = TOP + 4 * CELL
    d = opening(bottom + 40, "Gains for four features went to four samples")
    names = ("meant", "computed")
    for left, name, values in zip(LEFTS, names, outputs(), strict=True):
        role = "normalized" if name == "meant" else "statistic"
        d.text(left, TOP - 24, name, role, LARGE)
        by = 0 if name == "meant" else 1
        sizes = values.square().mean(by).sqrt().tolist()
        for n in range(4):
            for i in range(4):
                size = sizes[i if name == "meant" else n]
                # 1 is faint, 1000 is dark
                tint = round(0.06 + 0.24 * max(0.0, math.log10(size)), 2)
                d.box(left + i * CELL, TOP + n * CELL, CELL - 3, CELL - 3, role, tint)
        middle = left + 2 * CELL
        d.text(middle, bottom + 22, "features", "muted", LARGE, "middle")
        d.text(left - 12, TOP + 2 * CELL + 4, "samples", "muted", LARGE, "end")
    return d.svg()
