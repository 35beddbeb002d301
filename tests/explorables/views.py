"""What an explorable shows of a state, as JavaScript makes it, without a browser."""

import json
import subprocess
from pathlib import Path

from bs4 import BeautifulSoup

from publishing.live import NODE

SCRIPT = Path(__file__).with_name("view.mjs")


def view(explorer, *acts, width=694, kernel=False):
    """Return (the figure as parsed HTML, what its handlers set).

    acts: (name, event, properties) each, such as ("x1", "onkeydown", {"key": "Home"}).
    kernel: whether one answers.
    """
    names = ["kind", "limits", "constants", *explorer.own_traits()]
    case = {
        "state": {name: getattr(explorer, name) for name in names} | {"kernel": kernel},
        "width": width,
        "acts": [{"name": name, "event": event, "of": of} for name, event, of in acts],
    }
    done = subprocess.run(
        [NODE, SCRIPT],
        input=json.dumps([case]),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (answer,) = json.loads(done.stdout)
    return BeautifulSoup(answer["html"], "html.parser"), answer["sets"]
