"""VarianceExplorer: one sample, three divisors, ten thousand samples."""

import torch
import traitlets

from explorables.base import Explorable, Number


class VarianceExplorer(Explorable):
    """Drag a sample's dots; move the divisor; see which estimator comes closest.

    Traits
        x: 1 to 12 finite numbers, the sample on the number line.
        correction: -1 to 1, what is taken from N in the divisor, as in torch.var.
        n: 2 to 30, size of each sample drawn from a normal with variance 1.
        draws: 0 to 50,000, how many such samples have been drawn.
        seed: 0 to 2**31 - 1, where the drawing begins.

    Source: torch.var; the moments are those of a scaled chi-squared distribution
    with n - 1 degrees of freedom.
    """

    x = traitlets.List(
        Number(), default_value=[1.0, 2.0, 3.0, 4.0], minlen=1, maxlen=12
    ).tag(sync=True)
    correction = Number(0.0, min=-1.0, max=1.0).tag(sync=True)
    n = traitlets.Int(5, min=2, max=30).tag(sync=True)
    draws = traitlets.Int(0, min=0, max=50_000).tag(sync=True)
    seed = traitlets.Int(0, min=0, max=2**31 - 1).tag(sync=True)

    def quantities(self):
        """Mean and variances of x, bias and mean squared error at n."""
        x = torch.tensor(self.x, dtype=torch.float64)

        def divided(correction):
            # As torch.var, which takes 0 / 0 for nan and warns of it.
            divisor = max(len(self.x) - correction, 0)
            return (x.var(correction=0) * len(self.x) / divisor).item()

        divisor = self.n - self.correction
        bias = (self.n - 1) / divisor - 1
        return {
            "mean": x.mean().item(),
            "variance_n": divided(0),
            "variance_n_minus_1": divided(1),
            "variance": divided(self.correction),
            "bias": bias,
            "mean_squared_error": 2 * (self.n - 1) / divisor**2 + bias**2,
        }
