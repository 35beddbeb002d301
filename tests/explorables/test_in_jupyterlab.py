"""JupyterLab for real: chapter 1, and one explorable of each kind, tied to a kernel."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import nbformat
import pytest
from jupyter_client import BlockingKernelClient
from playwright.sync_api import expect

import explorables
from tests.browser import ROOT
from tests.explorables.operating import by_keyboard, by_mouse
from tests.quantities import check_quantities

FIRST = "01_biased_variance"
WORKSHOP = "one_of_each"
STARTS_WITHIN = 120  # seconds; JupyterLab takes about five
RUNS_WITHIN = 300  # seconds, all cells of a notebook; about fifteen where idle
SETTINGS = {
    # All cells in the page, also those far below.
    "notebook-extension/tracker": {"windowingMode": "none"},
    # No question about news, and no request for them.
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
}


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """Start JupyterLab over a copy of chapter 1; yields (address, runtime)."""
    home = tmp_path_factory.mktemp("lab")
    shutil.copy(ROOT / "chapters" / f"{FIRST}.ipynb", home)
    for name, settings in SETTINGS.items():
        file = home / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(settings))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    log = (home / "lab.log").open("w+")
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
            *(f"--ServerApp.port={port}", "--ServerApp.ip=127.0.0.1"),
            *("--IdentityProvider.token=", f"--ServerApp.root_dir={home}"),
        ],
        env={
            **os.environ,
            "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
            "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        },
        stdout=log,
        stderr=log,
    )
    try:
        wait_for_server(f"{address}/api", server, log)
        yield address, home / "runtime"
    finally:
        server.terminate()
        server.wait(30)


def wait_for_server(url, server, log):
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until and server.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except OSError:
            time.sleep(0.5)
    log.seek(0)
    pytest.fail(f"JupyterLab did not start:\n{log.read()[-2000:]}")


SOURCES = {
    "Predict": "Predict('How many are there?', truth=3, within=0)",
    "Quiz": "Quiz('Which?\\n+ this\\n: Yes.\\n- that\\n: No.')",
    "Sweep": "Sweep(draw, n=[1, 2, 3], title='t', alt='a line')",
}
BEGIN = """import matplotlib.pyplot as plt
import ipywidgets
from explorables import *

