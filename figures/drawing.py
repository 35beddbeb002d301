"""What the hand-drawn figures share: marks on a page of user units, written as SVG.

The file holds the light colours on the ground's white, for viewers that know nothing
of the book; on the book's own pages `publishing.live` lets them follow dark mode.
"""

from explorables.plots import TOKENS

COLOURS = {
    name: value["light"]
    for group in (TOKENS["surfaces"], TOKENS["roles"])
    for name, value in group.items()
}
SIZE = 15  # of text; at 440 units to a width of 358 px it is read at 12.2 px
HEAD = 7  # length of an arrow's head
# A chapter's opening figure: its width, its text, and the place of a row of dots.
OPENING, LARGE = 520, 17.5
ROW = (156, 426)
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"


def bar(text):
    """Return text with a line over it: a mean."""
    return f'<tspan text-decoration="overline">{text}</tspan>'


def sub(text):
    """Return text as a subscript; what follows is back on the line."""
    return f'<tspan dy="4" font-size="70%">{text}</tspan><tspan dy="-4">\u200b</tspan>'


def scale(domain, span):
    """Return the function that takes the ends of a domain to those of a span."""
    (low, high), (start, end) = domain, span
    return lambda value: start + (end - start) * (value - low) / (high - low)


def written(value, digits=4):
    """Return a number as the chapters print it, with a minus as wide as a plus."""
    return f"{round(value, digits):g}".replace("-", "\u2212")


def opening(height, title):
    """Return the drawing of a chapter's opening figure, with its title."""
    drawing = Drawing(OPENING, height)
    drawing.text(12, 24, title, size=19, weight="bold")
    return drawing


class Drawing:
    """A picture of a given size, to be filled from the back to the front.

    Colours are given by their names in tokens.json; texts are SVG, so `<` and `&`
    in them have to be escaped.
    """

    def __init__(self, width, height):
        self.width, self.height = width, height
        self.marks = []

    def add(self, tag, content="", **attributes):
        """Add an element; `_` in a name stands for `-`, None leaves it out."""
        pairs = "".join(
            f' {name.replace("_", "-")}="{value}"'
            for name, value in attributes.items()
            if value is not None
        )
        end = f">{content}</{tag}>" if content else "/>"
        self.marks.append(f"<{tag}{pairs}{end}")

    def text(self, x, y, content, colour="ink", size=SIZE, anchor=None, weight=None):
        """Write at a point of the baseline; `anchor` is middle, end or None."""
        self.add(
            "text",
            content,
            x=f"{round(x, 1):g}",
            y=f"{round(y, 1):g}",
            fill=COLOURS[colour],
            font_size=size,
            text_anchor=anchor,
            font_weight=weight,
        )

    def box(self, x, y, width, height, colour, tint=0.1, corner=3, thick=1.5):
        """Draw a rectangle, filled with a tint of the colour of its border."""
        self.add(
            "rect",
            x=f"{x:g}",
            y=f"{y:g}",
            width=f"{width:g}",
            height=f"{height:g}",
            rx=corner or None,
            fill=COLOURS[colour] if tint else "none",
            fill_opacity=tint or None,
            stroke=COLOURS[colour] if thick else None,
            stroke_width=thick or None,
        )

    def line(self, points, colour="ink", dash=None, thick=1.5):
        """Draw a line along the points, which may lie on a curve."""
        self.add(
            "polyline",
            points=" ".join(f"{round(x, 1):g},{round(y, 1):g}" for x, y in points),
            fill="none",
            stroke=COLOURS[colour],
            stroke_width=thick,
            stroke_linejoin="round",
            stroke_dasharray=dash,
        )

    def dot(self, x, y, colour, radius=5.5, hollow=False):
        """Draw a number as a dot, a hollow one over what lies below it."""
        self.add(
            "circle",
            cx=f"{round(x, 1):g}",
            cy=f"{round(y, 1):g}",
            r=radius,
            fill=COLOURS["ground" if hollow else colour],
            stroke=COLOURS[colour],
            stroke_width=1.5,
        )

    def arrow(self, points, colour="ink", dash=None):
        """Draw a line along the points, upright or level, with a head at its end."""
        (x0, y0), (x, y) = points[-2:]
        dx, dy = (x > x0) - (x < x0), (y > y0) - (y < y0)
        neck = (x - HEAD * dx, y - HEAD * dy)
        self.line([*points[:-1], neck], colour, dash)
        half = HEAD * 0.6
        head = [
            (x, y),
            (neck[0] - half * dy, neck[1] + half * dx),
            (neck[0] + half * dy, neck[1] - half * dx),
        ]
        self.add(
            "polygon",
            points=" ".join(f"{px:g},{py:g}" for px, py in head),
            fill=COLOURS[colour],
        )

    def badge(self, x, y, content, colour):
        """Draw a disc around a point with a digit in it."""
        self.add("circle", cx=f"{x:g}", cy=f"{y:g}", r=9, fill=COLOURS[colour])
        self.text(x, y + 5, content, "ground", anchor="middle", weight="bold")

    def row(self, y, name, role, places, end=""):
        """Draw numbers as a row of dots, its name at the left, a text at the end."""
        self.text(12, y + 6, name, role, LARGE)
        for x in places:
            self.dot(x, y, role)
        if end:
            self.text(ROW[1] + 12, y + 6, end, role, LARGE)

    def inputs(self, y, name, places, values):
        """Draw numbers as a row of dots, each with its value."""
        self.row(y, name, "input", places)
        for x, value in zip(places, values, strict=True):
            self.text(x + 13, y + 6, written(value), "input", LARGE)

    def grid(self, left, right, up, values):
        """Draw a plot's level lines, their values at the left."""
        for value in values:
            self.line([(left, up(value)), (right, up(value))], "rule", thick=1)
            self.text(left - 12, up(value) + 6, written(value), "muted", LARGE, "end")

    def steps(self, left, right, bottom, last):
        """Write the ends of a plot's axis of training steps, from 0 to the last one."""
        self.text(left, bottom + 26, "0", "muted", LARGE, "middle")
        self.text(right, bottom + 26, f"{last} steps", "muted", LARGE, "end")

    def svg(self):
        """Return the picture as the text of an SVG file."""
        w, h = self.width, self.height
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" '
                f'width="{w}" height="{h}" style="max-width: {w / 16:g}rem" '
                f'fill="{COLOURS["ink"]}" font-family="{FONT}">',
                f'<rect width="{w}" height="{h}" fill="{COLOURS["ground"]}"/>',
                *self.marks,
                "</svg>\n",
            ]
        )
