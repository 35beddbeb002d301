"""The links on a front page to the book's files."""

import re

from sphinx.locale import _

BEGIN = re.compile(r'<p><a class="zm-begin .*?</p>', re.DOTALL)
OFFERED = re.compile(r'<p class="zm-files">.*?</p>', re.DOTALL)


def offer(folder, names):
    """Link on the front page in `folder` to those of the files `names` that are there.

    It stands at two addresses. Links of before go.
    """
    links = " ".join(
        f'<a href="{name}" download>{(folder / name).suffix[1:].upper()}</a> '
        f"({(folder / name).stat().st_size / 2**20:.1f} MiB)"
        for name in names
        if (folder / name).exists()
    )
    offered = f'<p class="zm-files">{_("To take along: %s") % links}</p>'
    for page in (folder / "intro.html", folder / "index.html"):
        text = OFFERED.sub("", page.read_text("utf-8"))
        page.write_text(BEGIN.sub(rf"\g<0>{offered}", text, count=1), "utf-8")
