"""The chapters are in tools.refresh's normal form; and what that form is."""

import re
from copy import deepcopy
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat.v4 import (
    new_code_cell,
    new_markdown_cell,
    new_notebook,
    new_output,
)

from tools.refresh import (
    WIDGET,
    check,
    main,
    normalise,
    problems,
    refresh,
    serialise,
)

ROOT = Path(__file__).resolve().parents[2]
SANITIZE = Path(__file__).with_name("sanitize.cfg")
ALT = {"mystnb": {"image": {"alt": "a line that rises from 0 to 1"}}}
RAISES = {"tags": ["raises-exception"]}
NOT_SHOWN = {"tags": ["remove-output"]}
VIEW = {WIDGET: {"model_id": "f00", "version_major": 2}}
SVG = (
    '<svg><dc:date>2026-01-01</dc:date><defs><path id="m{0}0f"/></defs>'
    '<use href="#m{0}0f"/><g clip-path="url(#p{0}1a)"/><clipPath id="p{0}1a"/></svg>'
)


def display(mime, value):
    """Return the output of a display of one kind."""
    return new_output("display_data", data={mime: value})


def stream(text, name="stderr"):
    """Return what a cell printed."""
    return new_output("stream", name=name, text=text)


def error(line="ValueError: no"):
    """Return the output of a cell that raised."""
    return new_output("error", ename="ValueError", evalue="no", traceback=[line])


def notebook(*cells):
    """Return the normal form of (source, outputs, metadata) run in order."""
    cells = [
        new_code_cell(source, outputs=list(outputs), metadata=metadata)
        for source, outputs, metadata in cells
    ]
    for i, cell in enumerate(cells):
        cell.execution_count = i + 1
    return normalise(new_notebook(cells=[new_markdown_cell("# Title"), *cells]))


def test_every_chapter_is_in_the_table_of_contents(chapter):
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text())
    listed = [entry["file"] for part in contents["parts"] for entry in part["chapters"]]
    assert f"chapters/{chapter.stem}" in listed


def test_every_chapter_is_normalised(chapter):
    found = check(chapter)
    assert not found, "\n".join([*found, "to fix it: make refresh"])


GOOD = {
    "printed": ("print(1)", [stream("1\n", "stdout")], {}),
    "figure": ("plot()", [display("image/svg+xml", SVG.format("12345678"))], ALT),
    "reference": ("x = 1\n" * 26, [], {"tags": ["reference"]}),
    "25 lines": ("x = 1\n" * 25, [], {}),
    "long but not shown": ("x = 1\n" * 26, [], {"tags": ["remove-input"]}),
    "raises": ("f()", [error("File /a b/x.py:1, in f")], RAISES),
    "library": ("f()", [error("File /home/me/lib/python3.13/enum.py:1, in f")], RAISES),
    "warning": ("f()", [stream("/tmp/ipykernel_1/2.py:3: UserWarning: x\n  f()")], {}),
    "explorable": ("w", [new_output("display_data", VIEW | {"image/png": ""})], {}),
    "not on the page": ("w", [new_output("display_data", VIEW)], NOT_SHOWN),
    "link": ("f()", [display("text/html", "https://host.org/tmp/a")], {}),
}


@pytest.mark.parametrize("cell", GOOD.values(), ids=GOOD)
def test_finds_nothing_in_a_good_notebook(cell):
    assert problems(notebook(cell)) == []


