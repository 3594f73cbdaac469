"""Finds texts that are copies of one template, and the words they share.

A text is compared as words, as pairs of neighbouring words, and as a sketch: a few hashes by which likely copies are
found.

Copies are found in two passes. The first joins a text to the best of the earlier ones that lead a group, if the two are
alike enough; nothing is ever joined because it is like another member, so no chain leads from one template to the next.
Then phrases that many unrelated texts use are set aside, and every text is measured against what the copies of a group
have in common. The result does not depend on the order of the texts.
"""

from __future__ import annotations

import html
import re
from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from difflib import SequenceMatcher
from hashlib import blake2b, sha256
from heapq import nsmallest
from itertools import groupby, pairwise
from unicodedata import normalize

from linkbak.model import NamedTuple

SKETCH = 16
"""The size of a sketch: the smallest hashes of a text, of which texts with many pairs in common share some."""
GAP = "_"
"""The word that stands for the owner's name and the sender's."""
VALUES = frozenset(("0", "url"))
"""The words that stand for a number and for a link."""

_BY_CHARACTER = "\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
"""Thai, Lao, Khmer, Kana, Han: scripts that put no blank between words."""
_MARKS = "\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0963\u0966-\u0dff\u200c\u200d"
"""Parts of words that Python does not call letters: accents, vowel signs, joiners."""
_LINK = r"(?:https?://|www\.)[^\s<>]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
_TOKEN = (
    rf"{_LINK}|[{_BY_CHARACTER}]|[^\W{_BY_CHARACTER}][^\W{_BY_CHARACTER}{_MARKS}]*(?:[{_MARKS}]+[^\W{_BY_CHARACTER}]*)*"
)
_TAG = r"</?[A-Za-z][^<>]{0,2000}>"
_MOST = 40_000
"""How many words are cached with their hashes."""

_find = re.compile(_TOKEN)
_single = re.compile(f"[{_BY_CHARACTER}]")
_link = re.compile(_LINK)
_keys: dict[str, str] = {}


class Word(NamedTuple):
    """A word in its form for comparison, and its place in the text that `readable` gives."""

    key: str
    start: int
    end: int


def readable(text: str) -> str:
    """The text without markup, its entities and compatibility characters undone."""
    if "<" in text or "&" in text:
        text = html.unescape(re.sub(_TAG, " ", text))
    return text if text.isascii() else normalize("NFKC", text)


def name_keys(*names: str) -> frozenset[str]:
    """The words of names for comparison, without single letters, which are words in many languages."""
    found = {_key(token) for name in names for token in _find.findall(readable(name))}
    return frozenset(key for key in found if len(key) > 1 or _single.match(key))


def keys(text: str, names: frozenset[str] = frozenset()) -> list[str]:
    """The words of a readable text for comparison: a link is ``url``, a number ``0``, names one ``_``."""
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
    """The number of words; in scripts compared by character two characters count as one."""
    return len(keys) - sum(map(_is_single, keys)) / 2


def pairs(keys: Sequence[str]) -> list[int]:
    """The pairs of neighbouring words, in order and each once, as 64-bit numbers; the last bit is 1 for two characters,
    which weigh half."""
    found: dict[int, None] = {}
    for before, key in pairwise(keys):
        digest = int.from_bytes(blake2b(f"{before} {key}".encode("utf-8", "replace"), digest_size=8).digest(), "big")
        half = len(key) == 1 == len(before) and _is_single(key) and _is_single(before)
        found[digest | 1 if half else digest & ~1] = None
    return [*found]


def weight(pairs: Iterable[int]) -> float:
    """The total weight of pairs."""
    return sum(0.5 if pair & 1 else 1.0 for pair in pairs)


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


# --- copies -----------------------------------------------------------------------------------------------------------


ALIKE = 0.30
"""The least Jaccard similarity at which a text joins the leader of a group."""
LEADERS = 12
"""The most leaders that are compared for one hash of a sketch."""
STOCK = 3
"""The number of otherwise unrelated texts and templates that make a phrase a stock phrase."""
SHARED = 6
"""The least number of pairs that a copy shares with the core of its group."""
SHARE = 0.25
"""And the least share of the core, and of its own words."""
FOREIGN = 0.4
"""And the longest stretch of it that may be foreign to the core: else a single sentence may be borrowed."""
SENDERS = 3
"""The least number of senders of a group."""

_SAME = 0.5
"""The share of the smaller core that two groups have in common to be one."""
_ALIGNED = 40
"""The most copies that are aligned to find what varies."""
_HELD = 0.6
"""The share of copies that must have a word in its place for it to belong to the template."""


class Copy(NamedTuple):
    """A text that may be a copy: who sent it, when (RFC 3339), its words, the names left out, its pairs of words."""

    sender: str
    sent_at: str
    text: str
    names: frozenset[str]
    pairs: array[int]


class Group(NamedTuple):
    """The copies of one template, one a sender, oldest first; `core` are the pairs that at least half of them share."""

    id: str
    copies: tuple[Copy, ...]
    core: frozenset[int]


