"""The font of the formulas, less what no formula of the book shows.

It comes with the stylesheet: a font that comes later has other widths than the one it
replaces, and moves the text. (A preload moves nothing either, but is an error on a page
from the disk.)
"""

import base64
import io
import logging
import pathlib

from bs4 import BeautifulSoup, SoupStrainer
from fontTools import subset

from publishing.languages import english_pages
from publishing.page.formulas import LETTERS
from publishing.page.styles import STYLES, wrote_pages

FONT = pathlib.Path(__file__).parent / "fonts" / "stix-two-math.woff2"
FAMILY = "STIX Two Math"
FORMULAS = SoupStrainer("math")
ROOT = "√"  # what <msqrt> draws stands in no text


def characters(pages):
    """Return the characters that the formulas in these HTML files show."""
    found = set()
    for page in pages:
        text = page.read_text(encoding="utf-8")
        soup = BeautifulSoup(text, "html.parser", parse_only=FORMULAS)
        for token in soup.find_all(["mi", "mn", "mo", "mtext"]):
            shown = token.get_text()
            if token.name == "mi" and "mathvariant" not in token.attrs:
                shown = LETTERS["italic"].get(shown, shown)  # one letter alone
            found.update(shown)
        if soup.find("msqrt"):
            found.add(ROOT)
    return found


def cut(text):
    """Return the font as a WOFF2 with these characters alone, in all their sizes."""
    options = subset.Options(
        flavor="woff2", layout_features=[], hinting=False, notdef_outline=False
    )
    options.name_IDs = [0]  # whose it is
    font = subset.load_font(FONT, options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text="".join(sorted(text)))
    subsetter.subset(font)
    if ord(ROOT) in font.getBestCmap():
        narrow_roots(font)
    result = io.BytesIO()
    subset.save_font(font, result, options)
    return result.getvalue()


def narrow_roots(font):
    """Make the larger root signs as narrow as the smallest.

    Chromium leaves each root as much room as the widest of them would take.
    """
    usual = font.getBestCmap()[ord(ROOT)]
    variants = font["MATH"].table.MathVariants
    at = variants.VertGlyphCoverage.glyphs.index(usual)
    larger = variants.VertGlyphConstruction[at]
    width, _ = font["hmtx"][usual]
    for name in {
        *(one.VariantGlyph for one in larger.MathGlyphVariantRecord),
        *(one.glyph for one in larger.GlyphAssembly.PartRecords),
    }:
        own, bearing = font["hmtx"][name]
        if own > width:
            share = width / own
            glyph = font["glyf"][name]
            glyph.coordinates.scale((share, 1))
            glyph.coordinates.toInt()
            glyph.recalcBounds(font["glyf"])
            font["hmtx"][name] = width, round(bearing * share)


def add_font(app, exception):
    """Put the font into STYLES, with the characters of the site's formulas."""
    if not wrote_pages(app, exception):
        return  # it is there
    site = pathlib.Path(app.outdir)
    shown = characters(english_pages(site))
    if not shown:
        return
    logging.getLogger("fontTools").setLevel(logging.WARNING)  # else a line a table
    content = base64.b64encode(cut(shown)).decode()
    styles = site / STYLES
    # Before the rules: what is no text, in their midst, is compressed less well.
    face = (
        f'@font-face{{font-family:"{FAMILY}";'
        f"src:url(data:font/woff2;base64,{content})}}"
    )
    styles.write_text(face + styles.read_text("utf-8"), encoding="utf-8")


def setup(app):
    """Register the extension with Sphinx."""
    # After styles.py.
    app.connect("build-finished", add_font, priority=700)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
