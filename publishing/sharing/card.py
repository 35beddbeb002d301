"""The picture that stands beside a shared link."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager

from explorables.plots import TOKENS
from publishing.languages import FONT, wrapped

CARD = (1200, 630)  # pixels, what Open Graph's readers ask for


def draw_card(path, book, title, description, address, fonts=()):
    """Write the picture that stands beside a shared link: a PNG of CARD's size.

    fonts: files of the font for letters that matplotlib's lacks.
    """
    family = ["DejaVu Sans", FONT] if fonts else ["DejaVu Sans"]
    for file in fonts:
        fontManager.addfont(file)
    figure = Figure(figsize=(CARD[0] / 100, CARD[1] / 100), dpi=100, layout="none")
    figure.set_facecolor(TOKENS["surfaces"]["ground"]["light"])
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, CARD[0]), ylim=(CARD[1], 0))
    axes.axis("off")
    width = CARD[0] / len(TOKENS["roles"])
    for number, role in enumerate(TOKENS["roles"].values()):
        ends = [number * width, (number + 1) * width]
        axes.fill_between(ends, 606, CARD[1], fc=role["light"])

    x = np.linspace(-3, 3, 61)
    axes.plot(
        1050 + 25 * x,
        110 - 50 * np.exp(-(x**2) / 2),
        c=TOKENS["roles"]["normalized"]["light"],
        lw=4,
    )
    axes.plot([1050, 1050], [60, 110], c=TOKENS["roles"]["statistic"]["light"], lw=4)

    def write(y, text, size, name, **style):
        colour = TOKENS["surfaces"][name]["light"]
        axes.text(
            *(80, y, text),
            **{"size": size, "c": colour, "va": "top", "parse_math": False},
            family=family,
            **style,
        )

    lines = wrapped(title, 26)
    size = 44 if len(lines) < 4 else 36
    write(70, "" if title == book else book, 20, "muted")
    write(130, "\n".join(lines), size, "ink", weight="bold", linespacing=1.25)
    write(420, "\n".join(wrapped(description, 68)), 19, "muted", linespacing=1.45)
    write(545, address.split("//")[1].rstrip("/"), 17, "ink")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Software": None})
