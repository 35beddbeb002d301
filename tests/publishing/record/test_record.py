"""What a reader does is kept, comes back, and goes nowhere; in a real browser."""

import json
import pathlib
import re

import pytest
from playwright.sync_api import expect

from tests.browser import (
    KEY,
    SITE,
    kept,
    new_page,
    page_paths,
    violations,
    wake,
)

CHAPTER = "chapters/01_biased_variance.html"
REFUSE = """Object.defineProperty(window, "localStorage", {
    get() { throw new DOMException("not here", "SecurityError"); }
});"""
WITHOUT_CODE = """(all) => all.map((one) => {
    const text = one.cloneNode(true);
    text.querySelectorAll("code").forEach((code) => code.remove());
    return text.textContent;
})"""


def choose(page, question, choice):
    """Answer a question of the page's quiz."""
    fields = page.locator("[data-kind=Quiz] fieldset")
    fields.nth(question).locator("label").nth(choice).click()


def chosen(page, question):
    inputs = page.locator("[data-kind=Quiz] fieldset").nth(question).locator("input")
    return inputs.evaluate_all("(all) => all.findIndex((one) => one.checked)")


def solve(page, exercise):
    """Open a solution, and say that one had it."""
    box = page.locator("[data-exercise] input").nth(exercise)
    box.evaluate("(el) => { el.closest('details').open = true; }")
    box.check()
    return box


def done(page, kind):
    """Return what the page "Your book" says of a kind in the first chapter."""
    words = page.locator(".zm-chapter").first.locator(f"dt:text-is('{kind}') + dd")
    return words.inner_text()


@pytest.mark.parametrize("transport", ["http", "file"])
def test_what_is_done_is_there_after_a_reload_and_nothing_was_sent(
    context, site_address, transport
):
    page = new_page(context)
    page.goto(f"{site_address(transport)}/{CHAPTER}")
    wake(page)
    assert kept(page) == {} if page.evaluate(f"'{KEY}' in localStorage") else True
    requested = []
    page.on("request", lambda request: requested.append(request.url))
    figure = page.locator("[data-kind=VarianceExplorer]")
    figure.locator("[role=slider]").first.press("ArrowRight")
    choose(page, 0, 1)
    choose(page, 0, 0)
    choose(page, 1, 2)
    solve(page, 1)
    records = kept(page)
    assert requested == [], "something was sent, or asked for"
    kinds = sorted(name.split(":")[0] for name in records)
    assert kinds == ["exercise", "figure", "page", "quiz", "quiz"]
    progress = page.locator(".current-page .zm-done").inner_text()
    assert re.fullmatch(r"3/\d+", progress)

    page.reload()
    wake(page)
    assert [chosen(page, question) for question in (0, 1, 2)] == [0, 2, -1]
    assert page.locator("[data-exercise] input").nth(1).is_checked()
    assert not page.locator("[data-exercise] input").nth(0).is_checked()
    assert page.locator(".current-page .zm-done").inner_text() == progress

    page.goto(f"{site_address(transport)}/your_book.html")
    answered = r"2 of \d+ answered, 0 right at the first try, 1 at the last"
    assert re.fullmatch(answered, done(page, "Quiz"))
    assert re.fullmatch(r"1 of \d+ solved", done(page, "Exercises"))
    left = "".join(page.locator(".zm-chapter li a").evaluate_all(WITHOUT_CODE))
    assert "’" in left
    assert "'" not in left
    place = page.get_by_text("You were last reading").locator("a")
    place.click()
    assert page.url.startswith(f"{site_address(transport)}/{CHAPTER}#")
    assert page.troubles == []


def test_where_storage_is_refused_all_works_and_a_sentence_says_so(
    context, site_address
):
    context.add_init_script(REFUSE)
    page = new_page(context)
    page.goto(f"{site_address('http')}/{CHAPTER}")
    wake(page)
    choose(page, 0, 1)
    choose(page, 1, 0)
    assert [chosen(page, 0), chosen(page, 1)] == [1, 0]
    note = page.locator(".zm-not-kept")
    assert note.all_inner_texts() == [
        "This browser does not allow the page to keep anything: it is gone when you "
        "leave."
    ]
    assert page.locator(".current-page .zm-done").inner_text().startswith("2/")
    page.goto(f"{site_address('http')}/your_book.html")
    assert "does not allow" in page.locator(".zm-not-kept").inner_text()
    assert done(page, "Quiz").startswith("2 of"), "as long as the tab is open"
    page.locator(".theme-toggle").locator("visible=true").first.click()
    for path in ("404.html", "search.html?q=variance", "chapters/02_layer_norm.html"):
        page.goto(f"{site_address('http')}/{path}", wait_until="networkidle")
    assert page.troubles == []


