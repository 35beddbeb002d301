"""The Python side of every explorable: ranges, errors, reprs."""

import re

import pytest
import traitlets

# By its name alone, as a kernel has it, where this folder is all that there is.
from made import BOUNDED, NAMES, QUESTIONS, draw, make

import explorables


@pytest.mark.parametrize("name", NAMES)
def test_repr_is_the_same_for_two_alike(name):
    assert repr(make(name)) == repr(make(name))
    assert not re.search(r"0x[0-9a-f]+|model_id", repr(make(name)))


@pytest.mark.parametrize("name", NAMES)
def test_docstring_names_every_trait_or_parameter(name):
    cls = getattr(explorables, name)
    assert [trait for trait in cls.own_traits() if trait not in cls.__doc__] == []


@pytest.mark.parametrize("name", NAMES)
def test_an_unknown_trait_is_refused(name):
    arguments = {"Predict": ("?",), "Quiz": (QUESTIONS,), "Sweep": (draw,)}
    extra = {"title": "t", "alt": "a", "n": [1, 2], "m": [1, 2], "nonsense": [1, 2]}
    wrong = extra if name == "Sweep" else {"nonsense": 1}
    wrong |= {"truth": 1, "within": 1} if name == "Predict" else {}
    with pytest.raises(TypeError, match="nonsense"):
        getattr(explorables, name)(*arguments.get(name, ()), **wrong)


@pytest.mark.parametrize(
    ("name", "trait_name", "trait"),
    BOUNDED,
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_out_of_range_raises_and_keeps_the_old_value(name, trait_name, trait):
    explorable = make(name)
    old = getattr(explorable, trait_name)
    for wrong, limit in ((trait.min - 1, trait.min), (trait.max + 1, trait.max)):
        with pytest.raises(traitlets.TraitError, match=re.escape(str(limit))) as raised:
            setattr(explorable, trait_name, wrong)
        assert trait_name in str(raised.value)
        assert name in str(raised.value)
        assert getattr(explorable, trait_name) == old
    for wrong in ("three", None, float("nan")):
        with pytest.raises(traitlets.TraitError):
            setattr(explorable, trait_name, wrong)
        assert getattr(explorable, trait_name) == old


@pytest.mark.parametrize("x", [[], [1.0] * 13, [float("inf")], ["a"]])
def test_a_sample_that_cannot_be_shown_is_refused(x):
    explorer = explorables.VarianceExplorer()
    with pytest.raises(traitlets.TraitError, match="'x' trait"):
        explorer.x = x
    assert explorer.x == [1.0, 2.0, 3.0, 4.0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Which?\n+ a\n  : yes\n+ b\n  : yes", "exactly 1 right choice, has 2"),
        ("Which?\n- a\n  : no", "exactly 1 right choice, has 0"),
        ("Which?\n+ a\n- b\n  : no", "'a' has no feedback"),
    ],
)
def test_a_quiz_that_cannot_be_answered_is_refused(text, message):
    with pytest.raises(traitlets.TraitError, match=message):
        explorables.Quiz(text)


@pytest.mark.parametrize("answers", [[], [2], [-2], [0, 0]])
def test_an_answer_that_names_no_choice_is_refused(answers):
    quiz = explorables.Quiz(QUESTIONS)
    with pytest.raises(traitlets.TraitError, match="index of a choice"):
        quiz.answers = answers
    assert quiz.answers == [-1]


def test_sweep_computes_one_frame_for_each_pair_in_order():
    seen = []

    def record(a, b):
        seen.append((a, b))
        return draw(a)

    sweep = explorables.Sweep(record, a=[1, 2], b=[3, 4, 5], title="t", alt="a line")
    sweep.compute()
    assert seen == [(1, 3), (1, 4), (1, 5), (2, 3), (2, 4), (2, 5)]
    assert len(sweep.frames) == 6
    assert sweep.captions[0] == "a line to 1"
    assert sweep.progress == ""


def test_sweep_shows_tqdms_progress():
    sweep = explorables.Sweep(draw, n=[1, 2, 3], title="t", alt="a line")
    seen = []
    sweep.observe(lambda change: seen.append(change.new), "progress")
    sweep.compute()
    assert any("3/3" in line for line in seen)


def test_sweep_answers_for_other_values_and_survives_a_function_that_raises():
    sweep = explorables.Sweep(lambda n: draw(1 / n), n=[1, 2], title="t", alt="a line")
    sweep.compute()
    kept = sweep.frames
    sweep.asked = [1.5]
    assert sweep.error == ""
    assert sweep.answer[0].startswith("<svg")
    sweep.asked = [0.0]
    assert "ZeroDivisionError" in sweep.error
    assert sweep.frames == kept
    sweep.asked = [4.0]
    assert sweep.error == ""


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({}, TypeError),
        ({"a": [1, 2], "b": [1, 2], "c": [1, 2]}, TypeError),
        ({"a": [1]}, ValueError),
        ({"a": list(range(61))}, ValueError),
        ({"a": [1, "two"]}, TypeError),
    ],
)
def test_sweep_refuses_what_it_cannot_show(values, error):
    with pytest.raises(error, match="Sweep takes"):
        explorables.Sweep(draw, title="t", alt="a", **values)


def test_frames_are_the_same_bytes_each_time_and_follow_the_theme():
    first, second = (
        explorables.Sweep(draw, n=[1, 2], title="t", alt="a") for _ in "ab"
    )
    explorables.use_style()
    first.compute()
    second.compute()
    assert first.frames == second.frames
    assert "var(--zm-statistic)" in first.frames[0]
    ids = re.findall(r' id="([^"]+)"', "".join(first.frames))
    assert len(ids) == len(set(ids))


def test_sweep_asks_for_whole_numbers_where_all_values_are_whole():
    seen = []

    def record(n, rate):
        seen.append((n, rate))
        return draw(n)

    sweep = explorables.Sweep(record, n=[1, 2], rate=[0.1, 0.2], title="t", alt="a")
    sweep.asked = [7.0, 1.0]
    ((n, rate),) = seen
    assert isinstance(n, int)
    assert isinstance(rate, float)


def test_sweep_takes_names_and_asks_for_one():
    seen = []

    def record(norm, n):
        seen.append((norm, n))
        return draw(n)

    sweep = explorables.Sweep(
        record, norm=["batch", "layer"], n=[1, 2], title="t", alt="a line"
    )
    sweep.compute()
    assert seen == [("batch", 1), ("batch", 2), ("layer", 1), ("layer", 2)]
    assert "norm=['batch', 'layer']" in repr(sweep)
    sweep.asked = ["layer", 7.0]
    assert sweep.error == ""
    assert seen[-1] == ("layer", 7)
