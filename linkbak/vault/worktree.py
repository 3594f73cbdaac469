"""The snapshots in the work tree: keeps git's index and the sparse checkout in step with the commits."""

from __future__ import annotations

import hashlib
import os
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from linkbak.errors import UsageProblem
from linkbak.model import NamedTuple
from linkbak.texts import tr
from linkbak.vault.git import FILE_MODE, FOLDER_MODE, Git, GitFailed, Objects, blob_id, branch, tree_entries, words_of
from linkbak.vault.layout import (
    MARKS,
    SETTINGS,
    SETTINGS_TEXT,
    SNAPSHOTS,
    VISIBLE,
    Layout,
    create_private,
    on_this_machine,
    write_whole,
)
from linkbak.vault.snapshots import SnapshotKey
from linkbak.vault.vault import Vault, opened

if TYPE_CHECKING:
    pass


Visible = int | Literal["all"]
_SPARE = 8  # how many more than asked for may lie open until the end of a command that keeps many


class WorkTree:
    """The index and the sparse checkout of one vault while it is written to."""

    def __init__(self, layout: Layout, git: Git, visible: Visible, open_now: Sequence[SnapshotKey]) -> None:
        self._layout = layout
        self._git = git
        self.visible = visible
        self._open = list(open_now)
        self._whole = not layout.cone.exists()  # as in a plain clone, of which everything lies open
        self.stale = self._whole or layout.cone.read_bytes() != self._cone(self._open)

    def enter(self, key: SnapshotKey, entries: Mapping[str, IndexEntry]) -> None:
        """Tells the index about a snapshot just committed that lies in the work tree; `entries` by path."""
        self._open.append(key)
        self._write(self._open)
        whole = {f"{key.folder}/{path}": entry for path, entry in entries.items()}
        feed = b"".join(f"{_MODE:o} {entry.id}\t{path}\0".encode() for path, entry in whole.items())
        self._git.run("update-index", "-z", "--index-info", feed=feed)
        note_status(self._layout.git / "index", whole)

    def relieve(self, keys: Sequence[SnapshotKey]) -> None:
        """`settle`, but only once many more lie open than should."""
        if len(self._open) > len(newest(keys, self.visible)) + _SPARE:
            self.settle(keys)

    def settle(self, keys: Sequence[SnapshotKey]) -> None:
        """Leaves only the newest of `keys` (sorted oldest first) open; folders that somebody edited stay."""
        wanted = newest(keys, self.visible)
        if self.stale or set(wanted) != set(self._open):
            self._write(wanted)
            folders = {key.folder for key in wanted}
            if not self._whole or self._lying_open() != folders:
                self._git.run("sparse-checkout", "reapply")
                if self._lying_open() - folders:
                    self._look_again()
        self._open, self.stale, self._whole = wanted, False, False

    def _lying_open(self) -> set[str]:
        top = self._layout.top
        return {folder.relative_to(top).as_posix() for folder in top.glob(f"{SNAPSHOTS}/*/*/*")}

    def _look_again(self) -> None:
        """Refresh the index: in a copied vault, files look altered to git until it has compared their bytes."""
        with suppress(GitFailed):  # git's exit status when some are altered
            self._git.run("update-index", "-q", "--refresh")
        self._git.failed.discard("update-index")
        self._git.run("sparse-checkout", "reapply")

    def _write(self, keys: Iterable[SnapshotKey]) -> None:
        with on_this_machine(self._layout.top):
            write_whole(self._layout.cone, self._cone(keys))

    def _cone(self, keys: Iterable[SnapshotKey]) -> bytes:
        return cone([SNAPSHOTS] if self.visible == "all" else (key.folder for key in keys))


def newest(keys: Sequence[SnapshotKey], visible: Visible) -> list[SnapshotKey]:
    """The newest `visible` of each account, in the order given."""
    if visible == "all":
        return list(keys)
    left: dict[str, int] = {}
    found = []
    for key in reversed(keys):
        left[key.account] = left.get(key.account, visible) - 1
        if left[key.account] >= 0:
            found.append(key)
    return found[::-1]


