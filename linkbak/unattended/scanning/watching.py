"""A scan every so often, until somebody ends it."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


def watch(look: Callable[[], None], every: float) -> None:
    """Look, pause, and look again, until Ctrl-C interrupts a pause, or whatever else ends either."""
    while True:
        look()
        try:
            time.sleep(every)
        except KeyboardInterrupt:
            return


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """SIGTERM and SIGHUP end the program in good order, and well: they are how a watch is meant to end."""

    def leave(number: int, frame: FrameType | None) -> None:
        raise SystemExit(0)

    before = {one: signal.signal(one, leave) for one in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