class Template(NamedTuple):
    """The common text of copies, with ``[…]`` where it varies, and the words there, by place."""

    text: str
    varying: tuple[tuple[str, ...], ...]


def copy_of(sender: str, sent_at: str, text: str, names: frozenset[str], keys: Sequence[str]) -> Copy:
    """A text to compare; `keys` as `linkbak.talk.templates.keys` gives them."""
    return Copy(sender, sent_at, text, names, array("Q", pairs(keys)))


def groups(texts: Iterable[Copy]) -> list[Group]:
    """The groups of three senders and more: those with the most senders first, among equals the newest."""
    ordered = sorted(texts, key=lambda one: (one.sent_at, one.sender, one.text))
    led = _led({at: one.pairs for at, one in enumerate(ordered)}, range(len(ordered)))
    cores = _united(_core(ordered, some) for some in led)
    stock = _stock(ordered, cores, _members(ordered, cores))
    cores = _led_anew(ordered, cores, stock)
    members = _members(ordered, cores, stock)
    cores = _united((_core(ordered, some) for some in members), stock)
    stock = _stock(ordered, cores, members)
    found = [_group(ordered, some) for some in _members(ordered, cores, stock)]
    told = [group for group in found if len(group.copies) >= SENDERS]
    return sorted(told, key=lambda one: (-len(one.copies), [-ord(sign) for sign in one.copies[-1].sent_at], one.id))


# --- first pass -------------------------------------------------------------------------------------------------------


def _led(texts: Mapping[int, Collection[int]], wanted: Iterable[int]) -> list[list[int]]:
    """The places of the texts, each with its most similar leader."""
    buckets: defaultdict[int, list[int]] = defaultdict(list)
    members: dict[int, list[int]] = {}
    for at in wanted:
        numbers = nsmallest(SKETCH, texts[at])
        leaders = {leader for number in numbers if number in buckets for leader in buckets[number]}
        best = _most_like(texts, frozenset(texts[at]), leaders) if leaders else None
        if best is not None:
            members[best].append(at)
            continue
        members[at] = [at]
        for number in numbers:
            bucket = buckets[number]
            if len(bucket) < LEADERS:
                bucket.append(at)
    return [*members.values()]


def _most_like(texts: Mapping[int, Collection[int]], own: frozenset[int], leaders: Iterable[int]) -> int | None:
    best, most = None, ALIKE
    size = weight(own)
    for leader in sorted(leaders):
        theirs = texts[leader]
        shared = weight(own.intersection(theirs))
        like = shared / (size + weight(theirs) - shared)
        if like > most or (like == most and best is None):
            best, most = leader, like
    return best


def _united(cores: Iterable[frozenset[int]], stock: Set[int] = frozenset()) -> list[frozenset[int]]:
    """The cores that hold enough besides stock phrases, without those that share so much with a larger one that they
    are of one template."""
    kept: list[frozenset[int]] = []
    homes: defaultdict[int, list[int]] = defaultdict(list)
    bare = {core: core - stock for core in cores}
    for core, own in sorted(bare.items(), key=lambda one: (-len(one[1]), sorted(one[1]), sorted(one[0]))):
        shared = Counter(home for pair in own for home in homes.get(pair, ()))
        if weight(own) >= SHARED and max(shared.values(), default=0) < _SAME * len(own):
            for pair in own:
                homes[pair].append(len(kept))
            kept.append(core)
    return kept


def _core(texts: Sequence[Copy], members: Sequence[int]) -> frozenset[int]:
    """The pairs that at least half of the senders have, and at least two: none if there is only one."""
    firsts = {texts[at].sender: at for at in reversed(members)}
    counts = Counter(pair for at in firsts.values() for pair in texts[at].pairs)
    return frozenset(pair for pair, times in counts.items() if times >= max(2, len(firsts) / 2))


# --- second pass ------------------------------------------------------------------------------------------------------


def _stock(texts: Sequence[Copy], cores: Sequence[frozenset[int]], members: Iterable[Iterable[int]]) -> frozenset[int]:
    """The pairs of the cores that three or more have, of the cores and of the senders of texts that are no copies."""
    copies = {at for some in members for at in some}
    counts = Counter(pair for core in cores for pair in core)
    known = frozenset(counts)
    lone: defaultdict[str, set[int]] = defaultdict(set)
    for at, text in enumerate(texts):
        if at not in copies:
            lone[text.sender].update(known.intersection(text.pairs))
    counts.update(pair for own in lone.values() for pair in own)
    return frozenset(pair for pair, times in counts.items() if times >= STOCK)


def _led_anew(texts: Sequence[Copy], cores: Sequence[frozenset[int]], stock: Set[int]) -> list[frozenset[int]]:
    """The cores, and where a stock phrase brought together what has nothing else in common, those without it."""
    spoiled = frozenset(pair for core in cores for pair in core & stock)
    bare = {at: frozenset(one.pairs) - stock for at, one in enumerate(texts) if not spoiled.isdisjoint(one.pairs)}
    groups = _led(bare, (at for at, own in bare.items() if weight(own) >= SHARED))
    kept = [core for core in cores if not core & stock]
    return _united([*kept, *(_core(texts, some) for some in groups)], stock)


