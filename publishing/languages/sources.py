"""What is said outside of the pages: by scripts, templates, settings and Furo."""

import ast
import pathlib
import re

import furo
import sphinx
from babel.messages.extract import extract
from jinja2.ext import babel_extract

from publishing.languages.comments import comments_in
from publishing.languages.words import figures_own_texts

# say`...` and say.parts`...`; what stands in ${...} may hold a template itself.
SAY = re.compile(r"\bsay(?:\.parts)?`")
COMMENT = re.compile(r" *(?://|\*|/\*)")
# Of Furo's templates those that a page of this book is made of.
FURO = (
    *("base.html", "page.html", "search.html", "genindex.html"),
    *("components/edit-this-page.html", "components/view-this-page.html"),
)
FOOTER = re.compile("<a href|Last updated|About these")
PACKAGES = pathlib.Path(__file__).parents[2]  # of explorables and publishing
STATIC = pathlib.Path(sphinx.__file__).parent / "themes" / "basic" / "static"


def said_in_script(text):
    """Yield the messages of a script, ${...} being {0}, {1} and so on."""
    for found in SAY.finditer(text):
        if COMMENT.match(text, text.rindex("\n", 0, found.start()) + 1):
            continue
        yield _template(text, found.end())[0]


def said_in_python(text):
    """Yield the messages of _(...) in Python, in an f-string, too."""
    calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
        if isinstance(call.func, ast.Name) and call.func.id == "_":
            (argument,) = call.args
            if isinstance(argument, ast.Constant):
                yield argument.value


def _template(text, at):
    """Return (message, end) of the template whose content begins at `at`."""
    message, count = "", 0
    while text[at] != "`":
        if text.startswith("${", at):
            message += f"{{{count}}}"
            count += 1
            at = _after_field(text, at + 2)
        else:
            at += text[at] == "\\"
            message += text[at]
            at += 1
    return message, at + 1


def _after_field(text, at):
    """Return the place after the } that ends the ${ whose content begins at `at`."""
    depth = 1
    while depth:
        if text[at] == "`":
            at = _template(text, at + 1)[1]
            continue
        if text[at] in "\"'":
            quote, at = text[at], at + 1
            while text[at] != quote:
                at += 1 + (text[at] == "\\")
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        at += 1
    return at


def said_by_figures():
    """Yield (place, message) of what the browser's code says, file by file."""
    yield from (
        ("explorables/*.py", " ".join(text.split())) for text in figures_own_texts()
    )
    scripts = [
        *PACKAGES.glob("explorables/**/*.js"),
        *PACKAGES.glob("publishing/**/*.js"),
    ]
    for file in sorted(scripts):
        place = file.relative_to(PACKAGES)
        if {"static", "bundle"} & {*place.parts}:
            continue
        for message in said_in_script(file.read_text("utf-8")):
            yield place.as_posix(), message


def said_by_settings(config):
    """Yield (place, message) of a book's settings."""
    yield "the book's title", config.html_title
    for page, text in config.page_descriptions.items():
        yield f"the description of {page}", " ".join(text.split())


def said_by_site():
    """Yield (place, message) of labels and templates."""
    from publishing.sharing import GENERATED

    first_cell = PACKAGES / "publishing" / "portable" / "first_cell.py"
    for *_, text in comments_in(first_cell.read_text("utf-8")):
        yield "a comment in a portable notebook's first cell", text
    yield from (("the description of a page", text) for text in GENERATED.values())
    for file in sorted(PACKAGES.glob("publishing/**/*.py")):
        place = file.relative_to(PACKAGES).as_posix()
        yield from ((place, text) for text in said_in_python(file.read_text("utf-8")))
    for file in sorted(PACKAGES.glob("publishing/*/templates/**/*.html")):
        place = file.relative_to(PACKAGES).as_posix()
        yield from ((place, text) for text in _marked(babel_extract, file))
    # Furo has no translations of its own.
    theme = pathlib.Path(furo.__file__).parent / "theme"
    for file in (theme / "furo" / name for name in FURO):
        found = _marked(babel_extract, file)
        yield from (("Furo", text) for text in found if not FOOTER.search(text))
    yield from (("Sphinx's search", text) for text in said_by_scripts())


def said_by_scripts():
    """Yield what Sphinx's own scripts say on the pages."""
    for name in ("searchtools.js", "sphinx_highlight.js"):
        yield from _marked("javascript", STATIC / name)


def _marked(method, file):
    """Yield what _(...) and its like hold in a file."""
    keywords = {"_": None, "gettext": None, "ngettext": (1, 2)}
    with file.open("rb") as stream:
        for found in extract(method, stream, keywords=keywords):
            texts = found[1] if isinstance(found[1], tuple) else [found[1]]
            yield from filter(None, texts)
