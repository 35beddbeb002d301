"""What is wrong with a translation: to be seen without reading it."""

import collections
import re

from publishing.languages.messages import KEPT

HAN = "\u3400-\u9fff"
FULL = "，。：；！？、）》」』”’"  # punctuation that closes something
NUMBER = re.compile(r"(?<![\w.])[−-]?\d+(?:[.,]\d+)*(?![\w])")
FIELD = re.compile(r"\{\w*\}|%\(\w+\)s|\$\{\w+\}")
TAG = re.compile(r"</?[a-z][^>]*>")
STRONG = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
EMPHASIS = re.compile(r"(?<!\*)\*(?=[^\s*])([^*]+?)(?<=[^\s*])\*(?!\*)")
# {term}`text <target>` may have another text; what it leads to stays.
ROLE = re.compile(r"\{([a-z:]+)\}`(?:[^`<]*<([^`>]+)>|([^`]*))`")
BOUNDARY = re.compile(
    rf"(?:[{FULL}（“][^\S\n]?\*\*[^\W\s*]|[^\W\s*]\*\*[（“《「])", re.UNICODE
)
HALF = re.compile(
    rf"[{HAN}][,;:!?](?=\s|$|[{HAN}])|[{HAN}]\.(?=\s|$|[{HAN}])|[{HAN}]\(|\)[{HAN}]"
)
CLOSE = re.compile(rf"[{HAN}][A-Za-z0-9]|[A-Za-z0-9%][{HAN}]|[{HAN}][`$]|[`$][{HAN}]")
SPACED = re.compile(rf" [{FULL}，。：；！？、（《「“]|[，。：；！？、（《「“] ")
NOTATION = re.compile(r"([`$])[^`$]*\1|(\])\([^)]*\)(?:\{[^}]*\})?|(\])\{[^}]*\}")
SPELLED = dict(
    zip(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"],
        map(str, range(13)),
        strict=True,
    ),
    half="2", twice="2", once="1", first="1", second="2", third="3", both="2",
)  # fmt: skip


def kept(text):
    """Return what a translation has to have, too, counted: by kind and content."""
    found = collections.Counter()
    rest = text
    for pattern, name in (
        (ROLE, "role"),
        (KEPT, "notation"),
        (TAG, "tag"),
        (FIELD, "placeholder"),
    ):
        for match in pattern.finditer(rest):
            content = match[0]
            if pattern is ROLE:
                content = f"{{{match[1]}}}{match[2] or match[3]}"
            found[f"{name} {content}"] += 1
        rest = pattern.sub("\x00", rest)
    for number in NUMBER.findall(rest):
        found[f"number {number.strip(',.')}"] = 1  # which may be said twice
    found["** **"] = len(STRONG.findall(rest))
    found["* *"] = len(EMPHASIS.findall(STRONG.sub("", rest)))
    return +found


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
        number = f"number {SPELLED[word]}"
        if number not in wanted:
            has.pop(number, None)
    if lost := wanted - has:
        yield f"lost {_listed(lost)}"
    if added := has - wanted:
        yield f"has {_listed(added)}, which the English has not"
    if (english[0] == " ") != (said[0] == " ") and said[0] not in FULL + "（":
        yield "begins with a space where the English does not, or the other way round"
    if chinese:
        yield from _typography(english, said)


def _listed(counted):
    return ", ".join(
        f"{one!r}" + (f" ×{n}" if n > 1 else "") for one, n in counted.items()
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
    if found := BOUNDARY.search(said):
        yield (
            "has ** between punctuation and a letter, which is no emphasis in Markdown "
            f"(put the punctuation outside): {_around(said, found)}"
        )


def _around(text, found):
    return f"…{text[max(0, found.start() - 6) : found.end() + 6]}…"
