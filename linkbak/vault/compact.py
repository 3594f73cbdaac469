"""Packs what a vault's git repository stores, by git's own packer, and says when that is worth it.

Git packs into a folder beside the vault's objects, while others go on reading and writing; the new pack is read back
from the disk; then, under the vault's lock and in a moment, it moves in and what it holds goes out. Killed anywhere,
every object is still there at least once.

Measured on 120 monthly archives of 5,000 people with 50,000 messages: a window of 10 and a depth of 100 made the
smallest pack for the least work, in 150 MB of memory; git's own depth of 50 is a fifth larger.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from linkbak.errors import LinkbakError, VaultLocked
from linkbak.model import Progress
from linkbak.vault.git import Git, isolating, names_in_pack
from linkbak.vault.layout import SETTINGS, Layout, on_this_machine, remove_tree, sync_folder, write_whole
from linkbak.vault.lock import locked_beside, orderly_end, patience
from linkbak.vault.repository import refuse_redirects, transfer
from linkbak.vault.vault import Vault
from linkbak.vault.writer import write_transaction

MANY = 2_000
"""So many loose objects are worth compacting: some four years of weekly lists."""
MUCH = 100_000_000
"""So many bytes of loose objects are: a few archives with messages."""
SOON = 8_000_000
"""A command that brought this many bytes took so long that counting everything does not add to it."""
FORGOTTEN = 14 * 86_400
"""Seconds after which a loose object that nothing names is taken for what a killed command left."""
FAILED = "compact-failed"
"""The file that tells why the last compaction in the background failed."""
LOCK = "compact.lock"
"""The lock that compactions have among themselves."""
PREFIX = "packing-"
"""How the folders are called in which new packs are made."""
PACK = re.compile(r"pack-(?:[0-9a-f]{40}|[0-9a-f]{64})", re.ASCII)
_SETTINGS = ("-c", "pack.threads=1", "-c", "pack.windowMemory=64m")
"""One thread, since each holds a window of whole versions in memory."""
_PACKING = (
    "--all",
    "--reflog",
    "--indexed-objects",
    "--non-empty",
    "--delta-base-offset",
    "--window=10",
    "--depth=100",
)
_SAMPLE = "17"
_FOLDERS = tuple(f"{number:02x}" for number in range(256))


class Loose(NamedTuple):
    """One loose object's file: its bytes on disk and when it was last written, in seconds since 1970."""

    bytes: int
    written: float


class Stored(NamedTuple):
    """How much of what is stored, in objects, packs and bytes on disk."""

    loose: int
    loose_bytes: int
    packs: int
    pack_bytes: int

    @property
    def bytes(self) -> int:
        """Everything together."""
        return self.loose_bytes + self.pack_bytes


class Compacted(NamedTuple):
    """What a vault stored before and stores after; the same if there was nothing to do."""

    before: Stored
    after: Stored
    done: bool


def compact(vault: Path, *, everything: bool = False, wait: bool = True, progress: Progress | None = None) -> Compacted:
    """Packs all that references, logs and the index of a vault reach into one pack; leaves kept packs alone.

    What git packed before is taken over; with `everything` it is packed anew. Others may read and write meanwhile:
    the vault's lock is held only while packs change places. Raises VaultLocked if somebody else compacts (at once
    without `wait`), VaultDamaged if an object is missing or damaged, MachineProblem if the disk is full; the vault is
    then as it was.
    """
    with Vault.open(vault):
        pass  # refuses what is no vault
    layout = Layout(vault)
    refuse_redirects(layout)
    busy = VaultLocked("another linkbak is compacting the vault", hint="Let it finish.")
    with orderly_end(), locked_beside(layout, LOCK, patience() if wait else 0.0, busy) as held:
        git = Git(layout.top)
        git.held = held
        if interrupted := list(layout.own.glob(f"{PREFIX}*")):
            with Vault.open(vault) as opened, write_transaction(opened, "compact"):
                for folder in interrupted:
                    _finish_move(layout, folder)
        before, names = stored(vault), _names_of(layout)
        if before.loose or before.packs > 1 or everything:
            with _folder_for_packs(layout) as folder:
                new = _pack(git, folder, progress, anew=everything)
                with Vault.open(vault) as opened, write_transaction(opened, "compact"):
                    _move_in(layout, folder)
                    _remove_packed(layout, git, new)
        with on_this_machine(layout.top):
            (layout.own / FAILED).unlink(missing_ok=True)
        return Compacted(before, stored(vault), done=everything or _names_of(layout) != names)


