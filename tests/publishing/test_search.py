"""publishing.search: what a search finds, and what is shown of it."""

import json
import re

import pytest
import yaml
from bs4 import BeautifulSoup
from playwright.sync_api import expect

from publishing.search.mathml import text_of
from publishing.search.texts import parts_of
from tests.browser import ROOT, SITE, new_page

SETTINGS = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
SYNONYMS = SETTINGS["sphinx"]["config"]["search_synonyms"]
# A command of TeX, its name alone, or the key of a citation.
RAW = re.compile(
    r"\\(?!n\b)[a-zA-Z]+|\b(odot|frac|mathbb|overline|mathrm|operatorname)\b"
    r"|\b[a-z]+(19|20)\d\d[a-z]+\b"
)


def texts():
    """Return the texts of the built site: {page: [[id, heading, text], ...]}."""
    text = (SITE / "_static/search-texts.js").read_text("utf-8")
    return json.loads(text[text.index("(") + 1 : text.rindex(")")])["pages"]


# ---- texts ----


@pytest.mark.parametrize(
    ("mathml", "text"),
    [
        ("<msup><mi>x</mi><mn>2</mn></msup>", "x²"),
        ("<msub><mi>x</mi><mi>q</mi></msub>", "x_q"),
        ("<msubsup><mi>χ</mi><mi>k</mi><mn>2</mn></msubsup>", "χₖ²"),
        ("<mfrac><mi>a</mi><mrow><mi>b</mi><mo>+</mo></mrow></mfrac>", "a/(b+)"),
        ("<msqrt><mi>d</mi><mo>−</mo><mn>1</mn></msqrt>", "√(d−1)"),
        ("<mroot><mi>x</mi><mn>3</mn></mroot>", "√x"),
        ('<mover accent="true"><mi>x</mi><mo>^</mo></mover>', "x̂"),
        ('<mover accent="true"><mi>x</mi><mo>ˆ</mo></mover>', "x̂"),
        ('<mover accent="true"><mi>h</mi><mo>¯</mo></mover>', "h̄"),
        ('<mover accent="true"><mi>w</mi><mo>˜</mo></mover>', "w̃"),
        ("<mi>𝔼</mi><mn>𝟏</mn>", "E1"),
        ("<mi>f</mi><mo>\u2061</mo><mo>(</mo><mi>x</mi><mo>)</mo>", "f(x)"),
        (
            "<semantics><mi>γ</mi><annotation>\\gamma</annotation></semantics>",
            "γ",
        ),
        ("<mtable><mtr><mi>a</mi></mtr><mtr><mi>c</mi></mtr></mtable>", "a; c"),
    ],
)  # fmt: skip
def test_a_formula_is_a_line_of_text(mathml, text):
    formula = BeautifulSoup(f"<math>{mathml}</math>", "html.parser").math
    assert text_of(formula) == text


def test_a_page_is_cut_at_its_sections():
    page = """<article><section id="a"><h1>A <math><mi>γ</mi></math>
      <a class="headerlink">¶</a></h1><p>One</p><p>two.</p>
      <div data-nosnippet>never</div><div class="math">never</div>
      <section id="b"><h2>B</h2><ul><li>three</li><li>four</li></ul></section>
      <dl class="glossary"><dt id="term-c">C</dt><dd>five</dd></dl></section>
      </article>"""
    assert parts_of(page) == [
        ["a", "A γ", "One two. C five"],
        ["b", "B", "three four"],
        ["term-c", "C", "five"],
    ]


def test_no_text_shows_tex_or_the_key_of_a_citation():
    found = [
        f"{page}: {text[max(0, raw.start() - 30) : raw.end() + 30]}"
        for page, parts in texts().items()
        for _, *heading_and_text in parts
        for text in heading_and_text
        if (raw := RAW.search(text))
    ]
    assert found == []
    assert len(texts()) > 8


def test_an_unchanged_page_is_not_read_again_and_a_changed_one_is(build):
    pages = {
        "intro": "# Intro\n\n```{toctree}\none\ntwo\n```\n",
        "one": "# One\n\nFirst.\n",
        "two": "# Two\n\nFirst.\n",
    }
    build(pages)
    folder, _ = build({**pages, "two": "# Two\n\nSecond.\n"})
    text = (folder / "_static/search-texts.js").read_text("utf-8")
    assert json.loads(text[text.index("(") + 1 : text.rindex(")")]) == {
        "pages": {
            "intro": [["intro", "Intro", "One Two"]],
            "one": [["one", "One", "First."]],
            "two": [["two", "Two", "Second."]],
        },
        "synonyms": {},
    }


