"""How a term is looked for: whole, as a beginning, and as what is spelled nearly so."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from linkbak.history.searching.queries import Term
from linkbak.history.searching.records import Spans
from linkbak.history.searching.words import Word, joined, unspaced, words

EXACT, PREFIX, NEAR, FAR = 3, 2, 1, 0
"""Grades of likeness; near is one slip of the fingers away, far two."""

_SLIP_FROM, _TWO_FROM = 4, 8
"""Letters a word must have for one slip to be forgiven, and for two."""
_MOST_LIKE = 64


class Pattern(NamedTuple):
    """Words that must follow each other; of the last one the beginning is enough if the grade is PREFIX."""

    words: tuple[str, ...]
    grade: int


def plain(term: Term) -> list[Pattern]:
    """The term as it was written."""
    return [Pattern(term.words, EXACT), Pattern(term.words, PREFIX)]


def like(db: sqlite3.Connection, table: str, term: Term) -> list[Pattern]:
    """What is spelled nearly as the term, among the words in `table` (word, letters); nearest first."""
    word = term.words[0]
    slips = _slips(word)
    if len(term.words) > 1 or not slips:
        return []
    known = db.execute(
        f"SELECT word FROM {table} WHERE letters BETWEEN ? AND ?",  # noqa: S608  # the name is one of ours
        (len(word) - slips, len(word) + slips),
    )
    return [Pattern((found,), NEAR if far == 1 else FAR) for found, far in _nearest(word, [k for (k,) in known], slips)]


def guessable(word: str) -> bool:
    """Whether a word may be what a misspelled one means; numbers are not guessed at."""
    if len(word) < _SLIP_FROM - 1:
        return False
    return word.isalpha() if word.isascii() else not (unspaced(word) or any(char.isdecimal() for char in word))


def expression(patterns: Iterable[Pattern], columns: str = "") -> str:
    """The patterns for FTS5, any of which may match; every word in quotes, so that none is an operator."""
    told = " OR ".join(f'"{" ".join(one.words)}"' + ("*" if one.grade == PREFIX else "") for one in patterns)
    return f"{{{columns}}} : ({told})" if columns else f"({told})"


class Text:
    """A text taken apart once, to look for many patterns in it."""

    def __init__(self, text: str, *, compounds: bool = True) -> None:
        self._words = words(text)
        self._compounds = joined(text, self._words) if compounds else []

    def spans(self, patterns: Sequence[Pattern]) -> Spans:
        """Where the patterns are."""
        return tuple(span for pattern in patterns for span in self._of(pattern))

    def grade(self, patterns: Sequence[Pattern]) -> int | None:
        """The best grade of those that are there, None if none is."""
        return max((one.grade for one in patterns if self._of(one)), default=None)

    def _of(self, pattern: Pattern) -> list[tuple[int, int]]:
        many = len(pattern.words)
        found = [
            (self._words[at].start, self._words[at + many - 1].end)
            for at in range(len(self._words) - many + 1)
            if _matches(pattern, self._words[at : at + many])
        ]
        if found or many > 1:
            return found
        return [(word.start, word.end) for word in self._compounds if _matches(pattern, (word,))]


def merged(spans: Iterable[tuple[int, int]]) -> Spans:
    """The same places in order, each once; what overlaps or touches is one."""
    out: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return tuple(out)


def _matches(pattern: Pattern, group: Sequence[Word]) -> bool:
    *before, last = (word.text for word in group)
    if tuple(before) != pattern.words[:-1]:
        return False
    return last.startswith(pattern.words[-1]) if pattern.grade == PREFIX else last == pattern.words[-1]


def _slips(word: str) -> int:
    if not guessable(word):
        return 0
    return (len(word) >= _SLIP_FROM) + (len(word) >= _TWO_FROM)


def _nearest(word: str, known: Sequence[str], slips: int) -> list[tuple[str, int]]:
    """Words within so many slips: a letter too many, missing, another, or two swapped."""
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import extract

    found = extract(word, known, scorer=OSA.distance, score_cutoff=slips, limit=None)
    ranked = sorted((int(far), str(like)) for like, far, _ in found if far)
    return [(like, far) for far, like in ranked[:_MOST_LIKE]]