def draw(n):
    figure, axes = plt.subplots()
    axes.plot([0, n])
    axes.set_title(f"up to {n}")
    return figure"""
BOXED = """boxed = Sweep(draw, n=[1, 2, 3], title="t", alt="a line")
ipywidgets.VBox([boxed])"""
KINDS = sorted(
    name
    for name in explorables.__all__
    if name != "Explorable" and isinstance(getattr(explorables, name), type)
)


def write_workshop(folder):
    """Write the notebook that shows one explorable of each kind, and a boxed Sweep."""
    shown = [
        f"{kind.lower()} = {SOURCES.get(kind, f'{kind}()')}\n{kind.lower()}"
        for kind in KINDS
    ]
    again = f"{KINDS[0].lower()}  # a second view"
    cells = [nbformat.v4.new_code_cell(one) for one in (BEGIN, *shown, BOXED, again)]
    spec = {"name": "python3", "display_name": "Python 3 (ipykernel)"}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": spec})
    nbformat.write(notebook, folder / f"{WORKSHOP}.ipynb")
    return len(cells)


def chapter_cells():
    return json.loads((ROOT / "chapters" / f"{FIRST}.ipynb").read_text())["cells"]


class Kernel:
    """The kernel that the page in the browser talks to."""

    def __init__(self, connection):
        self.client = BlockingKernelClient(connection_file=str(connection))
        self.client.load_connection_file()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=RUNS_WITHIN)  # it runs cells first

    def run(self, code, value=None):
        """Run `code`; return what the expression `value` then is."""
        reply = self.client.execute(
            code,
            reply=True,
            store_history=False,
            timeout=RUNS_WITHIN,
            user_expressions={"value": f"__import__('json').dumps({value})"},
        )["content"]
        assert reply["status"] == "ok", reply
        answer = reply["user_expressions"]["value"]
        assert answer["status"] == "ok", answer
        return json.loads(eval(answer["data"]["text/plain"]))


@contextlib.contextmanager
def running(lab, browser, name, cells):
    """Open a notebook and run all its cells, so many; yields (page, kernel)."""
    address, runtime = lab
    others = set(runtime.glob("kernel-*.json"))
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{address}/lab/tree/{name}.ipynb?reset")
    page.locator(".jp-Notebook .jp-CodeCell").first.wait_for(timeout=120_000)
    # A chapter names its kernel, so nothing asks for one.
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for(timeout=60_000)
    assert not page.locator(".jp-Dialog").is_visible()
    page.locator(".lm-MenuBar-itemLabel", has_text="Run").first.click()
    page.locator(".lm-Menu-itemLabel").get_by_text("Run All Cells", exact=True).click()
    # A cell whose source is folded shows no number, so ask for the kernel's count.
    (connection,) = set(runtime.glob("kernel-*.json")) - others
    kernel = Kernel(connection)
    until = time.monotonic() + RUNS_WITHIN
    errors = page.locator('[data-mime-type="application/vnd.jupyter.error"]')
    while kernel.run("", "len(In) - 1") < cells and time.monotonic() < until:
        assert not errors.count(), errors.first.inner_text()
        time.sleep(0.5)
    assert kernel.run("", "len(In) - 1") == cells
    assert not errors.count(), errors.first.inner_text()
    yield page, kernel
    kernel.client.stop_channels()
    context.close()


@pytest.fixture(scope="module")
def opened(lab, browser):
    """Yield (page, kernel) of chapter 1 after a run."""
    cells = sum(cell["cell_type"] == "code" for cell in chapter_cells())
    with running(lab, browser, FIRST, cells) as page_and_kernel:
        yield page_and_kernel


def test_every_explorable_of_a_chapter_is_drawn(opened):
    page, _ = opened
    shown = [
        output
        for cell in chapter_cells()
        for output in cell.get("outputs", [])
        if "application/vnd.jupyter.widget-view+json" in output.get("data", {})
    ]
    assert shown
    page.locator(".zm-explorable").nth(len(shown) - 1).wait_for(timeout=30_000)
    assert page.locator(".zm-explorable").count() == len(shown)


def test_a_dragged_dot_arrives_in_the_kernel(opened):
    page, kernel = opened
    before = kernel.run("", "explorer.x")
    dot = page.locator(".zm-explorable svg [role=slider]").first
    dot.scroll_into_view_if_needed()
    box = dot.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y, steps=5)
    page.mouse.up()
    shown = float(dot.get_attribute("aria-valuenow"))
    assert shown > before[0]
    until = time.monotonic() + 30
    while kernel.run("", "explorer.x")[0] != shown and time.monotonic() < until:
        time.sleep(0.2)
    assert kernel.run("", "explorer.x") == [shown, *before[1:]]


def test_a_trait_set_in_python_moves_the_picture(opened):
    page, kernel = opened
    kernel.run("explorer.x = [0.5, 5.5]")
    figure = page.locator(".zm-explorable", has=page.locator("svg [role=slider]")).first
    handles = figure.locator("svg [role=slider]")
    expect(handles).to_have_count(2, timeout=30_000)
    assert [float(h.get_attribute("aria-valuenow")) for h in handles.all()] == [
        0.5,
        5.5,
    ]
    mean = figure.locator('[data-quantity="mean"]')
    assert float(mean.get_attribute("value")) == 3.0


@pytest.fixture(scope="module")
def workshop(lab, browser):
    """Yield (page, kernel) of a notebook with one explorable of each kind."""
    cells = write_workshop(lab[1].parent)
    with running(lab, browser, WORKSHOP, cells) as page_and_kernel:
        yield page_and_kernel


class Shown:
    """An explorable in a notebook: its figure in the page, its state in the kernel."""

    def __init__(self, workshop, kind):
        self.page, self.kernel = workshop
        self.kind, self.name = kind, kind.lower()
        cell = self.page.locator(".jp-CodeCell").nth(1 + KINDS.index(kind))
        self.figure = cell.locator(".zm-explorable")
        self.figure.wait_for(timeout=30_000)

    def state(self):
        traits = (
            f"{{name: getattr({self.name}, name) for name in {self.name}.own_traits()}}"
        )
        return self.kernel.run("", traits) | {"kind": self.kind}

    def active_cell(self):
        return self.page.evaluate(
            "[...document.querySelectorAll('.jp-Cell')]"
            ".findIndex((cell) => cell.matches('.jp-mod-active'))"
        )

    def does(self, what, act):
        """Do something that must change the kernel's state, and no cell."""
        self.settle()
        before, cell = self.state(), self.active_cell()
        act()
        until = time.monotonic() + 20
        while (after := self.state()) == before and time.monotonic() < until:
            time.sleep(0.05)
        assert after != before, f"{what} changed nothing"
        if "ing " not in what and "button" not in what:  # by a key
            assert self.active_cell() == cell, f"{what} selected another cell"

    def settle(self):
        """Wait until what was done has arrived in the kernel: as the readout says."""
        until = time.monotonic() + 20
        before = None
        while (state := self.state()) != before or not self.agrees(state):
            assert time.monotonic() < until, f"not the readout of {state}"
            before = state
            time.sleep(0.05)

    def agrees(self, state):
        shown = dict(
            self.figure.locator("[data-quantity]").evaluate_all(
                "(all) => all.map((el) => [el.dataset.quantity, el.value])"
            )
        )
        try:
            check_quantities(shown, state)
        except AssertionError:
            return False
        return True

    def reset_to(self, initial):
        if self.state() != initial:  # else a question hides it
            self.figure.get_by_role("button", name="Reset").click()
        self.settle()
        assert self.state() == initial


