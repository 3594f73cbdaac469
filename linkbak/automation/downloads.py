"""Finds what may be an archive in a folder, by names alone; and remembers what earlier scans did with it.

Thousands of other files cost almost nothing: nothing is opened here, and only what may be an archive is even
asked for its size. Whether it is one is decided in `scan`.

What earlier scans found is noted beside the vault, so that nothing is read or reported twice. The note holds no name of
a file: what was seen goes by digests of name, size and times, what was refused by that of its bytes. Losing it costs a
second look, and a second complaint.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, Literal, get_args

import linkbak
from linkbak import state
from linkbak.archive import GITS_FOLDER, placeholder_of
from linkbak.errors import Exit, LinkbakError
from linkbak.ingest import Options, Receipt, exit_code_of
from linkbak.model import NamedTuple
from linkbak.vault import Vault

UNFINISHED: Final = (
    *(".part", ".crdownload", ".download", ".partial", ".opdownload"),
    *(".tmp", ".temp", ".!ut", ".!qb", ".aria2", ".filepart", ".downloading", ".fdmdownload"),
)
"""Endings of unfinished downloads, and of files that programs keep about them."""

_ZIP: Final = re.compile(r"\.zip(?: ?\([0-9]{1,3}\)| copy(?: [0-9]{1,3})?)?$")
_LISTS: Final = "connections"
_HINT: Final = "linkedin"
_TELLING: Final = "Connections.csv"
_DROPPED: Final = (".", "~$", "Thumbs.db", "desktop.ini")
"""The beginnings of names that systems and office programs give their own files in any folder."""
_MOST: Final = 20_000
"""The most files in a folder that may be an archive."""


class Sight(NamedTuple):
    """A possible archive, at the time of the scan.

    `mark` changes whenever it does; `changed` is when that was last, in seconds since 1970. `left` is the name of what
    an unfinished file that a browser left beside it, "" if none; then, or if its own name says so, it is `unfinished`.
    `same` is "" or, of a folder, what it keeps whatever becomes of the files in it.
    """

    path: Path
    mark: str
    changed: float
    folder: bool = False
    unfinished: bool = False
    left: str = ""
    same: str = ""

    @property
    def home(self) -> Path:
        """The scanned folder that holds it."""
        return self.path.parent


def look(folder: Path) -> list[Sight]:
    """All possible archives, by name; raises OSError if the folder cannot be read."""
    with os.scandir(folder) as listing:
        every = {entry.name: entry for entry in listing}
    entries = {name: entry for name, entry in every.items() if not name.startswith(".") or placeholder_of(name)}
    halves = {name.rpartition(".")[0]: name for name in entries if name.lower().endswith(UNFINISHED)}
    found = (_sight(folder, entries[name], halves, entries) for name in sorted(entries))
    return [sight for sight in found if sight is not None]


def again(sight: Sight) -> Sight | None:
    """The same place scanned again; None if it is gone."""
    try:
        return _seen(sight.path, sight.left, half=sight.unfinished)
    except OSError:
        return None


def _sight(folder: Path, entry: os.DirEntry[str], halves: Mapping[str, str], entries: Collection[str]) -> Sight | None:
    """One entry of the folder; None if it is no archive, cannot be read, or is a broken link.

    `halves` maps the final names of unfinished files to their names now.
    """
    lower = (placeholder_of(entry.name) or entry.name).lower()
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
    """Whether a file of this name (in lower case) may be an archive."""
    if _ZIP.search(lower) is not None:
        return True
    if lower.endswith(".csv"):
        return _LISTS in lower
    return _HINT in lower and "." not in lower


def _may_be_folder(entry: os.DirEntry[str], lower: str) -> bool:
    """Whether a folder may be an unpacked archive; a repository, as a vault is, only with a list at its top."""
    telling = os.path.lexists(f"{entry.path}/{_TELLING}")
    return telling or (_HINT in lower and not os.path.lexists(f"{entry.path}/{GITS_FOLDER}"))


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
    """An unpacked archive: its `mark` changes with each of its files, as it does while being unpacked."""
    parts, changed = [], max(status.st_mtime, status.st_ctime)
    for name, inner in files_below(str(path)):
        if name.rpartition("/")[2].startswith(_DROPPED):
            continue
        parts.append(f"{name}:{inner.st_size}:{inner.st_mtime_ns}")
        changed = max(changed, inner.st_mtime, inner.st_ctime)
        if len(parts) > _MOST:
            return None
    same = _digest(path.name, str(status.st_ino))
    return Sight(path, _digest(path.name, *sorted(parts)), changed, True, half, left, same)


def files_below(folder: str, above: str = "") -> Iterator[tuple[str, os.stat_result]]:
    """Every file and folder below, by its relative path, except git's own."""
    with os.scandir(folder) as listing:
        for entry in listing:
            if entry.name == GITS_FOLDER:
                continue
            status = entry.stat(follow_symlinks=False)
            if entry.is_dir(follow_symlinks=False):
                yield from files_below(entry.path, f"{above}{entry.name}/")
            yield above + entry.name, status