# ---- results ----


@pytest.fixture(scope="module")
def page(browser):
    """Yield one page, on which everything is looked for."""
    with browser.new_context(reduced_motion="reduce") as context:
        yield new_page(context)


@pytest.fixture
def search(page, site_address):
    """Return a function: a query to its page and to [(name, address, text)] found."""

    def look(query, transport="file"):
        page.goto(f"{site_address(transport)}/search.html?q={query}")
        expect(page.get_by_role("status")).not_to_be_empty()
        items = page.locator("#search-results li").all()
        results = [
            (
                item.get_by_role("link").inner_text(),
                item.get_by_role("link").get_attribute("href"),
                item.locator(".context").inner_text(),
            )
            for item in items
        ]
        assert page.troubles == []
        return page, results

    return look


# The search itself runs in the browser: over http, one word will do.
@pytest.mark.parametrize(
    ("word", "transport"),
    [*((word, "file") for word in sorted(SYNONYMS)), (min(SYNONYMS), "http")],
)
def test_a_word_that_the_book_does_not_use_finds_what_it_says(search, word, transport):
    _, results = search(word, transport)
    meant = SYNONYMS[word] if isinstance(SYNONYMS[word], list) else [SYNONYMS[word]]
    assert results, "none of its words is in the book"
    _, address, text = results[0]
    page, _, anchor = address.partition("#")
    parts = {part[0]: part for part in texts()[page.removesuffix(".html")]}
    _, heading, whole = parts[anchor] if anchor else next(iter(parts.values()))
    words = {one for phrase in (word, *meant) for one in phrase.lower().split()}
    assert any(one in f"{heading} {whole}".lower() for one in words)
    assert text


@pytest.mark.parametrize(
    ("word", "sections"),
    [
        ("validation", {"does-the-training-loss-know-the-memory"}),
        ("checkpoint", {"bug-1-what-it-remembers-is-lost", "term-buffer"}),
        (
            "mixed precision",
            {"the-reference-layer-norm-and-layernorm", "the-reference-var-and-std"},
        ),
        ("negative variance", {"exercises"}),
        ("overfitting", {"what-you-now-know"}),
        ("RMSNorm mean", {"why-may-rmsnorm-drop-the-mean"}),
        ("GroupNorm one group LayerNorm", {"is-groupnorm-with-one-group-layernorm"}),
        (
            "query key normalization",
            {"qk-norm-the-same-norm-one-step-before-attention"},
        ),
        ("dynamic tanh", {"what-is-dyt"}),
        (
            "pre norm or post norm",
            {"pre-post-sandwich-four-places-and-their-names"},
        ),
        ("learning rate warmup", {"why-warm-up"}),
        ("causal mask", {"why-layernorm-and-not-batchnorm-in-a-transformer"}),
        (
            "batch normalization before or after activation",
            {"batchnorm-before-or-after-the-relu"},
        ),
        ("batchnorm dropout", {"batchnorm-and-dropout-which-first"}),
        ("redundant bias", {"does-a-bias-before-a-batchnorm-do-anything"}),
        ("internal covariate shift", {"is-it-covariate-shift"}),
    ],
)
def test_practitioners_words_lead_to_a_fitting_section(search, word, sections):
    _, results = search(word)
    anchors = {address.partition("#")[2] for _, address, _ in results[:4]}
    assert anchors & sections


@pytest.mark.parametrize("query", ["momentum", "gap", "RMSNorm", "layer", "variance"])
def test_nothing_is_listed_twice(search, query):
    page, results = search(query)
    addresses = [address for _, address, _ in results]
    assert len({*addresses}) == len(addresses) > 0
    count = re.search(r"\d+", page.get_by_role("status").inner_text())
    assert int(count[0]) == len(results)


def test_a_synonym_with_a_capital_is_a_warning(build):
    pages = {"intro": "# Intro\n"}
    _, warnings = build(pages, search_synonyms={"Overfitting": "shuffled"})
    assert "'Overfitting': write it in small letters" in warnings
