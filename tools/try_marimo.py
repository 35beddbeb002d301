"""Show an explorable in marimo, which puts widgets into a shadow root, and look at it.

python -m tools.try_marimo BIN    (of an environment with marimo and the explorables)

The exit status is 1 where the figure does not appear, or a line of it has no colour.
Needs Chromium. A picture of the notebook is written into _build/marimo.png.
"""

import argparse
import contextlib
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import sync_playwright

from tools.site import ARGUMENTS, ROOT, find_chromium

NOTEBOOK = """
import marimo

app = marimo.App()


@app.cell
def _():
    import marimo as mo
    from explorables import LayerNormExplorer

    mo.ui.anywidget(LayerNormExplorer())
    return
"""
PICTURE = ROOT / "_build" / "marimo.png"
START = 60  # seconds that marimo may take
# The lines and areas of a figure with their colours; a .zm-hit only takes the pointer.
PAINTED = """
(figure) =>
  [...figure.querySelectorAll("svg :is(path, line, rect, circle)")]
    .filter((mark) => !mark.matches(".zm-hit"))
    .map((mark) => {
      const { stroke, fill } = getComputedStyle(mark);
      return { mark: mark.outerHTML.slice(0, 90), colours: [stroke, fill] };
    })
"""
UNSEEN = ("none", "transparent", "rgba(0, 0, 0, 0)")


@contextlib.contextmanager
def running(program, folder):
    """Run marimo on the notebook; gives its address."""
    notebook = Path(folder, "notebook.py")
    notebook.write_text(NOTEBOOK, encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    options = ["--headless", "--no-token", "--host", "127.0.0.1", "--port", port]
    with subprocess.Popen([program, "run", *options, notebook], cwd=folder) as process:
        try:
            address = f"http://127.0.0.1:{port}"
            for _ in range(START):
                with contextlib.suppress(OSError):
                    urllib.request.urlopen(address).close()
                    break
                time.sleep(1)
            yield address
        finally:
            process.terminate()


def look(address):
    """Return what is wrong with the figure in marimo, as lines; [] if nothing."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=ARGUMENTS
        )
        page = browser.new_page()
        page.goto(address)
        figure = page.locator(
            ".zm-explorable"
        ).first  # playwright looks into shadow roots
        figure.locator("svg").first.wait_for(timeout=1000 * START)
        page.screenshot(path=PICTURE)
        marks = figure.evaluate(PAINTED)
        within = figure.evaluate("(figure) => figure.getRootNode() !== document")
        browser.close()
    found = [] if within else ["the figure is not in a shadow root: nothing was tried"]
    if len(marks) < 10:
        found.append(f"only {len(marks)} marks are drawn")
    for one in marks:
        if all(colour in UNSEEN for colour in one["colours"]):
            found.append(f"not to be seen: {one['mark']}")
    return found


def main(arguments=None):
    """Show and look; return 1 if something is wrong, else 0."""
    parser = argparse.ArgumentParser(prog="python -m tools.try_marimo")
    parser.add_argument("bin", type=Path, help=".venv-marimo/bin")
    program = parser.parse_args(arguments).bin.resolve() / "marimo"
    PICTURE.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, running(program, folder) as address:
        found = look(address)
    print("\n".join(found) or f"marimo shows the figure: {PICTURE}")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
