"""Runs the programs of the system's schedulers, and believes them only as far as their exit status goes."""

from __future__ import annotations

import os
from typing import NamedTuple

_PATIENCE = 60
"""Seconds after which a program that does not answer is taken for broken."""


class Answer(NamedTuple):
    """How a program ended and what it printed; status -1 if it could not be run at all."""

    status: int
    out: bytes
    complaint: str

    @property
    def fine(self) -> bool:
        """Whether it did what it was asked."""
        return self.status == 0


def there(name: str) -> bool:
    """Whether there is such a program."""
    import shutil

    return shutil.which(name) is not None


def ask(*words: str, feed: bytes = b"") -> Answer:
    """Run a program in English and without a terminal."""
    import subprocess

    try:
        done = subprocess.run(
            words, input=feed, env=os.environ | {"LC_ALL": "C"}, capture_output=True, timeout=_PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Answer(-1, b"", getattr(error, "strerror", None) or "it does not answer")
    return Answer(done.returncode, done.stdout, first_line(done.stderr))


def first_line(complaint: bytes) -> str:
    """The first line of what a program complained of, fit to be shown."""
    lines = complaint.decode("utf-8", "replace").strip().splitlines()
    return "".join(char if char.isprintable() else "?" for char in lines[0][:300]) if lines else ""
