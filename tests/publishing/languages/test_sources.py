"""What scripts, templates and settings say is found, all of it."""

import re
import subprocess

from publishing.languages.sources import (
    said_by_figures,
    said_by_site,
    said_in_python,
    said_in_script,
)
from tests.browser import ROOT
from tests.node import run_script

SCRIPTS = [
    path
    for folder in ("explorables", "publishing")
    for path in sorted((ROOT / folder).rglob("*.js"))
    if not {"static", "bundle"} & {*path.parts}
]


def test_a_parser_finds_the_same_in_every_script():
    script = ROOT / "tests/publishing/languages/said.mjs"
    found = run_script(script, [str(path) for path in SCRIPTS])
    assert sum(map(len, found)) > 200
    for path, messages in zip(SCRIPTS, found, strict=True):
        assert [*said_in_script(path.read_text("utf-8"))] == messages, path


def test_a_template_may_stand_in_a_template():
    script = "\nconst a = say`One ${b ? say`two ${c({ d: `}` })}` : '`}'} three`;\n"
    assert [*said_in_script(script)] == ["One {0} three", "two {0}"]


def test_a_word_about_say_is_no_message():
    assert [*said_in_script("\n// say`this` is a tag\nsay`that`;\n")] == ["that"]


def test_a_message_of_python_may_stand_in_another_string():
    source = (
        """a = _("One"); b = f'{html.escape(_("Two: %s") % c)}'; d = _(e["three"])"""
    )
    assert [*said_in_python(source)] == ["One", "Two: %s"]


def test_each_kind_of_source_is_read():
    site = {text: place for place, text in said_by_site()}
    assert site["Show the answer"] == "publishing/folding/__init__.py"
    assert site["This chapter as a notebook"] == "publishing/page/templates/page.html"
    assert site["Edit this page"] == "Furo"
    assert site["Searching"] == "Sphinx's search"
    figures = {text: place for place, text in said_by_figures()}
    assert figures["Move the slider."] == "explorables/*.py"
    assert figures["I solved it"] == "publishing/record/page.js"


def test_what_is_marked_as_a_message_is_read_wherever_it_stands():
    names = ["*.py", "*.html", ":!tests"]
    files = subprocess.check_output(["git", "ls-files", *names], cwd=ROOT, text=True)
    marked = {
        text: path
        for path in files.split()
        for text in re.findall(r'\b_\("([^"]+)"\)', (ROOT / path).read_text("utf-8"))
    }
    assert len(marked) > 30
    site = {text for _, text in said_by_site()}
    assert {text: marked[text] for text in marked.keys() - site} == {}
