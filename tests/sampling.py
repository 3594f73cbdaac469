"""How much is tried of what is too much for every run: some of it by `make test`, all of it by `make external`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TypeVar

_STRIDE = os.environ.get("LINKBAK_TEST_STRIDE")
EVERYTHING = _STRIDE == "1"
"""Asked for when this is imported: tests run without anything of the kind in their environment."""

T = TypeVar("T")


def stride(usual: int) -> int:
    """Of many moments every so many-th is tried."""
    return int(_STRIDE or usual)


def share(whole: int, part: int) -> int:
    """How many there are, where many are a matter of patience: one in so many."""
    return whole if EVERYTHING else max(3, whole // part)


def examples(whole: int) -> int:
    """How many examples hypothesis tries."""
    return share(whole, 4)


def some(all_of_them: Sequence[T], every: int, first: int = 0) -> Sequence[T]:
    """Every so many-th, from one on; the same every time, so that several tests take others."""
    return all_of_them if EVERYTHING else all_of_them[first % every :: every]
