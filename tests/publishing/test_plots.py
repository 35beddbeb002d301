"""What matplotlib drew, on a page: its text is large enough on a phone, and apart."""

import re
from io import StringIO
from types import SimpleNamespace
from unittest import mock

import matplotlib.pyplot as plt
import pytest
from fontTools.pens.recordingPen import RecordingPen
from fontTools.svgLib.path import parse_path
from hypothesis import example, given, settings
from hypothesis import strategies as st
from matplotlib.lines import Line2D

from explorables.plots import themed, wrap_titles
from publishing.live.paths import with_steps
from tests.browser import SITE, new_page, page_paths

PAGES = [
    path
    for path in page_paths()
    if 'class="zm-plot"' in (SITE / path).read_text("utf-8")
]
# CSS pixels, at the width of a phone: in what matplotlib drew, in points; in another.
LEAST_TEXT, LEAST_POWER = 12.5, 9.5
LEAST_DRAWN = 12
TEXTS = """svg => {
  const { a, b } = svg.getScreenCTM();
  const frame = svg.getBoundingClientRect();
  const size = (one) => parseFloat(getComputedStyle(one).fontSize) * Math.hypot(a, b);
  // A power's digits are parts of a text, as its base's are.
  const sizes = (text) =>
    (text.childElementCount ? [...text.children] : [text]).map(size);
  const texts = [...svg.querySelectorAll("text")].map((text) => ({
    name: text.textContent.replace(/\\s+/g, ""),
    base: Math.max(...sizes(text)),
    power: Math.min(...sizes(text)),
    box: text.getBoundingClientRect(),
  }));
  // A quarter of a box above and below is room, or a power's.
  const inside = ({ top, height }) => [top + height / 4, top + (height * 3) / 4];
  const crosses = (a, b) => a.left + 1 < b.right && b.left + 1 < a.right &&
    inside(a)[0] < inside(b)[1] && inside(b)[0] < inside(a)[1];
  return {
    smallest: Math.min(...texts.map(({ base }) => base)),
    power: Math.min(...texts.map(({ power }) => power)),
    outside: texts.filter(({ box }) => box.left < frame.left - 1 ||
      box.right > frame.right + 1 || box.top < frame.top - 1 ||
      box.bottom > frame.bottom + 1).map(({ name }) => name),
    crossing: texts.flatMap((one, i) => texts.slice(i + 1)
      .filter((other) => crosses(one.box, other.box))
      .map((other) => `${one.name} | ${other.name}`)),
  };
}"""


@pytest.mark.parametrize("path", PAGES)
def test_its_text_can_be_read_and_none_covers_another(browser, site_address, path):
    with browser.new_context() as context:
        page = new_page(context)
        page.goto(f"{site_address('file')}/{path}")
        page.evaluate(
            "document.querySelectorAll('details:has(.zm-plot)')"
            ".forEach((one) => (one.open = true))"
        )
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            plots = page.locator(".zm-plot svg:visible")
            plots.first.wait_for()
            for plot in plots.all():
                found = plot.evaluate(TEXTS)
                plotted = plot.get_attribute("width").endswith("pt")
                least = LEAST_TEXT if plotted else LEAST_DRAWN
                assert found["smallest"] >= least - 1e-6
                assert not plotted or found["power"] >= LEAST_POWER
                assert found["outside"] == []
                assert found["crossing"] == []


@pytest.mark.parametrize("words", [4, 12, 24])
def test_a_title_breaks_where_it_would_leave_the_figure(words):
    figure, axes = plt.subplots(figsize=(4, 3))
    title = " ".join(f"word{i}" for i in range(words))
    axes.set_title(title, loc="left")
    wrap_titles(figure)
    shown = axes.get_title(loc="left")
    assert " ".join(shown.split()) == title
    assert ("\n" in shown) == (words > 4)
    text = axes.set_title(shown, loc="left")
    figure.canvas.draw()
    assert text.get_window_extent().x1 <= figure.bbox.x1
    plt.close(figure)


points = st.tuples(st.floats(0, 400), st.floats(0, 300))


@settings(max_examples=20, deadline=None)
@given(st.lists(st.lists(points, min_size=2, max_size=30), min_size=1, max_size=4))
def test_lines_keep_their_points_to_a_hundredth(lines):
    figure, axes = plt.subplots()
    axes.set_axis_off()
    for line in lines:
        axes.add_line(Line2D(*zip(*line, strict=True), transform=None))
    stream = StringIO()
    figure.savefig(stream, format="svg")
    plt.close(figure)
    before = stream.getvalue()
    after = themed(before)
    assert coordinates(before) == pytest.approx(coordinates(after), abs=0.0051)
    assert len(after) < len(before)


def coordinates(svg):
    """Return all numbers of all paths."""
    paths = re.findall(r' d="([^"]*)"', svg)
    return [float(one) for path in paths for one in re.findall(r"[-\d][-\d.e]*", path)]


numbers = st.floats(-1e4, 1e4) | st.integers(-500, 500)
parts = st.one_of(
    st.tuples(st.sampled_from("MmLl"), numbers, numbers),
    st.tuples(st.sampled_from("HhVv"), numbers),
    st.just(("z",)),
)


@settings(deadline=None)
@given(st.tuples(numbers, numbers), st.lists(parts, max_size=20), st.booleans())
@example((0, 0), [("H", 0.0039), ("z",)], True)
def test_a_path_in_steps_leads_where_it_led(first, rest, spaced):
    gap = " " if spaced else ","
    path = "".join(
        name + gap.join(map(str, places)) for name, *places in [("M", *first), *rest]
    )
    shorter = with_steps(f'<svg><path id="a" d="{path}" class="b"/></svg>')
    (found,) = re.findall(r'<svg><path id="a" d="([^"]*)" class="b"/></svg>', shorter)
    ways = [RecordingPen() for _ in range(2)]
    # A line closes each shape, also one that ends less than a hundredth from its start.
    always = SimpleNamespace(isclose=lambda *_, **__: False)
    with mock.patch("fontTools.svgLib.path.parser.cmath", always):
        for one, way in zip((path, found), ways, strict=True):
            parse_path(one, way)
    (names, before), (others, after) = (zip(*way.value, strict=True) for way in ways)
    assert names == others
    for points, nearby in zip(before, after, strict=True):
        # What is relative adds up: each step may be half a hundredth off.
        for point, near in zip(points, nearby, strict=True):
            assert near == pytest.approx(point, abs=0.0051 * (1 + len(rest)))


def test_a_path_with_curves_stays_as_it_is():
    svg = '<svg><path d="M0,0L1.234,2C1,2,3,4,5,6"/></svg>'
    assert with_steps(svg) == svg
