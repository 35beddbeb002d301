"""What a chapter's page offers: Colab, the notebook as a file, its source."""

import pathlib

from publishing.portable.edition import FOLDER, is_chapter
from publishing.repository import colab_link, file_links


def offer_actions(app, pagename, templatename, context, doctree):
    """Give a chapter's page its actions: a list of (text, address, download)."""
    if doctree is None or not is_chapter(app.env, pagename):
        return
    repository = app.config.book_repository
    notebook = f"{FOLDER}/{pathlib.PurePosixPath(pagename).name}.ipynb"
    file = app.env.doc2path(pagename, base=False)
    source, edit = file_links(repository, app.config.book_branch, file) or ("", "")
    offered = [
        ("Open in Colab", colab_link(repository, notebook), False),
        ("Download notebook", context["pathto"](notebook, 1), True),
        ("View source", source, False),
        ("Suggest an edit", edit, False),
    ]
    context["actions"] = [action for action in offered if action[1]]


def setup(app):
    """Register the extension with Sphinx."""
    app.setup_extension("publishing.repository")
    app.connect("html-page-context", offer_actions)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
