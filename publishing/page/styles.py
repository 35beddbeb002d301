"""One stylesheet instead of eight, of what the pages use.

A page is drawn when the last of its stylesheets has come, and two thirds of what these
say is of elements that no page of the book has.
"""

import hashlib
import pathlib
import posixpath
import re

from publishing.languages import english_pages
from publishing.live import run_node

STYLES = "_static/styles.css"
WORD = re.compile(r"[\w-]+")  # a name of an element, class or id, among others
DATASET = re.compile(r"\bdataset\.(\w+)")  # in a script, of an attribute data-...
ASKED = re.compile(rf"({re.escape(STYLES)})(?:\?v=\w+)?(?=\")")
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
    app.config.joined_styles = [*dict.fromkeys([*app.config.joined_styles, *names])]
    if not app.config.theme_colours and "furo_pygments" in context:
        app.config.theme_colours = theme_colours(app, context)
    if joined:
        context["css_files"] = [type(joined[0])(STYLES), *others]


def theme_colours(app, context):
    """Return what Furo would write into each page: its options, and colours of code."""
    inline = app.builder.templates.render(
        "partials/_head_css_variables.html", dict(context)
    )
    return inline.partition("<style>")[2].partition("</style>")[0]


def wrote_pages(app, exception):
    """Whether this build has written pages, and with them asks for STYLES."""
    return not exception and app.builder.format == "html" and app.config.joined_styles


def join_styles(app, exception):
    """Write STYLES, of the stylesheets that the pages asked for."""
    if not wrote_pages(app, exception):
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
    text += app.config.theme_colours
    pathlib.Path(app.outdir, STYLES).write_text(text, encoding="utf-8")


def drop_unused(app, exception):
    """Leave out of STYLES what no page can use, with the scripts that change it."""
    if not wrote_pages(app, exception):
        return
    site = pathlib.Path(app.outdir)
    styles = site / STYLES
    scripts = site.glob("_static/**/*.js")
    words = set()
    for path in [*english_pages(site), *scripts]:
        text = path.read_text("utf-8")
        words.update(WORD.findall(text))
        for name in DATASET.findall(text):
            words.add("data-" + re.sub("[A-Z]", r"-\g<0>", name).lower())
    css = styles.read_text("utf-8")
    request = {"css": css, "words": sorted(words)}
    styles.write_text(run_node("needed_css.cjs", request), encoding="utf-8")


def name_version(app, exception):
    """Have the pages ask for STYLES by a hash of what it has become.

    Sphinx's own is of what lies there while a page is written: of an earlier build.
    """
    if not wrote_pages(app, exception):
        return
    site = pathlib.Path(app.outdir)
    version = hashlib.sha256((site / STYLES).read_bytes()).hexdigest()[:8]
    for page in english_pages(site):
        old = page.read_text("utf-8")
        text = ASKED.sub(rf"\g<1>?v={version}", old)
        if text != old:
            page.write_text(text, encoding="utf-8")


def setup(app):
    """Register the extension with Sphinx."""
    app.add_config_value("joined_styles", [], "")
    app.add_config_value("theme_colours", "", "")
    # After all that could have a page ask for one more.
    app.connect("html-page-context", link_styles, priority=900)
    # After Furo, which writes the colours of code then, and before fonts.py.
    app.connect("build-finished", join_styles, priority=600)
    app.connect("build-finished", drop_unused, priority=650)
    app.connect("build-finished", name_version, priority=750)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
