"""Texts as folded words, each with its place in the original text.

Scripts that put no blanks between words are split into letters; a word of theirs is then a phrase of letters.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from unicodedata import category

from linkbak.index import Spans
from linkbak.index.people import fold
from linkbak.model import NamedTuple

# --- words ------------------------------------------------------------------------------------------------------------

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
    """Words that others may write as one: ``obrien`` for ``O'Brien``, ``annemarie`` for ``Anne-Marie``."""
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
"""Separates texts in the index, so that no phrase is found across them; it is no letter, so no word holds it."""


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
    found = []
    for start, end in _runs(chunk):
        part = chunk[start:end]
        text = part.lower() if part.isascii() else fold(part)
        # Folding may split a word: one character can stand for several words.
        pieces = [(0, len(text))] if part.isascii() else _runs(text)
        found += [Word(text[first:last], start, end) for first, last in pieces]
    return tuple(found)


@lru_cache(maxsize=1 << 16)
def _folded_chunk(chunk: str) -> str:
    if chunk.isascii():
        return " ".join(_ASCII.findall(chunk.lower()))
    return " ".join([word.text for word in _in_chunk(chunk)])


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

    return "part" if category(char) in ("Mn", "Mc", "Me", "Cf") else "none"


# --- terms ------------------------------------------------------------------------------------------------------------
# The words that the user looks for.

_QUOTED = '["\u201c\u201d\u201e\u201f]([^"\u201c\u201d\u201e\u201f]*)["\u201c\u201d\u201e\u201f]'
_MOST = 16
"""The most terms of a query that count."""


class Term(NamedTuple):
    """One word, or several that must stand together in this order; `text` is what the user wrote."""

    words: tuple[str, ...]
    text: str


def terms(query: str) -> list[Term]:
    """The terms of a query, each once: words, and what stands in quotes."""
    found: list[Term] = []
    at = 0
    for quoted in re.finditer(_QUOTED, query):
        found += [*_words(query[at : quoted.start()]), *_phrase(quoted[1], words(quoted[1]))]
        at = quoted.end()
    return _distinct([*found, *_words(query[at:])])


def loosened(read: Iterable[Term]) -> list[Term]:
    """The same terms with phrases taken apart into words."""
    return _distinct(Term((word,), term.text if len(term.words) == 1 else word) for term in read for word in term.words)


def _distinct(read: Iterable[Term]) -> list[Term]:
    return list({term.words: term for term in read}.values())[:_MOST]


def _words(text: str) -> Iterator[Term]:
    """Each word a term; letters of a script without blanks that touch are one."""
    found = words(text)
    starts = [
        n
        for n, (one, two) in enumerate(pairwise(found), start=1)
        if one.end != two.start or not (unspaced(one.text) and unspaced(two.text))
    ]
    for first, last in pairwise([0, *starts, len(found)]):
        yield from _phrase(text, found[first:last])


def _phrase(text: str, found: list[Word]) -> Iterator[Term]:
    if found:
        yield Term(tuple(word.text for word in found[:_MOST]), text[found[0].start : found[-1].end])


# --- patterns ---------------------------------------------------------------------------------------------------------
# How a term is looked for: whole, as a prefix, and with spelling mistakes.

EXACT, PREFIX, NEAR, FAR = 3, 2, 1, 0
"""Grades of a match; `near` is one typing mistake away, `far` two."""

_SLIP_FROM, _TWO_FROM = 4, 8
"""The letters a word must have for one mistake to be forgiven, and for two."""
_MOST_LIKE = 64


class Pattern(NamedTuple):
    """Words that must follow each other; if the grade is PREFIX, a prefix of the last one is enough."""

    words: tuple[str, ...]
    grade: int


def plain(term: Term) -> list[Pattern]:
    """The term as it was written."""
    return [Pattern(term.words, EXACT), Pattern(term.words, PREFIX)]


def like(term: Term, words_of: Callable[[int, int], Sequence[str]]) -> list[Pattern]:
    """Words spelled almost like the term, nearest first, among the words of the given lengths."""
    word = term.words[0]
    slips = (len(word) >= _SLIP_FROM) + (len(word) >= _TWO_FROM)
    if len(term.words) > 1 or not slips or not guessable(word):
        return []
    known = words_of(len(word) - slips, len(word) + slips)
    return [Pattern((found,), NEAR if far == 1 else FAR) for found, far in _nearest(word, known, slips)]


def like_in(db: sqlite3.Connection, table: str, term: Term) -> list[Pattern]:
    """The same among the words in a table (word, letters)."""
    asked = f"SELECT group_concat(word, ' ') FROM {table} WHERE letters BETWEEN ? AND ?"  # noqa: S608  # one of ours
    return like(term, lambda least, most: (db.execute(asked, (least, most)).fetchone()[0] or "").split())


def guessable(word: str) -> bool:
    """Whether a word may be what a misspelled one means; numbers are not guessed at."""
    if len(word) < _SLIP_FROM - 1:
        return False
    return word.isalpha() if word.isascii() else not (unspaced(word) or any(char.isdecimal() for char in word))


def expression(patterns: Iterable[Pattern], columns: str = "") -> str:
    """The patterns for FTS5, any of which may match; every word in quotes, so that none is an operator."""
    matches = " OR ".join(f'"{" ".join(one.words)}"' + ("*" if one.grade == PREFIX else "") for one in patterns)
    return f"{{{columns}}} : ({matches})" if columns else f"({matches})"


class Text:
    """A text split once, to look for many patterns in it."""

    def __init__(self, text: str, *, compounds: bool = True) -> None:
        self._words = words(text)
        self._compounds = joined(text, self._words) if compounds else []

    def spans(self, patterns: Sequence[Pattern]) -> Spans:
        """Where the patterns are."""
        return tuple(span for pattern in patterns for span in self._of(pattern))

    def grade(self, patterns: Sequence[Pattern]) -> int | None:
        """The best grade among the patterns that match, None if none does."""
        return max((one.grade for one in patterns if self._of(one)), default=None)

    def _of(self, pattern: Pattern) -> list[tuple[int, int]]:
        many = len(pattern.words)
        if many == 1:
            return _places(pattern, self._words) or _places(pattern, self._compounds)
        return [
            (self._words[at].start, self._words[at + many - 1].end)
            for at in range(len(self._words) - many + 1)
            if _matches(pattern, self._words[at : at + many])
        ]


def merged(spans: Iterable[tuple[int, int]]) -> Spans:
    """The same places in order, each once; what overlaps or touches is one."""
    out: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return tuple(out)


def _places(pattern: Pattern, words: Iterable[Word]) -> list[tuple[int, int]]:
    """Where a pattern of one word is; each found word has dozens that may have been meant."""
    (wanted,) = pattern.words
    if pattern.grade == PREFIX:
        return [(word.start, word.end) for word in words if word.text.startswith(wanted)]
    return [(word.start, word.end) for word in words if word.text == wanted]


def _matches(pattern: Pattern, group: Sequence[Word]) -> bool:
    *before, last = (word.text for word in group)
    if tuple(before) != pattern.words[:-1]:
        return False
    return last.startswith(pattern.words[-1]) if pattern.grade == PREFIX else last == pattern.words[-1]


def _nearest(word: str, known: Sequence[str], slips: int) -> list[tuple[str, int]]:
    """Words within so many slips: a letter too many, missing, another, or two swapped."""
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import extract

    found = extract(word, known, scorer=OSA.distance, score_cutoff=slips, limit=None)
    ranked = sorted((int(far), str(like)) for like, far, _ in found if far)
    return [(like, far) for far, like in ranked[:_MOST_LIKE]]
