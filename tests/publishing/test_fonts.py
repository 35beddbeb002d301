"""The formulas' font: a browser takes each of their characters from it."""

import io
import unicodedata

import pytest
from bs4 import BeautifulSoup
from fontTools.ttLib import TTFont

from publishing.page.fonts import FORMULAS, characters, cut
from tests.browser import SITE, page_paths


@pytest.fixture
def page_of(browser, tmp_path):
    """Return a function: opens a page of formulas, as the site's styles have them."""
    page = browser.new_page()

    def page_of(formulas):
        styles = (SITE / "_static/styles.css").as_uri()
        file = tmp_path / "formulas.html"
        file.write_text(
            f'<!doctype html><link rel="stylesheet" href="{styles}">{formulas}', "utf-8"
        )
        page.goto(file.as_uri())
        page.evaluate("document.fonts.ready")
        return page

    yield page_of
    page.close()


@pytest.fixture(scope="module")
def tokens():
    """Return the elements that hold the text of the book's formulas, each once."""
    found = set()
    for path in page_paths():
        text = (SITE / path).read_text("utf-8")
        soup = BeautifulSoup(text, "html.parser", parse_only=FORMULAS)
        found.update(map(str, soup.find_all(["mi", "mn", "mo", "mtext"])))
    return sorted(found)


def fonts_in(page, selector):
    """Yield each element's text, and whether its fonts came with the page."""
    session = page.context.new_cdp_session(page)
    for domain in ("DOM", "CSS"):
        session.send(f"{domain}.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    found = session.send(
        "DOM.querySelectorAll", {"nodeId": root, "selector": selector}
    )["nodeIds"]
    for element, text in zip(
        found, page.locator(selector).all_text_contents(), strict=True
    ):
        used = session.send("CSS.getPlatformFontsForNode", {"nodeId": element})
        yield text, {one["isCustomFont"] for one in used["fonts"]}


def test_a_browser_draws_every_character_of_the_formulas_with_it(page_of, tokens):
    page = page_of("".join(f"<math>{one}</math>" for one in tokens))
    drawn = [*fonts_in(page, "math > *")]
    assert len(drawn) == len(tokens) > 100
    others = [(text, fonts) for text, fonts in drawn if False in fonts]
    assert others == []
    # What has no width and no ink has no font.
    assert {text for text, fonts in drawn if not fonts} <= {"\u2061"}


def test_it_has_little_else():
    shown = characters(SITE / path for path in page_paths())
    own = TTFont(io.BytesIO(cut(shown))).getBestCmap()
    # fontTools keeps > with <, and the like.
    assert all(unicodedata.mirrored(chr(code)) for code in {*own} - {*map(ord, shown)})
    assert len(own) < 150


@pytest.mark.parametrize(
    "inside", ["<mi>d</mi>", "<mfrac><mn>1</mn><mi>d</mi></mfrac>"]
)
def test_a_root_takes_no_more_room_than_its_bar(page_of, inside):
    ends = page_of(f"<math><msqrt>{inside}</msqrt></math>").evaluate(
        """() => ["msqrt", "msqrt > *"].map(
            (one) => document.querySelector(one).getBoundingClientRect().right)"""
    )
    assert ends[0] - ends[1] < 2  # pixels
