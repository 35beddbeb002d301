"""What the check of a translation finds, each with an example that is wrong."""

import pytest
from babel.messages.catalog import Message
from hypothesis import given
from hypothesis import strategies as st

from publishing.languages.__main__ import run_check
from publishing.languages.check import faults, kept

ENGLISH = (
    "**The gap.** With $N-1$, `torch.var` is *biased* by 29 % at {0} features, see "
    "[chapter 5](05_batch_norm.ipynb#exercises) and {term}`unbiased`, {cite:t}`ba2016`."
)
CHINESE = (
    "**差距**：用 $N-1$ 时，`torch.var` 在 {0} 个特征上*有偏* 29 %，"
    "见[第 5 章](05_batch_norm.ipynb#exercises)和{term}`无偏 <unbiased>`，"
    "{cite:t}`ba2016`。"
)
WRONG = {
    "a formula": (("$N-1$", "$N$"), "lost 'notation $N-1$'"),
    "code": (("`torch.var`", "`var`"), "lost 'notation `torch.var`'"),
    "an address": (("#exercises)", "#exercise)"), "#exercises"),
    "what a role leads to": (("<unbiased>", "<无偏>"), "lost 'role {term}unbiased'"),
    "a citation": (("ba2016", "ba2017"), "lost 'role {cite:t}ba2016'"),
    "a number": (("29 %", "30 %"), "lost 'number 29'"),
    "a number that is new": (("有偏*", "有偏* 8"), "has 'number 8'"),
    "a number of another size": (("29 %", "2.9 万 %"), "has 'number 29,000'"),
    "a placeholder": (("{0}", "{1}"), "lost 'placeholder {0}'"),
    "emphasis": (("*有偏*", "有偏"), "lost 'emphasis *'"),
    "strong emphasis": (("**差距**：", "差距："), "lost 'emphasis **'"),
    "** that Markdown does not take": (
        ("**差距**：", "**差距：**"),
        "lost 'emphasis **'",
    ),
    "a comma": (("时，", "时,"), "half-width"),
    "a quotation mark": (("差距**：", '“差距"**：'), "half-width"),
    "a bracket": (("差距**：", "差距(d)**："), "half-width"),
    "no space before Latin": (("个特征", "个d特征"), "lacks a space"),
    "no space before code": (("时，`", "时`"), "lacks a space"),
    "a space beside punctuation": (("时，", "时， "), "a space beside full-width"),
}


def found(english, chinese, **marks):
    return [*faults(Message(english, chinese, **marks))]


def test_has_nothing_to_say_of_a_good_translation():
    assert found(ENGLISH, CHINESE) == []


@pytest.mark.parametrize("name", WRONG)
def test_finds(name):
    (before, after), said = WRONG[name]
    assert before in CHINESE
    problems = found(ENGLISH, CHINESE.replace(before, after))
    assert any(said in problem for problem in problems), problems


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("Three of them are 3.", "三个是 3。"),
        ("Three of them.", "其中 3 个。"),
        ("Half of any distance.", "任何距离的 1/2。"),
        ("[Where](a.md)", "[出处](a.md)"),
        ("LayerNorm", "LayerNorm"),
        (
            "Chapter %(chapter)s of %(chapters)s",
            "第 %(chapter)s 章，共 %(chapters)s 章",
        ),
        ("3,072 of 7.1 million", "710 万个里的 3,072 个"),
        ("10,000 of 124 million", "1.24 亿个里的 1 万个"),
        ("3,072 of 7.1 million", "3,072 sur 7.1 milliers de mille"),
        ("about −1.3416, 10,000 and 0.065 %", "约 −1.3416、10,000 和 0.065 %"),
    ],
)
def test_leaves_alone(english, chinese):
    assert found(english, chinese) == []


def test_says_what_is_not_translated_and_what_is_fuzzy():
    assert found("A gap.", "") == ["is not translated"]
    assert "fuzzy" in found("A gap.", "差距。", flags={"fuzzy"})[0]


@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_counts_the_same_in_the_same_text(text):
    assert kept(text) == kept(text)
    assert kept(f"{text} 7 $x$")["notation $x$"] >= kept(text)["notation $x$"]


def test_the_command_counts_the_faults(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("publishing.languages.__main__.ROOT", tmp_path)
    folder = tmp_path / "locales" / "zh_CN" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "one.po").write_text(
        'msgid "A gap of 3."\nmsgstr "差距。"\n\nmsgid "A mean."\nmsgstr ""\n', "utf-8"
    )
    assert run_check("zh_CN") == 2
    said = capsys.readouterr().out
    assert "1 not translated" in said
    assert "lost 'number 3'" in said
    assert run_check("zh_CN", "another") == 0
