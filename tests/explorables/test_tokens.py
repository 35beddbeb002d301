"""The colours keep what they promise; sizes and spaces are those of one scale."""

import itertools
import json
import re
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest

import explorables
from tools.site import ROOT

TOKENS = json.loads((Path(explorables.__file__).parent / "tokens.json").read_text())
SHEETS = [
    "explorables/lib/theme.css",
    "publishing/page/book.css",
    "publishing/languages/languages.css",
    "publishing/live_cells/cell.css",
]
SIZED = re.compile(
    r"(?<![-\w])(?:font|font-size|margin|padding|[a-z]*-?gap)\b[^:;{}]*:[^;}]*"
)
LEAST_CONTRAST = 4.5  # WCAG 2.2 AA for text
LEAST_DISTANCE = 0.08  # in OKLab

# Machado, Oliveira & Fernandes 2009, severity 1.0, on linear RGB.
EYES = {
    "normal": np.eye(3),
    "protanope": np.array(
        [[0.152286, 1.052583, -0.204868],
         [0.114503, 0.786281, 0.099216],
         [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranope": np.array(
        [[0.367322, 0.860646, -0.227968],
         [0.280085, 0.672501, 0.047413],
         [-0.011820, 0.042940, 0.968881]]
    ),
}  # fmt: skip


def linear(colour):
    """sRGB "#rrggbb" to linear RGB (IEC 61966-2-1)."""
    c = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def luminance(colour):
    return linear(colour) @ [0.2126, 0.7152, 0.0722]


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def oklab(rgb):
    """Linear RGB to OKLab (Ottosson 2020)."""
    lms = np.array(
        [[0.4122214708, 0.5363325363, 0.0514459929],
         [0.2119034982, 0.6806995451, 0.1073969566],
         [0.0883024619, 0.2817188376, 0.6299787005]]
    ) @ np.clip(rgb, 0, 1)  # fmt: skip
    return np.array(
        [[0.2104542553, 0.7936177850, -0.0040720468],
         [1.9779984951, -2.4285922050, 0.4505937099],
         [0.0259040371, 0.7827717662, -0.8086757660]]
    ) @ np.cbrt(lms)  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", [*TOKENS["roles"], "ink", "muted"])
def test_contrast_on_ground_and_panel(name, scheme):
    colour = {**TOKENS["roles"], **TOKENS["surfaces"]}[name][scheme]
    for surface in ("ground", "panel"):
        ratio = contrast(colour, TOKENS["surfaces"][surface][scheme])
        # A role's colour is promised on the ground; the panel carries code and ink.
        if surface == "ground" or name in TOKENS["surfaces"]:
            assert ratio >= LEAST_CONTRAST, f"{name} on {surface}: {ratio:.2f}"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("eye", EYES)
def test_roles_are_told_apart(eye, scheme):
    seen = {
        name: oklab(EYES[eye] @ linear(value[scheme]))
        for name, value in TOKENS["roles"].items()
    }
    distances = {
        pair: np.linalg.norm(seen[pair[0]] - seen[pair[1]])
        for pair in itertools.combinations(seen, 2)
    }
    closest = min(distances, key=distances.get)
    assert distances[closest] >= LEAST_DISTANCE, f"{closest}: {distances[closest]:.3f}"


def test_matplotlib_and_css_have_the_tokens_colours():
    static = Path(explorables.__file__).parent / "static"
    css = (static / "explorables-style.css").read_text()
    with plt.style.context("explorables.book"):
        cycle = plt.rcParams["axes.prop_cycle"].by_key()["color"]
    for name, value in TOKENS["roles"].items():
        for scheme in ("light", "dark"):
            assert f"--zm-{name}: {value[scheme].lower()}" in css
        if name != "input":
            assert value["light"].lower() in [f"#{c.lower().strip('#')}" for c in cycle]


@pytest.mark.parametrize("sheet", SHEETS)
def test_sizes_and_spaces_are_the_scales(sheet):
    text = re.sub(r"/\*.*?\*/", "", (ROOT / sheet).read_text("utf-8"), flags=re.DOTALL)
    own = [
        declaration[0]
        for declaration in SIZED.finditer(text)
        # What follows the size of a thing is calculated, or in pixels as it is.
        if re.search(r"\drem", re.sub(r"(calc|clamp)\(.*\)", "", declaration[0]))
    ]
    assert own == []