def test_two_tabs_keep_what_each_was_told(context, site_address):
    one, other = new_page(context), new_page(context)
    for page in (one, other):
        page.bring_to_front()  # a tab behind another draws a frame a second
        page.goto(f"{site_address('http')}/{CHAPTER}")
        wake(page)
    book = new_page(context)
    book.goto(f"{site_address('http')}/your_book.html")
    choose(one, 0, 0)
    choose(other, 1, 0)
    solve(one, 0)
    assert {name.split(":")[0] for name in kept(one)} >= {"quiz", "exercise"}
    assert len([name for name in kept(other) if name.startswith("quiz:")]) == 2
    expect(book.locator(".zm-chapter").first).to_contain_text("2 of")
    assert done(book, "Exercises").startswith("1 of")
    assert one.troubles + other.troubles + book.troubles == []


def test_export_erase_import(context, site_address, tmp_path):
    page = new_page(context)
    page.goto(f"{site_address('file')}/{CHAPTER}")
    wake(page)
    choose(page, 0, 0)
    page.goto(f"{site_address('file')}/your_book.html")
    before = done(page, "Quiz")
    with page.expect_download() as download:
        page.get_by_role("button", name="Export").click()
    exported = tmp_path / "record.json"
    download.value.save_as(exported)
    page.get_by_role("button", name="Erase").click()
    assert done(page, "Quiz") == before, "it asks once"
    page.get_by_role("button", name="for good").click()
    assert done(page, "Quiz").startswith("0 of")
    assert kept(page) == {}

    said = page.locator(".zm-said")
    broken = tmp_path / "broken.json"
    broken.write_text(exported.read_text()[:-9])
    page.locator("input[type=file]").set_input_files(broken)
    expect(said).to_have_text(re.compile("The file is damaged"))
    assert kept(page) == {}
    page.locator("input[type=file]").set_input_files(exported)
    expect(said).to_have_text(re.compile(r"Taken over: \d+ record"))
    assert done(page, "Quiz") == before
    page.reload()
    assert done(page, "Quiz") == before
    assert page.troubles == []
    assert violations(page) == []


def test_without_a_script_the_page_says_what_it_is(browser, site_address):
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{site_address('file')}/your_book.html")
    assert "filled in by a script" in page.locator(".zm-your-book").inner_text()
    page.close()


def test_only_your_book_loads_the_list_of_things_to_do():
    loading = [
        pathlib.Path(path)
        for path in [*page_paths(), "index.html"]
        if "things-to-do.js" in (SITE / path).read_text("utf-8")
    ]
    assert loading == [pathlib.Path("your_book.html")]
    text = (SITE / "_static" / "things-to-do.js").read_text("utf-8")
    chapters = json.loads(text.partition(" = ")[2].rstrip(";\n"))
    names = [thing["name"] for one in chapters for thing in one["things"]]
    assert len(names) == len(set(names)), "one item stands in two places"
    for one in chapters:
        kinds = {thing["name"].split(":")[0] for thing in one["things"]}
        assert kinds >= {"quiz", "exercise"}, one["page"]


def test_a_quiz_offers_the_wrong_ones_again_in_another_order(context, site_address):
    page = new_page(context)
    page.goto(f"{site_address('file')}/{CHAPTER}")
    wake(page)
    quiz = page.locator("[data-kind=Quiz]")
    field = quiz.locator("fieldset").first
    before = field.locator("label").all_inner_texts()
    right = quiz.evaluate(
        """(el) => zeroMeanUnitVariance.models.get(el.dataset.model)
            .get("questions")[0].choices.findIndex((one) => one.correct)"""
    )
    choose(page, 0, (right + 1) % len(before))
    again = quiz.get_by_role("button", name="The wrong ones again")
    again.press("Enter")
    expect(field.locator("input:checked")).to_have_count(0)
    assert chosen(page, 0) == -1
    expect(field.locator("input").first).to_be_focused()
    expect(field.locator("legend")).to_be_in_viewport()
    after = field.locator("label").all_inner_texts()
    assert sorted(after) == sorted(before)
    assert after != before
    field.get_by_label(before[right]).check()
    expect(field.locator(".zm-feedback")).to_contain_text("Right.")
    assert again.count() == 0
    (record,) = [one for name, one in kept(page).items() if name.startswith("quiz:")]
    assert (record["first"]["right"], record["last"]["right"]) == (False, True)
    # Its own address leads to it, also before it is awake.
    place = field.locator("legend > span").get_attribute("id")
    other = new_page(context)
    other.goto(f"{site_address('http')}/{CHAPTER}#{place}")
    expect(other.locator(f"#{place}")).to_be_in_viewport()
    assert page.troubles + other.troubles == []
