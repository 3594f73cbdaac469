"""Where a restore may write: never inside the vault, and only where there is room; and what stands in its way."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from linkbak.archive.names import shown
from linkbak.errors import MachineProblem, UsageProblem
from linkbak.vault.disk import FULL

_NAMED = 3


def named(place: str | None, new: Path, *, as_zip: bool) -> Path:
    """Where the user said, following a link that they named themselves; else the new name, here.

    A zip goes into a folder under its new name. Raises UsageProblem, MachineProblem for what can be none.
    """
    if place is None:
        return new
    if not place:
        raise UsageProblem("the place has no name", hint="Name a folder, or leave it away for a new one here.")
    with on_this_machine(Path(place)):
        try:
            told = Path(place).expanduser()
        except RuntimeError:  # the home of somebody who is not there
            told = Path(place)
        told = Path(os.path.realpath(told)) if told.is_symlink() else told
        return told / new if as_zip and told.is_dir() else told


def refuse_inside(vault: Path, place: Path) -> None:
    """Refuses a place in the vault itself, which nothing but an import or a mark may change."""
    if Path(os.path.realpath(place)).is_relative_to(os.path.realpath(vault)):
        raise UsageProblem(f"{place} lies in the vault", hint="Name a place outside it.")


def refuse_full(place: Path, needed: int) -> None:
    """Refuses, before anything is written, what the disk has no room for."""
    there = next(folder for folder in (place, *place.absolute().parents) if folder.exists())
    disk = os.statvfs(there)
    free = disk.f_bavail * disk.f_frsize
    if disk.f_blocks and needed > free:
        raise MachineProblem(
            f"{place}: {needed:,} bytes are to be written, and there is room for {free:,}",
            hint="Nothing was written. Make room, name another place, or take a part with --only.",
        )


def in_the_way(place: Path, names: Sequence[str]) -> UsageProblem:
    """What is said where something else has these names already."""
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    listed = ", ".join(shown(name) for name in names[:_NAMED])
    return UsageProblem(
        f"{place} holds something else already: {listed}{more}",
        hint="Nothing was written. Name another place, or write over it with --overwrite.",
    )


def there_already(path: Path) -> UsageProblem:
    """What is said where a zip would take the place of something."""
    return UsageProblem(
        f"{path} is there already",
        hint="Nothing was written. Name another place, or write over it with --overwrite.",
    )


@contextmanager
def on_this_machine(place: Path) -> Iterator[None]:
    """Turns what the file system refuses into a MachineProblem that names the place."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise MachineProblem(
                f"{place}: the disk is full",
                hint="What is there is whole. Make room and run the command again; it writes what is missing.",
            ) from error
        reason = "the file system cannot hold a name" if error.errno in UNFIT else error.strerror or str(error)
        raise MachineProblem(f"cannot write to {place}: {reason}", hint="Name another place.") from error


UNFIT = frozenset({errno.EINVAL, errno.ENAMETOOLONG, errno.EILSEQ})
"""What file systems say of a name that they cannot hold."""
