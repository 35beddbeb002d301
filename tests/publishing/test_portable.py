"""The portable notebooks: they run alone, and every viewer can read them."""

import base64
import functools
import importlib.metadata
import importlib.util
import os
import posixpath
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from jupyter_book.config import get_final_config
from PIL import Image, ImageColor

from publishing.portable import edition as edition_module
from publishing.portable.edition import (
    FIGURES,
    FOLDER,
    PACKAGES,
    book_of,
    code_cells,
    first_cell,
    package_archive,
    portable,
    serialise,
)
from publishing.portable.plain import dialect, markdown_parser, plain
from publishing.repository.address import find_addresses
from tests.browser import ROOT, SITE

MOST_BYTES = 1280 * 1024
ADDRESS = "https://owner.github.io/book/"
IMAGE = re.compile(r"!\[([^\]]*)\]\(([^)]*)\)")
LINK = re.compile(r'(?<!!)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s]*)(?: "[^"]*")?\)')
ABROAD = re.compile("https?:|mailto:")
CONFIG = SimpleNamespace(
    **{"html_baseurl": "", "book_repository": "", "book_branch": ""}
    | get_final_config(
        user_yaml=ROOT / "_config.yml", cli_config={"latex_individualpages": None}
    )[0],
)
find_addresses(SimpleNamespace(srcdir=ROOT), CONFIG)
BOOK = book_of(CONFIG)  # this one, as its build knows it
PARSER = markdown_parser(BOOK.extensions)
CHAPTER = ROOT / "chapters" / "01_biased_variance.ipynb"


def read(path):
    return nbformat.read(path, as_version=4)


def texts(nb):
    return [cell.source for cell in nb.cells if cell.cell_type == "markdown"]


def words(text):
    """Return a text without what its images are, and where its links lead in the book.

    Links abroad stay as they are, but those to this book's site.
    """
    text = IMAGE.sub(r"\1", text)
    return LINK.sub(lambda link: link[0] if is_abroad(link[2]) else link[1], text)


def is_abroad(target):
    site = tuple(filter(None, (ADDRESS, BOOK.address)))
    return bool(ABROAD.match(target)) and not target.startswith(site)


def inward(sources):
    """Yield where the links of Markdown lead to that lead to the book by path."""
    for _, target in LINK.findall("\n".join(sources)):
        if not ABROAD.match(target):
            yield target


@functools.cache
def written(chapter, address=BOOK.address):
    """Return the portable edition of a chapter, as the build writes it.

    address: the site's, "" where it is unknown.
    """
    return serialise(portable(chapter, BOOK._replace(address=address)))


def known_and_unknown(chapter):
    """Return two editions of a chapter: with the site's address, and without."""
    for address in (ADDRESS, ""):
        yield nbformat.reads(written(chapter, address), as_version=4)


@pytest.fixture
def edition(chapter):
    """Return the portable edition of a chapter."""
    return nbformat.reads(written(chapter), as_version=4)


# ---- the file ----


def test_it_is_in_the_site_and_the_same_at_every_build(chapter):
    file = (SITE / FOLDER / chapter.name).read_text("utf-8")
    assert written(chapter) == file
    assert len(file.encode()) <= MOST_BYTES


def test_the_archive_is_the_same_wherever_it_is_packed(tmp_path, monkeypatch):
    before = package_archive()
    copies = {tmp_path / package.name: PACKAGES[package] for package in PACKAGES}
    for package in PACKAGES:
        for file in sorted(package.rglob("*"), reverse=True):
            copy = tmp_path / file.relative_to(package.parent)
            if file.is_file():
                copy.parent.mkdir(exist_ok=True, parents=True)
                shutil.copy(file, copy)
                os.utime(copy, (10**9, 10**9))
                copy.chmod(0o600)
    monkeypatch.setattr(edition_module, "PACKAGES", copies)
    assert package_archive() == before
    names = zipfile.ZipFile(BytesIO(before)).namelist()
    assert names == sorted(names)


def test_its_form(chapter, edition):
    nbformat.validate(edition)
    assert edition.metadata == read(chapter).metadata
    assert edition.metadata.kernelspec.name == "python3"
    assert "widgets" not in edition.metadata
    ids = [cell.id for cell in edition.cells]
    assert len({*ids}) == len(ids)
    assert {cell.id for cell in read(chapter).cells} <= {*ids}
    counts = [cell.execution_count for cell in code_cells(edition)]
    assert counts == [*range(1, len(counts) + 1)]
    for cell in code_cells(edition):
        for output in cell.outputs:
            assert output.get("execution_count", cell.execution_count) == (
                cell.execution_count
            )


