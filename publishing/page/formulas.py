"""Formulas, rendered while the book is built, by the Node that pip brought."""

import contextlib
import pathlib
import re
import socket
import subprocess
import time

import sphinxcontrib.katex

from publishing.live import NODE

SOURCE = re.compile(r"<annotation\b[^>]*>.*?</annotation>", re.DOTALL)


def start_katex(folder, timeout):
    """Start KaTeX's server; return its process and a Unix socket to it.

    As sphinxcontrib-katex does, but patiently: on a busy machine the socket is there
    before the server listens. Over a network socket each formula would take 40 ms.
    Its name is relative: a system takes no path of more than 100 letters or so.
    """
    server = sphinxcontrib.katex.KaTeXServer
    name = "katex.sock"
    process = subprocess.Popen(server.build_command(socket=name), cwd=folder)
    end = time.monotonic() + timeout
    while True:
        connection = socket.socket(socket.AF_UNIX)
        try:
            with contextlib.chdir(folder):
                connection.connect(name)
            return process, connection
        except (FileNotFoundError, ConnectionRefusedError):
            connection.close()
            if time.monotonic() > end:
                raise server.timeout_error(timeout) from None
            time.sleep(0.01)


def configure(app, config):
    """Have sphinxcontrib-katex use this server, and pip's Node: not one on the PATH."""
    sphinxcontrib.katex.KaTeXServer.start_server_process = start_katex
    sphinxcontrib.katex.STARTUP_TIMEOUT = 60.0
    sphinxcontrib.katex.NODEJS_BINARY = NODE


def drop_sources(app, pagename, templatename, context, doctree):
    """Leave the TeX out that KaTeX puts into a formula's MathML, and nobody is shown.

    A page whose script reads it has `with_tex` in its context.
    """
    if "body" in context and not context.get("with_tex"):
        context["body"] = SOURCE.sub("", context["body"])


def keep_folder(app, exception):
    """Let sphinxcontrib-katex remove its folder twice.

    The event comes again when a handler of it has failed. Without the folder an error
    about it would be all that is seen.
    """
    if exception:
        pathlib.Path(app._katex_static_path).mkdir(exist_ok=True)


def setup(app):
    """Register the extension with Sphinx."""
    app.connect("config-inited", configure)
    app.connect("html-page-context", drop_sources, priority=800)
    app.connect("build-finished", keep_folder, priority=100)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
