"""The static figures: drawn anew, they equal the committed files; dark mode works."""

import re
from pathlib import Path
from xml.etree import ElementTree

import nbformat
import pytest

import figures.drawing
from explorables.plots import themed
from figures.__main__ import draw_all, main

FOLDER = Path(figures.drawing.__file__).parent
DRAWN = draw_all()
SVG = "{http://www.w3.org/2000/svg}"
PHONE, LEAST_TEXT = 358, 12  # px: the text column of a screen of 390
DECIMAL = re.compile(r"\d+\.\d+")
PAINT = ("fill", "stroke", "stop-color", "color")


@pytest.fixture(params=sorted(DRAWN), ids=lambda path: path.stem)
def path(request):
    return request.param


def elements(element, inherited=()):
    """Yield each element with its own and inherited presentation attributes."""
    own = dict(inherited) | element.attrib
    style = own.pop("style", "")
    own |= {
        name.strip(): value.strip()
        for name, _, value in (part.partition(":") for part in style.split(";"))
        if value
    }
    yield element, own
    for child in element:
        yield from elements(child, own)


def test_is_what_its_script_draws(path):
    assert path.read_bytes() == DRAWN[path].encode(), "to fix it: python -m figures"


def test_is_drawn_twice_alike():
    assert draw_all() == DRAWN


def test_each_svg_has_its_script_and_each_script_its_svg():
    found = {path for path in FOLDER.glob("*.svg") if path.name != "favicon.svg"}
    assert found == set(DRAWN)
    assert len(found) >= 2


def test_every_colour_is_a_token(path):
    """Else it would not follow dark mode; what is painted by default is black."""
    allowed = {*figures.drawing.COLOURS.values(), "none"}
    for element, own in elements(ElementTree.fromstring(DRAWN[path])):
        assert {own[name] for name in PAINT if name in own} <= allowed, element.attrib
        assert "fill" in own, element.attrib
    # What themed() leaves of colours would be the same in both schemes.
    assert (
        re.findall(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl)a?\(", themed(DRAWN[path])) == []
    )


def test_text_can_be_read_on_a_phone(path):
    root = ElementTree.fromstring(DRAWN[path])
    scale = min(1, PHONE / float(root.get("viewBox").split()[2]))
    sizes = [
        float(own["font-size"].removesuffix("px"))
        for element, own in elements(root)
        if element.tag == f"{SVG}text"
    ]
    assert min(sizes) * scale >= LEAST_TEXT


@pytest.mark.parametrize(
    "name", [path.stem for path in DRAWN if path.stem.startswith("opening_")]
)
def test_an_opening_shows_numbers_that_its_chapter_prints(chapters, name):
    """Two runs of one thing: the script's, and the stored and tested notebook's."""
    (chapter,) = (c for c in chapters if f"opening_{c.stem[3:]}" == name)
    root = ElementTree.fromstring(DRAWN[FOLDER / f"{name}.svg"])
    texts = ("".join(text.itertext()) for text in root.iter(f"{SVG}text"))
    outputs = (
        output.get("text") or output.get("data", {}).get("text/plain", "")
        for cell in nbformat.read(chapter, as_version=4).cells
        for output in cell.get("outputs", [])
    )
    shown, printed = (set(DECIMAL.findall(" ".join(t))) for t in (texts, outputs))
    assert shown <= printed


def test_check_names_what_differs(monkeypatch, capsys):
    assert main(["--check"]) == 0
    stale = FOLDER / "stale.svg"
    monkeypatch.setattr("figures.__main__.draw_all", lambda: {**DRAWN, stale: "<svg/>"})
    assert main(["--check"]) == 1
    assert "figures/stale.svg" in capsys.readouterr().err
    assert not stale.exists()
