"""ResidualStream: a stack of branches around a skip, and where its norm stands."""

import functools

import torch
import traitlets
from torch.nn.functional import layer_norm

from explorables.base import Explorable, Number
from explorables.sampling import normal

PLACES = ("none", "pre", "branch-end", "post")
FEATURES, INPUTS, DEEPEST, SEED = 16, 8, 48, 7


@functools.cache
def _drawn():
    """Return the branches' matrices, the inputs and the gradients, all normal."""
    numbers = normal(SEED)
    sizes = ((DEEPEST, FEATURES, FEATURES), (INPUTS, FEATURES), (INPUTS, FEATURES))
    return [
        torch.tensor(
            [next(numbers) for _ in range(torch.Size(size).numel())],
            dtype=torch.float64,
        ).view(size)
        for size in sizes
    ]


def _rms(x):
    return x.square().mean().sqrt().item()


class ResidualStream(Explorable):
    """Drag the norm along the wire; see the stream grow and the gradient come back.

    Traits
        placement: where the LayerNorm of each branch stands: "none"; "pre", before the
            branch; "branch-end", after it and before the sum; "post", after the sum.
        depth: 1 to 48, number of branches.
        gain: 0 to 2, what each branch multiplies its variance-keeping matrix by, or, at
            "branch-end", its norm's gamma.

    The branches are the same seeded 16 by 16 matrices each time, of variance 1/16. They
    get 8 normal inputs, and 8 normal gradients come back.

    Errors: TraitError for any other placement or number.

    Source: the placements of Xiong et al. 2020; torch.nn.functional.layer_norm.
    """

    constants = traitlets.Dict(
        {"features": FEATURES, "inputs": INPUTS, "seed": SEED}, read_only=True
    ).tag(sync=True)
    placement = traitlets.Enum(PLACES, "post").tag(sync=True)
    depth = traitlets.Int(24, min=1, max=DEEPEST).tag(sync=True)
    gain = Number(1.0, min=0.0, max=2.0).tag(sync=True)

    def quantities(self):
        """Return the rms at the end, its closed form, and the gradients at the input.

        Gradients are in units of the one that arrives: the whole one, and what comes
        by the skips alone, the branches cut out of the graph.
        """
        matrices, inputs, upstream = _drawn()
        shape = (FEATURES,)
        size = {}
        for name in ("whole", "skip"):
            x = inputs.clone().requires_grad_()
            stream = x
            for matrix in matrices[: self.depth]:
                enters = (
                    layer_norm(stream, shape) if self.placement == "pre" else stream
                )
                branch = enters @ matrix.T / FEATURES**0.5
                if self.placement == "branch-end":
                    branch = layer_norm(branch, shape)
                branch = self.gain * branch
                stream = stream + (branch.detach() if name == "skip" else branch)
                if self.placement == "post":
                    stream = layer_norm(stream, shape)
            stream.backward(upstream)
            size[name] = _rms(x.grad) / _rms(upstream)
        closed = {
            "none": (1 + self.gain**2) ** (self.depth / 2),
            "post": 1.0,
        }.get(self.placement, (1 + self.depth * self.gain**2) ** 0.5)
        return {
            "rms": _rms(stream),
            "closed_form": closed,
            "gradient": size["whole"],
            "by_the_skips": size["skip"],
        }
