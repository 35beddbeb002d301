"""The portable edition of each chapter: one notebook file that runs alone, anywhere.

In: a committed notebook of `chapters/`, and the site's address where it is known. Out:
the same notebook in `notebooks/` of the site, with the figures' package in its first
cell and plain Markdown; and the links to it on the chapter's page.
"""

from publishing.portable.edition import serialise

__all__ = ["serialise"]


def setup(app):
    """Register the extension with Sphinx."""
    for room in ("repository", "portable.edition", "portable.offer"):
        app.setup_extension(f"publishing.{room}")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
