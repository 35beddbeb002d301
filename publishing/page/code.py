"""Highlighted code, with no more elements than have a look of their own."""

import functools
import itertools

from docutils import nodes
from pygments.formatters import HtmlFormatter
from pygments.styles import get_style_by_name
from pygments.token import STANDARD_TYPES, Text, Whitespace
from sphinx.highlighting import PygmentsBridge
from sphinx.util import logging

logger = logging.getLogger(__name__)


class FewElements(HtmlFormatter):
    """Pygments' formatter; what looks the same in both styles is one kind of token.

    Its own style is the light one, the dark one is the book's.
    """

    dark = ""

    def format_unencoded(self, tokensource, outfile):
        """Write the tokens, neighbours of one look in one element."""
        alike = first_of_its_look(self.style, get_style_by_name(self.dark))
        named = ((alike.get(kind, kind), text) for kind, text in tokensource)
        joined = (
            (kind, "".join(text for _, text in group))
            for kind, group in itertools.groupby(named, key=lambda token: token[0])
        )
        super().format_unencoded(joined, outfile)


@functools.cache
def first_of_its_look(*styles):
    """Return for each kind of token the first that looks as it does in all styles.

    styles: Pygments' classes. What looks as plain text does becomes `Text`, which has
    no element, and so do spaces.
    """
    firsts, alike = {}, {}
    for kind in [Text, *STANDARD_TYPES]:
        look = str([style.style_for_token(kind) for style in styles])
        alike[kind] = firsts.setdefault(look, kind)
    return alike | {Whitespace: Text}


def mark_lines(app, doctree):
    """Mark the lines of a cell that hold one of its metadata's `mystnb.emphasize`.

    A text that is in no line, or in several, is a warning.
    """
    for cell in doctree.findall(nodes.container):
        texts = cell.get("cell_metadata", {}).get("mystnb", {}).get("emphasize", ())
        for block in [*cell.findall(nodes.literal_block)][:1] if texts else ():
            lines = block.astext().splitlines()
            marked = []
            for text in texts:
                places = [i for i, line in enumerate(lines, 1) if text in line]
                marked += places
                if len(places) != 1:
                    logger.warning(
                        f"{len(places)} lines of the cell hold {text!r}, which it "
                        "emphasizes: one has to",
                        location=cell,
                        type="code",
                        subtype="emphasize",
                    )
            block["highlight_args"] = {"hl_lines": marked}


def configure(app, config):
    """Have Sphinx format code so."""
    FewElements.dark = config.pygments_dark_style
    PygmentsBridge.html_formatter = FewElements


def restore(app, exception):
    """Leave Sphinx as it was: the formatter is that of a process, not of a build."""
    PygmentsBridge.html_formatter = HtmlFormatter


def setup(app):
    """Register the extension with Sphinx."""
    # When the book's settings are complete, and before Sphinx makes its formatter.
    app.connect("config-inited", configure, priority=900)
    app.connect("build-finished", restore)
    # When its comments have been translated, which can take more lines then.
    app.connect("doctree-read", mark_lines, priority=900)
    return {"env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}
