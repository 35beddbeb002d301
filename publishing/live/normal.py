"""The form that notebooks are stored in, as far as a page needs to know it."""

import re

import nbformat

# The file and line before a warning: another one on each machine.
WARNING_PLACE = re.compile(r"^[^\s:][^:\n]*:\d+: (?=\w*Warning: )", re.MULTILINE)


def serialise(nb):
    """Return the text of a notebook's file."""
    return nbformat.writes(nb, version=4).rstrip("\n") + "\n"