def test_code_and_outputs_are_those_of_the_chapter(chapter, edition):
    bringing, *cells = code_cells(edition)
    assert bringing == {**first_cell(), "execution_count": 1}
    assert bringing.outputs == []
    for cell, committed in zip(cells, code_cells(read(chapter)), strict=True):
        assert cell.source == committed.source
        hidden = committed.metadata.get("jupyter", {}).get("source_hidden")
        colab = {"cellView": "form"} if hidden else {}
        assert cell.metadata == {**committed.metadata, **colab}
        for one in (*cell.outputs, *committed.outputs):
            one.pop("execution_count", None)
        assert cell.outputs == committed.outputs


def test_the_text_is_that_of_the_chapter(chapter, edition):
    title, line, text = "\n\n".join(texts(edition)).split("\n\n", 2)
    assert title.startswith("# ")
    assert BOOK.title in line
    committed = "\n\n".join(texts(read(chapter)))
    assert words(f"{title}\n\n{text}") == words(committed)


def test_the_figures_are_inside(chapter, edition):
    committed = IMAGE.findall("\n".join(texts(read(chapter))))
    carried = IMAGE.findall("\n".join(texts(edition)))
    assert committed, f"{chapter.name} shows no figure: ![...](../figures/NAME.svg)"
    for (alt, file), (same, address) in zip(committed, carried, strict=True):
        assert alt == same
        assert alt
        kind, content = address.split(",")
        assert kind == "data:image/png;base64"
        picture = Image.open(BytesIO(base64.b64decode(content))).convert("RGB")
        svg = (chapter.parent / file).read_text("utf-8")
        size = re.search(r'width="(\d+)" height="(\d+)"', svg).groups()
        assert [2 * int(side) for side in size] == [*picture.size]
        # Its title is in bold, of the text's colour: without a font there is none.
        ink = ImageColor.getrgb(re.search(r'fill="(#\w+)"', svg)[1])
        counts = {colour: n for n, colour in picture.getcolors(10**6)}
        assert counts[ink] > 200


def test_it_says_where_the_page_is(chapter):
    known, unknown = known_and_unknown(chapter)
    assert f"]({ADDRESS}chapters/{chapter.stem}.html)" in known.cells[0].source
    assert "](" not in unknown.cells[0].source
    for here, there in zip(unknown.cells, known.cells, strict=True):
        if here.cell_type != "markdown":
            assert here == there
    assert [*map(words, texts(unknown))][1:] == [*map(words, texts(known))][1:]


def test_its_links_to_the_book_lead_to_the_site(chapter):
    committed = [*inward(texts(read(chapter)))]
    known, unknown = map(texts, known_and_unknown(chapter))
    here = f"chapters/{chapter.name}"
    pages = (posixpath.normpath(f"chapters/{one}") for one in committed)
    wanted = [
        re.sub(r"\.(ipynb|md)(?=#|$)", ".html", page.replace("chapters/#", f"{here}#"))
        for page in pages
    ]
    found = [
        target.removeprefix(ADDRESS)
        for _, target in LINK.findall("\n".join(known[1:]))
        if target.startswith(ADDRESS)
    ]
    assert found == wanted
    assert not [*inward(known), *inward(unknown)]


# ---- its Markdown ----


def test_its_markdown_is_plain(edition):
    found = {i: [*dialect(text, PARSER)] for i, text in enumerate(texts(edition))}
    assert {i: one for i, one in found.items() if one} == {}


