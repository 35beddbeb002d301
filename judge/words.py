"""The judge's sentences, in another language where a catalogue of them is given."""

try:  # a notebook in another language brings these
    from judge.language import words
except ImportError:
    words = {}  # English text: its translation, with the same fields


def say(text, **fields):
    """Return a text in the catalogue's language, its fields {name} filled in."""
    text = words.get(text, text)
    return text.format(**fields) if fields else text


# What the judge says besides the titles of its tasks and its variants' sentences.
SENTENCES = {
    "right": "Right: this is {title}.",
    "single": "Right, to single precision: this is {title}.",
    "convention": "Right by another convention: this {what}. {example}",
    "wrong": "Not yet: this {what}. {example}",
    "unknown": "Not yet, and not a mistake that has a name here. {example}",
    "empty": "Nothing to judge yet: the function returns None.",
    "blank": "Nothing to judge yet: put your code in the place of each ...",
    "and": "{one}, and {other}",
    "example": "On {given} it gives {got}, {title} {expected}.",
    "raised": "On {given} it raises {got}; expected of {title}: {expected}.",
}


def phrase(name, **fields):
    """Return one of SENTENCES in the catalogue's language."""
    return say(SENTENCES[name], **fields)
