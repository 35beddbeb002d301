"""What is said of other libraries is in the table `conventions`; what is cited, listed.

tests/conventions asks the libraries, in an environment of their own; here the table is
held to the pages.
"""

import importlib.util
import re
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    path.relative_to(ROOT).as_posix()
    for pattern in ("*.md", "chapters/*.ipynb")
    for path in ROOT.glob(pattern)
    if path.name not in ("CONTRIBUTING.md", "README.md", "README.zh-CN.md")
)
spec = importlib.util.spec_from_file_location(
    "claims", ROOT / "tests/conventions/claims.py"
)
claims = importlib.util.module_from_spec(spec)
spec.loader.exec_module(claims)

LIBRARY = re.compile(
    r"\b(?:Keras|keras\.\w|Flax|jax\.\w|JAX|BERT|GPT-2|ONNX|Excel|R, )"
)
# What a default, a direction or a variance is said with.
SAID = re.compile(r"\d|default|divides|stores|weight of the (?:old|new)")
# Documents that a claim can rest on: a paper, an issue, a pull request.
CITED = re.compile(
    r"https://(?:arxiv\.org/abs/[\w./]+|doi\.org/[\w./]+"
    r"|github\.com/[\w.-]+/[\w.-]+/(?:issues|pull)/\d+)"
)


def words_of(claim):
    """Yield (page, words) of each place where a claim is made."""
    for page, words in claim.places.items():
        for one in [words] if isinstance(words, str) else words:
            yield page, one


def text_of(page):
    """Return a page's text; of a notebook all its cells', code included."""
    path = ROOT / page
    if path.suffix == ".md":
        return path.read_text("utf-8")
    return "\n\n".join(cell.source for cell in nbformat.read(path, 4).cells)


@pytest.mark.parametrize("name", claims.CLAIMS)
def test_a_claim_stands_where_the_table_says(name):
    for page, words in words_of(claims.CLAIMS[name]):
        assert words in text_of(page), page


def test_a_claim_that_cannot_be_asked_says_why():
    for name, claim in claims.CLAIMS.items():
        assert (claim.value is None) == bool(claim.why), name


@pytest.mark.parametrize("page", PAGES)
def test_what_is_said_of_a_library_is_in_the_table(page):
    quoted = [
        words
        for claim in claims.CLAIMS.values()
        for place, words in words_of(claim)
        if place == page
    ]
    missing = [
        line
        for line in text_of(page).splitlines()
        if (found := LIBRARY.search(line))
        and SAID.search(re.sub(r"\]\([^)]*\)|GPT-2", "", line[found.end() :]))
        and not any(words in line for words in [*quoted, *claims.NO_CLAIM])
    ]
    assert missing == []


@pytest.mark.parametrize("page", PAGES)
def test_what_is_cited_has_a_record(page):
    records = set(CITED.findall((ROOT / "references.bib").read_text("utf-8")))
    assert {*CITED.findall(text_of(page))} <= records


def test_the_records_of_issues_are_cited():
    everything = "".join(map(text_of, PAGES))
    records = CITED.findall((ROOT / "references.bib").read_text("utf-8"))
    unused = [url for url in records if "github.com" in url and url not in everything]
    assert unused == []
