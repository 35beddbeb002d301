"""What stays of a page where its script does not run, or fails, and until it runs."""

import contextlib
import io
import json
import pathlib
import re

import matplotlib.image
import numpy as np
import pytest
from bs4 import BeautifulSoup

import explorables
from publishing.live import draw_stills
from publishing.live.paths import with_steps
from tests.browser import ROOT, SITE, page_paths, violations, wake
from tests.quantities import check_quantities, spaced

PAGES = [path for path in page_paths() if "zm-static" in (SITE / path).read_text()]
TOKENS = json.loads(
    (pathlib.Path(explorables.__file__).parent / "tokens.json").read_text()
)
SCRIPT = "**/mount-explorables.js*"
WIDTHS = {"laptop": 1280, "phone": 390}
STILL = (ROOT / "explorables/lib/still.js").read_text("utf-8")
DRAWN = {  # how wide the still pictures are
    "laptop": int(re.search(r"const WIDE = (\d+)", STILL)[1]),
    "phone": int(re.search(r"const NARROW = (\d+)", STILL)[1]),
}
RULE = 4  # pixels: an output that was folded stands beside a line
LEAST_TEXT = 10  # pixels, in a still picture drawn by an explorable
MOST_MOVED = 32  # pixels that a figure may grow or shrink by when it wakes
CONTROLS = "button, input, select, textarea"
OPERABLE = f"{CONTROLS}, [tabindex], [role=slider], [role=gridcell]"
VISIBLE = "(all) => all.filter((el) => el.checkVisibility({visibilityProperty: true}))"
LATER = re.compile(r"\{ value: (.*) \}; \}\);\s*$", re.DOTALL)
HEIGHTS = "[...document.querySelectorAll('.zm-static')].map((el) => el.offsetHeight)"


@pytest.fixture(params=PAGES, scope="module")
def path(request):
    return request.param


@pytest.fixture(scope="module")
def open_bare(browser, site_address):
    """Return a context: a page from the disk, on which nothing has been woken."""

    @contextlib.contextmanager
    def open_one(path, *, block=(), **options):
        with browser.new_context(**options) as context:
            page = context.new_page()
            for pattern in block:
                page.route(pattern, lambda route: route.abort())
            page.goto(f"{site_address('file')}/{path}")
            yield page

    return open_one


@pytest.fixture(scope="module")
def plain(open_bare, path):
    """Open a page with JavaScript off."""
    with open_bare(path, java_script_enabled=False) as page:
        yield page


@pytest.fixture(scope="module")
def asleep(open_bare, path):
    """Open a page with JavaScript on, but without the script that wakes its figures."""
    with open_bare(path, block=[SCRIPT]) as page:
        yield page


@pytest.fixture(scope="module")
def soup(path):
    return BeautifulSoup((SITE / path).read_text(encoding="utf-8"), "html.parser")


def visible(page, selector):
    """Return the opening of every element that can be seen."""
    return page.locator(selector).evaluate_all(
        f"(all) => ({VISIBLE})(all).map((el) => el.outerHTML.slice(0, 120))"
    )


def loaded_later(name):
    """Return the value in a script that a page loads when a figure is near."""
    path = next(SITE.glob(f"**/_static/explorables/{name}.js"))
    return json.loads(LATER.search(path.read_text("utf-8"))[1])


def state_in(figure):
    """Return an explorable's state in a parsed page, with what loads later."""
    content = json.loads(figure.select_one("script").string)
    lazy = {trait: loaded_later(name) for trait, name in content["lazy"].items()}
    return content["state"] | lazy


def colours_of(locator):
    """Return how many colours a screenshot of it has."""
    image = matplotlib.image.imread(io.BytesIO(locator.screenshot()))
    return len(np.unique(image.reshape(-1, image.shape[-1]), axis=0))


def open_folds(page):
    """Open what a figure stands behind, as a reader without a script does."""
    folds = page.locator("details:not([open]):has(.zm-static) > summary")
    for fold in folds.element_handles():
        fold.press("Enter")


def is_typed(state):
    """Return whether it asks for a guess that is not drawn: it has no picture."""
    return state["kind"] == "Predict" and state["form"] in ("number", "choice", "order")


def check_picture(figure):
    """Check that an explorable shows its title, a picture and its readout.

    A question has no readout before it is answered.
    """
    assert figure.locator(".zm-title").is_visible()
    if figure.get_attribute("data-kind") == "Quiz":
        return  # the next test reads it
    script = figure.locator("script[type='application/json']")
    state = json.loads(script.text_content())["state"]
    said = figure.locator(".zm-readout").inner_text().strip()
    assert bool(said) == (state["kind"] != "Predict")
    if is_typed(state):
        assert figure.locator(".zm-picture").count() == 0
        return
    picture = figure.locator(".zm-picture").locator("visible=true")
    assert picture.count() == 1
    box = picture.bounding_box()
    assert min(box["width"], box["height"]) >= 100
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= picture.page.viewport_size["width"]
    assert colours_of(picture) > 20, "blank"


