"""The book's interactive figures: anywidgets that also live on a static page.

Each explorable is one stem: `variance.py` holds its traits, `variance.js` its
picture. `use_style()` gives matplotlib the book's look.
"""

from explorables.base import Explorable
from explorables.divisor_gap import DivisorGap
from explorables.plots import use_style
from explorables.quiz import Quiz
from explorables.sweep import Sweep
from explorables.variance import VarianceExplorer

__all__ = [
    "DivisorGap",
    "Explorable",
    "Quiz",
    "Sweep",
    "VarianceExplorer",
    "use_style",
]
