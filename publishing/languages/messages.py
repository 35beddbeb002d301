"""What a message is made of: words, and what a translation has to leave as it is."""

import re

FORMULA = r"(?<!\$)\$[^$]+\$"
ROLE = r"\{[a-z:]+\}`[^`]*`"
CODE = r"`[^`]+`"
TARGET = r"\]\([^)\s]+(?: \"[^\"]*\")?\)"
ATTRIBUTES = r"[\])]\{[^}]*\}"
KEPT = re.compile("|".join((FORMULA, ROLE, CODE, TARGET, ATTRIBUTES)))


def has_words(text):
    """Return whether a text has words besides formulas, code and addresses."""
    from explorables.words import WORD

    rest = re.sub(r"\{term\}`", "", text)
    return bool(WORD.search(KEPT.sub(" ", rest)))
