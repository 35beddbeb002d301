"""Straight lines in SVG paths, said by what each adds to the one before.

A curve of a thousand points says a thousand times about the same x and y. The steps
between them have fewer digits, and many are alike: compressed, half is left.
"""

import re

PATH = re.compile(r'(<path\b[^>]*? d=")([^"]*)(")')
# All but curves and arcs, of which a page has few.
STRAIGHT = re.compile(r"[MmLlHhVvZz0-9eE.,+\-\s]*")
TOKEN = re.compile(r"[MmLlHhVvZz]|[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
UNIT = 100  # parts of a pixel that a page's paths are rounded to


def with_steps(html):
    """Return HTML or SVG with the straight paths written as steps: the same picture."""
    return PATH.sub(lambda one: f"{one[1]}{steps(one[2])}{one[3]}", html)


def steps(path):
    """Return a path, d="...", in steps of hundredths; one with curves as it is."""
    if not STRAIGHT.fullmatch(path):
        return path
    written, before = "", ""
    at = (0, 0)
    for command, to in lines(path):
        step = to[0] - at[0], to[1] - at[1]
        if command == "M":
            letter, numbers = ("m", step) if written else ("M", to)
        elif command == "z":
            letter, numbers = "z", ()
        elif not step[1]:
            letter, numbers = "h", step[:1]
        elif not step[0]:
            letter, numbers = "v", step[1:]
        else:
            letter, numbers = "l", step
        # What follows m without a letter would be lines.
        text = "" if letter == before and letter != "m" else letter
        for number in numbers:
            digits = _short(number)
            gap = text[-1:].isdigit() or (not text and written)
            text += f" {digits}" if gap and digits[0] != "-" else digits
        written += text
        at, before = to, letter
    return written


def lines(path):
    """Yield ("M", "L" or "z", (x, y) where it leads to, in hundredths) of a path."""
    tokens = TOKEN.findall(path)
    place, command = 0, ""
    at = start = (0, 0)
    while place < len(tokens):
        if tokens[place].isalpha():
            command = tokens[place]
            place += 1
        kind = command.upper()
        if kind == "Z":
            at = start
            yield "z", at
            continue
        count = 1 if kind in "HV" else 2
        numbers = [float(one) for one in tokens[place : place + count]]
        place += count
        own = at if command.islower() else (0, 0)
        x, y = {"H": (0, None), "V": (None, 0)}.get(kind, (0, 1))
        at = (
            at[0] if x is None else own[0] + round(UNIT * numbers[x]),
            at[1] if y is None else own[1] + round(UNIT * numbers[y]),
        )
        if kind == "M":
            start = at
            command = "l" if command.islower() else "L"
        yield ("M" if kind == "M" else "L"), at


def _short(hundredths):
    """Return a number of hundredths as a decimal: -50 as "-.5"."""
    text = f"{hundredths / UNIT:.2f}".rstrip("0").rstrip(".")
    return re.sub(r"^(-?)0\.", r"\1.", text)
