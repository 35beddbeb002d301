"""What a page may load and run: a Content Security Policy in each page.

In: the pages as they are written, and `page_policy`, a mapping from a directive to what
it allows besides, for what an author adds; False leaves the policy out. Out: a <meta>
at the beginning of each page's head, by which the browser itself refuses a request to
another host and a script that the build did not write; a warning of what a page holds
and its policy refuses. Only with Furo: the pages of other themes ask other hosts.
"""

import base64
import hashlib
import json
import pathlib
import re
from urllib.parse import urlsplit

from sphinx.util import logging

logger = logging.getLogger(__name__)

# Each directive of a page, with its reason. 'self' is the site's host, and on a disk
# every file there (in Chromium and in Firefox).
POLICY = {
    # Frames, plug-ins, films and all else that is not named here.
    "default-src": ["'none'"],
    # The site's own files. A page's inline scripts are allowed one by one, by hashes of
    # their texts: they run before the page is drawn, for its colour scheme and its
    # fonts, and one more file to wait for would delay that.
    "script-src": ["'self'"],
    # The same; the site's own pages have no inline stylesheet, but for the one of 404,
    # whose files may lie elsewhere.
    "style-src": ["'self'"],
    # style="...", by which figures place their parts. It runs nothing, and what it
    # could load is under img-src and font-src.
    "style-src-attr": ["'unsafe-inline'"],
    # Small pictures stand in the stylesheet, and so does the formulas' font.
    "img-src": ["'self'", "data:"],
    "font-src": ["'self'", "data:"],
    # Search, which over http reads the pages found.
    "connect-src": ["'self'"],
    # Of search; and <base>, in 404. The default does not cover these two.
    "form-action": ["'self'"],
    "base-uri": ["'self'"],
}
# A page with live cells also has these.
LIVE = {
    # MicroPython is WebAssembly. This allows no eval() of JavaScript.
    "script-src": ["'wasm-unsafe-eval'"],
    # It runs in a worker made of a Blob: on a disk no other one starts.
    "worker-src": ["blob:"],
}
LIVE_CELL = "zm-live"  # a class

