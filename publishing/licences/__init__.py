"""The licences of what the site brings to a browser and others wrote: {licences}.

In: the JavaScript packages that build.mjs found in what it bundled, with the texts of
their licences, and the Python packages named here. Out: a table where the directive
stands, and all texts in one file, _static/licences.txt.
"""

import importlib.metadata
import json
import pathlib

from docutils import nodes
from sphinx.locale import _
from sphinx.util.docutils import SphinxDirective

HERE = pathlib.Path(__file__).parent
BUNDLED = HERE.parent / "live" / "bundle" / "licences.json"
# Their styles, scripts or colours are in the pages.
PYTHON = ("furo", "sphinx", "myst-nb", "pygments")
FILE = "_static/licences.txt"


def packages():
    """Return [{"name", "version", "licence", "text"}] of what the site brings along."""
    bundled = json.loads(BUNDLED.read_text("utf-8"))
    return [*bundled, *map(_distribution, PYTHON)]


def _distribution(name):
    found = importlib.metadata.distribution(name)
    about = found.metadata
    licence = about.get("License-Expression") or next(
        one.split(" :: ")[-1].removesuffix(" License")
        for one in about.get_all("Classifier")
        if one.startswith("License :: ")
    )
    (path,) = (
        one for one in found.files if one.stem == "LICENSE" and "dist-info" in str(one)
    )
    return {
        "name": about["Name"],
        "version": found.version,
        "licence": licence,
        "text": path.read_text("utf-8"),
    }


class Licences(SphinxDirective):
    """```{licences}```: a table of the packages, and a link to the licences' texts."""

    def run(self):
        """Return the table and the link."""
        self.env.note_dependency(str(BUNDLED))
        head = [_("package"), _("version"), _("licence")]
        rows = [
            _package(one["name"], one["version"], one["licence"]) for one in packages()
        ]
        group = nodes.tgroup("", *[nodes.colspec() for _column in head], cols=3)
        group += nodes.thead("", _row(head))
        group += nodes.tbody("", *rows)
        link = nodes.reference("", _("The texts of these licences"), refuri=FILE)
        return [nodes.table("", group), _said("", link)]


def _row(texts):
    return nodes.row("", *[nodes.entry("", _said(text)) for text in texts])


def _package(name, version, licence):
    """Return a row; a package's name is code."""
    row = _row([name, version, licence])
    row[0][0][:] = [nodes.literal(name, name)]
    return row


def _said(*content):
    """Return a paragraph that is as it should be, in every language."""
    paragraph = nodes.paragraph("", *content)
    paragraph["translatable"] = False
    return paragraph


def write_texts(app, exception):
    """Write the file of all texts."""
    if exception or app.builder.name != "html":
        return
    rule = "\n\n" + "-" * 80 + "\n\n"
    texts = (
        f"{one['name']} {one['version']} ({one['licence']})\n\n{one['text'].strip()}"
        for one in packages()
    )
    path = pathlib.Path(app.outdir, FILE)
    path.write_text(rule.join(texts) + "\n", encoding="utf-8")


def setup(app):
    """Register the directive."""
    app.add_directive("licences", Licences)
    app.connect("build-finished", write_texts)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
