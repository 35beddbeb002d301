"""The book in other languages, from the same notebooks and one execution.

In: `locales/{language}/LC_MESSAGES/`, a gettext catalogue for each page, `sphinx.po`
for labels and settings, `explorables.po` for what the browser's code says. Out: the
messages that there are (`python -m publishing.languages update` writes them into the
catalogues), and pages in the language of the build.

Sphinx translates the prose itself. The words of figures, quizzes, folds, comments in
code and settings are handed to the same catalogues here.
"""

import json
import pathlib

MESSAGES = "messages.json"  # beside the doctrees


# What imports torch is imported where it is needed: a translator's check is quick.
def words_of(app, page):
    """Return a page's Words, and the list of (kind, text) that they were asked for."""
    from publishing.languages import words

    return words.words_of(app, page)


def write_messages(app, exception):
    """Write what all pages say: {page: [[domain, kind, text], ...]}, in their order."""
    if exception or app.config.language not in (None, "en"):
        return
    pages = ["", *app.env.toctree_includes.get(app.config.master_doc, ())]
    pages[0] = app.config.master_doc
    said = {page: app.env.metadata[page].get("messages", []) for page in pages}
    path = pathlib.Path(app.doctreedir, MESSAGES)
    path.write_text(json.dumps(said, ensure_ascii=False, indent=0), "utf-8")


def setup(app):
    """Register the extension with Sphinx."""
    from publishing.languages.collect import Collect, LeaveAlone

    app.add_transform(LeaveAlone)
    app.add_transform(Collect)
    app.connect("build-finished", write_messages)
    return {
        "env_version": 1,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
