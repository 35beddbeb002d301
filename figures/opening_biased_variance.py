"""Chapter 1's surprise: the same four numbers, normalized by LayerNorm and by hand.

The input is drawn where LayerNorm puts it, so that its lines run straight down and the
numbers by hand visibly fall short.
"""

import torch
import torch.nn.functional as F

from figures.drawing import ROW, opening, scale, written

INPUT, LAYER, HAND = 62, 112, 162  # height of the rows


def draw():
    """Return the figure as the text of an SVG file."""
    x = torch.tensor([1.0, 2.0, 3.0, 4.0])
    layer = F.layer_norm(x, (4,))
    by_hand = (x - x.mean()) / torch.sqrt(x.var() + 1e-5)
    # All by the same factor, or the title is wrong.
    (percent,) = {round(100 * (1 - ratio)) for ratio in (by_hand / layer).tolist()}

    d = opening(HAND + 24, f"By hand, all four fall {percent} % short")
    at = scale((layer[0].item(), layer[-1].item()), ROW)
    full, short = ([at(y) for y in row.tolist()] for row in (layer, by_hand))
    for end, place in zip(full, short, strict=True):
        d.line([(end, INPUT), (end, HAND)], "muted", dash="3 4", thick=1)
        d.line([(end, HAND), (place, HAND)], "rival", thick=3)
        d.dot(end, HAND, "statistic", hollow=True)
    d.inputs(INPUT, "x", full, x.tolist())
    for y, name, role, outputs, places in [
        (LAYER, "LayerNorm", "statistic", layer, full),
        (HAND, "by hand", "rival", by_hand, short),
    ]:
        d.row(y, name, role, places, f"±{written(outputs[-1].item())}")
    return d.svg()
