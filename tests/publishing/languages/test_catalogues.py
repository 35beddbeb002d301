"""A catalogue is brought up to date: what stayed stays, and nothing is guessed."""

import json

from babel.messages.catalog import Catalog
from hypothesis import given
from hypothesis import strategies as st

from publishing.languages.catalogues import (
    folder_of,
    read,
    translations,
    update,
    updated,
    written,
)

LETTERS = st.text("abcdef {}%$`*汉字。，\\\"'\n", min_size=1, max_size=30).filter(
    lambda text: text.strip()
)


def catalogue(texts):
    made = Catalog()
    for english, said in texts.items():
        made.add(english, said)
    return made


def said_in(made):
    return {message.id: message.string for message in made if message.id}


def test_keeps_what_did_not_change_and_lists_what_did():
    old = catalogue({"A mean.": "均值。", "The variance of x.": "x 的方差。"})
    template = {"The variances of x.": ["a heading"], "A mean.": ["a paragraph"]}
    new, added, gone = updated(old, template)
    assert said_in(new) == {"The variances of x.": "", "A mean.": "均值。"}
    assert (added, gone) == (["The variances of x."], ["The variance of x."])
    first = next(message for message in new if message.id)
    assert first.user_comments == ["was: The variance of x.", "was: x 的方差。"]
    assert first.auto_comments == ["a heading"]
    assert not any(message.fuzzy for message in new if message.id)


def test_an_address_that_changed_is_changed_in_the_translation():
    old = catalogue(
        {"See [one](a.md#x) and [two](b.md).": "见[二](b.md)和[一](a.md#x)。"}
    )
    new, added, _ = updated(old, {"See [one](a.md#y) and [two](c.md).": []})
    assert [*said_in(new).values()] == ["见[二](c.md)和[一](a.md#y)。"]
    assert added == []
    new, added, _ = updated(old, {"See [one](a.md#y) or [two](c.md).": []})
    assert [*said_in(new).values()] == [""]
    assert len(added) == 1


def test_forgets_what_it_was_once_it_is_translated_anew():
    old = catalogue({"The variance of x.": "x 的方差。"})
    template = {"The variances of x.": ["a heading"]}
    new, *_ = updated(old, template)
    (message,) = [one for one in new if one.id]
    still, *_ = updated(new, template)
    assert next(one for one in still if one.id).user_comments
    message.string = "x 的各个方差。"
    after, *_ = updated(new, template)
    assert next(one for one in after if one.id).user_comments == []


@given(st.dictionaries(LETTERS, LETTERS, max_size=6))
def test_a_file_says_what_was_written(tmp_path_factory, texts):
    path = tmp_path_factory.mktemp("po") / "one.po"
    text = written(catalogue(texts), "zh_CN")
    path.write_text(text, "utf-8")
    assert said_in(read(path)) == texts
    assert written(read(path), "zh_CN") == text


def test_translations_leave_out_what_nobody_has_read(tmp_path):
    path = tmp_path / "one.po"
    made = catalogue({"A mean.": "均值。", "A gap.": ""})
    made.add("A root.", "根。", flags={"fuzzy"})
    path.write_text(written(made, "zh_CN"), "utf-8")
    assert translations(path) == {"A mean.": "均值。"}
    assert translations(tmp_path / "none.po") == {}


def test_a_page_that_is_gone_takes_its_catalogue_along(tmp_path, monkeypatch):
    for name in ("said_by_site", "said_by_figures"):
        monkeypatch.setattr(
            f"publishing.languages.sources.{name}", lambda: [("here", "A word")]
        )
    messages = tmp_path / "messages.json"
    folder = folder_of(tmp_path, "zh_CN")
    for pages in (["one", "two"], ["one"]):
        said = {page: [["", "a paragraph", f"On {page}."]] for page in pages}
        messages.write_text(json.dumps(said))
        [*update(tmp_path, "zh_CN", messages)]
        found = {path.stem for path in folder.glob("*.po")}
        assert found == {"sphinx", "explorables", "judge", *pages}
    assert said_in(read(folder / "one.po")) == {"On one.": ""}
