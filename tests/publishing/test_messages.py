"""What the page's scripts say goes through `say`, so that it can be translated."""

import re

from tests.browser import ROOT

SCRIPTS = [
    path
    for path in (ROOT / "publishing").rglob("*.js")
    if not {"static", "bundle", "templates"} & {*path.parts}
]
COMMENT = re.compile(r"^\s*(//|/?\*).*$", re.MULTILINE)
# Several words, the first with a capital letter: a sentence, or a button's name.
SENTENCE = re.compile(r"""(?<!say)(?<!parts)(["`])([A-Z][a-z]+[,:;]? [^"`]*)\1""")
NAMES = {"DejaVu Sans", "DejaVu Sans Mono"}


def unsaid(script):
    """Return the sentences of a script that no translation would change."""
    found = {text for _, text in SENTENCE.findall(COMMENT.sub("", script))}
    return found - NAMES


def test_the_check_finds_a_sentence():
    assert unsaid('make("p", {}, "Nothing is kept.")') == {"Nothing is kept."}
    assert unsaid("make(`Kept: ${count}`)") == {"Kept: ${count}"}
    assert unsaid("// `Nothing is kept.` here") == set()
    assert unsaid("say.parts`Kept: ${count}`") == set()


def test_every_sentence_is_said():
    assert len(SCRIPTS) > 10
    found = {path.name: unsaid(path.read_text("utf-8")) for path in SCRIPTS}
    assert {name: texts for name, texts in found.items() if texts} == {}
