"""How the book is found by others: descriptions, Open Graph, sitemap, a 404 page.

In: the site's address, where it is known, and a sentence for each page. Out: what
search engines and those who show a shared link read, the picture that stands beside
it, and a page for addresses that lead nowhere.
"""


def setup(app):
    """Register the extension with Sphinx."""
    app.setup_extension("publishing.sharing.sharing")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