BAD = {
    "address": (("f", [stream("<f at 0x7f00>", "stdout")], {}), "at 0x7f00"),
    "address, raised": (("f()", [error("<f at 0x7f00>")], RAISES), "at 0x7f00"),
    "home": (("f", [stream("/home/me/x", "stdout")], {}), "/home/me/x"),
    "root": (("f", [display("text/plain", "'/root/x'")], {}), "/root/x"),
    "tmp": (("f", [stream("in /tmp/x", "stderr")], {}), "/tmp/x"),
    "library": (("f", [stream("v/lib/site-packages/a")], {}), "site-packages"),
    "no alt": (("f", [display("image/png", "")], {}), "image.alt"),
    "short alt": (
        ("f", [display("image/png", "")], {"mystnb": {"image": {"alt": "a plot"}}}),
        "image.alt",
    ),
    "no still": (("w", [new_output("display_data", VIEW)], {}), "still picture"),
    "no alt beside a widget": (
        ("w", [display("image/png", ""), new_output("display_data", VIEW)], NOT_SHOWN),
        "image.alt",
    ),
    "too long": (("x = 1\n" * 26, [], {}), "26 lines"),
    "empty": ((" \n", [], {}), "empty"),
    "semicolon": (("f();", [], {}), "semicolon"),
    "raises unannounced": (("f()", [error()], {}), "without the tag"),
    "raises no more": (("f()", [], RAISES), "without an error"),
}


@pytest.mark.parametrize(("cell", "problem"), BAD.values(), ids=BAD)
def test_finds_what_an_author_must_mend(cell, problem):
    found = problems(notebook(("1", [], {}), cell))
    assert len(found) == 1
    assert found[0].startswith("cell 2: ")
    assert problem in found[0]


@pytest.mark.parametrize("counts", [(None, None), (1, None), (2, 1), (2, 3), (1, 1)])
def test_finds_cells_not_run_in_order(counts):
    nb = notebook(("a = 1", [], {}), ("b = 2", [], {}))
    nb.cells[1].execution_count, nb.cells[2].execution_count = counts
    wrong = sum(count != i + 1 for i, count in enumerate(counts))
    assert sum("execution count" in problem for problem in problems(nb)) == wrong > 0


def change(nb, problem):
    """Make to a notebook the change that `problem` names."""
    cell = nb.cells[1]
    match problem.split(": ")[-1]:
        case "metadata.widgets":
            nb.metadata["widgets"] = {"state": {}}
        case "metadata.kernelspec":
            del nb.metadata["kernelspec"]
        case "metadata.language_info":
            nb.metadata.language_info["version"] = "3.13"
        case "id":
            cell.id = "mine"
        case "metadata.execution":
            cell.metadata["execution"] = {"iopub.status.busy": "2026-01-01T00:00:00Z"}
        case "metadata.collapsed" | "metadata.scrolled" as key:
            cell.metadata[key.removeprefix("metadata.")] = False
        case "outputs":
            cell.outputs.append(stream("b\n"))
        case "output 0":
            cell.outputs[0].text = "/x/y.py:1: UserWarning: a\n"


@pytest.mark.parametrize(
    "problem",
    [
        "not normalised: metadata.widgets",
        "not normalised: metadata.kernelspec",
        "not normalised: metadata.language_info",
        "cell 1: not normalised: id",
        "cell 1: not normalised: metadata.execution",
        "cell 1: not normalised: metadata.collapsed",
        "cell 1: not normalised: metadata.scrolled",
        "cell 1: not normalised: outputs",
        "cell 1: not normalised: output 0",
    ],
)
def test_finds_what_refreshing_would_change(problem):
    nb = notebook(("f()", [stream("UserWarning: a\n")], {}))
    change(nb, problem)
    assert problems(nb) == [problem]
    assert problems(normalise(nb)) == []


def test_keeps_what_authors_wrote():
    metadata = {"tags": ["hide-input"], "jupyter": {"source_hidden": True}, **ALT}
    nb = notebook(("1", [], metadata))
    nb.metadata["html_meta"] = {"description": "Two divisors"}
    assert normalise(nb).cells[1].metadata == metadata
    assert normalise(nb).metadata.html_meta == {"description": "Two divisors"}


def test_ids_are_unique_and_follow_the_cell():
    nb = notebook(("1", [], {}), ("1", [], {}), ("2", [], {}))
    ids = [cell.id for cell in nb.cells]
    assert len(set(ids)) == 4
    nb.cells.insert(0, new_markdown_cell("new"))
    assert [cell.id for cell in normalise(nb).cells][1:] == ids


