"""Chapter 7's surprise: one flag moves the norm, and decides whether it learns.

Two wires, with the norm where `norm_first` puts it. No number is shown: what each of
them learns is what the chapter's first cell prints.
"""

from figures.drawing import LARGE, opening

WAYS = [
    # the flag, its colour, the norm's place on the wire, what comes of it
    ("norm_first=False", "rival", "skip", "one answer for all"),
    ("norm_first=True", "normalized", "branch", "learns"),
]
LEFT, FORK, BOX, PLUS, RIGHT = 12, 60, 178, 254, 350
RISE = 46  # of the branch over the skip
TOP, STEP = 118, 112


def draw():
    """Return the figure as the text of an SVG file."""
    d = opening(TOP + STEP + 34, "The norm on the skip, or on the branch")
    for i, (flag, role, place, end) in enumerate(WAYS):
        skip, branch = TOP + i * STEP, TOP + i * STEP - RISE
        d.arrow([(LEFT, skip), (RIGHT, skip)], "input")
        d.line([(FORK, skip), (FORK, branch), (PLUS, branch), (PLUS, skip)], "input")
        d.box(BOX - 34, branch - 16, 68, 32, "ground", tint=1)
        d.box(BOX - 34, branch - 16, 68, 32, "input")
        d.text(BOX, branch + 6, "branch", "input", LARGE, "middle")
        d.dot(PLUS, skip, "input", 10, hollow=True)
        d.text(PLUS, skip + 6, "+", "input", LARGE, "middle")
        x, y = {"skip": (300, skip), "branch": (102, branch)}[place]
        d.box(x - 32, y - 14, 64, 28, "ground", tint=1)
        d.box(x - 32, y - 14, 64, 28, role, tint=0.2)
        d.text(x, y + 6, "norm", role, LARGE, "middle")
        d.text(RIGHT + 12, branch + 6, flag, role, LARGE)
        d.text(RIGHT + 12, skip + 6, end, role, LARGE)
    return d.svg()
