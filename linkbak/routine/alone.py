"""One run at a time: a timer that fires while the last run still works starts no second one."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from linkbak import paths
from linkbak.errors import VaultLocked

_LOCK = "run.lock"


@contextmanager
def alone(place: Path) -> Iterator[None]:
    """Holds the lock of runs for one vault; raises VaultLocked at once if another run has it.

    The lock lies in the state folder, for there may be no vault yet. Where it cannot be made, the vault's own lock is
    all that keeps two runs apart; that is enough for the vault, and two reminders are no harm.
    """
    descriptor = _opened(place)
    if descriptor is None:
        yield
        return
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise VaultLocked(
                "another `linkbak run` is going on for this vault",
                hint="Let it finish; the next one goes on from there.",
            ) from None
        yield
    finally:
        os.close(descriptor)


def _opened(place: Path) -> int | None:
    with suppress(OSError, RuntimeError):
        file = paths.state_folder(place) / _LOCK
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return os.open(file, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    return None
