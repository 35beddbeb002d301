"""SquashExplorer: RMSNorm of one feature is an S-curve, and so is DyT."""

import torch
import traitlets

from explorables.base import Explorable, Number

REST = [1.0, 1.0]  # the two features that nobody moves


class SquashExplorer(Explorable):
    """Drag one of four features along RMSNorm's S-curve, fit DyT's S, move another.

    Traits
        x1: -10 to 10, the feature whose output is drawn.
        x2: -10 to 10, another feature. The other two are 1.
        alpha: 0.1 to 4, DyT's factor: its S is sqrt(d) tanh(alpha x1), d = 4.

    Source: torch.nn.functional.rms_norm with eps = 0; Zhu et al. 2025 for DyT.
    """

    constants = traitlets.Dict({"rest": REST}, read_only=True).tag(sync=True)
    x1 = Number(2.0, min=-10.0, max=10.0).tag(sync=True)
    x2 = Number(1.0, min=-10.0, max=10.0).tag(sync=True)
    alpha = Number(1.0, min=0.1, max=4.0).tag(sync=True)

    def quantities(self):
        """Both outputs at x1, and the alpha with which both slopes at 0 agree."""
        x = torch.tensor([self.x1, self.x2, *REST], dtype=torch.float64)
        dyt = len(x) ** 0.5 * torch.tanh(self.alpha * x[0])
        return {
            "rms": torch.nn.functional.rms_norm(x, x.shape, eps=0.0)[0].item(),
            "dyt": dyt.item(),
            "matching_alpha": 1 / x[1:].norm().item(),
        }
