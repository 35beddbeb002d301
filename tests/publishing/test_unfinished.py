"""What becomes of a build that fails, is cut off, or is not alone; and of the next."""

import re
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from jupyter_cache import get_cache
from myst_nb.core.execute import ExecutionError
from sphinx.errors import ConfigError, ExtensionError

from publishing.live.cache import drop_half_written
from publishing.page.fonts import add_font
from tests.browser import ROOT
from tests.publishing.conftest import WHOLE
from tests.publishing.test_builds import book, notebook

# Without the rest of publishing, which takes a second.
BARE = {
    "extensions": ["myst_nb", "publishing.unfinished", "publishing.readable"],
    "exclude_patterns": ["_*", "jupyter_execute"],
    "html_theme": "basic",
    "master_doc": "intro",
    "nb_execution_mode": "off",
    "nb_execution_raise_on_error": True,
}
GOOD = "# Intro\n\n```{toctree}\ntwo\n```\n\nTo [](two.md)\n"
PAGES = {"intro.md": GOOD, "two.md": "# Two\n"}
# Begins a build and goes on until its input ends.
OTHER = """
import sys, types
from publishing import unfinished
app = types.SimpleNamespace(doctreedir=sys.argv[1], outdir="there")
unfinished.begin(app, None)
print("begun", flush=True)
sys.stdin.read()
"""


def contents(folder):
    """Return {name: bytes} of a folder's files."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_a_build_that_writes_no_page_leaves_the_fonts_as_they_are(
    build_site, monkeypatch
):
    monkeypatch.delenv("GITHUB_REPOSITORY", raising=False)
    files, settings = book(one=notebook("One")), {**WHOLE, "html_theme": "furo"}
    folder, _ = build_site(files, **settings)
    first = contents(folder)
    assert b"data:font/woff2" in first["_static/styles.css"]
    nothing = SimpleNamespace(
        outdir=folder,
        builder=SimpleNamespace(format="html"),
        config=SimpleNamespace(joined_styles=[]),
    )
    add_font(nothing, None)
    assert contents(folder) == first


def test_a_warning_that_failed_a_build_is_repeated_until_it_is_seen_to(build_site):
    broken = {**PAGES, "intro.md": GOOD.replace("(two.md)", "(nonesuch.md)")}
    for page in ("# Two\n", "# Two\n", "# Two\n\nAnother page has changed.\n"):
        _, warnings = build_site({**broken, "two.md": page}, strict=True, **BARE)
        assert "nonesuch.md" in warnings
    assert build_site(PAGES, strict=True, **BARE)[1] == ""


# As text: in one process Sphinx writes all pages in HTML anew, for other reasons.
def test_a_build_that_was_cut_off_is_done_again(build_site, tmp_path, monkeypatch):
    page, cut_off = tmp_path / "_text" / "two.txt", threading.Event()

    def stop(app, *_):
        if cut_off.is_set():
            page.write_text("Oth")
            raise KeyboardInterrupt

    extension = SimpleNamespace(setup=lambda app: app.connect("doctree-resolved", stop))
    monkeypatch.setitem(sys.modules, "cut_off", extension)
    settings = {**BARE, "extensions": [*BARE["extensions"], "cut_off"]}
    build_site(PAGES, "text", **settings)
    changed = {**PAGES, "two.md": "# Other\n"}
    cut_off.set()
    with pytest.raises(KeyboardInterrupt):
        build_site(changed, "text", **settings)
    cut_off.clear()
    build_site(changed, "text", **settings)
    assert page.read_text().startswith("Other")


def test_two_builds_at_once_are_one_and_a_message(build_site, tmp_path):
    command = [sys.executable, "-c", OTHER, tmp_path / "_doctrees"]
    options = {"stdin": -1, "stdout": -1, "text": True, "cwd": ROOT}
    with subprocess.Popen(command, **options) as other:
        assert other.stdout.readline() == "begun\n"
        with pytest.raises(ConfigError, match=r"another build .* in .*_html"):
            build_site(PAGES, **BARE)
        other.kill()
    assert build_site(PAGES, **BARE)[1] == ""


def test_cells_whose_outputs_were_not_kept_whole_are_run_again(build_site, tmp_path):
    files = book(one=notebook("One"))
    nb = nbformat.reads(files["chapters/one.ipynb"], as_version=4)
    nb.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    extensions = [*BARE["extensions"], "publishing.live.cache"]
    settings = {**BARE, "nb_execution_mode": "cache", "extensions": extensions}

    def build(source):
        nb.cells[1:] = [nbformat.v4.new_code_cell(source, id="it")]
        files["chapters/one.ipynb"] = nbformat.writes(nb)
        shutil.rmtree(tmp_path / "_doctrees", ignore_errors=True)
        folder, _ = build_site(files, **settings)
        return (folder / "chapters/one.html").read_text()

    with pytest.raises(ExecutionError, match=r"one\.ipynb"):
        build("print('so far'); 1 / 0")
    assert ">42" in build("print(6 * 7)")
    (kept,) = tmp_path.glob("_build/.jupyter_cache/*/executed/*/base.ipynb")
    kept.write_text(kept.read_text()[:99])
    assert ">42" in build("print(6 * 7)")
    folder = kept.parents[2]
    for records in (1, 0):
        drop_half_written(folder)
        assert len(get_cache(folder).list_cache_records()) == records
        kept.unlink(missing_ok=True)


def test_a_file_that_is_no_notebook_is_named(build_site):
    files = {**PAGES, "two.ipynb": notebook("Two")[:-9]}
    del files["two.md"]
    with pytest.raises(ExtensionError, match=r"two\.ipynb: .* notebook: .*line"):
        build_site(files, **BARE)


def emptied():
    """Return the folders that build.mjs empties before it writes into them."""
    script = (ROOT / "build.mjs").read_text("utf-8")
    listed = re.search(r"for \(const folder of \[(.*?)\]\)", script, re.DOTALL)[1]
    folders = re.findall('"(.+?)"', listed)
    return [one for one in folders if str(Path(one).parent) not in folders]


@pytest.mark.parametrize(
    "missing", [*emptied(), "explorables/book.mplstyle"], ids=lambda path: path
)
def test_make_bundles_anew_where_a_part_is_missing(tmp_path, monkeypatch, missing):
    monkeypatch.delenv("MAKEFLAGS", raising=False)  # of a make that runs the tests
    for name in (
        *("requirements.txt", "pyproject.toml", "hatch_build.py", "package-lock.json"),
        *("build.mjs", "explorables/tokens.json", "publishing/live_cells/run.py"),
        *(".venv/.complete", "explorables/book.mplstyle"),
        *(f"{folder}/explorables.js" for folder in emptied()),
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    shutil.copy(ROOT / "Makefile", tmp_path)
    last = "explorables/static/explorables.js"
    done = ["make", "--directory", tmp_path, "--question", last]
    assert subprocess.run(done).returncode == 0
    gone = tmp_path / missing
    shutil.rmtree(gone) if gone.is_dir() else gone.unlink()
    assert subprocess.run(done).returncode == 1
