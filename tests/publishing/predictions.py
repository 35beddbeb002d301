"""A chapter with a prediction of each form, as a notebook that was run."""

from io import StringIO

import nbformat
import torch
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

from explorables import Predict

VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"

x = torch.tensor([1.0, 2.0, 3.0, 4.0])
y = (x - x.mean()) / x.std()
by_n = (x - x.mean()) / x.std(correction=0)
bars = [0.5, -0.5, 1.0]

PREDICTIONS = {
    "number": lambda: Predict(
        "What does it print first?",
        truth=y[0],
        within=0.005,
        wrong={by_n[0].item(): "You divided by N."},
        right="N − 1 it is.",
    ),
    "numbers": lambda: Predict(
        "What are the mean and the variance of `y`?",
        truth=[y.mean(), y.var(correction=0)],
        labels=["mean", "variance"],
        within=0.01,
        wrong=[([0, 1], "That is so where the divisor is N.")],
    ),
    "choice": lambda: Predict(
        "What becomes of the sum?",
        truth="it stays",
        choices={"it grows": "By what?", "it stays": "", "it shrinks": "No."},
    ),
    "order": lambda: Predict(
        "Which one is largest?",
        truth=[3.0, 1.0, 2.0],
        order=["max", "min", "mean"],
        wrong=[(["max", "mean", "min"], "The other way round.")],
    ),
    "bars": lambda: Predict(
        "How tall will the bars be?",
        truth=bars,
        draw="bars",
        axis=(-2, 2),
        within=0.25,
        labels=["a", "b", "c"],
        names=("bar", "height"),
    ),
    "points": lambda: Predict(
        "Which dots move?",
        truth=bars,
        draw="points",
        axis=(-2, 2),
        within=0.25,
        labels=["a", "b", "c"],
        given=("where they were", [0, 0, 0]),
    ),
    "curve": lambda: Predict(
        "Where does the curve go?",
        truth=[1, 0.5, 0.25],
        draw="curve",
        axis=(0, 1),
        within=0.1,
        places=[1, 2, 3],
        names=("steps", "loss"),
    ),
}


def state_of(prediction):
    return {
        name: getattr(prediction, name) for name in ("kind", *prediction.own_traits())
    }


def chapter():
    """Return the notebook: each prediction below the cell that it is about."""
    cells = [new_markdown_cell("# A chapter\n\nHere is the input.")]
    states = {}
    for form, make in PREDICTIONS.items():
        prediction = make()
        states[form] = {
            "model_name": "AnyModel",
            "model_module": "anywidget",
            "model_module_version": "~0.9.*",
            "state": state_of(prediction) | {"limits": prediction.all_limits()},
        }
        printed = new_output("stream", name="stdout", text=f"printed {form}\n")
        cells += [
            new_markdown_cell(f"## The {form}\n\nWhat leads to the {form}."),
            new_code_cell(
                "print(value)",
                execution_count=1,
                outputs=[printed],
                metadata={
                    "tags": ["hide-output"],
                    "mystnb": {"code_prompt_show": "Show what it prints"},
                },
            ),
            new_code_cell(
                "Predict(...)",
                execution_count=1,
                metadata={"tags": ["remove-input"]},
                outputs=[
                    new_output(
                        "execute_result",
                        data={
                            VIEW: {
                                "model_id": form,
                                "version_major": 2,
                                "version_minor": 1,
                            },
                            "text/plain": repr(prediction),
                        },
                        execution_count=1,
                    )
                ],
            ),
            new_markdown_cell(f"What gives the {form} away."),
            new_markdown_cell(f"<!-- unfold -->\n\nWhat comes after the {form}."),
        ]
    cells.append(new_markdown_cell("**1.** An exercise."))
    return nbformat.writes(
        new_notebook(
            cells=cells,
            metadata={
                "widgets": {
                    STATE: {"state": states, "version_major": 2, "version_minor": 0}
                },
                "kernelspec": {"name": "python3", "display_name": "Python 3"},
            },
        )
    )


def build_pages(folder):
    """Build a book of this one chapter; returns the site's folder and its warnings."""
    your_book = "# Your book\n\n:::{container} zm-your-book\nNothing.\n:::\n"
    return build_book(
        folder, {"chapters/one.ipynb": chapter(), "your_book.md": your_book}
    )


def build_book(folder, files):
    """Build a book of these files, {path: text}, with all that the extension does."""
    pages = "\n".join(name.partition(".")[0] for name in files)
    files = {
        "intro.md": f"# A book\n\n```{{toctree}}\n{pages}\n```\n",
        "_config.yml": "title: A book\n",
        **files,
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    warnings = StringIO()
    with docutils_namespace():
        app = Sphinx(
            srcdir=folder,
            confdir=None,
            outdir=folder / "_html",
            doctreedir=folder / "_doctrees",
            buildername="html",
            confoverrides={
                "extensions": ["myst_nb", "sphinxcontrib.katex", "publishing"],
                "master_doc": "intro",
                "html_theme": "furo",
                "html_title": "A book",
                "katex_prerender": True,
                "nb_ipywidgets_js": {},
                "myst_enable_extensions": ["colon_fence", "dollarmath"],
                "nb_execution_mode": "off",
            },
            status=None,
            warning=warnings,
        )
        app.build()
    return folder / "_html", warnings.getvalue()
