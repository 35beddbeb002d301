"""Every number that a chapter says is one that its cells computed or were given.

A number is looked for in the chapter's stored outputs and among the constants of its
code. What else may be said stands in numbers.toml: with an expression, which is
evaluated here, or with the reason for which nothing can compute it. Not looked at are
whole numbers of one digit (any chapter has computed each of them), numbers in words,
and what names a place: an issue, an equation, a year of a cited work.
"""

import ast
import decimal
import functools
import math
import re
import tomllib
from pathlib import Path
from typing import NamedTuple

import nbformat
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
LISTED = tomllib.loads((HERE / "numbers.toml").read_text("utf-8"))
PAGES = (
    *("intro", "whats_next", "review", "symptoms", "notation", "glossary", "checked"),
    *("your_book", "licences", "bibliography"),
)
SPEAKING = ("explorables", "judge")  # what figures say, and the judge
YEARS = set(re.findall(r"year\s*= \{(\d+)\}", (ROOT / "references.bib").read_text()))

SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
# What a reader does not read as a number.
ELSEWHERE = re.compile(
    r"<!--.*?-->|\]\([^)]*\)|https?://\S+|<[^>]+>"
    r"|\{[a-z:]+\}`[^`]*`|\{\w*:[^{}]*\}"
    r"|(?:chapter|section|equation|algorithm|exercise|table|figure|line)s? "
    r"\d+(?:\.\d+)*(?:(?:, | and | to )\d+)*|#\d+|\*\*\d+\.\*\*|^\d+\. ",
    re.IGNORECASE | re.MULTILINE | re.DOTALL,
)
RAISED = re.compile(r"(?<=10)([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)")
# 1.5 × 10^4, 1.5\times10^{4} and 10^{4} are read as 1.5e4 and 1e4
POWER = re.compile(
    r"(?<![\d.])(?:(\d+(?:\.\d+)?) ?(?:×|\\times|\\cdot) ?)?10\^\{?(-?\d+)\}?"
)
NUMBER = re.compile(
    r"(?<![\w.^#])(?P<sign>(?<![\w})\]])[-−])?"
    r"(?P<digits>\d+(?:,\d{3})*(?:\.\d+)?)(?P<exponent>e[-+]?\d+)?"
    r"(?![\w]*[A-Za-z_])(?P<percent> ?(?:\\?%|percent))?"
)
PRINTED = re.compile(
    r"(?<![\w.,])-?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?(?!\w)",
    re.IGNORECASE,
)


class Number(NamedTuple):
    """A number as it is said, and what it can stand for."""

    text: str
    value: float
    half_unit: float  # of the last digit that is said
    signed: bool
    percent: bool

    def is_said_of(self, value):
        """Return whether this is `value`, rounded to the digits that are said."""
        values = [value, 100 * value] if self.percent else [value]
        if not self.signed:
            values = map(abs, values)
        exact = self.half_unit == 0.5 and not self.percent
        most = 0 if exact else self.half_unit * (1 + 1e-6)
        return any(abs(one - self.value) <= most for one in values)


def numbers(text):
    """Yield each Number of a text: formulas, code and prose alike."""
    text = RAISED.sub(lambda found: "^" + found[1].translate(SUPERSCRIPTS), text)
    text = POWER.sub(
        lambda found: f"{found[1] or 1}e{found[2]}",
        ELSEWHERE.sub(";", text).replace("{,}", ","),
    )
    for found in NUMBER.finditer(text):
        digits = found["digits"].replace(",", "")
        exponent = found["exponent"] or ""
        percent, signed = bool(found["percent"]), bool(found["sign"])
        plain = not percent and not exponent
        if plain and (re.fullmatch(r"\d", digits) or digits in YEARS):
            continue
        half_unit = 0.5 * 10.0 ** -len(digits.partition(".")[2]) * float("1" + exponent)
        value = float(digits + exponent) * (-1 if signed else 1)
        yield Number(found[0].strip(), value, half_unit, signed, percent)


def strings(source):
    """Yield the texts that code shows: strings with a space, no docstring."""
    for node in ast.walk(ast.parse(source)):
        for child in ast.iter_child_nodes(node):
            if (
                isinstance(child, ast.Constant)
                and isinstance(child.value, str)
                and " " in child.value
                and not isinstance(node, ast.Expr)
            ):
                yield child.value


def said(nb):
    """Yield (cell, text) of all that a notebook tells its reader."""
    for i, cell in enumerate(nb.cells):
        if cell.cell_type == "markdown":
            yield i, cell.source
        elif "reference" not in cell.metadata.get("tags", []):
            yield from ((i, text) for text in strings(cell.source))
        yield i, cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "")


