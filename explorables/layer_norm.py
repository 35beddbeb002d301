"""LayerNormExplorer: one vector, from x to y, with every quantity on the way."""

import torch
import traitlets

from explorables.base import Explorable, Number


class LayerNormExplorer(Explorable):
    """Drag the bars of x, gamma and beta; see the mean, sigma, x-hat and y follow.

    Traits
        x: 1 to 8 finite numbers, the features of one position.
        gamma, beta: 8 finite numbers each, of which the first len(x) are used.
        eps: 0 to 10, what is added to the variance under the root.
        correction: 0 (divide by N, as LayerNorm does) or 1 (by N - 1).

    Source: torch.nn.functional.layer_norm; Ba et al. 2016, equations 3 and 4.
    """

    x = traitlets.List(
        Number(), default_value=[1.0, 2.0, 3.0, 4.0], minlen=1, maxlen=8
    ).tag(sync=True)
    gamma = traitlets.List(Number(), default_value=[1.0] * 8, minlen=8, maxlen=8).tag(
        sync=True
    )
    beta = traitlets.List(Number(), default_value=[0.0] * 8, minlen=8, maxlen=8).tag(
        sync=True
    )
    eps = Number(1e-5, min=0.0, max=10.0).tag(sync=True)
    correction = traitlets.Int(0, min=0, max=1).tag(sync=True)

    def quantities(self):
        """Mean, sigma, the spread of x-hat, and the ends of y."""
        x, gamma, beta = (
            torch.tensor(values[: len(self.x)], dtype=torch.float64)
            for values in (self.x, self.gamma, self.beta)
        )
        variance = x.var(correction=self.correction)
        if self.correction == 0:
            normalize = torch.nn.functional.layer_norm
            normalized = normalize(x, x.shape, eps=self.eps)
            y = normalize(x, x.shape, gamma, beta, eps=self.eps)
        else:
            normalized = (x - x.mean()) / torch.sqrt(variance + self.eps)
            y = gamma * normalized + beta
        return {
            "mean": x.mean().item(),
            "sigma": variance.sqrt().item(),
            "normalized_std": normalized.std(correction=0).item(),
            "smallest_y": y.min().item(),
            "largest_y": y.max().item(),
        }
