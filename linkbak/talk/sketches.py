"""A text as words, as pairs of neighbouring words, and as a sketch: a few numbers by which likely copies are found."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from heapq import nsmallest
from unicodedata import normalize

from linkbak.model import NamedTuple

SKETCH = 16
"""So many of the smallest numbers of a text are its sketch."""
GAP = "_"
"""The word that stands for the owner's name and the sender's."""
VALUES = frozenset(("0", "url"))
"""The words that stand for a number and for a link."""

_BY_CHARACTER = "\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
"""Thai, Lao, Khmer, Kana, Han: scripts that put no blank between words."""
_MARKS = "\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0963\u0966-\u0dff\u200c\u200d"
"""What belongs to words although Python takes it for no letter: accents, vowel signs, joiners."""
_LINK = r"(?:https?://|www\.)[^\s<>]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
_TOKEN = (
    rf"{_LINK}|[{_BY_CHARACTER}]|[^\W{_BY_CHARACTER}][^\W{_BY_CHARACTER}{_MARKS}]*(?:[{_MARKS}]+[^\W{_BY_CHARACTER}]*)*"
)
_TAG = r"</?[A-Za-z][^<>]{0,2000}>"
_MOST = 40_000
"""So many words are remembered with their keys, which bounds the memory."""

_find = re.compile(_TOKEN)
_single = re.compile(f"[{_BY_CHARACTER}]")
_link = re.compile(_LINK)
_keys: dict[str, str] = {}


class Word(NamedTuple):
    """A word as it is compared, and where it stands in the text that `readable` gives."""

    key: str
    start: int
    end: int


def readable(text: str) -> str:
    """The text without markup, its entities and compatibility characters undone."""
    if "<" in text or "&" in text:
        text = html.unescape(re.sub(_TAG, " ", text))
    return text if text.isascii() else normalize("NFKC", text)


def name_keys(*names: str) -> frozenset[str]:
    """The words of names as they are compared; a single letter is none, since it is a word in many languages."""
    found = {_key(token) for name in names for token in _find.findall(readable(name))}
    return frozenset(key for key in found if len(key) > 1 or _single.match(key))


def keys(text: str, names: frozenset[str] = frozenset()) -> list[str]:
    """The words of a readable text as they are compared: a link is ``url``, a number ``0``, names one ``_``."""
    found = [_keys.get(token) or _key(token) for token in _find.findall(text)]
    return found if names.isdisjoint(found) else [*_without(found, names)]


def words(text: str, names: frozenset[str] = frozenset()) -> list[Word]:
    """The same, each with its place."""
    found: list[Word] = []
    for match in _find.finditer(text):
        key = _key(match[0])
        if key not in names:
            found.append(Word(key, match.start(), match.end()))
        elif found and found[-1].key == GAP:
            found[-1] = found[-1]._replace(end=match.end())
        else:
            found.append(Word(GAP, match.start(), match.end()))
    return found


def length(keys: Sequence[str]) -> float:
    """How many words these are; of the scripts that are taken by character two characters are one."""
    return len(keys) - sum(map(_is_single, keys)) / 2


def pairs(keys: Sequence[str]) -> frozenset[int]:
    """The pairs of neighbouring words as 64-bit numbers; the last bit is 1 for two characters, which weigh half."""
    found = set()
    before = "" if not keys else keys[0]
    for key in keys[1:]:
        digest = int.from_bytes(blake2b(f"{before} {key}".encode("utf-8", "replace"), digest_size=8).digest(), "big")
        half = len(key) == 1 == len(before) and _is_single(key) and _is_single(before)
        found.add(digest | 1 if half else digest & ~1)
        before = key
    return frozenset(found)


def weight(pairs: Iterable[int]) -> float:
    """How much pairs weigh together."""
    return sum(0.5 if pair & 1 else 1.0 for pair in pairs)


def sketch(pairs: Iterable[int]) -> list[int]:
    """The smallest of the numbers: texts with many pairs in common have some of these in common."""
    return nsmallest(SKETCH, pairs)


def _is_single(key: str) -> bool:
    return len(key) == 1 and _single.match(key) is not None


def _key(token: str) -> str:
    if (known := _keys.get(token)) is not None:
        return known
    if token.isdecimal():
        key = "0"
    elif _link.fullmatch(token):
        key = "url"
    else:
        key = token.casefold()
    if len(_keys) >= _MOST:
        _keys.clear()
    _keys[token] = key
    return key


def _without(found: Iterable[str], names: frozenset[str]) -> Iterable[str]:
    before = ""
    for key in found:
        now = GAP if key in names else key
        if now != GAP or before != GAP:
            yield now
        before = now
