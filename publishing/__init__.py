"""Sphinx extension: the book's static pages, alive without a kernel.

An explorable's widget state, taken from the executed notebook, goes into the page
as JSON, with a still picture, and one script mounts it. matplotlib's SVG goes inline,
so that it follows light and dark. Nothing on a page asks another host.
"""

import hashlib
import json
import os
import pathlib
import shutil
import socket
import subprocess
import time

import sphinxcontrib.katex
from docutils import nodes
from myst_nb.core.render import NbElementRenderer

import explorables
from explorables.plots import hash_of
from publishing.figures import inline_svg
from publishing.normal import WARNING_PLACE
from publishing.stills import BUNDLE, NODE, draw_stills

HERE = pathlib.Path(__file__).parent
STATE_MIMETYPE = "application/vnd.jupyter.widget-state+json"


class PageRenderer(NbElementRenderer):
    """myst-nb's renderer, with explorables and inline SVG."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self._names = {}  # of widget models: in order of appearance, not random
        self._figures = []  # (state, node, cell data) of each explorable shown

    def render_nb_finalise(self, metadata):
        """Draw the page's still pictures; what ipywidgets would need is left out."""
        if not self._figures:
            return
        stills = draw_stills(
            [
                {"name": f"zm-still-{i}", "state": state}
                for i, (state, _, _) in enumerate(self._figures, start=1)
            ]
        )
        for (state, node, data), still in zip(self._figures, stills, strict=True):
            if "error" in still:
                self.logger.warning(
                    f"cell {data.cell_index + 1}: {state['kind']} could not be drawn "
                    f"for the still picture: {still['error']}",
                    subtype="still",
                    line=data.line,
                )
            html = still.get("html", "<p>This figure needs JavaScript.</p>")
            node += nodes.Text(f"{html}</div>")

    def render_widget_view(self, data):
        """Return the node that an explorable is mounted in."""
        widgets = self.renderer.nb_client.nb_metadata.get("widgets", {})
        models = widgets.get(STATE_MIMETYPE, {}).get("state", {})
        model_id = data.content["model_id"]
        state = models.get(model_id, {}).get("state", {})
        if "kind" not in state:
            self.logger.warning(
                f"cell {data.cell_index + 1} shows a widget that is no explorable: on "
                "the page it would be a dead control. Tag the cell `remove-output`, "
                "and show a Sweep there.",
                subtype="dead_control",
                line=data.line,
            )
            return []
        widget_class = getattr(explorables, state["kind"])
        state = {
            "kind": state["kind"],
            "limits": widget_class.all_limits(),
            **{name: state[name] for name in widget_class.own_traits()},
        }
        figure = dict(state)
        lazy = {}
        for trait in widget_class.class_trait_names(lazy=True):
            content = json.dumps(state.pop(trait))
            lazy[trait] = hash_of(content)
            self._keep(lazy[trait], content)
        name = self._names.setdefault(model_id, f"model-{len(self._names) + 1}")
        content = json.dumps({"state": state, "lazy": lazy}).replace("</", r"<\/")
        begin = (
            f'<div class="zm-static" data-model="{name}" data-kind="{state["kind"]}">'
            f'<script type="application/json">{content}</script>'
        )
        node = nodes.raw(text=begin, format="html", classes=["output"])
        self._figures.append((figure, node, data))
        return [node]

    def render_stderr(self, output, *arguments):
        """Return a warning without the place of the cell on the building machine."""
        output = {**output, "text": WARNING_PLACE.sub("", output["text"])}
        return super().render_stderr(output, *arguments)

    def render_image(self, data):
        """Return an SVG inline and themed; other images as myst-nb does."""
        if data.mime_type != "image/svg+xml":
            return super().render_image(data)
        options = self.renderer.get_cell_level_config(
            "render_image_options", data.cell_metadata, line=data.line
        )
        if not options.get("alt"):
            self.logger.warning(
                f"the figure of cell {data.cell_index + 1} has no alt text: give the "
                "cell metadata mystnb.image.alt",
                subtype="alt",
                line=data.line,
            )
        return [inline_svg(data.string, options.get("alt", ""))]

    def _keep(self, name, content):
        """Have a trait's value written beside the page when the build ends."""
        env = self.renderer.sphinx_env
        kept = env.metadata[env.docname].setdefault("explorables_lazy", {})
        kept[name] = f'zeroMeanUnitVariance.deliver.get("{name}")({content});\n'


