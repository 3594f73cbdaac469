"""A progress bar on standard error, for what takes longer than a moment, and only on a terminal."""

from __future__ import annotations

import atexit
import sys
from collections.abc import Callable
from time import monotonic
from typing import Any

MOMENT = 0.5
"""Seconds of work that need no progress bar."""


def progress(*, quiet: bool) -> Callable[[str, int, int], None]:
    """What to tell of each step: what is done, how many bytes of it, of how many."""
    if quiet or not sys.stderr.isatty():
        return lambda what, done, total: None
    return _Bar().tell


class _Bar:
    def __init__(self) -> None:
        self._began = monotonic()
        self._bar: Any = None
        self._task: Any = None

    def tell(self, what: str, done: int, total: int) -> None:
        if self._bar is None and done < total and monotonic() - self._began > MOMENT:
            from rich.console import Console
            from rich.progress import Progress

            self._bar = Progress(console=Console(stderr=True), transient=True)
            self._task = self._bar.add_task(what, total=total)
            self._bar.start()
            atexit.register(self._bar.stop)  # also of an interrupted command, or the cursor would stay hidden
        if self._bar is not None:
            self._bar.update(self._task, completed=done, total=total)
            if done >= total:
                atexit.unregister(self._bar.stop)
                self._bar.stop()
                self._bar = None
                self._began = monotonic()
