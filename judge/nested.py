"""Nested lists of numbers, normalized in groups, and what goes wrong in a group."""

from judge.numbers import plain


def shape_of(value):
    """Return the shape of nested lists."""
    return (len(value),) + shape_of(value[0]) if isinstance(value, list) else ()


def entries(value, index=()):
    """Yield (index, number) of nested lists, in order."""
    if not isinstance(value, list):
        yield index, value
        return
    for i, one in enumerate(value):
        yield from entries(one, index + (i,))


def filled(numbers, shape):
    """Return the next numbers as nested lists of this shape."""
    if not shape:
        return next(numbers)
    return [filled(numbers, shape[1:]) for _ in range(shape[0])]


def normalized_by(stages, value, key, eps):
    """Return nested lists normalized in groups: key(index) is a number's group."""
    groups = {}
    for index, x in entries(value):
        groups.setdefault(key(index), []).append(x)
    found = {}
    for name, values in groups.items():
        center = stages.center(values)
        found[name] = center, stages.root(stages.variance(values, center), eps)
    return [
        (index, stages.combine(x, *found[key(index)])) for index, x in entries(value)
    ]


def read_output(arguments, returned):
    """Return the nested lists that a submission returned."""
    value = plain(returned)
    if shape_of(value) != shape_of(plain(arguments[0])):
        raise TypeError("another shape")
    return {"output": value}


# Names of LayerNorm's mistakes that any group's statistics can have.
ROOTS = {
    "divides by N − 1",
    "no epsilon",
    "epsilon outside the root",
    "epsilon squared",
    "epsilon as a floor",
    "no root",
    "root of the sum of squares",
    "mean not subtracted",
    "variance about zero",
    "mean minus x",
    "multiplies by the root",
}
