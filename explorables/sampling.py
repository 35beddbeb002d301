"""The normal numbers that lib/sampling.js draws, drawn again in Python.

Sources: d3-random's randomLcg (a linear congruential generator, the constants of
Numerical Recipes) and randomNormal (Marsaglia's polar method).
"""

import math


def _uniform(state):
    """Yield numbers in [0, 1), without end."""
    while True:
        state = (1664525 * state + 1013904223) % 2**32
        yield state / 2**32


def normal(seed):
    """Yield standard normal numbers, without end; seed: 0 to 2**31 - 1."""
    uniform = _uniform(2 * seed + 1)  # where (seed + 0.5) / 2**31 starts d3's
    while True:
        x, y = (2 * next(uniform) - 1 for _ in "xy")
        r = x * x + y * y
        if 0 < r <= 1:
            scale = math.sqrt(-2 * math.log(r) / r)
            yield y * scale
            yield x * scale
