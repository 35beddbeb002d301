"""The static figures of figures/, inline on the page.

An SVG that a page shows by <img> cannot see the page's colours, so it would stay
light in dark mode. `![alt](../figures/name.svg)` therefore becomes the SVG itself;
JupyterLab and code hosts show the file.
"""

import html
import pathlib
import re

from docutils import nodes
from sphinx.util import logging

from explorables.plots import themed
from publishing.languages import language_of, words_of
from publishing.live.paths import with_steps
from publishing.live.still_png import want_pictures

logger = logging.getLogger(__name__)
BOLD = re.compile(
    r'<text[^>]*font-weight(?:: 700|="bold")[^>]*>(.*?)</text>', re.DOTALL
)


def title_of(svg):
    """Return the title of a figure or plot: its only bold text; "" without one."""
    found = BOLD.search(svg)
    return html.unescape(re.sub("<.*?>", "", found[1])).strip() if found else ""


def inline_svg(svg, alt):
    """Return the node of an SVG that follows the page's colours, read out as `alt`."""
    div = (
        f'<div class="zm-plot" role="img" aria-label="{html.escape(alt)}">'
        f"{with_steps(themed(svg))}</div>"
    )
    return nodes.raw(text=div, format="html", title=title_of(svg))


def put_inline(app, doctree):
    """Replace a document's images of figures/*.svg by what these files hold.

    A figure without alt text, or one within a line of text, is a warning.
    """
    words, _ = words_of(app, app.env.docname)
    drawn = {}
    for image in list(doctree.findall(nodes.image)):
        name, path = app.env.relfn2path(image["uri"], app.env.docname)
        path = pathlib.Path(path)
        # A file that is missing stays an image, about which Sphinx will warn.
        if (
            not name.startswith("figures/")
            or path.suffix != ".svg"
            or not path.exists()
        ):
            continue
        app.env.note_dependency(name)
        alt = image.get("alt", "").strip()
        if not alt:
            logger.warning(
                f"{name} has no alt text: write ![what is to be seen]({image['uri']})",
                location=image,
                type="figures",
                subtype="alt",
            )
        paragraph = image.parent
        if isinstance(paragraph, nodes.paragraph) and len(paragraph) > 1:
            logger.warning(
                f"{name} stands within a line of text: give it its own paragraph",
                location=image,
                type="figures",
                subtype="paragraph",
            )
            continue
        # A node that can carry an anchor; and no <div> can stand in a <p>.
        figure = nodes.container(
            ids=image["ids"], classes=["zm-figure"], title=path.stem
        )
        drawn[path.name] = words.svg(path.read_text(encoding="utf-8"))
        figure += inline_svg(drawn[path.name], alt)
        alone = isinstance(paragraph, nodes.paragraph)
        (paragraph if alone else image).replace_self(figure)
    if language_of(app.config) != "en":
        # For portable notebooks in that language.
        want_pictures(app.env, [(name, {"svg": svg}) for name, svg in drawn.items()])


def setup(app):
    """Register the extension with Sphinx."""
    # Before Sphinx collects the images that it is to copy.
    app.connect("doctree-read", put_inline, priority=400)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
