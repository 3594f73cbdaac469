"""One writer at a time; a signal ends it cleanly, and the next writer clears up after one that was killed."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from linkbak.errors import VaultLocked
from linkbak.model import NamedTuple
from linkbak.texts import tr
from linkbak.vault.git import OBJECT_ID, branch, git_lock
from linkbak.vault.layout import (
    MANIFEST,
    MARKS,
    SNAPSHOTS,
    Layout,
    on_this_machine,
    private_folder,
    remove_tree,
    sync_folder,
    write_whole,
)
from linkbak.vault.snapshots import ACCOUNT_NAME, SNAPSHOT_ID
from linkbak.vault.staging import PREFIX
from linkbak.vault.vault import Vault, opened
from linkbak.vault.worktree import sync_worktree

PATIENCE = 60.0
_PAUSE = 0.02
_BRIEF = 2.0


@contextmanager
def locked(layout: Layout) -> Iterator[int]:
    """Holds the vault's lock; yields the descriptor that git commands inherit, so that they hold it too."""
    deadline = time.monotonic() + patience()
    other = _busy(tr("another linkbak is writing to the vault"))
    # No git command of a killed linkbak can still be running: it would have inherited the second lock.
    left = _busy(tr("a git command of an earlier linkbak is still at work in the vault"))
    with (
        locked_beside(layout, layout.lock.name, patience(), other, surely=True),
        locked_beside(layout, layout.children.name, deadline - time.monotonic(), left) as descriptor,
    ):
        yield descriptor


def patience() -> float:
    """How many seconds to wait for another writer: LINKBAK_LOCK_WAIT, or a minute."""
    try:
        return max(0.0, float(os.environ["LINKBAK_LOCK_WAIT"]))
    except (KeyError, ValueError):
        return PATIENCE


def wait_for_git(layout: Layout) -> None:
    """Waits a moment for somebody else's git program in the vault, then refuses."""
    theirs = layout.git / "index.lock"
    if not until(lambda: not theirs.exists(), time.monotonic() + min(_BRIEF, patience())):
        raise git_lock(theirs)


