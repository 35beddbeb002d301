"""publishing.page.code: code looks as Pygments has it, with fewer elements."""

import pytest
from bs4 import BeautifulSoup, Tag
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonConsoleLexer, PythonLexer
from pygments.styles import get_style_by_name
from pygments.token import STANDARD_TYPES, Text

from publishing.page.code import FewElements
from tests.browser import ROOT

STYLES = ["a11y-high-contrast-light", "github-dark"]
KINDS = {name: kind for kind, name in STANDARD_TYPES.items() if name}


class Shortened(FewElements):
    dark = STYLES[1]


def looks(html):
    """Return (character, its look in each style) for all that can be seen."""
    found = []
    for text in BeautifulSoup(html, "html.parser").find_all(string=True):
        names = text.parent.get("class", []) if isinstance(text.parent, Tag) else []
        kind = KINDS.get(names[0], Text) if names else Text
        look = [get_style_by_name(name).style_for_token(kind) for name in STYLES]
        found += [(letter, look) for letter in text if not letter.isspace()]
    return found


FUNCTION = r"""
@a.b
def f(x: int = 0x1F) -> str:
    return f'{x!r:>4}\n'
"""
SESSION = """>>> 1 / 0
Traceback (most recent call last):
ZeroDivisionError: division by zero
"""


@pytest.mark.parametrize(
    ("lexer", "code"),
    [
        (PythonLexer(), (ROOT / "explorables" / "predict.py").read_text("utf-8")),
        (PythonLexer(), FUNCTION),
        (PythonConsoleLexer(), SESSION),
    ],
    ids=["module", "function", "session"],
)
def test_looks_the_same_in_fewer_elements(lexer, code):
    usual = highlight(code, lexer, HtmlFormatter())
    short = highlight(code, lexer, Shortened(style=STYLES[0]))
    assert looks(short) == looks(usual)
    assert len(short) < len(usual)
    text = BeautifulSoup(short, "html.parser").get_text()
    assert text == BeautifulSoup(usual, "html.parser").get_text()