@pytest.mark.parametrize(
    "source",
    [
        "{cite}`ba2016`",
        "- in a list, {ref}`there <label>`",
        "```{figure} a.png\n```",
        ":::{note}\nA colon fence.\n:::",
        "> ```{note}\n> in a quotation\n> ```",
        "(label)=\n# A title",
        "% a comment",
        "+++ {a: break}",
        "[a span]{.class}",
        "`code`{l=python}",
        "![alt](data:image/png;base64,AA==){width=10}",
        "{#label}\nA paragraph.",
        "{.class}\n# A title",
        "$$x$$ (label)",
        "\\begin{align}\nx\n\\end{align}",
        "word\n: A definition.",
        "A note.[^1]\n\n[^1]: Here.",
        "{{ substituted }}",
        ":field: value",
        "---\nfront: matter\n---",
        "As [@ba2016] says",
        "[text](02_layer_norm.ipynb)",
        "[text][1]\n\n[1]: ../glossary.md",
        "[text](#a-heading)",
        "[](https://example.org)",
        "<project:glossary.md>",
        "![alt](../figures/favicon.svg)",
        "![alt](attachment:a.png)",
        "![alt](https://example.org/a.png)",
        '<img src="../figures/favicon.svg">',
        "<a href='02_layer_norm.html'>text</a>",
    ],
)
def test_what_is_not_plain_is_found(source):
    assert [*dialect(source, PARSER)]


@pytest.mark.parametrize(
    "source",
    [
        "# A\n\n*b* **c** `d` [e](https://example.org) <https://e.org> f@g.org\\\nh",
        "$x_{1}$, and `{role}` in code\n\n$$\n\\sum_{i} x\n$$",
        "| a | b |\n|:-:|--:|\n| 1 | 2 |",
        "3. one\n4. two\n\n   - three\n\n> four\n\n---\n\n```python\n{1: 2}\n```",
        "    indented",
        '<details>\n\n<a href="https://example.org">a</a> <b>c</b>\n\n</details>',
        f"![alt](data:image/png;base64,{5000 * 'A'})",
    ],
)
def test_what_is_plain_passes(source):
    assert [*dialect(source, PARSER)] == []
    assert plain(source, PARSER, CHAPTER, ADDRESS) == source


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("(a)=\n# Title\n\n% no\n\n+++\ntext", "# Title\n\n\ntext"),
        ("```{note}\nOne $x$.\n\n- two\n```", "> **Note**\n>\n> One $x$.\n>\n> - two"),
        (":::{tip} One\ntwo\n:::", "> **Tip**\n>\n> One\n> two"),
        (
            ":::{admonition} Why?\n:class: tip\n\nSo.\n:::\nMore.",
            "> **Why?**\n>\n> So.\nMore.",
        ),
        ("{math}`x` {term}`gap` {ref}`a b <c>`", "$x$ gap a b"),
        ("{ref}`label` {cite}`a`", "{ref}`label` {cite}`a`"),
    ],
)
def test_what_has_plain_words_gets_them(source, wanted):
    assert plain(source, PARSER, CHAPTER, "") == wanted


@pytest.mark.parametrize(
    ("target", "leads_to"),
    [
        ("02_layer_norm.ipynb", "chapters/02_layer_norm.html"),
        ("../glossary.md#term-gap", "glossary.html#term-gap"),
        ("02_layer_norm.ipynb#a", "chapters/02_layer_norm.html#a"),
        ("#exercises", "chapters/01_biased_variance.html#exercises"),
        ("#fig-a?x=1,-2&n=3", "chapters/01_biased_variance.html#fig-a?x=1,-2&n=3"),
        ("02_layer_norm.ipynb#fig-a?d=2", "chapters/02_layer_norm.html#fig-a?d=2"),
    ],
)
def test_a_link_to_a_page_leads_to_the_site_or_is_text(target, leads_to):
    source = f"[a *b* [c]]({target}), ![d]({target})"
    image = f"![d]({target})"
    assert plain(source, PARSER, CHAPTER, ADDRESS).startswith(
        f"[a *b* [c]]({ADDRESS}{leads_to})"
    )
    assert plain(source.removesuffix(image), PARSER, CHAPTER, "") == "a *b* [c], "


def test_a_link_to_what_is_no_page_stays_and_is_found():
    for target in ("../requirements.txt", "missing.ipynb"):
        source = f"[a]({target})"
        assert plain(source, PARSER, CHAPTER, ADDRESS) == source
        assert len([*dialect(source, PARSER)]) == 1


def chapter_of(*sources):
    cells = [
        nbformat.v4.new_markdown_cell(source, id=f"cell-{i}")
        for i, source in enumerate(sources)
    ]
    return serialise(nbformat.v4.new_notebook(cells=cells))


