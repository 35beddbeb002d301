"""Sphinx extension: what makes a site of a book with explorables.

Each room is an extension of its own, and says what comes in and what goes out:

- `live`: explorables and plots on a page, without a kernel
- `portable`: each chapter as a notebook that runs alone
- `search`: texts around what was found, and from the disk
- `previews`: links to the glossary, and what a link leads to
- `page`: one stylesheet, cut fonts, formulas, links to a place
- `folding`: what a prediction would be spoiled by, folded until it is made
- `states`: links to a figure in one of its states
- `live_cells`: code that a reader writes, runs and has judged
- `record`: what a reader did, kept in the browser, and the page that shows it
- `review`: questions that are asked again
- `sharing`: descriptions, pictures for shared links, sitemap, 404
- `languages`: the book in other languages
- `policy`: what a page may load and run, and nothing else
- `licences`: what others wrote of what a page brings along
- `repository`: the addresses of the repository and of the site

A room knows another by what its `__init__.py` offers, and no more. Beside them stand
`chapters` and `cells`, which say which pages are chapters and which cells are for the
reader to write, `leftovers`, which removes from the site what is no longer part of the
book, `unfinished`, which has a build that failed done again from the beginning,
`readable`, which names a notebook that is none, and `checks`, which shows what the
records of the checks have counted.
"""

ROOMS = (
    *("repository", "live", "page", "search", "sharing", "previews", "portable"),
    *("folding", "states", "record", "review", "live_cells", "languages"),
    *("policy", "licences"),
)


def setup(app):
    """Register the extension with Sphinx."""
    app.setup_extension("publishing.unfinished")
    app.setup_extension("publishing.readable")
    app.setup_extension("publishing.leftovers")
    app.setup_extension("publishing.checks")
    for room in ROOMS:
        app.setup_extension(f"publishing.{room}")
    # Jupyter Book passes these whether or not the extensions that know them are on.
    for name, default in (("comments_config", {}), ("use_jupyterbook_latex", False)):
        if name not in app.config:
            app.add_config_value(name, default, "")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
