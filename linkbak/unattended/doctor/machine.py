"""The machine: the programs that linkbak is made of, the clock, room on the disk."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from linkbak.errors import LinkbakError
from linkbak.unattended.doctor.findings import Finding, Patient, fail, ok, warn

OLDEST = (3, 11)
LIBRARIES = ("filelock", "git", "jinja2", "platformdirs", "pydantic", "rapidfuzz", "rich", "tomlkit", "typer")
"""Without these some command or other ends in an error."""
FIRST = datetime(2025, 1, 1, tzinfo=UTC)
"""Before this day there was no linkbak, so a clock that shows one is wrong."""
_SKEW = timedelta(days=1)
_BRIM = 100_000_000
_LOW = 500_000_000
_FEW = 1000


def python(_: Patient) -> Iterator[Finding]:
    """The Python that runs this, and what linkbak needs of it."""
    from importlib.util import find_spec

    version = ".".join(map(str, sys.version_info[:3]))
    missing = [name for name in LIBRARIES if find_spec(name) is None]
    if sys.version_info < OLDEST:
        yield fail(f"{version} is too old", "Install linkbak with Python 3.11 or later.")
    if missing:
        yield fail(f"not installed: {', '.join(missing)}", "Install linkbak anew: `pipx reinstall linkbak`.")
    if not _full_text():
        yield warn(
            f"{version}, whose SQLite has no full-text search, so `linkbak search` will not work",
            "Use a Python whose SQLite was built with FTS5, such as the one of python.org.",
        )
    elif sys.version_info >= OLDEST and not missing:
        yield ok(f"{version}, {sys.executable}")


def _full_text() -> bool:
    import sqlite3
    from contextlib import closing

    try:
        with closing(sqlite3.connect(":memory:")) as db:
            db.execute("CREATE VIRTUAL TABLE words USING fts5(word)")
    except sqlite3.Error:
        return False
    return True


def git(_: Patient) -> Iterator[Finding]:
    """Whether git can be run, and is new enough."""
    import shutil

    from linkbak.vault.git import Git, check_version

    printed = Git(Path(sys.prefix)).run("version")
    check_version(printed)
    version = printed.decode("ascii", "replace").strip().removeprefix("git version ")
    yield ok(f"{version}, {shutil.which('git')}")


def clock(patient: Patient) -> Iterator[Finding]:
    """Whether the clock may be right, by what is known to lie in the past."""
    now = patient.now
    shown = f"{now:%Y-%m-%d %H:%M} UTC"
    set_it = "Set the clock, or let the system do it: `timedatectl set-ntp true` on Linux."
    if now < FIRST:
        yield fail(f"it is set to {shown}, which is long past", set_it)
        return
    for when, what in _past(patient):
        if when > now + _SKEW:
            yield warn(f"it shows {shown}, but {what} is of {when:%Y-%m-%d}: this clock or that one is wrong", set_it)
            return
    yield ok(shown)


def _past(patient: Patient) -> Iterator[tuple[datetime, str]]:
    """Moments that a right clock has behind it."""
    import linkbak

    yield datetime.fromtimestamp(Path(linkbak.__file__).stat().st_mtime, UTC), "linkbak itself"
    try:
        kept = patient.summaries
    except (LinkbakError, OSError):
        return  # what is wrong with the vault is told elsewhere
    if kept:
        yield max(datetime.fromisoformat(one.imported) for one in kept), "the last import"
        yield max(one.taken_at for one in kept), "the newest snapshot"


def disk(patient: Patient) -> Iterator[Finding]:
    """Whether there is room for what comes next, where the vault is or would be."""
    import shutil

    place = next(one for one in (patient.place, *patient.place.absolute().parents) if one.is_dir())
    free = shutil.disk_usage(place).free
    nodes = os.statvfs(place)
    need = max(_LOW, 2 * _newest(patient))
    if nodes.f_flag & os.ST_RDONLY:
        yield fail(f"{place} is on a disk that may only be read", "Mount it so that it can be written to.")
    elif free < _BRIM:
        yield fail(f"only {_roughly(free)} free at {place}", "Make room: nothing can be kept safely on a full disk.")
    elif free < need:
        yield warn(f"{_roughly(free)} free at {place}, and the next archive may need {_roughly(need)}", "Make room.")
    elif nodes.f_files and nodes.f_favail < _FEW:
        yield warn(f"room for {nodes.f_favail} files only at {place}", "Remove files: the disk holds too many.")
    else:
        yield ok(f"{_roughly(free)} free at {place}")


def _newest(patient: Patient) -> int:
    """How many bytes of files the two newest snapshots hold; the next will be like them."""
    try:
        kept = patient.summaries
    except (LinkbakError, OSError):
        return 0
    return sum(one.bytes for one in kept[-2:])


def _roughly(octets: int) -> str:
    return f"{octets / 1e9:.1f} GB" if octets >= 1e9 else f"{octets / 1e6:.0f} MB"
