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
RIGHT = SPINE + HALF_SPINE  # of the spine's boxes
LEFT = SPINE - APART - 10  # of its edges, where their gradients end
DATA, STATISTIC, PARAMETER = "(B, T, d)", "(B, T, 1)", "(d,)"


class Graph(Drawing):
    """A drawing of boxes, edges forward and backward, and what comes back."""

    def node(self, x, y, half, formula, shape, colour, corner=3, tall=TALL):
        """Draw a box around x, with what it holds and the shape of that."""
        self.box(x - half, y, 2 * half, tall, colour, corner=corner)
        middle = y + tall / 2
        self.text(x, middle - 4, formula, size=16, anchor="middle")
        self.text(x, middle + 15, shape, "muted", anchor="middle")

    def forward(self, *points):
        """Draw an edge of the forward pass."""
        self.arrow(points)

    def backward(self, *points):
        """Draw an edge of the backward pass."""
        self.arrow(points, "gradient", DASH)

    def gradient(self, x, y, text, anchor=None):
        """Write what comes back along an edge."""
        self.text(x, y, text, "gradient", anchor=anchor)

    def term(self, x, y, digit):
        """Draw the number of a term of dx, on a line of text."""
        self.badge(x, y - 5, digit, "gradient")


def draw():
    """Return the figure as the text of an SVG file."""
    d = Graph(WIDTH, HEIGHT)
    title = "dx has three terms: direct, via μ and via σ²"
    d.text(12, 24, title, size=16, weight="bold")
    d.forward((12, 46), (42, 46))
    d.text(49, 51, "forward")
    d.backward((164, 46), (134, 46))
    d.text(171, 51, "backward: gradients")
    draw_nodes(d)
    draw_edges(d)
    draw_gradients(d)
    return d.svg()


def draw_nodes(d):
    """Draw the two columns of boxes."""
    d.node(SPINE, 104, HALF_SPINE, "x", DATA, "input")
    d.node(SIDE, 182, HALF_SIDE, "μ = mean over d", STATISTIC, "statistic", 8)
    d.node(SPINE, 256, HALF_SPINE, "x − μ", DATA, "muted", tall=84)
    d.node(SIDE, 364, HALF_SIDE, "(x − μ)²", DATA, "muted")
    d.node(SIDE, 440, HALF_SIDE, "σ² = mean over d", STATISTIC, "statistic", 8)
    d.node(SIDE, 516, HALF_SIDE, "r = 1/√(σ² + ε)", STATISTIC, "statistic", 8)
    d.node(SPINE, 516, HALF_SPINE, f"{X_HAT} = (x − μ) · r", DATA, "normalized")
    d.node(SPINE, 600, HALF_SPINE, f"γ ⊙ {X_HAT}", DATA, "normalized")
    d.node(SIDE, 600, HALF_LEAF, "γ", PARAMETER, "parameter", 0)
    d.node(SPINE, 684, HALF_SPINE, f"y = γ ⊙ {X_HAT} + β", DATA, "normalized")
    d.node(SIDE, 684, HALF_LEAF, "β", PARAMETER, "parameter", TALL / 2)


def draw_edges(d):
    """Draw each edge twice, forward and backward."""
    down, up = SPINE + APART, SPINE - APART
    side_down, side_up = SIDE - 20, SIDE + 20
    # ---- straight on ----
    for top, bottom in [(150, 256), (340, 516), (562, 600), (646, 684), (730, 768)]:
        d.forward((down, top), (down, bottom))
        d.backward((up, bottom), (up, top))
    # ---- through the mean ----
    d.forward((RIGHT, 138), (side_down, 138), (side_down, 182))
    d.backward((side_up, 182), (side_up, 116), (RIGHT, 116))
    d.forward((side_down, 228), (side_down, 268), (RIGHT, 268))
    d.backward((RIGHT, 284), (side_up, 284), (side_up, 228))
    # ---- through the variance ----
    d.forward((RIGHT, 328), (side_down, 328), (side_down, 364))
    d.backward((side_up, 364), (side_up, 312), (RIGHT, 312))
    for top, bottom in [(410, 440), (486, 516)]:
        d.forward((side_down, top), (side_down, bottom))
        d.backward((side_up, bottom), (side_up, top))
    d.forward((SIDE - HALF_SIDE, 530), (RIGHT, 530))
    d.backward((RIGHT, 548), (SIDE - HALF_SIDE, 548))
    # ---- the parameters ----
    for y in (600, 684):
        d.forward((SIDE - HALF_LEAF, y + 14), (RIGHT, y + 14))
        d.backward((RIGHT, y + 32), (SIDE - HALF_LEAF, y + 32))


def draw_gradients(d):
    """Write what comes back, and number the three terms of dx."""
    d.gradient(12, 88, "dx =")
    for i, digit in enumerate("123"):
        d.term(60 + 38 * i, 88, digit)
        if i:
            d.gradient(60 + 38 * i - 19, 88, "+", "middle")
    d.term(230, 106, "2")
    d.gradient(244, 106, f"− r · {bar('h')}")
    d.term(LEFT - 46, 208, "1")
    d.gradient(LEFT - 27, 208, "+", "middle")
    d.term(LEFT - 8, 208, "3")
    d.term(230, 304, "3")
    d.gradient(244, 304, f"− r · {X_HAT} · {bar(f'h ⊙ {X_HAT}')}")
    d.term(LEFT - 48, 434, "1")
    d.gradient(LEFT, 434, "r · h", "end")
    d.gradient(LEFT, 586, "h = γ ⊙ g", "end")
    d.gradient(LEFT, 670, "g", "end")
    d.gradient(SIDE, 664, f"dγ = Σ{sub('B,T')} g ⊙ {X_HAT}", "middle")
    d.gradient(SIDE, 748, f"dβ = Σ{sub('B,T')} g", "middle")
    d.gradient(SPINE - HALF_SPINE, 786, "g = ∂L/∂y, from the loss")
    d.term(21, 812, "3")
    d.text(36, 812, "sums to 0 over d, so it adds nothing through μ", "muted")
