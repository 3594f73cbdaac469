"""Puts archives into a folder as downloads leave them, and scans it."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from linkbak.automation.downloads import Scanned
from linkbak.automation.scan import scan
from linkbak.ingest import Options
from linkbak.vault import Vault

HOUR = 3600.0
DAY = 24 * HOUR
DRY = Options(dry_run=True)


def put(folder: Path, archive: Path, name: str = "", *, age: float = HOUR) -> Path:
    """A copy of the archive in the folder, last written so many seconds ago."""
    place = Path(shutil.copy(archive, folder / (name or archive.name)))
    return aged(place, age)


def aged(place: Path, age: float) -> Path:
    """The same file, last written so many seconds ago."""
    then = time.time() - age
    os.utime(place, (then, then))
    return place


def no_pause(_: float) -> None:
    """For what is not fresh, nobody waits."""
    raise AssertionError("nothing here is fresh")


def look(
    place: Path,
    *folders: Path,
    options: Options = Options(),  # noqa: B008  # a named tuple never changes
    named: bool = False,
    pause: Callable[[float], None] = no_pause,
    **more: Any,
) -> Scanned:
    """Scan the folders."""
    return scan(place, folders, options, named=named, pause=pause, **more)


def kept(scanned: Scanned) -> list[str]:
    """The archives that were kept, in order."""
    return [one.archive for one in scanned.receipts if one.status == "kept"]


def refused(scanned: Scanned) -> list[str]:
    """Those that were refused."""
    return [one.archive for one in scanned.receipts if one.error is not None]


def passed(scanned: Scanned) -> dict[str, str]:
    """What was passed over, and why."""
    return {one.path.name: one.why for one in scanned.passed}


def snapshots(place: Path) -> list[str]:
    """The ids of what the vault keeps."""
    with Vault.open(place) as vault:
        return [one.key.id for one in vault.summaries()]
