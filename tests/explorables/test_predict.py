"""Predict's Python side: what a question is made of, and its seal."""

import itertools

import numpy as np
import pytest
import torch
import traitlets
from hypothesis import given
from hypothesis import strategies as st

from explorables import Predict
from explorables.predict import seal, unseal
from tests.explorables.views import readout, view

finite = st.floats(allow_nan=False, allow_infinity=False)
answers = st.dictionaries(
    st.text(max_size=8), st.recursive(finite | st.text(), st.lists), max_size=5
)


@given(answers)
def test_an_answer_comes_back_from_its_seal(answer):
    assert unseal(seal(answer)) == answer


def test_a_seal_is_not_read_at_a_glance():
    answer = {"truth": [13.4], "texts": ["More"]}
    assert seal(answer) == '{"gehgu": [68.9], "grkgf": ["Zber"]}'


@pytest.mark.parametrize(
    "truth",
    [
        [1.5, -2.0],
        (1.5, -2.0),
        np.array([1.5, -2.0]),
        torch.tensor([1.5, -2.0]),
        [torch.tensor(1.5), np.float32(-2.0)],
    ],
)
def test_the_truth_is_any_kind_of_numbers(truth):
    one = Predict("Which?", truth=truth, labels=["a", "b"], within=0.1)
    assert unseal(one.sealed)["truth"] == [1.5, -2.0]


def test_a_guess_is_a_trait_and_is_compared():
    one = Predict("Which?", truth=2, within=0.1)
    assert one.quantities() == {}
    one.guess = [1.5]
    assert one.quantities() == {}, "not before it is opened"
    one.opened = True
    expected = {"computed_0": 2.0, "guess_0": 1.5, "distance_0": 0.5}
    assert one.quantities() == expected
    figure, _ = view(one)
    shown = {
        data["data-quantity"]: float(data["value"]) for data in figure.select("data")
    }
    assert shown == expected


@pytest.mark.parametrize(
    ("truth", "guess", "said"),
    [
        (3.9999998, 4, "Right. Guessed 4, computed 4, 0 apart. "),
        (12, 11, "Not quite. Guessed 11, computed 12, 1 apart. "),
        (-3, 0.5, "Not quite. Guessed 0.5, computed −3, 3.5 apart. "),
        (1281167, 2, "Not quite. Guessed 2, computed 1,281,167, 1,281,165 apart. "),
        (0.5, 1, "Not quite. Guessed 1.0000, computed 0.5000, 0.5000 apart. "),
    ],
)
def test_what_is_whole_is_shown_without_a_fraction(truth, guess, said):
    one = Predict("How many?", truth=truth, within=0.01, guess=[guess], opened=True)
    figure, _ = view(one)
    assert figure.select_one(".zm-readout").text == said


def test_several_numbers_stand_in_lines_of_their_own():
    one = Predict(
        "How many?", truth=[4, 3], labels=["a", "b"], within=0,
        wrong=[([3, 4], "The other way round.")], opened=True,
    )  # fmt: skip

    def lines():
        figure, _ = view(one)
        shown = figure.select_one(".zm-readout")
        for line in shown.select("br"):
            line.replace_with("|")
        return shown.text.split("|")

    assert lines() == ["a: computed 4. ", "b: computed 3. "]
    one.guess = [3, 4]
    assert lines() == [
        "Not quite. ",
        "a: guessed 3, computed 4, 1 apart. ",
        "b: guessed 4, computed 3, 1 apart. ",
        " The other way round.",
    ]


def test_an_order_is_a_guess_as_it_stands_if_the_reader_says_so():
    one = Predict("Which?", truth=[1, 3, 2], order=["a", "b", "c"])
    _, sets = view(one, ("Compare with what is computed", "onclick", {}))
    assert sets == [[{"guess": [0, 1, 2], "opened": True}]]
    _, sets = view(one, ("Show it without a guess", "onclick", {}))
    assert sets == [[{"opened": True}]]
    one.guess = [0, 2, 1]
    figure, _ = view(one)
    buttons = [button.text for button in figure.select(".zm-guess > button")]
    assert buttons == ["Compare with what is computed", "Reset"]


