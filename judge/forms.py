"""The forms that a function may want its numbers in: lists, tensors, arrays."""

import sys

from judge.engine import judge

RANK = ("right", "convention", "wrong", "unknown")


def _lists(values, shapes):
    return values


def _is_numbers(value):
    if not isinstance(value, list) or not value:
        return False
    return isinstance(value[0], (float, list))


def _in_shape(made, shapes, i):
    return made.reshape(shapes[i]) if i in shapes else made


def _tensors(values, shapes):
    torch = sys.modules["torch"]
    return [
        _in_shape(torch.tensor(value, dtype=torch.float64), shapes, i)
        if _is_numbers(value)
        else value
        for i, value in enumerate(values)
    ]


def _arrays(values, shapes):
    numpy = sys.modules["numpy"]
    return [
        _in_shape(numpy.array(value), shapes, i) if _is_numbers(value) else value
        for i, value in enumerate(values)
    ]


def best(task, function, shapes=None):
    """Return the Result in the form of numbers in which the function does best.

    shapes: argument's index to the shape that it has as a tensor or an array.
    """
    if not callable(function):
        raise TypeError(f"expected a function, got {function!r}")
    forms = [_lists]
    # Only what the reader has imported: no page pays for torch.
    for module, form in (("torch", _tensors), ("numpy", _arrays)):
        if module in sys.modules:
            forms.append(form)
    found = None
    for form in forms:
        result = judge(
            task, function, lambda values, form=form: form(values, shapes or {})
        )
        if found is None or _order(result) < _order(found):
            found = result
        if result.verdict == "right":
            break
    return found


def _order(result):
    """Return what sorts results: the verdict, then those that show numbers."""
    raised = result.case is not None and isinstance(result.case.got, str)
    return RANK.index(result.verdict), raised
