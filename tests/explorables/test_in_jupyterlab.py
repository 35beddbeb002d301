"""JupyterLab for real: chapter 1 run in Chromium, tied to its kernel."""

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

CHAPTER = "01_biased_variance"
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
    """Start JupyterLab over a copy of the chapter; yields (address, runtime folder)."""
    home = tmp_path_factory.mktemp("lab")
    shutil.copy(ROOT / "chapters" / f"{CHAPTER}.ipynb", home)
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


def chapter_cells():
    return json.loads((ROOT / "chapters" / f"{CHAPTER}.ipynb").read_text())["cells"]


def code_cells():
    return sum(cell["cell_type"] == "code" for cell in chapter_cells())


class Kernel:
    """The kernel that the page in the browser talks to."""

    def __init__(self, runtime):
        (connection,) = runtime.glob("kernel-*.json")
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


@pytest.fixture(scope="module")
def opened(lab, browser):
    """Open the chapter, run all its cells; yields (page, kernel)."""
    address, runtime = lab
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{address}/lab/tree/{CHAPTER}.ipynb?reset")
    page.locator(".jp-Notebook .jp-CodeCell").first.wait_for(timeout=120_000)
    # A chapter names its kernel, so nothing asks for one.
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for(timeout=60_000)
    assert not page.locator(".jp-Dialog").is_visible()
    page.locator(".lm-MenuBar-itemLabel", has_text="Run").first.click()
    page.locator(".lm-Menu-itemLabel").get_by_text("Run All Cells", exact=True).click()
    # A cell whose source is folded shows no number, so ask for the kernel's count.
    kernel = Kernel(runtime)
    until = time.monotonic() + RUNS_WITHIN
    while kernel.run("", "len(In) - 1") < code_cells() and time.monotonic() < until:
        time.sleep(1)
    yield page, kernel
    kernel.client.stop_channels()
    context.close()


def test_every_cell_ran(opened):
    page, kernel = opened
    assert kernel.run("", "len(In) - 1") == code_cells()
    assert page.locator('[data-mime-type="application/vnd.jupyter.error"]').count() == 0


def test_every_explorable_is_drawn(opened):
    page, _ = opened
    names = [
        output["data"]["text/plain"]
        for cell in chapter_cells()
        for output in cell.get("outputs", [])
        if "application/vnd.jupyter.widget-view+json" in output.get("data", {})
    ]
    assert names
    page.locator(".zm-explorable").nth(len(names) - 1).wait_for(timeout=30_000)
    assert page.locator(".zm-explorable").count() == len(names)


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
