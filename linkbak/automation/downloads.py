"""What in a folder may be an archive, told by names alone: thousands of other files cost next to nothing.

Whether it is one is the business of `judging`; here nothing is opened, and nothing but what may be an archive is even
asked for its size.
"""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from linkbak.automation.scan_memory import Memory, Outcome
from linkbak.errors import Exit, LinkbakError, MachineProblem, UsageProblem

if TYPE_CHECKING:
    from linkbak.ingest import Options, Receipt


UNFINISHED: Final = (
    *(".part", ".crdownload", ".download", ".partial", ".opdownload"),
    *(".tmp", ".temp", ".!ut", ".!qb", ".aria2", ".filepart", ".downloading", ".fdmdownload"),
)
"""What programs add to the name of a file they have not got all of, or of what they write down about it."""

_ZIP: Final = re.compile(r"\.zip(?: ?\([0-9]{1,3}\)| copy(?: [0-9]{1,3})?)?$")
_LISTS: Final = "connections"
_HINT: Final = "linkedin"
_TELLING: Final = "Connections.csv"
_DROPPED: Final = (".", "~$", "Thumbs.db", "desktop.ini")
"""What systems and office programs leave in a folder that somebody looks into begins so."""
_MOST: Final = 20_000
"""A folder with more files than that is no archive."""


class Sight(NamedTuple):
    """What may be an archive, as it was when it was looked at.

    `mark` changes whenever it does; `changed` is when that was last, in seconds since 1970. `left` is the name of what
    a browser has left beside it, "" if nothing; then, and if it has the name of one half-written, it is `unfinished`.
    `same` is "" or, of a folder, what it keeps whatever becomes of the files in it.
    """

    path: Path
    mark: str
    changed: float
    folder: bool = False
    unfinished: bool = False
    left: str = ""
    same: str = ""


def look(folder: Path) -> list[Sight]:
    """All that may be an archive, by name; raises OSError if the folder cannot be read."""
    with os.scandir(folder) as listing:
        entries = {entry.name: entry for entry in listing if not entry.name.startswith(".")}
    halves = {name.rpartition(".")[0]: name for name in entries if name.lower().endswith(UNFINISHED)}
    found = (_sight(folder, entries[name], halves, entries) for name in sorted(entries))
    return [sight for sight in found if sight is not None]


def again(sight: Sight) -> Sight | None:
    """The same place looked at once more; None if it is gone."""
    try:
        return _seen(sight.path, sight.left, half=sight.unfinished)
    except OSError:
        return None


def _sight(folder: Path, entry: os.DirEntry[str], halves: Mapping[str, str], entries: Collection[str]) -> Sight | None:
    """What to make of one entry; None for what is no archive, cannot be asked, or leads nowhere.

    `halves` are the names of half-written files by those they will have.
    """
    lower = entry.name.lower()
    try:
        if lower.endswith(UNFINISHED):
            stem = entry.name.rpartition(".")[0]
            return None if stem in entries or not _may_be(stem.lower()) else _seen(folder / entry.name, "", half=True)
        if _may_be_folder(entry, lower) if entry.is_dir() else _may_be(lower):
            left = halves.get(entry.name, "")
            return _seen(folder / entry.name, left, half=bool(left))
    except OSError:
        pass
    return None


def _may_be(lower: str) -> bool:
    """Whether a file of this name, in small letters, is worth a look."""
    if _ZIP.search(lower) is not None:
        return True
    if lower.endswith(".csv"):
        return _LISTS in lower
    return _HINT in lower and "." not in lower


def _may_be_folder(entry: os.DirEntry[str], lower: str) -> bool:
    """Whether a folder may be an unpacked archive; a repository, as a vault is, holds none but its own files."""
    hinted = _HINT in lower or os.path.lexists(f"{entry.path}/{_TELLING}")
    return hinted and not os.path.lexists(f"{entry.path}/.git")


