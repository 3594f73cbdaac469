"""What the user looks for, as terms."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from linkbak.history.searching.words import Word, unspaced, words

_QUOTED = re.compile('["\u201c\u201d\u201e\u201f]([^"\u201c\u201d\u201e\u201f]*)["\u201c\u201d\u201e\u201f]')
_MOST = 16
"""So many terms of a query count; nobody remembers more of a person."""


class Term(NamedTuple):
    """One word, or several that must stand together in this order; `text` is what the user wrote."""

    words: tuple[str, ...]
    text: str


def terms(query: str) -> list[Term]:
    """The terms of a query, each once: words, and what stands in quotes."""
    return _distinct(_read(query))


def loosened(read: Iterable[Term]) -> list[Term]:
    """The same terms with phrases taken apart into words."""
    return _distinct(Term((word,), term.text if len(term.words) == 1 else word) for term in read for word in term.words)


def _distinct(read: Iterable[Term]) -> list[Term]:
    return list({term.words: term for term in read}.values())[:_MOST]


def _read(query: str) -> Iterator[Term]:
    at = 0
    for quoted in _QUOTED.finditer(query):
        yield from _words(query[at : quoted.start()])
        yield from _phrase(quoted[1], words(quoted[1]))
        at = quoted.end()
    yield from _words(query[at:])


def _words(text: str) -> Iterator[Term]:
    """Each word a term; letters of a script without blanks that touch are one."""
    found = words(text)
    starts = [n for n, (a, b) in enumerate(pairwise(found), start=1) if not _touch(a, b)]
    for first, last in pairwise([0, *starts, len(found)]):
        yield from _phrase(text, found[first:last])


def _touch(one: Word, two: Word) -> bool:
    return one.end == two.start and unspaced(one.text) and unspaced(two.text)


def _phrase(text: str, found: list[Word]) -> Iterator[Term]:
    if found:
        yield Term(tuple(word.text for word in found[:_MOST]), text[found[0].start : found[-1].end])
