"""Words of the glossary, linked where a page first uses them, and what a link shows.

The definitions and the bibliography's entries lie in one script beside the pages, with
what shows them. A page loads it when somebody first points at a link, or comes to one
by the keyboard.
"""

import json
import pathlib
import re

from bs4 import BeautifulSoup
from docutils import nodes
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.nodes import make_refnode

# What holds no prose, or is a link already.
UNTOUCHED = (
    nodes.FixedTextElement,
    nodes.citation,
    nodes.image,
    nodes.literal,
    nodes.math,
    nodes.math_block,
    nodes.raw,
    nodes.reference,
    nodes.term,
    nodes.title,
    addnodes.pending_xref,
)
HAN = re.compile("[\u3400-\u9fff]")
PREVIEWS = "_static/previews.js"
# The links that may have something to show, as CSS selects them.
PLACES = ("a.external", "a[href*='glossary.html#']", "a[href*='bibliography.html#']")
LINKS = f"article :is({', '.join(PLACES)})"
# The page's own part of it. The event that came too early is sent once more.
ASK = f"""(() => {{
  const events = ["pointerover", "focusin"];
  const ask = (event) => {{
    const {{ target, pointerType }} = event;
    if (pointerType === "touch" || !target.closest?.("{LINKS}")) return;
    for (const name of events) removeEventListener(name, ask);
    const script = document.createElement("script");
    script.src = document.documentElement.dataset.content_root + "{PREVIEWS}";
    script.onload = () =>
      target.matches(":hover, :focus") && target.dispatchEvent(event);
    document.head.append(script);
  }};
  for (const name of events) addEventListener(name, ask);
}})();"""


def glossary_of(env):
    """Return the glossary: {term: (page, id)}."""
    objects = env.get_domain("std").objects
    return {name: place for (kind, name), place in objects.items() if kind == "term"}


def _key(text):
    return text.replace("’", "'").lower()


class LinkTerms(SphinxPostTransform):
    """Link each term of the glossary where a page's prose first uses it.

    A plural in -s counts. A term that the page links by itself, as {term}`gap`, is
    left alone; so are those that `other_meanings` names for this page, and words of
    `other_words`, in which a term stands by chance.
    """

    default_priority = 900  # when all that the page itself links has been resolved
    formats = ("html",)

    def run(self, **options):
        """Replace the first occurrences in self.document by links."""
        page = self.env.docname
        places = glossary_of(self.env)
        anchors = {anchor for _, anchor in places.values()}
        meant = self.config.other_meanings.get(page, ())
        # In another language each term is there twice: as in English, too.
        used = {places[name][1] for name in meant if name in places}
        for link in self.document.findall(nodes.reference):
            anchor = link.get("refid") or link.get("refuri", "").rpartition("#")[2]
            if anchor in anchors:
                link["classes"].append("zm-term")
                used.add(anchor)
        if page in {where for where, _ in places.values()}:
            return
        # 总体（population） is said as 总体.
        terms = {
            _key(name.partition("（")[0]): place
            for name, place in places.items()
            if place[1] not in used
        }
        for text in list(self.document.findall(nodes.Text)):
            if terms and not _inside(text, UNTOUCHED):
                text.parent.replace(text, list(self._linked(text, terms)))

    def _linked(self, text, terms):
        """Yield the nodes that `text` becomes; take what was linked out of terms."""
        longest = "|".join(sorted(map(re.escape, terms), key=len, reverse=True))
        others = "".join(f"{re.escape(word)}|" for word in self.config.other_words)
        # Among Chinese characters nothing shows where a word ends.
        edge = r"A-Za-z0-9_-" if HAN.search(longest) else r"\w-"
        words = rf"(?<![{edge}])(?:{others}({longest})s?)(?![{edge}])"
        done = 0
        for found in re.finditer(words, _key(text)):
            if found[1] not in terms:
                continue
            page, anchor = terms[found[1]]
            for name in [name for name in terms if terms[name][1] == anchor]:
                del terms[name]
            yield nodes.Text(text[done : found.start()])
            done = found.end()
            word = nodes.Text(text[found.start() : done])
            link = make_refnode(self.app.builder, self.env.docname, page, anchor, word)
            link["classes"] += ["zm-term"]
            yield link
        yield nodes.Text(text[done:])


def _inside(node, kinds):
    while node := node.parent:
        if isinstance(node, kinds):
            return True
    return False


def renew_links(app, env):
    """Have all pages written anew when the glossary has changed."""
    terms = glossary_of(env)
    before, env.zm_terms = getattr(env, "zm_terms", terms), terms
    return env.found_docs if before != terms else []


def write_previews(app, exception):
    """Write what the links to the glossary and the bibliography show, and how.

    An entry of the bibliography also stands under the paper's own address.
    """
    if exception or app.builder.format != "html":
        return
    previews = {}
    for page in ("glossary.html", "bibliography.html"):
        file = pathlib.Path(app.outdir, page)
        if not file.exists():
            continue
        soup = BeautifulSoup(file.read_text("utf-8"), "html.parser")
        for entry in soup.select("dl.glossary dt[id], .citation[id]"):
            body = entry.find_next_sibling("dd") if entry.name == "dt" else entry.p
            addresses = [link["href"] for link in body.select("a.external")]
            # Nothing in a preview can be pressed, and nothing in it has a name.
            for link in body.select("a"):
                link.unwrap()
            for named in body.select("[id]"):
                del named["id"]
            for key in (f"{page}#{entry['id']}", *addresses):
                previews[key] = body.decode_contents().strip()
    texts = json.dumps(previews, ensure_ascii=False)
    script = pathlib.Path(__file__).with_name("previews.js").read_text("utf-8")
    path = pathlib.Path(app.outdir, PREVIEWS)
    known = f'const LINKS = "{LINKS}";\nconst TEXTS = {texts};'
    path.write_text(f"{{\n{known}\n{script}}}\n", encoding="utf-8")


def setup(app):
    """Register the extension with Sphinx."""
    app.add_js_file(None, body=ASK)
    app.add_config_value("other_meanings", {}, "html")
    app.add_config_value("other_words", [], "html", [list])
    app.add_post_transform(LinkTerms)
    app.connect("env-updated", renew_links)
    app.connect("build-finished", write_previews)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
