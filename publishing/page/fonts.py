"""KaTeX's fonts, less what no formula of the book shows.

The fonts hold hundreds of characters, a page shows dozens. They are the larger part
of what a page with formulas loads.
"""

import base64
import collections
import logging
import pathlib
import re

from bs4 import BeautifulSoup, SoupStrainer, Tag
from fontTools import subset

from publishing.languages import english_pages
from publishing.page.styles import STYLES, wrote_pages

# Those of every formula come with the stylesheet: a font that comes later has other
# widths than the one it replaces, and moves the text. (A preload moves nothing either,
# but is an error on a page from the disk.)
INLINE = ("KaTeX_Main-Regular", "KaTeX_Math-Italic")
FORMULA = SoupStrainer(class_="katex-html")  # what is drawn; the rest is MathML
FONTS = pathlib.Path(__file__).parent / "static" / "katex" / "fonts"
# KaTeX's rules that choose a font: by classes of an element, or of a span's parent.
RULE = re.compile(r"([^{}]*)\{([^{}]*)\}")
CHOICE = re.compile(r"font-(family|weight|style):([^;]*)")
FACE = r"@font-face *\{{[^{{}}]*/{}[^{{}}]*\}}"  # the rule that names a file
PLAIN = {"family": "KaTeX_Main", "weight": "400", "style": "normal"}


def read_rules():
    """Yield (classes, whether these are the parent's, what of PLAIN is chosen)."""
    css = (FONTS.parent / "katex.min.css").read_text("utf-8")
    for selectors, declarations in RULE.findall(css):
        chosen = dict(CHOICE.findall(declarations))
        for selector in selectors.split(",") if chosen else ():
            name = selector.split()[-1]
            if name.startswith("."):
                classes, _, child = name.partition(">")
                yield set(classes.split(".")[1:]), child == "span", chosen


def characters(pages):
    """Return for each of KaTeX's fonts, by name, its characters in these HTML files."""
    rules = [*read_rules()]
    found = collections.defaultdict(set)
    for page in pages:
        soup = BeautifulSoup(
            page.read_text(encoding="utf-8"), "html.parser", parse_only=FORMULA
        )
        chosen = {id(soup): PLAIN}
        for node in soup.descendants:
            around = chosen[id(node.parent)]
            if not isinstance(node, Tag):
                found[tuple(around.values())].update(node)
                continue
            own, parents = (set(tag.get("class", ())) for tag in (node, node.parent))
            for classes, of_parent, choice in rules:
                if classes <= (parents if of_parent else own):
                    around = around | choice
            chosen[id(node)] = around
    names = {}
    for (family, weight, style), text in found.items():
        for name in fonts_of(family, weight, style):
            names.setdefault(name, set()).update(text)
    return names


def fonts_of(family, weight, style):
    """Return the name of the font that a browser takes; all of its family, if none."""
    face = ("Bold" if weight == "700" else "") + ("Italic" if style == "italic" else "")
    exact = f"{family}-{face or 'Regular'}"
    if (FONTS / f"{exact}.woff2").exists():
        return [exact]
    return [path.stem for path in FONTS.glob(f"{family}-*.woff2")]


def cut_fonts(app, exception):
    """Write KaTeX's fonts into the site, each with its characters only."""
    if not wrote_pages(app, exception):
        return  # the fonts are as an earlier build has cut them
    site = pathlib.Path(app.outdir)
    styles = site / STYLES
    logging.getLogger("fontTools").setLevel(logging.WARNING)  # else a line a table
    text = styles.read_text("utf-8")
    shown = characters(english_pages(site))
    options = subset.Options(
        flavor="woff2", layout_features=["*"], hinting=False, notdef_outline=False
    )
    options.name_IDs = [0]  # whose it is
    options.drop_tables += ["gasp"]  # when to hint
    folder = site / "_static" / "katex" / "fonts"
    for path in FONTS.glob("*.woff2"):
        if path.stem not in shown:
            # A font of no character is none to a browser, which complains.
            (folder / path.name).unlink(missing_ok=True)
            text = re.sub(FACE.format(re.escape(path.name)), "", text)
            continue
        font = subset.load_font(path, options)
        subsetter = subset.Subsetter(options)
        subsetter.populate(text="".join(sorted(shown[path.stem])))
        subsetter.subset(font)
        subset.save_font(font, folder / path.name, options)
    for name in sorted(shown.keys() & {*INLINE}):
        content = base64.b64encode((folder / f"{name}.woff2").read_bytes()).decode()
        found = re.search(FACE.format(re.escape(f"{name}.woff2")), text)
        if not found:
            continue  # no page that this build has written has a formula
        face = found[0]
        inline = face.replace(
            f"url(katex/fonts/{name}.woff2)", f"url(data:font/woff2;base64,{content})"
        )
        # Before the rules: what is no text, in their midst, is compressed less well.
        text = inline + text.replace(face, "")
    styles.write_text(text, encoding="utf-8")


def setup(app):
    """Register the extension with Sphinx."""
    # After styles.py.
    app.connect("build-finished", cut_fonts, priority=700)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