def small_book(*sources):
    contents = "# Intro\n\n```{toctree}\nchapters/01_one\n```\n"
    return {"intro": contents, "chapters/01_one.ipynb": chapter_of(*sources)}


def test_the_build_warns_of_what_it_cannot_put_plainly(build):
    folder, warnings = build(
        small_book("# One", "plain", "A {abbr}`word (of many)`, {term}`gap <gap>`.")
    )
    assert warnings.count("the portable notebook cannot") == 1
    assert "cell 3: the portable notebook cannot have the role {abbr}`word" in warnings
    assert "chapters/01_one.ipynb" in warnings
    assert (folder / FOLDER / "01_one.ipynb").exists()


def test_a_changed_figure_reaches_the_notebook(build, tmp_path):
    figure = tmp_path / "figures" / "a.svg"
    figure.parent.mkdir()
    pages = small_book("# One", "![Alt.](../figures/a.svg)")
    seen = set()
    for width in (10, 20):
        figure.write_text(
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="5"/>'
        )
        folder, _ = build(pages)
        text = (folder / FOLDER / "01_one.ipynb").read_text()
        assert "data:image/png;base64," in text
        seen.add(text)
    assert len(seen) == 2


# ---- its first cell ----


def run_first_cell():
    exec(compile(first_cell().source, "first cell", "exec"), {})


@pytest.fixture
def nothing_runs(monkeypatch):
    """Keep sys.path, and return the list of what the cell would have run."""
    commands = []

    def run(command, **options):
        commands.append(command)
        return SimpleNamespace(stderr="no network here")

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr(sys, "path", [*sys.path])
    return commands


@pytest.fixture
def without(monkeypatch):
    """Return a function that hides a package from the cell."""
    found = importlib.util.find_spec

    def hide(hidden):
        monkeypatch.setattr(
            importlib.util, "find_spec", lambda name: name != hidden and found(name)
        )

    return hide


def test_it_is_folded_and_says_what_it_is():
    cell = first_cell()
    lines = cell.source.splitlines()
    assert lines[0].startswith("# @title ")
    assert lines[1].startswith("# ")
    assert cell.metadata == {"cellView": "form", "jupyter": {"source_hidden": True}}


def test_it_brings_every_file_once_and_installs_nothing(nothing_runs):
    before = [*sys.path]
    run_first_cell()
    folder = Path(sys.path[0])
    run_first_cell()
    assert sys.path == [str(folder), *before]
    assert nothing_runs == []
    brought = {
        file.relative_to(folder): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file()
    }
    assert brought == {file: (FIGURES.parent / file).read_bytes() for file in brought}
    modules = [file for package in PACKAGES for file in package.glob("*.py")]
    assert {file.relative_to(FIGURES.parent) for file in modules} < brought.keys()


def test_its_package_works_alone(tmp_path):
    (tmp_path / "cell.py").write_text(first_cell().source, "utf-8")
    script = """
from pathlib import Path
for _ in range(2):
    exec(Path("cell.py").read_text("utf-8"))
import explorables
explorables.use_style()
explorables.DivisorGap()
print(explorables.__file__)
"""
    run = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert run.stderr == ""
    file = Path(run.stdout.splitlines()[-1])
    assert file.name == "__init__.py"
    assert not file.is_relative_to(ROOT)
    assert not file.exists(), "the folder goes with the kernel"


def test_anywidget_is_all_that_is_ever_fetched(nothing_runs, without):
    without("anywidget")
    with pytest.raises(
        ImportError, match=r"(?s)is a network, run pip install.*no network here"
    ):
        run_first_cell()
    ((python, *options),) = nothing_runs
    assert python == sys.executable
    packages = [option for option in options if not option.startswith("-")]
    assert packages[:2] == ["pip", "install"]
    assert "--no-deps" in options
    assert not {"-U", "--upgrade"} & {*options}
    # The bounds are the project's own, and anywidget's.
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    anywidget, psygnal = packages[2:]
    assert anywidget in project["dependencies"]
    assert psygnal in importlib.metadata.requires("anywidget")


@pytest.mark.parametrize("name", ["torch", "numpy", "ipywidgets"])
def test_what_else_is_missing_is_named(nothing_runs, without, name):
    without(name)
    with pytest.raises(ImportError, match=f"this notebook needs {name}, and does not"):
        run_first_cell()
    assert nothing_runs == []
