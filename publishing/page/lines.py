"""Where a line ends: of prose, not between a formula and a mark, 29 and %, [0, 1].

A formula is a box to a browser, which may break a line on either side of one, a full
stop or not. Code in a table is a word to it, as wide as it is long: it may end a line
after a mark, so that the columns have room on a phone.
"""

import re
import unicodedata

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from publishing.breakable import breakable

OPENING = {"Ps", "Pi"}  # categories of characters
CLOSING = {"Pd", "Pe", "Pf", "Po"}
NO_PROSE = nodes.literal, nodes.math, nodes.math_block, nodes.FixedTextElement
# A number before its %, or after a model's name, a short list of numbers or letters,
# such as [0, 100] or (B, T, d), and a Chinese ordinal: 第 5 章.
TOGETHER = re.compile(
    r"(?<=\d) (?=%)|(?:Gemma|Llama|OLMo|Qwen) \d|"
    r"[\[(](?:[−-]?[\w.]{1,4}, )+[−-]?[\w.]{1,4}[\])]|第 \d+(?: \w)?"
)
# Where code may go on in a table's next line: np.|array, norm_|first=|True, but ddof=1.
AFTER_MARK = re.compile(r"(?<=\w[.(,=_])(?=[^\W\d])")


class KeepTogether(SphinxPostTransform):
    """Put each formula in one element with the marks beside it; join numbers and %."""

    default_priority = 950  # when terms have been linked
    formats = ("html",)

    def run(self, **options):
        """Go through self.document."""
        for text in [*self.document.findall(nodes.Text)]:
            if TOGETHER.search(text) and not isinstance(text.parent, NO_PROSE):
                joined = TOGETHER.sub(lambda one: one[0].replace(" ", "\u00a0"), text)
                text.parent.replace(text, nodes.Text(joined))
        for formula in [*self.document.findall(nodes.math)]:
            before, after = _beside(formula, -1), _beside(formula, 1)
            first, last = _end_of(before[::-1], OPENING), _end_of(after, CLOSING)
            if first or last:
                self._join(formula, before, len(before) - first, after, last)

    def _join(self, formula, before, begin, after, end):
        parent, at = formula.parent, formula.parent.index(formula)
        whole = nodes.inline(classes=["zm-whole"])
        whole += nodes.Text(before[begin:])
        parent[at] = whole
        whole += [formula, nodes.Text(after[:end])]
        if end:
            parent[at + 1] = nodes.Text(after[end:])
        if begin < len(before):
            parent[at - 1] = nodes.Text(before[:begin])


class BreakCode(SphinxPostTransform):
    """Let a line of a table's cell end within code, after a mark."""

    default_priority = 950
    formats = ("html",)

    def run(self, **options):
        """Go through self.document."""
        for entry in self.document.findall(nodes.entry):
            for text in [*entry.findall(nodes.Text)]:
                if isinstance(text.parent, nodes.literal):
                    text.parent.replace(text, breakable(AFTER_MARK.split(text)))


def _beside(node, step):
    """Return the text that stands beside a node, within what it stands in; or ""."""
    at = node.parent.index(node) + step
    there = node.parent[at] if 0 <= at < len(node.parent) else ""
    return str(there) if isinstance(there, nodes.Text) else ""


def _end_of(text, categories):
    """Return how many of a text's first characters are of some categories."""
    for count, letter in enumerate(text):
        if unicodedata.category(letter) not in categories:
            return count
    return len(text)


def setup(app):
    """Register the extension with Sphinx."""
    app.add_post_transform(KeepTogether)
    app.add_post_transform(BreakCode)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
