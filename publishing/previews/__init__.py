"""Words of the glossary, linked where a page first uses them, and previews of links.

In: a page with a glossary, and one with a bibliography. Out: links on all other pages,
and a script that shows what a link leads to under the pointer, or on the focus.
"""


def setup(app):
    """Register the extension with Sphinx."""
    app.setup_extension("publishing.previews.terms")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
