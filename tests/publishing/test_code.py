"""publishing.page.code: code looks as Pygments has it, with fewer elements."""

import pytest
from bs4 import BeautifulSoup, Tag
from playwright.sync_api import expect
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonConsoleLexer, PythonLexer
from pygments.token import (
    STANDARD_TYPES,
    Comment,
    Keyword,
    Number,
    Operator,
    String,
    Text,
)

from publishing.page.code import FewElements
from tests.browser import ROOT, SITE, new_page

COLOURS = {"c": Comment, "k": Keyword, "m": Number, "s": String}


def kinds_of(html):
    """Return (character, class of its element, if any) for all that can be seen."""
    found = []
    for text in BeautifulSoup(html, "html.parser").find_all(string=True):
        names = text.parent.get("class", []) if isinstance(text.parent, Tag) else []
        name = names[0] if names and text.parent.name == "span" else None
        found += [(letter, name) for letter in text if not letter.isspace()]
    return found


def usual_kind(name):
    """Return the class that the book has for a usual one of Pygments'."""
    kind = next((kind for kind, short in STANDARD_TYPES.items() if short == name), Text)
    kind = Keyword if kind is Operator.Word else kind
    return next((ours for ours, whole in COLOURS.items() if kind in whole), None)


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
def test_four_kinds_have_elements(lexer, code):
    usual = highlight(code, lexer, HtmlFormatter())
    short = highlight(code, lexer, FewElements())
    expected = [(letter, usual_kind(name)) for letter, name in kinds_of(usual)]
    assert kinds_of(short) == expected
    assert None in (names := {name for _, name in expected})
    assert names & {"k", "m", "s"}
    assert short.count("<span") < usual.count("<span") / 2
    text = BeautifulSoup(short, "html.parser").get_text()
    assert text == BeautifulSoup(usual, "html.parser").get_text()


@pytest.mark.parametrize("allowed", [True, False])
def test_a_button_copies_code_or_selects_it(context, site_address, allowed):
    path = "chapters/01_biased_variance.html"
    if allowed:
        context.grant_permissions(["clipboard-read", "clipboard-write"])
    else:
        context.add_init_script(
            "Clipboard.prototype.writeText = () => Promise.reject(new Error())"
        )
    page = new_page(context)
    page.goto(f"{site_address('file')}/{path}")
    soup = BeautifulSoup((SITE / path).read_text("utf-8"), "html.parser")
    code = soup.select_one(".highlight pre").get_text()
    button = page.get_by_role("button", name="Copy this code").first
    expect(button).to_have_css("opacity", "0")
    button.focus()
    expect(button).to_have_css("opacity", "1")
    button.press("Enter")
    said = page.locator(".highlight > button").first
    if allowed:
        expect(said).to_have_accessible_name("Copied.")
        assert page.evaluate("navigator.clipboard.readText()") == code.rstrip()
    else:
        expect(said).to_have_accessible_name("Selected: press Ctrl+C, or ⌘C.")
        assert page.evaluate("getSelection().toString()").rstrip() == code.rstrip()
    expect(said).to_have_accessible_name("Copy this code")
    assert page.troubles == []


CELL = """---
kernelspec: {name: python3, display_name: Python 3}
jupytext: {text_representation: {format_name: myst}}
---

# Page

```{code-cell} python
---
mystnb:
  emphasize: [TEXT]
---
x = 1
y = x + 1
```
"""


@pytest.mark.parametrize(
    ("text", "marked", "warned"),
    [("x + 1", ["y = x + 1\n"], ""), ("= ", [], "2 lines"), ("z", [], "0 lines")],
)
def test_the_line_that_matters_is_marked(build_site, text, marked, warned):
    folder, warnings = build_site(
        {"index.md": CELL.replace("TEXT", f'"{text}"')},
        extensions=["myst_nb", "publishing.page"],
        html_theme="furo",
        nb_execution_mode="off",
    )
    assert warned in warnings
    assert bool(warned) == ("emphasizes" in warnings)
    soup = BeautifulSoup((folder / "index.html").read_text("utf-8"), "html.parser")
    if not warned:
        assert [line.get_text() for line in soup.select(".hll")] == marked
