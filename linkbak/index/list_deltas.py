"""The differences between two neighbouring lists, built once and replayed as often as needed.

A delta depends on nothing but its two lists, so that it stays true whatever is imported before, between or after
them; making everybody's history anew replays deltas and opens no archive.
"""

from __future__ import annotations

import marshal
import os
import sys
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from pathlib import Path
from typing import Any

from linkbak import adapters
from linkbak.diff import reasons_but_number
from linkbak.diff.compare import Source, class_of, linked
from linkbak.errors import VaultDamaged
from linkbak.index import FIELDS, Row, normalised_row
from linkbak.matching.alignment import HIDDEN, NAMESAKE, NOBODY, Alignment, Uncertain
from linkbak.model import Coverage, Listing, Manifest, NamedTuple, Pair, Rows, listed
from linkbak.texts import tr
from linkbak.vault import SnapshotKey, Vault

LEARNED = "learned"
"""Nothing changed, but the later list has columns that the earlier one lacks."""

_made = tuple.__new__
_MARSHAL = 2
_LEVEL = 1


Run = tuple[int, int]
"""Where neighbours began in the earlier list, -1 for rows that were not there, and how many they are."""


class Changed(NamedTuple):
    """A partner that differs: its position in the later list, the class of the difference, the row there."""

    at: int
    how: str
    row: Row


class Arrived(NamedTuple):
    """A row of the later list without a partner in the earlier one."""

    at: int
    row: Row


Likelier = tuple[str, float]
"""What probably became of somebody (gone, hidden, same as one of those after, back), and the share of readings."""


class Ambiguity(NamedTuple):
    """Positions before and after that allow two readings, and why; `likelier` says what those before probably are."""

    before: tuple[int, ...]
    after: tuple[int, ...]
    reason: str
    likelier: tuple[Likelier, ...] = ()

    @classmethod
    def of(cls, group: Uncertain) -> Ambiguity:
        """The same of an uncertain group of an alignment."""
        kinds, same = {NOBODY: "gone", HIDDEN: "hidden"}, "back" if group.reason == NAMESAKE else "same"
        likely = {one.before: (kinds.get(one.after, same), one.share) for one in group.likelier}
        return cls(group.before, group.after, group.reason, tuple(likely.get(at, ("", 0.0)) for at in group.before))


class ListDelta(NamedTuple):
    """How to make the later list from the earlier one; positions count from 0 in either list.

    `runs` go through the later list in order. `vanished` are positions of earlier rows without a partner. `columns`
    names the fields that the later list gives. `reasons` say why its losses may not be true, except for their number.
    """

    total: int
    columns: tuple[str, ...]
    runs: tuple[Run, ...]
    changed: tuple[Changed, ...]
    arrived: tuple[Arrived, ...]
    vanished: tuple[int, ...]
    ambiguities: tuple[Ambiguity, ...]
    reasons: tuple[str, ...] = ()

    @property
    def added(self) -> int:
        """How many came for certain."""
        sure = len(self.arrived) - sum(len(one.after) for one in self.ambiguities)
        return sure + sum(max(len(one.after) - len(one.before), 0) for one in self.ambiguities)

    @property
    def lost(self) -> int:
        """How many are gone for certain."""
        return len(self.vanished) + sum(max(len(one.before) - len(one.after), 0) for one in self.ambiguities)


KnownDeltas = Mapping[tuple[str, str], ListDelta]
"""Deltas built already, by the digests of both snapshots' manifests ("" before the first)."""