def _seen(path: Path, left: str, *, half: bool) -> Sight | None:
    status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        return _seen_folder(path, status, left, half)
    if not stat.S_ISREG(status.st_mode):
        return None
    parts, changed = [f"{status.st_size}:{status.st_mtime_ns}:{status.st_ino}"], status.st_mtime
    if left:
        beside = path.with_name(left).lstat()
        parts.append(f"{left}:{beside.st_size}:{beside.st_mtime_ns}")
        changed = max(changed, beside.st_mtime)
    return Sight(path, _digest(path.name, *parts), changed, False, half, left)


def _seen_folder(path: Path, status: os.stat_result, left: str, half: bool) -> Sight | None:
    """An unpacked archive: it changes with each of its files, and while it is being unpacked it does."""
    parts, changed = [], max(status.st_mtime, status.st_ctime)
    for name, inner in _walk(str(path), ""):
        if name.rpartition("/")[2].startswith(_DROPPED):
            continue
        parts.append(f"{name}:{inner.st_size}:{inner.st_mtime_ns}")
        changed = max(changed, inner.st_mtime, inner.st_ctime)
        if len(parts) > _MOST:
            return None
    same = _digest(path.name, str(status.st_ino))
    return Sight(path, _digest(path.name, *sorted(parts)), changed, True, half, left, same)


def _walk(folder: str, above: str) -> Iterator[tuple[str, os.stat_result]]:
    with os.scandir(folder) as listing:
        for entry in listing:
            status = entry.stat(follow_symlinks=False)
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(entry.path, f"{above}{entry.name}/")
            yield above + entry.name, status


def _digest(*parts: str) -> str:
    from hashlib import sha256

    return sha256("\n".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:32]


# --- places -----------------------------------------------------------------------------------------------------------
# Where archives are looked for.

INBOX = "inbox"


def folders(vault: Path, chosen: Sequence[Path] = ()) -> tuple[Path, ...]:
    """The folders that were chosen; if none was, those of the usual that are there.

    These are the user's downloads and ``inbox`` beside the vault.
    """
    if chosen:
        return tuple(dict.fromkeys(folder.expanduser().absolute() for folder in chosen))
    usual = (_downloads(), vault.absolute().parent / INBOX)
    return tuple(dict.fromkeys(folder for folder in usual if folder.is_dir()))


def _downloads() -> Path:
    from platformdirs import user_downloads_path

    return user_downloads_path()


# --- scanned ----------------------------------------------------------------------------------------------------------
# What came of a scan.

Why = Literal["kept", "refused", "unfinished", "cut-off", "recent", "unreadable", "put-off"]


class PassedOver(NamedTuple):
    """An archive that nothing was done with now: kept or refused before, or not ready.

    `unfinished` is a download that goes on, `recent` what changed a moment ago, `cut-off` a download that never ended
    and `unreadable` what the system does not let us read, both told of before, and `put-off` what the scan did not get
    to.
    """

    path: Path
    why: Why


class Moved(NamedTuple):
    """A kept archive that was moved."""

    path: Path
    to: Path


class Scanned(NamedTuple):
    """The folders looked through; what was kept or refused now; what was passed over, and what was moved.

    `troubles` are folders that could not be looked through and files that could not be moved, each told once.
    """

    folders: tuple[Path, ...]
    receipts: tuple[Receipt, ...] = ()
    passed: tuple[PassedOver, ...] = ()
    moved: tuple[Moved, ...] = ()
    troubles: tuple[LinkbakError, ...] = ()

    @property
    def exit_code(self) -> Exit:
        """That of the first refusal, else of the first trouble, else whether what was kept is held or incomplete."""
        if self.troubles and not any(receipt.error for receipt in self.receipts):
            return self.troubles[0].exit_code
        if not self.receipts:
            return Exit.FINE
        from linkbak.ingest import worst

        return worst(self.receipts)


# --- course -----------------------------------------------------------------------------------------------------------
# One scan as it goes: what it was asked, what it has found so far, and what came of it.


