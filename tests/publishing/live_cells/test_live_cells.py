"""A live cell on its page, over http and from the disk, in a real browser."""

import gzip
import json
import re
import time

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import expect
from pygments import highlight
from pygments.lexers import PythonLexer

from publishing.page.code import FewElements
from tests.browser import ROOT, opened, violations
from tests.publishing.live_cells.exercises import VAR
from tests.publishing.live_cells.page import Cell

KEY = "zero-mean-unit-variance"

MOST_BEFORE = 2 * 1024  # bytes, compressed
MOST_AT_PRESS = 350 * 1024
LOOP = "while True:\n    pass\n"
# What the editor and the interpreter do once they are there, however they came.
FROM_DISK = pytest.mark.parametrize("page", ["file"], indirect=True)


def kept(page):
    text = page.evaluate(f"localStorage.getItem('{KEY}')")
    records = json.loads(text)["records"] if text else {}
    return {name: one for name, one in records.items() if name.startswith("exercise:")}


# ---- what came of it ----


def test_a_solution_is_right_and_is_kept_as_solved(page):
    cell = Cell(page).open()
    assert cell.run(VAR) == "Right: this is the variance."
    assert cell.verdict == "right"
    (record,) = kept(page).values()
    assert record["last"]["solved"] is True
    assert record["last"]["code"] == VAR
    cell.button("Show the solution").click()
    expect(page.get_by_label("I solved it").first).to_be_checked()


@FROM_DISK
def test_a_convention_and_a_mistake_are_named(page):
    cell = Cell(page).open()
    said = cell.run(VAR.replace("(len(input) - 1)", "len(input)"))
    assert "Right by another convention: this divides by N," in said
    assert cell.verdict == "convention"
    said = cell.run(VAR.replace(" ** 2", ""))
    assert "adds the deviations without squaring them" in said
    assert cell.verdict == "wrong"
    assert kept(page)[next(iter(kept(page)))]["last"]["solved"] is False


@FROM_DISK
def test_a_check_that_is_true_is_right(page):
    cell = Cell(page, 1).open()
    assert cell.run() == "Not yet: this is False."
    assert cell.run("def double(x):\n    return 2 * x\n") == "Right."
    assert len(kept(page)) == 1


@FROM_DISK
@pytest.mark.parametrize(
    ("code", "said", "line"),
    [
        ("x = 1\nx = = 2\n", "Line 2: SyntaxError", 2),
        ("x = 1\nx = y\n", "Line 2: NameError: name 'y' isn't defined", 2),
        ("def f(x):\n    return f(x)\n\n\nf(1)\n", "calls itself without end", 2),
        ("x = [0] * 10**9\n", "more memory than a page is given", 1),
        ("x = input()\n", "input() has nothing to read here", 1),
        ("import torch\n", "This page runs MicroPython", 1),
        ("import sys\nsys.exit()\n", "Line 2: SystemExit", 2),
        ("def my_var(input):\n    return 1 / 0\n", "line 2, in my_var", 2),
        ("", "NameError: name 'my_var' isn't defined", None),
    ],
)
def test_trouble_is_said_and_its_line_marked(page, code, said, line):
    cell = Cell(page).open()
    assert said in cell.run(code)
    assert cell.marked() == ([line] if line else [])
    # It can be written and run again.
    assert cell.run(VAR) == "Right: this is the variance."
    assert cell.marked() == []


def test_what_is_printed_is_shown_while_it_runs(page):
    cell = Cell(page).open()
    cell.write(f"print('first')\nprint('ε', end='')\n{LOOP}")
    cell.button("Run").click()
    expect(cell.printed).to_have_text("first\n")
    cell.button("Stop").click()
    cell.ended()
    assert cell.run(f"print('a')\nprint('ε', end='')\n{VAR}").startswith("Right")
    assert cell.printed.inner_text() == "a\nε"


@FROM_DISK
@pytest.mark.parametrize("end", ["\\n", ""])
def test_a_flood_of_output_is_cut(page, end):
    cell = Cell(page).open()
    said = cell.run(f"while True:\n    print('flood', end='{end}')\n")
    assert said.startswith("Stopped: it printed more than 500 lines")
    assert 100 < len(cell.printed.inner_text()) <= 20_000


def test_a_loop_is_ended_by_stop_within_a_second(page):
    cell = Cell(page).open()
    cell.write(LOOP)
    cell.button("Run").click()
    expect(cell.said).to_have_text("Running …")
    # The page is alive: the other cell runs meanwhile.
    assert Cell(page, 1).open().run("def double(x):\n    return 2 * x\n") == "Right."
    begun = time.monotonic()
    cell.button("Stop").click()
    expect(cell.said).to_have_text("Stopped.")
    assert time.monotonic() - begun < 1
    assert cell.button("Stop").is_disabled()
    assert cell.run(VAR) == "Right: this is the variance."


@FROM_DISK
def test_a_loop_is_ended_by_the_clock(page):
    cell = Cell(page).open()
    said = cell.run(LOOP, timeout=30_000)
    assert said == "Stopped after 10 seconds. Is there a loop that never ends?"


# ---- what is kept ----


def test_what_is_typed_survives_a_reload(page):
    cell = Cell(page).open()
    cell.write("# half of it\n")
    page.reload()
    again = Cell(page)
    assert again.button("Go on writing").is_visible()
    assert again.open().text().rstrip() == "# half of it"
    again.button("Reset").click()
    assert again.text().startswith("import judge\n\n\ndef my_var(input):")
    assert "judge.variance" not in again.text()