def delta_of(pair: Pair, found: Alignment, sides: tuple[Coverage, Coverage], taken: tuple[str, str]) -> ListDelta:
    """The delta from the earlier to the later list of an aligned pair; `sides` is what their archives say of them."""
    origin = {a: b for b in pair.before.positions if (a := found.partners[b]) >= 0}
    alone = [(origin.get(a, -1), a, 1) for a in pair.after.positions]
    rows, after_rows = pair.before.by_position(), pair.after.by_position()
    return ListDelta(
        pair.after.total,
        tuple(sorted(pair.after.columns)),
        tuple(_runs(sorted([*pair.anchors, *alone], key=itemgetter(1)))),
        tuple(_changed(pair, found, rows, after_rows)),
        tuple(Arrived(at, normalised_row(after_rows[at])) for at in pair.after.positions if at not in origin),
        found.vanished,
        tuple(map(Ambiguity.of, found.uncertain)),
        reasons_but_number(pair, found, sides, taken),
    )


def first_delta(listing: Listing) -> ListDelta:
    """The delta from nothing to the first list."""
    arrived = tuple(Arrived(at, normalised_row(row)) for at, row in zip(listing.positions, listing.rows, strict=True))
    runs = ((-1, listing.total),) if listing.total else ()
    return ListDelta(listing.total, tuple(sorted(listing.columns)), runs, (), arrived, (), ())


class Packed(NamedTuple):
    """A delta as bytes, and what is asked of it without unpacking it."""

    added: int
    lost: int
    reasons: tuple[str, ...]
    body: bytes


def packed(delta: ListDelta) -> Packed:
    """The delta as bytes."""
    plain: Any = (
        *(delta.total, delta.columns, delta.runs),
        tuple((one.at, one.how, tuple(one.row)) for one in delta.changed),
        tuple((one.at, tuple(one.row)) for one in delta.arrived),
        *(delta.vanished, tuple(map(tuple, delta.ambiguities)), delta.reasons),
    )
    body = zlib.compress(marshal.dumps(plain, _MARSHAL), _LEVEL)
    return Packed(delta.added, delta.lost, delta.reasons, body)


def unpacked(body: bytes) -> ListDelta:
    """The delta in bytes that `packed` made; they come from the index, which only linkbak writes."""
    total, columns, runs, changed, arrived, vanished, ambiguities, reasons = marshal.loads(zlib.decompress(body))  # noqa: S302
    return ListDelta(
        total,
        columns,
        runs,
        tuple(_made(Changed, (at, how, _made(Row, row))) for at, how, row in changed),
        tuple(_made(Arrived, (at, _made(Row, row))) for at, row in arrived),
        vanished,
        tuple(Ambiguity(*one) for one in ambiguities),
        reasons,
    )


def _runs(pieces: Iterable[tuple[int, int, int]]) -> Iterator[Run]:
    """Pieces put together: where each begins before (-1: it was not there) and now, and its length."""
    start = length = 0
    for before, _, more in pieces:
        if length and before == (-1 if start == -1 else start + length):
            length += more
        else:
            if length:
                yield start, length
            start, length = before, more
    if length:
        yield start, length


def _changed(pair: Pair, found: Alignment, before: Rows, after: Rows) -> Iterator[Changed]:
    common = pair.before.columns & pair.after.columns
    fresh = sorted(FIELDS.index(name) for name in pair.after.columns - pair.before.columns)
    for b in sorted(found.how, key=found.partners.__getitem__):
        one, other = before[b], after[found.partners[b]]
        if one != other and (kind := class_of(one, other, common, found.how[b])) != "unchanged":
            yield Changed(found.partners[b], kind, normalised_row(other))
        elif one.connected_on is None and other.connected_on and not fresh:  # which nobody could read before
            yield Changed(found.partners[b], LEARNED, normalised_row(other))
    # Those who changed in nothing both lists have, but of whom the later list says more. Where lists differ in their
    # columns nothing was left out of the pair as identical.
    for b, a, how in found.matches() if fresh else ():
        one, other = before[b], after[a]
        same = how == "same" or class_of(one, other, common, how) == "unchanged"
        if same and any(other[field] for field in fresh):
            yield Changed(a, LEARNED, normalised_row(other))


