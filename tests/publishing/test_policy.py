"""What a page's policy allows and refuses: on the book's pages, and on an author's."""

import pathlib
import re

import pytest
import sphinx
from hypothesis import given
from hypothesis import strategies as st

from publishing.policy import POLICY, policy_of, write_function
from tests.browser import SITE, new_page, page_paths
from tests.publishing.conftest import WHOLE

PAGE = "notation.html"  # without live cells, which have a worker
CODE = st.text(st.characters(exclude_characters="<\r\x00", codec="utf-8"), min_size=1)
# Each is refused, and reports that with its directive.
ATTEMPTS = {
    "script-src-elem": "document.head.append(Object.assign("
    "document.createElement('script'), { text: 'window.ran = true' }))",
    "script-src-attr": "document.body.setAttribute('onclick', 'window.ran = true');"
    "document.body.click()",
    "script-src": "try { window.ran = (0, eval)('true') } catch {}",
    "style-src-elem": "document.head.append(Object.assign("
    "document.createElement('style'), { textContent: 'body { zoom: 2 }' }))",
    "img-src": "new Image().src = 'https://example.org/a.png'",
    "connect-src": "fetch('https://example.org/').catch(() => {})",
    "form-action": "document.body.append(Object.assign(document.createElement('form'),"
    "{ action: 'https://example.org/' })); document.forms[document.forms.length - 1]"
    ".submit()",
    "frame-src": "document.body.append(Object.assign("
    "document.createElement('iframe'), { src: 'https://example.org/' }))",
    "worker-src": "try { new Worker(URL.createObjectURL(new Blob(['1']))) } catch {}",
}


@pytest.mark.parametrize("folder", ["", "zh/"])
def test_a_policy_is_the_first_that_a_page_says(folder):
    for path in ["index.html", *page_paths(folder)]:
        html = (SITE / path).read_text("utf-8")
        begin = re.compile(
            r'<!doctype html>\s*<html[^>]*>\s*<head>\s*<meta charset="utf-8">\s*'
            r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">',
        )
        policy = dict(one.split(" ", 1) for one in begin.match(html)[1].split("; "))
        # Hashes aside, nothing more than is given a reason in publishing.policy.
        live = 'class="zm-live"' in html
        for name, sources in policy.items():
            plain = [one for one in sources.split() if not one.startswith("'sha256-")]
            more = {"script-src": ["'wasm-unsafe-eval'"], "worker-src": ["blob:"]}
            assert plain == POLICY.get(name, []) + (more.get(name, []) if live else [])
        assert {*policy} == {*POLICY, *(["worker-src"] if live else [])}
        assert html.count("Content-Security-Policy") == 1
        assert html.count('<meta charset="utf-8">') == 1


@pytest.mark.parametrize("transport", ["http", "file"])
def test_the_browser_refuses_what_the_build_did_not_write(
    context, site_address, transport
):
    page = new_page(context)
    left = []  # what has left the browser
    page.route(re.compile("example.org"), lambda route: left.append(route.request.url))
    page.goto(f"{site_address(transport)}/{PAGE}")
    for directive, attempt in ATTEMPTS.items():
        refused = f"refused: {directive} "
        with page.expect_console_message(lambda one, told=refused: told in one.text):
            # Later: what a debugger runs may do more than a page's script.
            page.evaluate(f"() => {{ setTimeout(() => {{ {attempt} }}) }}")
    assert page.evaluate("window.ran") is None
    assert left == []


@given(CODE, CODE)
def test_a_hash_is_of_the_text_between_the_tags(script, style):
    html = f"<head><script>{script}</script><style>{style}</style></head>"
    policy, refused = policy_of(html, {})
    assert refused == []
    for name in ("script-src", "style-src"):
        assert len(policy[name]) == 2


def test_what_only_looks_like_a_script_gets_no_hash():
    html = (
        "<!-- <script>1</script> --><script src='a.js'></script>"
        '<script type="application/json">{"a": "<style>b</style>"}</script>'
    )
    policy, _ = policy_of(html, {})
    assert policy["script-src"] == ["'self'"]
    assert policy["style-src"] == ["'self'"]


REFUSED = [
    ('<img alt="a > b" src="https://example.org/a.png">', "img-src"),
    ("<iframe src='//example.org/a'></iframe>", "frame-src"),
    ('<script src="https://example.org/a.js"></script>', "script-src"),
    ('<link rel="stylesheet" href="http://example.org/a.css">', "style-src"),
    ('<video src="film.mp4"></video>', "media-src"),
    ('<form action="https://example.org/ask"></form>', "form-action"),
]


@pytest.mark.parametrize(("html", "directive"), REFUSED)
def test_what_a_page_holds_and_is_refused_is_named(html, directive):
    _, refused = policy_of(html, {})
    assert len(refused) == 1
    assert f"({directive})" in refused[0]
    for more in ("https://example.org http://example.org 'self'", ["*", "'self'"]):
        assert policy_of(html, {directive: more})[1] == []
    assert policy_of(html, {directive: "https://other.org"})[1] == refused


AUTHOR = """# Mine

```{raw} html
<p id="said">no</p>
<script>document.getElementById("said").textContent = "yes";</script>
<style>#said { color: rgb(1, 2, 3); }</style>
<button onclick="1">Press</button>
<img alt="A" src="https://example.org/a.png">
<img alt="B" src="https://example.com/b.png">
```
"""


def test_what_an_author_writes_works_or_is_a_warning(build_site, context):
    allowed = {"img-src": "https://example.com"}
    settings = {**WHOLE, "html_theme": "furo", "page_policy": allowed}
    folder, warnings = build_site({"intro.md": AUTHOR}, **settings)
    page = new_page(context)
    left = []
    page.route(
        re.compile("https://example"),
        lambda route: left.append(route.request.url) or route.fulfill(body=""),
    )
    page.goto((folder / "intro.html").as_uri())
    assert page.inner_text("#said") == "yes"
    colour = "getComputedStyle(document.getElementById('said')).color"
    assert page.evaluate(colour) == "rgb(1, 2, 3)"
    assert left == ["https://example.com/b.png"]
    # intro.html, and its copy, index.html
    assert warnings.count("onclick of <button>") == 2
    assert warnings.count("example.org/a.png (img-src)") == 2
    assert warnings.count("WARNING") == 4


def test_an_author_can_leave_the_policy_out(build_site):
    settings = {**WHOLE, "html_theme": "furo", "page_policy": False}
    folder, warnings = build_site({"intro.md": AUTHOR}, **settings)
    assert "Security-Policy" not in (folder / "intro.html").read_text()
    assert warnings == ""


SPHINX = pathlib.Path(sphinx.__file__).parent


@pytest.mark.parametrize("name", ["de", "ru", "zh_CN"])
def test_words_in_other_languages_are_those_that_sphinx_makes(context, name):
    doctools = (SPHINX / "themes/basic/static/doctools.js").read_text("utf-8")
    doctools = doctools[: doctools.index("// quick alias")]
    said = (SPHINX / "locale" / name / "LC_MESSAGES/sphinx.js").read_text("utf-8")
    page = new_page(context)
    found = []
    for script in (said, write_function(said)):
        page.goto("about:blank")
        page.evaluate(f"{doctools}{script}window.made = Documentation")
        found.append(
            page.evaluate("""[made.TRANSLATIONS, made.LOCALE,
            [...Array(200).keys()].map((n) => made.PLURAL_EXPR(n))]""")
        )
    assert said != write_function(said)
    assert found[0] == found[1]


def test_another_script_stays_as_it_is():
    assert write_function("const a = 1;\n") == "const a = 1;\n"
