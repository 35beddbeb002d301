"""A page's texts in the language of the build."""

import explorables
from explorables.base import Explorable
from explorables.sweep import COMPUTING
from explorables.words import Words
from publishing.languages import language_of
from publishing.languages.catalogues import FIGURES, SITE, folder_of, translations


def texts_of(app, name):
    """Return {message: translation} of a catalogue; of English, nothing."""
    language = language_of(app.config)
    if language == "en":
        return {}
    from publishing.languages.breaks import title_breaks

    texts = translations(folder_of(app.srcdir, language) / f"{name}.po")
    # Plots are drawn for pages.
    breaks = {} if name in (FIGURES, SITE) else title_breaks(app)
    return {english: breaks.get(said, said) for english, said in texts.items()}


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
    texts = texts_of(app, FIGURES) | texts_of(app, page)
    common = figures_own_texts()
    noted = []

    def note(kind, text):
        if text not in common:
            noted.append((kind, text))

    return Words(texts.get, note), noted