ATTRIBUTES = r"""(?:[^>"']|"[^"]*"|'[^']*')*"""
TAG = re.compile(
    rf"<!--.*?-->|<(script|style)\b({ATTRIBUTES})>(.*?)</\1\s*>|<([a-z]+)\b({ATTRIBUTES})>",
    re.DOTALL | re.IGNORECASE,
)
ATTRIBUTE = re.compile(r"""([\w:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
META = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>\n?')
# Firefox fetches the page that follows ahead of time, under the default.
NEXT = re.compile(r'<link rel="next"[^>]*>')
HEAD = re.compile(r"<head\b[^>]*>\s*(?:<meta charset=[^>]*>\n?)?", re.IGNORECASE)
CATALOGUE = re.compile(r"Documentation\.addTranslations\((\{.*\})\);\s*", re.DOTALL)
# What loads something at once, by which attribute, and under which directive.
LOADS = {
    ("script", "src"): "script-src",
    ("link", "href"): "style-src",  # a stylesheet's; others are left in peace
    ("img", "src"): "img-src",
    ("iframe", "src"): "frame-src",
    ("embed", "src"): "object-src",
    ("object", "data"): "object-src",
    ("audio", "src"): "media-src",
    ("video", "src"): "media-src",
    ("source", "src"): "media-src",
    ("form", "action"): "form-action",
}
DATA = re.compile(r"(application/(ld\+)?json|text/(template|plain)|math/.*)", re.I)


def hash_of(text):
    """Return what allows one inline script or stylesheet, by its text."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def policy_of(html, more):
    """Return (policy, refused): a page's directives, and what they refuse of it.

    html: the page. more: {directive: what is allowed besides, a text or a list}.
    refused: texts, one for each fault.
    """
    policy = {name: [*sources] for name, sources in POLICY.items()}
    add(policy, more)
    refused = []
    for comes in TAG.finditer(html):
        kind = (comes[1] or comes[4] or "").lower()
        found = ATTRIBUTE.findall(comes[2] or comes[5] or "")
        attributes = {name.lower(): one or other for name, one, other in found}
        if LIVE_CELL in attributes.get("class", "").split():
            add(policy, LIVE)
        data = "src" in attributes or DATA.fullmatch(attributes.get("type", ""))
        if comes[3] and (kind == "style" or not data):
            allow_inline(policy[f"{kind}-src"], comes[3])
        for name, value in attributes.items():
            if name.startswith("on") and "'unsafe-inline'" not in policy["script-src"]:
                refused.append(f"an attribute {name} of <{kind}>, which holds a script")
            if not (directive := LOADS.get((kind, name))):
                continue
            if kind == "link" and "stylesheet" not in attributes.get("rel", ""):
                continue
            own = policy.get(directive, policy["default-src"])
            if not allows(own, value):
                refused.append(f"<{kind}> with {value[:100]} ({directive})")
    return policy, refused


def add(policy, more):
    """Add to a policy's directives what others allow besides."""
    for name, sources in more.items():
        known = policy.setdefault(name, [])
        listed = sources.split() if isinstance(sources, str) else sources
        known += [one for one in listed if one not in known]


def allow_inline(sources, text):
    """Allow one inline text, unless all are: beside a hash that would not count."""
    if "'unsafe-inline'" not in sources and hash_of(text) not in sources:
        sources.append(hash_of(text))


def allows(sources, address):
    """Return whether sources allow an address, given as an attribute has it."""
    parts = urlsplit(address)
    if not parts.scheme and not parts.netloc:
        return "'self'" in sources
    if f"{parts.scheme}:" in sources or "*" in sources:
        return True
    hosts = [one.partition("//")[2].partition("/")[0] or one for one in sources]
    return any(
        parts.netloc == host or (host[:2] == "*." and parts.netloc.endswith(host[1:]))
        for host in hosts
    )


def written(policy):
    """Return a policy as the page says it."""
    said = "; ".join(" ".join([name, *sources]) for name, sources in policy.items())
    return f'<meta http-equiv="Content-Security-Policy" content="{said}">\n'


def write_function(script):
    """Write the function out that doctools.js makes of a text: what translations.js is.

    For a page that has words of Sphinx's in another language; refused is any eval().
    """
    if not (found := CATALOGUE.fullmatch(script)):
        return script
    catalogue = json.loads(found[1])
    plural = catalogue.pop("plural_expr").rstrip(";")
    return (
        f"{{ const catalogue = {json.dumps(catalogue)};\n"
        "Object.assign(Documentation.TRANSLATIONS, catalogue.messages);\n"
        f"Documentation.PLURAL_EXPR = (n) => ({plural});\n"
        "Documentation.LOCALE = catalogue.locale; }\n"
    )


def protect(app, exception):
    """Put its policy into each page, and warn of what it refuses there."""
    more = app.config.page_policy
    if exception or app.builder.format != "html" or app.config.html_theme != "furo":
        return
    site = pathlib.Path(app.outdir)
    for path in sorted(site.rglob("*.html")):
        if "_static" in path.relative_to(site).parts:
            continue
        html = before = path.read_text("utf-8")
        html = META.sub("", html)
        if more is not False:
            policy, refused = policy_of(html, more)
            html = NEXT.sub("", html)
            head = HEAD.search(html)
            if head:
                html = html[: head.end()] + written(policy) + html[head.end() :]
            for one in refused:
                logger.warning(
                    f"{path.relative_to(site)}: the page's policy refuses {one}. Put "
                    "the file into the book, or name its host in page_policy, in "
                    "_config.yml (docs/your-own-book.md).",
                    type="policy",
                )
        if html != before:
            path.write_text(html, encoding="utf-8")
    for path in site.rglob("_static/translations.js"):
        script = path.read_text("utf-8")
        if (written_out := write_function(script)) != script and more is not False:
            path.write_text(written_out, encoding="utf-8")


def setup(app):
    """Register the extension with Sphinx."""
    app.add_config_value("page_policy", {}, "", [dict, bool])
    # After all that writes into the pages.
    app.connect("build-finished", protect, priority=990)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
