"""Test the tests: change the code that they guard, one mistake at a time.

python -m tools.mutate [--jobs 2] [--only WORD]

What is changed is each chapter's reference cells and lib/formulas.js: an operator, a
constant, an axis, a correction, a comparison, a call that is left out. A mutant is
killed by the first test that fails, and what passes all tests has survived: either a
test is missing, or the mutant does what the original does, and then it is listed in
tests/equivalent_mutants.toml, with the reason. Writes each mutant's fate into
_build/mutate.txt, and the counts of each chapter into checks/mutate.json. The exit
status is 1 if one survived, or one that is listed was killed.

Each mutant is tried in a fork of this process, which has imported torch and has run the
tests once: no mutant waits for an import, and the fastest tests go first. (cosmic-ray
and mutmut start Python anew for each, or need a package; Stryker leaves numbers as they
are.)
"""

import argparse
import collections
import contextlib
import functools
import json
import os
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path
from typing import NamedTuple

import pytest
import torch
from hypothesis import Phase, settings

import tools.reference
from tools import mutants, records
from tools.reference import ROOT, read_reference_cells

EQUIVALENT = ROOT / "tests" / "equivalent_mutants.toml"
FORMULAS = ROOT / "explorables" / "lib" / "formulas.js"
SHADOW = ROOT / "_build" / "mutate"
FEW = 200  # of the 10,000 cases a formula: the first ones kill nearly all


class Mutant(NamedTuple):
    """A change, and how a process takes it over: begin(pytest's items) or begin()."""

    name: str
    before: callable = lambda: None  # the tests are collected
    after: callable = lambda items: None


class Suite(NamedTuple):
    """The mutants of one source, and the files of the tests that guard it."""

    name: str
    mutants: list
    tests: list


class Plugin:
    """Pytest's: orders the tests by their seconds, and keeps which of them failed."""

    def __init__(self, mutant, seconds):
        self.mutant, self.seconds, self.failed = mutant, seconds, None
        self.measured = collections.Counter()

    def pytest_collection_modifyitems(self, items):
        """Put the fastest first."""
        items.sort(key=lambda item: self.seconds.get(item.nodeid, 0))
        self.mutant.after(items)

    def pytest_runtest_logreport(self, report):
        """Keep the seconds, and the first failure."""
        self.measured[report.nodeid] += report.duration
        if report.failed and not self.failed:
            self.failed = report.nodeid

    def pytest_collectreport(self, report):
        """Count a module that cannot be imported as a failure."""
        if report.failed:
            self.failed = report.nodeid


def run_tests(suite, mutant, seconds):
    """Return the plugin after the suite's tests have run, until one failed."""
    plugin = Plugin(mutant, seconds)
    mutant.before()
    quiet = ["-q", "-x", "--no-header", "-p", "no:cacheprovider", "--tb=line"]
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):
        status = pytest.main([*quiet, *suite.tests], plugins=[plugin])
    if status and not plugin.failed:
        plugin.failed = f"pytest's exit status {status}"
    return plugin


# ---- the two kinds of sources ----


def _put_cells(changed):
    """Have the tests find a chapter's changed cells: {path: {cell: source}}."""

    def read(path):
        return changed.get(path) or read_reference_cells(path)

    tools.reference.read_reference_cells = read


def chapter_suite(path):
    """Return the suite of a chapter: the mutants of each cell tagged `reference`."""
    cells = read_reference_cells(path)
    found = [
        Mutant(name, functools.partial(_put_cells, {path: {**cells, cell: code}}))
        for cell, source in cells.items()
        for name, code in mutants.mutants(source)
    ]
    number = path.stem.split("_")[0]
    tests = sorted(map(str, ROOT.glob(f"tests/reference/test_{number}_*.py")))
    return Suite(path.stem, found, tests)


def _put_formulas(code, items):
    """Have the tests read lib/formulas.js from a folder of this process's own."""
    folder = SHADOW / str(os.getpid())
    library = folder / FORMULAS.relative_to(ROOT).parent
    library.mkdir(parents=True, exist_ok=True)
    (library / FORMULAS.name).write_text(code, "utf-8")
    for item in items:
        item.module.ROOT = folder
        item.module.CASES = FEW


def formulas_suite():
    """Return the suite of lib/formulas.js."""
    code = FORMULAS.read_text("utf-8")
    node = Path(sys.executable).with_name("node")
    script = ROOT / "tools" / "mutants.mjs"
    done = subprocess.run([node, script], input=code, stdout=-1, text=True, check=True)
    found = [
        Mutant(name, after=functools.partial(_put_formulas, changed))
        for name, changed in json.loads(done.stdout)
    ]
    tests = ROOT / "tests" / "explorables" / "test_formulas.py"
    return Suite("formulas.js", found, [f"{tests}", "-k", "formula or edges or ends"])


