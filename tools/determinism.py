"""Show that the book does not depend on the machine: outputs, and the built site.

python -m tools.determinism [--only WORD] [--colab PYTHON]

Each chapter is executed with noise of a rounding error on its inputs, on one thread
and on two, and with vector instructions off, in the pinned environment and in Colab's;
its outputs have to be the stored ones (nbval). Then the site is built twice from
nothing, in two folders, and every file has to be the same, byte for byte; but for
Sphinx's own .buildinfo, a hash of its settings, folders among them. Writes each part
that passed into checks/determinism.json; the exit status is 1 if one differed.
"""

import argparse
import filecmp
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat

from tools import records
from tools.reference import ROOT

NOISE = (ROOT / "tools" / "noise.py").read_text("utf-8")
# name: (noise on the inputs, the environment's variables)
SETTINGS = {
    "noise, one thread": (True, {"OMP_NUM_THREADS": "1"}),
    "noise, two threads": (True, {"OMP_NUM_THREADS": "2"}),
    "no vector instructions": (False, {"ATEN_CPU_CAPABILITY": "default"}),
}


def copies(folder, notebooks, noise):
    """Write the notebooks into a folder, with the noise's cell before the others."""
    for path in notebooks:
        nb = nbformat.read(path, as_version=4)
        if noise:
            nb.cells.insert(0, nbformat.v4.new_code_cell(NOISE))
            nb.cells.append(nbformat.v4.new_code_cell("assert Noise.changed"))
        alone = folder / path.stem
        alone.mkdir()
        nbformat.write(nb, alone / path.name)


def run_notebooks(python, notebooks, noise, variables):
    """Return the exit status of nbval on notebooks, each alone in a folder."""
    with tempfile.TemporaryDirectory() as folder:
        copies(Path(folder), notebooks, noise)
        command = [
            "-m",
            "pytest",
            "--noconftest",
            "-p",
            "no:cacheprovider",
            "-q",
            "--tb=short",
        ]
        command += ["-n", "2", "--dist", "loadfile", "--nbval"]
        command += ["--nbval-sanitize-with", ROOT / "tests/notebooks/sanitize.cfg"]
        return subprocess.run(
            [python, *command, folder], cwd=folder, env={**os.environ, **variables}
        ).returncode


def different(one, other):
    """Yield the files that are not the same in two folders, or only in one."""
    compared = filecmp.dircmp(one, other)
    yield from (f"{one / name}" for name in compared.left_only)
    yield from (f"{other / name}" for name in compared.right_only)
    for name in compared.common_files:
        if name == ".buildinfo":
            continue
        if (one / name).read_bytes() != (other / name).read_bytes():
            yield f"{one / name}"
    for name in compared.common_dirs:
        yield from different(one / name, other / name)


def build_twice():
    """Return (number of files, those that differ) of two sites built from nothing."""
    sites = []
    for name in ("one", "two"):
        folder = ROOT / "_build" / "twice" / name
        shutil.rmtree(folder, ignore_errors=True)
        # what git knows or would add: build.mjs writes the rest anew
        listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
        files = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True)
        for path in files.stdout.splitlines():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / path, target)
        (folder / "node_modules").symlink_to(ROOT / "node_modules")
        programs = Path(sys.executable).parent
        bundle = [programs / "node", "build.mjs"]
        english = [
            programs / "jupyter-book",
            "build",
            ".",
            *("-W", "-n", "--keep-going"),
        ]
        others = [sys.executable, "-m", "publishing.languages", "build", "-W"]
        own = {**os.environ, "PYTHONPATH": str(folder)}  # the copy's packages
        for command in (bundle, english, others):
            subprocess.run(
                command, cwd=folder, env=own, check=True, stdout=subprocess.DEVNULL
            )
        sites.append(folder / "_build" / "html")
    count = sum(path.is_file() for path in sites[0].rglob("*"))
    return count, [*different(*sites)]


def main(arguments=None):
    """Run all of it, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.determinism")
    parser.add_argument("--only", default="", help="in a setting's name, or 'site'")
    # Each run has a folder of its own, from which .venv-colab leads nowhere.
    parser.add_argument(
        "--colab", type=os.path.abspath, help="the Python of Colab's environment"
    )
    options = parser.parse_args(arguments)
    wrong = []
    chapters = sorted(ROOT.glob("chapters/*.ipynb"))
    editions = {"pinned": (sys.executable, chapters)}
    if options.colab:
        portable = sorted((ROOT / "_build" / "html" / "notebooks").glob("*.ipynb"))
        editions["Colab"] = options.colab, portable
    parts = [f"{name}, {one}" for one in ("pinned", "Colab") for name in SETTINGS]
    parts.append("site")
    for edition, (python, notebooks) in editions.items():
        for name, (noise, variables) in SETTINGS.items():
            part = f"{name}, {edition}"
            if options.only in part:
                print(part, flush=True)
                if run_notebooks(python, notebooks, noise, variables):
                    wrong.append(part)
                else:
                    records.write("determinism", part, parts, runs=len(notebooks))
    if options.only in "site":
        files, differing = build_twice()
        wrong += differing
        if not differing:
            records.write("determinism", "site", parts, files=files)
    print(*wrong, sep="\n")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
