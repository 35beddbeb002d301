"""How a page looks, and how a place on it is pointed at.

In: Furo's page, the stylesheets that a page asks for, KaTeX's MathML, a font, and
figures with titles. Out: one stylesheet, with the font cut to the book's characters,
formulas on one line with the marks beside them, a link at each heading and figure,
"Chapter 3 of 5", what is cited in the margin, the line that matters in a cell, and what
a checker of accessibility asks for.
"""

import hashlib
import pathlib

HERE = pathlib.Path(__file__).parent


def configure(app, config):
    """Add the book's stylesheet and templates to Furo's."""
    config.html_static_path.append(str(HERE / "static"))
    config.templates_path.append(str(HERE / "templates"))
    # Sphinx would not write a page anew because its stylesheet has changed.
    style = (HERE / "static" / "book.css").read_bytes()
    config.book_style = hashlib.sha256(style).hexdigest()[:12]


def setup(app):
    """Register the extension with Sphinx."""
    for part in (
        *("formulas", "lines", "code", "scripts", "styles", "fonts"),
        *("anchors", "margin"),
    ):
        app.setup_extension(f"publishing.page.{part}")
    app.add_config_value("book_style", "", "html")
    app.connect("config-inited", configure)
    app.add_css_file("book.css")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
