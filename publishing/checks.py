"""The records of the checks, as their page shows them: {check}`mutate date`."""

import json
import pathlib

from docutils import nodes
from sphinx.locale import _
from sphinx.util.docutils import SphinxRole

FOLDER = "checks"  # beside conf.py: a JSON file for each command, by tools/records.py


class Check(SphinxRole):
    """{check}`name what`: a count, or the `date`, of the last run of a check."""

    def run(self):
        """Return the value as text; without a record, a dash or "not run yet"."""
        name, _space, what = self.text.partition(" ")
        path = pathlib.Path(self.env.srcdir, FOLDER, f"{name}.json")
        self.env.note_dependency(str(path))
        if not path.exists():
            return [nodes.Text(_("not run yet") if what == "date" else "–")], []
        record = json.loads(path.read_text("utf-8"))
        if what not in record:
            message = self.inliner.reporter.warning(
                f"checks/{name}.json has no {what!r}, but {', '.join(record)}",
                line=self.lineno,
            )
            return [], [message]
        value = record[what]
        return [nodes.Text(f"{value:,}" if isinstance(value, int) else value)], []


def setup(app):
    """Register the role."""
    app.add_role("check", Check())
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
