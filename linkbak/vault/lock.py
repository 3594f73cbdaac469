"""One writer at a time, and an orderly end when a signal asks for it."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from linkbak.errors import VaultLocked
from linkbak.vault.layout import Layout, on_this_machine, private_folder

PATIENCE = 60.0
_PAUSE = 0.02
_BRIEF = 2.0


@contextmanager
def locked(layout: Layout) -> Iterator[int]:
    """Holds the vault's lock; gives the descriptor that git commands inherit, so that they hold it too."""
    from filelock import FileLock, Timeout

    deadline = time.monotonic() + patience()
    with on_this_machine(layout.top):
        private_folder(layout.own)
        os.close(os.open(layout.lock, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600))
        lock = FileLock(layout.lock, timeout=patience(), mode=0o600, poll_interval=_PAUSE)
        try:
            lock.acquire()
        except Timeout:
            raise _busy("another linkbak is writing to the vault") from None
    try:
        # No git command of a killed linkbak may still be at work: it would have inherited this lock.
        refusal = _busy("a git command of an earlier linkbak is still at work in the vault")
        with locked_beside(layout, layout.children.name, deadline - time.monotonic(), refusal) as descriptor:
            yield descriptor
    finally:
        lock.release()


def patience() -> float:
    """How many seconds to wait for another writer: LINKBAK_LOCK_WAIT, or a minute."""
    try:
        return max(0.0, float(os.environ["LINKBAK_LOCK_WAIT"]))
    except (KeyError, ValueError):
        return PATIENCE


def wait_for_git(layout: Layout) -> None:
    """Waits a moment for a git program that somebody else runs in the vault, then refuses."""
    theirs = layout.git / "index.lock"
    if not until(lambda: not theirs.exists(), time.monotonic() + min(_BRIEF, patience())):
        raise VaultLocked(
            "another git program is changing the vault (.git/index.lock is there)",
            hint="Let it finish; if none is running, remove .git/index.lock.",
        )


@contextmanager
def orderly_end() -> Iterator[None]:
    """Turns SIGTERM and SIGHUP, where nobody handles them, into an exit that clears up on its way."""
    import signal
    import threading

    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def leave(number: int, frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    ours = [one for one in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(one) is signal.SIG_DFL]
    for one in ours:
        signal.signal(one, leave)
    try:
        yield
    finally:
        for one in ours:
            signal.signal(one, signal.SIG_DFL)


def grasped(descriptor: int, kind: int = fcntl.LOCK_EX) -> bool:
    """Whether the file is now locked for us (alone), or lies where there are no such locks."""
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without such locks
        return True
    return True


def is_held(lock: Path) -> bool:
    """Whether somebody has the lock of that file; it is not taken away from anybody, nor kept."""
    try:
        descriptor = os.open(lock, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        return not grasped(descriptor, fcntl.LOCK_SH)
    finally:
        os.close(descriptor)


@contextmanager
def locked_beside(layout: Layout, name: str, seconds: float, refusal: VaultLocked) -> Iterator[int]:
    """Holds a lock beside the vault's own; gives its descriptor, for git commands to inherit.

    Raises the refusal if somebody else has it for so many seconds.
    """
    deadline = time.monotonic() + seconds
    with on_this_machine(layout.top):
        private_folder(layout.own)
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(layout.own / name, flags, 0o600)
    try:
        if not until(lambda: grasped(descriptor), deadline):
            raise refusal
        yield descriptor
    finally:
        os.close(descriptor)


def until(true: Callable[[], bool], deadline: float) -> bool:
    """Waits until something is true, at most to a time on the monotonic clock; says whether it is."""
    while not true():
        if time.monotonic() >= deadline:
            return False
        time.sleep(_PAUSE)
    return True


def _busy(message: str) -> VaultLocked:
    return VaultLocked(message, hint="Try again when it has finished; LINKBAK_LOCK_WAIT sets the seconds to wait.")
