"""Make the book's files from the built site: `python -m tools.bound pdf epub`."""

import datetime
import os
import subprocess
import sys

from bs4 import BeautifulSoup
from playwright.sync_api import sync_playwright
from sphinx import locale

from publishing.bound.epub import make_epub
from publishing.bound.offer import offer
from publishing.bound.pages import bind
from publishing.bound.pdf import print_pdf
from publishing.languages.editions import EDITIONS, ENGLISH
from publishing.languages.fonts import WEIGHTS
from tools.site import ARGUMENTS, ROOT, SITE, find_chromium

MAKERS = {"pdf": print_pdf, "epub": make_epub}
NAME = "zero-mean-unit-variance"
MOST = 6 * 2**20  # bytes of a file
SERIF = ROOT / "node_modules" / "@fontsource" / "charis-sil"


def date_of_book():
    """Return SOURCE_DATE_EPOCH, or the time of git's last commit."""
    seconds = (
        os.environ.get("SOURCE_DATE_EPOCH")
        or subprocess.run(
            ["git", "log", "-1", "--format=%ct"],
            cwd=ROOT,
            capture_output=True,
            text=True,
        ).stdout
    )
    return datetime.datetime.fromtimestamp(int(seconds or 0), datetime.UTC)


def main(kinds):
    """Write each kind of file, in each language, into the site."""
    editions = {"en": ENGLISH, **EDITIONS}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=ARGUMENTS
        )
        for language, edition in editions.items():
            locale.init([str(ROOT / "locales")], language, "sphinx")
            parts = bind(SITE, edition.folder)
            for kind in kinds:
                content = MAKERS[kind](
                    browser, parts, edition, sheet_of(edition), date_of_book()
                )
                path = SITE / edition.folder / f"{NAME}.{kind}"
                path.write_bytes(content)
                offer(SITE / edition.folder, [f"{NAME}.{kind}" for kind in MAKERS])
                size = f"{path.relative_to(ROOT)}: {len(content) / 2**20:.2f} MiB"
                print(size)
                if len(content) > MOST:
                    sys.exit(f"{size}, and at most {MOST / 2**20:g} are wanted")


def fonts_of(edition):
    """Return the styles of the book's face, and of what a language's build has cut.

    So a file looks the same from every machine, which need not have a font for them.
    """
    serif = "".join(
        f'<link rel="stylesheet" href="{(SERIF / f"{name}.css").as_uri()}">'
        for name in ("400", "400-italic", "700", "700-italic")
    )
    family = edition.font.replace("-", " ")
    cut = "".join(
        f'@font-face {{ font-family: "{family}";'
        f"font-weight: {weight}; src: url({file.as_uri()}) }}"
        for weight in WEIGHTS
        for file in ROOT.glob(f"_build/*/.doctrees/{edition.font}-{weight}-*.ttf")
        if edition.font
    )
    if cut:
        cut += f':root {{ --zm-mono: monospace, "{family}" }}'
    return f"{serif}<style>{cut}</style>"


def sheet_of(edition):
    """Return a function that writes a body into a page with the site's styles."""
    index = SITE / edition.folder / "index.html"
    head = BeautifulSoup(index.read_text("utf-8"), "html.parser").head
    styles = "".join(
        f'<link rel="stylesheet" href="{(index.parent / link["href"]).as_uri()}">'
        for link in head("link", rel="stylesheet", href=True)
    ).replace("%3F", "?")
    styles += fonts_of(edition)
    path = ROOT / "_build" / "bound" / f"{edition.tag}.html"
    path.parent.mkdir(exist_ok=True)

    def sheet(body):
        path.write_text(
            f'<!doctype html><html lang="{edition.tag}"><meta charset="utf-8">{styles}'
            f'<body data-theme="light">{body}</body></html>',
            "utf-8",
        )
        return path.as_uri()

    return sheet


if __name__ == "__main__":
    kinds = sys.argv[1:]
    if not kinds or {*kinds} - {*MAKERS}:
        sys.exit(__doc__)
    main(kinds)
