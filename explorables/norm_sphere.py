"""NormSphere: LayerNorm as geometry, a projection and a division."""

import torch
import traitlets

from explorables.base import Explorable, Number


class NormSphere(Explorable):
    """Drag a point; its x-hat slides on a circle, unless epsilon pulls it inwards.

    Traits
        x: 3 finite numbers; with d = 2 the first two are the point.
        d: 2 or 3 features.
        eps: 0 to 10, what is added to the variance under the root.
        azimuth: -180 to 180 degrees, where the block of three axes is seen from.

    Source: torch.nn.functional.layer_norm; subtracting the mean projects on the
    plane orthogonal to (1, ..., 1), dividing puts the point on a sphere of radius
    sqrt(d).
    """

    x = traitlets.List(Number(), default_value=[2.0, 0.5, 1.0], minlen=3, maxlen=3).tag(
        sync=True
    )
    d = traitlets.Int(3, min=2, max=3).tag(sync=True)
    eps = Number(1e-5, min=0.0, max=10.0).tag(sync=True)
    azimuth = Number(25.0, min=-180.0, max=180.0).tag(sync=True)

    def quantities(self):
        """Sigma, the length of x-hat, and x-hat's coordinates."""
        x = torch.tensor(self.x[: self.d], dtype=torch.float64)
        normalized = torch.nn.functional.layer_norm(x, x.shape, eps=self.eps)
        return {
            "sigma": x.std(correction=0).item(),
            "length": normalized.norm().item(),
            **{f"x_hat_{i + 1}": value.item() for i, value in enumerate(normalized)},
        }
