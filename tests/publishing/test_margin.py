"""publishing.page.margin: what is cited is named beside its sentence, in a margin."""

from bs4 import BeautifulSoup

from tests.browser import new_page

BOOK = """# Book

A [norm](https://example.org/norm), twice: [it](https://example.org/norm), and
[an issue](https://example.org/issues/1), not [this](https://example.org/other).

| [a table](https://example.org/large) |
|---|
| cell |

{cite:t}`large`

```{bibliography}
```
"""
WORKS = r"""
@article{norm, author = {Ba, Jimmy Lei and Kiros, Jamie and Hinton, Geoffrey},
  title = {{Layer} norm\"a}, year = {2016}, url = {https://example.org/norm}}
@article{large, author = {A, A and B, B and C, C and D, D},
  title = {Large}, journal = {J}, year = {2021},
  url = {https://example.org/large}}
@misc{issue, key = {x}, title = {{Bugs <here>}}, howpublished = {Issue 1 of x/y},
  year = {2017}, url = {https://example.org/issues/1}}
"""


def test_the_first_link_to_a_work_has_a_note(build_site):
    folder, warnings = build_site(
        {"index.md": BOOK, "works.bib": WORKS},
        extensions=["myst_nb", "sphinxcontrib.bibtex", "publishing.page.margin"],
        bibtex_bibfiles=["works.bib"],
        bibtex_reference_style="author_year",
    )
    assert warnings == ""
    soup = BeautifulSoup((folder / "index.html").read_text("utf-8"), "html.parser")
    notes = {
        note.find_previous("a").get_text(): note["data-note"]
        for note in soup.select(".zm-note")
    }
    cited = notes.pop(soup.select_one(".bibtex-citation a").get_text())
    assert cited.startswith("A A, B B, C C, and D D. Large.")
    assert notes == {
        "norm": "Ba, Kiros & Hinton 2016: Layer normä",
        "an issue": "Issue 1 of x/y, 2017: Bugs <here>",
    }


ROOM = """() => {
  const [article, list] = ["article", ".toc-drawer"].map((one) =>
    document.querySelector(one).getBoundingClientRect());
  const note = getComputedStyle(document.querySelector(".zm-note"), "::after");
  return {
    shown: note.float === "right" && note.content.startsWith('"'),
    room: Math.min(list.left, document.documentElement.clientWidth) - article.right,
    needed: 14.5 * parseFloat(getComputedStyle(document.documentElement).fontSize),
  };
}"""


def test_the_margin_is_there_where_it_has_room(context, site_address):
    page = new_page(context)
    page.goto(f"{site_address('file')}/chapters/06_family.html")
    for width in (390, 1280, 1399, 1400, 1440, 1551, 1552, 1679, 1680, 2560):
        page.set_viewport_size({"width": width, "height": 900})
        found = page.evaluate(ROOM)
        assert found["shown"] == (width >= 1400), width
        assert not found["shown"] or found["room"] >= found["needed"], (width, found)
    assert page.troubles == []
