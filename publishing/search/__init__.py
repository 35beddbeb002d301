"""Search that shows texts and leads to sections, from the disk, too.

In: Sphinx's own search and the book's pages, as Sphinx has read them. Out: one script
with all texts, which the search page alone loads; results with the text around the
words, each leading to its section.
"""

from publishing.search.search import configure, indexed_pages, write_texts


def setup(app):
    """Register the extension with Sphinx."""
    app.connect("config-inited", configure)
    app.connect("env-updated", indexed_pages)
    app.connect("build-finished", write_texts)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
