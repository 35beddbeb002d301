"""The formulas' fonts: every character that is shown is in them, and little else."""

import unicodedata

import pytest
from fontTools.ttLib import TTFont

from publishing.page.fonts import characters
from tests.browser import ROOT, SITE, page_paths

WHOLE = ROOT / "node_modules" / "katex" / "dist" / "fonts"
FONTS = sorted(path.name for path in WHOLE.glob("*.woff2"))


@pytest.fixture(scope="module")
def shown():
    return {ord(one) for one in characters(SITE / path for path in page_paths())}


@pytest.mark.parametrize("name", FONTS)
def test_has_what_the_formulas_show_and_no_more(shown, name):
    whole, cut = (
        TTFont(folder / name) for folder in (WHOLE, SITE / "_static/katex/fonts")
    )
    before, after = whole.getBestCmap(), cut.getBestCmap()
    assert shown & set(before) == shown & set(after)
    # fontTools keeps > with <, and the like.
    assert all(unicodedata.mirrored(chr(code)) for code in set(after) - shown)
    for code in after:
        widths = [
            font["hmtx"][map[code]] for font, map in ((whole, before), (cut, after))
        ]
        assert widths[0] == widths[1], chr(code)
    assert len(shown) > 50
