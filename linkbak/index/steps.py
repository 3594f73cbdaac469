"""What differs between two neighbouring lists, in a form that is made once and replayed as often as needed.

A step depends on nothing but its two lists, so that it stays true whatever is imported before, between or after
them; threading people through many lists replays steps and opens no archive.
"""

from __future__ import annotations

import marshal
import os
import sys
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from linkbak import adapters
from linkbak.diff.classes import class_of
from linkbak.errors import VaultDamaged
from linkbak.index.models import FIELDS, Row, row_of
from linkbak.matching import Alignment, align
from linkbak.matching.pairing import Rows, rows_at
from linkbak.model import Coverage, Listing, Manifest, Pair, listed
from linkbak.vault import SnapshotKey, Vault

LEARNED = "learned"
"""Nothing changed, but the later list has columns that the earlier one lacks."""

_MARSHAL = 2
_LEVEL = 1


class Step(NamedTuple):
    """How the later list comes out of the earlier one; positions count from 0 in either list.

    `runs` go through the later list in order: the position where some rows in a row stood in the earlier one (-1 for
    rows that have no partner there), and how many they are. `changed` has position, class and row after of the
    partners that differ, `arrived` the rows without a partner and `vanished` the earlier ones without. `doubts` are
    groups of positions before and after, and the reason. `columns` names the fields that the later list gives.
    """

    total: int
    columns: tuple[str, ...]
    runs: tuple[tuple[int, int], ...]
    changed: tuple[tuple[int, str, Row], ...]
    arrived: tuple[tuple[int, Row], ...]
    vanished: tuple[int, ...]
    doubts: tuple[tuple[tuple[int, ...], tuple[int, ...], str], ...]

    @property
    def added(self) -> int:
        """How many came for certain."""
        sure = len(self.arrived) - sum(len(after) for _, after, _ in self.doubts)
        return sure + sum(max(len(after) - len(before), 0) for before, after, _ in self.doubts)

    @property
    def lost(self) -> int:
        """How many are gone for certain."""
        return len(self.vanished) + sum(max(len(before) - len(after), 0) for before, after, _ in self.doubts)


def step_of(pair: Pair, found: Alignment) -> Step:
    """The step from the earlier to the later list of an aligned pair."""
    origin = [-1] * pair.after.total
    for before, after in enumerate(found.partners):
        if after >= 0:
            origin[after] = before
    rows, after_rows = rows_at(pair.before), rows_at(pair.after)
    return Step(
        pair.after.total,
        tuple(sorted(pair.after.columns)),
        tuple(_runs(origin)),
        tuple(_changed(pair, found, rows, after_rows)),
        tuple((at, row_of(after_rows[at])) for at, before in enumerate(origin) if before < 0),
        found.vanished,
        tuple((one.before, one.after, one.reason) for one in found.uncertain),
    )


def first_step(listing: Listing) -> Step:
    """The step from nothing to the first list."""
    arrived = tuple((at, row_of(row)) for at, row in zip(listing.positions, listing.rows, strict=True))
    runs = ((-1, listing.total),) if listing.total else ()
    return Step(listing.total, tuple(sorted(listing.columns)), runs, (), arrived, (), ())


def pack(step: Step) -> bytes:
    """The step as bytes."""
    plain: Any = tuple(step)
    return zlib.compress(marshal.dumps(plain, _MARSHAL), _LEVEL)


def unpack(body: bytes) -> Step:
    """The step that `pack` made these bytes of; they come from the index, which is ours alone."""
    return Step._make(marshal.loads(zlib.decompress(body)))  # noqa: S302


