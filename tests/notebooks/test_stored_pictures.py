"""What a reader sees of an explorable if no widget runs: a picture and a line."""

import base64
import io
from copy import deepcopy

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbconvert import HTMLExporter
from nbformat.v4 import new_code_cell, new_notebook, new_output
from PIL import Image

import explorables
from explorables.plots import ROLES
from publishing.live import STATE_MIMETYPE, WIDTH, draw_pictures
from tools.refresh import (
    PICTURE,
    WIDGET,
    add_pictures,
    normalise,
    problems,
)

MOST_BYTES = 80_000
KINDS = set(explorables.__all__) - {"Explorable", "use_style"}
COMPUTED = ("Predict", "Sweep", "TransformerExplorer")
ON_PAGES = {"TwoAnswers"}  # in no notebook
DIVISOR_GAP = {"kind": "DivisorGap", "d": 4}


def stored(chapter):
    """Return (cell, output) of every widget in a chapter's stored outputs."""
    return [
        (cell, output)
        for cell in nbformat.read(chapter, as_version=4).cells
        for output in cell.get("outputs", [])
        if WIDGET in output.get("data", {})
    ]


def image(picture):
    """Return a stored picture, opened."""
    return Image.open(io.BytesIO(base64.b64decode(picture)))


def colours(picture):
    """Return how many pixels each colour of a stored picture has."""
    pixels = image(picture).convert("RGB")
    return {
        "#{:02X}{:02X}{:02X}".format(*colour): count
        for count, colour in pixels.getcolors(maxcolors=256)
    }


def test_every_explorable_has_its_picture_and_its_line(chapter):
    found = stored(chapter)
    assert len(found) >= 2, f"{chapter.name} shows fewer than two explorables"
    for _, output in found:
        kind, _, _ = output.data["text/plain"].partition("(")
        assert kind in KINDS, f"{kind} is not in __all__ of explorables/__init__.py"
        picture = output.data[PICTURE]
        width, height = image(picture).size
        assert width == 2 * output.metadata[PICTURE]["width"] == 2 * WIDTH
        # A prediction that is typed shows its question alone.
        assert (150 if kind == "Predict" else 300) < height < 3000
        counts = colours(picture)
        assert len(counts) > 16
        # Something is drawn, on a white ground.
        assert 0.3 < counts["#FFFFFF"] / (width * height) < 0.99
        assert len(base64.b64decode(picture)) < MOST_BYTES


def test_stored_pictures_are_what_is_drawn(chapters):
    """Except those that show what only a run of the chapter computes."""
    shown = []
    for cell, output in (one for chapter in chapters for one in stored(chapter)):
        line = output.data["text/plain"]
        if not line.startswith(COMPUTED):
            # A quiz's line leaves its questions out; its cell is one expression.
            alone = not line.startswith("Quiz") or cell.source.startswith("Quiz(")
            assert alone, f"more than a Quiz in its cell: {cell.source[:80]}"
            made = eval(
                cell.source if line.startswith("Quiz") else line,
                dict(vars(explorables)),
            )
            shown.append((made.get_state(), output.data[PICTURE]))
    drawn = draw_pictures([state for state, _ in shown])
    same = {}
    for (state, picture), now in zip(shown, drawn, strict=True):
        same[state["kind"]] = same.get(state["kind"], True) and picture == now
    expected = dict.fromkeys(KINDS - {*COMPUTED} - ON_PAGES, True)
    assert same == expected, "to fix it: make refresh"


def test_nbconvert_shows_the_picture(chapter):
    found = stored(chapter)
    page, _ = HTMLExporter().from_filename(str(chapter))
    soup = BeautifulSoup(page, "html.parser")
    assert not soup.select(f'script[type="{WIDGET}"], .output_widget_view')
    for cell, output in found:
        (exported,) = soup.select(f'[id="cell-id={cell.id}"]')
        sources = [img["src"] for img in exported.select("img")]
        assert f"data:{PICTURE};base64,{output.data[PICTURE]}" in sources


def test_a_state_is_drawn_in_its_own_way_and_always_alike():
    one, other = draw_pictures([DIVISOR_GAP, DIVISOR_GAP | {"d": 9}])
    assert [one] == draw_pictures([DIVISOR_GAP])
    assert one != other
    assert {ROLES["statistic"], ROLES["rival"], "#FFFFFF"} <= set(colours(one))


def test_a_quiz_keeps_its_answers():
    state = explorables.Quiz("Which?\n+ this\n: Yes.\n- that\n: No.").get_state()
    told = deepcopy(state)
    for choice in told["questions"][0]["choices"]:
        choice |= {"correct": not choice["correct"], "feedback": "Look!"}
    told["answers"] = [0]
    asked = deepcopy(state)
    asked["questions"][0]["question"] = "Why?"
    one, same, other = draw_pictures([state, told, asked])
    assert one == same != other


def test_a_prediction_shows_what_a_guess_can_be_and_keeps_its_answer():
    def asked(truth, **choices):
        return explorables.Predict("Which?", truth=truth, choices=choices).get_state()

    one, same, other, longer = draw_pictures(
        [
            asked("this", this="Yes.", that="No."),
            asked("that", this="No.", that="Look!"),
            asked("this", this="Yes.", those="No."),
            asked("this", this="Yes.", that="No.", those="No."),
        ]
    )
    assert one == same != other
    assert image(longer).height > image(other).height


def run_notebook(*states):
    """Return a notebook that has shown a widget of each state in one cell."""
    models = {f"m{i}": {"state": state} for i, state in enumerate(states)}
    outputs = [new_output("display_data", {WIDGET: {"model_id": m}}) for m in models]
    cell = new_code_cell("show()", outputs=outputs, execution_count=1)
    widgets = {"widgets": {STATE_MIMETYPE: {"state": models}}}
    return new_notebook(cells=[cell], metadata=widgets)


def test_only_explorables_get_a_picture():
    nb = run_notebook(DIVISOR_GAP, {"_model_name": "IntSliderModel", "value": 3})
    add_pictures(nb)
    first, second = nb.cells[0].outputs
    assert image(first.data[PICTURE]).width == 2 * WIDTH
    assert PICTURE not in second.data
    assert problems(normalise(nb)) == [
        "cell 0: output 1 shows a widget without a still picture (image/png)"
    ]


def test_what_cannot_be_drawn_is_named():
    with pytest.raises(RuntimeError, match=r"Nonesuch: there is no explorable"):
        add_pictures(run_notebook(DIVISOR_GAP, {"kind": "Nonesuch"}))
