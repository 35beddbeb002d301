"""The records of the checks, as their page shows them: {check}`mutate date`."""

import json
import pathlib

from docutils import nodes
from sphinx.locale import _
from sphinx.util.docutils import SphinxRole

FOLDER = "checks"  # beside conf.py: a JSON file for each command, by tools/records.py


def read(path, what):
    """Return a count as text, summed over the parts of a check, or its oldest `date`.

    path: the check's record. None while it or a part of it is missing. KeyError, with
    what there is, for a count that no part has.
    """
    parts = [*json.loads(path.read_text("utf-8")).values()] if path.exists() else [None]
    if None in parts:
        return None
    values = [part[what] for part in parts if what in part]
    if not values:
        raise KeyError(
            ", ".join(dict.fromkeys(word for part in parts for word in part))
        )
    return f"{sum(values):,}" if isinstance(values[0], int) else min(values)


class Check(SphinxRole):
    """{check}`name what`: a count, or the `date`, of the last run of a check."""

    def run(self):
        """Return the value as text; without a complete record, a dash or words."""
        name, _space, what = self.text.partition(" ")
        path = pathlib.Path(self.env.srcdir, FOLDER, f"{name}.json")
        self.env.note_dependency(str(path))
        try:
            value = read(path, what)
        except KeyError as error:
            message = self.inliner.reporter.warning(
                f"checks/{name}.json has no {what!r}, but {error.args[0]}",
                line=self.lineno,
            )
            return [], [message]
        if value is None:
            value = _("not run yet") if what == "date" else "–"
        # A date is not broken at its hyphens.
        return [nodes.inline(text=value, classes=["zm-whole"])], []


def setup(app):
    """Register the role."""
    app.add_role("check", Check())
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
