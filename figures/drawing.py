"""What the hand-drawn figures share: marks on a page of user units, written as SVG.

The file holds the light colours on the ground's white, for viewers that know nothing
of the book; on the book's own pages `publishing.figures` lets them follow dark mode.
"""

import json
from pathlib import Path

import explorables

_TOKENS = json.loads(
    (Path(explorables.__file__).parent / "tokens.json").read_text(encoding="utf-8")
)
COLOURS = {
    name: value["light"]
    for group in (_TOKENS["surfaces"], _TOKENS["roles"])
    for name, value in group.items()
}
SIZE = 14  # of text; at 440 units to a width of 360 px it is read at 11.5 px
HEAD = 7  # length of an arrow's head
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"


def bar(text):
    """Return text with a line over it: a mean."""
    return f'<tspan text-decoration="overline">{text}</tspan>'


def sub(text):
    """Return text as a subscript; what follows is back on the line."""
    return f'<tspan dy="4">{text}</tspan><tspan dy="-4">\u200b</tspan>'


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
            x=f"{x:g}",
            y=f"{y:g}",
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

    def arrow(self, points, colour="ink", dash=None):
        """Draw a line along the points, upright or level, with a head at its end."""
        (x0, y0), (x, y) = points[-2:]
        dx, dy = (x > x0) - (x < x0), (y > y0) - (y < y0)
        neck = (x - HEAD * dx, y - HEAD * dy)
        path = " ".join(f"{px:g},{py:g}" for px, py in [*points[:-1], neck])
        self.add(
            "polyline",
            points=path,
            fill="none",
            stroke=COLOURS[colour],
            stroke_width=1.5,
            stroke_linejoin="round",
            stroke_dasharray=dash,
        )
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
