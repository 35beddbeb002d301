"""Smaller cases: what a reader is shown is the smallest that was found."""

MOST = 60  # that are tried


def smallest(arguments, fails):
    """Return the smallest arguments found of which `fails` is still true."""
    tries = 0
    smaller = True
    while smaller:
        smaller = False
        for candidate in simpler(arguments):
            tries += 1
            if tries > MOST:
                return arguments
            if fails(candidate):
                arguments, smaller = candidate, True
                break
    return arguments


def simpler(arguments):
    """Yield the same arguments with fewer rows, fewer numbers, or rounder ones."""
    rows = [one for one in arguments if _is_rows(one)]
    if rows and len(rows[0]) > 1:
        count = len(rows[0])
        for i in range(count):
            yield [_without_row(one, i, count) for one in arguments]
    width = _width(arguments)
    if width > 1:
        for i in range(width):
            yield [_without_column(one, i, width) for one in arguments]
    first = arguments[0]
    if _is_rows(first) and _is_rows(first[0]) and len(first[0][0]) > 1:
        for i in range(len(first[0][0])):  # a position of all channels
            fewer = [[_without(channel, i) for channel in one] for one in first]
            yield [fewer] + arguments[1:]
    rounder = [_rounded(one) for one in arguments]
    if rounder != arguments:
        yield rounder


def _is_rows(value):
    return isinstance(value, list) and bool(value) and isinstance(value[0], list)


def _width(arguments):
    first = arguments[0]
    return len(first[0]) if _is_rows(first) else len(first)


def _without_row(value, i, count):
    one_each = isinstance(value, list) and len(value) == count
    if _is_rows(value) or (one_each and count != _width([value])):
        return _without(value, i)
    return value


def _without(values, i):
    return values[:i] + values[i + 1 :]


def _without_column(value, i, width):
    if _is_rows(value):  # whose rows may be of channels
        return [_without(row, i) if len(row) == width else row for row in value]
    if isinstance(value, list) and len(value) == width and isinstance(value[0], float):
        return _without(value, i)
    if isinstance(value, list) and value == [width]:
        return [width - 1]
    return value


def _rounded(value):
    if isinstance(value, list):
        return [_rounded(one) for one in value]
    if isinstance(value, float) and 1 <= abs(value) < 1e6:
        return float(round(value))
    return value
