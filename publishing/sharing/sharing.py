"""How the book is found and shared: descriptions, Open Graph, sitemap, a 404 page.

What needs the site's own address (canonical links, Open Graph and its cards, the
sitemap) is there only where that address is known.
"""

import html
import json
import pathlib
import shutil
import textwrap
from urllib.parse import urlsplit

import numpy as np
from markupsafe import Markup
from matplotlib.figure import Figure
from sphinx.util import logging

import explorables

logger = logging.getLogger(__name__)
# Of the pages that nobody writes.
GENERATED = {
    "search": "Search the text and the code of the whole book.",
    "genindex": "The glossary's terms in alphabetical order.",
}
TOKENS = json.loads(
    pathlib.Path(explorables.__file__).with_name("tokens.json").read_text("utf-8")
)
CARD = (1200, 630)  # pixels, what Open Graph's readers ask for


def configure(app, config):
    """Add the template of the 404 page."""
    here = pathlib.Path(__file__).parent
    config.templates_path.append(str(here / "templates"))


def check_descriptions(app, env):
    """Warn of a page without a description, and of a description without a page.

    A book that describes no page is left in peace.
    """
    descriptions = app.config.page_descriptions
    if not descriptions:
        return
    for page in sorted(env.found_docs - descriptions.keys()):
        logger.warning(
            f"{page} has no line in page_descriptions, in _config.yml: one sentence, "
            "shown by search engines and where a link is shared",
            location=page,
            type="sharing",
        )
    for page in sorted(descriptions.keys() - env.found_docs):
        logger.warning(
            f"page_descriptions, in _config.yml, has a line for {page}: there is no "
            "such page",
            type="sharing",
        )


def describe(app, pagename, templatename, context, doctree):
    """Put a page's description and its Open Graph into its head, and draw its card."""
    description = {**GENERATED, **app.config.page_descriptions}.get(pagename)
    if not description:
        return
    tags = [("name", "description", description)]
    address = app.config.html_baseurl
    if address and doctree is not None:
        book = app.config.html_title
        title = Markup(context["title"]).striptags()
        first = pagename == app.config.master_doc
        if first:  # has two names: index.html is its copy
            title, context["pageurl"] = book, address
        card = f"_static/cards/{pagename.replace('/', '-')}.png"
        draw_card(pathlib.Path(app.outdir, card), book, title, description, address)
        tags += [
            ("property", "og:type", "website" if first else "article"),
            ("property", "og:site_name", book),
            ("property", "og:title", title),
            ("property", "og:description", description),
            ("property", "og:url", context["pageurl"]),
            ("property", "og:image", address + card),
            ("property", "og:image:width", CARD[0]),
            ("property", "og:image:height", CARD[1]),
            ("property", "og:image:alt", f"{title}. {description}"),
            ("name", "twitter:card", "summary_large_image"),
        ]
    context["metatags"] = context.get("metatags", "") + "\n".join(
        f'<meta {kind}="{name}" content="{html.escape(str(content))}">'
        for kind, name, content in tags
    )


def draw_card(path, book, title, description, address):
    """Write the picture that stands beside a shared link: a PNG of CARD's size."""
    figure = Figure(figsize=(CARD[0] / 100, CARD[1] / 100), dpi=100, layout="none")
    figure.set_facecolor(TOKENS["surfaces"]["ground"]["light"])
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, CARD[0]), ylim=(CARD[1], 0))
    axes.axis("off")
    width = CARD[0] / len(TOKENS["roles"])
    for number, role in enumerate(TOKENS["roles"].values()):
        ends = [number * width, (number + 1) * width]
        axes.fill_between(ends, 606, CARD[1], fc=role["light"])

    x = np.linspace(-3, 3, 61)
    axes.plot(
        1050 + 25 * x,
        110 - 50 * np.exp(-(x**2) / 2),
        c=TOKENS["roles"]["normalized"]["light"],
        lw=4,
    )
    axes.plot([1050, 1050], [60, 110], c=TOKENS["roles"]["statistic"]["light"], lw=4)

    def write(y, text, size, name, **style):
        colour = TOKENS["surfaces"][name]["light"]
        axes.text(80, y, text, size=size, c=colour, va="top", parse_math=False, **style)

    lines = textwrap.wrap(title, 26)
    size = 44 if len(lines) < 4 else 36
    write(70, "" if title == book else book, 20, "muted")
    write(130, "\n".join(lines), size, "ink", weight="bold", linespacing=1.25)
    write(420, textwrap.fill(description, 68), 19, "muted", linespacing=1.45)
    write(545, address.split("//")[1].rstrip("/"), 17, "ink")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Software": None})


def make_missing_page(app):
    """Have the page made that a server shows where there is none."""
    colours = TOKENS["surfaces"] | TOKENS["roles"]
    context = {
        "folder": urlsplit(app.config.html_baseurl).path,
        "colour": lambda name: "light-dark({light}, {dark})".format(**colours[name]),
    }
    yield "404", context, "404.html"


def write_index(app, exception):
    """Let the address that everybody links to be the first page, not a redirect."""
    if exception:
        return
    first = pathlib.Path(app.outdir, f"{app.config.master_doc}.html")
    shutil.copyfile(first, pathlib.Path(app.outdir, "index.html"))


def write_sitemap(app, exception):
    """List the pages, the first one by the address that everybody links to."""
    address = app.config.html_baseurl
    path = pathlib.Path(app.outdir, "sitemap.xml")
    if exception or not address:
        path.unlink(missing_ok=True)
        return
    pages = sorted(app.env.found_docs - {app.config.master_doc})
    addresses = [address, *(f"{address}{app.builder.get_target_uri(p)}" for p in pages)]
    path.write_text(
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        + "".join(f"<url><loc>{html.escape(one)}</loc></url>\n" for one in addresses)
        + "</urlset>\n",
        encoding="utf-8",
    )


def setup(app):
    """Register the extension with Sphinx."""
    app.add_config_value("page_descriptions", {}, "html")
    app.setup_extension("publishing.repository")
    app.connect("env-check-consistency", check_descriptions)
    app.connect("html-page-context", describe)
    app.connect("config-inited", configure)
    app.connect("html-collect-pages", make_missing_page)
    app.connect("build-finished", write_sitemap)
    # Before sphinx-external-toc, which would write a redirect.
    app.connect("build-finished", write_index, priority=100)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