def test_two_runs_give_the_same_bytes():
    def run(salt, uuid, path):
        outputs = [
            stream(f"{path}:7: UserWarning: a (Triggered internally at {path}:1.)\n"),
            stream("  f()\n"),
            display("image/svg+xml", SVG.format(salt)),
            display(WIDGET, {"model_id": uuid}),
            display(WIDGET, {"model_id": uuid}),
        ]
        return notebook(("f()", outputs, ALT))

    one = run("0123abcd", "a1", "/tmp/ipykernel_1/23.py")
    two = run("fedc4567", "b2", "/var/T/ipykernel_2/9.py")
    assert serialise(one) == serialise(two)
    warned, drawn, first, second = one.cells[1].outputs
    assert warned.text == "UserWarning: a\n  f()\n"
    assert re.findall(r'["#(](\w{11})', drawn.data["image/svg+xml"])[:2] == (
        re.findall(r'id="(\w{11})"', drawn.data["image/svg+xml"])[:1] * 2
    )
    assert first.data[WIDGET] != second.data[WIDGET]


texts = st.text(alphabet='ab0 :/.\n"') | st.sampled_from(
    [
        "/tmp/a.py:3: UserWarning: b\n",
        "FutureWarning: a:3: UserWarning: b",
        "File /usr/lib/python3.13/site-packages/a.py:1",
        SVG.format("12345678"),
        'id="m0123456789" id="p0123456789" #m0123456789',
    ]
)
outputs = st.lists(
    st.builds(stream, texts, st.sampled_from(["stdout", "stderr"]))
    | st.builds(error, texts)
    | st.builds(display, st.sampled_from(["text/plain", "image/svg+xml"]), texts)
    | st.builds(display, st.just(WIDGET), st.fixed_dictionaries({"model_id": texts})),
    max_size=4,
)
metadata = st.fixed_dictionaries(
    {},
    optional={
        "tags": st.lists(st.sampled_from(["reference", "hide-input"]), unique=True),
        "collapsed": st.booleans(),
        "scrolled": st.booleans(),
        "execution": st.dictionaries(texts, texts, max_size=1),
    },
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(texts, outputs, metadata), max_size=4))
def test_normalising_is_idempotent_and_leaves_its_argument(cells):
    cells = [
        new_code_cell(source, outputs=outputs, metadata=metadata)
        for source, outputs, metadata in cells
    ]
    raw = new_notebook(cells=cells, metadata={"widgets": {}})
    before = deepcopy(raw)
    once = normalise(raw)
    assert raw == before
    assert serialise(normalise(once)) == serialise(once)
    assert not any("not normalised" in problem for problem in problems(once))


@settings(max_examples=200, deadline=None)
@given(texts)
def test_nbval_sees_what_refresh_stored(text):
    pairs = re.findall(r"^regex: (.*)\n^replace: (.*)$", SANITIZE.read_text(), re.M)
    live = text
    stored = notebook(("f()", [stream(text)], {})).cells[1].outputs[0].text
    for regex, replacement in pairs:
        live = re.sub(regex, replacement, live)
        stored = re.sub(regex, replacement, stored)
    assert live == stored


def test_refreshes_a_file(tmp_path, capsys):
    path = tmp_path / "a.ipynb"
    source = "import warnings\nprint(2)\nwarnings.warn('a')"
    path.write_text(serialise(new_notebook(cells=[new_code_cell(source)])))
    assert main(["--check", str(path)]) == 1
    assert "execution count None, expected 1" in capsys.readouterr().err
    assert refresh(path) == []
    assert check(path) == []
    assert '"UserWarning: a\\n"' in path.read_text()
    path.write_text(path.read_text() + "\n")
    assert len(check(path)) == 1


def test_leaves_the_file_where_a_cell_fails(tmp_path, capsys):
    path = tmp_path / "a.ipynb"
    nb = new_notebook(cells=[new_code_cell("1 / 0"), new_code_cell("2")])
    path.write_text(serialise(nb))
    assert main([str(path)]) == 1
    assert "ZeroDivisionError" in capsys.readouterr().err
    assert path.read_text() == serialise(nb)
