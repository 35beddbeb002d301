"""Highlighted code, with no more elements than have a look of their own."""

import itertools

from pygments.formatters import HtmlFormatter
from pygments.styles import get_style_by_name
from pygments.token import STANDARD_TYPES, Text, Whitespace
from sphinx.highlighting import PygmentsBridge


class FewElements(HtmlFormatter):
    """Pygments' formatter; what looks the same in all `styles` is one kind of token."""

    styles = ()

    def format_unencoded(self, tokensource, outfile):
        """Write the tokens, neighbours of one look in one element."""
        alike = first_of_its_look(self.styles)
        named = ((alike.get(kind, kind), text) for kind, text in tokensource)
        joined = (
            (kind, "".join(text for _, text in group))
            for kind, group in itertools.groupby(named, key=lambda token: token[0])
        )
        super().format_unencoded(joined, outfile)


def first_of_its_look(styles):
    """Return for each kind of token the first that looks as it does in all styles.

    styles: names of Pygments' styles. What looks as plain text does becomes `Text`,
    which has no element, and so do spaces.
    """
    styles = [get_style_by_name(name) for name in styles]
    firsts, alike = {}, {}
    for kind in [Text, *STANDARD_TYPES]:
        look = str([style.style_for_token(kind) for style in styles])
        alike[kind] = firsts.setdefault(look, kind)
    return alike | {Whitespace: Text}


def configure(app, config):
    """Have Sphinx format code so, for the styles of light and dark pages."""
    FewElements.styles = [config.pygments_style, config.pygments_dark_style]
    PygmentsBridge.html_formatter = FewElements


def setup(app):
    """Register the extension with Sphinx."""
    # When the book's settings are complete, and before Sphinx makes its formatter.
    app.connect("config-inited", configure, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
