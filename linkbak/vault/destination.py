"""A folder that files are put into: each whole or not at all, and never through a link."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import IO

from linkbak.archive import collision_key, printable
from linkbak.errors import MachineProblem, UsageProblem
from linkbak.model import FileFacts
from linkbak.paths import make_folder, part_name, sweep
from linkbak.texts import tr
from linkbak.vault.layout import FULL

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_LOOK = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_NO_FOLDER = frozenset({errno.ENOTDIR, errno.ELOOP})


class Destination:
    """The folder `top`, made with the first file; folders and files made in it are their owner's alone.

    Every step below it starts from an open folder and follows no link, so nothing written can land outside it.
    Raises OSError for what the machine refuses, UsageProblem for what is in the way.
    """

    def __init__(self, top: Path) -> None:
        self.top = top
        self._made: dict[tuple[str, ...], float] = {}
        self._ours: dict[int, str] = {}
        self._folder = -1
        self._draft = ""
        sweep(top)
        with suppress(FileNotFoundError):
            self._folder = self._open_top()

    def holds(self, name: str, facts: FileFacts) -> bool | None:
        """Whether the file of that name is the one described; None if there is nothing of that name.

        FileExistsError if it was already found to be another one, whose name the file system takes for the same.
        """
        if self._folder < 0:
            return None
        *folders, last = name.split("/")
        try:
            with self._inside(folders) as folder:
                found = os.stat(last, dir_fd=folder, follow_symlinks=False)
                if stat.S_ISDIR(found.st_mode):
                    raise UsageProblem(
                        tr("{place} is a folder; a file goes there", place=self.top / name),
                        hint=tr("Name another place."),
                    )
                self._refuse_ours(found, name)
                same = found.st_size == facts.bytes and _digest(last, folder) == facts.sha256
                if same:
                    self._ours[found.st_ino] = name
                return same
        except FileNotFoundError:
            return None

    @contextmanager
    def draft(self) -> Iterator[IO[bytes]]:
        """The one file without a name of its own yet; gone at the end of the block unless it was `put` somewhere."""
        if self._folder < 0:
            make_folder(self.top.parent)
            with suppress(FileExistsError):
                self.top.mkdir(mode=0o700)
                self._made[()] = 0
            self._folder = self._open_top()
        self._draft = part_name()
        descriptor = os.open(self._draft, _NEW, 0o600, dir_fd=self._folder)
        try:
            with os.fdopen(descriptor, "wb") as file:
                yield file
        finally:
            with suppress(FileNotFoundError):
                os.unlink(self._draft, dir_fd=self._folder)

    def put(self, draft: IO[bytes], name: str, modified: str, *, over: bool) -> None:
        """Gives the draft its time, and then its name; FileExistsError if that is taken, and not to be overwritten."""
        draft.flush()
        when = datetime.fromisoformat(modified).timestamp()
        os.utime(draft.fileno(), (when, when))
        *folders, last = name.split("/")
        with self._inside(folders, make=True) as folder:
            with suppress(FileNotFoundError):
                found = os.stat(last, dir_fd=folder, follow_symlinks=False)
                if not over:
                    raise _exists(name)
                self._refuse_ours(found, name)
            # Not synced to the disk: after a crash the vault still has every byte, and the command is run again.
            os.rename(self._draft, last, src_dir_fd=self._folder, dst_dir_fd=folder)
            self._ours[os.stat(last, dir_fd=folder, follow_symlinks=False).st_ino] = name
        for depth in range(len(folders) + 1):
            above = tuple(folders[:depth])
            if above in self._made:
                self._made[above] = max(self._made[above], when)

    def __enter__(self) -> Destination:
        return self

    def __exit__(self, *error: object) -> None:
        """Gives every folder made here the time of the newest file in it; removes those without any."""
        if self._folder < 0:
            return
        ours = self._made.pop((), None)
        for way, newest in sorted(self._made.items(), key=lambda made: len(made[0]), reverse=True):
            with suppress(OSError, UsageProblem), self._inside(way[:-1]) as above:
                if newest:
                    os.utime(way[-1], (newest, newest), dir_fd=above, follow_symlinks=False)
                else:
                    os.rmdir(way[-1], dir_fd=above)
        with suppress(OSError):
            if ours:
                os.utime(self._folder, (ours, ours))
            elif ours is not None:
                self.top.rmdir()
        os.close(self._folder)
        self._folder = -1

    def _refuse_ours(self, found: os.stat_result, name: str) -> None:
        """FileExistsError where a file system that ignores case finds a file made here; hard links do not count."""
        if collision_key(self._ours.get(found.st_ino, "")) == collision_key(name):
            raise _exists(name)

    def _open_top(self) -> int:
        try:
            return os.open(self.top, _FOLDER)
        except OSError as error:
            if error.errno in _NO_FOLDER:
                raise UsageProblem(tr("{place} is no folder", place=self.top), hint=tr("Name another place.")) from None
            raise

    @contextmanager
    def _inside(self, parts: Iterable[str], *, make: bool = False) -> Iterator[int]:
        """A descriptor of the folder of that path."""
        folder, gone = os.dup(self._folder), tuple[str, ...]()
        try:
            for part in parts:
                gone = (*gone, part)
                inner = self._step(folder, gone, make=make)
                os.close(folder)
                folder = inner
            yield folder
        finally:
            os.close(folder)

    def _step(self, folder: int, way: tuple[str, ...], *, make: bool) -> int:
        if make:
            with suppress(FileExistsError):
                os.mkdir(way[-1], 0o700, dir_fd=folder)
                self._made[way] = 0
        try:
            return os.open(way[-1], _FOLDER, dir_fd=folder)
        except OSError as error:
            if error.errno not in _NO_FOLDER:
                raise
            where = self.top.joinpath(*way)
            raise UsageProblem(
                tr("{place} is no folder, and files go into it", place=where), hint=tr("Name another place.")
            ) from None


def _exists(name: str) -> FileExistsError:
    return FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), name)


def _digest(name: str, folder: int) -> str:
    """The sha256 of an ordinary file, "" for anything else."""
    try:
        descriptor = os.open(name, _LOOK, dir_fd=folder)
    except OSError:
        return ""
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return ""
        return hashlib.file_digest(file, "sha256").hexdigest()


# --- the place --------------------------------------------------------------------------------------------------------

_NAMED = 3


def place_named(place: str | None, new: Path, *, as_zip: bool) -> Path:
    """The place that the user named, through a link if it is one; else the new name in the working directory.

    A zip goes into a folder under its new name. Raises UsageProblem, MachineProblem for an impossible place.
    """
    if place is None:
        return new
    if not place:
        raise UsageProblem(tr("the place has no name"), hint=tr("Name a folder, or leave -o out for a new one here."))
    with place_problems(Path(place)):
        try:
            chosen = Path(place).expanduser()
        except RuntimeError:  # the home of somebody who is not there
            chosen = Path(place)
        chosen = Path(os.path.realpath(chosen)) if chosen.is_symlink() else chosen
        return chosen / new if as_zip and chosen.is_dir() else chosen


def refuse_inside(vault: Path, place: Path) -> None:
    """Refuses a place in the vault itself, which only an import or a mark may change."""
    if Path(os.path.realpath(place)).is_relative_to(os.path.realpath(vault)):
        raise UsageProblem(tr("{place} lies in the vault", place=place), hint=tr("Name a place outside it."))


def refuse_full(place: Path, needed: int) -> None:
    """Refuses, before anything is written, if the disk has no room for it."""
    there = next(folder for folder in (place, *place.absolute().parents) if folder.exists())
    disk = os.statvfs(there)
    free = disk.f_bavail * disk.f_frsize
    if disk.f_blocks and needed > free:
        raise MachineProblem(
            tr(
                "{place}: {needed:,} bytes are to be written, and there is room for {free:,}",
                place=place,
                needed=needed,
                free=free,
            ),
            hint=tr("Nothing was written. Make room, name another place, or take a part with --only."),
        )


def in_the_way(place: Path, names: Sequence[str]) -> UsageProblem:
    """The refusal where something else has these names already."""
    listed, left = ", ".join(printable(name) for name in names[:_NAMED]), len(names) - _NAMED
    listed = tr("{names} and {number:,} more", names=listed, number=left) if left > 0 else listed
    return UsageProblem(
        tr("{place} holds something else already: {names}", place=place, names=listed),
        hint=tr("Nothing was written. Name another place, or write over it with --overwrite."),
    )


def there_already(path: Path) -> UsageProblem:
    """The refusal where a zip would replace something."""
    return UsageProblem(
        tr("{path} is there already", path=path),
        hint=tr("Nothing was written. Name another place, or write over it with --overwrite."),
    )


@contextmanager
def place_problems(place: Path) -> Iterator[None]:
    """Turns an error of the file system into a MachineProblem that names the place."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise MachineProblem(
                tr("{place}: the disk is full", place=place),
                hint=tr("What is there is whole. Make room and run the command again; it writes what is missing."),
            ) from error
        reason = tr("the file system cannot hold a name") if error.errno in UNFIT else error.strerror or str(error)
        raise MachineProblem(
            tr("cannot write to {place}: {reason}", place=place, reason=reason), hint=tr("Name another place.")
        ) from error


UNFIT = frozenset({errno.EINVAL, errno.ENAMETOOLONG, errno.EILSEQ})
"""The errors of file systems that cannot hold a name."""
