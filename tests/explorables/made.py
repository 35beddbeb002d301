"""One explorable of each class."""

import traitlets

import explorables
from explorables.base import Number

QUESTIONS = """
Which one?
+ this
  : Yes.
- that
  : No.
"""


def draw(n):
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots()
    axes.plot([0, n])
    axes.set_title(f"a line to {n}")
    return figure


# What a class needs to be made; the others need nothing.
MADE_OF = {
    "Predict": lambda: explorables.Predict("How many?", truth=3, within=0),
    "Quiz": lambda: explorables.Quiz(QUESTIONS),
    "Sweep": lambda: explorables.Sweep(draw, n=[1, 2, 3], title="t", alt="a line"),
}
NAMES = [
    name
    for name in explorables.__all__
    if isinstance(getattr(explorables, name), type) and name != "Explorable"
]


def make(name):
    """Return an explorable of the class of this name."""
    return MADE_OF.get(name, getattr(explorables, name))()


# (class, trait, its traitlet) of each number.
BOUNDED = [
    (name, trait_name, trait)
    for name in NAMES
    for trait_name, trait in getattr(explorables, name).class_traits(sync=True).items()
    if trait_name in getattr(explorables, name).own_traits()
    and isinstance(trait, Number | traitlets.Int)
]
