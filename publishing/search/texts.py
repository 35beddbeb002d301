"""The texts that the search page shows around the words that it found."""

import json
import pathlib
import re

from bs4 import BeautifulSoup

from publishing.search.mathml import text_of

SCRIPT = "_static/search-texts.js"
# What holds no words: data-nosnippet is what search engines leave out, too.
WORDLESS = (
    ".headerlink, [data-nosnippet], script, style, noscript, svg, div.math, img, "
    "[aria-hidden=true]"
)
HEADINGS = re.compile("h[1-6]")


def configure(app, config):
    """Take Sphinx's own texts away: it fetches whole pages for them."""
    config.html_show_search_summary = False
    here = pathlib.Path(__file__).parent
    config.html_static_path.append(str(here / "search.js"))
    config.templates_path.append(str(here / "templates"))


def parts_of(html):
    """Return [id, heading, text] of each section, and of each term of a glossary.

    html: of a built page. A formula is read from its MathML.
    """
    soup = BeautifulSoup(html, "html.parser")
    article = soup.select_one("article, main, [role=main]") or soup
    for one in article.select(WORDLESS):
        if not one.decomposed:
            one.decompose()
    for formula in article.select("math"):
        formula.replace_with(text_of(formula))
    for block in article.select("p, li, dt, dd, td, th, pre, summary, figcaption"):
        block.append(" ")
    terms = [
        [term["id"], _words(term), _words(term.find_next_sibling("dd"))]
        for term in article.select("dl.glossary dt[id]")
    ]
    sections = []
    # The inner ones first: what is left of the outer one is its own.
    for section in reversed(article.select("section[id]")):
        section.extract()
        heading = section.find(HEADINGS)
        title = _words(heading)
        heading.extract()
        sections.insert(0, [section["id"], title, _words(section)])
    # What a page says below its last section is indexed, too.
    below = " ".join(map(_words, article.select(":scope > .docutils")))
    if sections and below:
        sections[0][2] = f"{sections[0][2]} {below}".strip()
    return sections + terms


def _words(node):
    return " ".join(node.get_text().split()) if node else ""


def indexed_pages(app, env):
    """Return the pages that have terms, to be written at every build.

    Sphinx's search knows the terms of those pages only that it has just written.
    """
    entries = env.get_domain("index").entries
    return [page for page, terms in entries.items() if terms]


def _texts_before(path):
    """Return the texts that an earlier build wrote, and when: ({}, 0) without one."""
    here = pathlib.Path(__file__).parent
    newest = max(file.stat().st_mtime_ns for file in here.glob("*.py"))
    if not path.exists() or (written := path.stat().st_mtime_ns) < newest:
        return {}, 0
    text = path.read_text("utf-8")
    return json.loads(text[text.index("(") + 1 : text.rindex(")")])["pages"], written


def write_texts(app, exception):
    """Write every page's texts, and the synonyms, in one script of the search page."""
    if exception or app.builder.format != "html":
        return
    path = pathlib.Path(app.outdir, SCRIPT)
    known, written = _texts_before(path)
    pages = {}
    for name in sorted(app.env.found_docs):
        page = pathlib.Path(app.builder.get_outfilename(name))
        if not page.exists():  # of a builder that writes all pages as one
            continue
        if name in known and page.stat().st_mtime_ns < written:
            pages[name] = known[name]
        else:
            pages[name] = parts_of(page.read_text("utf-8"))
    texts = {"pages": pages, "synonyms": app.config.search_synonyms}
    content = json.dumps(texts, ensure_ascii=False)
    path.write_text(f"searchTexts({content});\n", encoding="utf-8")
