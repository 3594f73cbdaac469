"""``python -m benchmarks pitches``: how well the same words from several people are found, beside two other methods.

Prints the tables of docs/pitches.md; the others, TF-IDF of scikit-learn and MinHash of datasketch, come with the extra
``bench``.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import combinations, pairwise
from time import process_time
from typing import Any, NamedTuple

from benchmarks.pitches_world import LEVELS, OWNER, Labelled, inbox
from linkbak.talk.templates import SENDERS, copy_of, groups, keys, name_keys, readable

Groups = Sequence[Sequence[int]]
"""Texts that one method says are copies of one template, by their places."""

PERSONAL = ("personal", "borrowing")


class Score(NamedTuple):
    """What a method is worth.

    `found`: by level, the share of copies that are in the largest group of their template; `precision` of pairs that
    one group holds; how many `personal` messages are in any group, and of other texts how many, by kind.
    """

    found: Mapping[str, float]
    precision: float
    personal: int
    others: Mapping[str, int]
    seconds: float


def main(words: Sequence[str]) -> int:
    """Print the table; 1 if our own method misses what is promised."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks pitches", description=__doc__)
    parser.add_argument("--seeds", type=int, default=3, help="how many inboxes (default 3)")
    parser.add_argument("--personal", type=int, default=3000, help="personal messages in each (default 3000)")
    parser.add_argument("--seen", action="store_true", help="with the templates for choosing, not the held-out ones")
    parser.add_argument("--alone", action="store_true", help="without the other methods")
    asked = parser.parse_args(words)
    inboxes = [inbox(seed, asked.personal, unseen=not asked.seen) for seed in range(1, asked.seeds + 1)]
    methods = {"linkbak": _ours} if asked.alone else METHODS
    print(f"{'method':<22}" + "".join(f"{level:>16}" for level in LEVELS) + "  precision  personal")
    ours = None
    for name, method in methods.items():
        score = mean([_score(texts, method) for texts in inboxes])
        ours = ours or score
        shares = "".join(f"{score.found[level]:>16.3f}" for level in LEVELS)
        print(
            f"{name:<22}{shares}{score.precision:>11.3f}{score.personal:>10}  {dict(score.others)} {score.seconds:.1f}s"
        )
    assert ours is not None
    return int(ours.found[LEVELS[1]] < 0.99 or ours.found[LEVELS[2]] < 0.93 or ours.personal > 0)


def mean(scores: Sequence[Score]) -> Score:
    """Shares are means, personal messages and others sums."""
    others: Counter[str] = Counter()
    for one in scores:
        others.update(one.others)
    many = len(scores)
    return Score(
        {level: sum(one.found[level] for one in scores) / many for level in LEVELS},
        sum(one.precision for one in scores) / many,
        sum(one.personal for one in scores),
        others,
        sum(one.seconds for one in scores) / many,
    )


def _score(texts: Sequence[Labelled], method: Callable[[Sequence[Labelled]], Groups]) -> Score:
    start = process_time()
    found = [group for group in method(texts) if len(group) >= SENDERS]
    seconds = process_time() - start
    held: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for number, group in enumerate(found):
        held_in = Counter(texts[at].template for at in group if texts[at].template)
        for template, many in held_in.items():
            held[template][number] = many
    home = {template: counts.most_common(1)[0][0] for template, counts in held.items()}
    hits: Counter[str] = Counter()
    for number, group in enumerate(found):
        hits.update(texts[at].level for at in group if home.get(texts[at].template) == number)
    totals = Counter(one.level for one in texts if one.template)
    right = wrong = 0
    for group in found:
        for one, other in combinations(group, 2):
            pair = (texts[one], texts[other])
            same = pair[0].template == pair[1].template and (
                pair[0].template or pair[0].kind == pair[1].kind not in PERSONAL
            )
            right, wrong = right + bool(same), wrong + (not same)
    kinds = Counter(texts[at].kind for group in found for at in group)
    return Score(
        {level: hits[level] / totals[level] if totals[level] else 0.0 for level in LEVELS},
        right / (right + wrong or 1),
        sum(kinds.pop(kind, 0) for kind in PERSONAL),
        kinds,
        seconds,
    )


def _ours(texts: Sequence[Labelled]) -> Groups:
    places = {}
    copies = []
    for at, one in enumerate(texts):
        names = name_keys(OWNER, one.sender)
        text = readable(one.text)
        copy = copy_of(one.sender, f"2026-01-01T00:00:{at % 60:02}Z", one.text, names, keys(text, names))
        places[one.sender] = at
        copies.append(copy)
    return [[places[copy.sender] for copy in group.copies] for group in groups(copies)]


def _led(many: int, like: Iterable[tuple[int, int, float]]) -> Groups:
    """Each text with the earlier leader that is most like it, as our own first pass does; no chains."""
    nearer: defaultdict[int, list[tuple[float, int]]] = defaultdict(list)
    for one, other, how in like:
        nearer[max(one, other)].append((how, min(one, other)))
    found: dict[int, list[int]] = {}
    for at in range(many):
        leaders = [(how, other) for how, other in nearer[at] if other in found]
        if leaders:
            found[max(leaders)[1]].append(at)
        else:
            found[at] = [at]
    return [*found.values()]


def _tfidf(threshold: float) -> Callable[[Sequence[Labelled]], Groups]:
    def method(texts: Sequence[Labelled]) -> Groups:
        from sklearn.feature_extraction.text import TfidfVectorizer

        vectors: Any = TfidfVectorizer().fit_transform([one.text for one in texts])
        edges: list[tuple[int, int, float]] = []
        for start in range(0, len(texts), 500):
            like = (vectors[start : start + 500] @ vectors.T).tocoo()
            edges += [
                (start + int(row), int(column), float(value))
                for row, column, value in zip(like.row, like.col, like.data, strict=True)
                if value >= threshold and start + row < column
            ]
        return _led(len(texts), edges)

    return method


def _minhash(threshold: float) -> Callable[[Sequence[Labelled]], Groups]:
    def method(texts: Sequence[Labelled]) -> Groups:
        from datasketch import MinHash, MinHashLSH

        index = MinHashLSH(threshold=threshold, num_perm=128)
        edges: list[tuple[int, int, float]] = []
        kept: list[Any] = []
        for at, one in enumerate(texts):
            split = one.text.casefold().split()
            sketch = MinHash(num_perm=128)
            sketch.update_batch([" ".join(two).encode() for two in pairwise(split)] or [one.text.encode()])
            kept.append(sketch)
            edges += [(at, int(other), sketch.jaccard(kept[int(other)])) for other in index.query(sketch)]
            index.insert(str(at), sketch)
        return _led(len(texts), edges)

    return method


METHODS: dict[str, Callable[[Sequence[Labelled]], Groups]] = {
    "linkbak": _ours,
    "TF-IDF, cosine 0.5": _tfidf(0.5),
    "TF-IDF, cosine 0.7": _tfidf(0.7),
    "MinHash, Jaccard 0.5": _minhash(0.5),
    "MinHash, Jaccard 0.3": _minhash(0.3),
}
