"""The book as a PDF, printed by Chromium from one page."""

import html
import io
import json
import re

import pikepdf
from sphinx.locale import _

from publishing.bound.pages import HERE

# A line of a page's content that draws a path; and a number of it with digits that
# nobody can see.
PATH = re.compile(rb"^(?:-?[\d.]+ )+(?:m|l|c|re)$", re.MULTILINE)
LONG = re.compile(rb"-?\d*\.\d{4,}")


def print_pdf(browser, parts, edition, sheet, date):
    """Return the book as the bytes of a PDF.

    browser: playwright's. parts: of the book. sheet: writes a document's body into a
    page that a browser can open, and returns its address.
    """
    # Twice: the numbers in the table of contents are known when it has been printed.
    printed = _printed(browser, sheet(document(parts, {})))
    numbers = page_numbers(printed, parts)
    printed = _printed(browser, sheet(document(parts, numbers)))
    if page_numbers(printed, parts) != numbers:
        raise RuntimeError("the numbers in the table of contents moved its pages")
    return fixed(printed, parts[0].title)


def _printed(browser, address):
    page = browser.new_page(color_scheme="light")
    page.goto(address)
    page.evaluate("document.fonts.ready")
    content = page.pdf(outline=True, tagged=True, prefer_css_page_size=True)
    page.close()
    return content


def document(parts, numbers):
    """Return the body of the printed book: cover, contents, its parts."""
    paper = (HERE / "paper.css").read_text("utf-8")
    heads = "".join(
        f"@page p-{part.name} {{ @top-left {{ content: {in_css(part.title)} }} }}"
        f"[id={in_css(part.name)}] {{ page: p-{part.name} }}"
        for part in parts
    )
    contents = _("Contents")
    cover = html.escape(parts[0].title)
    lead = html.escape(parts[0].article.p.get_text())
    lines = "".join(
        f'<li><a href="#{part.name}">{html.escape(part.title)}</a>'
        f"<span>{numbers.get(part.name, '')}</span></li>\n"
        for part in parts
    )
    return (
        f"<style>{paper}{heads}</style>"
        f'<div class="zm-cover"><p>{cover}</p><p>{lead}</p></div>'
        f'<nav class="zm-contents"><h1>{contents}</h1><ol>{lines}</ol></nav>'
        + "".join(str(part.article) for part in parts)
    )


def in_css(text):
    """Return a text as a string of CSS."""
    return json.dumps(text, ensure_ascii=False)


def page_numbers(content, parts):
    """Return the number of the page that each part begins on, by its name."""
    with pikepdf.open(io.BytesIO(content)) as printed:
        numbers = {page.obj.objgen: page.label for page in printed.pages}
        places = printed.Root.Dests
        return {p.name: numbers[places[f"/{p.name}"][0].objgen] for p in parts}


def fixed(content, title):
    """Return a PDF as bytes that depend on nothing but the book, and fewer of them."""
    result = io.BytesIO()
    pikepdf.settings.set_flate_compression_level(9)
    with pikepdf.open(io.BytesIO(content)) as printed:
        for key in [*printed.docinfo.keys()]:
            del printed.docinfo[key]
        printed.docinfo["/Title"] = title
        for drawn in _drawings(printed):
            drawn.write(PATH.sub(_shorter, drawn.read_bytes()))
        printed.save(
            result,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            recompress_flate=True,
            deterministic_id=True,
        )
    return result.getvalue()


def _drawings(printed):
    """Yield what draws a PDF's pages, and the letters that are drawings themselves.

    Unlike its other streams, these say nothing of what they are.
    """
    for one in printed.objects:
        if isinstance(one, pikepdf.Stream) and one.keys() <= {"/Filter", "/Length"}:
            yield one


def _shorter(line):
    """Return a line of such content, its numbers with three digits behind the dot."""
    return LONG.sub(lambda number: b"%.3f" % float(number[0]), line[0])
