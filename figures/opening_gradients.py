"""Chapter 3's surprise: the loss is gone, and no gamma or beta is at 0.

The chapter's run: two inputs that are to become zeros, 64 steps.
"""

import torch
import torch.nn.functional as F

from figures.drawing import LARGE, opening, scale

STEPS = 64
EVERY = 4  # steps from mark to mark
LEFT, RIGHT, TOP, BOTTOM = 66, 416, 54, 198


def run():
    """Return loss, gamma_1, gamma_2, beta_1, beta_2 after each step, from step 0."""
    x = torch.tensor([[1.0, 2.0], [2.0, 3.0]])
    layer = torch.nn.LayerNorm(2)
    optimizer = torch.optim.SGD(layer.parameters(), lr=0.1)
    seen = []
    for _ in range(STEPS + 1):
        loss = F.mse_loss(layer(x), torch.zeros(2, 2))
        seen.append([loss.item(), *layer.weight.tolist(), *layer.bias.tolist()])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return list(zip(*seen, strict=True))


def draw():
    """Return the figure as the text of an SVG file."""
    loss, gamma_1, gamma_2, beta_1, beta_2 = run()
    assert gamma_1 == gamma_2  # else one curve would not do for both
    # They end at one height, or the title is wrong.
    (half,) = {round(abs(curve[-1]), 2) for curve in (gamma_1, beta_1, beta_2)}

    title = f"The loss reaches {loss[-1]:.0f}; γ stops at {half:g}, β at ±{half:g}"
    d = opening(BOTTOM + 40, title)
    across, up = scale((0, STEPS), (LEFT, RIGHT)), scale((-half, 1), (BOTTOM, TOP))
    d.grid(LEFT, RIGHT, up, (1, half, 0, -half))
    for step in range(0, STEPS + 1, STEPS // 4):
        d.text(across(step), BOTTOM + 28, f"{step}", "muted", LARGE, "middle")
    d.text(RIGHT + 16, BOTTOM + 28, "steps", "muted", LARGE)

    def square(x, y):
        d.box(round(x, 1) - 5, round(y, 1) - 5, 10, 10, "parameter", 1, 0, 0)

    def circle(x, y):
        d.dot(x, y, "parameter", 4, hollow=True)

    # ---- each curve and, right of its end, its name ----
    for curve, colour, mark, name, shift in [
        (loss, "ink", None, "loss", 0),
        (gamma_1, "parameter", square, "γ₁, γ₂", -11),
        (beta_1, "parameter", circle, "β₁", 11),
        (beta_2, "parameter", circle, "β₂", 0),
    ]:
        path = [(across(step), up(value)) for step, value in enumerate(curve)]
        d.line(path, colour, thick=2)
        y = path[-1][1] + shift
        d.text(RIGHT + (34 if mark else 16), y + 5, name, colour, LARGE)
        for point in [*path[::EVERY], (RIGHT + 21, y)] if mark else ():
            mark(*point)
    return d.svg()
