"""Which repository the book is in, and what follows from that: addresses and links.

In: the settings `book_repository` and `book_branch` (or Jupyter Book's own
`repository`), git's remote, the environment of a CI runner. Out: the repository's
address and the site's; Furo's links to a page's source; a link at each file that prose
names as code; the address of a notebook in Colab. "" for each that cannot be known.
"""

from publishing.repository.address import colab_link
from publishing.repository.links import link_to

__all__ = ["colab_link", "link_to"]


def setup(app):
    """Register the extension with Sphinx."""
    for part in ("address", "links"):
        app.setup_extension(f"publishing.repository.{part}")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
