"""Addresses of a figure's states: followed, copied, undone, and wrong ones told."""

import json
import re
from urllib.parse import unquote

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from playwright.sync_api import expect

import explorables
from tests.browser import SITE, page_paths, wake
from tests.explorables.test_addresses import begun_of, run
from tests.publishing.predictions import STATE, VIEW, build_book
from tests.publishing.record.test_record import new_page

FIGURE = "fig-why-nobody-notices-in-a-transformer"
PROSE = """## Links

[set d to 768](#{figure}?d=768), [two](#{figure}?d=2), [the figure](#{figure}),
[wrong](#{figure}?d=1&nonesuch=3).
""".replace("{figure}", FIGURE)
FAR = f"# Elsewhere\n\n[768 there](chapters/one.ipynb#{FIGURE}?d=768)\n"


def notebook():
    """Return a chapter that shows a DivisorGap, with links to its states below."""
    explorer = explorables.DivisorGap(d=4)
    state = begun_of(explorer)
    shown = new_output(
        "execute_result",
        data={
            VIEW: {"model_id": "gap", "version_major": 2, "version_minor": 1},
            "text/plain": repr(explorer),
        },
        execution_count=1,
    )
    widgets = {"gap": {"model_name": "AnyModel", "model_module": "anywidget",
                       "model_module_version": "~0.9.*", "state": state}}  # fmt: skip
    return nbformat.writes(
        new_notebook(
            cells=[
                new_markdown_cell("# A chapter"),
                new_code_cell("show()", execution_count=1, outputs=[shown]),
                new_markdown_cell(PROSE),
            ],
            metadata={
                "widgets": {
                    STATE: {"state": widgets, "version_major": 2, "version_minor": 0}
                },
                "kernelspec": {"name": "python3", "display_name": "Python 3"},
            },
        )
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder, warnings = build_book(
        tmp_path_factory.mktemp("book"),
        {"chapters/one.ipynb": notebook(), "far.md": FAR},
    )
    assert [
        line for line in warnings.splitlines() if line and "lexer" not in line
    ] == []
    return folder


@pytest.fixture
def page(context, site):
    page = new_page(context)
    page.goto((site / "chapters" / "one.html").as_uri())
    wake(page)
    return page


def d_of(page):
    return page.evaluate("zeroMeanUnitVariance.models.get('model-1').get('d')")


def test_a_link_moves_the_figure_and_back_undoes_it(page):
    page.get_by_role("link", name="set d to 768").scroll_into_view_if_needed()
    place = page.evaluate("scrollY")
    page.get_by_role("link", name="set d to 768").click()
    expect(page.locator(".zm-readout")).to_contain_text("d = 768")
    assert page.evaluate("scrollY") == place
    page.get_by_role("link", name="two").click()
    expect(page.locator(".zm-readout")).to_contain_text("d = 2:")
    page.go_back()
    expect(page.locator(".zm-readout")).to_contain_text("d = 768")
    page.go_back()
    expect(page.locator(".zm-readout")).to_contain_text("d = 4:")
    page.go_forward()
    expect(page.locator(".zm-readout")).to_contain_text("d = 768")
    page.get_by_role("button", name="Reset").click()
    assert d_of(page) == 4


def test_a_wrong_state_is_ignored_with_a_word(page):
    page.get_by_role("link", name="set d to 768").click()
    page.get_by_role("link", name="wrong").click()
    said = page.locator(".zm-anchored > .zm-said")
    expect(said).to_contain_text("Ignored in this link, unknown or out of range: d, ")
    expect(said).to_contain_text("nonesuch")
    assert d_of(page) == 4, "the page's own state, where a link says nothing else"
    page.get_by_role("link", name="two").click()
    expect(said).to_have_count(0)


def test_an_address_opens_a_page_with_its_state(context, site):
    page = new_page(context)
    page.goto((site / "far.html").as_uri())
    page.get_by_role("link", name="768 there").click()
    expect(page.locator(".zm-readout")).to_contain_text("d = 768")
    expect(page.locator(".zm-title")).to_be_in_viewport()


def test_the_button_copies_what_opens_the_same_state(context, site, page):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("[role=slider]").press("PageUp")
    d = d_of(page)
    page.get_by_role("button", name="Copy a link").click()
    expect(page.locator(".zm-said")).to_have_text("Link copied.")
    address = page.evaluate("navigator.clipboard.readText()")
    assert address.endswith(f"#{FIGURE}?d={d}")
    other = new_page(context)
    other.goto(address)
    expect(other.locator(".zm-readout")).to_contain_text(f"d = {d}:")


def test_without_a_script_it_is_a_link_to_the_figure(browser, site):
    page = browser.new_page(
        java_script_enabled=False, viewport={"width": 800, "height": 300}
    )
    page.goto((site / "far.html").as_uri())
    page.get_by_role("link", name="768 there").click()
    expect(page.locator(".zm-title")).to_be_in_viewport()
    page.close()


def test_a_link_to_no_figure_is_a_warning(tmp_path):
    text = "# Elsewhere\n\n[there](chapters/one.ipynb#fig-nonesuch?d=3)\n"
    files = {"chapters/one.ipynb": notebook(), "far.md": text}
    _, warnings = build_book(tmp_path, files)
    assert "no such figure" in warnings
    assert FIGURE in warnings


def links_to_states():
    """Yield (page, figure's page, its id, the state's words) of the book's links."""
    for path in page_paths():
        soup = BeautifulSoup((SITE / path).read_text("utf-8"), "html.parser")
        for link in soup.select("article a[href*='#'][href*='?']"):
            target, _, fragment = link["href"].partition("#")
            if re.match("(fig|quiz)-", fragment):
                place, _, words = unquote(fragment).partition("?")
                file = (
                    ((SITE / path).parent / target).resolve() if target else SITE / path
                )
                yield path, file, place, words


def test_every_state_that_the_prose_links_to_is_one():
    for path, file, place, words in links_to_states():
        soup = BeautifulSoup(file.read_text("utf-8"), "html.parser")
        figure = soup.find(id=place).select_one(".zm-static")
        begun = json.loads(figure.script.string)["state"]
        begun |= getattr(explorables, begun["kind"]).class_state()
        case = {"kind": begun["kind"], "begun": begun, "words": [words]}
        (found,) = run(case)[0]["decoded"]
        assert found["ignored"] == [], f"{path}: {place}?{words}"
