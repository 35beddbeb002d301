"""Explorables and figures as PNGs, for what shows a notebook without a kernel."""

import pathlib

import matplotlib

from publishing.languages import FONT
from publishing.live.node import run_node
from publishing.live.still_html import with_limits

# matplotlib's own, and no font of the machine: the same picture everywhere
FONTS = [
    str(pathlib.Path(matplotlib.get_data_path(), "fonts", "ttf", f"{name}.ttf"))
    for name in ("DejaVuSans", "DejaVuSans-Bold", "DejaVuSansMono")
]
WIDTH = 700  # in CSS pixels; a picture has twice as many


def draw_pictures(states, messages=(), fonts=()):
    """Return a PNG in base64 for each widget state of an explorable, or {"svg": text}.

    messages: the translations that they take, by language. fonts: files of the font
    for letters that FONTS lack.
    Errors: RuntimeError, with the reason, where one cannot be drawn.
    """
    if not states:
        return []
    states = [
        with_limits(
            {name: value for name, value in state.items() if not name.startswith("_")}
        )
        for state in states
    ]
    pictures = run_node(
        "still_png.cjs",
        {
            "width": WIDTH,
            "fonts": [*FONTS, *map(str, fonts)],
            "family": FONT,
            "messages": dict(messages),
            # Those in another language are drawn anew by each build, and not stored.
            "quick": bool(messages or fonts),
            "states": states,
        },
    )
    for state, picture in zip(states, pictures, strict=True):
        if "error" in picture:
            raise RuntimeError(
                f"no still picture of {state.get('kind', 'an SVG')}: {picture['error']}"
            )
    return [picture["png"] for picture in pictures]
