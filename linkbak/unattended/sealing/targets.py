"""The file that a sealed copy is written to: whole or not at all, on whatever disk or mounted cloud it lies."""

from __future__ import annotations

import errno
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from linkbak.errors import MachineProblem, UsageProblem

_LEFT = 24 * 60 * 60
"""After so many seconds nobody writes any more what has not got its name."""
_CANNOT_SYNC = frozenset({errno.EINVAL, errno.ENOTSUP, errno.ENOSYS})


@contextmanager
def new_file(path: Path, *, overwrite: bool) -> Iterator[IO[bytes]]:
    """A private file that gets its name when the block has ended well. Raises UsageProblem, MachineProblem."""
    refuse_there(path, overwrite=overwrite)
    with on_this_machine(path):
        path = path.resolve() if path.is_symlink() else path
        _clear(path)
        half = path.with_name(f".{path.name[:200]}.{os.urandom(6).hex()}.part")
        descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                yield file
                file.flush()
                _sync(file.fileno())
            _named(half, path, overwrite=overwrite)
        finally:
            with suppress(OSError):
                half.unlink(missing_ok=True)


def refuse_there(path: Path, *, overwrite: bool) -> None:
    """Raises a LinkbakError if nothing can be written at that place."""
    with on_this_machine(path):
        if path.is_dir():
            raise UsageProblem(f"{path} is a folder", hint="Name a file.")
        if path.exists() and not path.is_file():
            raise UsageProblem(f"{path} is no file", hint="Name a file that is new.")
        if not overwrite and os.path.lexists(path):
            raise UsageProblem(f"{path} is there already", hint="Name a new file, or say --overwrite.")
        if not path.parent.is_dir():
            raise MachineProblem(f"{path.parent} is not there", hint="Is the disk plugged in, the cloud mounted?")


@contextmanager
def on_this_machine(path: Path) -> Iterator[None]:
    """Turns what the file system refuses into a MachineProblem that names the place."""
    try:
        yield
    except OSError as error:
        raise MachineProblem(
            f"cannot write {path}: {(error.strerror or type(error).__name__).lower()}",
            hint="Name another place with -o, or make room and try again.",
        ) from error


def _named(half: Path, path: Path, *, overwrite: bool) -> None:
    """Gives the file its name; without `overwrite` never to the harm of one that came meanwhile."""
    if not overwrite:
        try:
            os.link(half, path)
            half.unlink()
            return
        except FileExistsError:
            raise UsageProblem(f"{path} is there already", hint="Name a new file, or say --overwrite.") from None
        except OSError:
            refuse_there(path, overwrite=False)  # a file system that knows no second names
    half.replace(path)


def _sync(descriptor: int) -> None:
    """Waits until the disk has it; not every file system can be asked."""
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _CANNOT_SYNC:
            raise


def _clear(path: Path) -> None:
    """Removes what was left under way to this name when linkbak was killed."""
    ours = re.compile(re.escape(f".{path.name[:200]}.") + r"[0-9a-f]{12}\.part")
    with suppress(OSError):
        for there in path.parent.iterdir():
            if ours.fullmatch(there.name) and there.lstat().st_mtime < time.time() - _LEFT:
                there.unlink()