def _digest(*parts: str) -> str:
    return sha256("\n".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:32]


# --- folders ----------------------------------------------------------------------------------------------------------
# Where archives are looked for.

INBOX = "inbox"


def folders(vault: Path, chosen: Sequence[Path] = ()) -> tuple[Path, ...]:
    """The chosen folders; if there are none, those of the usual ones that exist.

    These are the user's downloads and ``inbox`` beside the vault.
    """
    if chosen:
        return tuple(dict.fromkeys(folder.expanduser().absolute() for folder in chosen))
    from platformdirs import user_downloads_path

    usual = (user_downloads_path(), vault.absolute().parent / INBOX)
    return tuple(dict.fromkeys(folder for folder in usual if folder.is_dir()))


# --- results of earlier scans -----------------------------------------------------------------------------------------

What = Literal["kept", "beside", "refused", "foreign", "waiting", "told"]

_REFUSALS = 1_000
"""How many refused files are remembered, the newest."""
_FOLDER = "folder"
_KEPT = ("kept", "beside")


class Outcome(NamedTuple):
    """The result for something that was seen.

    `note` is the snapshot that keeps it (or the zip that it lies beside), or the digest of what was refused; `at` is
    when it was first seen waiting. `status` is the exit status until somebody fixes it, 0 if nothing is wrong.
    """

    what: What
    note: str = ""
    at: float = 0.0
    status: int = 0


class Memory:
    """The notes of one vault's scans; `terms` is what a refusal depends on beside the archive itself.

    A `blank` one hides what it knows; new results are added all the same.
    """

    def __init__(self, vault: Path, terms: str, *, blank: bool = False) -> None:
        self._vault = vault
        self._terms = terms
        self.head = ""
        self._folders: dict[str, dict[str, Outcome]] = {}
        self._refused: dict[str, str] = {}
        found = state.read(vault, "scan")
        if found.get("linkbak") == linkbak.__version__:
            with suppress(KeyError, TypeError, ValueError, AttributeError):  # a spoilt note counts as none
                folders = {
                    folder: {mark: _outcome(*raw) for mark, raw in seen.items()}
                    for folder, seen in found["folders"].items()
                }
                self._refused = {name: str(accounts) for name, accounts in found["refused"].items()}
                self.head, self._folders = str(found["head"]), folders
        self._before = self._as_note()
        self._blank = blank
        self._doubted = set(self._refused) if blank else set[str]()

    def seen(self, folder: Path, mark: str) -> Outcome | None:
        """The last result for it; None if it was not there then, or has changed."""
        outcome = self._folders.get(_key(folder), {}).get(mark)
        if outcome is None or self._blank:
            return None
        if outcome.what != "refused":
            return outcome
        ours = outcome.note.startswith(f"{self._terms}:")
        return outcome if ours and self.is_refused(outcome.note) else None

    def replace(self, folder: Path, outcomes: Mapping[str, Outcome]) -> None:
        """Replace the results for a folder by those for everything in it now."""
        self._folders[_key(folder)] = dict(outcomes)

    def is_news(self, folder: Path, what: str) -> bool:
        """Whether this was not reported about the folder itself last time; marks it as reported."""
        told = Outcome("told", _digest(what)[:16])
        seen = self._folders.setdefault(_key(folder), {})
        before, seen[_FOLDER] = seen.get(_FOLDER), told
        return before != told or self._blank

    def print_of(self, digest: str) -> str:
        """The key under which a file of that digest is refused."""
        return f"{self._terms}:{digest}"

    def is_refused(self, printed: str) -> bool:
        """Whether the same bytes were refused before, for the same account and under the same limits."""
        return printed in self._refused and printed not in self._doubted

    def refuse(self, printed: str, accounts: str) -> None:
        """Remember a refusal; with `accounts`, only as long as the vault has these."""
        self._refused.pop(printed, None)
        self._doubted.discard(printed)
        self._refused[printed] = accounts

    def compare(self, place: Path, folders: Iterable[Path]) -> None:
        """Forget notes that the vault at `place` contradicts, if any about these folders depend on it.

        They name snapshots that it lacks, or are refusals under other accounts.
        """
        seen_there = (self._folders.get(_key(folder), {}) for folder in folders)
        kept = any(one.what in _KEPT for outcomes in seen_there for one in outcomes.values())
        if not kept and not any(self._refused.values()):
            return
        try:
            with Vault.open(place) as vault:
                if (head := vault.newest()) == self.head:
                    return
                snapshots = {summary.key.folder for summary in vault.every()}
                accounts = ",".join(vault.accounts()) or "none"
        except LinkbakError:
            head, snapshots, accounts = "", set(), "none"
        self.head = head
        self._refused = {one: bound for one, bound in self._refused.items() if bound in ("", accounts)}
        for seen in self._folders.values():
            for mark in [mark for mark, one in seen.items() if one.what in _KEPT and one.note not in snapshots]:
                del seen[mark]

    def save(self) -> None:
        """Write the notes, if anything is new."""
        note = self._as_note()
        if note != self._before:
            state.write(self._vault, "scan", note)

    def _as_note(self) -> dict[str, Any]:
        return {
            "linkbak": linkbak.__version__,
            "head": self.head,
            "folders": {
                folder: {mark: list(one) for mark, one in seen.items()}
                for folder, seen in self._folders.items()
                if seen
            },
            "refused": dict(list(self._refused.items())[-_REFUSALS:]),
        }


