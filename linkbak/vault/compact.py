"""Packs what a vault's git repository stores: each file's versions in the order of time."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple

from linkbak.errors import LinkbakError, VaultDamaged, VaultLocked
from linkbak.vault.git import Git, refuse_redirects
from linkbak.vault.layout import SETTINGS, Layout, on_this_machine, remove_tree, sync_folder, write_new, write_whole
from linkbak.vault.lock import locked_beside, orderly_end, patience
from linkbak.vault.vault import Vault
from linkbak.vault.writer import write_transaction

if TYPE_CHECKING:
    from subprocess import Popen


# --- census -----------------------------------------------------------------------------------------------------------
# What lies in a vault's object folder: loose objects and packs, counted without git.

MANY = 2_000
"""So many loose objects are worth compacting: some four years of weekly lists."""
MUCH = 100_000_000
"""So many bytes of loose objects are: a few archives with messages."""
SOON = 8_000_000
"""A command that brought this many bytes took so long that counting everything does not add to it."""
FAILED = "compact-failed"
"""The file that tells why the last compaction in the background failed."""
PREFIX = "packing-"
"""How the folders are called in which new packs are made."""
PACK = re.compile(r"pack-(?:[0-9a-f]{40}|[0-9a-f]{64})", re.ASCII)
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


def loose_objects(objects: Path) -> dict[str, Loose]:
    """Every loose object by its id."""
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


def _names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208  # a path for each of thousands of names would cost more than all else
    except OSError:
        return []


# --- background -------------------------------------------------------------------------------------------------------
# Compacting by itself: whether it is wanted, and the note of how it went.


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
        done = compact(vault, wait=False).done
    except VaultLocked:
        return False
    except LinkbakError as error:
        with suppress(OSError):
            write_whole(layout.own / FAILED, f"{error}\n".encode())
        raise
    return done


def failure(vault: Path) -> str:
    """Why the last compaction failed, "" if it did not."""
    try:
        return (Layout(vault).own / FAILED).read_text("utf-8", "replace").strip()
    except OSError:
        return ""


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


# --- choosing ---------------------------------------------------------------------------------------------------------
# Which objects to pack anew, and in which order.

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


# --- scratch ----------------------------------------------------------------------------------------------------------
# A repository of its own inside the vault's ``.git/linkbak`` where new packs are made and tried before they count.

LARGE = 8_000_000
"""From so many bytes on a file's versions are kept in shorter chains: each link is a copy of the whole."""
SHORT, LONG = 20, 100
_FEED = "--batch=progress %(objectsize)\nblob\ndata %(objectsize)"
_CONFIG = """\
[core]
	repositoryformatversion = {version}
	bare = true
	bigFileThreshold = 128m
[fastimport]
	unpackLimit = 0
[pack]
	threads = 1
{more}"""
# On one core, since each that reads the packs back holds a chain of whole versions in memory.
_SHA256 = "[extensions]\n\tobjectFormat = sha256\n"
_TO_THE_VAULT = b"../../../../objects\n"

Tell = Callable[[int], None]
"""Told of so many bytes done."""


