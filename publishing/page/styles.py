"""One stylesheet instead of eight: a page is drawn when the last of them has come."""

import pathlib
import posixpath
import re

STYLES = "_static/styles.css"
ADDRESS = re.compile(r"""url\((?!["']?data:)["']?([^"')]+)["']?\)""")


def link_styles(app, pagename, templatename, context, doctree):
    """Have a page ask for STYLES in place of the site's own stylesheets.

    Those of another host, and those for some media only, stay by themselves.
    """
    joined, others = [], []
    for css in context["css_files"]:
        plain = css.attributes.keys() <= {"rel", "type"}
        own = css.filename.startswith("_static/")
        (joined if plain and own else others).append(css)
    names = [css.filename for css in joined]
    if new := [name for name in names if name not in app.config.joined_styles]:
        app.config.joined_styles = [*app.config.joined_styles, *new]
        join_styles(app, None)  # its hash becomes the link's version
    if joined:
        context["css_files"] = [type(joined[0])(STYLES), *others]


def join_styles(app, exception):
    """Write STYLES, of the stylesheets that the pages asked for.

    Some are written while the build ends: before that they are left out.
    """
    if exception or app.builder.format != "html":
        return
    text = ""
    for name in app.config.joined_styles:
        file = pathlib.Path(app.outdir, name)
        if not file.exists():
            continue
        folder = posixpath.relpath(posixpath.dirname(name), posixpath.dirname(STYLES))
        text += ADDRESS.sub(
            lambda match, folder=folder: f"url({posixpath.join(folder, match[1])})",
            file.read_text("utf-8"),
        )
    if text:
        pathlib.Path(app.outdir, STYLES).write_text(text, encoding="utf-8")


def setup(app):
    """Register the extension with Sphinx."""
    app.add_config_value("joined_styles", [], "")
    # After all that could have a page ask for one more.
    app.connect("html-page-context", link_styles, priority=900)
    # After Furo, which writes the colours of code then, and before fonts.py.
    app.connect("build-finished", join_styles, priority=600)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
