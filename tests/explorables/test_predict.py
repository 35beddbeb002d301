"""Predict's Python side: what a question is made of, and its seal."""

import numpy as np
import pytest
import torch
import traitlets
from hypothesis import given
from hypothesis import strategies as st

from explorables import Predict
from explorables.predict import seal, unseal
from tests.explorables.views import view

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
