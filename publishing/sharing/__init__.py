"""How the book is found by others: descriptions, Open Graph, sitemap, a 404 page.

In: the site's address, where it is known, and a sentence for each page. Out: what
search engines and those who show a shared link read, the picture that stands beside
it, and a page for addresses that lead nowhere.
"""

from publishing.sharing.descriptions import GENERATED

__all__ = ["GENERATED"]


def setup(app):
    """Register the extension with Sphinx."""
    # What needs the site's own address is there only where that is known.
    for room in ("repository", "sharing.descriptions", "sharing.files"):
        app.setup_extension(f"publishing.{room}")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
