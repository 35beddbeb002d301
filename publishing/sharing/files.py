"""The files that hosts and search engines look for: index, sitemap, 404."""

import html
import pathlib
import shutil
from urllib.parse import urlsplit

from explorables.plots import TOKENS
from publishing.languages import folder_of, folders_of


def add_template(app, config):
    """Add the template of the 404 page."""
    here = pathlib.Path(__file__).parent
    config.templates_path.append(str(here / "templates"))


def make_missing_page(app):
    """Have the page made that a server shows where there is none."""
    colours = TOKENS["surfaces"] | TOKENS["roles"]
    context = {
        "folder": urlsplit(app.config.html_baseurl).path,
        "colour": lambda name: "light-dark({light}, {dark})".format(**colours[name]),
    }
    yield "404", context, "404.html"


def write_index(app, exception):
    """Let the address that everybody links to be the first page, not a redirect."""
    if exception or app.builder.name != "html":
        return
    first = pathlib.Path(app.outdir, f"{app.config.master_doc}.html")
    shutil.copyfile(first, pathlib.Path(app.outdir, "index.html"))


def write_sitemap(app, exception):
    """List the pages, the first one by the address that everybody links to.

    In English, those of all languages: it is the one list of the site.
    """
    if app.builder.format != "html":
        return
    address = app.config.html_baseurl
    path = pathlib.Path(app.outdir, "sitemap.xml")
    if exception or not address or folder_of(app.config):
        path.unlink(missing_ok=True)
        return
    pages = sorted(app.env.found_docs - {app.config.master_doc})
    targets = ["", *map(app.builder.get_target_uri, pages)]
    addresses = [
        f"{address}{folder}{target}" for folder in folders_of(app) for target in targets
    ]
    path.write_text(
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        + "".join(f"<url><loc>{html.escape(one)}</loc></url>\n" for one in addresses)
        + "</urlset>\n",
        encoding="utf-8",
    )


def setup(app):
    """Register the extension with Sphinx."""
    app.connect("config-inited", add_template)
    app.connect("html-collect-pages", make_missing_page)
    # Before sphinx-external-toc, which would write a redirect.
    app.connect("build-finished", write_index, priority=100)
    app.connect("build-finished", write_sitemap)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
