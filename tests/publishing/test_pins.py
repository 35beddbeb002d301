"""The pinned packages can be installed on every Python that the book promises."""

import importlib.metadata
import re
import tomllib

from packaging.specifiers import SpecifierSet

from tests.browser import ROOT


def oldest():
    """Return the oldest release of the oldest Python that the book supports: 3.11.0."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return re.fullmatch(r">=(\d+\.\d+)", project["requires-python"])[1] + ".0"


# Debian 12 has 3.11.2: a package that asks for 3.11.5 is none for it.
def test_no_pin_asks_for_a_later_release_of_the_oldest_python():
    pins = re.findall(
        r"^([\w.-]+)==([\w.]+)$",
        (ROOT / "requirements.txt").read_text("utf-8"),
        re.MULTILINE,
    )
    assert len(pins) > 100
    asked = {}
    for name, version in pins:
        found = importlib.metadata.metadata(name)
        if found["Version"].partition("+")[0] == version:  # not so in test-latest
            asked[name] = found.get("Requires-Python", "")
    refused = {k: v for k, v in asked.items() if oldest() not in SpecifierSet(v)}
    assert refused == {}
