"""DivisorGap: how far N and N - 1 are apart, from a toy to a Transformer."""

import torch
import traitlets

from explorables.base import Explorable


class DivisorGap(Explorable):
    """Drag d from 2 to 4096; see 1, 2, ..., d normalized with both divisors.

    Traits
        d: 2 to 4096, number of features.

    Source: torch.nn.functional.layer_norm for N; torch.var's default for N - 1.
    """

    d = traitlets.Int(4, min=2, max=4096).tag(sync=True)

    def quantities(self):
        """Largest output both ways, their gap in percent, the rival's variance."""
        x = torch.arange(1, self.d + 1, dtype=torch.float64)
        by_n = torch.nn.functional.layer_norm(x, (self.d,))
        by_n_minus_1 = (x - x.mean()) / torch.sqrt(x.var() + 1e-5)
        return {
            "largest_n": by_n[-1].item(),
            "largest_n_minus_1": by_n_minus_1[-1].item(),
            # 1 - sqrt((d - 1) / d) without the digits that the 1 would swallow.
            "gap_percent": -100
            * torch.tensor(-1 / self.d, dtype=torch.float64)
            .log1p()
            .div(2)
            .expm1()
            .item(),
            "output_variance": by_n_minus_1.var(correction=0).item(),
        }