def _hash(files):
    """Return twelve letters and digits that stand for what the files hold."""
    content = b"".join(file.read_bytes() for file in files)
    return hashlib.sha256(content).hexdigest()[:12]


def _environment_hash(root):
    """Return a hash of what a cell's output hangs on besides the cell.

    root: the book's folder, which need not have a requirements.txt.
    """
    package = pathlib.Path(explorables.__file__).parent
    return _hash([*root.glob("requirements.txt"), *sorted(package.glob("*.py"))])


def _start_katex(folder, timeout):
    """Start KaTeX's server; return its process and a Unix socket to it.

    As sphinxcontrib-katex does, but patiently: on a busy machine the socket is there
    before the server listens. Over a network socket each formula would take 40 ms.
    """
    server = sphinxcontrib.katex.KaTeXServer
    path = folder / "katex.sock"
    process = subprocess.Popen(server.build_command(socket=path), cwd=folder)
    end = time.monotonic() + timeout
    while True:
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.connect(str(path))
            return process, connection
        except (FileNotFoundError, ConnectionRefusedError):
            connection.close()
            if time.monotonic() > end:
                raise server.timeout_error(timeout) from None
            time.sleep(0.01)


def _configure(app, config):
    environment = _environment_hash(pathlib.Path(app.srcdir))
    # jupyter-cache knows the code of a notebook, not what it ran on.
    config.nb_execution_cache_path = os.path.join(
        app.srcdir, "_build", ".jupyter_cache", environment
    )
    # A page is read anew when its still pictures are drawn in another way, and
    # written anew when its scripts or styles change: Sphinx looks at neither.
    config.explorables_environment = f"{environment} {_hash([BUNDLE])}"
    static = filter(pathlib.Path.is_file, sorted((HERE / "static").rglob("*")))
    config.explorables_static = _hash(static)
    config.nb_render_plugin = "explorables"
    # Furo's own option; Jupyter Book takes no setting that it does not know yet.
    config.pygments_dark_style = "github-dark"
    config.html_static_path.append(str(HERE / "static"))
    config.templates_path.append(str(HERE / "templates"))
    # sphinxcontrib-katex looks for `node` on the PATH; pip brought one.
    sphinxcontrib.katex.KaTeXServer.start_server_process = _start_katex
    sphinxcontrib.katex.STARTUP_TIMEOUT = 60.0
    sphinxcontrib.katex.NODEJS_BINARY = NODE


def _finish(app, exception):
    if exception:
        return
    # The address that everybody links to is the first page, not a redirect to it.
    shutil.copyfile(
        pathlib.Path(app.outdir, f"{app.config.master_doc}.html"),
        pathlib.Path(app.outdir, "index.html"),
    )
    folder = pathlib.Path(app.outdir, "_static", "explorables")
    folder.mkdir(parents=True, exist_ok=True)
    for metadata in app.env.metadata.values():
        for name, content in metadata.get("explorables_lazy", {}).items():
            (folder / f"{name}.js").write_text(content, encoding="utf-8")


def setup(app):
    """Register the extension with Sphinx."""
    for part in (
        "figures", "styles", "fonts", "anchors", "searching", "sharing", "terms",
        "portable", "actions", "folding", "states", "record", "review",
    ):  # fmt: skip
        app.setup_extension(f"publishing.{part}")
    app.add_config_value("explorables_environment", "", "env")
    app.add_config_value("explorables_static", "", "html")
    # Jupyter Book passes these whether or not the extensions that know them are on.
    for name, default in (("comments_config", {}), ("use_jupyterbook_latex", False)):
        if name not in app.config:
            app.add_config_value(name, default, "")
    app.connect("config-inited", _configure)
    # Before sphinx-external-toc, which would write a redirect.
    app.connect("build-finished", _finish, priority=100)
    app.add_css_file("book.css")
    app.add_js_file("mount-explorables.js", loading_method="defer")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
