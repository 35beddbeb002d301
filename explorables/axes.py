"""AxesExplorer: which cells share a mean, and which share a gamma."""

import torch
import traitlets

from explorables.base import Explorable

SHAPE = (3, 4, 5)
# What the axes of a block are, and which of them has the features (or channels).
BLOCKS = {
    "(B, T, d)": {"axes": ["B", "T", "d"], "features": 2},
    "(B, C, T)": {"axes": ["B", "C", "T"], "features": 1},
}


class CellExplorer(Explorable):
    """A block of cells, one of which is chosen: what AxesExplorer and others share."""

    cell = traitlets.List(
        traitlets.Int(min=0), default_value=[1, 1, 2], minlen=3, maxlen=3
    ).tag(sync=True)

    @traitlets.validate("cell")
    def _valid_cell(self, proposal):
        if not all(i < size for i, size in zip(proposal.value, SHAPE, strict=True)):
            raise traitlets.TraitError(
                f"{type(self).__name__}.cell must hold indices below {SHAPE}, "
                f"got {proposal.value}"
            )
        return proposal.value


class AxesExplorer(CellExplorer):
    """Click a cell of a (3, 4, 5) block: which cells share its statistics or gamma.

    Traits
        norm: "LayerNorm" or "BatchNorm".
        block: "(B, T, d)", samples, positions, features; or "(B, C, T)", samples,
            channels, positions. BatchNorm normalizes each feature or channel,
            LayerNorm the features of one position, or all of one sample's
            channels and positions.
        cell: three indices, below 3, 4 and 5: the chosen cell.

    Source: the shapes of torch.nn.LayerNorm's and torch.nn.BatchNorm1d's statistics
    and parameters.
    """

    constants = traitlets.Dict(
        {"shape": list(SHAPE), "blocks": BLOCKS}, read_only=True
    ).tag(sync=True)
    norm = traitlets.Enum(["LayerNorm", "BatchNorm"], "LayerNorm").tag(sync=True)
    block = traitlets.Enum(list(BLOCKS), "(B, T, d)").tag(sync=True)

    def quantities(self):
        """Return how many cells share a mean and a gamma, as torch counts them."""
        numbers = torch.randn(SHAPE)
        features = BLOCKS[self.block]["features"]
        if self.norm == "LayerNorm":
            over = SHAPE[features:]
            weight = torch.nn.LayerNorm(over).weight
            _, mean, _ = torch.native_layer_norm(numbers, over, None, None, 1e-5)
        else:
            # BatchNorm1d wants its channels second.
            batch = numbers.movedim(features, 1)
            layer = torch.nn.BatchNorm1d(batch.shape[1])
            layer(batch)
            weight, mean = layer.weight, layer.running_mean
        return {
            "cells_per_mean": numbers.numel() // mean.numel(),
            "cells_per_gamma": numbers.numel() // weight.numel(),
        }
