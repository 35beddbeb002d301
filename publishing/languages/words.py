"""A page's texts in the language of the build."""

import gettext
import pathlib

import explorables
from explorables.base import Explorable
from explorables.sweep import COMPUTING
from explorables.words import Words
from publishing.languages.catalogues import FIGURES


def catalogue(app, domain):
    """Return the function that translates a message by a catalogue, or gives None."""
    folders = [pathlib.Path(app.srcdir, folder) for folder in app.config.locale_dirs]
    found = [
        gettext.translation(
            domain, folder, [app.config.language or "en"], fallback=True
        )
        for folder in folders
    ]

    def look_up(message):
        for one in found:
            if (said := one.gettext(message)) != message:
                return said
        return None

    return look_up


def figures_own_texts():
    """Return the texts that explorables begin with, by what they are."""
    said = {COMPUTING: "while a Sweep is computed, with how far it has come"}
    kinds = [getattr(explorables, name) for name in explorables.__all__]
    return said | {
        trait.default_value: trait.metadata["words"]
        for kind in kinds
        if isinstance(kind, type) and issubclass(kind, Explorable)
        for trait in kind.class_traits(words=bool).values()
        if isinstance(trait.default_value, str) and trait.default_value
    }


def words_of(app, page):
    """Return a page's Words, and the list of (kind, text) that they were asked for."""
    own = catalogue(app, page)
    shared = catalogue(app, FIGURES)
    common = figures_own_texts()
    noted = []

    def note(kind, text):
        if text not in common:
            noted.append((kind, text))

    def look_up(text):
        return own(text) or shared(text)

    return Words(look_up, note), noted