def terms(account: str | None, limits: object) -> str:
    """A short key for what a refusal depends on beside the archive and the vault."""
    return sha256(f"{account}\n{limits}".encode()).hexdigest()[:8]


def _key(path: Path) -> str:
    return _digest(str(path.absolute()))[:16]


def _outcome(what: What, note: str, at: float, status: int) -> Outcome:
    if what not in get_args(What) or not isinstance(note, str):
        raise ValueError
    return Outcome(what, note, float(at), Exit(status))


# --- one scan ---------------------------------------------------------------------------------------------------------

LONG = 24 * 3600.0
"""Seconds after which a download that does not grow counts as cut off."""

Why = Literal["kept", "refused", "unfinished", "cut-off", "recent", "unreadable", "ahead", "put-off"]


class PassedOver(NamedTuple):
    """An archive left alone by this scan: kept or refused before, or not ready.

    `unfinished` is a running download, `recent` changed a moment ago, `cut-off` is a download that never ended
    and `unreadable` is forbidden by the system; both were reported before, like `ahead`, which is dated later than
    this machine's clock; `put-off` is what the scan did not reach.
    """

    path: Path
    why: Why


class NotKept(NamedTuple):
    """An archive, or a folder of archives, that the vault cannot keep until somebody fixes it."""

    path: Path
    status: Exit


class Moved(NamedTuple):
    """A kept archive that was moved."""

    path: Path
    to: Path


class Scanned(NamedTuple):
    """The folders scanned; the archives kept or refused now; those passed over, and those moved.

    `troubles` are folders that could not be scanned and files that could not be moved, each reported once; `others`
    counts everything in the folders that is no archive, `not_kept` are reported problems that still exist.
    """

    folders: tuple[Path, ...]
    receipts: tuple[Receipt, ...] = ()
    passed: tuple[PassedOver, ...] = ()
    moved: tuple[Moved, ...] = ()
    troubles: tuple[LinkbakError, ...] = ()
    others: int = 0
    not_kept: tuple[NotKept, ...] = ()

    @property
    def exit_code(self) -> Exit:
        """The status of the first refusal, else of the first trouble, else held or incomplete for what was kept.

        Else that of a problem reported before that still exists.
        """
        if self.troubles and not any(receipt.error for receipt in self.receipts):
            return self.troubles[0].exit_code
        told = exit_code_of(self.receipts) if self.receipts else Exit.FINE
        return told or next((one.status for one in self.not_kept), Exit.FINE)


