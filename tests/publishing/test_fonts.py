"""The formulas' font: a browser takes each of their characters from it."""

import io
import unicodedata

import pytest
from bs4 import BeautifulSoup
from fontTools.ttLib import TTFont

from publishing.page.fonts import FORMULAS, characters, cut
from tests.browser import SITE, page_paths

# Around what a formula's characters stand in.
PAGE = """<!doctype html><link rel="stylesheet" href="{styles}"><body>{formulas}"""


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


def test_a_browser_draws_every_character_of_the_formulas_with_it(
    browser, tokens, tmp_path
):
    file = tmp_path / "tokens.html"
    formulas = "".join(f"<math>{one}</math>" for one in tokens)
    styles = (SITE / "_static/styles.css").as_uri()
    file.write_text(PAGE.format(styles=styles, formulas=formulas), "utf-8")
    page = browser.new_page()
    page.goto(file.as_uri())
    page.evaluate("document.fonts.ready")
    drawn = [*fonts_in(page, "math > *")]
    page.close()
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
def test_a_root_takes_no_more_room_than_its_bar(browser, inside, tmp_path):
    file = tmp_path / "root.html"
    formula = f"<math><msqrt>{inside}</msqrt></math>"
    styles = (SITE / "_static/styles.css").as_uri()
    file.write_text(PAGE.format(styles=styles, formulas=formula), "utf-8")
    page = browser.new_page()
    page.goto(file.as_uri())
    page.evaluate("document.fonts.ready")
    ends = page.evaluate(
        """() => ["msqrt", "msqrt > *"].map(
            (one) => document.querySelector(one).getBoundingClientRect().right)"""
    )
    page.close()
    assert ends[0] - ends[1] < 2  # pixels
