"""JupyterLab for real: every chapter run in Chromium, chapter 1 tied to its kernel."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import pytest
from jupyter_client import BlockingKernelClient

from tests.browser import ROOT

FIRST = "01_biased_variance"
STARTS_WITHIN = 120  # seconds; JupyterLab takes about five
RUNS_WITHIN = 300  # seconds, all cells of the chapter; about fifteen where idle
SETTINGS = {
    # All cells in the page, also those far below.
    "notebook-extension/tracker": {"windowingMode": "none"},
    # No question about news, and no request for them.
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
}


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """Start JupyterLab over copies of the chapters; yields (address, runtime)."""
    home = tmp_path_factory.mktemp("lab")
    for chapter in ROOT.glob("chapters/*.ipynb"):
        shutil.copy(chapter, home)
        # One file a test: JupyterLab gives a notebook opened again its old kernel.
        shutil.copy(chapter, home / f"again_{chapter.name}")
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


def chapter_cells(name):
    return json.loads((ROOT / "chapters" / f"{name}.ipynb").read_text())["cells"]


def code_cells(name):
    return sum(cell["cell_type"] == "code" for cell in chapter_cells(name))


class Kernel:
    """The kernel that the page in the browser talks to."""

    def __init__(self, connection):
        self.client = BlockingKernelClient(connection_file=str(connection))
        self.client.load_connection_file()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)

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
def running(lab, browser, name, prefix=""):
    """Open a copy of a chapter and run all its cells; yields (page, kernel)."""
    address, runtime = lab
    others = set(runtime.glob("kernel-*.json"))
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{address}/lab/tree/{prefix}{name}.ipynb?reset")
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
    while kernel.run("", "len(In) - 1") < code_cells(name) and time.monotonic() < until:
        time.sleep(1)
    yield page, kernel
    kernel.client.stop_channels()
    context.close()


@pytest.fixture(scope="module")
def opened(lab, browser):
    """Yield (page, kernel) of chapter 1 after a run."""
    with running(lab, browser, FIRST, prefix="again_") as page_and_kernel:
        yield page_and_kernel


def test_every_cell_runs_and_every_explorable_is_drawn(lab, browser, chapter):
    name = chapter.stem
    shown = [
        output
        for cell in chapter_cells(name)
        for output in cell.get("outputs", [])
        if "application/vnd.jupyter.widget-view+json" in output.get("data", {})
    ]
    assert shown
    with running(lab, browser, name) as (page, kernel):
        assert kernel.run("", "len(In) - 1") == code_cells(name)
        errors = page.locator('[data-mime-type="application/vnd.jupyter.error"]')
        assert errors.count() == 0
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
    handles = page.locator(".zm-explorable").first.locator("svg [role=slider]")
    page.wait_for_function(
        "(el) => el.querySelectorAll('svg [role=slider]').length === 2",
        arg=page.locator(".zm-explorable").first.element_handle(),
        timeout=30_000,
    )
    assert [float(h.get_attribute("aria-valuenow")) for h in handles.all()] == [
        0.5,
        5.5,
    ]
    mean = page.locator(".zm-explorable").first.locator('[data-quantity="mean"]')
    assert float(mean.get_attribute("value")) == 3.0


def test_a_sweep_asks_the_kernel(opened):
    page, _ = opened
    sweep = page.locator(".zm-explorable", has=page.locator(".zm-question"))
    sweep.scroll_into_view_if_needed()
    picture = sweep.locator(".zm-picture").inner_html()
    sweep.locator("input[type=number]").fill("7")
    sweep.get_by_role("button", name="Ask the kernel").click()
    sweep.locator(".zm-readout", has_text="N = 7. Best divisor: 8").wait_for()
    assert sweep.locator(".zm-picture").inner_html() != picture