class Scratch:
    """A repository without references; removed at the end of the with block, whatever is left in it.

    `held` is a descriptor that its git commands inherit: while one of them lives, nobody else compacts.
    """

    def __init__(self, layout: Layout, tip: str, held: int) -> None:
        self.folder = layout.own / f"{PREFIX}{os.urandom(8).hex()}"
        self._git = Git(self.folder)
        self._git.held = held
        self.packs = self._git.git_dir / "objects" / "pack"
        self._alternates = self._git.git_dir / "objects" / "info" / "alternates"
        long = len(tip) > 40
        with on_this_machine(layout.top):
            for folder in (self.packs, self._alternates.parent, self._git.git_dir / "refs"):
                folder.mkdir(mode=0o700, parents=True)
            self.folder.chmod(0o700)
            config = _CONFIG.format(version=int(long), more=_SHA256 if long else "")
            write_new(self._git.git_dir / "config", config.encode())
            write_new(self._git.git_dir / "HEAD", b"ref: refs/heads/main\n")

    def fill(self, vault: Git, chosen: Chosen, tell: Tell) -> None:
        """Makes packs of everything chosen; raises VaultDamaged if the vault cannot give it as it was kept."""
        small = [one for one in chosen.blobs if one.bytes < LARGE]
        large = [one for one in chosen.blobs if one.bytes >= LARGE]
        for blobs, depth in ((small, LONG), (large, SHORT)):
            if blobs:
                self._pack_blobs(vault, blobs, depth, tell)
        if chosen.others:
            self._borrow()
            feed = "".join(f"{name} {path}\n" for name, path in chosen.others).encode("utf-8", "surrogateescape")
            self._git.run("pack-objects", "--quiet", "--delta-base-offset", str(self.packs / "pack"), feed=feed)

    def check(self, tips: Sequence[str], *, alone: bool) -> frozenset[str]:
        """Reads every new object from the disk and follows everything from the tips; gives what the packs hold.

        With `alone`, everything reachable must be in the new packs themselves; else in them or in the vault.
        """
        indexes = sorted(self.packs.glob("*.idx"))
        if indexes:
            self._git.run("verify-pack", *map(str, indexes))
        if alone:
            self._alternates.unlink(missing_ok=True)
        else:
            self._borrow()
        self._git.run("fsck", "--connectivity-only", "--no-dangling", "--no-progress", *dict.fromkeys(tips))
        return frozenset[str]().union(*(ids_of(self._git, index) for index in indexes))

    def discard(self) -> None:
        """Forgets everything."""
        with suppress(OSError):
            remove_tree(self.folder)

    def __enter__(self) -> Scratch:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.discard()

    def _borrow(self) -> None:
        """Lets git read the vault's objects from here; not where blobs are packed, or it leaves some out."""
        if not self._alternates.exists():
            with on_this_machine(self.folder):
                write_new(self._alternates, _TO_THE_VAULT)

    def _pack_blobs(self, vault: Git, blobs: Sequence[Blob], depth: int, tell: Tell) -> None:
        """Git gives what it has to git: nothing of it passes through here."""
        wanted = self.folder / "wanted"
        with on_this_machine(self.folder):
            wanted.unlink(missing_ok=True)
            write_new(wanted, "".join(f"{one.id}\n" for one in blobs).encode())
            before = {*self.packs.glob("*.idx")}
            with wanted.open("rb") as names:
                reading = vault.start("cat-file", "--buffer", _FEED, stdin=names)
        try:
            packing = self._git.start("fast-import", "--quiet", f"--depth={depth}", stdin=reading.stdout)
            assert reading.stdout is not None
            reading.stdout.close()
            self._watch(vault, reading, packing, tell)
        finally:
            vault.end(reading)
        made = {*self.packs.glob("*.idx")} - before
        found = frozenset[str]().union(*(ids_of(self._git, index) for index in made))
        if found != {one.id for one in blobs}:
            raise VaultDamaged("an object of the vault is not what it was when it was kept")

    def _watch(self, vault: Git, reading: Popen[bytes], packing: Popen[bytes], tell: Tell) -> None:
        try:
            assert packing.stdout is not None
            for line in packing.stdout:
                tell(int(line.split()[1]))
            complaints = [one.communicate()[1] for one in (packing, reading)]
        finally:
            self._git.end(packing)
        if reading.returncode > 0:  # what it could not read, the other was not given
            vault.judge(reading.returncode, "cat-file", complaints[1])
        self._git.judge(packing.returncode, "fast-import", complaints[0])
        vault.judge(reading.returncode, "cat-file", complaints[1])


# --- swapping ---------------------------------------------------------------------------------------------------------
# Puts new packs in place of what they hold: in with all of the new, then out with the old.
# Killed anywhere in between, every object is still there at least once, and the next one ends what was begun.

NOTE = "swap.json"
_INDEX = ".idx"
_REST = (".pack", ".rev", ".bitmap", ".mtimes")


def bring_in(layout: Layout, scratch: Scratch, superseded: Iterable[str]) -> list[str]:
    """Moves the new packs to the vault's, their indexes last: git knows a pack by it. Gives those to remove."""
    with on_this_machine(layout.top):
        new = sorted(index.stem for index in scratch.packs.glob("*.idx"))
        old = [name for name in superseded if name not in new]
        for file in scratch.packs.iterdir():
            _sync(file)
        write_new(scratch.folder / NOTE, json.dumps({"new": new, "old": old}).encode(), durable=True)
        sync_folder(scratch.folder)
        place = _packs(layout)
        place.mkdir(mode=0o700, exist_ok=True)
        for ending in (".pack", ".rev", _INDEX):
            for file in scratch.packs.glob(f"*{ending}"):
                file.rename(place / file.name)
            sync_folder(place)
    return old


def take_out(layout: Layout, loose: Collection[str], old: Iterable[str]) -> None:
    """Removes loose objects and packs, all of which the new packs hold."""
    with on_this_machine(layout.top):
        objects = layout.git / "objects"
        for name in loose:
            (objects / name[:2] / name[2:]).unlink(missing_ok=True)
        for folder in {name[:2] for name in loose}:
            with suppress(OSError):  # what is not empty stays
                (objects / folder).rmdir()
        _remove_packs(layout, old)


def interrupted(layout: Layout) -> list[Path]:
    """The folders of compactions that were killed, or of one that is at work."""
    return list(layout.own.glob(f"{PREFIX}*"))


