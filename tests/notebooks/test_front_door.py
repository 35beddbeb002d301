"""The README and CONTRIBUTING: short enough, and true of the Makefile and the files."""

import re

import pytest
from PIL import Image

from tests.browser import ROOT
from tools.film import FILM, FRAMES, MOST_BYTES

README = (ROOT / "README.md").read_text("utf-8")
CODE = re.compile(r"^```.*?^```|`[^`\n]+`", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)")


def test_the_readme_is_short():
    assert len(README.splitlines()) < 120


def test_the_readme_names_every_target_and_no_other():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    phony = re.search(r"^\.PHONY: (.*?[^\\])$", makefile, re.DOTALL | re.MULTILINE)[1]
    named = re.findall(r"^\| `make ([a-z-]+)` \|", README, re.MULTILINE)
    assert sorted(named) == sorted(phony.replace("\\\n", "").split())


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_what_it_links_to_is_there(name):
    links = LINK.findall(CODE.sub("", (ROOT / name).read_text("utf-8")))
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_walks_name_files_and_functions_that_there_are():
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    walks = text.split("\n## Two walks through the code\n")[1].split("\n## ")[0]
    named = set(re.findall("`([^`]+)`", walks))
    files = {one for one in named if re.search(r"\.m?js$|\.py$", one)}
    found = ""
    for file in files:
        path = ROOT / ("explorables" if file.startswith("lib/") else "") / file
        found += path.read_text("utf-8")
    names = {one.partition("(")[0] for one in named - files if "/" not in one}
    assert len(files) > 15 < len(names)
    assert [one for one in names if not re.search(rf"\b{one}\b", found)] == []


def test_the_film_moves_and_is_small():
    assert FILM.relative_to(ROOT).as_posix() in README
    assert FILM.stat().st_size <= MOST_BYTES
    with Image.open(FILM) as film:
        assert film.n_frames == FRAMES
        first = film.convert("RGB").tobytes()
        film.seek(FRAMES // 2)
        assert film.convert("RGB").tobytes() != first
