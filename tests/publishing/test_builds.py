"""What a build makes of books, machines and commands other than the usual ones."""

import json
import shutil
import subprocess
import tempfile

import nbformat
import pytest
from PIL import Image
from sphinx.errors import ConfigError, ExtensionError

import explorables
from publishing.live import STATE_MIMETYPE, cache
from tests.browser import ROOT
from tests.publishing.conftest import WHOLE

VIEW = "application/vnd.jupyter.widget-view+json"
BUILDERS = ("html", "dirhtml", "singlehtml", "text", "linkcheck", "latex", "epub")


def notebook(title, state=None):
    """Return a chapter's file, with an explorable of this state."""
    nb = nbformat.v4.new_notebook()
    nb.metadata["language_info"] = {"name": "python", "pygments_lexer": "python"}
    nb.cells = [nbformat.v4.new_markdown_cell(f"# {title}\n\nA $x_1$.", id="title")]
    if state:
        nb.metadata["widgets"] = {STATE_MIMETYPE: {"state": {"m": {"state": state}}}}
        view = {VIEW: {"model_id": "m", "version_major": 2}}
        output = nbformat.v4.new_output("display_data", view)
        nb.cells += [nbformat.v4.new_code_cell("it", id="it", outputs=[output])]
    return nbformat.writes(nb)


def book(**chapters):
    """Return the files of a book: its first page, and these chapters."""
    contents = "\n".join(f"chapters/{name}" for name in chapters)
    files = {f"chapters/{name}.ipynb": text for name, text in chapters.items()}
    return {"intro.md": f"# Intro\n\n```{{toctree}}\n{contents}\n```\n", **files}


@pytest.fixture
def build_book(build_site, monkeypatch):
    """Return a function: builds files with all of publishing; (folder, warnings)."""
    monkeypatch.delenv("GITHUB_REPOSITORY", raising=False)

    def build(files, **settings):
        return build_site(files, **{**WHOLE, **settings})

    return build


# ---- commands ----


@pytest.mark.parametrize("builder", BUILDERS)
def test_every_builder_comes_to_its_end(build_book, builder):
    theme = {"html_theme": "furo"} if builder in ("html", "dirhtml") else {}
    files = book(one=notebook("One", {"kind": "DivisorGap", "d": 8}))
    folder, warnings = build_book(files, builder=builder, **theme)
    assert "Traceback" not in warnings
    assert any(path.is_file() for path in folder.rglob("*"))
    assert (folder / "index.html").exists() == (builder == "html")


@pytest.mark.parametrize("baseurl", ["example.org/book/", "//example.org", "https://"])
def test_an_address_that_is_none_is_named(build_book, baseurl):
    with pytest.raises(ConfigError, match=f"html.baseurl.*{baseurl}.*begin with https"):
        build_book(book(one=notebook("One")), html_baseurl=baseurl)


# ---- what is cached ----


@pytest.mark.parametrize("name", ["tokens.json", "book.mplstyle", "plots.py"])
def test_outputs_are_made_anew_when_their_look_changes(tmp_path, monkeypatch, name):
    package = tmp_path / "explorables"
    shutil.copytree(
        ROOT / "explorables", package, ignore=shutil.ignore_patterns("__pycache__")
    )
    monkeypatch.setattr(explorables, "__file__", str(package / "__init__.py"))
    before = cache.environment_hash(tmp_path)
    assert cache.environment_hash(tmp_path) == before
    with (package / name).open("a") as file:
        file.write(" ")
    assert cache.environment_hash(tmp_path) != before


def test_a_page_is_the_same_fresh_from_the_kernel_and_out_of_the_cache(build_book):
    pages = []
    for turn in (1, -1):
        nb = json.loads(notebook("One", sweep(1)))
        state = nb["metadata"]["widgets"][STATE_MIMETYPE]["state"]["m"]["state"]
        state["parameters"] = [
            dict([*one.items()][::turn]) for one in state["parameters"]
        ]
        folder, _ = build_book(book(one=json.dumps(nb)), html_theme="furo")
        pages.append((folder / "chapters/one.html").read_text())
    assert pages[0] == pages[1]


# ---- notebooks ----


def test_a_notebook_without_cell_ids_is_built(build_book):
    old = json.loads(notebook("One", {"kind": "DivisorGap", "d": 8}))
    old["nbformat_minor"] = 4
    for cell in old["cells"]:
        del cell["id"]
    folder, warnings = build_book(book(one=json.dumps(old)), html_theme="furo")
    assert warnings == ""
    portable = nbformat.read(folder / "notebooks/one.ipynb", as_version=4)
    nbformat.validate(portable)
    assert len({cell.id for cell in portable.cells}) == len(portable.cells)
    assert "zm-static" in (folder / "chapters/one.html").read_text()


