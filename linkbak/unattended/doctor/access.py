"""Whether linkbak may write where it has to, and others may not read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from linkbak import paths
from linkbak.unattended.doctor.findings import Finding, Patient, fail, ok, quoted, warn

_OTHERS = 0o077


def permissions(patient: Patient) -> Iterator[Finding]:
    """The vault's folder and those beside it."""
    bad = [*_vault(patient), *_beside(patient)]
    yield from bad
    if patient.there and not bad:
        yield ok("only you can read what linkbak keeps")


def _vault(patient: Patient) -> Iterator[Finding]:
    if not patient.there:
        return
    place = patient.place
    if foreign := [one for one in _inside(place) if one.lstat().st_uid != os.geteuid()]:
        yield fail(
            f"{_some(foreign)} not yours; a command with sudo may have made it",
            f"sudo chown -R $(id -un) {quoted(place)}",
        )
    elif shut := [
        one for one in _inside(place) if not os.access(one, os.R_OK | os.W_OK | (os.X_OK if one.is_dir() else 0))
    ]:
        yield fail(f"{_some(shut)} closed to you", f"chmod -R u+rwX {quoted(place)}")
    if place.stat().st_mode & _OTHERS:
        yield warn(f"others on this machine can look into {place}", f"chmod 700 {quoted(place)}")


def _inside(place: Path) -> Iterator[Path]:
    """What every command writes to; not all objects, of which there may be many."""
    own = place / ".git"
    several = (own / "objects", own / "refs" / "heads", own / "linkbak", own / "logs")
    yield from (place, own)
    for folder in several:
        if folder.is_dir():
            yield folder
            if os.access(folder, os.R_OK | os.X_OK):
                yield from sorted(one for one in folder.iterdir() if not one.is_symlink())


def _beside(patient: Patient) -> Iterator[Finding]:
    """The folders of what is derived and of notes, both of which tell of people."""
    for folder in (paths.cache_folder(patient.place), paths.state_folder(patient.place)):
        if not folder.is_dir():
            continue
        if folder.stat().st_mode & _OTHERS:
            yield warn(f"others on this machine can look into {folder}", f"chmod 700 {quoted(folder)}")
        if not os.access(folder, os.W_OK | os.X_OK):
            yield warn(
                f"{folder} cannot be written to, so linkbak remembers nothing there", f"chmod u+rwx {quoted(folder)}"
            )


def _some(found: list[Path]) -> str:
    """The first of these, and how many more there are."""
    more = f" and {len(found) - 1:,} more are" if len(found) > 1 else " is"
    return f"{found[0]}{more}"