@contextmanager
def orderly_end() -> Iterator[None]:
    """Turns SIGTERM and SIGHUP, where nothing handles them, into an exit that clears up first."""
    import signal
    import threading

    def leave(number: int, frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    main = threading.current_thread() is threading.main_thread()  # the only one that may handle signals
    ours = [one for one in (signal.SIGTERM, signal.SIGHUP) if main and signal.getsignal(one) is signal.SIG_DFL]
    for one in ours:
        signal.signal(one, leave)
    try:
        yield
    finally:
        for one in ours:
            signal.signal(one, signal.SIG_DFL)


def grasped(descriptor: int, kind: int = fcntl.LOCK_EX, *, surely: bool = False) -> bool:
    """Whether the file is now locked for us (alone); or cannot be, by its file system, unless it has to be `surely`."""
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without such locks
        if surely:
            raise
    return True


def is_held(lock: Path) -> bool:
    """Whether somebody holds the lock of that file; the lock itself is neither taken nor kept."""
    descriptor = opened(lock)
    if descriptor is None:
        return False
    with os.fdopen(descriptor, "rb"):
        return not grasped(descriptor, fcntl.LOCK_SH)


@contextmanager
def locked_beside(
    layout: Layout, name: str, seconds: float, refusal: VaultLocked, *, surely: bool = False
) -> Iterator[int]:
    """Holds a lock beside the vault's own; gives its descriptor, for git commands to inherit.

    Raises the refusal if somebody else has it for so many seconds; with `surely`, MachineProblem where there are none.
    """
    deadline = time.monotonic() + seconds
    with on_this_machine(layout.top):
        private_folder(layout.own)
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(layout.own / name, flags, 0o600)
    with os.fdopen(descriptor, "rb"):
        with on_this_machine(layout.top):
            if not until(lambda: grasped(descriptor, surely=surely), deadline):
                raise refusal
        yield descriptor


def until(true: Callable[[], bool], deadline: float) -> bool:
    """Waits until something is true, at most to a time on the monotonic clock; returns whether it is."""
    while not true():
        if time.monotonic() >= deadline:
            return False
        time.sleep(_PAUSE)
    return True


def _busy(message: str) -> VaultLocked:
    return VaultLocked(message, hint=tr("Try again when it has finished; LINKBAK_LOCK_WAIT sets the seconds to wait."))


# --- journal ----------------------------------------------------------------------------------------------------------
# The journal ``.git/linkbak/busy``: what a command is about to change, so that the next one can clear up after it.
# Whoever holds the lock and finds a journal knows that the command that wrote it was interrupted. Only what it names,
# or what linkbak and git alone make, is ever touched.

EVERYTHING = SNAPSHOTS
"""The path noted where the branch is to move by more than one snapshot or mark."""
_SNAPSHOT = re.compile(rf"snapshots/{ACCOUNT_NAME.pattern}/\d{{4}}/{SNAPSHOT_ID.pattern}")
_LOCKS = ("*.lock", "info/*.lock", "refs/**/*.lock")
_HALF_WRITTEN = (
    f"linkbak/.{MARKS}-*",
    "info/.sparse-checkout-*",
    "info/.attributes-*",
    "objects/tmp_*",
    "objects/*/tmp_*",
    "objects/pack/.tmp-*",
    "fast_import_crash_*",
    "index.lock.*",
)


class Pending(NamedTuple):
    """A change that may or may not have been committed.

    `was` is a sha256: of a snapshot's manifest, by which its folder is known to be ours; of the marks before. With
    EVERYTHING it is the commit at which the branch was.
    """

    path: str
    was: str

    def makes_sense(self) -> bool:
        """Whether linkbak can have written this."""
        if self.path == EVERYTHING:
            return OBJECT_ID.fullmatch(self.was) is not None
        return self.path == MARKS or _SNAPSHOT.fullmatch(self.path) is not None


class Journal:
    """The journal of one vault."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._path = layout.busy

    @property
    def there(self) -> bool:
        """Whether a command is writing, or was when it was interrupted."""
        return self._path.exists()

    @property
    def left(self) -> bool:
        """Whether the command that wrote it ended by itself: no lock of git's is then its own."""
        lines = self._lines()
        return bool(lines) and "left" in lines[-1]

    def command(self) -> str:
        """The command that wrote it, "" if it was killed before it said so."""
        return next((str(line["command"]) for line in self._lines() if "command" in line), "")

    def pending(self) -> list[Pending]:
        """What the interrupted command was about to change; a line cut off was never acted on."""
        found = [Pending(str(line["path"]), str(line.get("was", ""))) for line in self._lines() if "path" in line]
        return [one for one in found if one.makes_sense()]

    def begin(self, command: str) -> None:
        """Notes that writing begins; the disk has the note when this returns.

        A journal that is still there keeps its lines: what they name is settled, and may be settled again.
        """
        with on_this_machine(self._layout.top):
            self._write({"pid": os.getpid(), "command": command})
            sync_folder(self._path.parent)

    def add(self, path: str, was: str) -> None:
        """Notes what is about to change, before it does."""
        self._write({"path": path, "was": was})

    def leave(self) -> None:
        """Notes that the command ended by itself, but left the work tree for the next one to bring up to date."""
        self._write({"left": True})

    def end(self) -> None:
        """Notes that nothing is left undone."""
        with on_this_machine(self._layout.top):
            self._path.unlink(missing_ok=True)

    def _lines(self) -> list[dict[str, object]]:
        try:
            text = self._path.read_bytes()
        except FileNotFoundError:
            return []
        lines = []
        for line in text.splitlines():
            with suppress(ValueError):
                lines.append(json.loads(line))
        return [line for line in lines if isinstance(line, dict)]

    def _write(self, line: dict[str, object]) -> None:
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        with on_this_machine(self._layout.top), os.fdopen(os.open(self._path, flags, 0o600), "ab") as file:
            file.write(json.dumps(line).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())


def recover(vault: Vault) -> None:
    """Clears all that the interrupted command left; the lock must be held, and none of its git programs be running."""
    layout = vault.layout
    journal = Journal(layout)
    with on_this_machine(layout.top):
        for folder in layout.own.glob(f"{PREFIX}*"):
            remove_tree(folder)
        sweep(layout, locks=not journal.left)
        for pending in journal.pending():
            settle(vault, pending)


def sweep(layout: Layout, *, locks: bool) -> None:
    """Removes half-written files; with `locks` also the locks of git commands that were killed."""
    patterns = _HALF_WRITTEN + (_LOCKS if locks else ())
    found = [path for pattern in patterns for path in layout.git.glob(pattern)]
    for mark in layout.git.glob("objects/pack/pack-*.keep"):  # fast-import's, of a pack that it could not finish
        if mark.read_bytes().strip() == b"fast-import":
            found += [mark] if mark.with_suffix(".idx").exists() else [mark, mark.with_suffix(".pack")]
    for path in found:
        remove_tree(path)


def settle(vault: Vault, pending: Pending) -> bool:
    """Makes index and work tree agree with the newest commit about one path; says whether it was committed."""
    if pending.path == EVERYTHING:
        return sync_worktree(vault, pending.was)
    if pending.path == MARKS:
        return _settle_marks(vault, pending.was)
    if vault.objects.get(f"{branch(vault.layout.git)}:{pending.path}/{MANIFEST}") is not None:
        vault.git.run("reset", "-q", "--", pending.path)
        return True
    _take_away(vault.layout, pending)  # the index learns of a snapshot only after its commit
    return False


def _take_away(layout: Layout, pending: Pending) -> None:
    """Removes a folder put into the work tree and not committed: only if it is that one, and in one step."""
    folder = layout.top / pending.path
    note = folder / MANIFEST
    if not note.is_file() or hashlib.sha256(note.read_bytes()).hexdigest() != pending.was:
        return
    aside = layout.own / f"{PREFIX}{os.urandom(8).hex()}"
    folder.rename(aside)
    remove_tree(aside)
    with suppress(OSError):  # folders that are not empty stay
        for above in list(folder.parents)[:3]:
            above.rmdir()


def _settle_marks(vault: Vault, was: str) -> bool:
    """Brings the marks file to what was committed, unless somebody has edited it."""
    found = vault.objects.get(f"{branch(vault.layout.git)}:{MARKS}")
    if found is None or hashlib.sha256(found.data).hexdigest() == was:
        return False
    file = vault.layout.top / MARKS
    if file.is_file() and hashlib.sha256(file.read_bytes()).hexdigest() == was:
        write_whole(file, found.data, vault.layout.own)
    vault.git.run("update-index", "--add", "--cacheinfo", f"100644,{found.id},{MARKS}")
    return True
