"""Numbers, alone and in lists: read, compared, and written in words."""

import math

CLOSE = 1e-9  # relative: a few roundings of float64
CLOSE_SINGLE = 2e-5  # of float32


def plain(value):
    """Return a number or nested lists of numbers as floats; TypeError if it is not.

    Takes what has `tolist`, as tensors and arrays do.
    """
    if hasattr(value, "detach"):
        value = value.detach()
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"not a number: {value!r}")
    return float(value)


def agree(got, expected, tolerance):
    """Return whether two numbers, or nested lists of them, agree."""
    if isinstance(expected, str) or isinstance(got, str):
        return got == expected
    if isinstance(expected, list) != isinstance(got, list):
        return False
    if isinstance(expected, list):
        return len(got) == len(expected) and all(
            agree(one, other, tolerance) for one, other in zip(got, expected)
        )
    if not (math.isfinite(expected) and math.isfinite(got)):
        # x / 0 is inf or nan, as the library has it
        return not math.isfinite(expected) and not math.isfinite(got)
    return abs(got - expected) <= tolerance * max(1.0, abs(expected))


def is_finite(value):
    """Return whether a number, or all numbers of nested lists, are finite."""
    if isinstance(value, list):
        return all(is_finite(one) for one in value)
    return math.isfinite(value)


def same(got, expected, tolerance=CLOSE):
    """Return whether two results agree, part by part."""
    if isinstance(got, str) or isinstance(expected, str):
        return got == expected
    return all(agree(got[part], expected[part], tolerance) for part in expected)


def number(value):
    """Return a number as the book prints it: four digits, a real minus sign."""
    if isinstance(value, str):
        return value
    if math.isnan(value):
        return "nan"
    if math.isinf(value):
        return "inf" if value > 0 else "−inf"
    size = abs(value)
    whole = value == int(value) and size < 1e15
    text = f"{value:.4g}" if size and not 1e-3 <= size < 1e6 else f"{value:.4f}"
    text = str(int(value)) if whole else text
    text = text.replace("e-0", "e-")
    if "e" not in text and "." in text:
        text = text.rstrip("0").rstrip(".")
    return ("0" if text == "-0" else text).replace("-", "−")


def numbers(value):
    """Return a list of numbers in words: 1, 2, 3; rows in brackets."""
    if not isinstance(value, list):
        return number(value) if isinstance(value, (int, float)) else str(value)
    if value and isinstance(value[0], list):
        return ", ".join([f"[{numbers(row)}]" for row in value])
    return ", ".join([numbers(one) for one in value])


def first_difference(got, expected, tolerance):
    """Return the first pair of numbers, or of lists of other lengths, that differ."""
    if (
        isinstance(got, list)
        and isinstance(expected, list)
        and len(got) == len(expected)
    ):
        for one, other in zip(got, expected):
            if not agree(one, other, tolerance):
                return first_difference(one, other, tolerance)
    return got, expected
