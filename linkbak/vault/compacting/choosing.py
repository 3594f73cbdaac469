"""Which objects to pack anew, and in which order."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from linkbak.errors import VaultDamaged
from linkbak.vault.disk import on_this_machine
from linkbak.vault.git import Git

from .census import Loose, loose_objects, packs

FORGOTTEN = 14 * 86_400
"""Seconds after which an object that nothing names is taken for what a killed command left."""
_TWICE = 2
_VERSION = re.compile(r"snapshots/(?P<account>[^/]+)/\d{4}/(?P<id>[^/]+)/(?P<file>.+)", re.ASCII | re.DOTALL)


class Blob(NamedTuple):
    """One version of a file, with its bytes."""

    id: str
    bytes: int


class Chosen(NamedTuple):
    """What to pack anew.

    `blobs` are in the order in which git shall see them; `others` are trees, commits and tags, each with its path.
    `superseded` are the packs all of whose objects are among them, `loose` the loose objects that are. `tips` are
    what everything hangs on. `forgotten` says whether there are loose objects that nothing has named for long.
    """

    blobs: tuple[Blob, ...]
    others: tuple[tuple[str, str], ...]
    superseded: tuple[str, ...]
    loose: tuple[str, ...]
    tips: tuple[str, ...]
    forgotten: bool

    @property
    def ids(self) -> frozenset[str]:
        """Every object to be packed."""
        return frozenset(one.id for one in self.blobs) | frozenset(name for name, _ in self.others)


def choose(git: Git, *, everything: bool) -> Chosen:
    """All that is loose and reachable, and of the packs those that are small beside it; or all packs.

    As a pack is packed anew only when at least half as much comes to it, each object is a few times in all.
    """
    objects = git.git_dir / "objects"
    tips = tuple(git.run("for-each-ref", "--format=%(objectname)").decode().split())
    tips += tuple(git.run("rev-parse", "HEAD").decode().split())
    listed = _reachable(git, tips)
    with on_this_machine(git.top):
        found = loose_objects(objects)
        packed = {name: ids_of(git, objects / "pack" / f"{name}.idx") for name in packs(objects)}
    facts = _facts(git)
    loose = [name for name in found if name in listed]
    superseded = [*packed] if everything else _small(loose, packed, facts)
    wanted = {**dict.fromkeys(loose), **{name: None for pack in superseded for name in packed[pack]}}
    return Chosen(
        _in_order_of_time(wanted, listed, facts),
        tuple((name, listed.get(name, "")) for name in wanted if _fact(facts, name)[0] != "blob"),
        tuple(superseded),
        tuple(loose),
        tips,
        _forgotten(found, listed),
    )


def ids_of(git: Git, index: Path) -> frozenset[str]:
    """The objects that a pack's index names."""
    with index.open("rb") as file:
        printed = git.finish(git.start("show-index", stdin=file), "show-index")
    return frozenset(line.split()[1] for line in printed.decode("ascii").splitlines())


def _reachable(git: Git, tips: Sequence[str]) -> dict[str, str]:
    """Every object that something hangs on, with the path at which it was first met, the newest commit's first."""
    printed = git.run("rev-list", "--objects", "--stdin", feed="".join(f"{tip}\n" for tip in tips).encode())
    words = (line.partition(b" ") for line in printed.split(b"\n") if line)
    return {name.decode(): path.decode("utf-8", "surrogateescape") for name, _, path in words}


def _facts(git: Git) -> dict[str, tuple[str, int]]:
    """Kind and size of every object there is."""
    shape = "--batch-check=%(objectname) %(objecttype) %(objectsize)"
    printed = git.run("cat-file", "--batch-all-objects", "--unordered", "--buffer", shape).decode("ascii")
    lines = (line.split() for line in printed.splitlines())
    return {words[0]: (words[1], int(words[2])) for words in lines if len(words) == 3}


def _fact(facts: Mapping[str, tuple[str, int]], name: str) -> tuple[str, int]:
    if name not in facts:
        raise VaultDamaged(f"git cannot read the object {name}")
    return facts[name]


def _small(
    loose: Sequence[str], packed: Mapping[str, Iterable[str]], facts: Mapping[str, tuple[str, int]]
) -> list[str]:
    """The packs that hold less, unpacked, than twice what is packed anew anyway; none if nothing is."""
    sizes = {pack: sum(_fact(facts, name)[1] for name in names) for pack, names in packed.items()}
    gathered, found = sum(_fact(facts, name)[1] for name in loose), []
    for pack in sorted(sizes, key=lambda one: sizes[one]):
        if sizes[pack] >= _TWICE * gathered:
            break
        found.append(pack)
        gathered += sizes[pack]
    return found


def _in_order_of_time(
    wanted: Iterable[str], listed: Mapping[str, str], facts: Mapping[str, tuple[str, int]]
) -> tuple[Blob, ...]:
    """The versions of each file one after another, oldest first; git packs each as what it adds to the one before."""
    met = {name: number for number, name in enumerate(listed)}
    keyed = []
    for name in wanted:
        kind, size = _fact(facts, name)
        if kind == "blob":
            path, number = listed.get(name, ""), -met.get(name, 0)
            version = _VERSION.fullmatch(path)
            key = (version["account"], version["file"], version["id"]) if version else ("", path, "")
            keyed.append((key, number, Blob(name, size)))
    return tuple(blob for _, _, blob in sorted(keyed))


def _forgotten(found: Mapping[str, Loose], listed: Mapping[str, str]) -> bool:
    oldest = time.time() - FORGOTTEN
    return any(one.written < oldest for name, one in found.items() if name not in listed)