@FROM_DISK
def test_what_is_too_long_is_not_kept_and_what_was_before_stays(page):
    cell = Cell(page).open()
    cell.run("# short\n")
    cell.write(f"# {'long ' * 1700}")  # one line: a thousand would take minutes
    expect(cell.said).to_contain_text("More than 8192 characters")
    page.reload()
    assert Cell(page).open().text().rstrip() == "# short"


@FROM_DISK
def test_ticking_the_box_loses_no_code(page):
    cell = Cell(page).open()
    cell.run("# half of it\n")
    cell.button("Show the solution").click()
    page.get_by_label("I solved it").first.check()
    (record,) = kept(page).values()
    assert record["last"]["solved"] is True
    assert record["last"]["code"] == "# half of it\n"


# ---- how it is reached and read ----


@FROM_DISK
def test_by_keyboard_alone(page):
    page.get_by_role("button", name="Write it here").first.focus()
    page.keyboard.press("Enter")
    cell = Cell(page)
    expect(cell.content).to_be_focused()
    cell.write(VAR)
    page.keyboard.press("Shift+Enter")
    cell.ended()
    assert cell.verdict == "right"
    page.keyboard.press("ControlOrMeta+Home")
    page.keyboard.press("Tab")  # indents
    expect(cell.content).to_be_focused()
    assert cell.text().startswith("    def")
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(cell.button("Run")).to_be_focused()
    page.keyboard.press("Enter")
    assert cell.text().startswith("    def")


@FROM_DISK
def test_focus_stays_in_the_cell_when_stop_goes(page):
    cell = Cell(page).open()
    cell.write(LOOP)
    page.keyboard.press("Shift+Enter")
    cell.button("Stop").focus()
    page.keyboard.press("Enter")
    cell.ended()
    expect(cell.button("Run")).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_has_no_axe_violation_and_fits(browser, address_of, scheme, width):
    url = f"{address_of('file')}/small.html"
    with opened(browser, url, width=width, scheme=scheme) as page:
        cell = Cell(page).open()
        cell.run(f"x = 'a string'  # {'long ' * 40}\nprint(3 * 'word ' * 50)\n1 / 0\n")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert violations(page) == []


def test_the_editor_colours_code_as_the_page_does(page):
    code = "def f(x):  # why\n    return 'a' if x is not None and x > 1.5 else False\n"
    on_page = highlight(code, PythonLexer(), FewElements())
    expected = BeautifulSoup(on_page, "html.parser").select("pre span[class]")
    cell = Cell(page).open()
    cell.write(code)
    written = cell.content.locator("span[class]").evaluate_all(
        "(all) => all.map((one) => [one.className, one.textContent])"
    )
    assert [name for name, _ in written] == [*"kckskkkkkmkk"]
    # Neighbours are one element on the page.
    for name in "kcsm":
        whole = "".join(one.get_text() for one in expected if one["class"] == [name])
        parts = "".join(text for kind, text in written if kind == name)
        assert parts.replace(" ", "") == whole.replace(" ", "")
    ink = page.locator(".cm-content").first.evaluate("el => getComputedStyle(el).color")
    colours = cell.content.locator("span[class]").evaluate_all(
        "(all) => all.map((one) => getComputedStyle(one).color)"
    )
    assert len({ink, *colours}) == 5


# ---- what it costs ----


def test_its_button_has_its_room_before(page):
    assert page.shift == 0
    heights = page.locator("[data-cell]").evaluate_all(
        """(all) => all.map((one) => {
            const before = one.offsetHeight;
            one.replaceChildren();
            return [before, one.offsetHeight];
        })"""
    )
    assert [before - empty for before, empty in heights] == [0, 0]


def test_an_editor_that_does_not_load_is_said_and_tried_again(browser, address_of):
    with opened(browser, f"{address_of('http')}/small.html") as page:
        page.route("**/live-cells.js*", lambda route: route.abort())
        cell = Cell(page)
        cell.place.get_by_role("button").click()
        expect(cell.place.get_by_role("alert")).to_contain_text("did not load")
        page.unroute("**/live-cells.js*")
        assert cell.open().run(VAR) == "Right: this is the variance."


def test_nothing_of_it_is_loaded_before_the_press(page, address_of):
    names = [url.rpartition("/")[2].partition("?")[0] for url in page.requested]
    assert "live-cells.js" not in names
    assert not any(name.endswith(".wasm") for name in names)
    cell = Cell(page).open()
    cell.run(VAR)
    after = page.requested[len(names) :]
    scripts = [url for url in after if not url.startswith(("blob:", "data:"))]
    names = [url.rpartition("/")[2].partition("?")[0] for url in scripts]
    assert names == ["live-cells.js"]


def test_what_is_loaded_at_the_press_keeps_its_budget(book):
    content = (book / "_static/live-cells.js").read_bytes()
    assert len(gzip.compress(content, 6)) <= MOST_AT_PRESS


def test_a_page_pays_little_for_a_cell_that_is_not_opened(book):
    # Before it is minified: an upper limit.
    script = (ROOT / "publishing/live_cells/begin.js").read_bytes()
    page = (book / "chapters/small.html").read_text("utf-8")
    places = "".join(re.findall(r'<div class="zm-live".*?</div>', page))
    assert places.count("data-cell") == 2
    paid = len(gzip.compress(script, 6)) + len(gzip.compress(places.encode(), 6))
    assert paid <= MOST_BEFORE
