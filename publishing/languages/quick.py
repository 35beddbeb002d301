"""What is the same for all messages, made once.

Sphinx translates each message as a document of its own, with its own settings and its
own parser, which takes longer than the message; and its search looks through a list of
all Latin words for each of them.
"""

import copy
import functools

import docutils.frontend
import myst_parser.parsers.sphinx_ as myst
from sphinx.search.zh import SearchChinese

DEFAULTS = functools.cache(docutils.frontend.get_default_settings)
NEW_PARSER = myst.create_md_parser


def default_settings(*components):
    """Return what docutils' get_default_settings does, without reading them anew."""
    return copy.copy(DEFAULTS(*components))


class Parser:
    """Parser()(config, renderer) is myst_parser's create_md_parser: the last one."""

    made = None, None

    def __call__(self, config, renderer):
        """Return a parser for a configuration, new if the last one was another."""
        if self.made[0] != (config, renderer):
            self.made = (config, renderer), NEW_PARSER(config, renderer)
        return self.made[1]


class Terms(set):
    """A set that grows as Sphinx's list of terms does."""

    extend = set.update


class Chinese(SearchChinese):
    """Sphinx's search in Chinese; the words in Latin letters are found at once."""

    latin_terms = Terms()


def configure(app, config):
    """Have Sphinx, docutils and myst_parser use these in the builds to come."""
    docutils.frontend.get_default_settings = default_settings
    myst.create_md_parser = Parser()


def setup(app):
    """Register the extension with Sphinx."""
    app.connect("config-inited", configure)
    app.add_search_language(Chinese)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
