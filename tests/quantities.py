"""Compare an explorable on a page with what its Python class computes with torch."""

import math

import explorables

TOLERANCE = 1e-12


def rebuild(state):
    """Return the Python explorable with the state that a page shows."""
    cls = getattr(explorables, state["kind"])
    # What a subclass's constructor makes of its arguments is not on the page.
    made = cls.__new__(cls)
    explorables.Explorable.__init__(
        made, **{key: state[key] for key in cls.own_traits() if key in state}
    )
    return made


def check_quantities(shown, state):
    """Compare a readout's numbers, texts by name, with the class's quantities()."""
    expected = rebuild(state).quantities()
    assert set(shown) == set(expected)
    for name, value in expected.items():
        actual = float(shown[name])
        both_nan = math.isnan(value) and math.isnan(actual)
        close = math.isclose(actual, value, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
        assert both_nan or close, f"{name}: page {actual}, torch {value}"
