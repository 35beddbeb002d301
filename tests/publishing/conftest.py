"""A small book, built anew for a test."""

from io import StringIO

import pytest
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

from tests.browser import ROOT

PARTS = ("page.anchors", "portable", "search", "sharing", "previews")


@pytest.fixture
def context(browser):
    """Yield a reader's browser, which keeps what its pages keep until the test ends."""
    context = browser.new_context(reduced_motion="reduce")
    yield context
    context.close()


# Of a book with all of publishing, and no notebook to execute.
WHOLE = {
    "extensions": ["myst_nb", "sphinxcontrib.katex", "publishing"],
    "exclude_patterns": ["_*", "jupyter_execute"],
    "html_title": "The book",
    "katex_prerender": True,
    "master_doc": "intro",
    "myst_enable_extensions": ["dollarmath"],
    "nb_execution_mode": "off",
}


@pytest.fixture
def build_site(tmp_path):
    """Return build_in's function for a folder of the test's own."""
    return build_in(tmp_path)


def build_in(root):
    """Return a function: builds files, {path: text}, to (folder, warnings).

    A file that is as it was keeps its time stamp. `settings` are those of conf.py;
    `builder` is Sphinx's, whose output lies in a folder of its own name. `strict` is
    what `make book` adds: -W --keep-going.
    """

    def build(files, builder="html", *, strict=False, **settings):
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(exist_ok=True)
            if not path.exists() or path.read_text() != text:
                path.write_text(text)
        warnings = StringIO()
        with docutils_namespace():
            app = Sphinx(
                srcdir=root,
                confdir=None,
                outdir=root / f"_{builder}",
                doctreedir=root / "_doctrees",
                buildername=builder,
                # Its own suffixes: myst_nb would write into Sphinx's default, for all
                # tests.
                confoverrides={
                    "source_suffix": {".rst": "restructuredtext"},
                    **settings,
                },
                status=None,
                warning=warnings,
                warningiserror=strict,
                keep_going=strict,
            )
            app.build()
        return root / f"_{builder}", warnings.getvalue()

    return build


@pytest.fixture
def build(build_site, monkeypatch):
    """Return a function: builds pages, {name: text}, to (folder, warnings).

    A page is Markdown, or what its name ends in. No notebook is executed.
    """
    monkeypatch.delenv("GITHUB_REPOSITORY", raising=False)

    def build_book(pages, **settings):
        files = {
            name if "." in name else f"{name}.md": text for name, text in pages.items()
        }
        return build_site(
            files,
            **{
                "extensions": ["myst_nb", *(f"publishing.{part}" for part in PARTS)],
                "exclude_patterns": ["_*", "jupyter_execute"],
                "html_theme": "furo",
                "html_title": "The book",
                "master_doc": "intro",
                "myst_enable_extensions": ["dollarmath"],
                "nb_execution_mode": "off",
                "page_descriptions": {
                    name: f"Of {name} & more."
                    for name in (page.partition(".")[0] for page in pages)
                },
                "templates_path": [str(ROOT / "publishing" / "page" / "templates")],
                **settings,
            },
        )

    return build_book
