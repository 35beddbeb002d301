"""Prompts: asked on their page when they are due, and at the ends of chapters."""

import json
import pathlib
import re

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import expect

from tests.browser import SITE, kept, new_page, page_paths

REVIEW = "review.html"
LEAST = 10  # prompts of a chapter
CHAPTERS = [path for path in page_paths() if path.startswith("chapters/")]


def soup_of(path):
    return BeautifulSoup((SITE / path).read_text("utf-8"), "html.parser")


def where(prompt):
    """Return a prompt's link to its place; others lead to the glossary."""
    (link,) = [link for link in prompt.select("a[href]") if link.text == "Where"]
    return link


@pytest.fixture
def review(context, site_address):
    page = new_page(context)
    page.goto(f"{site_address('file')}/{REVIEW}")
    return page


def answer(page, button):
    asked = page.locator(".zm-asked .zm-prompt")
    question = asked.locator("summary").inner_text()
    assert not asked.locator("p").first.is_visible(), "answered before it was asked"
    asked.locator("summary").press("Enter")
    asked.get_by_role("button", name=button).click()
    return question


def test_each_chapter_has_prompts_that_lead_to_their_place():
    prompts = soup_of(REVIEW).select(".zm-prompt")
    names = [prompt["data-prompt"] for prompt in prompts]
    assert len(names) == len(set(names))
    by_page = {}
    for prompt in prompts:
        by_page.setdefault(f"{prompt['data-page']}.html", []).append(prompt)
        link = where(prompt)
        assert link["href"].startswith(f"{prompt['data-page']}.html#")
    assert sorted(by_page) == CHAPTERS
    assert min(map(len, by_page.values())) >= LEAST


def test_a_chapter_asks_again_what_earlier_ones_asked():
    known = {prompt["data-prompt"] for prompt in soup_of(REVIEW).select(".zm-prompt")}
    asked = []
    for number, path in enumerate(CHAPTERS):
        prompts = soup_of(path).select(".zm-again .zm-prompt")
        assert len(prompts) == (3 if number else 0)
        for prompt in prompts:
            assert prompt["data-prompt"] in known
            assert f"{prompt['data-page']}.html" in CHAPTERS[:number]
            link = where(prompt)
            file, _, place = link["href"].partition("#")
            target = f"chapters/{file}"
            assert soup_of(target).find(id=place), link
        asked += [prompt["data-prompt"] for prompt in prompts]
    assert len(set(asked)) > 3 * (len(CHAPTERS) - 1) / 2, "always the same ones"


def test_only_this_page_loads_the_scheduler():
    loading = [
        pathlib.Path(path)
        for path in [*page_paths(), "index.html"]
        if "_static/review.js" in (SITE / path).read_text("utf-8")
    ]
    assert loading == [pathlib.Path(REVIEW)]
    mount = (SITE / "_static" / "mount-explorables.js").read_text("utf-8")
    assert "request_retention" not in mount
    assert "request_retention" in (SITE / "_static" / "review.js").read_text("utf-8")


def test_a_session_asks_what_was_forgotten_once_more(review):
    total = review.locator(".zm-prompt").count()
    status = review.locator(".zm-review [role=status]").first
    expect(status).to_contain_text("Nothing is due")
    review.get_by_role("button", name="all the same").click()
    expect(status).to_have_text(f"{min(total, 20)} prompts to go.")
    first = answer(review, "I forgot")
    asked = [first]
    while review.locator(".zm-asked .zm-prompt").count():
        asked.append(answer(review, "I remembered"))
    assert asked[-1] == first
    assert len(asked) == min(total, 20) + 1
    # Answers open their chapters: what is left of these is new, and asked next.
    pages = review.locator("article > section .zm-prompt").evaluate_all(
        "(all) => all.map((one) => one.dataset.page)"
    )
    left = sum(page in pages[:20] for page in pages[20:])
    expect(status).to_contain_text(f"0 due again, {left} new")
    review.get_by_role("button", name="Begin").click()
    while review.locator(".zm-asked .zm-prompt").count():
        answer(review, "I remembered")
    expect(status).to_contain_text("Nothing is due. Next:")
    records = kept(review)
    logs = [one["log"] for name, one in records.items() if name.startswith("prompt:")]
    assert sorted(len(log) for log in logs)[-2:] == [1, 2]

    # Weeks later all of them are due again.
    late = re.sub(
        r"\[(\d{10}),", lambda at: f"[{int(at[1]) - 10**8},", json.dumps(records)
    )
    review.evaluate(
        """(records) => {
            const key = "zero-mean-unit-variance";
            const all = JSON.parse(localStorage[key]);
            localStorage[key] = JSON.stringify({ ...all, records });
        }""",
        json.loads(late),
    )
    review.reload()
    expect(status).to_contain_text(f"{len(logs)} due again")
    review.get_by_role("button", name="Begin").click()
    expect(status).to_contain_text("to go")
    assert review.troubles == []


def test_a_chapters_end_asks_and_the_review_knows_of_it(context, site_address):
    page = new_page(context)
    page.goto(f"{site_address('http')}/{CHAPTERS[1]}")
    prompt = page.locator(".zm-again .zm-prompt").first
    prompt.locator("summary").click()
    prompt.get_by_role("button", name="I remembered").click()
    expect(prompt.locator("[role=status]")).to_contain_text("asked again")
    name = f"prompt:{prompt.get_attribute('data-prompt')}"
    assert kept(page)[name]["page"] == prompt.get_attribute("data-page")
    page.goto(f"{site_address('http')}/{REVIEW}")
    # Others of that chapter are new, and the answered one is not.
    same = page.locator(f"article > section .zm-prompt[data-page='{CHAPTERS[0][:-5]}']")
    status = page.locator(".zm-review [role=status]").first
    expect(status).to_contain_text(f"0 due again, {same.count() - 1} new")
    assert page.troubles == []


def test_files_for_anki_and_a_calendar(review, tmp_path):
    with review.expect_download() as download:
        review.get_by_role("button", name="Anki").click()
    download.value.save_as(tmp_path / "anki.txt")
    rows = [
        line.split("\t")
        for line in (tmp_path / "anki.txt").read_text("utf-8").splitlines()
        if not line.startswith("#")
    ]
    assert len(rows) == review.locator(".zm-prompt").count()
    assert {len(row) for row in rows} == {4}
    assert any(r"\(N-1=3\)" in row[1] for row in rows), "a formula is TeX there"
    assert not any("katex" in field or "<svg" in field for row in rows for field in row)
    assert not review.get_by_role("button", name="Calendar").is_visible()

    review.get_by_role("button", name="all the same").click()
    answer(review, "I remembered")
    with review.expect_download() as download:
        review.get_by_role("button", name="Calendar").click()
    download.value.save_as(tmp_path / "review.ics")
    text = (tmp_path / "review.ics").read_bytes().decode()
    assert text.startswith("BEGIN:VCALENDAR\r\n")
    assert re.search(r"SUMMARY:Review \d+ prompts?\r\n", text)


def test_without_a_script_all_prompts_can_be_opened(browser, site_address):
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{site_address('file')}/{REVIEW}")
    prompt = page.locator(".zm-prompt").first
    assert not prompt.locator("p").first.is_visible()
    prompt.locator("summary").click()
    assert prompt.locator("p").first.is_visible()
    page.close()