# --- building deltas --------------------------------------------------------------------------------------------------
# The costly part of the index, on all cores if there are many to build.

CHUNK = 32
"""How many deltas a process gets at once; the first list of each chunk is read twice."""
MANY = 3 * CHUNK
"""The number of deltas from which starting processes pays."""


class DeltaJob(NamedTuple):
    """One delta to build: from a list (None for the first of an account) to the next."""

    network: str
    before: SnapshotKey | None
    after: SnapshotKey


def build_deltas(vault: Vault, jobs: Sequence[DeltaJob]) -> Iterator[Packed]:
    """The deltas of the jobs, packed, in their order."""
    if len(jobs) < MANY or _cores() < 2:
        yield from map(packed, _built(vault, jobs))
        return
    from concurrent.futures import ProcessPoolExecutor  # neither is needed by most commands
    from multiprocessing import get_context

    chunks = [jobs[at : at + CHUNK] for at in range(0, len(jobs), CHUNK)]
    pool = ProcessPoolExecutor(_cores(), get_context("fork"))
    try:
        for bodies in pool.map(_built_elsewhere, [vault.path] * len(chunks), chunks):
            yield from bodies
    finally:
        pool.shutdown(cancel_futures=True)


def _cores() -> int:
    """How many cores to use; only Linux forks a process cheaply and safely."""
    return (os.cpu_count() or 1) if sys.platform == "linux" else 1


def _built_elsewhere(place: Path, jobs: Sequence[DeltaJob]) -> list[Packed]:
    with Vault.open(place) as vault:
        return [packed(delta) for delta in _built(vault, jobs)]


def _built(vault: Vault, jobs: Sequence[DeltaJob]) -> Iterator[ListDelta]:
    """The deltas of the jobs; a stretch of jobs that follow each other reads each list once."""
    start = 0
    for end in range(1, len(jobs) + 1):
        if end == len(jobs) or jobs[end].before is None or jobs[end].before != jobs[end - 1].after:
            yield from _stretch(vault, jobs[start:end])
            start = end


def _stretch(vault: Vault, jobs: Sequence[DeltaJob]) -> Iterator[ListDelta]:
    adapter = adapters.by_network(jobs[0].network)
    first = jobs[0].before
    if first is None:
        listing = adapter.connections(vault.files(jobs[0].after))
        if listing is None:
            raise _without_list(jobs[0].after)
        yield first_delta(listing)
    keys = [key for key in (first, *(job.after for job in jobs)) if key is not None]
    kept = [vault.manifest(key) for key in keys]
    bytes_of = [sorted((file.table, file.sha256) for file in one.files if file.kind == "connections") for one in kept]
    read = [at for at in range(len(keys)) if at == 0 or bytes_of[at] != bytes_of[at - 1]]  # the same bytes once
    pairs = iter(adapter.pairs((vault.files(keys[at]), _coverage(keys[at], kept[at])) for at in read))
    for at in range(1, len(keys)):
        if at not in read:
            total = kept[at].coverage["connections"].rows
            yield ListDelta(total, (), ((0, total),) if total else (), (), (), (), ())  # nothing differs
            continue
        pair = next(pairs)
        if pair is None:
            raise _without_list(keys[at])
        taken = kept[at - 1].taken, kept[at].taken
        sides = _coverage(keys[at - 1], kept[at - 1]), _coverage(keys[at], kept[at])
        sources = [Source(vault.files(keys[side]), kept[side].coverage) for side in (at - 1, at)]
        yield delta_of(*linked(pair, taken, adapter, *sources), sides, taken)


def _coverage(key: SnapshotKey, manifest: Manifest) -> Coverage:
    found = listed(manifest.coverage)
    if found is None:
        raise _without_list(key)
    return found


def _without_list(key: SnapshotKey) -> VaultDamaged:
    return VaultDamaged(tr("{snapshot} lacks the list of connections it was kept with", snapshot=key.id))