def _runs(origin: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Stretches of neighbours that were neighbours before, and of rows that were not there."""
    start, began = -2, 0
    for at, before in enumerate(origin):
        expected = -1 if start == -1 else start + at - began
        if before != expected:
            if at > began:
                yield start, at - began
            start, began = before, at
    if len(origin) > began:
        yield start, len(origin) - began


def _changed(pair: Pair, found: Alignment, before: Rows, after: Rows) -> Iterator[tuple[int, str, Row]]:
    common = pair.before.columns & pair.after.columns
    for b in sorted(found.how, key=found.partners.__getitem__):
        one, other = before[b], after[found.partners[b]]
        if one != other and (kind := class_of(one, other, common)) != "unchanged":
            yield found.partners[b], kind, row_of(other)
    fresh = sorted(FIELDS.index(name) for name in pair.after.columns - pair.before.columns)
    if fresh:
        yield from _learned(found, common, fresh, before, after)


def _learned(
    found: Alignment, common: frozenset[str], fresh: Iterable[int], before: Rows, after: Rows
) -> Iterator[tuple[int, str, Row]]:
    """Partners that changed in nothing both lists have, but of whom the later list tells more.

    Only where lists differ in their columns, and then nothing was left out of the pair as identical.
    """
    for b, a, how in found.matches():
        one, other = before[b], after[a]
        same = how == "same" or class_of(one, other, common) == "unchanged"
        if same and any(other[field] for field in fresh):
            yield a, LEARNED, row_of(other)


# --- making -----------------------------------------------------------------------------------------------------------
# Makes steps: the costly part of the index, on all cores if there are many to make.

CHUNK = 32
"""So many steps are given to a process at once; the first list of each chunk is read twice."""
MANY = 3 * CHUNK
"""From so many steps on, starting processes pays."""


class Job(NamedTuple):
    """One step to make: from a list (None for the first of an account) to the next."""

    network: str
    before: SnapshotKey | None
    after: SnapshotKey


def made(vault: Vault, jobs: Sequence[Job]) -> Iterator[bytes]:
    """The steps of the jobs, packed, in their order."""
    if len(jobs) < MANY or _cores() < 2:
        yield from map(pack, _made(vault, jobs))
        return
    chunks = [jobs[at : at + CHUNK] for at in range(0, len(jobs), CHUNK)]
    with _workers() as pool:
        for packed in pool.map(_made_elsewhere, [vault.path] * len(chunks), chunks):
            yield from packed


def _cores() -> int:
    """How many cores to use; only Linux forks a process cheaply and safely."""
    return (os.cpu_count() or 1) if sys.platform == "linux" else 1


@contextmanager
def _workers() -> Iterator[ProcessPoolExecutor]:  # type: ignore[name-defined]  # noqa: F821
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    pool = ProcessPoolExecutor(_cores(), get_context("fork"))
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def _made_elsewhere(place: Path, jobs: Sequence[Job]) -> list[bytes]:
    with Vault.open(place) as vault:
        return [pack(step) for step in _made(vault, jobs)]


def _made(vault: Vault, jobs: Sequence[Job]) -> Iterator[Step]:
    """The steps of the jobs; a stretch of jobs that follow each other reads each list once."""
    start = 0
    for end in range(1, len(jobs) + 1):
        if end == len(jobs) or jobs[end].before is None or jobs[end].before != jobs[end - 1].after:
            yield from _stretch(vault, jobs[start:end])
            start = end


def _stretch(vault: Vault, jobs: Sequence[Job]) -> Iterator[Step]:
    network = jobs[0].network
    adapter = adapters.by_network(network)
    first = jobs[0].before
    if first is None:
        listing = adapter.connections(vault.files(jobs[0].after))
        if listing is None:
            raise _listless(jobs[0].after)
        yield first_step(listing)
    keys = [key for key in (first, *(job.after for job in jobs)) if key is not None]
    kept = [vault.manifest(key) for key in keys]
    groups = _unlike(keys, kept)
    lists = ((vault.files(keys[at]), _coverage(keys[at], kept[at])) for at in groups)
    pairs = chain(adapter.series(lists))
    for at in range(1, len(keys)):
        if at not in groups:
            yield _no_step(kept[at])
            continue
        pair = next(pairs)
        if pair is None:
            raise _listless(keys[at])
        yield step_of(pair, align(pair))


def _unlike(keys: Sequence[SnapshotKey], kept: Sequence[Manifest]) -> dict[int, SnapshotKey]:
    """The lists that differ from the one before them in any byte; the same bytes are read once."""
    lists = [_lists(manifest) for manifest in kept]
    return {at: key for at, key in enumerate(keys) if at == 0 or lists[at] != lists[at - 1]}


def _lists(manifest: Manifest) -> list[tuple[str, str]]:
    return sorted((file.table, file.sha256) for file in manifest.files if file.kind == "connections")


def _coverage(key: SnapshotKey, manifest: Manifest) -> Coverage:
    found = listed(manifest.coverage)
    if found is None:
        raise _listless(key)
    return found


def _no_step(manifest: Manifest) -> Step:
    """Nothing differs."""
    total = manifest.coverage["connections"].rows
    return Step(total, (), ((0, total),) if total else (), (), (), (), ())


def _listless(key: SnapshotKey) -> VaultDamaged:
    return VaultDamaged(f"{key.id} lacks the list of connections it was kept with")
