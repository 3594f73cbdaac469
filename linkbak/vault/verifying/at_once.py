"""Work on many files on several cores: hashing and unpacking hold no lock of Python's."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")

_BYTES = 1 << 20
_MANY = 200


def at_once(things: Iterable[T], size: Callable[[T], int], work: Callable[[T], R]) -> Iterator[tuple[T, R]]:
    """Each thing with what `work` made of it, in order; small ones are handed out many at a time."""
    with ThreadPoolExecutor(max_workers=max(2, min(4, os.cpu_count() or 1))) as pool:
        try:
            some = _bundles(things, size)
            for answers in pool.map(lambda bundle: [(thing, work(thing)) for thing in bundle], some):
                yield from answers
        finally:
            pool.shutdown(cancel_futures=True)


def _bundles(things: Iterable[T], size: Callable[[T], int]) -> Iterator[list[T]]:
    bundle: list[T] = []
    total = 0
    for thing in things:
        bundle.append(thing)
        total += size(thing)
        if total > _BYTES or len(bundle) >= _MANY:
            yield bundle
            bundle, total = [], 0
    if bundle:
        yield bundle