# ---- trying them ----


def start(suite, mutant, seconds):
    """Return (process id, a pipe that says which test failed) of a fork."""
    reading, writing = os.pipe()
    if pid := os.fork():
        os.close(writing)
        return pid, reading
    try:
        failed = run_tests(suite, mutant, seconds).failed or ""
    except BaseException as error:
        failed = f"{type(error).__name__}"
    os.write(writing, failed.encode())
    os._exit(0)


def outcome(pid, reading, deadline):
    """Return what killed a mutant, "" if nothing did, None if it is still running."""
    if not os.waitpid(pid, os.WNOHANG)[0]:
        if time.monotonic() < deadline:
            return None
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(reading)
        return "its time ran out"
    with os.fdopen(reading) as pipe:
        return pipe.read()


def try_all(suite, jobs, only=""):
    """Yield (mutant's name, the test that killed it or "")."""
    base = run_tests(suite, Mutant(""), {})
    if base.failed:
        raise SystemExit(f"without a change, too, this test fails: {base.failed}")
    limit = 60 + 5 * base.measured.total()
    waiting, running = [m for m in suite.mutants if only in m.name][::-1], {}
    while waiting or running:
        while waiting and len(running) < jobs:
            mutant = waiting.pop()
            pid, reading = start(suite, mutant, base.measured)
            running[pid] = mutant.name, reading, time.monotonic() + limit
        time.sleep(0.02)
        for pid, (name, reading, deadline) in [*running.items()]:
            killer = outcome(pid, reading, deadline)
            if killer is not None:
                del running[pid]
                yield name, killer.removeprefix("tests/")


def try_suite(suite, jobs, only, reasons):
    """Return ({mutant: its fate}, faults) of a suite's mutants, or of some.

    reasons: {mutant: why no test can notice it}. Prints each fault when it is found:
    a survivor that is not listed, or one that is listed and was killed, or is gone.
    """
    fates, faults = {}, []
    for name, killer in try_all(suite, jobs, only):
        reason = reasons.get(name)
        fates[name] = killer or reason or "survived"
        if bool(killer) == bool(reason):
            faults.append(f"{suite.name}: {name}: {killer or 'survived'}")
            print(faults[-1], flush=True)
        if len(fates) % 50 == 0:
            print(f"{suite.name}: {len(fates)} tried", flush=True)
    if not only:
        gone = reasons.keys() - fates
        faults += [f"{suite.name}: {name}: no such mutant" for name in gone]
    print(f"{suite.name}: {len(fates)} tried, {len(faults)} faults", flush=True)
    return fates, faults


def main(arguments=None):
    """Try the mutants, write what became of them, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.mutate")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--only", default="", help="in a mutant's or suite's name")
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)  # a fork has no threads of its parent's
    sys.path.insert(0, str(ROOT))
    settings.register_profile(
        "mutate",
        phases=[Phase.explicit, Phase.generate],
        report_multiple_bugs=False,  # the first is enough
        database=None,
        deadline=None,
    )
    settings.load_profile("mutate")
    equivalent = tomllib.loads(EQUIVALENT.read_text("utf-8"))
    suites = [chapter_suite(path) for path in sorted(ROOT.glob("chapters/*.ipynb"))]
    suites.append(formulas_suite())
    lines, wrong = [], []
    for suite in suites:
        whole = options.only in suite.name
        only = "" if whole else options.only
        if not any(only in one.name for one in suite.mutants):
            continue
        reasons = equivalent.get(suite.name, {})
        fates, faults = try_suite(suite, options.jobs, only, reasons)
        lines += [f"{suite.name}\t{name}\t{fate}" for name, fate in fates.items()]
        wrong += faults
        if whole and not faults:
            kind = "formula" if suite.name == "formulas.js" else "reference"
            counts = {
                f"{kind} mutants": len(fates),
                f"{kind} killed": len(fates) - len(reasons),
                f"{kind} equivalent": len(reasons),
            }
            names = [one.name for one in suites]
            records.write("mutate", suite.name, names, **counts)
    report = ROOT / "_build" / f"mutate{options.only}.txt"
    report.parent.mkdir(exist_ok=True)
    report.write_text("\n".join(lines) + "\n", "utf-8")
    print(*wrong, f"Each mutant's fate: {report.relative_to(ROOT)}", sep="\n")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