def _members(texts: Sequence[Copy], cores: Sequence[frozenset[int]], stock: Set[int] = frozenset()) -> list[list[int]]:
    """The places of the copies of each core, each text with the core it shares most with."""
    bare = [core - stock for core in cores]
    homes: defaultdict[int, list[int]] = defaultdict(list)
    for number, core_pairs in enumerate(bare):
        for pair in core_pairs:
            homes[pair].append(number)
    sizes = [weight(core) for core in bare]
    found: list[list[int]] = [[] for _ in cores]
    for at, text in enumerate(texts):
        if shared := _shared(text.pairs, homes):
            core, most = max(shared.items(), key=lambda one: (one[1] / sizes[one[0]], -one[0]))
            own = weight(pair for pair in text.pairs if pair not in stock)
            if most >= SHARED and most >= SHARE * max(own, sizes[core]) and _is_whole(text.pairs, cores[core]):
                found[core].append(at)
    return [some for some in found if some]


def _is_whole(own: Iterable[int], core: Set[int]) -> bool:
    """Whether no long stretch of a text is foreign to the core."""
    longest = stretch = total = 0.0
    for pair in own:
        step = 0.5 if pair & 1 else 1.0
        stretch = 0.0 if pair in core else stretch + step
        total += step
        longest = max(longest, stretch)
    return longest <= FOREIGN * total


def _shared(own: Iterable[int], homes: Mapping[int, Collection[int]]) -> Mapping[int, float]:
    """How much a text shares with each core."""
    shared: defaultdict[int, float] = defaultdict(float)
    for pair in own:
        for home in homes.get(pair, ()):
            shared[home] += 0.5 if pair & 1 else 1.0
    return shared


def _group(texts: Sequence[Copy], members: Sequence[int]) -> Group:
    """The first copy of each sender; the id is made of the first of all."""
    firsts: dict[str, Copy] = {}
    for at in sorted(members):
        firsts.setdefault(texts[at].sender, texts[at])
    copies = tuple(sorted(firsts.values(), key=lambda one: (one.sent_at, one.sender, one.text)))
    first = b"".join(pair.to_bytes(8, "big") for pair in sorted(copies[0].pairs))
    return Group(sha256(first).hexdigest()[:8], copies, _core(copies, range(len(copies))))


# --- explanation ------------------------------------------------------------------------------------------------------


class _Laid(NamedTuple):
    """A copy laid beside another: its readable text, its words, and by place in the other's words the place in these.

    Where the words differ there is no place.
    """

    text: str
    words: Sequence[Word]
    places: Mapping[int, int]


def template_of(group: Group) -> Template:
    """The copy closest to the core, aligned with the others: the common text, and what varies."""
    medoid = max(group.copies, key=lambda one: (_jaccard(one.pairs, group.core), -len(one.text), one.sender))
    text = readable(medoid.text)
    base = words(text, medoid.names)
    laid = [_beside(base, one) for one in group.copies if one is not medoid][:_ALIGNED]
    kept = [
        word.key != GAP and sum(_has(other, at, word, text) for other in laid) >= _HELD * len(laid)
        for at, word in enumerate(base)
    ]
    told, end = list[str](), 0
    varying: list[tuple[str, ...]] = []
    for is_kept, run in groupby(range(len(base)), key=kept.__getitem__):
        places = [*run]
        first, last = places[0], places[-1]
        own = text[base[first].start : base[last].end]
        told += [text[end : base[first].start], own if is_kept else "[…]"]
        end = base[last].end
        if not is_kept:
            theirs = (_between(one, first - 1, last + 1) for one in laid)
            varying.append(tuple(dict.fromkeys(filter(None, (own, *theirs)))))
    return Template(" ".join("".join([*told, text[end:]]).split()), tuple(varying))


def _beside(base: Sequence[Word], copy: Copy) -> _Laid:
    text = readable(copy.text)
    theirs = words(text, copy.names)
    matcher = SequenceMatcher(None, [word.key for word in base], [word.key for word in theirs], autojunk=False)
    blocks = matcher.get_matching_blocks()
    places = {start + step: there + step for start, there, size in blocks for step in range(size)}
    return _Laid(text, theirs, {-1: -1, len(base): len(theirs)} | places)


def _has(copy: _Laid, at: int, word: Word, text: str) -> bool:
    """Whether a copy has a word of the text in its place; of numbers and links, the same one."""
    if at not in copy.places:
        return False
    theirs = copy.words[copy.places[at]]
    return word.key not in VALUES or copy.text[theirs.start : theirs.end] == text[word.start : word.end]


def _between(copy: _Laid, before: int, after: int) -> str:
    """What a copy has between two words of the template; "" if it has either not."""
    if before not in copy.places or after not in copy.places:
        return ""
    inside = copy.words[copy.places[before] + 1 : copy.places[after]]
    return copy.text[inside[0].start : inside[-1].end] if inside else ""


def _jaccard(own: Iterable[int], core: Set[int]) -> float:
    mine = frozenset(own)
    return weight(mine & core) / (weight(mine | core) or 1.0)
