"""A sentence for each page, for search engines and for where a link is shared."""

import html
import pathlib

from markupsafe import Markup
from sphinx.locale import _
from sphinx.util import logging

from publishing.languages import font_files
from publishing.leftovers import keep_only
from publishing.sharing.card import CARD, draw_card

logger = logging.getLogger(__name__)
# Of the pages that nobody writes.
GENERATED = {
    "search": "Search the text and the code of the whole book.",
    "genindex": "The glossary's terms in alphabetical order.",
}
CARDS = "_static/cards"


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


def card_name(page):
    """Return the name of a page's card."""
    return f"{page.replace('/', '-')}.png"


def remove_cards(app, exception):
    """Remove the cards of pages that are no longer there."""
    if exception or app.builder.format != "html":
        return
    pages = app.env.found_docs if app.config.html_baseurl else ()
    keep_only(pathlib.Path(app.outdir, CARDS), {*map(card_name, pages)})


def describe(app, pagename, templatename, context, doctree):
    """Put a page's description and its Open Graph into its head, and draw its card."""
    described = {**GENERATED, **app.config.page_descriptions}
    if not described.get(pagename):
        return
    description = _(described[pagename])
    tags = [("name", "description", description)]
    address = app.config.html_baseurl
    if address and doctree is not None:
        book = _(app.config.html_title)
        title = Markup(context["title"]).striptags()
        first = pagename == app.config.master_doc
        if first:  # has two names: index.html is its copy
            title, context["pageurl"] = book, address
        card = f"{CARDS}/{card_name(pagename)}"
        path = pathlib.Path(app.outdir, card)
        draw_card(path, book, title, description, address, font_files(app))
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


def setup(app):
    """Register the extension with Sphinx."""
    app.add_config_value("page_descriptions", {}, "html")
    app.connect("env-check-consistency", check_descriptions)
    app.connect("html-page-context", describe)
    app.connect("build-finished", remove_cards)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
