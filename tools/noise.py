"""The first cell of a notebook whose inputs are to be a rounding error off.

Whatever torch draws at random, and every array of more than 100 numbers that becomes a
tensor, is multiplied by 1 + noise: 1e-15 in float64, one unit in the last place in
float32. Literals stay: `torch.tensor([1.0, 2.0])` is what the reader sees.
"""

import torch
from torch.overrides import TorchFunctionMode

DRAWN = {
    *(torch.randn, torch.rand, torch.normal, torch.randn_like, torch.rand_like),
    *(torch.Tensor.normal_, torch.Tensor.uniform_, torch.Tensor.exponential_),
}
DATA = {torch.tensor, torch.as_tensor, torch.from_numpy}
SIZES = {torch.float64: 1e-15, torch.float32: torch.finfo(torch.float32).eps}
generator = torch.Generator().manual_seed(0)  # the notebook's own draws stay


class Noise(TorchFunctionMode):
    """Multiply what comes into the notebook by 1 + noise, in place."""

    changed = 0  # inputs, of which a notebook without any would prove nothing

    def __torch_function__(self, func, types, args=(), kwargs=None):
        """Return what func returns, with noise if it is an input."""
        result = func(*args, **(kwargs or {}))
        is_input = func in DRAWN or (func in DATA and result.numel() > 100)
        if is_input and (size := SIZES.get(result.dtype)):
            noise = torch.randn(
                result.shape, dtype=torch.float64, generator=generator
            ).to(result.dtype)
            with torch.no_grad():
                result.mul_(1 + size * noise)
            Noise.changed += 1
        return result


_ = Noise().__enter__()
