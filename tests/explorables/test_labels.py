"""The check of labels itself: it finds what lies on a text, but what may lie there."""

from pathlib import Path

import pytest

CHECK = Path(__file__).with_name("labels.js").read_text("utf-8")
CURVE = '<path d="M0,60L100,20" fill="none" stroke="#2B3E7D" stroke-width="2"/>'
TEXT = '<text x="40" y="45" font-size="13" class="{}">name</text>'
PLATE = '<rect x="30" y="25" width="60" height="30" fill="{}"/>'


@pytest.fixture(scope="module")
def crossed(browser):
    """Return a function from marks to what goes through their texts."""
    page = browser.new_page()

    def look(*marks):
        svg = f'<svg viewBox="0 0 100 80" width="100">{"".join(marks)}</svg>'
        page.set_content(
            '<div class="zm-explorable" style="background: white">'
            f'<div class="zm-picture">{svg}</div></div>'
        )
        page.evaluate(CHECK)
        return page.evaluate("crossed(document.querySelector('.zm-explorable'))")

    yield look
    page.close()


@pytest.mark.parametrize(
    "mark",
    [
        CURVE,
        '<line x1="0" x2="100" y1="41" y2="41" stroke="#C44B25"/>',
        '<circle cx="55" cy="41" r="4" fill="#5B616B"/>',
        '<circle cx="55" cy="41" r="2" fill="#5B616B"/>',
        '<rect x="50" y="0" width="60" height="80" fill="#2B3E7D"/>',
        '<defs><path id="a" d="M0,0h6v6h-6z"/></defs><use href="#a" x="50" y="38"/>',
    ],
)
def test_a_mark_through_a_text_is_found_with_a_halo_or_without(crossed, mark):
    for name in ("", "zm-halo"):
        for marks in ([mark, TEXT.format(name)], [TEXT.format(name), mark]):
            (found,) = crossed(*marks)
            assert found.startswith("name / ")


@pytest.mark.parametrize(("x", "found"), [(-4, 1), (2, 0), (84, 1)])
def test_a_text_that_the_edge_cuts_off_is_found(crossed, x, found):
    text = TEXT.format("").replace('x="40"', f'x="{x}"')
    assert [one.split(",")[0] for one in crossed(text)] == ["name / the edge"] * found


def test_an_area_over_a_text_is_found(crossed):
    assert crossed(TEXT.format(""), PLATE.format("#2B3E7D"))


@pytest.mark.parametrize(
    "marks",
    [
        ['<path d="M0,70H100" stroke="#C44B25"/>', TEXT.format("")],
        [CURVE.replace("#2B3E7D", "#D4D7DC"), TEXT.format("")],
        [CURVE, PLATE.format("#F6F7F8"), TEXT.format("")],
        [f'<g class="zm-map">{CURVE}</g>', TEXT.format("zm-halo")],
        [f'<g class="zm-axis">{CURVE}{TEXT.format("")}</g>'],
        [f'<svg viewBox="0 0 20 80" width="20" height="80">{CURVE}</svg>', TEXT],
    ],
    ids=["beside", "faint", "below its plate", "a map", "its axis", "cut off"],
)
def test_what_may_be_there_is_not_found(crossed, marks):
    assert crossed(*marks) == []
