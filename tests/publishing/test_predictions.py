"""A prediction on a page: guessed, compared, kept; and what stands behind it."""

import json
import re

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import expect

from tests.browser import kept, new_page, violations, wake
from tests.publishing.predictions import PREDICTIONS, build_pages

FORMS = [*PREDICTIONS]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Build the small book once; returns its folder."""
    folder, warnings = build_pages(tmp_path_factory.mktemp("book"))
    # The notebook names no lexer: its kernel was never started.
    unexpected = [line for line in warnings.splitlines() if "lexer" not in line]
    assert [line for line in unexpected if line.strip()] == []
    return folder


@pytest.fixture(scope="module")
def soup(site):
    text = (site / "chapters" / "one.html").read_text("utf-8")
    return BeautifulSoup(text, "html.parser")


@pytest.fixture
def page(browser, site):
    context = browser.new_context(reduced_motion="reduce")
    page = new_page(context)
    page.goto((site / "chapters" / "one.html").as_uri())
    wake(page)
    yield page
    # Nor is a font of formulas asked for, which this book has none of.
    assert page.troubles == []
    context.close()


def figure(page, form):
    return page.locator(".zm-static").nth(FORMS.index(form))


def fold(page, form):
    return page.locator(".zm-behind").nth(FORMS.index(form))


def press(one, text):
    one.get_by_role("button", name=text).click()


def guess(one, form):
    """Make a guess, by keyboard, as a reader would; none of them is right."""
    if form in ("number", "numbers"):
        for field in one.locator("input").all():
            field.fill("−1,5")
    elif form == "choice":
        one.get_by_label("it grows").check()
    elif form == "order":
        one.get_by_role("button", name="Move max down").click()
    else:
        one.locator("[role=slider]").first.press("PageUp")


def test_a_page_does_not_give_the_answer_away(soup):
    for script in soup.select(".zm-static script"):
        state = json.loads(script.string)["state"]
        assert not re.search(r"1\.16|N − 1 it is|truth|wrong", script.string), state
    for form, one in zip(FORMS, soup.select(".zm-static"), strict=True):
        one.script.decompose()
        words = one.text.replace("Compare with what is computed", "").lower()
        assert "computed" not in words, form
        assert "guessed" not in one.text.lower(), form


def test_what_gives_it_away_is_folded_and_nothing_else(soup):
    folds = soup.select("details.zm-behind")
    assert len(folds) == len(FORMS)
    for form, one in zip(FORMS, folds, strict=True):
        assert one.summary.text == "Show what it prints"
        assert f"printed {form}" in one.text
        assert f"What gives the {form} away." in one.text
        assert "after" not in one.text
        assert "leads to" not in one.text
        assert "print(value)" not in one.text, "the code stays in sight"
        assert not one.has_attr("open")
    # In the order in which they are read: code, question, fold.
    figures = soup.select(".zm-static")
    for one, behind in zip(figures, folds, strict=True):
        assert one["data-model"] == behind["data-for"]
        assert one.sourcepos is None or one.sourceline <= behind.sourceline


@pytest.mark.parametrize("form", FORMS)
def test_a_guess_opens_what_is_below_and_is_compared(page, form):
    one, behind = figure(page, form), fold(page, form)
    assert not behind.evaluate("(el) => el.open")
    guess(one, form)
    assert not behind.evaluate("(el) => el.open"), "not before it is asked for"
    press(one, "Compare")
    assert behind.evaluate("(el) => el.open")
    assert behind.get_by_text(f"printed {form}").is_visible()
    expect(one.locator(".zm-readout")).to_contain_text("Not quite.")
    # Said once to a screen reader.
    said = one.locator(".zm-hidden[aria-live]")
    expect(said).to_have_text(one.locator(".zm-readout").inner_text())
    (record,) = [value for name, value in kept(page).items() if name[:5] == "guess"]
    assert record["last"]["right"] is False

    page.reload()
    assert behind.evaluate("(el) => el.open"), "before the figure is awake"
    wake(page)
    expect(one.locator(".zm-readout")).to_contain_text("Not quite.")
    one.get_by_role("button", name="Reset").click()
    assert not behind.evaluate("(el) => el.open")
    expect(one.get_by_role("button", name="without a guess")).to_be_visible()


def test_it_opens_without_a_guess_in_one_press(page):
    for number, form in enumerate(FORMS, start=1):
        one, behind = figure(page, form), fold(page, form)
        press(one, "without a guess")
        assert behind.evaluate("(el) => el.open"), form
        assert not re.match("Not|Right", one.locator(".zm-readout").inner_text())
        assert page.locator(".zm-behind[open]").count() == number, "and no other one"
    records = [one for name, one in kept(page).items() if name.startswith("guess:")]
    assert [set(record["last"]) for record in records] == [{"at"}] * len(FORMS)


def test_the_focus_stays_with_what_is_done_by_keyboard(page):
    one = figure(page, "number")
    one.locator("input").fill("1")
    one.locator("input").press("Enter")
    expect(one.get_by_role("button", name="Close it again")).to_be_focused()
    one.locator(".zm-reset").press("Enter")
    expect(one.get_by_role("button", name="Show it without a guess")).to_be_focused()
    rows = figure(page, "order").locator("li")
    name = rows.first.locator(".zm-option").inner_text()
    rows.first.locator("button").focus()
    for place in (1, 2):
        page.keyboard.press("Enter")
        expect(rows.nth(place).locator(".zm-option")).to_have_text(name)
        expect(rows.nth(place).locator("button")).to_be_focused()


@pytest.mark.parametrize(
    ("typed", "verdict"),
    [
        ("-1.16", "Right. Guessed −1.1600, computed −1.1619, 0.0019 apart. "
         "N − 1 it is."),
        ("−1,3416", "Not quite. Guessed −1.3416, computed −1.1619, 0.1797 apart. "
         "You divided by N."),
        ("1/2", "Not quite. Guessed 0.5000, computed −1.1619, 1.6619 apart."),
    ],
)  # fmt: skip
def test_a_foreseen_answer_has_its_own_sentence(page, typed, verdict):
    one = figure(page, "number")
    one.locator("input").fill(typed)
    one.locator("input").press("Enter")
    expect(one.locator(".zm-readout")).to_have_text(verdict)


def test_two_fields_that_are_filled_in_one_frame_keep_both_numbers(page):
    one = figure(page, "numbers")
    one.evaluate(
        """(el) => {
            for (const [i, field] of el.querySelectorAll("input").entries()) {
                field.value = String(7 + i);
                field.dispatchEvent(new InputEvent("input", { bubbles: true }));
            }
        }"""
    )
    press(one, "Compare")
    fields = [field.input_value() for field in one.locator("input").all()]
    assert fields == ["7", "8"]
    expect(one.locator(".zm-readout")).to_contain_text("variance: guessed 8")


def test_an_order_that_nobody_moved_is_a_guess_where_it_is_submitted(page):
    one = figure(page, "order")
    press(one, "Compare")
    expect(one.locator(".zm-readout")).to_have_text(
        "Not quite. Computed: min < mean < max."
    )
    (record,) = [one for name, one in kept(page).items() if name.startswith("guess:")]
    assert record["last"]["guess"] == [0, 1, 2]


def test_what_is_no_number_is_no_guess(page):
    one = figure(page, "number")
    one.locator("input").fill("about −1")
    one.locator("input").press("Enter")
    assert not fold(page, "number").evaluate("(el) => el.open")
    expect(one.get_by_role("button", name="without a guess")).to_be_visible()
    assert one.locator("input").input_value() == "about −1"


def test_your_book_counts_predictions(page, site):
    one = figure(page, "number")
    one.locator("input").fill("-1.16")
    press(one, "Compare")
    press(figure(page, "bars"), "without a guess")
    page.goto((site / "your_book.html").as_uri())
    chapter = page.locator(".zm-chapter")
    expect(chapter).to_contain_text(
        "2 of 7 opened, 1 right; half of the numbers within"
    )


def test_a_link_into_a_fold_opens_it(page, site):
    page.evaluate(
        """() => {
            const text = document.querySelectorAll(".zm-behind > p")[2];
            text.id = "inside";
            location.hash = "inside";
        }"""
    )
    expect(fold(page, "choice").get_by_text("What gives")).to_be_in_viewport()


def test_without_a_script_it_is_folded_and_on_paper_open(browser, site):
    page = browser.new_page(java_script_enabled=False)
    page.goto((site / "chapters" / "one.html").as_uri())
    text = page.get_by_text("What gives the number away.")
    assert not text.is_visible()
    page.locator(".zm-behind summary").first.click()
    assert text.is_visible()
    page.locator(".zm-behind summary").first.click()
    page.emulate_media(media="print")
    assert text.is_visible()
    shown = "(el) => el.checkVisibility({ visibilityProperty: true })"
    for control in page.locator(".zm-predict :is(input, button)").all():
        assert not control.evaluate(shown)
    # What can be guessed is not in the way of anybody's guess.
    options = page.locator(".zm-predict :is(.zm-option, .zm-name)")
    assert options.all_inner_texts() == [
        *("mean", "variance"),
        *("it grows", "it stays", "it shrinks"),
        *("max", "min", "mean"),
    ]
    for option in options.all():
        assert option.evaluate(shown)
    page.close()


def test_has_no_axe_violation_before_and_after_it_is_opened(browser, site):
    page = browser.new_page(reduced_motion="reduce")
    page.goto((site / "chapters" / "one.html").as_uri())
    wake(page)
    assert violations(page, ".zm-static", ".zm-behind") == []
    for form in FORMS:
        press(figure(page, form), "without a guess")
    assert violations(page, ".zm-static", ".zm-behind") == []
    page.close()
