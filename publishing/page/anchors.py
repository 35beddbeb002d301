"""How to point at a place in the book: a link at each figure, and "Chapter 3 of 5"."""

import html
import re
import unicodedata

from docutils import nodes
from sphinx.locale import _

from publishing.chapters import chapters_of

LONGEST = 60  # of an id that is made of a question


def figure_id(title, taken=(), kind="fig"):
    """Return what an address ends in that leads to the figure of this title.

    One that asks a question, of the kind "predict" or "quiz", is cut to LONGEST.
    """
    # docutils' ids have no letters but a to z.
    title = re.sub(
        "[α-ω]", lambda letter: unicodedata.name(letter[0]).split()[-1].lower(), title
    )
    first = name = f"{kind}-{nodes.make_id(title)}"
    if kind != "fig":
        first = name = name[:LONGEST].rstrip("-")
    number = 1
    while name in taken:
        number += 1
        name = f"{first}-{number}"
    return name


def link_figures(app, doctree):
    """Give each figure that has a title and an address an id, and a link to itself.

    publishing.live tells its `title`, that in English, and what its address begins
    with: `anchor`.
    """
    for node in list(doctree.findall(_may_be_figure)):
        kind = node.get("anchor", "fig")
        if isinstance(node, nodes.container):
            frame, english = node, node["title"].replace("_", " ")
            title = node[0]["title"] or english
        elif kind and (title := node.get("title")):
            # An address is the same in every language.
            english = node.get("english") or title
            frame = nodes.container()
            node.replace_self(frame)
            frame += node
        else:
            continue
        frame["classes"].append("zm-anchored")
        if not frame["ids"]:
            frame["ids"] = [figure_id(english, doctree.ids, kind)]
            doctree.ids[frame["ids"][0]] = frame
        name = html.escape(_("Permalink: %s") % title)
        link = (
            f'<a class="headerlink" href="#{frame["ids"][0]}" aria-label="{name}">¶</a>'
        )
        # After the figure: who listens is told of it first.
        frame += nodes.raw(text=link, format="html")


def _may_be_figure(node):
    if isinstance(node, nodes.container):
        return "zm-figure" in node["classes"]
    return isinstance(node, nodes.raw) and "zm-figure" not in node.parent["classes"]


def count_chapters(app, pagename, templatename, context, doctree):
    """Tell a chapter's page which one it is, and of how many."""
    chapters = chapters_of(app.env)
    if pagename in chapters:
        context["chapter"] = chapters.index(pagename) + 1
        context["chapters"] = len(chapters)


def setup(app):
    """Register the extension with Sphinx."""
    # After publishing.live.inline_figures.
    app.connect("doctree-read", link_figures, priority=600)
    app.connect("html-page-context", count_chapters)
    # The version of what it leaves in a page that has been read.
    return {
        "env_version": 3,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
