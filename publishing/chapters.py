"""Which pages are chapters: the one place that says it."""


def chapters_of(env):
    """Return the pages of the book's chapters, in order: of chapters/ in the toc."""
    listed = env.toctree_includes.get(env.config.master_doc, [])
    return [page for page in listed if page.startswith("chapters/")]
