"""Search that shows texts and leads to sections, from the disk, too.

In: Sphinx's own search, the built pages, and `search_synonyms`, a mapping from a word
or phrase that readers may look for to words that the book has instead. Out: one script
with all texts, which the search page alone loads; results with the text around the
words, each leading to its section, none twice.
"""

from sphinx.util import logging

from publishing.search.texts import configure, indexed_pages, write_texts

logger = logging.getLogger(__name__)


def check_synonyms(app, config):
    """Warn of a synonym that could never be found: it has a capital letter."""
    for word in config.search_synonyms:
        if word != word.lower():
            logger.warning(
                f"search_synonyms, in _config.yml, has {word!r}: write it in small "
                "letters",
                type="search",
            )


def setup(app):
    """Register the extension with Sphinx."""
    app.add_config_value("search_synonyms", {}, "html", [dict])
    app.connect("config-inited", configure)
    app.connect("config-inited", check_synonyms)
    app.connect("env-updated", indexed_pages)
    app.connect("build-finished", write_texts)
    return {"version": "2", "parallel_read_safe": True, "parallel_write_safe": True}
