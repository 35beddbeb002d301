"""Re-execute the chapters and write them in one normal form, or check that form.

python -m tools.refresh [--check] [notebook ...]    (all of chapters/ if none is named)

Two people who refresh an unchanged chapter get the same bytes. An output that strict
nbval compares keeps its text; what differs between machines there is a problem to be
fixed in the chapter (or, for warnings, is named in tests/notebooks/sanitize.cfg).

Beside each explorable's widget a still picture is stored, for front ends that show no
widget. A kernel sends none: nbval leaves a PNG out of what it compares.
"""

import argparse
import hashlib
import re
import sys
import time
import uuid
from collections import Counter
from copy import deepcopy
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellControlSignal

from publishing.live import (
    STATE_MIMETYPE,
    WARNING_PLACE,
    WIDTH,
    draw_pictures,
    merge_streams,
)
from publishing.portable import serialise

ROOT = Path(__file__).resolve().parents[1]
KERNELSPEC = {
    "display_name": "Python 3 (ipykernel)",
    "language": "python",
    "name": "python3",
}
CELL_METADATA = {"tags", "mystnb", "jupyter"}
# what front ends leave behind; the rest, such as a page's description, is the author's
NOT_NOTEBOOK_METADATA = {
    "accelerator", "colab", "gpuClass", "orig_nbformat", "signature", "toc",
    "varInspector", "vscode", "widgets",
}  # fmt: skip
MAX_LINES = 25
MIN_ALT = 20

TORCH_PLACE = re.compile(r" \(Triggered internally at [^)\n]*\)")
LIBRARY = r"(?:site-packages/|dist-packages/|lib/python3\.\d+/|(?=explorables/))"
LIBRARY_PATH = re.compile(rf"~?/[^\s'\":\x1b]*/{LIBRARY}")
MACHINE_PATH = re.compile(
    r"(?<![\w.:/-])(?:~|/(?:root|home|Users|tmp|var|opt|usr|content|mnt))/[\w./-]+"
    r"|[\w./~-]*/(?:site|dist)-packages/"
)
ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]+")
SVG_DATE = re.compile(r"\s*<dc:date>.*?</dc:date>", re.DOTALL)
SVG_ID = re.compile(r'\bid="([A-Za-z]+)([0-9a-f]{10})"')
WIDGET = "application/vnd.jupyter.widget-view+json"
PICTURE = "image/png"


def digest(text, length):
    """Return the first hexadecimal digits of a text's hash."""
    return hashlib.sha256(text.encode()).hexdigest()[:length]


def set_cell_ids(cells):
    """Name each cell after its content: a cell that is moved keeps its id."""
    seen = Counter()
    for cell in cells:
        content = f"{cell.cell_type}\n{cell.source}"
        cell.id = digest(f"{seen[content]}\n{content}", 12)
        seen[content] += 1


def normal_svg(svg, name):
    """Return a matplotlib SVG without its date, its random ids named after `name`."""
    svg = SVG_DATE.sub("", svg)
    ids = dict.fromkeys(SVG_ID.findall(svg))
    new = {
        kind + old: kind + digest(f"{name} {i}", 10)
        for i, (kind, old) in enumerate(ids)
    }
    return re.sub(rf"\b(?:{'|'.join(new)})\b", lambda m: new[m[0]], svg) if new else svg


def normalise_output(output, name, execution_count):
    """Replace what differs from run to run in an output; its name is unique."""
    if output.output_type == "stream":
        if output.name == "stderr":
            output.text = TORCH_PLACE.sub("", WARNING_PLACE.sub("", output.text))
        return
    if output.output_type == "error":
        output.traceback = [LIBRARY_PATH.sub("", line) for line in output.traceback]
        return
    if output.output_type == "execute_result":
        output.execution_count = execution_count
    if WIDGET in output.data:
        output.data[WIDGET]["model_id"] = uuid.uuid5(uuid.NAMESPACE_OID, name).hex
    if "image/svg+xml" in output.data:
        output.data["image/svg+xml"] = normal_svg(output.data["image/svg+xml"], name)


def add_pictures(nb):
    """Store a still picture with each explorable of a notebook that has just run.

    nb: with its widgets' state in its metadata, as nbclient leaves it.
    Errors: RuntimeError where one cannot be drawn.
    """
    widgets = nb.metadata.get("widgets", {}).get(STATE_MIMETYPE, {}).get("state", {})
    shown = []
    for cell in nb.cells:
        for output in cell.get("outputs", []):
            view = output.get("data", {}).get(WIDGET, {})
            state = widgets.get(view.get("model_id"), {}).get("state", {})
            if "kind" in state:  # an explorable
                shown.append((output, state))
    pictures = draw_pictures([state for _, state in shown])
    for (output, _), picture in zip(shown, pictures, strict=True):
        output.data[PICTURE] = picture
        output.metadata[PICTURE] = {"width": WIDTH}


def normalise(nb):
    """Return a copy of a notebook in normal form. Execution counts stay as they are."""
    nb = deepcopy(nb)
    nb.nbformat_minor = 5
    nb.metadata = nbformat.from_dict(
        {k: v for k, v in nb.metadata.items() if k not in NOT_NOTEBOOK_METADATA}
        | {"kernelspec": KERNELSPEC, "language_info": {"name": "python"}}
    )
    set_cell_ids(nb.cells)
    for cell in nb.cells:
        kept = {k: v for k, v in cell.metadata.items() if k in CELL_METADATA and v}
        cell.metadata = nbformat.from_dict(kept)
        if cell.cell_type == "code":
            cell.outputs = merge_streams(cell.outputs)
            for i, output in enumerate(cell.outputs):
                normalise_output(output, f"{cell.id}/{i}", cell.execution_count)
    return nb


