"""What the book makes of KaTeX's MathML."""

import re

from bs4 import BeautifulSoup

from tests.publishing.conftest import WHOLE

# TeX, and the MathML of it; a browser shows a letter alone in italics.
CASES = {
    r"\hat x": '<mover accent="true"><mi>x</mi><mo stretchy="false">ˆ</mo></mover>',
    r"\tilde w": '<mover accent="true"><mi>w</mi><mo stretchy="false">˜</mo></mover>',
    r"\overline h": '<mover accent="true"><mi>h</mi><mo>¯</mo></mover>',
    r"\overline{a b}": '<mover accent="true"><mrow><mi>a</mi><mi>b</mi></mrow>'
    '<mo class="zm-bar" stretchy="false">‾</mo></mover>',
    r"\mathbf 1": "<mn>𝟏</mn>",
    r"\mathbb E": "<mi>𝔼</mi>",
    r"\partial": "<mi>∂</mi>",
    r"a\,b": '<mi>a</mi><mspace width="0.1667em"></mspace><mi>b</mi>',
    r"x=-1": '<mi>x</mi><mo>=</mo><mo form="prefix">−</mo><mn>1</mn>',
    r"x-1": "<mi>x</mi><mo>−</mo><mn>1</mn>",
    r"a,\dots": '<mi>a</mi><mo separator="true">,</mo><mi>…</mi>',
    r"\lVert x\rVert": "<mi>∥</mi><mi>x</mi><mi>∥</mi>",
}


def test_formulas_are_mathml_that_browsers_know(build_site):
    source = "# A page\n\n" + "\n\n".join(f"${tex}$" for tex in CASES)
    folder, _said = build_site({"intro.md": source}, **WHOLE)
    page = BeautifulSoup((folder / "intro.html").read_text("utf-8"), "html.parser")
    found = [formula.decode_contents() for formula in page.select("math")]
    found = [re.sub(r"^<mrow>(.*)</mrow>$", r"\1", one) for one in found]
    assert found == [*CASES.values()]
    assert not page.select("annotation, semantics, .katex-html")
