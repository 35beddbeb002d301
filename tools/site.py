"""The built book as a host of static pages serves it, and a browser."""

import argparse
import contextlib
import functools
import gzip
import http.server
import io
import shutil
import threading
from pathlib import Path

from publishing.languages.editions import EDITIONS

ROOT = Path(__file__).resolve().parents[1]
SITE = ROOT / "_build" / "html"
OTHERS = {edition.folder.rstrip("/") for edition in EDITIONS.values()}
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
]
COMPRESSED = {".css", ".html", ".ipynb", ".js", ".json", ".svg", ".txt", ".xml"}


def page_paths(folder=""):
    """Return the site's pages, relative to it; RuntimeError if it is not built.

    Those in English, or in the language that has this folder. index.html is left out:
    it is a copy of the first page.
    """
    if not (SITE / ".built").exists():
        raise RuntimeError(f"no book in {SITE}: run `make book`")
    return sorted(
        str(path.relative_to(SITE))
        for path in (SITE / folder).rglob("*.html")
        if "_static" not in path.parts
        and path != SITE / folder / "index.html"
        and (folder or path.relative_to(SITE).parts[0] not in OTHERS)
    )


def all_pages():
    """Return the site's pages in all languages, English first."""
    folders = ["", *(edition.folder for edition in EDITIONS.values())]
    return [path for folder in folders for path in page_paths(folder)]


def chosen_pages(command, arguments=None):
    """Return the pages that a command's arguments name, or those in all languages.

    A page that does not exist ends the command, with a list of those that do.
    """
    parser = argparse.ArgumentParser(prog=command)
    parser.add_argument("pages", nargs="*", help="chapters/01_biased_variance.html")
    known = all_pages()
    paths = parser.parse_args(arguments).pages or known
    if unknown := set(paths) - set(known):
        parser.error(f"no page {', '.join(unknown)}; there are {', '.join(known)}")
    return paths


def find_chromium():
    """Return the path of a Chromium; RuntimeError, with what to do, without one."""
    # The first has no windows, tabs and menus of its own: a page takes a third of the
    # time, and is the same.
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    if path := next(filter(None, map(shutil.which, names)), None):
        return path
    raise RuntimeError("Chromium is missing: run tools/install-chromium")


@functools.lru_cache(64)
def _compressed(path, changed):
    """Return a file compressed; changed: when it was, since many ask for the same."""
    return gzip.compress(path.read_bytes(), 6)


class _Handler(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def send_head(self):
        """Send what is text compressed, as every host of static pages does."""
        path = Path(self.translate_path(self.path))
        if path.suffix not in COMPRESSED or not path.is_file():
            return super().send_head()
        content = _compressed(path, path.stat().st_mtime_ns)
        self.send_response(http.HTTPStatus.OK)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        return io.BytesIO(content)

    def log_message(self, *arguments):
        """Say nothing: what is printed is for the tests, and for the audit."""


@contextlib.contextmanager
def serve(folder=SITE):
    """Serve the built book, or another folder, on loopback; gives its address."""
    handler = functools.partial(_Handler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
