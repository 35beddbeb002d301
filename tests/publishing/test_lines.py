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
    "OLMo 2 and Gemma 3": [],
    "Of [0, −1.5], (B, T, d) and (so, they say)": [],
    "见第 2、3 章和第 5 章；第 12": [],
}
# Where a space is one that no line ends at.
JOINED = {"13 % of `": "13\u00a0% of `"} | {
    one: one.replace(" ", "\u00a0")
    for one in (
        "[0, −1.5]",
        "(B, T, d)",
        "OLMo 2",
        "Gemma 3",
        "第 5 章",
        "第 2、",
        "第 12",
    )
}


def test_a_formula_keeps_the_marks_beside_it_and_a_number_its_percent(build_site):
    source = "\n\n".join(["# A page", *CASES])
    folder, _said = build_site({"intro.md": source}, **WHOLE)
    page = BeautifulSoup((folder / "intro.html").read_text("utf-8"), "html.parser")
    for formula in page.select(".katex"):
        formula.replace_with(formula.math.get_text())
    paragraphs = page.select("section > p")
    found = [[one.get_text() for one in p.select(".zm-whole")] for p in paragraphs]
    assert found == [*CASES.values()]
    texts = "\n".join(CASES)
    for apart, joined in JOINED.items():
        texts = texts.replace(apart, joined)
    texts = re.sub(r"[$*`]", "", texts).split("\n")
    assert [p.get_text() for p in paragraphs] == texts


def test_code_in_a_table_may_go_on_in_the_next_line_after_a_mark(build_site):
    code = ["norm_first=True", "x.var(dim=-1, unbiased=False)", "ddof=1", "_all"]
    rows = "\n".join(f"| `{one}` |" for one in code)
    source = f"# A page\n\n`x.var()`\n\n| name |\n| --- |\n{rows}\n"
    folder, _said = build_site({"intro.md": source}, **WHOLE)
    page = BeautifulSoup((folder / "intro.html").read_text("utf-8"), "html.parser")
    assert [one.get_text() for one in page.select("section code")] == ["x.var()", *code]
    for mark in page.select("wbr"):
        mark.replace_with("|")
    assert [one.get_text() for one in page.select("section code")] == [
        "x.var()",
        "norm_|first=|True",
        "x.|var(|dim=-1, unbiased=|False)",
        "ddof=1",
        "_all",
    ]
