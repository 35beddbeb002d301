"""Formulas as MathML, written while the book is built, by the Node that pip brought.

A browser lays them out, with a font for formulas (fonts.py): KaTeX's own HTML would be
three times as many elements, beside the MathML that a screen reader needs.
"""

import contextlib
import pathlib
import re
import socket
import subprocess
import time
import unicodedata

import sphinxcontrib.katex

from publishing.live import NODE

# KaTeX puts its TeX beside what it has made of it.
BOTH = re.compile(
    r"<semantics>(.*?)<annotation\b[^>]*>.*?</annotation></semantics>", re.DOTALL
)


def _letters(*names):
    """Return the characters of mathematics whose names begin so, by plain letters."""
    found = {}
    for code in (*range(0x2100, 0x2150), *range(0x1D400, 0x1D800)):
        how, _, plain = unicodedata.decomposition(chr(code)).partition(" ")
        if how == "<font>" and unicodedata.name(chr(code)).startswith(names):
            found.setdefault(chr(int(plain, 16)), chr(code))
    return found


# A browser makes a letter alone italic, and knows of no other variant.
LETTERS = {
    "italic": _letters("MATHEMATICAL ITALIC ", "PLANCK CONSTANT"),
    "bold": _letters("MATHEMATICAL BOLD "),
    "double-struck": _letters("MATHEMATICAL DOUBLE-STRUCK ", "DOUBLE-STRUCK "),
}
HATS = {"^": "ˆ", "~": "˜"}  # those for letters are lower
EMS = {"\u2009": 0.1667, "\u2005": 0.2222, "\u2005\u200a": 0.2778}
# What browsers show less well than TeX would, of KaTeX's MathML, and what they show
# well.
BETTER = [
    (re.compile(pattern), better)
    for pattern, better in (
        (
            r'<(m[in]) mathvariant="(bold|double-struck)">(\w)</\1>',
            lambda one: f"<{one[1]}>{LETTERS[one[2]].get(one[3], one[3])}</{one[1]}>",
        ),
        # As all letters, it is italic.
        ('<mi mathvariant="normal">∂</mi>', "<mi>∂</mi>"),
        # These have no space of an operator beside them.
        ('<mo(?: stretchy="false")?>([…⋯∥])</mo>', r"<mi>\1</mi>"),
        (
            "<mtext>(\u2009|\u2005\u200a?)</mtext>",
            lambda one: f'<mspace width="{EMS[one[1]]}em"/>',
        ),
        # A sign stands near its number also after a relation, a comma or a bracket.
        (
            r"(<mo[^>]*>[=≈←,(\[⟨]</mo>)<mo>([+−])</mo>",
            r'\1<mo form="prefix">\2</mo>',
        ),
        (
            r"<mo>([\^~])</mo>(?=</mover>)",
            lambda one: f'<mo stretchy="false">{HATS[one[1]]}</mo>',
        ),
        # A bar over a letter alone, and over more: Chromium loses parts of one that it
        # stretches, so that is a border, and the character is there to be heard.
        ('(?<=</mi>)<mo stretchy="true">‾</mo>', "<mo>¯</mo>"),
        (
            '<mo stretchy="true">‾</mo>',
            '<mo class="zm-bar" stretchy="false">‾</mo>',
        ),
    )
]


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
    """Have sphinxcontrib-katex use this server, and pip's Node: not one on the PATH.

    And write MathML alone, which has no need of KaTeX's stylesheet.
    """
    sphinxcontrib.katex.KaTeXServer.start_server_process = start_katex
    sphinxcontrib.katex.STARTUP_TIMEOUT = 60.0
    sphinxcontrib.katex.NODEJS_BINARY = NODE
    sphinxcontrib.katex.KATEX_DEFAULT_OPTIONS["output"] = "mathml"
    config.katex_css_path = sphinxcontrib.katex.filename_css


def finish(app, pagename, templatename, context, doctree):
    """Make of KaTeX's MathML what browsers know, without the TeX that nobody is shown.

    A page whose script reads the TeX has `with_tex` in its context.
    """
    if "body" not in context:
        return
    body = context["body"]
    for pattern, better in BETTER:
        body = pattern.sub(better, body)
    context["body"] = body if context.get("with_tex") else BOTH.sub(r"\1", body)


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
    app.connect("html-page-context", finish, priority=800)
    app.connect("build-finished", keep_folder, priority=100)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