def cone(folders: Iterable[str]) -> bytes:
    """The patterns of a sparse checkout (cone mode) with just these folders, whole."""
    lines = ["/*", "!/*/"]
    whole = sorted(set(folders))
    above = {folder for one in whole for folder in folders_above(one)}
    for folder in sorted(above):
        lines += [f"/{folder}/", f"!/{folder}/*/"]
    return "\n".join([*lines, *(f"/{folder}/" for folder in whole), ""]).encode()


def folders_above(folder: str) -> list[str]:
    """The folders above one, the outermost first."""
    parts = folder.split("/")
    return ["/".join(parts[:end]) for end in range(1, len(parts))]


def visible_setting(layout: Layout) -> Visible:
    """How many snapshots of each account should lie open, by the vault's settings."""
    return visible_in((layout.top / SETTINGS).read_bytes())


def visible_in(settings: bytes) -> Visible:
    """The same, out of the settings' text."""
    if settings == SETTINGS_TEXT:  # as nearly always: reading TOML takes a while to load
        return VISIBLE
    import tomllib

    try:
        value = tomllib.loads(settings.decode("utf-8")).get("visible", VISIBLE)
    except (ValueError, RecursionError):
        raise UsageProblem(tr("{file} in the vault is not TOML", file=SETTINGS), hint=tr("Correct the file.")) from None
    if value == "all" or (type(value) is int and value >= 0):
        return value  # type: ignore[no-any-return]
    raise UsageProblem(tr('{file} in the vault: visible must be a number or "all"', file=SETTINGS))


# --- after a merge ----------------------------------------------------------------------------------------------------
# The branch has moved by more than one snapshot, as when a copy's commits came in: index and work tree are brought to
# it. What somebody edited stays as it is. Run again after an interruption, it does what was left.

_MANY = 100
_DEPTH = 3


class _Change(NamedTuple):
    """A file that changed: its object before and after, "" where there was or is none."""

    path: str
    before: str
    after: str


def sync_worktree(vault: Vault, was: str) -> bool:
    """Brings index and work tree from the commit `was` to the newest one; returns whether that is another one.

    Afterwards the index has also the snapshots that do not lie open yet, so that the work tree can open them.
    """
    layout, git, objects = vault.layout, vault.git, vault.objects
    now = branch(layout.git)
    if now == was or not now:
        return False
    changes = list(_differing(objects, f"{was}^{{tree}}", f"{now}^{{tree}}", ""))
    # Files at the top and folders of snapshots; of very many folders everything, which is quicker for git.
    wanted = list(dict.fromkeys("/".join(one.path.split("/")[:4]) for one in changes))
    if sum(path.startswith(f"{SNAPSHOTS}/") for path in wanted) > _MANY:
        wanted = [*(path for path in wanted if not path.startswith(f"{SNAPSHOTS}/")), SNAPSHOTS]
    if wanted:
        git.run("reset", "-q", "--pathspec-from-file=-", "--pathspec-file-nul", feed=words_of(wanted))
    with on_this_machine(layout.top):
        for one in changes:
            _renew(layout, objects, one)
    below = [path for path in wanted if path.startswith(SNAPSHOTS)]
    if below:
        missing = git.run("ls-files", "-z", "--deleted", "--", *below)
        if missing:
            git.run("checkout-index", "-q", "-u", "-z", "--stdin", feed=missing)
    return True


def _renew(layout: Layout, objects: Objects, one: _Change) -> None:
    """Updates a file that lies open, if it is unchanged since the commit before.

    git writes new files once the index has them. Marks that somebody edited get the new lines.
    """
    file = layout.top / one.path
    if any(above.is_symlink() for above in file.parents if layout.top in above.parents):
        return  # it lies elsewhere
    if one.before and _holds(file, one.before):
        found = objects.get(one.after) if one.after and "/archive/" not in one.path else None
        if found is not None:
            write_whole(file, found.data, layout.own)
        else:
            file.unlink()
            folder = file.parent
            with suppress(OSError):  # of a folder that is not empty
                while layout.top / SNAPSHOTS in folder.parents:
                    folder.rmdir()
                    folder = folder.parent
    elif one.path == MARKS and not _holds(file, one.after) and file.is_file() and not file.is_symlink():
        _add_lines(layout, objects, file, one)