def differences(before, after):
    """Yield what normalising changed in a cell or in a notebook's metadata."""
    for key in sorted(before.keys() | after.keys()):
        old, new = before.get(key), after.get(key)
        if key == "metadata":
            yield from (f"metadata.{name}" for name in differences(old, new))
        elif key == "outputs" and len(old) == len(new):
            pairs = enumerate(zip(old, new, strict=True))
            yield from (f"output {i}" for i, (a, b) in pairs if a != b)
        elif old != new:
            yield key


def texts(output):
    """Yield the strings in an output that a reader could see."""
    yield output.get("text", "")
    yield output.get("evalue", "")
    yield from output.get("traceback", [])
    for mime, value in output.get("data", {}).items():
        if isinstance(value, str) and mime not in (PICTURE, "image/jpeg"):
            yield value


def code_problems(cell, expected_count):
    """Yield what is wrong with a code cell, itself in normal form."""
    tags = cell.metadata.get("tags", [])
    if not cell.source.strip():
        yield "empty code cell"
    elif cell.execution_count != expected_count:
        yield f"execution count {cell.execution_count}, expected {expected_count}"
    lines = len(cell.source.splitlines())
    # remove-input: a quiz's text, say, which the page does not show as code
    if lines > MAX_LINES and not {"reference", "remove-input"} & set(tags):
        yield f"{lines} lines, more than {MAX_LINES}, without the tag reference"
    if cell.source.rstrip().endswith(";"):
        yield "a semicolon at the end, which nbval ignores (nbval#194)"
    raises = any(output.output_type == "error" for output in cell.outputs)
    if raises and "raises-exception" not in tags:
        yield "an error without the tag raises-exception"
    if "raises-exception" in tags and not raises:
        yield "the tag raises-exception without an error"
    shown = [output.get("data", {}) for output in cell.outputs]
    for i, data in enumerate(shown):
        if WIDGET in data and PICTURE not in data and "remove-output" not in tags:
            yield f"output {i} shows a widget without a still picture ({PICTURE})"
    # A widget's picture stands for the widget, which has its own words.
    mimes = {mime for data in shown if WIDGET not in data for mime in data}
    alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt")
    described = isinstance(alt, str) and len(alt.strip()) >= MIN_ALT
    if mimes & {"image/svg+xml", PICTURE} and not described:
        yield f"a figure without {MIN_ALT} characters in metadata.mystnb.image.alt"
    for i, output in enumerate(cell.outputs):
        for text in texts(output):
            for pattern in (ADDRESS, MACHINE_PATH):
                yield from (f"output {i} holds {m}" for m in pattern.findall(text))


def problems(nb):
    """Return what is to be fixed in a notebook, a line for each; [] if nothing is."""
    normal = normalise(nb)
    notebook = {"metadata": nb.metadata, "nbformat_minor": nb.nbformat_minor}
    after = {"metadata": normal.metadata, "nbformat_minor": normal.nbformat_minor}
    found = [f"not normalised: {name}" for name in differences(notebook, after)]
    count = 0
    for i, (cell, after) in enumerate(zip(nb.cells, normal.cells, strict=True)):
        changed = ", ".join(differences(cell, after))
        found += [f"cell {i}: not normalised: {changed}"] if changed else []
        if cell.cell_type == "code":
            count += bool(cell.source.strip())
            found += [f"cell {i}: {problem}" for problem in code_problems(after, count)]
    return found


def check(path):
    """Return the problems of a notebook's file, without running it."""
    text = path.read_text(encoding="utf-8")
    nb = nbformat.reads(text, as_version=4)
    found = problems(nb)
    if not found and serialise(normalise(nb)) != text:
        found = ["the file is not as this command writes it (spaces, order of keys)"]
    return found


def refresh(path):
    """Run a notebook in its folder and write it; return its problems.

    Raises CellExecutionError where a cell fails, RuntimeError where a still picture
    cannot be drawn; the file is then left as it was.
    """
    before = path.read_text(encoding="utf-8")
    nb = nbformat.reads(before, as_version=4)
    folder = {"metadata": {"path": str(path.resolve().parent)}}
    NotebookClient(
        nb, timeout=600, kernel_name="python3", resources=folder,
        store_widget_state=True, record_timing=False,
    ).execute()  # fmt: skip
    add_pictures(nb)
    nb = normalise(nb)
    if serialise(nb) != before:  # else keep the time stamp that builds go by
        path.write_text(serialise(nb), encoding="utf-8")
    return problems(nb)


def main(arguments=None):
    """Refresh or check notebooks; return 1 if one of them needs fixing, else 0."""
    parser = argparse.ArgumentParser(prog="python -m tools.refresh")
    parser.add_argument("--check", action="store_true", help="run and write nothing")
    parser.add_argument("notebooks", nargs="*", type=Path)
    options = parser.parse_args(arguments)
    paths = options.notebooks or sorted(ROOT.glob("chapters/*.ipynb"))
    if not paths:
        parser.error("no notebook in chapters/")
    status = 0
    for path in paths:
        cells = len(nbformat.read(path, as_version=4).cells)
        print(f"{path}: {cells} cells", end="", flush=True)
        start = time.perf_counter()
        try:
            found = check(path) if options.check else refresh(path)
        except (CellControlSignal, RuntimeError) as error:
            print(f"\n{error}\n{path}: left as it was", file=sys.stderr)
            return 1
        print(f", {time.perf_counter() - start:.1f} s")
        for problem in found:
            status = 1
            print(f"{path}: {problem}", file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