def clear(layout: Layout, git: Git, folder: Path) -> None:
    """Ends what a killed compaction began, if all its packs had come in, or takes back a pack that came half."""
    with on_this_machine(layout.top):
        new, old = _noted(folder / NOTE)
        indexes = [_packs(layout) / f"{name}{_INDEX}" for name in new]
        if new and all(index.exists() for index in indexes):
            held = frozenset[str]().union(*(ids_of(git, index) for index in indexes))
            take_out(layout, held & loose_objects(layout.git / "objects").keys(), old)
        for name in (*new, *old):
            if not (_packs(layout) / f"{name}{_INDEX}").exists():
                _remove_rest(layout, name)
        remove_tree(folder)


def _remove_packs(layout: Layout, names: Iterable[str]) -> None:
    for name in names:
        for derived in _packs(layout).glob("multi-pack-index*"):  # it names packs, and git makes it anew
            derived.unlink(missing_ok=True)
        (_packs(layout) / f"{name}{_INDEX}").unlink(missing_ok=True)
        _remove_rest(layout, name)


def _remove_rest(layout: Layout, name: str) -> None:
    for ending in _REST:
        (_packs(layout) / f"{name}{ending}").unlink(missing_ok=True)


def _noted(note: Path) -> tuple[list[str], list[str]]:
    """The new and the old packs of a swap; none if it had not begun."""
    try:
        found = json.loads(note.read_bytes())
        new, old = ([str(name) for name in found[which] if PACK.fullmatch(str(name))] for which in ("new", "old"))
    except (OSError, ValueError, KeyError, TypeError):
        return [], []
    return new, old


def _packs(layout: Layout) -> Path:
    return layout.git / "objects" / "pack"


def _sync(file: Path) -> None:
    descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


# --- working ----------------------------------------------------------------------------------------------------------
# The one way a vault is compacted: choose, pack apart, check, swap under the vault's lock.

LOCK = "compact.lock"

Progress = Callable[[str, int, int], None]
"""Told what is being done, how many bytes of it are done, and of how many."""


class Compacted(NamedTuple):
    """What a vault stored before and stores after; the same if there was nothing to do."""

    before: Stored
    after: Stored
    done: bool


def compact(vault: Path, *, everything: bool = False, wait: bool = True, progress: Progress | None = None) -> Compacted:
    """Packs what is loose together with packs that are small beside it; with `everything`, all there is.

    Others may read and write meanwhile: the vault's lock is held only while packs change places. Raises VaultLocked
    if somebody else compacts (at once without `wait`), VaultDamaged if an object is missing or damaged, MachineProblem
    if the disk is full; the vault is then as it was.
    """
    with Vault.open(vault):
        pass  # refuses what is no vault
    layout = Layout(vault)
    refuse_redirects(layout)
    with orderly_end(), _alone(layout, patience() if wait else 0.0) as held:
        git = Git(layout.top)
        git.held = held
        _resume(vault, layout, git)
        before = stored(vault)
        chosen = choose(git, everything=everything)
        if not chosen.ids and not chosen.forgotten:
            _forgive(layout)
            return Compacted(before, before, done=False)
        with Scratch(layout, chosen.tips[-1], held) as scratch:
            scratch.fill(git, chosen, _counting(progress, chosen))
            held_now = scratch.check(chosen.tips, alone=everything)
            if held_now != chosen.ids:
                raise VaultDamaged("the new packs do not hold what they should")
            _swap(vault, layout, git, scratch, chosen)
        _forgive(layout)
        return Compacted(before, stored(vault), done=True)


def _resume(vault: Path, layout: Layout, git: Git) -> None:
    """Ends what killed compactions began."""
    if found := interrupted(layout):
        with Vault.open(vault) as opened, write_transaction(opened, "compact"):
            for folder in found:
                clear(layout, git, folder)


def _swap(vault: Path, layout: Layout, git: Git, scratch: Scratch, chosen: Chosen) -> None:
    with Vault.open(vault) as opened, write_transaction(opened, "compact"):
        old = bring_in(layout, scratch, chosen.superseded)
        take_out(layout, chosen.loose, old)
        if chosen.forgotten:
            git.run("prune", "--expire=2.weeks.ago")


def _forgive(layout: Layout) -> None:
    """An earlier failure is told no more."""
    with on_this_machine(layout.top):
        (layout.own / FAILED).unlink(missing_ok=True)


def _counting(progress: Progress | None, chosen: Chosen) -> Callable[[int], None]:
    total, done = sum(one.bytes for one in chosen.blobs), 0

    def tell(more: int) -> None:
        nonlocal done
        done += more
        if progress is not None:
            progress("compacting", done, total)

    return tell


def _alone(layout: Layout, seconds: float) -> AbstractContextManager[int]:
    """Holds the lock that compactions have among themselves; gives its descriptor, for git commands to inherit."""
    return locked_beside(
        layout, LOCK, seconds, VaultLocked("another linkbak is compacting the vault", hint="Let it finish.")
    )