def _add_lines(layout: Layout, objects: Objects, file: Path, one: _Change) -> None:
    before, after = (objects.get(name) if name else None for name in (one.before, one.after))
    there = file.read_bytes()
    known = {*there.split(b"\n"), *(before.data.split(b"\n") if before else ())}
    new = [line for line in (after.data.split(b"\n") if after else ()) if line not in known]
    if new:
        write_whole(file, ended(there) + b"".join(line + b"\n" for line in new), layout.own)


def ended(text: bytes) -> bytes:
    """The text with a line feed at its end, if there is any."""
    return text if not text or text.endswith(b"\n") else text + b"\n"


def _holds(file: Path, name: str) -> bool:
    """Whether an ordinary file holds just the bytes of an object."""
    descriptor = opened(file) if name else None
    if descriptor is None:
        return False
    with os.fdopen(descriptor, "rb") as stream:
        size, chunks = os.fstat(descriptor).st_size, iter(lambda: stream.read(1 << 18), b"")
        return blob_id(size, chunks, len(name)) == name


def _differing(objects: Objects, one: str, other: str, above: str) -> Iterator[_Change]:
    """Every file in which two trees differ."""
    found = (objects.get(name) if name else None for name in (one, other))
    before, after = ({entry.name: entry for entry in tree_entries(tree)} if tree else {} for tree in found)
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        trees, files = (
            [entry.id if entry and entry.mode == mode else "" for entry in (old, new)]
            for mode in (FOLDER_MODE, FILE_MODE)
        )
        if old is None and above.count("/") == _DEPTH:
            yield _Change(above + name, "", "")  # a snapshot that is new lies nowhere yet
            continue
        if any(files):
            yield _Change(above + name, files[0], files[1])
        if any(trees):
            yield from _differing(objects, trees[0], trees[1], f"{above}{name}/")


# --- git's index ------------------------------------------------------------------------------------------------------
# What it says of files that were just written: their objects, and how the file system knows them again. Git would read
# and hash each of them once more, though both are known: an eighth of an import with many messages.

_STATUS = struct.Struct(">10I")
"""Of an entry, in front of the object's name: change, modification (seconds, nanoseconds), device, inode, mode, user,
group, size; all cut to 32 bits. See `gitformat-index(5)`."""
_MODE = 0o100644
_LONGEST = 0xFFF


class IndexEntry(NamedTuple):
    """A file's object, and what the file system said of the file when its bytes were those."""

    id: str
    status: os.stat_result


def note_status(index: Path, entries: Mapping[str, IndexEntry]) -> None:
    """Writes the file system's facts about these entries, which git's index has already, into the index.

    An entry that is not as expected is left as it is: git then reads the file the next time it is asked.
    """
    lock = index.with_name("index.lock")
    with suppress(OSError):  # somebody else's git is at work, or the disk is full
        descriptor = create_private(lock)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(_noted(index.read_bytes(), entries))
                file.flush()
                os.fsync(descriptor)
            lock.replace(index)
        except BaseException:
            lock.unlink(missing_ok=True)
            raise


def _noted(data: bytes, entries: Mapping[str, IndexEntry]) -> bytes:
    noted, width = bytearray(data), 20
    for path, (object_id, status) in entries.items():
        name, width = path.encode(), len(object_id) // 2
        # The object's name, no flag but the length of the path, and the path: so is every entry of a plain file.
        flags = min(len(name), _LONGEST).to_bytes(2, "big")
        at = noted.find(bytes.fromhex(object_id) + flags + name + b"\0") - _STATUS.size
        if at > 0:
            times = (part for moment in (status.st_ctime_ns, status.st_mtime_ns) for part in divmod(moment, 10**9))
            owner = status.st_dev, status.st_ino, _MODE, status.st_uid, status.st_gid, status.st_size
            _STATUS.pack_into(noted, at, *(number & 0xFFFFFFFF for number in (*times, *owner)))
    if noted != data and any(noted[-width:]):  # else git was told to leave the checksum out
        digest = hashlib.new("sha1" if width == 20 else "sha256", noted[:-width], usedforsecurity=False)
        noted[-width:] = digest.digest()
    return bytes(noted)
