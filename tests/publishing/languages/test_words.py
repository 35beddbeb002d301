"""A figure's texts in other words: pictures, comments, what is sealed."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

import explorables
from explorables import Predict, Quiz
from explorables.predict import unseal
from explorables.words import QUESTION, QUIZ, Words, in_lines
from publishing.languages.comments import comments_in, translated, wrapped
from tests.browser import ROOT
from tests.node import run_script

TEXTS = {
    "After {0} steps: {1} %": "{0} 步之后：{1} %",
    "A title of two lines": "两行的标题",
    "a label": "标签",
    "Sums of x, of all rows": "x 的和，遍及所有行",
}
SVG = """<svg>
<text style="font-weight: 700" transform="translate(1.5 2.0)">A title</text>
<text style="font-weight: 700" transform="translate(1.5 9.0)">of two lines</text>
<text x="3">a label</text><text>−1.5</text><text>After 40 steps: 2.5 %</text>
<text>a < b</text></svg>""".replace("a < b", "a &lt; b")
LATIN_AND_HAN = st.text(st.sampled_from("ab 1.汉字，。"), max_size=200)


def words_and_notes():
    noted = []
    return Words(TEXTS.get, lambda kind, text: noted.append(text)), noted


def test_a_picture_is_the_same_but_for_its_words():
    words, noted = words_and_notes()
    said = words.svg(SVG)
    assert re.findall(">([^<]+)</text>", said) == [
        *("两行的标题", "标签", "−1.5", "40 步之后：2.5 %", "a &lt; b")
    ]
    # The title has room in one line, the last one; one that is wider has two, too.
    first = SVG.split("\n")[1]
    assert re.sub(">[^<]+<", "><", f"{first}\n{said[6:]}") == re.sub(
        ">[^<]+<", "><", SVG[6:]
    )
    wide = TEXTS | {"A title of two lines": "两行的标题，第二行也有字"}
    broken = Words(wide.get).svg(SVG)
    assert re.findall(">([^<]+)</text>", broken)[:2] == ["两行的标题，", "第二行也有字"]
    assert re.sub(">[^<]+<", "><", broken) == re.sub(">[^<]+<", "><", SVG)
    assert noted == ["A title of two lines", "a label", "After {0} steps: {1} %"]


def test_a_picture_without_a_translation_stays():
    assert Words({}.get).svg(SVG) == SVG


@given(LATIN_AND_HAN, st.integers(1, 5))
def test_lines_hold_the_whole_text(text, count):
    lines = in_lines(text, count)
    assert len(lines) == count
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_a_line_ends_best_after_a_mark():
    text = "LayerNorm 的均值与 γ 交叉，BatchNorm 的则重合"
    assert in_lines(text, 2) == ["LayerNorm 的均值与 γ 交叉，", "BatchNorm 的则重合"]


@given(LATIN_AND_HAN, st.integers(20, 60))
def test_wrapped_lines_hold_the_whole_text(text, room):
    lines = wrapped(text, room)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_the_last_line_of_a_comment_is_no_single_character():
    *_, last = wrapped("什么也不会动" * 6, 70)
    assert len(last) > 4


def test_a_question_parts_no_number_from_what_it_counts():
    words = Words({"How?": "第 4 步怎么走？"}.get)
    assert words("How?", QUESTION) == words("How?", QUIZ) == "第 4\u00a0步怎么走？"
    assert words("How?", "a label") == "第 4 步怎么走？"


CODE = """\
x = 1  # a label
# Sums of x,
# of all rows
def f():
    # a label
    return "# no comment"  # noqa: E501
"""


def test_comments_are_found_and_put_in_other_words():
    found = [text for *_, text in comments_in(CODE)]
    assert found == ["a label", "Sums of x, of all rows", "a label"]
    assert translated(CODE, Words(TEXTS.get)) == CODE.replace(
        "# Sums of x,\n# of all rows", "# x 的和，遍及所有行"
    ).replace("# a label", "# 标签")
    assert translated(CODE, Words({}.get)) == CODE


def test_a_long_comment_is_wrapped_at_its_own_indent():
    text = "".join(f"第{number}个词，" for number in range(40))
    lines = translated("if x:\n    # a label\n    y", Words({"a label": text}.get))
    first, *comment, last = lines.split("\n")
    assert (first, last) == ("if x:", "    y")
    assert len(comment) > 2
    assert all(line.startswith("    # ") for line in comment)
    assert "".join(line.removeprefix("    # ") for line in comment) == text


@pytest.mark.parametrize("name", explorables.__all__)
def test_no_words_change_nothing(name):
    kind = getattr(explorables, name)
    arguments = {
        "Predict": (("A number?",), {"truth": 1, "within": 1, "right": "Right."}),
        "Quiz": (("A?\n+ b\n: c\n- d\n: e",), {}),
        "Sweep": ((lambda a: None,), {"title": "t", "alt": "a", "a": ["x", "y"]}),
    }.get(name, ((), {}))
    if not hasattr(kind, "reworded"):
        return
    widget = kind(*arguments[0], **arguments[1])
    state = {trait: getattr(widget, trait) for trait in kind.own_traits()}
    new = kind.reworded(state, Words({}.get))
    for parameter in new.get("parameters", ()):
        parameter.pop("texts", None)
    assert new == state


def unsealed_by_script(*states):
    """Return what the browser's code makes of what is sealed in each state."""
    script = (
        f"import {{ unseal }} from '{ROOT}/explorables/lib/guess.js';"
        "import { readFileSync } from 'node:fs';"
        "const states = JSON.parse(readFileSync(0, 'utf8'));"
        "process.stdout.write(JSON.stringify(states.map(unseal)));"
    )
    return run_script(script, states)


def test_what_a_prediction_seals_is_translated_and_its_name_is_not():
    texts = {
        "How many?": "多少？", "many": "很多", "few": "很少",
        "So many.": "这么多。", "Too few.": "太少。", "Yes.": "对。",
    }  # fmt: skip
    widget = Predict(
        "How many?",
        truth="many",
        choices={"many": "So many.", "few": "Too few."},
        right="Yes.",
    )
    state = {trait: getattr(widget, trait) for trait in Predict.own_traits()}
    new = Predict.reworded(state, Words(texts.get))
    assert (new["question"], new["labels"]) == ("多少？", ["很多", "很少"])
    assert new["item"] == state["item"]
    before, after = (unseal(one["sealed"]) for one in (state, new))
    assert after == before | {"right": "对。", "texts": ["这么多。", "太少。"]}
    assert "这么多" not in str(new)
    (said,) = unsealed_by_script(new)
    assert said == after


def test_a_quiz_keeps_its_answers_and_its_names():
    widget = Quiz("Why?\n+ Because.\n: Yes.\n- No.\n: It does.")
    state = {trait: getattr(widget, trait) for trait in Quiz.own_traits()}
    new = Quiz.reworded(state, Words({"Because.": "因为。"}.get))
    assert new["items"] == state["items"]
    assert [one["text"] for one in new["questions"][0]["choices"]] == ["因为。", "No."]
