"""publishing.page: a page asks for one stylesheet, which has all that it needs."""

import hashlib
import re

from bs4 import BeautifulSoup

PARTS = ["myst_nb", "publishing.page.styles"]


def test_a_first_build_joins_what_is_written_while_it_ends(build_site, tmp_path):
    (tmp_path / "own").mkdir()
    last = tmp_path / "own" / "last.css"
    last.write_text(".last { color: red } /* for p */")
    folder, warnings = build_site(
        {"index.md": "# Book\n\n::: {.last}\nend\n:::\n"},
        extensions=PARTS,
        html_theme="furo",
        html_static_path=["own"],
        html_css_files=["last.css", "https://example.org/far.css"],
    )
    assert warnings == ""
    soup = BeautifulSoup((folder / "index.html").read_text("utf-8"), "html.parser")
    links = [link["href"] for link in soup.select("link[rel=stylesheet]")]
    own, far = links
    assert own.startswith("_static/styles.css?v=")
    assert far == "https://example.org/far.css"
    text = (folder / "_static" / "styles.css").read_text("utf-8")
    (notebooks,) = folder.glob("_static/mystnb.*.css")
    # What is the book's own comes after what it changes.
    assert ".last {" not in text, "without the spaces that only authors need"
    assert text.index("sidebar-drawer") < text.index(".last{color:red}")
    assert len(text) < sum(path.stat().st_size for path in (notebooks, last))


def test_the_sheet_is_asked_for_by_what_it_has_become(build_site):
    def version(text):
        folder, _ = build_site(
            {"index.md": f"# Book\n\n{text}\n"}, extensions=PARTS, html_theme="furo"
        )
        (asked,) = re.findall(
            r"styles\.css\?v=(\w+)", (folder / "index.html").read_text()
        )
        sheet = (folder / "_static" / "styles.css").read_bytes()
        return asked, hashlib.sha256(sheet).hexdigest()

    first, table = "text", "| a |\n|---|\n| b |"
    built = [version(text) for text in (first, table, first)]
    assert all(whole.startswith(asked) for asked, whole in built)
    # Whatever lay there before.
    assert built[0] == built[2] != built[1]


def test_addresses_lead_from_the_joined_sheet(build_site, tmp_path):
    (tmp_path / "own" / "deep").mkdir(parents=True)
    text = "a { src: url('f.woff2') } b { src: url(data:x,y) }"
    (tmp_path / "own" / "deep" / "one.css").write_text(text)
    folder, _ = build_site(
        {"index.md": "# Book\n"},
        extensions=PARTS,
        html_static_path=["own"],
        html_css_files=["deep/one.css"],
    )
    joined = (folder / "_static" / "styles.css").read_text("utf-8")
    assert "a{src:url(deep/f.woff2)}b{src:url(data:x,y)}" in joined


def test_what_no_page_can_use_is_left_out(build_site, tmp_path):
    (tmp_path / "own").mkdir()
    kept = [
        'main a[href^="x"]:hover>code::before{content:"/* a , b */"}',
        "@media (min-width: 40rem){.by-script,#book{--one:1 2;margin:var(--one)}}",
        '@font-face {font-family:"Never Named";src:url(data:x,y)}',
        "body[data-theme=dark]{color:#fff !important}",
        "body[data-set-later=dark]{top:0}",
        ".by-script{--by-rule:1;--by-another:2;--by-word:3}",
        ".by-script{--another:var(--by-another);top:var(--by-rule, var(--another))}",
    ]
    gone = ["main .nowhere{color:red}", "dialog{color:red}", "#elsewhere{top:0}"]
    gone += ["--by-nobody:4", "--by-the-last:5"]
    lost = "main{--by-nobody:4;--by-the-last:5;--by-nobody:var(--by-the-last)}"
    (tmp_path / "own" / "one.css").write_text("\n".join([*kept, *gone[:3], lost]))
    (tmp_path / "own" / "one.js").write_text(
        '"dark"; x.className = "by-script"; x.dataset.setLater; "--by-word"'
    )
    # A page of another language, of an earlier build, has a sheet of its own.
    other = tmp_path / "_html" / "zh" / "index.html"
    other.parent.mkdir(parents=True)
    other.write_text('<dialog id="elsewhere" class="nowhere"></dialog>')
    folder, _ = build_site(
        {"index.md": "# Book\n\n`code` <https://x.org>\n\n```python\nid\n```\n"},
        extensions=PARTS,
        html_theme="furo",
        html_static_path=["own"],
        html_css_files=["one.css"],
        html_js_files=["one.js"],
    )
    text = (folder / "_static" / "styles.css").read_text("utf-8")
    for rule in kept:
        assert rule in text
    for rule in gone:
        assert rule not in text
        assert rule.partition("{")[0] not in text
