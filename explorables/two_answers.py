"""TwoAnswers: a sample normalized by LayerNorm, and by hand with torch's var."""

import torch
import traitlets

from explorables.base import Explorable, Number


class TwoAnswers(Explorable):
    """Drag a sample's dots; see that LayerNorm and x.var() give two answers.

    Traits
        x: 2 to 12 finite numbers, the sample on the number line.

    Source: torch.nn.functional.layer_norm; torch.var's default for the other row.
    """

    x = traitlets.List(
        Number(), default_value=[1.0, 2.0, 4.0, 5.0], minlen=2, maxlen=12
    ).tag(sync=True)

    def quantities(self):
        """First output of both ways, and the sum of squared deviations."""
        x = torch.tensor(self.x, dtype=torch.float64)
        centered = x - x.mean()
        return {
            "layer_norm": torch.nn.functional.layer_norm(x, x.shape)[0].item(),
            "by_hand": (centered / (x.var() + 1e-5).sqrt())[0].item(),
            "sum_of_squares": centered.square().sum().item(),
        }
