"""VarianceExplorer: one sample of your own, ten thousand others, three divisors."""

import torch
import traitlets

from explorables.base import Explorable, Number


class VarianceExplorer(Explorable):
    """Drag a sample's dots; move the divisor; see which estimator comes closest.

    Traits
        x: 1 to 12 finite numbers, the sample on the number line.
        correction: -1 to 1, what is taken from N in the divisor of the drawn samples,
            as in torch.var.
        n: 2 to 30, how many numbers (the figure's N) each of these has, from a normal
            with variance 1.
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
        """Mean and variances of x, bias and mean squared error at n.

        One number has no variance to estimate: torch warns, and gives nan.
        """
        x = torch.tensor(self.x, dtype=torch.float64)
        divisor = self.n - self.correction
        bias = (self.correction - 1) / divisor
        return {
            "mean": x.mean().item(),
            "sum_of_squares": (x - x.mean()).square().sum().item(),
            "variance_n": x.var(correction=0).item(),
            "variance_n_minus_1": x.var(correction=1).item(),
            "bias": bias,
            "mean_squared_error": 2 * (self.n - 1) / divisor**2 + bias**2,
        }