def test_a_chapter_in_markdown_says_that_it_has_no_portable_edition(build_book):
    files = book(one=notebook("One"), two="")
    del files["chapters/two.ipynb"]
    files["chapters/two.md"] = "---\nfile_format: mystnb\n---\n\n# Two\n"
    folder, warnings = build_book(files, html_theme="furo")
    assert warnings.count("WARNING") == 1
    assert "two.md: WARNING: this chapter has no portable edition" in warnings
    assert [path.name for path in folder.glob("notebooks/*")] == ["one.ipynb"]
    assert "Download notebook" not in (folder / "chapters/two.html").read_text()


# ---- faults ----


def test_a_late_fault_is_seen_as_what_it_is(build_book, tmp_path, monkeypatch):
    (tmp_path / "late.py").write_text(
        "def fail(app, exception):\n"
        "    if not exception:\n"
        "        raise ArithmeticError('so late')\n"
        "def setup(app):\n"
        "    app.connect('build-finished', fail, priority=900)\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    extensions = ["myst_nb", "sphinxcontrib.katex", "publishing", "late"]
    with pytest.raises(ExtensionError, match=r"function fail .*so late"):
        build_book(book(one=notebook("One")), extensions=extensions)


def test_a_long_name_of_the_folder_for_temporary_files(
    build_book, tmp_path_factory, monkeypatch
):
    long = tmp_path_factory.mktemp("a" * 120)
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    folder, warnings = build_book(book(one=notebook("One")), html_theme="furo")
    assert warnings == ""
    assert "<math" in (folder / "chapters/one.html").read_text()


def test_scripts_keep_their_line_endings_wherever_they_are_cloned(tmp_path):
    def git(*arguments):
        settings = ("-c", "user.name=A", "-c", "user.email=a@example.org")
        subprocess.run(["git", *settings, *arguments], check=True, cwd=tmp_path)

    names = (".gitattributes", "Makefile", "tools", ".ci", "hatch_build.py")
    (tmp_path / "book").mkdir()
    for name in names:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / "book" / name)
    git("init", "--quiet", "book")
    git("-C", "book", "add", ".")
    git("-C", "book", "commit", "--quiet", "--message", "all")
    git("clone", "--quiet", "-c", "core.autocrlf=true", "book", "clone")
    files = [path for path in (tmp_path / "clone").rglob("*") if path.is_file()]
    read = [path for path in files if ".git" not in path.parts]
    assert len(read) > len(names)
    assert [path.name for path in read if b"\r\n" in path.read_bytes()] == []


# ---- what is no longer part of the book ----


def sweep(number):
    """Return the state of a Sweep of two frames, other ones for each number."""
    frame = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} 9"></svg>'
    empty = {"asked": [], "answer": [], "progress": "", "error": "", "shown": False}
    return {
        **{"kind": "Sweep", "title": f"Of {number}", "alt": "A frame", **empty},
        **{"parameters": [{"name": "a", "values": [1, 2]}], "index": [0]},
        **{"frames": [frame.format(number + i) for i in (1, 2)]},
        **{"captions": ["One", "Two"], "invitation": "Move the slider."},
    }


def names_of(folder):
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_page_that_was_taken_out_leaves_nothing_behind(build_book, tmp_path):
    address = {"html_baseurl": "https://example.org/", "html_theme": "furo"}
    one, two = notebook("One", sweep(1)), notebook("Two", sweep(2))
    descriptions = {"intro": "A", "chapters/one": "B"}
    folder, warnings = build_book(
        book(one=one), page_descriptions=descriptions, **address
    )
    assert warnings == ""
    alone = names_of(folder)
    more = {**descriptions, "chapters/two": "C", "deep/three": "D"}
    files = book(one=one, two=two)
    files["intro.md"] = files["intro.md"].replace("```\n", "deep/three\n```\n", 2)
    files["deep/three.md"] = "# Three\n\n![a file](a.png)\n"
    (tmp_path / "deep").mkdir()
    Image.new("1", (1, 1)).save(tmp_path / "deep/a.png")
    _, warnings = build_book(files, page_descriptions=more, **address)
    assert warnings == ""
    assert len(names_of(folder) - alone) >= 8
    for name in ("chapters/two.ipynb", "deep/three.md"):
        (tmp_path / name).unlink()
    build_book(book(one=one), page_descriptions=descriptions, **address)
    assert names_of(folder) == alone
    assert not (folder / "deep").exists()
