"""Which repository the book is in, and what follows from that: addresses.

In: `_config.yml`, git's remote, the environment of a CI runner. Out: the addresses of
the repository, of the site, of a file on its host, of a notebook in Colab; "" for each
that cannot be known.
"""

from publishing.repository.address import colab_link, file_links, settings_of

__all__ = ["colab_link", "file_links", "settings_of"]


def setup(app):
    """Register the extension with Sphinx."""
    app.setup_extension("publishing.repository.address")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
