"""Two sets of snapshots as one, in one chain: a function of both sets alone, whichever of them is ours."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from typing import NamedTuple

from linkbak.model import Manifest
from linkbak.vault import manifest as manifests
from linkbak.vault.summary import SnapshotKey, Summary

_MOMENT = 18


class Kept(NamedTuple):
    """A snapshot as one side has it: its folder's id, its manifest as text and as read, and a digest of what
    of that lasts."""

    key: SnapshotKey
    tree: str
    text: bytes
    manifest: Manifest
    lasting: str

    @classmethod
    def read(cls, key: SnapshotKey, tree: str, text: bytes) -> Kept:
        """The snapshot with its manifest read."""
        lasting = hashlib.sha256(manifests.lasting(text)).hexdigest()
        return cls(key, tree, text, manifests.loads(text, key.folder), lasting)


class Placed(NamedTuple):
    """A snapshot as both sides shall have it: whose folder it is, under which name, and with which manifest."""

    key: SnapshotKey
    kept: Kept
    text: bytes


class United(NamedTuple):
    """The snapshots that are not on both sides just the same, in the order of the chain.

    `ours` and `theirs` tell under which name each side's snapshot is found now, `both` which archives both had kept.
    """

    placed: tuple[Placed, ...]
    ours: Mapping[SnapshotKey, SnapshotKey]
    theirs: Mapping[SnapshotKey, SnapshotKey]
    both: tuple[SnapshotKey, ...]


class _One(NamedTuple):
    """One archive: what our side and theirs have kept of it, either possibly nothing."""

    ours: Kept | None
    theirs: Kept | None

    @property
    def sides(self) -> list[Kept]:
        return [side for side in self if side is not None]

    @property
    def kept(self) -> Kept:
        """The one that stays: that imported first."""
        return min(self.sides, key=_by_import)

    @property
    def twice(self) -> bool:
        """Whether both sides imported the archive, each by itself."""
        return len({side.lasting for side in self.sides}) == 2


def united(ours: Sequence[Kept], theirs: Sequence[Kept], common: Sequence[Summary]) -> United:
    """Snapshots that only one side has, or both in different ways, on top of the `common` ones.

    The chain of the common ones stays. The others follow in the order in which they were imported, each naming the one
    before it, so that machines which merge the same come to the same.
    """
    ones = sorted(_paired(ours, theirs), key=lambda one: _by_import(one.kept))
    names = _named(ones, {one.key for one in common})
    placed, previous = [], _end(common)
    for one, key in zip(ones, names, strict=True):
        text = manifests.renamed(one.kept.text, key.id, previous)
        placed.append(Placed(key, one.kept, text))
        previous = hashlib.sha256(text).hexdigest()
    return United(
        tuple(placed),
        {one.ours.key: key for one, key in zip(ones, names, strict=True) if one.ours},
        {one.theirs.key: key for one, key in zip(ones, names, strict=True) if one.theirs},
        tuple(key for one, key in zip(ones, names, strict=True) if one.twice),
    )


def _paired(ours: Iterable[Kept], theirs: Iterable[Kept]) -> list[_One]:
    """Each archive once: it is the same where account, day and every file are."""
    left = _by_archive(theirs)
    found = [_One(one, left.pop(name, None)) for name, one in _by_archive(ours).items()]
    return found + [_One(None, one) for one in left.values()]


def _by_archive(side: Iterable[Kept]) -> dict[tuple[object, ...], Kept]:
    """One side's snapshots by what they hold; one side never takes two of its own for one."""
    found: dict[tuple[object, ...], Kept] = {}
    for one in sorted(side, key=lambda one: (one.key.account, one.key.id[:_MOMENT], one.key.number)):
        files = frozenset((file.path, file.bytes, file.sha256) for file in one.manifest.files)
        name = (one.key.account, one.manifest.taken[:10], files)
        number = next(number for number in count() if (*name, number) not in found)
        found[*name, number] = one
    return found


def _named(ones: Sequence[_One], taken: set[SnapshotKey]) -> list[SnapshotKey]:
    """A name for each: one it has, if that is free; who was imported first chooses first."""
    names = []
    for one in ones:
        moment = one.kept.key.id[:_MOMENT]
        claimed = {side.key for side in one.sides if side.key.id[:_MOMENT] == moment}
        free = (key for key in sorted(claimed, key=lambda key: key.number) if key not in taken)
        name = next(free, None) or _free(one.kept.key.account, moment, taken)
        taken.add(name)
        names.append(name)
    return names


def _free(account: str, moment: str, taken: set[SnapshotKey]) -> SnapshotKey:
    names = (SnapshotKey(account, moment if number == 1 else f"{moment}-{number}") for number in count(1))
    return next(name for name in names if name not in taken)


def _end(common: Sequence[Summary]) -> str:
    """The digest of the manifest that was kept last."""
    named = {one.previous for one in common}
    ends = [one for one in common if one.digest not in named]
    return max(ends, key=lambda one: (one.imported, one.order)).digest if ends else ""


def _by_import(one: Kept) -> tuple[str, str, str, str]:
    """Depends on no name: which a snapshot has may differ from side to side."""
    return one.manifest.imported_at, one.manifest.taken, one.key.account, one.lasting
