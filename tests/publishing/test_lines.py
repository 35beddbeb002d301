"""Where a line of prose does not end."""

import re

from bs4 import BeautifulSoup

from tests.publishing.conftest import WHOLE

# Markdown, and what of it stays on one line.
CASES = {
    "With $x$, all is well.": ["x,"],
    "Is it $x$? (It is $y$.)": ["x?", "y.)"],
    "The $x$-axis, and “$y$” of $z$": ["x-", "“y”"],
    "（$x$、$y$）": ["（x、", "y）"],
    "*Of $x$* and $x$ *or* $y$": [],
    "Of 13 % of `13 %`": [],
}


def test_a_formula_keeps_the_marks_beside_it_and_a_number_its_percent(build_site):
    source = "\n\n".join(["# A page", *CASES])
    folder, _said = build_site({"intro.md": source}, **WHOLE)
    page = BeautifulSoup((folder / "intro.html").read_text("utf-8"), "html.parser")
    for formula in page.select(".katex"):
        formula.replace_with(formula.annotation.get_text())
    paragraphs = page.select("section > p")
    found = [[one.get_text() for one in p.select(".zm-whole")] for p in paragraphs]
    assert found == [*CASES.values()]
    texts = [re.sub(r"[$*`]", "", text) for text in CASES]
    assert paragraphs[-1].get_text() == texts[-1].replace("13 %", "13\u00a0%", 1)
    assert [p.get_text() for p in paragraphs[:-1]] == texts[:-1]
