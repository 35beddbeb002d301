"""The formulas' fonts: what a browser takes from each is in it, and little else."""

import unicodedata

import pytest
from fontTools.ttLib import TTFont

from publishing.page.fonts import fonts_of
from tests.browser import ROOT, SITE, page_paths

WHOLE = ROOT / "node_modules" / "katex" / "dist" / "fonts"
FONTS = sorted(path.name for path in WHOLE.glob("*.woff2"))


# Each font that Chromium chooses in the formulas of a page, with its characters.
CHOSEN = """() => {
    const found = {};
    for (const formula of document.querySelectorAll(".katex-html")) {
        const texts = document.createTreeWalker(formula, NodeFilter.SHOW_TEXT);
        while (texts.nextNode()) {
            const style = getComputedStyle(texts.currentNode.parentElement);
            const { fontFamily, fontWeight, fontStyle } = style;
            const family = fontFamily.split(",")[0];
            const font = [family, fontWeight, fontStyle].join();
            found[font] = (found[font] ?? "") + texts.currentNode.data;
        }
    }
    return found;
}"""


@pytest.fixture(scope="module")
def chosen(browser):
    """Return for each font the codes of what the book's pages show in it."""
    found = {name.removesuffix(".woff2"): set() for name in FONTS}
    page = browser.new_page()
    for path in page_paths():
        page.goto((SITE / path).as_uri(), wait_until="domcontentloaded")
        for font, text in page.evaluate(CHOSEN).items():
            for name in fonts_of(*font.split(",")):
                found[name].update(map(ord, text))
    page.close()
    return found


@pytest.mark.parametrize("name", FONTS)
def test_has_what_the_formulas_show_and_no_more(chosen, name):
    shown = chosen[name.removesuffix(".woff2")]
    own = SITE / "_static/katex/fonts" / name
    if not shown:
        assert not own.exists()
        assert name not in (SITE / "_static/styles.css").read_text("utf-8")
        return
    whole, cut = (TTFont(path) for path in (WHOLE / name, own))
    before, after = (font.getBestCmap() or {} for font in (whole, cut))
    assert shown & set(before) == shown & set(after)
    # fontTools keeps > with <, and the like.
    assert all(unicodedata.mirrored(chr(code)) for code in set(after) - shown)
    for code in after:
        widths = [
            font["hmtx"][map[code]] for font, map in ((whole, before), (cut, after))
        ]
        assert widths[0] == widths[1], chr(code)


def test_the_formulas_have_more_than_one_font(chosen):
    assert len(chosen["KaTeX_Main-Regular"]) > 30
    assert len(chosen["KaTeX_Math-Italic"]) > 30
    assert len(chosen["KaTeX_Main-Bold"]) < 10
