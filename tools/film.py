"""Film a figure of the built book while it is dragged, for the README: a looping WebP.

python -m tools.film

The path of the drag is fixed, and so are the window and the number of frames: a new
film differs from the last one only where the figure does. Needs a built book and
Chromium. Writes figures/dragged.webp.
"""

import io
import math
import sys

from PIL import Image
from playwright.sync_api import sync_playwright

from tools.site import ARGUMENTS, ROOT, find_chromium, serve

FILM = ROOT / "figures" / "dragged.webp"
PAGE, KIND = "chapters/02_layer_norm.html", "NormSphere"
WINDOW = {"width": 900, "height": 1000}
FRAMES, SECONDS = 48, 4
MOST_BYTES = 600_000
# Chromium leaves the pointer out of its screenshots.
POINTER = """
document.body.insertAdjacentHTML("beforeend", `<svg id="pointer" width="22" height="30"
  style="position: fixed; z-index: 9; pointer-events: none" viewBox="0 0 22 30">
  <path d="M2 2 V24 L7.5 19 L11.5 28 L15 26.5 L11 18 H19 Z" fill="black" stroke="white"
    stroke-width="1.5"/></svg>`);
"""


def path(box):
    """Yield the pointer's places around a handle: a loop that ends where it began."""
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    for frame in range(FRAMES):
        turn = 2 * math.pi * frame / FRAMES
        yield x - 45 * (1 - math.cos(turn)), y + 70 * math.sin(turn)


def film(page, address):
    """Return the frames of a drag, as pictures."""
    page.goto(f"{address}/{PAGE}")
    # The figure may be behind a prediction.
    page.evaluate(
        "document.querySelectorAll('details').forEach((d) => (d.open = true))"
    )
    figure = page.locator(f".zm-static[data-kind={KIND}]").first
    figure.scroll_into_view_if_needed()
    figure.locator("xpath=self::*[@data-live]").wait_for()
    page.evaluate(POINTER)
    handle = figure.locator("svg [role=slider]").first
    places = list(path(handle.bounding_box()))
    page.mouse.move(*places[0])
    page.mouse.down()
    frames = []
    for x, y in places:
        page.mouse.move(x, y)
        page.evaluate(
            "([x, y]) => { pointer.style.left = `${x - 2}px`;"
            " pointer.style.top = `${y - 2}px` }",
            [x, y],
        )
        frames.append(Image.open(io.BytesIO(figure.screenshot())).convert("RGB"))
    page.mouse.up()
    return frames


def main():
    """Film and write; return 1 if the file is too large, else 0."""
    with serve() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=ARGUMENTS
        )
        page = browser.new_page(viewport=WINDOW, color_scheme="light")
        frames = film(page, address)
        browser.close()
    frames[0].save(
        FILM,
        save_all=True,
        append_images=frames[1:],
        duration=round(1000 * SECONDS / FRAMES),
        loop=0,
        quality=80,
        method=6,
    )
    size = FILM.stat().st_size
    print(f"{FILM}: {len(frames)} frames of {frames[0].size}, {size} bytes")
    if size > MOST_BYTES:
        print(f"too large: at most {MOST_BYTES} bytes", file=sys.stderr)
    return int(size > MOST_BYTES)


if __name__ == "__main__":
    sys.exit(main())