def computed(nb):
    """Return the numbers that a notebook's code has, and that its outputs show."""
    found = set()
    for cell in nb.cells:
        if cell.cell_type != "code":
            continue
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
                found.add(float(node.value))
        for output in cell.outputs:
            shown = output.get("data", {}).get("text/plain", "")
            for text in (output.get("text", ""), output.get("evalue", ""), shown):
                found.update(
                    float(one.replace(",", "")) for one in PRINTED.findall(text)
                )
    return found


def listed(name):
    """Return {number as it is said: value, or None where nothing can compute it}."""
    return {
        text: None if why.startswith("given: ") else eval(why, vars(math).copy())
        for text, why in LISTED.get(name, {}).items()
    }


def not_computed(texts, known, exceptions):
    """Return (numbers that nothing computed, what of the exceptions was used)."""
    missing, used = [], set()
    for where, text in texts:
        for number in numbers(text):
            if any(map(number.is_said_of, known)):
                continue
            value = exceptions.get(number.text, math.nan)
            if value is None or number.is_said_of(value):
                used.add(number.text)
            else:
                missing.append(f"{where}: {number.text}")
    return missing, used


@functools.cache
def read(path):
    return nbformat.read(path, as_version=4)


def test_every_number_is_computed(chapter):
    nb, exceptions = read(chapter), listed(chapter.stem)
    cells = ((f"{chapter.stem}[cell {i}]", text) for i, text in said(nb))
    missing, used = not_computed(cells, computed(nb), exceptions)
    assert missing == [], "print it, or list it in tests/notebooks/numbers.toml"
    assert used == set(exceptions), "what is no exception is not listed"


@pytest.fixture(scope="module")
def known(chapters):
    """Return the numbers that any chapter computes, or that are computed for it."""
    found = set()
    for path in chapters:
        found |= computed(read(path)) | {*listed(path.stem).values()} - {None}
    return found


@pytest.mark.parametrize("page", PAGES)
def test_every_number_of_a_page_is_computed_in_a_chapter(page, known):
    text = (ROOT / f"{page}.md").read_text("utf-8")
    exceptions = listed(page)
    missing, used = not_computed([(page, text)], known, exceptions)
    assert missing == []
    assert used == set(exceptions)


@pytest.mark.parametrize("package", SPEAKING)
def test_every_number_of_a_sentence_in_the_code_is_computed_in_a_chapter(
    package, known
):
    texts = [
        (path.name, text)
        for path in sorted((ROOT / package).glob("*.py"))
        for text in strings(path.read_text("utf-8"))
    ]
    assert any(list(numbers(text)) for _, text in texts)
    exceptions = listed(package)
    missing, used = not_computed(texts, known, exceptions)
    assert missing == []
    assert used == set(exceptions)


def test_what_is_listed_is_of_a_page_that_is_there(chapters):
    assert set(LISTED) <= {path.stem for path in chapters} | {*PAGES, *SPEAKING}


@given(st.decimals(0, 10**6, places=4), st.integers(0, 4))
def test_a_rounded_number_is_found_and_its_neighbour_is_not(value, places):
    unit = decimal.Decimal(1).scaleb(-places)
    rounded = value.quantize(unit)
    assume(places or (rounded >= 10 and str(rounded) not in YEARS))
    for number, found in ((rounded, True), (rounded + 2 * unit, False)):
        text = f"It is {number:,}."
        missing, _ = not_computed(
            [("", text)], {float(value if places else rounded)}, {}
        )
        assert (missing == []) is found, text


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("13 percent, 0.5\\,%, 7 %", [13, 0.5, 7]),
        (
            "$\\epsilon=10^{-5}$, 10⁻³, $1.5\\times10^{4}$, 2e-3",
            [1e-5, 1e-3, 1.5e4, 2e-3],
        ),
        ("10,000 and $170{,}000$", [10_000, 170_000]),
        ("$x-12$, $v=-0.4$, from −1.3416 to 1.3416", [12, -0.4, -1.3416, 1.3416]),
        ("exercise 5.8, equations 13 and 14, torch#50010, float32, c4, $x_{10}$", [10]),
        ("[set it](#fig-a?eps=0.01), **12.** `nn.LayerNorm(768)`", [768]),
    ],
)
def test_numbers_are_read_as_a_reader_does(text, values):
    assert [number.value for number in numbers(text)] == values
