"""FamilyExplorer: one function, and which norm it is by the axes of its mean."""

import torch
import traitlets

from explorables.axes import SHAPE, CellExplorer

# How many channels share a mean.
CHANNELS = {"one": 1, "two": 2, "all": SHAPE[1]}


class FamilyExplorer(CellExplorer):
    """Choose what one mean of a (3, 4, 5) block runs over; see the norm's name.

    Traits
        samples: "one" or "all" share a mean.
        channels: "one", "two" or "all" (four) share a mean.
        positions: "one" or "all" share a mean.
        mean: "subtracted", or "kept", as RMSNorm does.
        cell: three indices, below 3, 4 and 5: the chosen sample, channel, position.

    Source: Wu & He 2018, figure 2; torch.mean counts the means.
    """

    constants = traitlets.Dict(
        {"shape": list(SHAPE), "axes": ["B", "C", "T"], "channels": CHANNELS},
        read_only=True,
    ).tag(sync=True)
    samples = traitlets.Enum(["one", "all"], "one").tag(sync=True)
    channels = traitlets.Enum(list(CHANNELS), "all").tag(sync=True)
    positions = traitlets.Enum(["one", "all"], "one").tag(sync=True)
    mean = traitlets.Enum(["subtracted", "kept"], "subtracted").tag(sync=True)

    def over(self):
        """Return the axes of a mean of (B, groups, channels of a group, T)."""
        taken = {0: self.samples == "all", 2: True, 3: self.positions == "all"}
        return tuple(axis for axis, is_taken in taken.items() if is_taken)

    def quantities(self):
        """Return how many cells share a mean, and how many means there are."""
        numbers = torch.randn(SHAPE).unflatten(1, (-1, CHANNELS[self.channels]))
        means = numbers.mean(self.over()).numel()
        return {"cells_per_mean": numbers.numel() // means, "means": means}
