"""What a page says, in its order: messages for its catalogue.

Sphinx finds the prose and translates it. What it does not see is noted where it is
made (`said` of a node), or found here: comments in code, and texts in figures' files.
"""

import json
import pathlib

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms import SphinxTransform
from sphinx.util.nodes import extract_messages

from publishing.languages import MESSAGES, language_of
from publishing.languages.catalogues import SITE
from publishing.languages.comments import comments_in
from publishing.languages.messages import has_words
from publishing.languages.sources import said_by_settings
from publishing.languages.words import words_of

LEFT_OUT = nodes.field, nodes.field_body, nodes.Bibliographic  # what heads a file
KINDS = (
    (nodes.title, "a heading"),
    (nodes.term, "a term, or a question"),
    (nodes.caption, "a caption"),
)
AROUND = (
    (nodes.entry, "a cell of a table"),
    (nodes.definition, "a definition, or an answer"),
    (nodes.list_item, "in a list"),
    (nodes.Admonition, "in a box"),
)


class LeaveAlone(SphinxTransform):
    """Keep out of the catalogues what says the same in every language."""

    default_priority = 9  # before anything looks for messages

    def apply(self, **options):
        """Mark formulas, and paragraphs that are an image: its alt text is its own."""
        for formula in self.document.findall(nodes.math_block):
            formula["translatable"] = False
        for paragraph in self.document.findall(nodes.paragraph):
            if len(paragraph) and all(isinstance(c, nodes.image) for c in paragraph):
                paragraph["translatable"] = False


class Collect(SphinxTransform):
    """Note the page's messages: (domain, kind, text) each, "" being the page's own."""

    default_priority = 18  # when nothing has been translated yet

    def apply(self, **options):
        """Go through the document."""
        if str(self.document["source"]).endswith("<translated>"):
            return  # a translation, which Sphinx reads like a document
        found = dict.fromkeys(self._messages())
        self.env.metadata[self.env.docname]["messages"] = [*found]

    def _messages(self):
        texts = {}
        for node, text in extract_messages(self.document):
            texts.setdefault(id(node), []).append(text)
        for node in self.document.findall():
            for text in texts.get(id(node), ()):
                if has_words(text) and not isinstance(node.parent, LEFT_OUT):
                    yield "", kind_of(node), text
            if isinstance(node, nodes.Element):
                yield from self._said(node)

    def _said(self, node):
        for kind, text in node.attributes.pop("said", ()):
            yield "", kind, text
        for name in ("prompt_show", "prompt_hide"):
            if node.get(name) and "{type}" not in node[name]:
                yield SITE, "on a fold", node[name]
        if is_source(node):
            for *_, text in comments_in(node.astext()):
                if has_words(text):
                    yield "", "a comment in code", text
        if isinstance(node, nodes.image) and (file := figure_of(self.env, node)):
            words, noted = words_of(self.app, self.env.docname)
            words.svg(file.read_text("utf-8"))
            yield from (("", kind, text) for kind, text in noted)


def kind_of(node):
    """Return where a text stands, for translators."""
    if isinstance(node, nodes.image):
        return "what is to be seen"
    for kind, name in KINDS:
        if isinstance(node, kind):
            return name
    while node := node.parent:
        for kind, name in AROUND:
            if isinstance(node, kind):
                return name
    return "a paragraph"


def is_source(node):
    """Return whether a node is the source of a code cell."""
    return (
        isinstance(node, nodes.literal_block)
        and isinstance(node.parent, nodes.container)
        and node.parent.get("nb_element") == "cell_code_source"
    )


def figure_of(env, image):
    """Return the file of an image that is drawn inline, or None."""
    name, path = env.relfn2path(image["uri"], env.docname)
    path = pathlib.Path(path)
    inline = name.startswith("figures/") and path.suffix == ".svg"
    return path if inline and path.exists() else None


def collect_captions(app, doctree):
    """Note the captions of toctrees, which _toc.yml adds when all else is read.

    Those that a page itself has are among its messages.
    """
    said = app.env.metadata[app.env.docname].setdefault("messages", [])
    known = {text for _domain, _kind, text in said}
    for node in doctree.findall(addnodes.toctree):
        text = node.get("rawcaption") or node.get("caption")
        if text and text not in known:
            said.append((SITE, "above a part of the sidebar's list", text))


def messages_said(app):
    """Return what all pages say: {page: [(domain, kind, text), ...]}, in their order.

    "" has what the settings say, in English.
    """
    first = app.config.master_doc
    pages = [first, *app.env.toctree_includes.get(first, ())]
    settings = getattr(app, "english_settings", None) or said_by_settings(app.config)
    return {
        "": [(SITE, *one) for one in settings],
        **{page: app.env.metadata[page].get("messages", []) for page in pages},
    }


def write_messages(app, exception):
    """Write what all pages say, for `python -m publishing.languages update`."""
    if exception or language_of(app.config) != "en":
        return
    said = messages_said(app)
    path = pathlib.Path(app.doctreedir, MESSAGES)
    path.write_text(json.dumps(said, ensure_ascii=False, indent=0), "utf-8")


def setup(app):
    """Register the extension with Sphinx."""
    app.add_transform(LeaveAlone)
    app.add_transform(Collect)
    app.connect("doctree-read", collect_captions, priority=390)  # before apply.py
    app.connect("build-finished", write_messages)
    return {
        "env_version": 2,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
