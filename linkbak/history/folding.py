"""One form for all ways of writing the same text, so that texts match without their accents and case."""

from __future__ import annotations

from unicodedata import category, combining, normalize

_LETTERS = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "ħ": "h",
        "ŧ": "t",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "ß": "ss",
        "\N{LATIN SMALL LETTER DOTLESS I}": "i",
        "ى": "ي",
        "ی": "ي",
        "ک": "ك",
        "ـ": None,
    }
)
"""Letters that differ only by habit or keyboard, and that Unicode does not take apart."""

_IOTA = "\N{GREEK SMALL LETTER IOTA}"
_IOTA_BELOW = "\N{COMBINING GREEK YPOGEGRAMMENI}"
"""A mark to the eye, a letter in capitals, and so to `str.casefold`."""

_KEPT = (0, 7, 8, 9)
"""Classes of marks that make another letter, not an accent: vowel signs, nukta, kana voicing, virama."""


def fold(text: str) -> str:
    """The text without case, accents and invisible signs, blanks squeezed; equal for texts a reader takes for equal."""
    if text.isascii():
        return " ".join(text.lower().split())
    apart = normalize("NFKD", text).replace(_IOTA_BELOW, _IOTA)
    bare = "".join(map(_bare, apart)).casefold()
    letters = "".join(map(_bare, normalize("NFKD", bare))).translate(_LETTERS)
    return " ".join(normalize("NFKC", letters).split())


def _bare(char: str) -> str:
    """The character, unless it is an accent or cannot be seen."""
    if char.isascii() or char.isalnum():
        return char
    if combining(char) not in _KEPT or "\ufe00" <= char <= "\ufe0f":
        return ""
    kind = category(char)
    return "" if kind in ("Cf", "Me") else char
