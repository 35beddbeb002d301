"""The axes that each norm's statistics and parameters run over.

A block of (B, T, d) numbers, drawn sample by sample: one cell, the cells that share its
mean, and those that share its gamma.
"""

import itertools
import math
from dataclasses import dataclass

from figures.drawing import Drawing

SIZES = {"B": 3, "T": 4, "d": 5}
CELL = (1, 2, 3)  # the outlined one: its sample, position and feature


@dataclass
class Norm:
    """One panel: a norm, and the axes along which it shares."""

    name: str
    mean_over: str  # axes that a mean runs over
    gamma_over: str  # axes that one gamma serves
    mean_shape: str
    gamma_shape: str


NORMS = [
    Norm("LayerNorm", "d", "BT", "(B, T, 1)", "(d,)"),
    Norm("BatchNorm", "BT", "BT", "(1, 1, d)", "(d,)"),
]

WIDTH, PANEL = 440, 220
STEP, SIDE = 28, 24  # from cell to cell; a cell
TOP, LEFT = 162, 58  # of a panel's first cell
SHEET = SIZES["T"] * STEP + 16  # from sample to sample
BOTTOM = TOP + SIZES["B"] * SHEET  # where the counts begin


def shared(cell, axes):
    """Return whether a cell differs from CELL along these axes alone."""
    return all(
        axis in axes or i == j for axis, i, j in zip(SIZES, cell, CELL, strict=True)
    )


def count(axes):
    """Return how many cells lie along these axes."""
    return math.prod(SIZES[axis] for axis in axes)


def draw_cell(d, x, y, mean=False, gamma=False, chosen=False):
    """Draw a cell of the block at its left upper corner."""
    if mean:
        d.box(x, y, SIDE, SIDE, "statistic", tint=0.45, corner=0)
    else:
        d.box(x, y, SIDE, SIDE, "rule", tint=0.4, corner=0, thick=1)
    if gamma:
        d.box(x + 7, y + 7, 10, 10, "parameter", tint=1, corner=0, thick=0)
    if chosen:
        d.box(x - 2, y - 2, SIDE + 4, SIDE + 4, "ink", tint=0, corner=0, thick=2.5)


def draw_panel(d, x, norm):
    """Draw one norm's block, and under it how many share what."""
    d.text(x + 12, TOP - 34, norm.name, size=16, weight="bold")
    d.text(x + LEFT, TOP - 10, "d →", "muted")
    d.text(x + LEFT - 10, TOP + STEP + 17, "T ↓", "muted", anchor="end")
    for sample in range(SIZES["B"]):
        y = TOP + SHEET * sample
        d.text(x + LEFT - 10, y + 17, f"n = {sample}", "muted", anchor="end")
    for cell in itertools.product(*map(range, SIZES.values())):
        sample, position, feature = cell
        draw_cell(
            d,
            x + LEFT + STEP * feature,
            TOP + SHEET * sample + STEP * position,
            shared(cell, norm.mean_over),
            shared(cell, norm.gamma_over),
            cell == CELL,
        )
    y = BOTTOM + 14
    for symbol, name, shape, over, role in [
        ("μ", "means", norm.mean_shape, norm.mean_over, "statistic"),
        ("γ", "gammas", norm.gamma_shape, norm.gamma_over, "parameter"),
    ]:
        number = count(SIZES) // count(over)
        d.text(x + 12, y, f"{symbol} {shape}", role, size=16, weight="bold")
        d.text(x + 12, y + 20, f"{number} {name}: {count(over)} cells each")
        y += 48


def draw():
    """Return the figure as the text of an SVG file."""
    d = Drawing(WIDTH, BOTTOM + 132)
    d.text(12, 24, "LayerNorm’s mean and gamma cross,", size=16, weight="bold")
    d.text(12, 45, "BatchNorm’s run over the same cells", size=16, weight="bold")
    for x, text, kind in [
        (14, "a cell", "chosen"),
        (103, "shares its mean", "mean"),
        (261, "shares its gamma", "gamma"),
    ]:
        draw_cell(d, x, 62, **{kind: True})
        d.text(x + 33, 79, text)
    for i, norm in enumerate(NORMS):
        draw_panel(d, PANEL * i, norm)
    note = "torch’s BatchNorm1d takes this block as (B, d, T)."
    d.text(12, BOTTOM + 118, note, "muted")
    return d.svg()
