"""Every explorable in a kernel: what is shown, and traits that go both ways."""

import math
from pathlib import Path

import pytest
from jupyter_client.manager import start_new_kernel
from made import BOUNDED, NAMES

import explorables

WIDGET = "application/vnd.jupyter.widget-view+json"
# Of those without limits: a trait and two values, first one that it does not have.
OTHERS = {
    "AxesExplorer": ("norm", "BatchNorm", "LayerNorm"),
    "FamilyExplorer": ("samples", "all", "one"),
    "Predict": ("guess", [1.0], [2.0]),
    "Quiz": ("answers", [0], [1]),
    "Sweep": ("index", [1], [2]),
    "TwoAnswers": ("x", [1.0, 2.0], [3.0, 5.0]),
}


class Kernel:
    """A kernel, and in place of a front end the messages that it would receive."""

    def __init__(self):
        self.manager, self.client = start_new_kernel(cwd=Path(__file__).parent)

    def run(self, code, expression="None"):
        """Run code; return an expression's repr and the messages of the run."""
        request = self.client.execute(
            code, user_expressions={"it": expression}, allow_stdin=False
        )
        heard = []
        while not heard or heard[-1]["content"].get("execution_state") != "idle":
            message = self.client.get_iopub_msg(timeout=60)
            if message["parent_header"].get("msg_id") == request:
                heard.append(message)
        reply = self.client.get_shell_msg(timeout=60)
        while reply["parent_header"]["msg_id"] != request:
            reply = self.client.get_shell_msg(timeout=60)
        assert reply["content"]["status"] == "ok", reply["content"]
        value = reply["content"]["user_expressions"]["it"]
        assert value["status"] == "ok", value
        return value["data"]["text/plain"], heard

    def move(self, comm_id, state):
        """Tell the kernel what a reader's hand did to a widget."""
        data = {"method": "update", "state": state, "buffer_paths": []}
        self.client.shell_channel.send(
            self.client.session.msg("comm_msg", {"comm_id": comm_id, "data": data})
        )


@pytest.fixture(scope="module")
def kernel():
    """Yield a kernel that can make every explorable."""
    kernel = Kernel()
    try:
        package = str(Path(explorables.__file__).parents[1])
        kernel.run(f"import sys; sys.path.insert(0, {package!r})")
        kernel.run("from made import make")
        yield kernel
    finally:
        kernel.client.stop_channels()
        kernel.manager.shutdown_kernel(now=True)


def of_type(messages, kind):
    """Return the contents of the messages of one type."""
    return [m["content"] for m in messages if m["header"]["msg_type"] == kind]


@pytest.mark.parametrize("name", NAMES)
def test_traits_go_both_ways_and_the_repr_is_shown_whole(kernel, name):
    bounded = (
        (t, trait.min, trait.max)
        for n, t, trait in BOUNDED
        if n == name and math.isfinite(trait.min) and math.isfinite(trait.max)
    )
    trait, here, there = OTHERS.get(name) or next(bounded)
    model_id, heard = kernel.run(f"it = make({name!r})", "it.model_id")
    own = {"kind", "_esm", *getattr(explorables, name).own_traits()}
    (opened,) = [
        content
        for content in of_type(heard, "comm_open")
        if repr(content["comm_id"]) == model_id
    ]
    state = opened["data"]["state"]
    assert own <= state.keys()
    assert state["_model_module"] == "anywidget"
    if state[trait] == here:
        here, there = there, here

    kernel.move(opened["comm_id"], {trait: here})
    arrived, _ = kernel.run("", f"it.{trait} == {here!r}")
    assert arrived == "True"

    _, heard = kernel.run(f"it.{trait} = {there!r}")
    sent = [m["data"].get("state", {}) for m in of_type(heard, "comm_msg")]
    assert {trait: there} in sent

    text, heard = kernel.run("display(it)", "repr(it)")
    shown = of_type(heard, "display_data")[0]["data"]
    assert repr(shown["text/plain"]) == text
    assert shown[WIDGET]["model_id"] == opened["comm_id"]
