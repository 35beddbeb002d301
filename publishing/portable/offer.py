"""What a chapter's page offers of its portable edition: Colab, and the file."""

import pathlib

from sphinx.locale import _

from publishing.chapters import chapters_of
from publishing.languages import folder_of
from publishing.portable.edition import FOLDER
from publishing.repository import colab_link


def offer_actions(app, pagename, templatename, context, doctree):
    """Give a chapter's page its actions: a list of (text, address, download)."""
    if doctree is None or pagename not in chapters_of(app.env):
        return
    if context["page_source_suffix"] != ".ipynb":
        return
    notebook = f"{FOLDER}/{pathlib.PurePosixPath(pagename).name}.ipynb"
    published = f"{folder_of(app.config)}{notebook}"
    offered = [
        (_("Open in Colab"), colab_link(app.config.book_repository, published), False),
        (_("Download notebook"), context["pathto"](notebook, 1), True),
    ]
    context["actions"] = [action for action in offered if action[1]]


def setup(app):
    """Register the extension with Sphinx."""
    app.connect("html-page-context", offer_actions)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
