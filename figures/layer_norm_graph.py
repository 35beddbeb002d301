"""LayerNorm as a computation graph, forward and backward.

Each term of x's gradient is named after the edge that it comes back along: straight
(1), through the mean (2) and through the variance (3). With
h = gamma * g, a bar for the mean over d,

    dx = rstd * h - rstd * bar(h) - rstd * x_hat * bar(h * x_hat).

A fourth way, through the variance and then the mean, adds 0, since x - mean sums to 0.
"""

from figures.drawing import Drawing, bar, sub

WIDTH, HEIGHT = 440, 826
DASH = "5 3"  # dashes tell a gradient apart without its colour
SPINE, SIDE = 140, 330  # centres of the two columns
HALF_SPINE, HALF_SIDE, HALF_LEAF = 72, 80, 55  # half widths of the boxes
APART = 14  # of an edge from the middle: forward on one side, backward on the other
TALL = 46  # a box of two lines
X_HAT = "x\u0302"
DATA, STATISTIC, PARAMETER = "(B, T, d)", "(B, T, 1)", "(d,)"


def draw():
    """Return the figure as the text of an SVG file."""
    d = Drawing(WIDTH, HEIGHT)

    def node(x, y, half, formula, shape, colour, corner=3, tall=TALL):
        d.box(x - half, y, 2 * half, tall, colour, corner=corner)
        middle = y + tall / 2
        d.text(x, middle - 4, formula, size=16, anchor="middle")
        d.text(x, middle + 15, shape, "muted", anchor="middle")

    def forward(*points):
        d.arrow(points)

    def backward(*points):
        d.arrow(points, "gradient", DASH)

    def gradient(x, y, text, anchor=None):
        d.text(x, y, text, "gradient", anchor=anchor)

    def badge(x, y, digit):
        d.badge(x, y - 5, digit, "gradient")

    title = "dx has three terms: direct, via μ and via σ²"
    d.text(12, 24, title, size=16, weight="bold")
    forward((12, 46), (42, 46))
    d.text(49, 51, "forward")
    backward((164, 46), (134, 46))
    d.text(171, 51, "backward: gradients")

    # ---- the two columns ----
    right, left = SPINE + HALF_SPINE, SPINE - APART - 10
    down, up = SPINE + APART, SPINE - APART
    side_down, side_up = SIDE - 20, SIDE + 20
    node(SPINE, 104, HALF_SPINE, "x", DATA, "input")
    node(SIDE, 182, HALF_SIDE, "μ = mean over d", STATISTIC, "statistic", 8)
    node(SPINE, 256, HALF_SPINE, "x − μ", DATA, "muted", tall=84)
    node(SIDE, 364, HALF_SIDE, "(x − μ)²", DATA, "muted")
    node(SIDE, 440, HALF_SIDE, "σ² = mean over d", STATISTIC, "statistic", 8)
    node(SIDE, 516, HALF_SIDE, "r = 1/√(σ² + ε)", STATISTIC, "statistic", 8)
    node(SPINE, 516, HALF_SPINE, f"{X_HAT} = (x − μ) · r", DATA, "normalized")
    node(SPINE, 600, HALF_SPINE, f"γ ⊙ {X_HAT}", DATA, "normalized")
    node(SIDE, 600, HALF_LEAF, "γ", PARAMETER, "parameter", 0)
    node(SPINE, 684, HALF_SPINE, f"y = γ ⊙ {X_HAT} + β", DATA, "normalized")
    node(SIDE, 684, HALF_LEAF, "β", PARAMETER, "parameter", TALL / 2)

    # ---- straight on ----
    for top, bottom in [(150, 256), (340, 516), (562, 600), (646, 684), (730, 768)]:
        forward((down, top), (down, bottom))
        backward((up, bottom), (up, top))
    # ---- through the mean ----
    forward((right, 138), (side_down, 138), (side_down, 182))
    backward((side_up, 182), (side_up, 116), (right, 116))
    forward((side_down, 228), (side_down, 268), (right, 268))
    backward((right, 284), (side_up, 284), (side_up, 228))
    # ---- through the variance ----
    forward((right, 328), (side_down, 328), (side_down, 364))
    backward((side_up, 364), (side_up, 312), (right, 312))
    for top, bottom in [(410, 440), (486, 516)]:
        forward((side_down, top), (side_down, bottom))
        backward((side_up, bottom), (side_up, top))
    forward((SIDE - HALF_SIDE, 530), (right, 530))
    backward((right, 548), (SIDE - HALF_SIDE, 548))
    # ---- the parameters ----
    for y in (600, 684):
        forward((SIDE - HALF_LEAF, y + 14), (right, y + 14))
        backward((right, y + 32), (SIDE - HALF_LEAF, y + 32))

    # ---- what comes back ----
    gradient(12, 88, "dx =")
    for i, digit in enumerate("123"):
        badge(60 + 38 * i, 88, digit)
        if i:
            gradient(60 + 38 * i - 19, 88, "+", "middle")
    badge(230, 106, "2")
    gradient(244, 106, f"− r · {bar('h')}")
    badge(left - 42, 208, "1")
    gradient(left - 25, 208, "+", "middle")
    badge(left - 8, 208, "3")
    badge(230, 304, "3")
    gradient(244, 304, f"− r · {X_HAT} · {bar(f'h ⊙ {X_HAT}')}")
    badge(left - 42, 434, "1")
    gradient(left, 434, "r · h", "end")
    gradient(left, 586, "h = γ ⊙ g", "end")
    gradient(left, 670, "g", "end")
    gradient(SIDE, 664, f"dγ = Σ{sub('B,T')} g ⊙ {X_HAT}", "middle")
    gradient(SIDE, 748, f"dβ = Σ{sub('B,T')} g", "middle")
    gradient(SPINE - HALF_SPINE, 786, "g = ∂L/∂y, from the loss")
    badge(21, 812, "3")
    d.text(36, 812, "sums to 0 over d, so it adds nothing through μ", "muted")
    return d.svg()
