"""Addresses of a figure's states: followed, copied, undone, and wrong ones told."""

import functools
import json
import re
from urllib.parse import unquote

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from playwright.sync_api import expect

import explorables
from explorables.predict import unseal
from tests.browser import ROOT, SITE, new_page, page_paths, wake
from tests.explorables.addresses import begun_of, run
from tests.explorables.views import view
from tests.publishing.predictions import STATE, VIEW, build_book

FIGURE = "fig-why-nobody-notices-in-a-transformer"
PROSE = """## Links

[set d to 768](#{figure}?d=768), [two](#{figure}?d=2), [the figure](#{figure}),
[wrong](#{figure}?d=1&nonesuch=3), or [12](#{figure}?d=12 "Drag").
""".replace("{figure}", FIGURE)
ANSWER = f"Set [`d` to 3](#{FIGURE}?d=3)."
QUIZ = f"""Which?
+ This
  : {ANSWER}
- That
  : No."""
FAR = f"# Elsewhere\n\n[768 there](chapters/one.ipynb#{FIGURE}?d=768)\n"


def shown(explorer):
    """Return the cell that shows an explorable."""
    view = {"model_id": explorer.kind, "version_major": 2, "version_minor": 1}
    data = {VIEW: view, "text/plain": repr(explorer)}
    output = new_output("execute_result", data=data, execution_count=1)
    return new_code_cell("show()", execution_count=1, outputs=[output])


