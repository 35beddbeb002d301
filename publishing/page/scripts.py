"""Sphinx's own scripts, on the pages that use them.

They are what its search runs on, and what marks the words that were searched for on the
page that a result leads to: found.js fetches them there. Any other page has no use for
them.
"""

SPHINXS = {
    f"_static/{name}.js"
    for name in (
        *("documentation_options", "doctools", "sphinx_highlight"),
        "translations",  # of what these say
    )
}


def leave_out(app, pagename, templatename, context, doctree):
    """Take Sphinx's scripts out of a page, unless it is the one for searching."""
    if pagename != "search":
        context["script_files"] = [
            script
            for script in context["script_files"]
            if getattr(script, "filename", script) not in SPHINXS
        ]


def setup(app):
    """Register the extension with Sphinx."""
    # After all that could have a page ask for one more.
    app.connect("html-page-context", leave_out, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
