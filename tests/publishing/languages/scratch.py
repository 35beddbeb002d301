"""A small book that says something everywhere, and a language that nobody speaks."""

import json
import re

import nbformat

import explorables
from explorables import Predict, Quiz, Sweep
from publishing.languages.catalogues import folder_of, read, update, written
from publishing.languages.messages import KEPT
from publishing.live import STATE_MIMETYPE
from tests.publishing.conftest import WHOLE

VIEW = "application/vnd.jupyter.widget-view+json"
PLACEHOLDER = re.compile(r"%s|\{\w*\}|%\(\w+\)s|\$\{\w+\}|<[^>]+>")
KEEP = re.compile(f"{PLACEHOLDER.pattern}|{KEPT.pattern}")
LETTERS = re.compile(r"[^\W\d_]+(?:['’]\w+)?")
SVG = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 90">
<text x="1" y="9" font-weight="bold">A drawing says this</text>
<text x="1" y="30">a label of it</text></svg>"""
PAGES = {
    "intro.md": """\
# A small book

A paragraph with *emphasis*, **more of it**, `code`, a [link](glossary.md) and a gap.

:::{note}
In a box.
:::

- In a list.

| a column | another one |
|---|---|
| in a cell | $x = 1$ |

![what the drawing shows](figures/drawing.svg)

```{toctree}
:caption: Above a part
:hidden:
chapters/01_one
review
your_book
glossary
```
""",
    "glossary.md": "# Words\n\n```{glossary}\ngap\n  How far two are apart.\n```\n",
    "review.md": """\
# Once more

:::{container} zm-review
Here they all are.
:::

## [The chapter](chapters/01_one.ipynb)

What is asked?
: What is answered. [There](chapters/01_one.ipynb)
""",
    "your_book.md": "# What you did\n\n:::{container} zm-your-book\nSee here.\n:::\n",
    "figures/drawing.svg": SVG,
}
QUIZ = "What is right?\n+ This one.\n: Indeed it is.\n- That one.\n: Not that one."


def widgets():
    """Return one of each explorable."""
    draw = lambda kind: None  # noqa: E731
    sweep = Sweep(
        draw, title="A sweep of kinds", alt="what it shows", kind=["x one", "y two"]
    )
    sweep.frames = [SVG.replace("drawing", "frame")] * 2
    sweep.captions = ["After 40 steps"] * 2
    made = [
        sweep,
        Quiz(QUIZ),
        Predict("How many are there?", truth=3, within=1, right="So many.",
                wrong={4: "Too many."}),
        Predict("Which of them is it?", truth="the first", choices={
            "the first": "It is indeed.", "the other": "It is not."}),
        Predict("In which order are they?", truth=[1, 2],
                order=["the smaller", "the larger"]),
        Predict("Where do they lie?", truth=[1, 2], draw="curve", places=[0, 1],
                axis=(0, 3), within=1,
                names=("steps", "loss"), given=("the old one", [1, 1])),
    ]  # fmt: skip
    others = set(explorables.__all__) - {"Explorable", "Predict", "Quiz", "Sweep"}
    kinds = [getattr(explorables, name) for name in sorted(others - {"use_style"})]
    return [*made, *(kind() for kind in kinds)]


def chapter():
    """Return a notebook that has been run, and shows all there is."""
    nb = nbformat.v4.new_notebook()
    state = {}
    nb.cells = [nbformat.v4.new_markdown_cell("# The chapter\n\nWhat it is about.")]
    for i, widget in enumerate(widgets()):
        state[f"m{i}"] = {
            "state": {name: getattr(widget, name) for name in widget.own_traits()}
            | {"kind": widget.kind}
        }
        output = nbformat.v4.new_output(
            "display_data", data={VIEW: {"model_id": f"m{i}"}, "text/plain": "widget"}
        )
        nb.cells.append(
            nbformat.v4.new_code_cell(f"show({i})  # a comment here", outputs=[output])
        )
    folds = {"code_prompt_show": "Open the fold", "code_prompt_hide": "Close the fold"}
    plot = nbformat.v4.new_output("display_data", data={"image/svg+xml": SVG})
    nb.cells += [
        nbformat.v4.new_code_cell(
            "plot()",
            outputs=[plot],
            metadata={"mystnb": {"image": {"alt": "what the plot shows"}}},
        ),
        nbformat.v4.new_markdown_cell("**1.** (easy) An exercise."),
        nbformat.v4.new_code_cell(
            "solve()",
            metadata={"tags": ["hide-cell"], "mystnb": folds},
            outputs=[nbformat.v4.new_output("stream", text="printed")],
        ),
    ]
    nb.metadata["language_info"] = {"name": "python", "pygments_lexer": "python"}
    nb.metadata["widgets"] = {STATE_MIMETYPE: {"state": state}}
    return nbformat.writes(nb)


def files():
    """Return the book's files, {name: text}."""
    return {**PAGES, "chapters/01_one.ipynb": chapter()}


SETTINGS = {
    **WHOLE,
    "html_theme": "furo",
    "html_title": "The small book",
    "html_show_sphinx": False,
    "html_baseurl": "https://example.org/book/",
    "myst_enable_extensions": ["dollarmath", "colon_fence", "deflist"],
    "page_descriptions": {
        "intro": "Of the beginning.",
        "chapters/01_one": "Of the chapter.",
        "glossary": "Of the words.",
        "review": "Of what is asked.",
        "your_book": "Of what was done.",
    },
}


def pseudo(text):
    """Return a text whose words are 字, and all else is as it was."""
    done, at = "", 0
    for kept in KEEP.finditer(text):
        done += LETTERS.sub("字", text[at : kept.start()]) + kept[0]
        at = kept.end()
    return done + LETTERS.sub("字", text[at:])


def translate(root, language="zh_CN"):
    """Write the catalogues of a book that was built, in the language of nobody."""
    for path, catalogue, *_ in update(root, language, root / "_doctrees/messages.json"):
        for message in catalogue:
            if message.id:
                message.string = pseudo(message.id)
        path.write_text(written(catalogue, language), "utf-8")


def untranslate(root, text, language="zh_CN"):
    """Take a message's translation away again."""
    for path in folder_of(root, language).rglob("*.po"):
        catalogue = read(path)
        for message in catalogue:
            if message.id == text:
                message.string = ""
        path.write_text(written(catalogue, language), "utf-8")


def messages(root):
    """Return what the book says, {page: [[domain, kind, text], ...]}."""
    return json.loads((root / "_doctrees" / "messages.json").read_text("utf-8"))
