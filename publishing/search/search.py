"""The texts that the search page shows around the words that it found."""

import json
import pathlib
import re
import unicodedata

from docutils import nodes

# What holds no words.
WORDLESS = (nodes.raw, nodes.math_block, nodes.image, nodes.comment)


def configure(app, config):
    """Take Sphinx's own texts away: it fetches whole pages for them."""
    config.html_show_search_summary = False
    here = pathlib.Path(__file__).parent
    config.html_static_path.append(str(here / "search.js"))
    config.templates_path.append(str(here / "templates"))


def parts_of(doctree):
    """Return [id, heading, text] of each section, and of each term of a glossary."""
    sections = [
        (section["ids"][0], section[0], section[1:])
        for section in doctree.findall(nodes.section)
    ]
    terms = [
        (term["ids"][0], term, [term.parent[-1]])
        for term in doctree.findall(nodes.term)
        if term["ids"]
    ]
    return [
        [name, heading.astext(), " ".join(" ".join(map(_words, body)).split())]
        for name, heading, body in sections + terms
    ]


def _words(node):
    if isinstance(node, (*WORDLESS, nodes.section)):
        return ""
    if isinstance(node, nodes.math):
        return re.sub(r"\\([a-zA-Z]+)|\\.|[{}]", _letter, node.astext())
    if isinstance(node, nodes.TextElement):
        return "".join(map(_words, node.children))
    return " ".join(map(_words, node.children)) if node.children else node.astext()


def _letter(command):
    r"""Return what a TeX command is read as: \gamma as γ, \sqrt as sqrt."""
    name = command[1] or ""
    try:
        return unicodedata.lookup(f"GREEK SMALL LETTER {name}")
    except KeyError:
        return f"{name} " if name else ""


def indexed_pages(app, env):
    """Return the pages that have terms, to be written at every build.

    Sphinx's search knows the terms of those pages only that it has just written.
    """
    entries = env.get_domain("index").entries
    return [page for page, terms in entries.items() if terms]


def write_texts(app, exception):
    """Write every page's texts in one script, which the search page alone loads."""
    if exception:
        return
    pages = {name: parts_of(app.env.get_doctree(name)) for name in app.env.found_docs}
    content = json.dumps(pages, ensure_ascii=False, sort_keys=True)
    path = pathlib.Path(app.outdir, "_static", "search-texts.js")
    path.write_text(f"searchTexts({content});\n", encoding="utf-8")


def setup(app):
    """Register the extension with Sphinx."""
    app.connect("config-inited", configure)
    app.connect("env-updated", indexed_pages)
    app.connect("build-finished", write_texts)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
