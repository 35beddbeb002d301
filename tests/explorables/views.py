"""What an explorable shows of a state, as JavaScript makes it, without a browser."""

import re
from pathlib import Path

from bs4 import BeautifulSoup

from tests.node import run_script
from tests.quantities import check_quantities, spaced

SCRIPT = Path(__file__).with_name("view.mjs")


def view(explorer, *acts, width=694, kernel=False):
    """Return (the figure as parsed HTML, what its handlers set).

    acts: (name, event, properties) each, such as ("x1", "onkeydown", {"key": "Home"}).
    kernel: whether one answers.
    """
    told = {"limits": explorer.limits, "constants": explorer.constants}
    case = {
        "state": state_of(explorer) | told | {"kernel": kernel},
        "width": width,
        "acts": [{"name": name, "event": event, "of": of} for name, event, of in acts],
    }
    (answer,) = run_script(SCRIPT, [case])
    return BeautifulSoup(answer["html"], "html.parser"), answer["sets"]


def state_of(explorer):
    """Return the state of an explorable: its kind, and its own traits."""
    names = ["kind", *explorer.own_traits()]
    return {name: getattr(explorer, name) for name in names}


def readout(figure):
    """Return what a readout says, whatever holds its words together."""
    return spaced(figure.select_one(".zm-readout").text)


def shown_by(figure):
    """Return the numbers of a figure's readout: {name: text}."""
    return {one["data-quantity"]: one["value"] for one in figure.select("data")}


def check_readout(figure, explorer):
    """Hold every number of the readout to torch; no mark has a place that is none."""
    check_quantities(shown_by(figure), state_of(explorer))
    assert not re.search("NaN|undefined", str(figure).replace('value="NaN"', ""))
