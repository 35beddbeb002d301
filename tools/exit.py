"""Build the site without Jupyter Book, and say how it differs from the book's own.

python -m tools.exit PYTHON    (of an environment with the newest Sphinx and myst-nb)

`jupyter-book config sphinx` translates _config.yml into a conf.py, with which Sphinx
alone builds the same files into _build/exit/html. Stored outputs of the last build are
used, so that a difference is Sphinx's. Needs a built book. Prints each warning, the
first differences of each page's text, and each missing file; the exit status is 1 if
there is any.
"""

import argparse
import difflib
import shutil
import subprocess
import sys
from pathlib import Path
from subprocess import DEVNULL

from bs4 import BeautifulSoup

from tools.site import OTHERS, ROOT, SITE, page_paths

EXIT = ROOT / "_build" / "exit"
MOST_LINES = 12  # of differences, for each page
# Jupyter Book adds an extension for a PDF, which the book does not have. And Sphinx
# looks for these files beside conf.py.
CORRECTION = f"""
extensions.remove("sphinx_jupyterbook_latex")
del latex_engine, use_jupyterbook_latex
html_favicon = {str(ROOT / "figures" / "favicon.svg")!r}
bibtex_bibfiles = [{str(ROOT / "references.bib")!r}]
"""


def write_configuration(folder):
    """Write the conf.py that Jupyter Book makes of the book's settings."""
    for name in ("_config.yml", "_toc.yml"):
        shutil.copy(ROOT / name, folder)
    program = Path(sys.executable).with_name("jupyter-book")
    subprocess.run([program, "config", "sphinx", folder], check=True, stdout=DEVNULL)
    conf = folder / "conf.py"
    conf.write_text(conf.read_text("utf-8") + CORRECTION, encoding="utf-8")


def build(python, conf):
    """Build the site by Sphinx alone; return its warnings, a list of lines."""
    warnings = EXIT / "warnings.txt"
    options = ["-n", "-q", "--no-color", "-c", conf, "-w", warnings]
    folders = ["-d", EXIT / "doctrees", ROOT, EXIT / "html"]
    command = [python, "-m", "sphinx", *options, *folders]
    subprocess.run(command, check=True, cwd=ROOT)
    return warnings.read_text("utf-8").splitlines()


def lines_of(path):
    """Return the lines of text of a page's article; none where there is no page."""
    if not path.exists():
        return []
    soup = BeautifulSoup(path.read_text("utf-8"), "html.parser")
    texts = (soup.select_one("article") or soup).stripped_strings
    return [" ".join(text.split()) for text in texts]


def differences(path):
    """Return how a page's text differs, as lines of a diff; none if it does not."""
    both = (lines_of(folder / path) for folder in (SITE, EXIT / "html"))
    found = difflib.unified_diff(*both, "Jupyter Book", "Sphinx", n=0, lineterm="")
    return list(found)


def missing():
    """Return the files that the book has and this site does not."""
    found = (path.relative_to(SITE) for path in SITE.rglob("*") if path.is_file())
    return sorted(
        str(path)
        for path in found
        if path.name not in (".built", ".english")
        and path.parts[0] not in OTHERS
        and not (EXIT / "html" / path).exists()
    )


def main(arguments=None):
    """Build and compare; return 1 if there is a warning or a difference, else 0."""
    parser = argparse.ArgumentParser(prog="python -m tools.exit")
    parser.add_argument("python", help=".venv-exit/bin/python")
    python = parser.parse_args(arguments).python
    shutil.rmtree(EXIT, ignore_errors=True)
    conf = EXIT / "conf"
    conf.mkdir(parents=True)
    write_configuration(conf)
    warnings = build(python, conf)
    for warning in warnings:
        print(warning)
    differing = 0
    for path in page_paths():
        found = differences(path)
        differing += bool(found)
        for line in [path, *found[:MOST_LINES]] if found else []:
            print(line)
        if len(found) > MOST_LINES:
            print(f"... and {len(found) - MOST_LINES} lines more")
    absent = missing()
    for path in absent:
        print(f"missing: {path}")
    print(
        f"{len(warnings)} lines of warnings, {differing} of {len(page_paths())} pages "
        f"differ, {len(absent)} files are missing"
    )
    return int(bool(warnings or differing or absent))


if __name__ == "__main__":
    sys.exit(main())
