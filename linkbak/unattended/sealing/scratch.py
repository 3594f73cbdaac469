"""A private folder for what must lie open for a moment; what a killed linkbak left of one goes away with the next."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from linkbak.vault.disk import create_private, on_this_machine, private_folder, remove_tree
from linkbak.vault.locking import grasped

_LOCK = "lock"


@contextmanager
def scratch(beside: Path, prefix: str) -> Iterator[Path]:
    """Gives a new folder in `beside` that only its owner can open, and removes it at the end."""
    folder = beside / f"{prefix}{os.urandom(6).hex()}"
    with on_this_machine(beside):
        beside.mkdir(mode=0o700, parents=True, exist_ok=True)
        _clear(beside, prefix)
        private_folder(folder)
        descriptor = create_private(folder / _LOCK)
    try:
        grasped(descriptor)
        yield folder
    finally:
        os.close(descriptor)
        with suppress(OSError):
            remove_tree(folder)


def _clear(beside: Path, prefix: str) -> None:
    """Removes the folders of that kind in which nobody is at work."""
    for left in beside.glob(f"{glob.escape(prefix)}*"):
        with suppress(OSError):
            try:
                descriptor = os.open(left / _LOCK, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
            except FileNotFoundError:
                remove_tree(left)
                continue
            try:
                if grasped(descriptor):
                    remove_tree(left)
            finally:
                os.close(descriptor)