@pytest.mark.parametrize(("scheme", "width"), [("light", "laptop"), ("dark", "phone")])
def test_shows_a_picture_of_each_explorable(plain, scheme, width):
    plain.set_viewport_size({"width": WIDTHS[width], "height": 900})
    plain.emulate_media(color_scheme=scheme)
    open_folds(plain)
    for figure in plain.locator(".zm-static").all():
        check_picture(figure)
        sizes = figure.locator(".zm-svg text").evaluate_all(
            f"""(all) => ({VISIBLE})(all).map((el) =>
                parseFloat(getComputedStyle(el).fontSize) * el.getScreenCTM().a)"""
        )
        assert min(sizes, default=LEAST_TEXT) >= LEAST_TEXT - 1e-6
        across = figure.locator(".zm-picture").evaluate_all(
            f"(all) => ({VISIBLE})(all).map((el) => el.getBoundingClientRect().width)"
        )
        # Or its marks would move when it wakes.
        assert across == pytest.approx([DRAWN[width]] * len(across), abs=RULE)
    assert visible(plain, OPERABLE) == [], "a control that does nothing"
    ground = "getComputedStyle(document.body).getPropertyValue('--zm-ground').trim()"
    assert plain.evaluate(ground) == TOKENS["surfaces"]["ground"][scheme].lower()


def words_of(text):
    """Return a text of a quiz as it is read: without its backticks and its links."""
    text = re.sub(r"\[([^]]*)\]\(#[^)]*\)", r"\1", spaced(text)).replace("'", "’")
    return text.replace("`", "")


def test_a_quiz_is_a_list_with_folded_answers(plain, soup):
    quizzes = plain.locator("[data-kind=Quiz]").all()
    for quiz, source in zip(quizzes, soup.select("[data-kind=Quiz]"), strict=True):
        questions = state_in(source)["questions"]
        assert quiz.locator("details").count() == len(questions)
        for q, question in enumerate(questions):
            choices = [
                {name: words_of(str(value)) for name, value in choice.items()}
                for choice in question["choices"]
            ]
            items = quiz.locator("ul").nth(q).locator("li").all_inner_texts()
            assert [*map(spaced, items)] == [choice["text"] for choice in choices]
            answer = quiz.locator("details").nth(q)
            right = answer.locator(".zm-right")
            assert not right.is_visible(), "the answer is not to be read at once"
            answer.locator("summary").click()
            (text,) = [one["text"] for one in choices if one["correct"] == "True"]
            assert spaced(right.inner_text()).startswith(f"Right: {text}")
            for choice in choices:
                assert choice["feedback"] in spaced(answer.inner_text())


def test_shows_formulas_code_and_outputs(plain, path):
    assert plain.locator("article h1").is_visible()
    # What is folded is opened by the browser itself.
    for fold in plain.locator("details:not([open]) > summary").element_handles():
        fold.press("Enter")
    for kind in (".katex", "div.cell_input pre", "div.cell_output > *"):
        hidden = plain.locator(kind).evaluate_all(
            """(all) => all.filter((el) => !el.checkVisibility() ||
                el.getBoundingClientRect().height < 5).map((el) => el.outerHTML)"""
        )
        assert hidden == []
    if path.startswith("chapters/"):
        assert plain.locator("div.cell_input pre").count()
        assert plain.locator(".katex").count(), f"{path} has no formula"


@pytest.mark.filterwarnings("ignore:var.*degrees of freedom")
def test_numbers_are_what_torch_computes(soup):
    for figure in soup.select(".zm-static"):
        state = state_in(figure)
        if state["kind"] == "Quiz":
            continue  # nobody has answered
        readout = figure.select_one(".zm-readout")
        shown = {
            number["data-quantity"]: number["value"]
            for number in readout.select("[data-quantity]")
        }
        check_quantities(shown, state)
        for parameter, i in zip(
            state.get("parameters", []), state.get("index", []), strict=True
        ):
            value = str(parameter["values"][i]).replace("-", "−").removesuffix(".0")
            assert f"{parameter['label']} = {value}" in spaced(readout.get_text())


def test_prints_every_picture_and_no_control(asleep):
    asleep.emulate_media(media="print")
    try:
        for figure in asleep.locator(".zm-static").all():
            check_picture(figure)
        controls = f".zm-static :is({CONTROLS}), .zm-invitation"
        assert visible(asleep, controls) == []
    finally:
        asleep.emulate_media(media="screen")


def test_has_no_axe_violation_before_it_wakes(asleep):
    assert violations(asleep, ".zm-static") == []
    ids = asleep.evaluate("[...document.querySelectorAll('[id]')].map((el) => el.id)")
    assert len(ids) == len(set(ids)), "an id stands twice on the page"


def test_waking_moves_nothing(open_bare, asleep, path):
    open_folds(asleep)
    with open_bare(path) as page:
        wake(page)
        for width in WIDTHS.values():
            for one in (page, asleep):
                one.set_viewport_size({"width": width, "height": 900})
            page.evaluate("new Promise((go) => setTimeout(go, 100))")
            heights = zip(asleep.evaluate(HEIGHTS), page.evaluate(HEIGHTS), strict=True)
            for before, after in heights:
                assert abs(after - before) <= MOST_MOVED


def test_is_drawn_the_same_at_every_build():
    path = max(PAGES, key=lambda path: (SITE / path).read_text().count("zm-static"))
    text = (SITE / path).read_text(encoding="utf-8")
    figures = BeautifulSoup(text, "html.parser").select(".zm-static")
    named = [
        {"name": f"zm-still-{i}", "state": state_in(figure)}
        for i, figure in enumerate(figures, start=1)
    ]
    assert len(named) >= 3
    for still in draw_stills(named):
        assert with_steps(still["html"]) in text
