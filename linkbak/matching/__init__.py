"""Record linkage: which row of one list of connections is which row of another, though no row carries an id.

Every command needs the keys of addresses and names, which are here. Only those that compare lists need the module
`alignment`, which links them in these steps:

1. Anchors: a key alone pairs rows that are equal, or have one address, or one name and date.
2. What is left is matched inside blocks that the order of two newest-first lists and the dates leave: all
   `readings` are weighed, by rates and by how alike the rows are.
3. What allows two readings is uncertain. Only what is left after that has vanished, or was added.
"""

from __future__ import annotations

import re
from contextlib import suppress
from unicodedata import category, normalize
from urllib.parse import unquote

__all__ = ["alignment", "name_key", "url_key"]

# Patterns as text: each is compiled at its first use; most names and addresses are plain and need none.
_MEMBER = "https://www.linkedin.com/in/"
_ASCII_SLUG = r"[A-Za-z0-9%-]+"
_CUT = r"[?#]"
_SCHEME = r"(?i)^[a-z][a-z0-9+.-]*://[^/]*|^(?:[a-z0-9-]+\.)+[a-z]{2,}(?=/|$)"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_BEFORE_NAMES = _words(
    "dr drs prof professor doctor mr mrs ms miss mx sir dame rev ing dipl-ing dipling mag herr frau engr"
)
_AFTER_NAMES = _words(
    "phd dphil drph edd psyd dsc msc bsc mphil meng beng mba emba llb llm mph mpa pmp csm cspo cpa cfa cissp cisa cism "
    "acca fcca shrm-cp shrm-scp sphr phr esq rn frsa pmi-acp capm itil mbbs mrcp frcs"
)
# Also names of people (Jack Ma, Md Rahman), so only behind a comma, where no name stands.
_AFTER_COMMA = _AFTER_NAMES | _words("ma ba bs ms md do pe pa jd jr sr ii iii iv pt dds dvm cma cae")


def url_key(url: str) -> str:
    """The part of an address that stays the same however it is written, "" for none.

    For a member it is the part after ``/in/``; for anything else the whole path. An address that ends before its slug
    (``https://www.linkedin.com/in``, in every row of some files of late 2023) is none.
    """
    if url.startswith(_MEMBER):
        slug = url[len(_MEMBER) :]
        if slug.isascii() and slug.replace("-", "").isalnum():
            return slug.lower()
        if slug.isascii() and re.fullmatch(_ASCII_SLUG, slug):
            return _decoded(slug)
    path = re.sub(_SCHEME, "", re.split(_CUT, url.strip(), maxsplit=1)[0], count=1)
    _, member, rest = f"/{path}".lower().rpartition("/in/")
    if member:
        rest = rest.split("/", 1)[0]
    path = path.strip("/")
    return "" if path.lower() == "in" else _decoded(rest if member and rest else path)


def _decoded(path: str) -> str:
    with suppress(UnicodeDecodeError):  # no spelling of any text: equal only to what is written the same
        path = unquote(path, errors="strict")
    return normalize("NFC", normalize("NFC", path).casefold())


def name_key(first: str, last: str) -> str:
    """The part of a name that stays the same when a title, a degree, an emoji or a capital comes or goes."""
    shown = f"{first} {last}"
    words = shown.lower().split()
    if shown.isascii() and "".join(words).isalpha():
        if _BEFORE_NAMES.isdisjoint(words) and _AFTER_NAMES.isdisjoint(words):
            return " ".join(words)
        return " ".join(_strip_titles([words]))
    return _strip_decoration(shown)


def _strip_titles(parts: list[list[str]]) -> list[str]:
    """The words of a name, given as what stands between its commas, without titles and degrees."""
    name, *behind = parts
    start, end = 0, len(name)
    while end - start > 1 and name[start] in _BEFORE_NAMES:
        start += 1
    while end - start > 1 and name[end - 1] in _AFTER_NAMES:
        end -= 1
    kept = name[start:end]
    for part in behind:
        kept += [word for word in part if word not in _AFTER_COMMA]
    return kept


# --- decorated names ---
# Names that are more than plain letters: with accents, signs, pronouns, emoji, degrees.

_PRONOUN = (
    r"(?:he|him|his|she|her|hers|they|them|theirs|ze|zir|hir|xe|xem|any|all|er|ihm|sie|ihr|el|él|ella|elle|elles)"
)
_PRONOUNS = rf"[(\[]\s*{_PRONOUN}(?:\s*[/,|]\s*{_PRONOUN})*\s*[)\]]|(?<!\w){_PRONOUN}(?:/{_PRONOUN})+(?!\w)"
_DOTTED_PHD = r"(?<!\w)ph\.?\s?d\b\.?"
_BREAKS = '[\\s|()\\[\\]{}"\\u201c\\u201d\u2022\u00b7\\u2013\\u2014/\\\\;:!*_]+'


def _strip_decoration(shown: str) -> str:
    """The key of a name that is more than plain letters."""
    text = "".join(map(_letter, normalize("NFKC", shown))).casefold().replace("\u2019", "'")
    text = re.sub(_DOTTED_PHD, " phd ", re.sub(_PRONOUNS, " ", text))
    parts = [
        re.sub(_BREAKS, " ", part.replace(".", "" if "." in part.rstrip(". ") else " ")).split()
        for part in text.split(",")
    ]
    words = _strip_titles(parts)
    return normalize("NFKC", " ".join(words)) or " ".join(normalize("NFKC", shown).casefold().split())


def _letter(character: str) -> str:
    """The character; "" for emoji, marks that only style one, and invisible characters."""
    if character.isascii():
        return character
    kind = category(character)
    if kind in {"So", "Sk", "Cf", "Me", "Cs", "Co", "Cn"} or "\ufe00" <= character <= "\ufe0f":
        return ""
    return character
