"""What of an emphasized text is not Chinese, and has no dots; what stays in a line."""

import re

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from publishing.languages import language_of

WIDE = "\u2e80-\u9fff\uf900-\uffef"  # Chinese characters and their marks
SHORT = 4  # letters that are not parted by the end of a line
FOREIGN = re.compile(rf"([^\s{WIDE}](?:[^{WIDE}]*[^\s{WIDE}])?)")


class MarkForeign(SphinxPostTransform):
    """Mark Latin letters, numbers and symbols in the emphasized texts of a page."""

    default_priority = 950  # when terms have been linked
    formats = ("html",)

    def run(self, **options):
        """Go through self.document."""
        if not language_of(self.config).startswith("zh"):
            return
        for strong in self.document.findall(nodes.strong):
            if len(strong.astext()) <= SHORT:
                strong["classes"].append("zm-whole")
        for emphasis in self.document.findall(nodes.emphasis):
            for text in [*emphasis.findall(nodes.Text)]:
                if isinstance(text.parent, nodes.literal | nodes.math | nodes.raw):
                    continue
                text.parent.replace(
                    text,
                    [
                        nodes.inline("", piece, classes=["zm-latin"])
                        if number % 2
                        else nodes.Text(piece)
                        for number, piece in enumerate(FOREIGN.split(text))
                    ],
                )


def setup(app):
    """Register the extension with Sphinx."""
    app.add_post_transform(MarkForeign)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
