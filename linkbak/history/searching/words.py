"""Texts as folded words, each with its place in the text as it was written.

Scripts that put no blanks between words are taken letter by letter; a word of theirs is then a phrase of letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from linkbak.history.folding import fold

_ASCII = re.compile(r"[0-9A-Za-z]+")
_CHUNK = re.compile(r"\S+")
_JOINERS = frozenset("'\u2019\u02bc.-\u2010\u2011")
_JOINED = re.compile(r"['\u2019\u02bc.\-\u2010\u2011](?<=\w.)\w")

_UNSPACED = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Burmese
    (0x1100, 0x115F),  # Hangul as jamo: the first of a syllable
    (0x1780, 0x17FF),  # Khmer
    (0x3005, 0x30FF),  # kana
    (0x3100, 0x31FF),
    (0x3400, 0x9FFF),  # Han
    (0xAC00, 0xD7A3),  # Hangul has blanks, but not between surname and given name
    (0xF900, 0xFAFF),
    (0xFF66, 0xFF9D),
    (0x20000, 0x3FFFF),
)
_ATTACHED = ((0x1160, 0x11FF), (0xFF9E, 0xFF9F))
"""Rest of a Hangul syllable, voicing of narrow kana: letters, but part of the one before."""


class Word(NamedTuple):
    """A folded word, and where it begins and ends in the text."""

    text: str
    start: int
    end: int


def words(text: str) -> list[Word]:
    """The words of a text, in order."""
    if text.isascii():
        return [Word(found[0].lower(), found.start(), found.end()) for found in _ASCII.finditer(text)]
    return [
        Word(word, chunk.start() + start, chunk.start() + end)
        for chunk in _CHUNK.finditer(text)
        for word, start, end in _in_chunk(chunk[0])
    ]


def joined(text: str, parts: Sequence[Word]) -> list[Word]:
    """``obrien`` for ``O'Brien``, ``annemarie`` for ``Anne-Marie``: words that others may write as one."""
    if not _JOINED.search(text):
        return []
    return [Word("".join(p.text for p in group), group[0].start, group[-1].end) for group in _groups(text, parts)]


def folded(text: str, *, compounds: bool = True) -> str:
    """The words of a text with blanks between, compounds behind them; what is put into the index."""
    if text.isascii():
        out = " ".join(_ASCII.findall(text.lower()))
    else:
        out = " ".join(filter(None, map(_folded_chunk, text.split())))
    if not compounds or not _JOINED.search(text):
        return out
    return " ".join([out, *(f"{BREAK} {word.text}" for word in joined(text, words(text)))])


BREAK = "\u00a6"
"""Stands between texts in the index, lest a phrase be found across them; it is no letter, so no word holds it."""


def unspaced(word: str) -> bool:
    """Whether a word is one letter of a script without blanks."""
    return _kind(word[0]) == "letter"


def _groups(text: str, parts: Iterable[Word]) -> Iterator[list[Word]]:
    group: list[Word] = []
    for word in parts:
        if group and word.start == group[-1].end + 1 and text[group[-1].end] in _JOINERS and not unspaced(word.text):
            group.append(word)
            continue
        if len(group) > 1:
            yield group
        group = [word]
    if len(group) > 1:
        yield group


@lru_cache(maxsize=1 << 16)
def _in_chunk(chunk: str) -> tuple[Word, ...]:
    """The words of a text without blanks; texts say the same words again and again."""
    return tuple(
        Word(text, start, end)
        for start, end in _runs(chunk)
        for text in ([chunk[start:end].lower()] if chunk[start:end].isascii() else _pieces(fold(chunk[start:end])))
    )


@lru_cache(maxsize=1 << 16)
def _folded_chunk(chunk: str) -> str:
    if chunk.isascii():
        return " ".join(_ASCII.findall(chunk.lower()))
    return " ".join([word.text for word in _in_chunk(chunk)])


def _pieces(text: str) -> list[str]:
    """A folded word may fall apart: one character can stand for several words."""
    return [text[start:end] for start, end in _runs(text)]


def _runs(chunk: str) -> Iterator[tuple[int, int]]:
    """Where words begin and end."""
    start, before = 0, "none"
    for at, char in enumerate(chunk):
        kind = _kind(char)
        if kind == "part" and before != "none":
            continue
        if before != "none" and (kind != "word" or before != "word"):
            yield start, at
            before = "none"
        if kind in ("word", "letter") and before == "none":
            start, before = at, kind
    if before != "none":
        yield start, len(chunk)


@lru_cache(maxsize=1 << 14)
def _kind(char: str) -> str:
    """Part of a word (``word``), a word by itself (``letter``), belonging to the one before (``part``), or ``none``."""
    code = ord(char)
    if any(first <= code <= last for first, last in _ATTACHED):
        return "part"
    if char.isalnum():
        return "letter" if any(first <= code <= last for first, last in _UNSPACED) else "word"
    from unicodedata import category

    return "part" if category(char) in ("Mn", "Mc", "Me", "Cf") else "none"