def stored(vault: Path) -> Stored:
    """What the vault at `vault` stores."""
    objects = Layout(vault).git / "objects"
    loose, packed = loose_objects(objects), packs(objects)
    return Stored(len(loose), sum(one.bytes for one in loose.values()), len(packed), sum(packed.values()))


def due(vault: Path, brought: int = 0) -> bool:
    """Whether enough is loose to be worth compacting; `brought` is how many bytes of files were just kept.

    As git does, looks into one folder of 256, unless much was just kept.
    """
    objects = Layout(vault).git / "objects"
    if brought < SOON:
        return len(_names(objects / _SAMPLE)) * len(_FOLDERS) > MANY
    return beyond(loose_objects(objects))


def beyond(loose: dict[str, Loose]) -> bool:
    """Whether these are enough to be worth compacting."""
    return len(loose) > MANY or sum(one.bytes for one in loose.values()) > MUCH


def wanted(vault: Path, brought: int, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether a compaction should begin; `brought` is how many bytes of files the command before it kept."""
    return (due(vault, brought) or _interrupted(vault)) and not _switched_off(vault, environment)


def attempt(vault: Path, environment: Mapping[str, str] = os.environ) -> bool:
    """Compacts if it is worth it and nobody else does; says whether it did. What goes wrong is noted, and raised."""
    layout = Layout(vault)
    enough = beyond(loose_objects(layout.git / "objects")) or _interrupted(vault)
    if not enough or _switched_off(vault, environment):
        return False
    try:
        return compact(vault, wait=False).done
    except VaultLocked:
        return False
    except LinkbakError as error:
        with suppress(OSError):
            write_whole(layout.own / FAILED, f"{error}\n".encode())
        raise


def failure(vault: Path) -> str:
    """Why the last compaction in the background failed, "" if it did not."""
    try:
        return (Layout(vault).own / FAILED).read_text("utf-8", "replace").strip()
    except OSError:
        return ""


def loose_objects(objects: Path) -> dict[str, Loose]:
    """Every loose object in a folder of objects, by its id."""
    found = {}
    for folder in _FOLDERS:
        for name in _names(objects / folder):
            try:
                facts = (objects / folder / name).stat()
            except OSError:  # another git has just packed it
                continue
            if len(name) in (38, 62):
                found[folder + name] = Loose(facts.st_size, facts.st_mtime)
    return found


def packs(objects: Path) -> dict[str, int]:
    """Every pack that has its index, by name, with the bytes of both; those that somebody told git to keep left out."""
    names = set(_names(objects / "pack"))
    whole = {name[:-4] for name in names if name.endswith(".idx") and PACK.fullmatch(name[:-4])}
    found = {}
    for name in sorted(whole):
        if f"{name}.pack" in names and f"{name}.keep" not in names:
            files = (objects / "pack" / f"{name}{ending}" for ending in (".pack", ".idx"))
            found[name] = sum(file.stat().st_size for file in files)
    return found


def _names_of(layout: Layout) -> tuple[set[str], set[str]]:
    """The loose objects and the packs there are."""
    objects = layout.git / "objects"
    return set(loose_objects(objects)), set(packs(objects))


def _names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208  # a path for each of thousands of names would cost more than all else
    except OSError:
        return []


def _interrupted(vault: Path) -> bool:
    """Whether a compaction is going on or was killed."""
    return next(Layout(vault).own.glob(f"{PREFIX}*"), None) is not None


def _switched_off(vault: Path, environment: Mapping[str, str]) -> bool:
    if environment.get("LINKBAK_COMPACT"):
        return environment["LINKBAK_COMPACT"] == "never"
    import tomllib

    try:
        return tomllib.loads((Layout(vault).top / SETTINGS).read_text("utf-8")).get("compact") == "never"
    except (OSError, ValueError):
        return False


@contextmanager
def _folder_for_packs(layout: Layout) -> Iterator[Path]:
    """An object folder of its own, removed at the end with whatever is left in it."""
    folder = layout.own / f"{PREFIX}{os.urandom(8).hex()}"
    with on_this_machine(layout.top):
        (folder / "pack").mkdir(mode=0o700, parents=True)
        folder.chmod(0o700)
    try:
        yield folder
    finally:
        with suppress(OSError):
            remove_tree(folder)


def _pack(git: Git, folder: Path, progress: Progress | None, *, anew: bool) -> str:
    """Makes a pack of everything reachable, and reads all of it back; gives its name, "" if there is nothing."""
    packer = Git(git.top)
    packer.held = git.held
    packer.flags = _SETTINGS
    packer.surroundings = isolating(folder, git.git_dir / "objects")
    again = ("--no-reuse-delta", "--no-reuse-object") if anew else ()
    tell = None if progress is None else lambda done, total: progress("compacting", done, total)
    transfer(packer, "pack-objects", *_PACKING, *again, str(folder / "pack" / "pack"), progress=tell)
    indexes = list((folder / "pack").glob("*.idx"))
    if indexes:
        packer.run("verify-pack", *map(str, indexes))
    return indexes[0].stem if indexes else ""


def _move_in(layout: Layout, folder: Path) -> None:
    """Moves the new pack to the vault's, its index last: git knows a pack by it."""
    place = layout.git / "objects" / "pack"
    with on_this_machine(layout.top):
        place.mkdir(mode=0o700, exist_ok=True)
        for ending in (".pack", ".rev", ".idx"):
            for file in (folder / "pack").glob(f"*{ending}"):
                file.rename(place / file.name)
            sync_folder(place)


def _finish_move(layout: Layout, folder: Path) -> None:
    """Clears up after a compaction that was killed; if its pack was on the way into the vault, brings the rest.

    A pack begins to move only once all of it was read back.
    """
    with on_this_machine(layout.top):
        place = layout.git / "objects" / "pack"
        if any((place / f"{index.stem}.pack").exists() for index in (folder / "pack").glob("*.idx")):
            _move_in(layout, folder)
        remove_tree(folder)


def _remove_packed(layout: Layout, git: Git, new: str) -> None:
    """Removes what the new pack holds too, and what nothing has named for long; the vault's lock must be held."""
    objects = layout.git / "objects"
    git.run("prune-packed", "--quiet")
    with on_this_machine(layout.top):
        others = [name for name in packs(objects) if new not in ("", name)]
        held = frozenset(names_in_pack(git, objects / "pack" / f"{new}.idx") if others else ())
        for name in others:
            if held.issuperset(names_in_pack(git, objects / "pack" / f"{name}.idx")):
                for derived in (objects / "pack").glob("multi-pack-index*"):  # it names packs, and git makes it anew
                    derived.unlink(missing_ok=True)
                for ending in (
                    ".idx",
                    ".pack",
                    ".rev",
                    ".bitmap",
                    ".mtimes",
                ):  # without its index git leaves it alone
                    (objects / "pack" / f"{name}{ending}").unlink(missing_ok=True)
        oldest = time.time() - FORGOTTEN
        forgotten = any(one.written < oldest for one in loose_objects(objects).values())
    if forgotten:
        git.run("prune", "--expire=2.weeks.ago")