def notebook(quiz=QUIZ):
    """Return a chapter that shows a DivisorGap, with links to its states below."""
    asked = explorables.Predict(
        "How many?", truth=2, within=0, wrong={1: f"No. {ANSWER}"}, right=ANSWER
    )
    explorers = [explorables.DivisorGap(d=4), asked, explorables.Quiz(quiz)]
    widgets = {
        one.kind: {"model_name": "AnyModel", "model_module": "anywidget",
                   "model_module_version": "~0.9.*", "state": begun_of(one)}
        for one in explorers
    }  # fmt: skip
    return nbformat.writes(
        new_notebook(
            cells=[
                new_markdown_cell("# A chapter"),
                shown(explorers[0]),
                new_markdown_cell(PROSE),
                *map(shown, explorers[1:]),
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


def readout(page):
    return page.locator("[data-kind=DivisorGap] .zm-readout")


def test_a_link_moves_the_figure_and_back_undoes_it(page):
    page.get_by_role("link", name="set d to 768").scroll_into_view_if_needed()
    place = page.evaluate("scrollY")
    page.get_by_role("link", name="set d to 768").click()
    expect(readout(page)).to_contain_text("d = 768")
    assert page.evaluate("scrollY") == place
    page.get_by_role("link", name="two").click()
    expect(readout(page)).to_contain_text("d = 2:")
    page.go_back()
    expect(readout(page)).to_contain_text("d = 768")
    page.go_back()
    expect(readout(page)).to_contain_text("d = 4:")
    page.go_forward()
    expect(readout(page)).to_contain_text("d = 768")
    page.get_by_role("button", name="Reset").first.click()
    assert d_of(page) == 4


def test_a_link_in_an_answer_moves_the_figure(page):
    quiz, asked = (page.locator(f"[data-kind={kind}]") for kind in ("Quiz", "Predict"))
    quiz.get_by_label("This").check()
    quiz.get_by_role("link", name="d to 3").press("Enter")
    assert d_of(page) == 3
    page.get_by_role("link", name="two").click()
    for guess in ("1", "2"):
        asked.locator("input").fill(guess)
        asked.locator("input").press("Enter")
        asked.get_by_role("link", name="d to 3").click()
        assert d_of(page) == 3
        page.go_back()
        expect(readout(page)).to_contain_text("d = 2:")
        asked.get_by_role("button", name="Reset").click()


def test_a_number_in_a_sentence_is_dragged_by_mouse_touch_and_keys(browser, site):
    context = browser.new_context(reduced_motion="reduce", has_touch=True)
    page = new_page(context)
    page.goto((site / "chapters" / "one.html").as_uri())
    wake(page)
    number = page.get_by_role("slider", name="d: a number to drag")
    number.scroll_into_view_if_needed()
    box = number.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 10, y)
    page.mouse.move(x + 20, y)
    page.mouse.up()
    page.mouse.move(x + 60, y)
    expect(number).to_have_text("17")
    assert d_of(page) == 17
    touch = context.new_cdp_session(page)
    for kind, to in (("touchStart", x), ("touchMove", x - 40), ("touchEnd", None)):
        points = [] if to is None else [{"x": to, "y": y}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    expect(number).to_have_text("7")
    assert d_of(page) == 7
    for key, value in (("ArrowRight", 8), ("PageDown", 2), ("End", 4096), ("Home", 2)):
        number.press(key)
        expect(number).to_have_attribute("aria-valuenow", str(value))
        expect(readout(page)).to_contain_text(f"d = {value}:")
    page.get_by_role("link", name="set d to 768").click()
    expect(number).to_have_text("768")
    context.close()


@pytest.mark.parametrize("kernel", [False, True])
def test_a_link_in_an_answer_is_words_alone_where_a_kernel_answers(kernel):
    quiz = explorables.Quiz(QUIZ, answers=[0])
    figure, _ = view(quiz, kernel=kernel)
    words = figure.select_one(".zm-feedback")
    assert words.get_text() == "Right. Set d to 3."
    assert words.code.text == "d"
    links = [link["href"] for link in words.select("a")]
    assert links == ([] if kernel else [f"#{FIGURE}?d=3"])


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
    expect(readout(page)).to_contain_text("d = 768")
    expect(page.locator(".zm-title").first).to_be_in_viewport()


def test_the_button_copies_what_opens_the_same_state(context, site, page):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("[role=slider]").first.press("PageUp")
    d = d_of(page)
    page.get_by_role("button", name="Copy a link").click()
    expect(page.locator(".zm-said")).to_have_text("Link copied.")
    address = page.evaluate("navigator.clipboard.readText()")
    assert address.endswith(f"#{FIGURE}?d={d}")
    other = new_page(context)
    other.goto(address)
    expect(readout(other)).to_contain_text(f"d = {d}:")


def test_without_a_script_it_is_a_link_to_the_figure(browser, site):
    page = browser.new_page(
        java_script_enabled=False, viewport={"width": 800, "height": 300}
    )
    page.goto((site / "far.html").as_uri())
    page.get_by_role("link", name="768 there").click()
    title = page.locator(".zm-title", has_text="Why nobody")
    expect(title).to_be_in_viewport()
    answers = page.locator("[data-kind=Quiz] details")
    answers.locator("summary").click()
    expect(title).not_to_be_in_viewport()
    answers.get_by_role("link", name="d to 3").click()
    expect(title).to_be_in_viewport()
    expect(page.get_by_role("link", name="12")).to_be_attached()
    page.close()


def test_a_link_to_no_figure_is_a_warning(tmp_path):
    text = "# Elsewhere\n\n[there](chapters/one.ipynb#fig-nonesuch?d=3)\n"
    files = {"chapters/one.ipynb": notebook(), "far.md": text}
    _, warnings = build_book(tmp_path, files)
    assert "no such figure" in warnings
    assert FIGURE in warnings


def test_a_link_to_no_figure_in_an_answer_is_a_warning(tmp_path):
    there = notebook(QUIZ.replace(FIGURE, "fig-nonesuch"))
    _, warnings = build_book(tmp_path, {"chapters/one.ipynb": there})
    assert "#fig-nonesuch?d=3 of chapters/one, which has no such figure" in warnings


@functools.cache
def soup_of(file):
    return BeautifulSoup(file.read_text("utf-8"), "html.parser")


def links_to_states():
    """Yield (page, figure's page, its id, the state's words) of the book's links."""
    for path in page_paths():
        soup = soup_of(SITE / path)
        for link in soup.select("article a[href*='#'][href*='?']"):
            target, _, fragment = link["href"].partition("#")
            if re.match("(fig|quiz)-", fragment):
                place, _, words = unquote(fragment).partition("?")
                file = (
                    ((SITE / path).parent / target).resolve() if target else SITE / path
                )
                yield path, file, place, words
        # An answer of a prediction is sealed; a quiz's stands in its still picture.
        for script in soup.select("[data-kind=Predict] > script"):
            state = json.loads(script.string)["state"]
            answer = json.dumps(unseal(state["sealed"]))
            for place, words in re.findall(r"\]\(#([^?)]+)\?([^)]+)\)", answer):
                yield path, SITE / path, place, words


def test_every_state_that_the_prose_links_to_is_one():
    links, cases = [*links_to_states()], []
    for _, file, place, words in links:
        figure = soup_of(file).find(id=place).select_one(".zm-static")
        begun = json.loads(figure.script.string)["state"]
        begun |= getattr(explorables, begun["kind"]).class_state()
        cases.append({"kind": begun["kind"], "begun": begun, "words": [words]})
    for (path, _, place, words), answer in zip(links, run(*cases), strict=True):
        (found,) = answer["decoded"]
        assert found["ignored"] == [], f"{path}: {place}?{words}"


def test_the_pairs_that_chapter_4_links_to_bring_every_image_back():
    source = (ROOT / "chapters" / "04_parameter_sharing.ipynb").read_text("utf-8")
    (words,) = re.findall(r"\[One pair for each image\]\(#[^?]+\?([^)]+)\)", source)
    begun = begun_of(explorables.SharedAffineExplorer())
    (found,) = run({"kind": begun["kind"], "begun": begun, "words": [words]})[0][
        "decoded"
    ]
    shown = explorables.SharedAffineExplorer(**found["traits"]).quantities()
    assert shown["rms"] < 1e-4, "what the readout shows as 0.00"