class Arrival(NamedTuple):
    """What may be an archive, and the folder it was found in."""

    folder: Path
    sight: Sight


class Telling(NamedTuple):
    """Who is told while the scan goes on: of each receipt, and of a vault that was made."""

    receipt: Callable[[Receipt], None] = lambda receipt: None
    made: Callable[[Path], None] = lambda place: None


SILENT = Telling()


class Course:
    """The state of a scan; `outcomes` has, for each folder that could be read, what came of each thing in it."""

    def __init__(
        self, place: Path, options: Options, memory: Memory, telling: Telling, now: float, *, named: bool, insist: bool
    ) -> None:
        self.place = place
        self.options = options
        self.memory = memory
        self.telling = telling
        self.now = now
        self.named = named
        self.insist = insist
        self.looked: list[Path] = []
        self.sights: dict[Path, dict[str, Sight]] = {}
        self.outcomes: dict[Path, dict[str, Outcome]] = {}
        self.new: list[Arrival] = []
        self.receipts: list[Receipt] = []
        self.passed: list[PassedOver] = []
        self.moved: list[Moved] = []
        self.troubles: list[LinkbakError] = []

    def note(self, arrival: Arrival, outcome: Outcome) -> None:
        """Remember what came of something."""
        self.outcomes[arrival.folder][arrival.sight.mark] = outcome
        if arrival.sight.same and outcome.what == "kept":
            self.outcomes[arrival.folder][arrival.sight.same] = outcome

    def forget(self, arrival: Arrival) -> None:
        """Remember nothing of something that is not there any more."""
        for mark in (arrival.sight.mark, arrival.sight.same):
            self.outcomes[arrival.folder].pop(mark, None)

    def outcome(self, arrival: Arrival) -> Outcome | None:
        """What came of it in this scan so far."""
        return self.outcomes[arrival.folder].get(arrival.sight.mark)

    def pass_over(self, arrival: Arrival, why: Why) -> None:
        """Say that nothing was done with it."""
        self.passed.append(PassedOver(arrival.sight.path, why))

    def receive(self, receipt: Receipt) -> None:
        """Say what came of one archive."""
        self.receipts.append(receipt)
        self.telling.receipt(receipt)

    def trouble(self, about: Path, error: LinkbakError) -> None:
        """Say what is wrong with a place, unless that was said the last time too."""
        if self.memory.is_news(about, str(error)) or self.insist:
            self.troubles.append(error)

    def remember(self) -> None:
        """Write down what is known of every folder that could be read."""
        for folder, outcomes in self.outcomes.items():
            self.memory.replace(folder, outcomes)
        self.memory.save()

    def scanned(self) -> Scanned:
        """What came of it all."""
        found = tuple(sorted(set(self.passed)))
        return Scanned(tuple(self.looked), tuple(self.receipts), found, tuple(self.moved), tuple(self.troubles))


# --- sorting ----------------------------------------------------------------------------------------------------------
# What a folder holds, sorted: known from an earlier scan, not ready yet, new.

FRESH = 60.0
"""What changed less than so many seconds ago is looked at twice."""
SETTLE = 2.0
"""So many seconds lie between two looks at a file; at an unpacked folder, as many as make it fresh."""
LONG = 24 * 3600.0
"""A download that stands still for so many seconds was cut off."""


def look_through(course: Course, folder: Path) -> None:
    """Sort what one folder holds; a folder that cannot be read is a trouble."""
    course.looked.append(folder)
    try:
        sights = look(folder)
    except OSError as error:
        course.trouble(folder, _unreadable(folder, error))
        return
    course.outcomes[folder] = {}
    course.sights[folder] = {sight.path.name: sight for sight in sights}
    for sight in sights:
        _sort(course, Arrival(folder, sight))


