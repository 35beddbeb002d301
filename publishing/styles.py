"""One stylesheet instead of eight: a page is drawn when the last of them has come."""

import pathlib
import posixpath
import re

STYLES = "_static/styles.css"
ADDRESS = re.compile(r"""url\((?!["']?data:)["']?([^"')]+)["']?\)""")


def join_styles(app, pagename, templatename, context, doctree):
    """Have a page ask for STYLES in place of the site's own stylesheets, and write it.

    Those of another host, and those for some media only, stay by themselves.
    """
    joined, others, text = [], [], ""
    for css in context["css_files"]:
        file = pathlib.Path(app.outdir, css.filename)
        plain = css.attributes.keys() <= {"rel", "type"}
        (joined if plain and file.exists() else others).append(css)
    for css in joined:
        folder = posixpath.relpath(
            posixpath.dirname(css.filename), posixpath.dirname(STYLES)
        )
        text += ADDRESS.sub(
            lambda match, folder=folder: f"url({posixpath.join(folder, match[1])})",
            pathlib.Path(app.outdir, css.filename).read_text("utf-8"),
        )
    if joined:
        pathlib.Path(app.outdir, STYLES).write_text(text, encoding="utf-8")
        context["css_files"] = [type(joined[0])(STYLES), *others]


def setup(app):
    """Register the extension with Sphinx."""
    # Last: what a page asks for must be known.
    app.connect("html-page-context", join_styles, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
