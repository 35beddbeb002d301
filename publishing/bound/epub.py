"""The book as an EPUB 3: its parts as XHTML with MathML, its figures as pictures."""

import html
import io
import re
import zipfile

from ebooklib import epub
from PIL import Image

from publishing.bound.pages import HERE

FIRST_DATE = (1980, 1, 1, 0, 0, 0)  # that a ZIP can hold
COLOURS = 64  # of a picture: as many as a figure shows
# The figure's picture: not one that is in another.
PICTURES = ":is(.zm-picture, .zm-plot, .zm-drawn):not(:is(.zm-picture, .zm-plot) *)"
# As XHTML that readers of books know: no ARIA of the page's, and bars of MathML's own.
AS_XHTML = """articles => articles.map((article) => {
    for (const bar of article.querySelectorAll(".zm-bar"))
        bar.setAttribute("stretchy", "true");
    for (const element of [article, ...article.querySelectorAll("*")]) {
        for (const { name } of [...element.attributes]) {
            if (/^(data-.*|inert|style|role|aria-.*|tabindex|download)$/.test(name))
                element.removeAttribute(name);
        }
    }
    return new XMLSerializer().serializeToString(article);
})"""


class _Page(epub.EpubHtml):
    """A page whose XHTML is taken as it is: ebooklib's parser knows no MathML."""

    def get_content(self, default=None):
        return self.content


def make_epub(browser, parts, edition, sheet, date):
    """Return the book as the bytes of an EPUB.

    browser: playwright's. parts: of the book. edition: of languages.editions.
    sheet: writes a document's body into a page that a browser can open, and returns
    its address. date: of the book, a datetime.
    """
    book = epub.EpubBook()
    book.set_identifier(f"zero-mean-unit-variance-{edition.tag}")
    book.set_title(parts[0].title)
    book.set_language(edition.tag)
    style = epub.EpubItem(
        "style", "book.css", "text/css", (HERE / "ebook.css").read_bytes()
    )
    book.add_item(style)
    page = browser.new_page(
        color_scheme="light",
        viewport={"width": 760, "height": 900},
        device_scale_factor=2,
    )
    page.goto(sheet("".join(str(part.article) for part in parts)))
    page.evaluate("document.fonts.ready")
    take_pictures(page, book)
    articles = page.locator("article").evaluate_all(AS_XHTML)
    page.close()
    files = [f"{part.name}.xhtml" for part in parts]
    for part, article, name in zip(parts, articles, files, strict=True):
        item = _Page(title=part.title, file_name=name, lang=edition.tag, uid=part.name)
        item.content = document(part.title, lead_to_files(article), edition.tag)
        if "<math" in article:
            item.properties.append("mathml")
        book.add_item(item)
        book.toc.append(epub.Link(name, part.title, f"to-{part.name}"))
        book.spine.append(item)
    book.add_item(epub.EpubNav())
    book.add_item(epub.EpubNcx())
    return fixed(book, date)


def take_pictures(page, book):
    """Put an image in place of each figure's picture, and into the book."""
    for number, picture in enumerate(page.locator(PICTURES).all(), start=1):
        if not picture.is_visible():
            continue
        content = with_few_colours(picture.screenshot(animations="disabled"))
        name = f"pictures/{number}.png"
        book.add_item(
            epub.EpubImage(
                uid=f"picture-{number}",
                file_name=name,
                media_type="image/png",
                content=content,
            )
        )
        picture.evaluate(
            """(element, name) => {
                const drawn = element.matches("[aria-label]")
                    ? element : element.querySelector("[aria-label]");
                const image = document.createElement("img");
                image.alt = drawn?.getAttribute("aria-label") ?? element.textContent;
                image.setAttribute("src", name);
                element.replaceChildren(image);
            }""",
            name,
        )


def with_few_colours(content):
    """Return a PNG with a palette, a third as large."""
    result = io.BytesIO()
    picture = Image.open(io.BytesIO(content)).convert("RGB")
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(
        result, "PNG", optimize=True
    )
    return result.getvalue()


def lead_to_files(article):
    """Return XHTML whose links within the book name the file of their part."""
    return re.sub(
        r'href="#((?:(?!--)[^"])+)(--[^"]*)?"',
        lambda found: (
            f'href="{found[1]}.xhtml' + (f'#{found[1]}{found[2]}"' if found[2] else '"')
        ),
        article,
    )


def document(title, article, language):
    """Return a part as an XHTML document."""
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n'
        f'<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="{language}" '
        f'lang="{language}"><head><title>{html.escape(title)}</title>'
        '<link rel="stylesheet" type="text/css" href="book.css"/></head>'
        f"<body>{article}</body></html>"
    ).encode()


def fixed(book, date):
    """Return a book as bytes that depend on nothing but the book and its date."""
    written, result = io.BytesIO(), io.BytesIO()
    epub.write_epub(written, book, {"mtime": date, "raise_exceptions": True})
    with zipfile.ZipFile(written) as old, zipfile.ZipFile(result, "w") as new:
        for entry in old.infolist():
            entry.date_time = FIRST_DATE
            new.writestr(entry, old.read(entry), compresslevel=9)
    return result.getvalue()
