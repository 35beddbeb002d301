"""Links to a figure, and to a state of it: `[set ε](#fig-epsilon?eps=0.01)`.

In: Markdown links whose target is `#fig-...`, `#predict-...` or `#quiz-...`, on the
same page or another (`chapters/02_layer_norm.ipynb#fig-...`), with a state after "?"
or without; and such links, on the same page, in what a quiz or a prediction answers.
Out: links that `states.js` follows by moving the figure. Where no script
runs they lead to the figure: for each state that is linked, it has an id.
"""

import html
import json
import re

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging

import explorables
from publishing.live import state_in

logger = logging.getLogger(__name__)
FIGURE = re.compile(r"(fig|predict|quiz)-")
ANSWERED = re.compile(r"\]\(#((?:fig|predict|quiz)-[^)\s]+)\)")


class FigureLinks(SphinxTransform):
    """Take the links to figures from MyST, which knows headings alone."""

    default_priority = 800  # before MyST resolves its anchors, at 879

    def apply(self, **options):
        """Note where they lead to: a figure has its id later."""
        links = self.env.metadata[self.env.docname].setdefault("figure_links", [])
        for link in self.document.findall(nodes.reference):
            fragment = link.get("refuri", "").removeprefix("#")
            if link.get("id_link") and FIGURE.match(fragment):
                del link["id_link"]
                link["internal"] = True
                links.append((self.env.docname, fragment))
        for link in self.document.findall(_leads_to_figure):
            links.append((link["reftarget"], link["reftargetid"]))


def _leads_to_figure(node):
    return isinstance(node, addnodes.pending_xref) and bool(
        node.get("refdomain") == "doc" and FIGURE.match(node.get("reftargetid") or "")
    )


class ResolveFigureLinks(SphinxPostTransform):
    """Resolve the links to figures of other pages."""

    default_priority = 8  # before MyST's, at 9

    def run(self, **options):
        """Replace what is pending by a link."""
        for node in [*self.document.findall(_leads_to_figure)]:
            if node["reftarget"] not in self.env.all_docs:
                continue  # about which MyST will warn
            page = node.get("refdoc", self.env.docname)
            there = self.app.builder.get_relative_uri(page, node["reftarget"])
            uri = f"{there}#{node['reftargetid']}"
            link = nodes.reference("", "", internal=True, refuri=uri)
            link += [child.deepcopy() for child in node.children]
            node.replace_self(link)


def links_in(figure):
    """Return where the links lead that an explorable, as HTML, answers with."""
    if not (state := state_in(figure)):
        return []
    answers = getattr(explorables, state["kind"]).answers_of(state)
    return ANSWERED.findall(json.dumps(answers, ensure_ascii=False))


def note_answers(app, doctree):
    """Note where the links in answers lead to, with those of the prose."""
    page = app.env.docname
    links = app.env.metadata[page].setdefault("figure_links", [])
    for node in doctree.findall(nodes.raw):
        links += [(page, fragment) for fragment in links_in(node.astext())]


def linked_to(env, page):
    """Return what links to figures of a page end in: {fragment: pages}."""
    found = {}
    for origin in sorted(env.found_docs):
        for target, fragment in env.metadata[origin].get("figure_links", []):
            if target == page:
                found.setdefault(fragment, []).append(origin)
    return found


def mark_figures(app, doctree, page):
    """Give figures an id for each state that is linked; warn of a link to none."""
    figures = {
        name: node for node in doctree.findall(nodes.container) for name in node["ids"]
    }
    for fragment, origins in linked_to(app.env, page).items():
        place, _, state = fragment.partition("?")
        if place not in figures:
            logger.warning(
                f"a link leads to #{fragment} of {page}, which has no such figure; it "
                f"has {', '.join(filter(FIGURE.match, figures)) or 'none'}",
                location=origins[0],
                type="states",
            )
        elif state:
            mark = f'<span id="{html.escape(fragment)}"></span>'
            figures[place].insert(0, nodes.raw(text=mark, format="html"))


def changed_pages(app, env):
    """Return the pages to write anew, since other links lead to their figures."""
    before = getattr(env, "figures_linked", {})
    env.figures_linked = {
        page: sorted(linked_to(env, page)) for page in sorted(env.found_docs)
    }
    return [
        page
        for page, fragments in env.figures_linked.items()
        if before.get(page, []) != fragments
    ]


def setup(app):
    """Register the extension with Sphinx."""
    app.add_transform(FigureLinks)
    app.add_post_transform(ResolveFigureLinks)
    app.connect("doctree-read", note_answers)
    app.connect("doctree-resolved", mark_figures)
    app.connect("env-updated", changed_pages)
    return {
        "env_version": 2,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
