"""Keys of names that are more than plain letters: with accents, signs, pronouns, emoji, degrees."""

from __future__ import annotations

import re
from unicodedata import category, normalize

from linkbak.identity.keys import undecorated

_PRONOUN = (
    r"(?:he|him|his|she|her|hers|they|them|theirs|ze|zir|hir|xe|xem|any|all|er|ihm|sie|ihr|el|él|ella|elle|elles)"
)
_PRONOUNS = re.compile(rf"[(\[]\s*{_PRONOUN}(?:\s*[/,|]\s*{_PRONOUN})*\s*[)\]]|(?<!\w){_PRONOUN}(?:/{_PRONOUN})+(?!\w)")
_DOTTED_PHD = re.compile(r"(?<!\w)ph\.?\s?d\b\.?")
_BREAKS = re.compile('[\\s|()\\[\\]{}"\\u201c\\u201d\u2022\u00b7\\u2013\\u2014/\\\\;:!*_]+')


def folded(shown: str) -> str:
    """The key of a name that is more than plain letters."""
    text = "".join(map(_letter, normalize("NFKC", shown))).casefold().replace("\u2019", "'")
    text = _DOTTED_PHD.sub(" phd ", _PRONOUNS.sub(" ", text))
    parts = [
        _BREAKS.sub(" ", part.replace(".", "" if "." in part.rstrip(". ") else " ")).split() for part in text.split(",")
    ]
    words = undecorated(parts)
    return normalize("NFKC", " ".join(words)) or " ".join(normalize("NFKC", shown).casefold().split())


def _letter(character: str) -> str:
    """The character; nothing for emoji, marks that only style one, and characters nobody sees."""
    if character.isascii():
        return character
    kind = category(character)
    if kind in {"So", "Sk", "Cf", "Me", "Cs", "Co", "Cn"} or "\ufe00" <= character <= "\ufe0f":
        return ""
    return character
