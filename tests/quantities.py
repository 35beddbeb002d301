"""Compare an explorable on a page with what its Python class computes with torch."""

import contextlib
import math

import traitlets

import explorables

TOLERANCE = 1e-12
ROUNDINGS = 4  # by which the inputs of an ill-conditioned quantity may differ


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
    """Compare a readout's numbers, texts by name, with the class's quantities().

    Steps that multiply an error multiply that of the first rounding, too, which is
    another one in torch. So the page's number may also be as far from torch's as
    torch's own moves when its inputs are rounded otherwise.
    """
    expected = rebuild(state).quantities()
    assert set(shown) == set(expected)
    for name, value in expected.items():
        actual = float(shown[name])
        both_nan = math.isnan(value) and math.isnan(actual)
        close = math.isclose(actual, value, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
        if not (both_nan or close):
            moves = sum(abs(one[name] - value) for one in _rounded_otherwise(state))
            assert abs(actual - value) <= ROUNDINGS * moves, (
                f"{name}: page {actual}, torch {value}"
            )


def _rounded_otherwise(state):
    """Yield the quantities with each real number of the state moved by one rounding."""
    for key, value in state.items():
        for moved in _moved(value):
            with contextlib.suppress(traitlets.TraitError):  # past a limit
                yield rebuild({**state, key: moved}).quantities()


def _moved(value):
    """Yield a value of a trait with one of its numbers moved up by one rounding."""
    if isinstance(value, list | tuple):
        for i, one in enumerate(value):
            for moved in _moved(one):
                yield [*value[:i], moved, *value[i + 1 :]]
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield math.nextafter(value, math.inf)


def spaced(text):
    """Return a text as it is written where a line may not end, too."""
    return text.replace("\u00a0", " ").replace("\u2060", "")
