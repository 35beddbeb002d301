"""publishing.live: a static figure stands in the page itself, with its alt text."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

FIGURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">'
    '<rect width="9" height="9" fill="#FFFFFF"/></svg>'
)
FIGURES = Path(__file__).parents[2] / "figures"
# Texts that leave their figure's frame, and pairs that cover each other.
MISPLACED = """svg => {
  const frame = svg.viewBox.baseVal;
  const texts = [...svg.querySelectorAll("text")].map((text) => ({
    name: text.textContent,
    box: text.getBBox(),
  }));
  const crosses = ({ box: a }, { box: b }) =>
    a.x < b.x + b.width && b.x < a.x + a.width &&
    a.y + 2 < b.y + b.height - 2 && b.y + 2 < a.y + a.height - 2;
  return texts.flatMap((one, i) => {
    const { x, y, width, height } = one.box;
    const out = x < 0 || y < 0 ||
      x + width > frame.width || y + height > frame.height;
    const hit = texts.slice(i + 1).filter((other) => crosses(one, other));
    return [...(out ? [one.name] : []),
      ...hit.map((other) => `${one.name} | ${other.name}`)];
  });
}"""
GOOD = '![A white & "square"](../figures/a.svg)'


@pytest.fixture
def build(build_site):
    """Return a function: a chapter's Markdown to (its parsed page, warnings)."""

    def build_page(markdown, figure=FIGURE):
        files = {
            "figures/a.svg": figure,
            "other/a.svg": FIGURE,
            "index.md": "# Book\n\n```{toctree}\nchapters/one\n```\n",
            "chapters/one.md": f"# One\n\n{markdown}\n",
        }
        extensions = ["myst_parser", "publishing.live.inline_figures"]
        folder, warnings = build_site(files, extensions=extensions)
        page = (folder / "chapters/one.html").read_text()
        return BeautifulSoup(page, "html.parser"), warnings

    return build_page


def test_stands_in_the_page_and_follows_its_colours(build, tmp_path):
    page, warnings = build(GOOD)
    assert warnings == ""
    (figure,) = page.select("div.zm-figure > div.zm-plot")
    assert figure["role"] == "img"
    assert figure["aria-label"] == 'A white & "square"'
    assert figure.svg.rect["fill"] == "var(--zm-ground)"
    assert not figure.find_parents("p")
    assert not page.select("article img, .body img")
    assert not (tmp_path / "_html/_images").exists(), "nobody asks for the file"


def test_can_be_linked_to(build):
    page, warnings = build(f"(square)=\n{GOOD}\n\nSee [the square](#square).")
    assert warnings == ""
    assert page.select_one("a[href='#square']")
    assert page.select_one("#square").find_next("div", class_="zm-plot")


def test_keeps_a_caption(build):
    page, warnings = build(
        "```{figure} ../figures/a.svg\n:alt: a square\n\nA caption\n```"
    )
    assert warnings == ""
    assert page.select_one("figure div.zm-plot")["aria-label"] == "a square"
    assert "A caption" in page.select_one("figcaption").get_text()


@pytest.mark.parametrize(
    ("markdown", "warning"),
    [
        ("![](../figures/a.svg)", "figures/a.svg has no alt text"),
        ("![ ](../figures/a.svg)", "figures/a.svg has no alt text"),
        (f"See {GOOD}", "give it its own paragraph"),
        ("![a square](../figures/b.svg)", "image file not readable: figures/b.svg"),
    ],
)
def test_warns(build, markdown, warning):
    assert warning in build(markdown)[1]


def test_leaves_other_images_alone(build):
    page, warnings = build("![a square](../other/a.svg)")
    assert warnings == ""
    assert page.select_one("img[alt='a square']")
    assert not page.select(".zm-plot")


def test_a_changed_figure_reaches_an_unchanged_page(build):
    build(GOOD)
    page, _ = build(GOOD, FIGURE.replace("<rect", "<ellipse"))
    assert page.select_one(".zm-plot ellipse")


@pytest.mark.parametrize(
    "name", sorted({path.stem for path in FIGURES.glob("*.svg")} - {"favicon"})
)
def test_no_text_covers_another_or_leaves_the_frame(browser, name):
    page = browser.new_page()
    page.set_content((FIGURES / f"{name}.svg").read_text(encoding="utf-8"))
    misplaced = page.eval_on_selector("svg", MISPLACED)
    page.close()
    assert misplaced == []
