"""KaTeX's fonts, less what no formula of the book shows.

The fonts hold hundreds of characters, a page shows dozens. They are the larger part
of what a page with formulas loads.
"""

import base64
import logging
import pathlib

from bs4 import BeautifulSoup, SoupStrainer
from fontTools import subset

from publishing.languages import english_pages

# Those of every formula come with the stylesheet: a font that comes later has other
# widths than the one it replaces, and moves the text. (A preload moves nothing either,
# but is an error on a page from the disk.)
INLINE = ("KaTeX_Main-Regular", "KaTeX_Math-Italic")
FORMULA = SoupStrainer(class_="katex-html")  # what is drawn; the rest is MathML


def characters(pages):
    """Return the set of characters in the formulas of these HTML files."""
    found = set()
    for page in pages:
        soup = BeautifulSoup(
            page.read_text(encoding="utf-8"), "html.parser", parse_only=FORMULA
        )
        found.update(soup.get_text())
    return found


def cut_fonts(app, exception):
    """Write the bundle's fonts into the site, with its characters only."""
    site = pathlib.Path(app.outdir)
    styles = site / "_static" / "styles.css"
    if exception or app.builder.format != "html" or not styles.exists():
        return
    logging.getLogger("fontTools").setLevel(logging.WARNING)  # else a line a table
    text = "".join(sorted(characters(english_pages(site))))
    options = subset.Options(
        flavor="woff2", layout_features=["*"], hinting=False, notdef_outline=False
    )
    fonts = pathlib.Path(__file__).parent / "static" / "katex" / "fonts"
    folder = site / "_static" / "katex" / "fonts"
    for path in fonts.glob("*.woff2"):
        font = subset.load_font(path, options)
        subsetter = subset.Subsetter(options)
        subsetter.populate(text=text)
        subsetter.subset(font)
        subset.save_font(font, folder / path.name, options)
    text = styles.read_text("utf-8")
    for name in INLINE:
        content = base64.b64encode((folder / f"{name}.woff2").read_bytes()).decode()
        text = text.replace(
            f"url(katex/fonts/{name}.woff2)", f"url(data:font/woff2;base64,{content})"
        )
    styles.write_text(text, encoding="utf-8")


def setup(app):
    """Register the extension with Sphinx."""
    # After styles.py.
    app.connect("build-finished", cut_fonts, priority=700)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
