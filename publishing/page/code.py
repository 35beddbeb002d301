"""Highlighted code, with no more elements than have a look of their own."""

import functools
import itertools

from docutils import nodes
from pygments.formatters import HtmlFormatter
from pygments.style import Style
from pygments.token import Comment, Keyword, Number, Operator, String, Text
from sphinx.highlighting import PygmentsBridge
from sphinx.util import logging

logger = logging.getLogger(__name__)

COLOURED = (Comment, Keyword, Number, String)  # by book.css; all else is in ink


class Plain(Style):
    """Pygments' style without a colour: the book's stylesheet has them."""

    background_color = highlight_color = None


class FewElements(HtmlFormatter):
    """Pygments' formatter, with no element for what has no colour of its own."""

    def format_unencoded(self, tokensource, outfile):
        """Write the tokens, neighbours of one colour in one element."""
        named = ((coloured_as(kind), text) for kind, text in tokensource)
        joined = (
            (kind, "".join(text for _, text in group))
            for kind, group in itertools.groupby(named, key=lambda token: token[0])
        )
        super().format_unencoded(joined, outfile)


@functools.cache
def coloured_as(kind):
    """Return the one of COLOURED that a kind of token is of; else Text: no element."""
    if kind in Operator.Word:
        return Keyword  # "not in" looks as "if" does
    return next((one for one in COLOURED if kind in one), Text)


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
    config.pygments_style = f"{__name__}.{Plain.__name__}"
    # Furo's own option; Jupyter Book takes no setting that it does not know yet.
    config.pygments_dark_style = config.pygments_style
    PygmentsBridge.html_formatter = FewElements


def restore(app, exception):
    """Leave Sphinx as it was: the formatter is that of a process, not of a build."""
    PygmentsBridge.html_formatter = HtmlFormatter


def setup(app):
    """Register the extension with Sphinx."""
    # Before Sphinx makes its formatter.
    app.connect("config-inited", configure)
    app.connect("build-finished", restore)
    # When its comments have been translated, which can take more lines then.
    app.connect("doctree-read", mark_lines, priority=900)
    return {"env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}