def test_code_in_what_is_ordered_is_code_in_the_answer_too():
    one = Predict("Which?", truth=[2, 1], order=["`a`", "b"], opened=True)
    figure, _ = view(one)
    assert "Computed: b < a." in readout(figure)
    assert figure.select_one(".zm-readout code").text == "a"


def test_reset_is_seen_once_there_is_something_to_reset():
    one = Predict("Which?", truth=2, within=0.1)

    def is_seen():
        figure, _ = view(one)
        return "zm-unseen" not in figure.select_one(".zm-reset")["class"]

    assert not is_seen()
    one.guess = [1.5]
    assert is_seen()
    one.guess, one.opened = [], True
    assert is_seen()


@pytest.mark.parametrize("form", ["bars", "points", "curve"])
def test_opened_without_a_guess_it_shows_none(form):
    one = Predict(
        "Which?",
        truth=[1.0, 3.0],
        draw=form,
        axis=(0, 4),
        labels=["a", "b"],
        within=1,
    )
    one.opened = True
    for guess in ([], [2.0, 2.0]):
        one.guess = guess
        figure, _ = view(one)
        assert ("your guess" in figure.get_text()) == bool(guess)
        assert bool(figure.select("svg .zm-input")) == bool(guess)


def test_asked_again_it_is_the_same_question_with_a_record_of_its_own():
    first = Predict("Which?", truth=2, within=0.1)
    last = Predict("Which?", truth=2, within=0.1, again=True)
    assert last.item == f"{first.item}.again"
    assert unseal(last.sealed) == unseal(first.sealed)
    # A better computed answer, or another sentence, is the same question.
    same = Predict("Which?", truth=2.1, within=0.1, wrong={3: "no"})
    assert same.item == first.item
    assert Predict("Which one?", truth=2, within=0.1).item != first.item


def test_its_repr_is_the_question_alone():
    assert repr(Predict("Which?", truth=2, within=0.1)) == "Predict('Which?')"


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"truth": 1}, TypeError, "within"),
        ({"truth": float("nan"), "within": 1}, ValueError, "finite"),
        ({"truth": [1, 2], "within": 1}, ValueError, "name for each of the 2"),
        ({"truth": "c", "choices": ["a", "b"]}, ValueError, "one of the choices"),
        ({"truth": [1], "order": ["a", "b"]}, ValueError, "a name for each"),
        ({"truth": [1], "draw": "lines", "within": 1}, ValueError, "bars, points"),
        ({"truth": [1], "draw": "curve", "within": 1}, TypeError, "axis"),
        (
            {"truth": [3], "draw": "curve", "within": 1, "axis": (0, 2)},
            ValueError,
            "does not hold",
        ),
        (
            {"truth": 1, "choices": ["a"], "order": ["a"]},
            TypeError,
            "one of choices, order and draw",
        ),
    ],
)
def test_what_makes_no_question_is_told(options, error, words):
    with pytest.raises(error, match=words):
        Predict("Which?", **options)


def test_a_guess_that_is_too_long_stays_outside():
    one = Predict("Which?", truth=2, within=0.1)
    with pytest.raises(traitlets.TraitError):
        one.guess = [0.0] * 65
    assert one.guess == []


@pytest.mark.parametrize(
    ("names", "rows"),
    [
        (["BN", "LN", "BN, own contrast", "LN, own contrast"], 2),
        (["BN", "LN", "BN，各自对比度", "LN，各自对比度"], 2),
        (["one", "two", "three", "four"], 1),
    ],
)
def test_wide_names_of_places_stand_in_two_rows(names, rows):
    one = Predict(
        "How far?", truth=[1.0] * 4, draw="bars", labels=names, axis=(0, 2), within=1,
        names=("place", "height"),
    )  # fmt: skip
    figure, _ = view(one, width=336)
    texts = [text for text in figure.select("svg text") if text.get_text() in names]
    boxes = []
    for text in texts:
        half = sum(13 if letter > "\u2e80" else 7 for letter in text.get_text()) / 2
        boxes.append((text["y"], float(text["x"]) - half, float(text["x"]) + half))
    assert len({row for row, *_ in boxes}) == rows
    assert all(left >= 0 and right <= 336 for _, left, right in boxes)
    for one, other in itertools.combinations(boxes, 2):
        assert one[0] != other[0] or one[2] <= other[1]
