"""What the user asked for beside the archive itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from linkbak.archive import Limits

Progress = Callable[[str, int, int], None]
"""Told what is being done, how many bytes of it are done, and of how many."""


class Options(NamedTuple):
    """What the user asked for beside the archive itself."""

    account: str | None = None
    taken: datetime | None = None
    accept: bool = False
    dry_run: bool = False
    limits: Limits = Limits()
    progress: Progress = lambda what, done, total: None
