"""The comments of a code cell: read, and put in other words."""

import io
import textwrap
import tokenize
import unicodedata

LINE = 88  # letters
SHORT = 8  # a last line of no more looks forgotten
# What is no comment for readers.
MARKS = ("@", "noqa", "fmt:", "type:", "ruff:", "!")


def comments_in(source):
    """Yield (first line, last line, column, text) of each comment, lines from 0.

    Lines of nothing else but a comment, at one indent, one below the other, are one.
    """
    try:
        tokens = [*tokenize.generate_tokens(io.StringIO(source).readline)]
    except (tokenize.TokenError, SyntaxError):
        return
    blocks = []
    for token in tokens:
        if token.type != tokenize.COMMENT:
            continue
        (row, column), text = token.start, token.string.lstrip("#").strip()
        if text.startswith(MARKS) or not text:
            continue
        alone = not token.line[:column].strip()
        before = blocks[-1] if blocks else None
        if alone and before and before[4] and before[1:3] == [row - 2, column]:
            before[1] = row - 1
            before[3] += f" {text}"
        else:
            blocks.append([row - 1, row - 1, column, text, alone])
    for first, last, column, text, _ in blocks:
        yield first, last, column, text


def translated(source, words):
    """Return the source with its comments in other words, wrapped anew."""
    lines = source.split("\n")
    for first, last, column, text in reversed([*comments_in(source)]):
        said = words(text, "a comment in code")
        if said == text:
            continue
        before = lines[first][:column]
        alone = not before.strip()
        room = max(20, LINE - column - 2) if alone else 10_000
        pieces = wrapped(said, room)
        rest = [f"{' ' * column}# {piece}" for piece in pieces[1:]]
        lines[first : last + 1] = [f"{before}# {pieces[0]}", *rest]
    return "\n".join(lines)


def wrapped(text, room):
    """Return a text in lines of so many letters; a Chinese character counts twice."""
    if not any(is_wide(letter) for letter in text):
        return textwrap.wrap(text, room)
    lines, width = [""], 0
    for letter in text:
        size = 2 if is_wide(letter) else 1
        closing = unicodedata.category(letter).startswith("P")
        if width + size > room and not closing and letter != " ":
            # A word or number is not broken.
            tail = ""
            while lines[-1] and not is_wide(lines[-1][-1]) and lines[-1][-1] != " ":
                tail = lines[-1][-1] + tail
                lines[-1] = lines[-1][:-1]
            if is_wide(letter) or not lines[-1]:
                lines[-1] += tail
                tail = ""
            lines.append(tail)
            width = len(tail)
        lines[-1] += letter
        width += size
    if len(lines) > 1 and width <= SHORT < room // 2:
        return wrapped(text, room - 2)
    return [line.strip() for line in lines]


def is_wide(letter):
    """Return whether a letter takes the room of two."""
    return unicodedata.east_asian_width(letter) in "WF"