class Listener(NamedTuple):
    """Callbacks during the scan: for each receipt, and for a new vault."""

    receipt: Callable[[Receipt], None] = lambda receipt: None
    made: Callable[[Path], None] = lambda place: None


SILENT = Listener()


@dataclass
class ScanState:
    """The state of a scan; `outcomes` has the result for each thing in each readable folder."""

    place: Path
    options: Options
    memory: Memory
    listener: Listener
    now: float
    named: bool
    insist: bool
    looked: list[Path] = field(default_factory=list)
    sights: dict[Path, dict[str, Sight]] = field(default_factory=dict)
    outcomes: dict[Path, dict[str, Outcome]] = field(default_factory=dict)
    new: list[Sight] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    passed: list[PassedOver] = field(default_factory=list)
    moved: list[Moved] = field(default_factory=list)
    troubles: list[LinkbakError] = field(default_factory=list)
    others: int = 0
    closed: list[NotKept] = field(default_factory=list)

    def note(self, sight: Sight, outcome: Outcome) -> None:
        """Remember the outcome of something found."""
        self.others += outcome.what == "foreign"
        self.outcomes[sight.home][sight.mark] = outcome
        if sight.same and outcome.what == "kept":
            self.outcomes[sight.home][sight.same] = outcome

    def forget(self, sight: Sight) -> None:
        """Forget something that no longer exists."""
        for mark in (sight.mark, sight.same):
            self.outcomes[sight.home].pop(mark, None)

    def outcome(self, sight: Sight) -> Outcome | None:
        """Its result in this scan so far."""
        return self.outcomes[sight.home].get(sight.mark)

    def came(self) -> Iterator[tuple[Sight, Outcome]]:
        """Everything with a result so far, and the result."""
        for sights in self.sights.values():
            for sight in sights.values():
                if (outcome := self.outcome(sight)) is not None:
                    yield sight, outcome

    def pass_over(self, sight: Sight, why: Why) -> None:
        """Record that it was passed over."""
        self.passed.append(PassedOver(sight.path, why))

    def wait(self, sight: Sight) -> None:
        """Leave it to the next scan, which takes it if it has not changed by then."""
        before = self.memory.seen(sight.home, sight.mark)
        since = before.at if before is not None and before.what == "waiting" else self.now
        self.note(sight, Outcome("waiting", at=since))
        self.pass_over(sight, "recent")

    def is_cut_off(self, sight: Sight) -> bool:
        """Whether an unfinished download has stopped for so long that it will never end."""
        return self.now - sight.changed > LONG

    def receive(self, receipt: Receipt) -> None:
        """Report the receipt of one archive."""
        self.receipts.append(receipt)
        self.listener.receipt(receipt)

    def trouble(self, about: Path, error: LinkbakError) -> None:
        """Report what is wrong with a place, unless that was reported last time."""
        if self.memory.is_news(about, str(error)) or self.insist:
            self.troubles.append(error)

    def remember(self) -> None:
        """Write the notes of every readable folder."""
        for folder, outcomes in self.outcomes.items():
            self.memory.replace(folder, outcomes)
        self.memory.save()

    def result(self) -> Scanned:
        """The result of the scan; what somebody has to fix was reported now or before."""
        found = tuple(sorted(set(self.passed)))
        told = tuple(self.receipts), found, tuple(self.moved), tuple(self.troubles)
        lying = (NotKept(sight.path, Exit(came.status)) for sight, came in self.came() if came.status)
        return Scanned(tuple(self.looked), *told, self.others, (*self.closed, *lying))


def not_kept(place: Path, folders: Sequence[Path], terms: str) -> tuple[NotKept, ...]:
    """Archives that still lie in the folders and that the last scan could not keep; nothing is opened."""
    memory, found = Memory(place, terms), list[NotKept]()
    memory.compare(place, folders)
    for folder in folders:
        try:
            seen = [(sight.path, memory.seen(folder, sight.mark)) for sight in look(folder)]
        except (FileNotFoundError, NotADirectoryError):
            continue  # its disk may not be plugged in
        except OSError:
            found.append(NotKept(folder, Exit.MACHINE))
            continue
        found += [NotKept(path, Exit(outcome.status)) for path, outcome in seen if outcome and outcome.status]
    return tuple(found)
