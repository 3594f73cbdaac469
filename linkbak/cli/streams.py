"""The three streams that a command is given, made such that whatever is wrong with them shows in one way.

A stream that is closed is opened on nothing. Output that gets nowhere is an `OutputLost`, raised once; what standard
error does not take is nobody's to hear.
"""

from __future__ import annotations

import errno
import io
import os
import sys

# Before anything else is loaded: `typing` alone would double what `linkbak --version` takes.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO

    from _typeshed import ReadableBuffer

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_NO_MEMORY = ("error return without exception set", "can't start new thread")
"""What Python says besides MemoryError where it has no memory left."""


class OutputLost(Exception):
    """Standard output takes no more: its reader has `gone`, as that of ``| head -1``, or the reason is `why`.

    Here in English, since nothing may be loaded yet that could say it otherwise.
    """

    def __init__(self, error: OSError) -> None:
        self.gone = isinstance(error, BrokenPipeError)
        self.why = "disk full" if error.errno in _FULL else (error.strerror or "input/output error").lower()
        super().__init__(f"standard output could not be written: {self.why}")


def is_short_of_memory(error: Exception) -> bool:
    """Whether this is one of Python's ways to tell that no memory is left: a folder of modules gives the system's."""
    if isinstance(error, OSError):
        return error.errno == errno.ENOMEM
    return isinstance(error, MemoryError) or any(words in str(error) for words in _NO_MEMORY)


class _Guarded(io.FileIO):
    """A stream's own file, which fails once and takes everything from then on, so that nothing fails again."""

    _lost = False

    def write(self, data: ReadableBuffer, /) -> int:
        """Write as much as goes at once."""
        size = memoryview(data).nbytes
        try:
            while not self._lost:
                done = super().write(data)
                if done is not None:
                    return done
                import select  # somebody has set the stream not to block

                select.select([], [self], [])
        except OSError as error:
            self._lost = True
            if self.fileno() == 1:
                raise OutputLost(error) from None
        return size


def guard() -> None:
    """Put guarded streams in the place of those that Python has made; the first thing that the program does."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            _open_nothing()
    if sys.stdin is None:
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115  # as long as the program runs
    sys.stdout = _text(1, sys.stdout)
    sys.stderr = _text(2, sys.stderr)


def _open_nothing() -> None:
    """On the lowest number that is free."""
    try:
        os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
    except OSError:
        return


def _text(number: int, before: TextIO | None) -> io.TextIOWrapper:
    """The stream of that number; a letter that its encoding lacks is no reason to show nothing at all."""
    raw = _Guarded(number, "w", closefd=False)
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding=before.encoding if before else "utf-8",
        errors="replace",
        line_buffering=number == 2 or raw.isatty(),
        write_through=getattr(before, "write_through", False),
    )
