"""Questions that the book asks again, days later, and at the end of later chapters.

In: the page `review`, which has a heading for each chapter, with a link to it, and
below it a definition list: a question, and its answer. Out: each as a fold with a name
of its own, and at the end of each chapter a few of those of the chapters before. Which
are due is known to the page's own script alone: `schedule.js`.
"""

import itertools

from docutils import nodes
from sphinx import addnodes
from sphinx.locale import _
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms import SphinxPostTransform

from explorables.base import item_of
from publishing.chapters import chapters_of

PAGE = "review"
AGAIN = 3  # prompts at a chapter's end


class prompt(nodes.General, nodes.Element):
    """A question that is asked again, folded over its answer."""


class prompt_question(nodes.term):
    """The question: a term, in which no word of the glossary becomes a link."""


class NamePrompts(SphinxTransform):
    """Give each question of the page its name, and the chapter that it is of."""

    default_priority = 15  # before a translation: all languages have one name

    def apply(self, **options):
        """Mark the items of the definition lists."""
        if self.env.docname != PAGE:
            return
        for item in self.document.findall(nodes.definition_list_item):
            section = next(iter_parents(item, nodes.section))
            links = [*section[0].findall(addnodes.pending_xref)]
            item["prompt"] = item_of(item[0].rawsource or item[0].astext())
            item["page"] = links[0]["reftarget"] if links else ""


def iter_parents(node, kind):
    """Yield the nodes of a kind around a node, from within outwards."""
    while node := node.parent:
        if isinstance(node, kind):
            yield node


def folded(item):
    """Return a definition list's item as a fold."""
    term, definition = item[0], item[-1]
    fold = prompt(prompt=item["prompt"], page=item["page"])
    fold += prompt_question("", "", *(child.deepcopy() for child in term.children))
    fold += [child.deepcopy() for child in definition.children]
    return fold


def prompts_of(doctree):
    """Return the items of a page that are prompts."""
    items = doctree.findall(nodes.definition_list_item)
    return [item for item in items if item.get("page")]


class FoldPrompts(SphinxPostTransform):
    """Fold the answers on the page; ask a few again at the end of later chapters."""

    default_priority = 5  # before links are resolved
    formats = ("html",)

    def run(self, **options):
        """Replace the definition lists; or add to a chapter."""
        page = self.env.docname
        if page == PAGE:
            for item in prompts_of(self.document):
                around = item.parent
                index = around.parent.index(around)
                around.parent.insert(index, folded(item))
            for one in [*self.document.findall(nodes.definition_list)]:
                if any(item.get("page") for item in one):
                    one.parent.remove(one)
        elif PAGE in self.env.found_docs and page in (pages := chapters_of(self.env)):
            before = pages[: pages.index(page)]
            if again := chosen(prompts_of(self.env.get_doctree(PAGE)), before):
                self.document += again_at_the_end(self.env, page, again)


def chosen(items, pages):
    """Return a few prompts of these pages: of the latest one first, in turns.

    A page is asked with another prompt in each chapter after it.
    """
    by_page = [
        [item for item in items if item["page"] == page] for page in reversed(pages)
    ]
    turned = [
        one[distance % len(one) :] + one[: distance % len(one)]
        for distance, one in enumerate(by_page)
        if one
    ]
    turns = itertools.chain.from_iterable(itertools.zip_longest(*turned))
    return [*itertools.islice(filter(None.__ne__, turns), AGAIN)]


def again_at_the_end(env, page, items):
    """Return the block with a few prompts that stands at a chapter's end."""
    block = nodes.container(classes=["zm-again"])
    block += nodes.paragraph("", "", nodes.strong("", _("From the chapters before")))
    block += [folded(item) for item in items]
    for link in block.findall(addnodes.pending_xref):
        link["refdoc"] = page
    link = addnodes.pending_xref(
        "",
        nodes.inline("", _("All that are due for you")),
        refdomain="std",
        reftype="doc",
        reftarget=f"/{PAGE}",
        refexplicit=True,
        refwarn=True,
        refdoc=page,
    )
    block += nodes.paragraph("", "", link)
    return block


def chapters_that_ask(app, env):
    """Return the pages to be written anew where the prompts have changed."""
    known = env.metadata.get(PAGE, {}).get("prompts")
    asked = getattr(env, "prompts_asked", None)
    env.prompts_asked = known
    return chapters_of(env) if known != asked else []


def remember(app, doctree):
    """Note all that the prompts say, to see whether it has changed."""
    if app.env.docname == PAGE:
        texts = [str(item) for item in prompts_of(doctree)]
        app.env.metadata[PAGE]["prompts"] = item_of(*texts)


def load(app, pagename, templatename, context, doctree):
    """Give the page its script, which brings the scheduler."""
    if pagename == PAGE:
        app.add_js_file("review.js", priority=600, loading_method="defer")
        context["with_tex"] = True  # for a program's cards


def visit_prompt(writer, node):
    """Begin a fold."""
    writer.body.append(
        f'<details class="zm-prompt" data-prompt="{node["prompt"]}" '
        f'data-page="{writer.attval(node["page"])}">'
    )


def depart_prompt(writer, node):
    """End a fold."""
    writer.body.append("</details>\n")


def visit_question(writer, node):
    """Begin what is seen of a fold."""
    writer.body.append("<summary>")


def depart_question(writer, node):
    """End what is seen of a fold."""
    writer.body.append("</summary>\n")


def setup(app):
    """Register the extension with Sphinx."""
    app.add_node(prompt, html=(visit_prompt, depart_prompt))
    app.add_node(prompt_question, html=(visit_question, depart_question))
    app.add_transform(NamePrompts)
    app.add_post_transform(FoldPrompts)
    app.connect("doctree-read", remember)
    app.connect("env-updated", chapters_that_ask)
    app.connect("html-page-context", load)
    return {
        "env_version": 1,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
