"""publishing.page: a page asks for one stylesheet, which has all that it needs."""

from bs4 import BeautifulSoup

PARTS = ["myst_nb", "publishing.page.styles"]


def test_a_first_build_joins_what_is_written_while_it_ends(build_site, tmp_path):
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "last.css").write_text(".last { color: red }")
    folder, warnings = build_site(
        {"index.md": "# Book\n"},
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
    for path in (notebooks, folder / "_static" / "pygments.css"):
        assert path.read_text("utf-8") in text
    # What is the book's own comes after what it changes.
    assert text.index("details.hide") < text.index(".last {")


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
    assert "a { src: url(deep/f.woff2) } b { src: url(data:x,y) }" in joined
