"""Links to the repository's files: of a page, and of each file that its prose names."""

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from publishing.repository.address import file_links


def link_to(config, name):
    """Return where a file of the repository is seen, or "" where nobody can know.

    name: as a page writes it, from the book's folder on.
    """
    if name not in config.book_files:
        return ""
    return file_links(config.book_repository, config.book_branch, name)[0]


class LinkFiles(SphinxPostTransform):
    """Let code text that names a file of the repository lead to it."""

    default_priority = 900  # when all that the page itself links has been resolved
    formats = ("html",)

    def run(self, **options):
        """Wrap these texts of self.document in links."""
        for text in list(self.document.findall(nodes.literal)):
            address = link_to(self.config, text.astext())
            if address and isinstance(text.parent, nodes.TextElement):
                if isinstance(text.parent, (nodes.reference, nodes.title)):
                    continue
                link = nodes.reference("", "", refuri=address, internal=False)
                text.replace_self(link)
                link += text


def show_buttons(app, config):
    """Have Furo show where a page's source is seen and changed, if that is known."""
    if config.html_theme != "furo":
        return
    view, edit = file_links(config.book_repository, config.book_branch, "{filename}")
    known = {
        "source_view_link": view,
        "source_edit_link": edit,
        # Without them "view" would lead to Sphinx's copy of the source.
        "top_of_page_buttons": ["view", "edit"] if view else [],
    }
    config.html_theme_options = {**known, **config.html_theme_options}


def setup(app):
    """Register the extension with Sphinx."""
    app.add_post_transform(LinkFiles)
    # After address.py.
    app.connect("config-inited", show_buttons, priority=600)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
