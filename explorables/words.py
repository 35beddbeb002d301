"""A figure's texts in other words: of another language."""

import html
import itertools
import json
import pathlib
import re

# At least two letters in a row: what has none says the same everywhere.
WORD = re.compile(r"[^\W\d_]{2}")
NUMBER = re.compile(r"(?<![^\W_])[−-]?\d+(?:,\d{3})*(?:\.\d+)?(?:e[−-]?\d+)?(?![^\W_])")
HAN = "\u3400-\u9fff"  # Chinese characters, as a range
MARKS = "，。：；！？"
# A number in a question, and what is counted: a poor place for a line to end.
COUNTED = re.compile(rf"(?<=\d) (?=[{HAN}])")
QUESTION, QUIZ = "a prediction's question", "a quiz's question"
BREAK = "\u200b"  # where a line of a title may end, in a language without spaces
TITLE = "a plot's title"
BROKEN = {QUESTION, QUIZ, TITLE}  # whose lines end between words
FIELD = re.compile(r"\{(\d+)\}")
BOLD = r"<text\b[^>]*(?:font-weight: 700|font-weight=\"bold\")[^>]*>"
# The lines of a title; what else stands in a text.
SVG_TEXTS = re.compile(
    rf"(?P<title>(?:{BOLD}[^<]+</text>\s*)+)|(?P<tag><(?:text|tspan)\b[^>]*>)"
    r"(?P<text>[^<]+)"
)
HEIGHT = re.compile(r' y="[^"]*"|[ ,][\d.]+\)')
LINE = re.compile(rf"({BOLD})([^<]+)(</text>\s*)")


# A notebook in another language brings a file with its texts.
_FILE = pathlib.Path(__file__).with_name("language.json")
SAID = json.loads(_FILE.read_text("utf-8")) if _FILE.exists() else {}


class Words:
    """words(text, kind) is what stands in a text's place.

    look_up: gives a text's translation, or None. note: is told (kind, text) of each
    text that has words, in the order in which they are asked for.
    """

    def __init__(self, look_up, note=lambda kind, text: None):
        self._look_up = look_up
        self._note = note

    def __call__(self, text, kind=""):
        """Return the translation of a text; the text itself where there is none."""
        key = " ".join(text.split())
        if not WORD.search(key):
            return text
        self._note(kind, key)
        said = self._look_up(key) or text
        if kind in (QUESTION, QUIZ):
            said = COUNTED.sub("\u00a0", said)
        return said if kind in BROKEN else said.replace(BREAK, "")

    def knows(self, text):
        """Return whether there is a translation, and be it the text itself."""
        return bool(self._look_up(text))

    def drawn(self, text, kind="text in a plot"):
        """Return the translation of a text whose numbers were computed.

        Its message has {0} and so on in their place.
        """
        numbers = []

        def take(number):
            numbers.append(number[0])
            return f"{{{len(numbers) - 1}}}"

        said = self(NUMBER.sub(take, text), kind)
        return FIELD.sub(lambda field: numbers[int(field[1])], said)

    def svg(self, svg):
        """Return an SVG with its texts translated."""

        def replaced(found):
            if found["title"]:
                lines = LINE.findall(found["title"])
                groups = itertools.groupby(lines, lambda line: HEIGHT.sub("", line[0]))
                return "".join(self._title([*group]) for _, group in groups)
            return found["tag"] + self._escaped(found["text"])

        return SVG_TEXTS.sub(replaced, svg)

    def _title(self, lines):
        """Return a title in its lines: in fewer, the last ones, where they suffice."""
        english = " ".join(text.strip() for _, text, _ in lines)
        said = self._escaped(english, TITLE)
        if said == english:
            return "".join(map("".join, lines))
        # A bold Latin letter is wider than half a Chinese character.
        room = 1.1 * max(_width(html.unescape(text.strip())) for _, text, _ in lines)
        for count in range(1, len(lines) + 1):
            pieces = in_lines(said, count)
            if max(map(_width, pieces)) <= room:
                break
        pieces = [""] * (len(lines) - count) + pieces
        return "".join(
            before + text + after
            for (before, _, after), text in zip(lines, pieces, strict=True)
            if text
        )

    def _escaped(self, text, *kind):
        return html.escape(self.drawn(html.unescape(text), *kind), quote=False)


def in_lines(text, count):
    """Return a text in so many lines, about equally wide.

    They are broken at spaces and BREAKs, or without BREAKs between wide characters,
    and best after a mark.
    """
    within = BREAK not in text
    lines = []
    for left in range(count, 1, -1):
        breaks = [i for i in range(1, len(text)) if _may_break(text, i, within)]
        if not breaks:
            return [*map(_unbroken, [*lines, text]), *[""] * (left - 1)]
        share = _width(text) / left
        at = min(
            breaks,
            key=lambda i: (
                abs(_width(text[:i]) - share) - share / 3 * (text[i - 1] in MARKS)
            ),
        )
        lines.append(text[:at].strip())
        text = text[at:].strip()
    return [*map(_unbroken, [*lines, text])]


def _unbroken(text):
    return text.replace(BREAK, "")


def _may_break(text, i, within):
    before, after = text[i - 1], text[i]
    if {" ", BREAK} & {before, after}:
        return True
    if before in MARKS:
        return after not in MARKS
    return within and _is_wide(before) and _is_wide(after)


def _is_wide(letter):
    return bool(re.match(f"[{HAN}]", letter))


def _width(text):
    return sum(
        1 + (_is_wide(letter) or letter in MARKS) for letter in text if letter != BREAK
    )


WORDS = Words(SAID.get("messages", {}).get)  # of this notebook
