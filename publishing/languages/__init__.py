"""The book in other languages, from the same notebooks and one execution.

In: `locales/{language}/LC_MESSAGES/`, a gettext catalogue for each page, `sphinx.po`
for labels and settings, `explorables.po` for what the browser's code says, `judge.po`
for what the judge says. Out: the messages that there are (`python -m
publishing.languages update` writes them into the catalogues), and pages in the language
of the build, each with a link to the same place in the others. `python -m
publishing.languages build` puts every language into a folder of the English site.

Sphinx translates the prose itself. The words of figures, quizzes, folds, comments in
code and settings are handed to the same catalogues here.
"""

MESSAGES = "messages.json"  # beside the doctrees
FONT = "Other Letters"  # the family of font_files, whatever they are cut from


# What imports torch is imported where it is needed: a translator's check is quick.
def words_of(app, page):
    """Return a page's Words, and the list of (kind, text) that they were asked for."""
    from publishing.languages import words

    return words.words_of(app, page)


def language_of(config):
    """Return the language of the build by Sphinx's name: one of EDITIONS, or "en"."""
    from publishing.languages.editions import EDITIONS

    return config.language if config.language in EDITIONS else "en"


def texts_of(app, page):
    """Return {English: text} of a page, in the language of the build; {} of English."""
    from publishing.languages import words

    return words.texts_of(app, page)


def translated_code(source, words):
    """Return code with its comments in other words."""
    from publishing.languages.comments import translated

    return translated(source, words)


def wrapped(text, room):
    """Return a text in lines of so many letters, a wide one counting twice."""
    from publishing.languages import comments

    return comments.wrapped(text, room)


def font_files(app):
    """Return the files of a font, FONT, for what matplotlib's lacks; or none."""
    from publishing.languages import fonts

    return fonts.font_files(app)


def messages_of(app):
    """Return what the browser's code says in the language of the build, by language."""
    from publishing.languages import words
    from publishing.languages.catalogues import FIGURES

    language = language_of(app.config)
    return {} if language == "en" else {language: words.texts_of(app, FIGURES)}


def sentences_of(app):
    """Return what the judge says in the language of the build; {} in English."""
    from publishing.languages import words
    from publishing.languages.catalogues import JUDGE

    return words.texts_of(app, JUDGE)


def judged(text, sentences):
    """Return an output in other words, if the judge said it."""
    from publishing.languages import outputs

    return outputs.judged(text, sentences)


def folder_of(config):
    """Return the folder that the build's language has in the site: "", or "zh/"."""
    from publishing.languages.editions import EDITIONS, ENGLISH

    return EDITIONS.get(config.language, ENGLISH).folder


def folders_of(app):
    """Return the folders of the languages that the book has, English being ""."""
    from publishing.languages.switch import editions_of

    return [edition.folder for edition in editions_of(app).values()] or [""]


def english_pages(site):
    """Return the pages of a built site, less those that other languages have in it."""
    from publishing.languages.editions import EDITIONS

    others = [site / edition.folder for edition in EDITIONS.values()]
    return [
        page
        for page in sorted(site.rglob("*.html"))
        if not any(page.is_relative_to(other) for other in others)
    ]


def setup(app):
    """Register the extension with Sphinx."""
    for part in ("collect", "apply", "breaks", "emphasis", "quick", "switch"):
        app.setup_extension(f"publishing.languages.{part}")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
