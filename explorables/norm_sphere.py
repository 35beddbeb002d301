"""NormSphere: LayerNorm and RMSNorm as geometry, a projection and a division."""

import torch
import traitlets

from explorables.base import Explorable, Number


class NormSphere(Explorable):
    """Drag a point; its x-hat slides on a circle, unless epsilon pulls it inwards.

    With RMSNorm, nothing is projected, and the circle becomes the sphere.

    Traits
        norm: "LayerNorm" or "RMSNorm".
        x: 3 finite numbers; with d = 2 the first two are the point.
        d: 2 or 3 features.
        eps: 0 to 10, what is added to the variance under the root.
        azimuth: -180 to 180 degrees, where the block of three axes is seen from.

    Source: torch.nn.functional.layer_norm and rms_norm; subtracting the mean projects
    on the plane orthogonal to (1, ..., 1), dividing puts the point on a sphere of
    radius sqrt(d).
    """

    norm = traitlets.Enum(["LayerNorm", "RMSNorm"], "LayerNorm").tag(sync=True)
    x = traitlets.List(Number(), default_value=[2.0, 0.5, 1.0], minlen=3, maxlen=3).tag(
        sync=True
    )
    d = traitlets.Int(3, min=2, max=3).tag(sync=True)
    eps = Number(1e-5, min=0.0, max=10.0).tag(sync=True)
    azimuth = Number(25.0, min=-180.0, max=180.0).tag(sync=True)

    def quantities(self):
        """Return what x is divided by at eps = 0, x-hat's length and coordinates."""
        x = torch.tensor(self.x[: self.d], dtype=torch.float64)
        if self.norm == "LayerNorm":
            size = {"sigma": x.std(correction=0).item()}
            normalized = torch.nn.functional.layer_norm(x, x.shape, eps=self.eps)
        else:
            size = {"rms": x.square().mean().sqrt().item()}
            normalized = torch.nn.functional.rms_norm(x, x.shape, eps=self.eps)
        return {
            **size,
            "length": normalized.norm().item(),
            **{f"x_hat_{i + 1}": value.item() for i, value in enumerate(normalized)},
        }
