"""Plain Markdown: what of a chapter's text only MyST reads, and other words for it."""

import base64
import mimetypes
import posixpath
import re
from itertools import pairwise

from markdown_it.renderer import RendererHTML
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.mdit import create_md_parser

from publishing.live import draw_pictures

# Syntax that is told apart even where _config.yml has not switched it on.
ALSO_FOUND = {"attrs_block", "attrs_inline", "colon_fence", "fieldlist", "substitution"}
# What CommonMark, its tables and dollar math have; all else is a dialect.
PLAIN = {
    "blockquote", "bullet_list", "code_block", "code_inline", "em", "fence",
    "hardbreak", "heading", "hr", "html_block", "html_inline", "image", "inline",
    "link", "list_item", "math_block", "math_inline", "ordered_list", "paragraph",
    "softbreak", "strong", "table", "tbody", "td", "text", "th", "thead", "tr",
}  # fmt: skip
ATTRIBUTES = {
    "image": {"src", "alt", "title"},
    "link": {"href", "title"},
    "ordered_list": {"start"},
    "td": {"style"},
    "th": {"style"},
}
ABROAD = re.compile(r"(https?|mailto):")
INSIDE = re.compile("data:image/(png|jpeg|gif|webp);base64,")
HTML_ADDRESS = re.compile(r"""\b(?:src|href)\s*=\s*["']?([^"'\s>]+)""")
CITATION = re.compile(r"\[(?:[^\]]*\s)?-?@\w[^\]]*\]")
DROPPED = {"myst_target", "myst_line_comment", "myst_block_break"}
ADMONITION = re.compile(
    r"\{(admonition|attention|caution|danger|error|hint|important|note|seealso|tip"
    r"|warning)\} *(.*)"
)


def markdown_parser(extensions):
    """Return MyST's own parser, with the extensions that a book asks for."""
    config = MdParserConfig(enable_extensions={*extensions} | ALSO_FOUND)
    return create_md_parser(config, RendererHTML)


def _walk(tokens):
    for token in tokens:
        yield token
        yield from _walk(token.children or ())


def dialect(source, parser):
    """Yield what is not plain Markdown in a cell's source, a few words for each."""
    tokens = [*_walk(parser.parse(source, {}))]
    for token, following in pairwise([*tokens, None]):
        if token.nesting < 0:
            continue
        kind = token.type.removesuffix("_open")
        if kind == "myst_role":
            yield f"the role {{{token.meta['name']}}}`{token.content}`"
        elif token.info.startswith("{"):
            yield f"the directive {token.info}"
        elif kind not in PLAIN:
            yield f"{kind}: {token.content or token.attrs}"
        elif token.attrs.keys() - ATTRIBUTES.get(kind, set()):
            yield f"attributes: {token.attrs}"
        if token.type == "link_open":
            if not ABROAD.match(token.attrs["href"]):
                yield f"the link to {token.attrs['href']}"
            if following.type == "link_close":
                yield f"no text for the link to {token.attrs['href']}"
        if kind == "image" and not INSIDE.match(token.attrs["src"]):
            yield f"the image {token.attrs['src']}"
        if kind.startswith("html"):
            addresses = HTML_ADDRESS.findall(token.content)
            yield from (f"in HTML, {one}" for one in addresses if not ABROAD.match(one))
        if kind == "text" and (cited := CITATION.search(token.content)):
            yield f"the citation {cited[0]}"


def plain(source, parser, path, address, link_to=lambda name: "", pictures=None):
    """Return the source of a Markdown cell as plain Markdown, as far as that goes.

    path: of the cell's chapter; address: the site's, or "". Images are put into the
    text. A link to another page leads to the site, or is only its text. Code that names
    a file leads to where link_to says, if anywhere. Notes and the like become
    quotations, labels and comments go. pictures: a list with a figure's PNG in base64,
    by the name of its file, where it is drawn already.
    """
    lines = source.split("\n")
    for token in reversed(parser.parse(source, {})):
        if token.level == 0 and token.type in DROPPED:
            del lines[slice(*token.map)]
        elif token.level == 0 and (found := ADMONITION.fullmatch(token.info)):
            lines[slice(*token.map)] = _quotation(*found.groups(), token.content)
    source = "\n".join(lines)
    for token in _walk(parser.parse(source, {})):
        if token.type == "code_inline" and (file := link_to(token.content)):
            code = re.escape(f"`{token.content}`")
            source = re.sub(rf"(?<![\[`]){code}(?!\])", rf"[\g<0>]({file})", source)
        elif token.type == "myst_role":
            role = f"{{{token.meta['name']}}}`{token.content}`"
            source = source.replace(role, _without_role(token) or role)
        elif token.type == "image":
            target = token.attrs["src"]
            file = path.parent / target
            known = ABROAD.match(target) or INSIDE.match(target)
            if not known and file.is_file():
                source = source.replace(f"]({target})", f"]({_inside(file, pictures)})")
        elif token.type == "link_open" and not ABROAD.match(token.attrs["href"]):
            source = _lead_to_site(source, token.attrs["href"], path, address)
    return source


def _quotation(kind, title, content):
    """Return the lines of an admonition as a quotation that begins with its title."""
    body = content.strip().splitlines()
    while body and (body[0].startswith(":") or not body[0].strip()):
        del body[0]  # options, such as :class:
    heading = kind.replace("seealso", "see also").capitalize()
    if kind == "admonition":
        heading = title
    elif title:  # the first words of the text, on the line of the directive
        body.insert(0, title)
    return [f"> **{heading}**", ">", *(f"> {line}".rstrip() for line in body)]


def _without_role(token):
    """Return what a role shows, where it says so itself; else None."""
    name, (text, _, target) = token.meta["name"], token.content.partition(" <")
    if name == "math":
        return f"${token.content}$"
    if name == "term" or (name in ("doc", "ref") and target):
        return text
    return None


def _lead_to_site(source, target, path, address):
    """Return the source with the links to a page of the book leading to the site."""
    place, _, anchor = target.partition("#")
    file = posixpath.normpath(posixpath.join(path.parent.name, place or path.name))
    stem, suffix = posixpath.splitext(file)
    if suffix not in (".ipynb", ".md") or not (path.parents[1] / file).is_file():
        return source
    if address:
        there = f"{address}{stem}.html{'#' * bool(anchor)}{anchor}"
        titled = rf'\]\({re.escape(target)}( "[^"]*")?\)'
        return re.sub(titled, lambda link: f"]({there}{link[1] or ''})", source)
    text = r"(?<!!)\[((?:[^\[\]]|\[[^\]]*\])*)\]"
    return re.sub(rf'{text}\({re.escape(target)}(?: "[^"]*")?\)', r"\1", source)


def _inside(file, pictures):
    """Return an image as an address that holds it.

    A PNG, as that is the one form that all four show. Colab ignores attachments
    (googlecolab/colabtools#3836) and SVG in an address (#2092), and writes PNGs like
    this one itself; JupyterLab, VS Code and GitHub show them, too.
    """
    if file.suffix == ".svg":
        drawn = (pictures or {}).get(file.name)
        (image,) = drawn or draw_pictures([{"svg": file.read_text("utf-8")}])
        return f"data:image/png;base64,{image}"
    image = base64.b64encode(file.read_bytes()).decode()
    return f"data:{mimetypes.guess_type(file)[0]};base64,{image}"
