"""Makes steps: the costly part of the index, on all cores if there are many to make."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from linkbak import adapters
from linkbak.errors import VaultDamaged
from linkbak.history.steps import Step, first_step, pack, step_of
from linkbak.identity import align
from linkbak.model import Coverage, Manifest, listed
from linkbak.vault import SnapshotKey, Vault

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
