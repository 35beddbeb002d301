"""The book's interactive figures: anywidgets that also live on a static page.

Each explorable is one stem: `variance.py` holds its traits, `variance.js` its
picture. `use_style()` gives matplotlib the book's look.
"""

from explorables.axes import AxesExplorer
from explorables.base import Explorable
from explorables.divisor_gap import DivisorGap
from explorables.family import FamilyExplorer
from explorables.gradient import GradientExplorer
from explorables.layer_norm import LayerNormExplorer
from explorables.norm_sphere import NormSphere
from explorables.order_lab import OrderLab
from explorables.plots import use_style
from explorables.predict import Predict
from explorables.quiz import Quiz
from explorables.residual_stream import ResidualStream
from explorables.running_stats import RunningStatsExplorer
from explorables.scale_free_weight import ScaleFreeWeight
from explorables.shared_affine import SharedAffineExplorer
from explorables.squash import SquashExplorer
from explorables.sweep import Sweep
from explorables.train_eval import TrainEvalExplorer
from explorables.training_replay import TrainingReplay
from explorables.transformer import TransformerExplorer
from explorables.two_answers import TwoAnswers
from explorables.variance import VarianceExplorer

__all__ = [
    "AxesExplorer",
    "DivisorGap",
    "Explorable",
    "FamilyExplorer",
    "GradientExplorer",
    "LayerNormExplorer",
    "NormSphere",
    "OrderLab",
    "Predict",
    "Quiz",
    "ResidualStream",
    "RunningStatsExplorer",
    "ScaleFreeWeight",
    "SharedAffineExplorer",
    "SquashExplorer",
    "Sweep",
    "TrainEvalExplorer",
    "TrainingReplay",
    "TransformerExplorer",
    "TwoAnswers",
    "VarianceExplorer",
    "use_style",
]
