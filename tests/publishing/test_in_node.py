"""What is pure JavaScript is tested by Node's own runner, one file a result."""

import pathlib
import re
import subprocess

import pytest

from tests.node import NODE

FILES = sorted(pathlib.Path(__file__).parents[1].rglob("*.test.mjs"))


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_passes(file):
    run = subprocess.run([NODE, "--test", file], capture_output=True, text=True)
    assert run.returncode == 0, run.stdout[-6000:]
    assert re.search(r"pass [1-9]", run.stdout)
