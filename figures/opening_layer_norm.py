"""Chapter 2's surprise: three inputs of two features, one output.

The inputs are drawn to one scale; the larger feature's dot is full.
"""

import torch
import torch.nn.functional as F

from figures.drawing import LARGE, opening, scale, written

PAIRS = [(1.0, 2.0), (0.0, 100.0), (3.0, 700.0)]
ROWS = [66, 112, 158]  # of the inputs; the middle one is the output's, too
INPUTS, OUTPUT = (20, 220), (404, 494)
BEND, MEET = (
    310,
    344,
)  # of the lines to the output: where they leave their rows, and meet


def draw_pair(d, y, low, high, role):
    """Draw two features and what lies between them."""
    d.line([(low, y), (high, y)], role, thick=3)
    d.dot(low, y, role, hollow=True)
    d.dot(high, y, role)


def draw():
    """Return the figure as the text of an SVG file."""
    # One output, or there is nothing to show.
    (output,) = {
        tuple(round(y, 2) for y in F.layer_norm(torch.tensor(pair), (2,)).tolist())
        for pair in PAIRS
    }
    d = opening(ROWS[-1] + 24, "LayerNorm cannot tell these three apart")
    middle = ROWS[1]
    at = scale((0, max(map(max, PAIRS))), INPUTS)
    for y, pair in zip(ROWS, PAIRS, strict=True):
        low, high = map(at, pair)
        draw_pair(d, y, low, high, "input")
        name = f"({', '.join(map(written, pair))})"
        d.text(high + 13, y + 6, name, "input", LARGE)
        start = high + 24 + 8 * len(name)  # behind the name in a wide font
        d.line([(min(start, BEND), y), (BEND, y), (MEET, middle)], "muted", thick=1)
    d.arrow([(MEET, middle), (OUTPUT[0] - 16, middle)], "muted")
    d.text(sum(OUTPUT) / 2, middle - 26, "LayerNorm", "normalized", LARGE, "middle")
    draw_pair(d, middle, *OUTPUT, "normalized")
    for x, value in zip(OUTPUT, output, strict=True):
        d.text(x, middle + 30, written(value), "normalized", LARGE, "middle")
    return d.svg()
