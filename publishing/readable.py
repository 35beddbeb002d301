"""A notebook that is no JSON is named, and the place in it."""

import json

from sphinx.errors import ExtensionError


def name_it(app, page, source):
    """Stop at a notebook that cannot be read, such as one with two sides of a merge.

    Errors: ExtensionError, with the file, the line and what is wrong there.
    """
    path = app.env.doc2path(page)
    if not str(path).endswith(".ipynb"):
        return
    try:
        json.loads(source[0])
    except json.JSONDecodeError as error:
        raise ExtensionError(f"{path}: this is no notebook: {error}") from error


def setup(app):
    """Register the extension with Sphinx."""
    app.connect("source-read", name_it)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
