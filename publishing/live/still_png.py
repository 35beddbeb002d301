"""Explorables and figures as PNGs, for what shows a notebook without a kernel."""

import os
import pathlib
from concurrent.futures import ThreadPoolExecutor

import matplotlib

from publishing.languages import FONT, font_files, messages_of
from publishing.live.node import run_node
from publishing.live.still_html import with_limits

# matplotlib's own, and no font of the machine: the same picture everywhere
FONTS = [
    str(pathlib.Path(matplotlib.get_data_path(), "fonts", "ttf", f"{name}.ttf"))
    for name in ("DejaVuSans", "DejaVuSans-Bold", "DejaVuSansMono")
]
WIDTH = 700  # in CSS pixels; a picture has twice as many
WANTED, DRAWN = "wanted pictures", "pictures"  # in a page's metadata


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


def want_pictures(env, states):
    """Have [(key, state), ...] drawn for the page that is being read, by draw_wanted.

    It then has {key: [PNG in base64, ...]} in its metadata, as DRAWN.
    """
    env.metadata[env.docname].setdefault(WANTED, []).extend(states)


def draw_wanted(app, env):
    """Draw what the pages want, once all are read: as many pages at a time as cores."""
    pages = [metadata for metadata in env.metadata.values() if WANTED in metadata]
    if not pages:
        return
    messages, fonts = messages_of(app), font_files(app)

    def draw(page):
        states = [state for _, state in page[WANTED]]
        return draw_pictures(states, messages, fonts)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        drawn = [*pool.map(draw, pages)]
    for page, pictures in zip(pages, drawn, strict=True):
        kept = page.setdefault(DRAWN, {})
        for (key, _), picture in zip(page.pop(WANTED), pictures, strict=True):
            kept.setdefault(key, []).append(picture)
