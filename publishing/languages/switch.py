"""Links between the languages: each page leads to the same place in the others."""

import posixpath

from publishing.languages import language_of
from publishing.languages.catalogues import folder_of as catalogues_of
from publishing.languages.editions import EDITIONS, ENGLISH


def editions_of(app):
    """Return the languages that the book has: {Sphinx's name: Edition}."""
    there = {
        language: edition
        for language, edition in EDITIONS.items()
        if catalogues_of(app.srcdir, language).is_dir()
    }
    return {"en": ENGLISH, **there} if there else {}


def link_languages(app, pagename, templatename, context, doctree):
    """Give a page its other languages, and all of them with their full addresses."""
    editions = editions_of(app)
    own = language_of(app.config)
    if own not in editions:
        return
    target = app.builder.get_target_uri(pagename)
    here = posixpath.dirname(f"{editions[own].folder}{target}")
    context["other_languages"] = [
        {
            "tag": edition.tag,
            "folder": edition.folder,
            "name": edition.name,
            "address": posixpath.relpath(f"{edition.folder}{target}", here or "."),
        }
        for language, edition in editions.items()
        if language != own
    ]
    if base := (app.config.html_baseurl or "").removesuffix(editions[own].folder):
        # The first page stands at the address of the folder.
        page = "" if pagename == app.config.master_doc else target
        context["languages"] = [
            (edition.tag, f"{base}{edition.folder}{page}")
            for edition in editions.values()
        ]
    if pagename == app.config.master_doc:
        context["first_page"] = True


def setup(app):
    """Register the extension with Sphinx."""
    app.connect("html-page-context", link_languages)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
