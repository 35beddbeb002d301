"""publishing.live: what cannot be drawn while the book is built is a warning."""

import nbformat
import pytest

from explorables import Predict
from publishing.live import STATE_MIMETYPE, draw_stills

AXES = {"kind": "AxesExplorer", "norm": "LayerNorm", "cell": [0, 0, 0]}
VIEW = "application/vnd.jupyter.widget-view+json"


@pytest.fixture
def build(build_site):
    """Return a function: an explorable's state to (the HTML of its page, warnings)."""

    def build_page(state):
        notebook = nbformat.v4.new_notebook()
        lexer = {"name": "python", "pygments_lexer": "python"}
        notebook.metadata["language_info"] = lexer
        notebook.metadata["widgets"] = {STATE_MIMETYPE: {"state": {"m": state}}}
        output = nbformat.v4.new_output(
            "display_data", {VIEW: {"model_id": "m", "version_major": 2}}
        )
        cell = nbformat.v4.new_code_cell("DivisorGap()", outputs=[output])
        notebook.cells = [nbformat.v4.new_markdown_cell("# Book"), cell]
        folder, warnings = build_site(
            {"book.ipynb": nbformat.writes(notebook)},
            extensions=["myst_nb", "publishing"],
            master_doc="book",
            nb_execution_mode="off",
        )
        return (folder / "book.html").read_text(), warnings

    return build_page


def test_stands_in_the_page_of_a_book_that_has_nothing_else(build):
    page, warnings = build({"state": {"kind": "DivisorGap", "d": 768}})
    assert warnings == ""
    assert 'data-quantity="gap_percent"' in page
    assert "d\u00a0=\u00a0768" in page


def test_a_state_that_cannot_be_drawn_is_a_warning(build):
    page, warnings = build({"state": AXES | {"block": "(H, W)"}})
    assert "cell 2: AxesExplorer could not be drawn for the still picture: " in warnings
    assert "zm-static" in page, "the page stands all the same"


def test_one_that_fails_leaves_the_others(build):
    good = {"name": "a", "state": {"kind": "DivisorGap", "d": 4}}
    bad = {"name": "b", "state": {"kind": "Nonesuch"}}
    first, failed, last = draw_stills([good, bad, good])
    assert "there is no explorable of this name" in failed["error"]
    assert first == last
    assert 'id="a-title"' in first["html"]


def test_a_still_picture_comes_with_its_title_and_that_in_english():
    english = "Why nobody notices in a Transformer"
    plain = {"name": "a", "state": {"kind": "DivisorGap", "d": 4}}
    other = {"name": "b", "state": plain["state"] | {"language": "xx"}}
    stills = draw_stills([plain, other], {"xx": {english: "X < Y"}})
    titles = [(still["title"], still["english"]) for still in stills]
    assert titles == [(english, english), ("X < Y", english)]


def test_the_title_of_a_question_is_its_words_alone():
    question = Predict("Is `a < b`?", truth="yes", choices=["yes", "no"])
    state = {name: getattr(question, name) for name in question.own_traits()}
    (still,) = draw_stills([{"name": "a", "state": {"kind": "Predict", **state}}])
    assert still["title"] == "Is a < b?"
