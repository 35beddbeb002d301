"""matplotlib in the book's look: one style, SVG that follows light and dark."""

import hashlib
import io
import json
import pathlib
import re
import textwrap

import matplotlib.pyplot as plt
from IPython import get_ipython
from matplotlib import _mathtext
from matplotlib.figure import Figure
from matplotlib_inline.backend_inline import set_matplotlib_formats

from explorables.words import WORDS

TOKENS = json.loads(
    (pathlib.Path(__file__).parent / "tokens.json").read_text(encoding="utf-8")
)
ROLES = {name: value["light"] for name, value in TOKENS["roles"].items()}
_VARIABLES = {
    value["light"].lower(): f"var(--zm-{name})"
    for group in (TOKENS["surfaces"], TOKENS["roles"])
    for name, value in group.items()
}
# No date and no version, so that the same figure is the same file.
_METADATA = {"Date": None, "Creator": None}
# How large a power is beside its base, of which matplotlib has no setting: its 0.7
# is below 9 CSS pixels on a phone.
_POWER = 0.76


def use_style():
    """Give matplotlib the book's style, and notebooks SVG figures.

    Returns the colours by role (input, statistic, rival, normalized, parameter,
    gradient), each "#rrggbb".
    """
    plt.style.use("explorables.book")
    _mathtext.SHRINK_FACTOR = _POWER
    set_matplotlib_formats("svg", bbox_inches=None, metadata=_METADATA)
    if shell := get_ipython():
        formatter = shell.display_formatter.formatters["image/svg+xml"]
        draw = formatter.for_type(Figure)
        formatter.for_type(Figure, lambda figure: WORDS.svg(draw(wrap_titles(figure))))
    return ROLES


def wrap_titles(figure):
    """Break the titles of a figure's axes that are wider than it; return the figure."""
    for axes in figure.axes:
        for place in ("left", "center"):
            title = axes.get_title(loc=place)
            words = " ".join(title.split())
            for lines in range(1, len(words.split()) + 1):
                box = axes.set_title(title, loc=place).get_window_extent()
                if box.x1 <= figure.bbox.x1 and box.x0 >= 0:
                    break
                title = textwrap.fill(words, -(-len(words) // (lines + 1)) + 4)
    return figure


def figure_svg(figure):
    """Return a matplotlib figure as themed SVG text, and close it."""
    stream = io.StringIO()
    wrap_titles(figure).savefig(stream, format="svg", metadata=_METADATA)
    plt.close(figure)
    return themed(stream.getvalue())


def take_title(figure):
    """Remove the title of a figure's first axes, and return it."""
    axes = figure.axes[0]
    title = axes.get_title(loc="left") or axes.get_title(loc="center")
    for place in ("left", "center"):
        axes.set_title("", loc=place)
    return title


def themed(svg):
    """Turn a matplotlib SVG into one that can be part of a page.

    Every colour of the book's tokens becomes its CSS variable, so that the figure
    follows light and dark; what a page does not need is removed (prolog,
    metadata, ids that nothing refers to, groups without attributes, what is finer than
    a hundredth of a point), and the other ids are made unique to the figure.
    """
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->", "", svg, flags=re.DOTALL)
    # matplotlib's rule for `*`: on a page that is everything, and restyling it took
    # 40 ms for each frame of a Sweep. theme.css has the rule instead.
    svg = re.sub(r"<style[^>]*>\*{[^}]*}</style>", "", svg)
    svg = re.sub(
        r"#[0-9a-fA-F]{6}\b",
        lambda match: _VARIABLES.get(match.group().lower(), match.group()),
        svg,
    )
    used = set(re.findall(r'(?:url\(#|href="#)([^)"]+)', svg))
    own = f"{hash_of(svg)}-"
    svg = re.sub(
        r' id="([^"]+)"',
        lambda match: f' id="{own}{match.group(1)}"' if match.group(1) in used else "",
        svg,
    )
    svg = re.sub(r'(url\(#|href="#)', rf"\g<1>{own}", svg)
    svg = re.sub(r"<defs>\s*</defs>", "", _without_bare_groups(svg))
    svg = re.sub(r' d="([^"]*)"', _with_short_numbers, svg)
    return re.sub(r"\s*\n\s*", "\n", svg).strip()


def _with_short_numbers(path):
    """Return a path, d="...", with two decimals, and one L for a run of lines."""
    content = re.sub(r"\d+\.\d{3,}", lambda one: f"{float(one[0]):.2f}", path[1])
    if not re.search("[A-KN-Ya-y]", content.replace("L", "")):  # M, L and z alone
        content = content.replace("\nL ", "\n")
    return f' d="{content}"'


def _without_bare_groups(svg):
    """Return the SVG without the <g> that has no attribute: half of its elements."""
    closing = []

    def replaced(match):
        if match.group() == "</g>":
            return closing.pop()
        bare = match.group() == "<g>"
        closing.append("" if bare else "</g>")
        return "" if bare else match.group()

    return re.sub(r"<g\b[^>]*(?<!/)>|</g>", replaced, svg)


def hash_of(text):
    """Return eight letters and digits that stand for this text."""
    return "f" + hashlib.sha256(text.encode()).hexdigest()[:8]
