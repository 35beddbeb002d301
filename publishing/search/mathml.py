"""A formula's MathML as a line of text: γ⊙x/√(σ²+ε)."""

import unicodedata

SUPERSCRIPTS = str.maketrans("0123456789+−-=()niT", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱᵀ")
SUBSCRIPTS = str.maketrans(
    "0123456789+−-=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ"
)
ACCENTS = {
    **dict.fromkeys("^ˆ", "\u0302"),
    **dict.fromkeys("~˜", "\u0303"),
    **dict.fromkeys("ˉ‾¯", "\u0304"),
    "˙": "\u0307",
}
INVISIBLE = str.maketrans("", "", "\u2061\u2062\u2063\u2064\u200b")


def text_of(node):
    """Return what an element of MathML says, as BeautifulSoup parsed it.

    A fraction is a/b, an index or a power is raised or lowered where Unicode has the
    letters, and has _ or ^ before it where it has not.
    """
    parts = [text_of(child) for child in node.find_all(recursive=False)]
    match node.name:
        case "semantics":
            return parts[0]
        case "annotation" | "mspace" | "mphantom":
            return " " if node.name == "mspace" else ""
        case "mfrac":
            return "/".join(map(_grouped, parts))
        case "msqrt" | "mroot":
            return f"√{_grouped(''.join(parts[:1] if node.name == 'mroot' else parts))}"
        case "mover" if parts[1] in ACCENTS:
            return parts[0] + ACCENTS[parts[1]]
        case "msub" | "munder":
            return parts[0] + _set(parts[1], SUBSCRIPTS, "_")
        case "msup" | "mover":
            return parts[0] + _set(parts[1], SUPERSCRIPTS, "^")
        case "msubsup" | "munderover":
            low, high = parts[1:]
            return parts[0] + _set(low, SUBSCRIPTS, "_") + _set(high, SUPERSCRIPTS, "^")
        case "mtr":
            return " ".join(parts)
        case "mtable":
            return "; ".join(parts)
    if parts:
        return "".join(parts)
    return "".join(map(_plain, node.get_text().translate(INVISIBLE)))


def _plain(letter):
    """Return the letter that one is in another face: E for 𝔼."""
    how, _, plain = unicodedata.decomposition(letter).partition(" ")
    return chr(int(plain, 16)) if how == "<font>" else letter


def _set(text, letters, mark):
    """Return an index or a power: in its own letters, or after its mark."""
    text = text.strip()
    if text in ("", "′"):
        return text
    if all(ord(letter) in letters for letter in text):
        return text.translate(letters)
    return mark + _grouped(text)


def _grouped(text):
    """Return text in parentheses, unless it is a single letter, number or word."""
    plain = all(letter.isalnum() or letter in ".\u0302\u0304∂" for letter in text)
    return text if plain else f"({text})"
