"""An end to waiting: what talks to strangers may hang in more ways than its own time limits know."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def within(seconds: float, work: Callable[[], T]) -> T:
    """What `work` gives or raises; TimeoutError if it has not come to an end by then.

    It is then left to itself in a thread that does not keep the program alive.
    """
    import threading

    results: list[T] = []
    failures: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:  # noqa: BLE001  # it is raised again below, in the thread that asked
            failures.append(error)

    worker = threading.Thread(target=run, name="linkbak-deadline", daemon=True)
    worker.start()
    worker.join(seconds)
    if failures:
        raise failures[0]
    if not results:
        raise TimeoutError
    return results[0]