@pytest.mark.filterwarnings("ignore:var.*degrees of freedom")
@pytest.mark.parametrize("kind", KINDS)
def test_mouse_and_keyboard_move_everything_in_a_notebook(workshop, kind):
    shown = Shown(workshop, kind)
    initial = shown.state()
    by_mouse(shown.figure, shown.does)
    shown.reset_to(initial)
    by_keyboard(shown.figure, shown.does, shown.settle)
    shown.reset_to(initial)


def test_reset_in_a_second_view_brings_back_the_beginning(workshop):
    shown = Shown(workshop, KINDS[0])
    initial = shown.state()
    by_mouse(shown.figure, shown.does)
    assert shown.state() != initial
    shown.page.locator(".jp-CodeCell").last.click()
    shown.page.keyboard.press("Escape")
    shown.page.keyboard.press("Control+Enter")  # shows it once more
    second = shown.page.locator(".jp-CodeCell").last.locator(".zm-explorable")
    second.get_by_role("button", name="Reset").click()
    shown.settle()
    assert shown.state() == initial


def test_a_sweep_asks_the_kernel(workshop):
    shown = Shown(workshop, "Sweep")
    initial, sweep = shown.state(), shown.figure
    sweep.scroll_into_view_if_needed()
    picture = sweep.locator(".zm-picture").inner_html()
    sweep.locator("input[type=number]").fill("7")
    sweep.get_by_role("button", name="Ask the kernel").click()
    sweep.locator(".zm-readout", has_text="n = 7. up to 7").wait_for()
    assert sweep.locator(".zm-picture").inner_html() != picture
    shown.reset_to(initial)


def test_a_sweep_in_a_box_gets_its_frames(workshop):
    page, kernel = workshop
    boxed = page.locator(".jp-CodeCell").nth(1 + len(KINDS)).locator(".zm-explorable")
    boxed.locator(".zm-picture svg").wait_for(timeout=30_000)
    assert kernel.run("", "len(boxed.frames)") == 3
