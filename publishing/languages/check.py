"""What is wrong with a translation: to be seen without reading it."""

import collections
import decimal
import re

from markdown_it import MarkdownIt

from explorables.words import HAN
from publishing.languages.messages import KEPT

FULL = "，。：；！？、）》」』”’"  # punctuation that closes something
NUMBER = re.compile(r"(?<![\w.])[−-]?\d+(?:[.,]\d+)*(?![\w])")
# 7.1 million is 710 万, and 10,000 may be 1 万.
SCALES = {
    **{"thousand": 10**3, "million": 10**6, "billion": 10**9},
    **{"万": 10**4, "亿": 10**8},
}
SCALED = re.compile(rf"(?<![\w.])(\d+(?:[.,]\d+)*) ?({'|'.join(SCALES)})")
FIELD = re.compile(r"%s|\{\w*\}|%\(\w+\)s|\$\{\w+\}")
TAG = re.compile(r"</?[a-z][^>]*>")
# {term}`text <target>` may have another text; what it leads to stays.
ROLE = re.compile(r"\{([a-z:]+)\}`(?:[^`<]*<([^`>]+)>|([^`]*))`")
PARTS = (ROLE, "role"), (KEPT, "notation"), (TAG, "tag"), (FIELD, "placeholder")
FORMULA = re.compile(r"\$[^$]+\$")
MARKDOWN = MarkdownIt()
HALF = re.compile(rf"[{HAN}][,;:!?(\"]|[{HAN}]\.(?!\w)|[)\"][{HAN}]")
CLOSE = re.compile(rf"[{HAN}][A-Za-z0-9]|[A-Za-z0-9%][{HAN}]|[{HAN}][`$]|[`$][{HAN}]")
SPACED = re.compile(rf" [{FULL}，。：；！？、（《「“]|[，。：；！？、（《「“] ")
NOTATION = re.compile(
    r"\{[a-z:]+\}`[^`]*`|([`$])[^`$]*\1|(\])\([^)]*\)(?:\{[^}]*\})?|(\])\{[^}]*\}"
)
WORDS = "zero one two three four five six seven eight nine ten eleven twelve"
SPELLED = {word: str(number) for number, word in enumerate(WORDS.split())} | {
    **{"twice": "2", "both": "2", "second": "2", "pair": "2", "third": "3"},
    **{"once": "1", "first": "1", "single": "1", "half": "1 2"},
}


def kept(text):
    """Return what a translation has to have, too, counted: by kind and content."""
    found = collections.Counter()
    rest = text
    for pattern, name in PARTS:
        for match in pattern.finditer(rest):
            content = match[0]
            if pattern is ROLE:
                content = f"{{{match[1]}}}{match[2] or match[3]}"
            found[f"{name} {content}"] += 1
        rest = pattern.sub("\x00", rest)
    for _, value in scaled(rest):
        found[f"number {value}"] = 1
    for number in NUMBER.findall(SCALED.sub("", rest)):
        found[f"number {number.strip(',.')}"] = 1  # which may be said twice
    # As Markdown has it: **问题。**层 is none, its second ** opens nothing.
    inline, *_ = MARKDOWN.parseInline(FORMULA.sub("`x`", text))
    for token in inline.children:
        if token.type in ("strong_open", "em_open"):
            found[f"emphasis {token.markup}"] += 1
    return found


def scaled(text):
    """Yield (digits, number in full) of each number with a word for its size."""
    for number, scale in SCALED.findall(text):
        value = decimal.Decimal(number.replace(",", "")) * SCALES[scale]
        yield number, f"{value.normalize():,f}"


def faults(message, *, chinese=True):
    """Yield what is wrong with a message of a catalogue, a sentence for each."""
    english, said = message.id, message.string
    if message.fuzzy:
        yield "is marked fuzzy: read it, correct it, and take the mark away"
        return
    if not said:
        yield "is not translated"
        return
    wanted, has = kept(english), kept(said)
    # A number that English has as a word may stand there in digits.
    for word in SPELLED.keys() & {*re.findall("[a-z]+", english.lower())}:
        for number in SPELLED[word].split():
            if f"number {number}" not in wanted:
                has.pop(f"number {number}", None)
    if not re.search(f"[{HAN}]", said):
        # A language may have its own word for million.
        for number, value in scaled(english):
            if f"number {value}" not in has and has.pop(f"number {number}", 0):
                has[f"number {value}"] = 1
    if lost := wanted - has:
        yield f"lost {_listed(lost)}"
        if any("emphasis" in one for one in lost):
            yield (
                "(a ** or * between punctuation and a letter is no emphasis: put the "
                "punctuation outside)"
            )
    if added := has - wanted:
        yield f"has {_listed(added)}, which the English has not"
    if chinese:
        yield from _typography(english, said)


def _listed(counted):
    return ", ".join(
        f"{one!r}" + f" ×{count}" * (count > 1) for one, count in counted.items()
    )


def _typography(english, said):
    """Yield what is wrong with Chinese text as it is set."""
    plain = NOTATION.sub(
        lambda found: f"{found[1]}x{found[1]}" if found[1] else "]", said
    )
    if found := HALF.search(plain):
        yield f"has half-width punctuation beside Chinese: {_around(plain, found)}"
    if found := CLOSE.search(plain):
        yield f"lacks a space between Chinese and Latin: {_around(plain, found)}"
    if found := SPACED.search(plain):
        yield f"has a space beside full-width punctuation: {_around(plain, found)}"


def _around(text, found):
    return f"…{text[max(0, found.start() - 6) : found.end() + 6]}…"