def settle(course: Course, pause: Callable[[float], None]) -> None:
    """Leave out of what is new all that still changes: it is looked at again now, or by the next scan."""
    fresh = [one for one in course.new if _is_fresh(course, one)]
    if any(not one.sight.folder for one in fresh):
        pause(SETTLE)
    for arrival in fresh:
        now = again(arrival.sight)
        if arrival.sight.folder or now is None or now.mark != arrival.sight.mark:
            course.new.remove(arrival)
            if now is not None:
                wait(course, arrival._replace(sight=now))


def cut_off(course: Course, arrival: Arrival) -> bool:
    """Whether what is not all there has stood still for so long that it never will be."""
    return course.now - arrival.sight.changed > LONG


def wait(course: Course, arrival: Arrival) -> None:
    """Leave it to the next scan, which takes it if it is the same then."""
    before = course.memory.seen(arrival.folder, arrival.sight.mark)
    since = before.at if before is not None and before.what == "waiting" else course.now
    course.note(arrival, Outcome("waiting", at=since))
    course.pass_over(arrival, "recent")


def _sort(course: Course, arrival: Arrival) -> None:
    before = course.memory.seen(arrival.folder, arrival.sight.mark)
    if before is not None and before.what in ("kept", "beside", "refused", "foreign"):
        course.note(arrival, before)
        if before.what != "foreign":
            course.pass_over(arrival, "refused" if before.what == "refused" else "kept")
        return
    if arrival.sight.unfinished:
        _sort_unfinished(course, arrival)
    elif arrival.sight.same and (kept := course.memory.seen(arrival.folder, arrival.sight.same)) is not None:
        _leave_edited(course, arrival, kept)
    else:
        _judge(course, arrival)


def _leave_edited(course: Course, arrival: Arrival, kept: Outcome) -> None:
    """A folder that was kept and changed since was hardly changed by LinkedIn: people may seem gone that are not."""
    course.outcomes[arrival.folder][arrival.sight.same] = kept
    course.pass_over(arrival, "kept")
    path = arrival.sight.path
    error = UsageProblem(
        f"{path.name} was kept before, and something in it was changed since; it was left alone",
        hint=f"If it holds another archive now: linkbak import {path}",
    )
    course.trouble(path, error)


def _judge(course: Course, arrival: Arrival) -> None:
    """Keep what is an archive, remember what is none."""
    from linkbak.automation import keep

    try:
        archive = keep.is_archive(arrival.sight, course.options.limits)
    except OSError:
        return  # it may be readable next time, and nobody said that it is an archive
    if archive:
        course.new.append(arrival)
    else:
        course.note(arrival, Outcome("foreign"))


def _sort_unfinished(course: Course, arrival: Arrival) -> None:
    """A download that goes on waits in silence; one that was cut off is told of once."""
    from linkbak.automation import keep

    if not keep.called_so(arrival.sight):
        return
    if cut_off(course, arrival):
        from linkbak.automation.keep import tell_cut_off

        tell_cut_off(course, arrival)
    else:
        course.pass_over(arrival, "unfinished")


def _is_fresh(course: Course, arrival: Arrival) -> bool:
    if course.now - arrival.sight.changed >= FRESH:
        return False
    before = course.memory.seen(arrival.folder, arrival.sight.mark)
    if before is None or before.what != "waiting":
        return True
    return course.now - before.at < (FRESH if arrival.sight.folder else SETTLE)


def _unreadable(folder: Path, error: OSError) -> LinkbakError:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        if folder.is_file():
            return UsageProblem(f"{folder} is a file, not a folder", hint=f"Keep it: linkbak import {folder}")
        return UsageProblem(f"there is no folder {folder}", hint="Look at the spelling, or whether its disk is there.")
    reason = (error.strerror or "input/output error").lower()
    hint = "Check that you may read it."
    if sys.platform == "darwin" and isinstance(error, PermissionError):
        hint = "Allow it in System Settings, Privacy & Security, Files and Folders."
    return MachineProblem(f"{folder} cannot be looked through: {reason}", hint=hint)
