"""Explorables and plots on a static page, alive without a kernel.

In: the widgets' states that an executed notebook left, the SVGs that it shows, and
those of `figures/` that a page's Markdown shows. Out: each explorable in its page as
JSON with a still picture, and one script that wakes it; what is too large for a page
in a file of its own beside it; SVGs inline, in the page's colours. The same drawings as
PNGs (`draw_pictures`), for a notebook that is read where no script runs.
"""

import pathlib

from myst_nb.core import render

from publishing.leftovers import keep_only
from publishing.live.node import NODE, run_node, sources_of_scripts
from publishing.live.renderer import (
    STATE_MIMETYPE,
    WARNING_PLACE,
    PageRenderer,
    merge_streams,
    state_in,
    whole_streams,
)
from publishing.live.still_html import draw_stills
from publishing.live.still_png import DRAWN, WIDTH, draw_pictures, draw_wanted

__all__ = [
    "DRAWN",
    "NODE",
    "STATE_MIMETYPE",
    "WARNING_PLACE",
    "WIDTH",
    "PageRenderer",
    "draw_pictures",
    "draw_stills",
    "merge_streams",
    "run_node",
    "sources_of_scripts",
    "state_in",
]
STATIC = pathlib.Path(__file__).parent / "static"


def configure(app, config):
    """Have notebooks rendered by PageRenderer, and the script copied."""
    config.nb_render_plugin = "explorables"
    render.coalesce_streams = whole_streams
    config.html_static_path.append(str(STATIC))


def write_lazy_traits(app, exception):
    """Write the traits that are too large for a page, each in a script of its own."""
    if exception or app.builder.format != "html":
        return
    folder = pathlib.Path(app.outdir, "_static", "explorables")
    folder.mkdir(parents=True, exist_ok=True)
    scripts = {
        f"{name}.js": content
        for metadata in app.env.metadata.values()
        for name, content in metadata.get("explorables_lazy", {}).items()
    }
    keep_only(folder, scripts)
    for name, content in scripts.items():
        (folder / name).write_text(content, encoding="utf-8")


def setup(app):
    """Register the extension with Sphinx."""
    app.setup_extension("publishing.live.cache")
    app.setup_extension("publishing.live.inline_figures")
    app.connect("config-inited", configure)
    app.connect("env-updated", draw_wanted)
    app.connect("build-finished", write_lazy_traits)
    app.add_js_file("mount-explorables.js", loading_method="defer")
    # The version of what it leaves in a page that has been read.
    return {
        "env_version": 4,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
