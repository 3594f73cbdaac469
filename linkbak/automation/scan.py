"""Archives found where downloads land, and kept: what nobody has to do by hand once the file is there."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from linkbak.archive import Limits, is_junk
from linkbak.automation import downloads, keep
from linkbak.automation.downloads import UNFINISHED, again, look
from linkbak.automation.scan_state import SILENT, Arrival, Listener, Memory, NotKept, Outcome, Scanned, ScanState, terms
from linkbak.errors import Exit, LinkbakError, MachineProblem, UsageProblem
from linkbak.ingest import Options


def scan(
    place: Path,
    folders: Sequence[Path],
    options: Options,
    *,
    move_to: Path | None = None,
    named: bool,
    look_again: bool = False,
    insist: bool = False,
    listener: Listener = SILENT,
    pause: Callable[[float], None] = lambda seconds: time.sleep(seconds),
) -> Scanned:
    """Keep what is new in the folders, in the vault at `place`; quiet about all that was told before.

    A vault that somebody `named` must be there; the usual one is made with the first archive. With `look_again` nothing
    that is remembered counts; with `insist`, a folder that cannot be read is told of every time. With `move_to`, what
    is kept is moved there.
    """
    memory = Memory(place, terms(options.account, options.limits), blank=look_again)
    memory.compare_with(place, folders)
    now = datetime.now(UTC).timestamp()
    state = ScanState(place, options, memory, listener, now, named=named, insist=insist)
    try:
        for folder in _distinct(folders):
            _look_through(state, folder)
        _settle(state, pause)
        if state.new:
            keep.keep(state)
        if move_to is not None and not options.dry_run:
            keep.move_kept(state, move_to.expanduser().absolute())
    finally:
        if not options.dry_run:
            state.remember()
    return state.result()


def holds_archives(folder: Path, vault: Path, limits: Limits) -> bool:
    """Whether a folder is where archives lie, rather than an unzipped one itself."""
    if folder.resolve() in [one.resolve() for one in downloads.folders(vault, ())]:
        return True
    itself = downloads.Sight(folder, "", 0, folder=True)
    try:
        names = [one.name.casefold() for one in folder.iterdir() if not is_junk(one.name)]
        if names and all(name.endswith((".vcf", ".vcard")) for name in names):
            return False  # an address book with a file for each card
        seen = look(folder)
        if any(not one.folder and one.path.suffix.lower() != ".csv" for one in seen):
            return True
        if keep.called_so(itself) or (folder / "Connections.csv").exists():
            return False
        if any(one.folder for one in seen) or not any(folder.glob("*.csv")):
            # What has no table in it is looked into only if it is called so: it may be all of somebody's files.
            return "linkedin" not in folder.name.lower() or not keep.is_archive(itself, limits)
        return False
    except OSError:
        return True  # looking through it says why it cannot be read


def _distinct(folders: Sequence[Path]) -> Iterator[Path]:
    """Each folder once, by whatever names it was given."""
    seen = set()
    for folder in folders:
        try:
            status = folder.stat()
            same: object = (status.st_dev, status.st_ino)
        except OSError:
            same = folder
        if same not in seen:
            seen.add(same)
            yield folder


# --- sorting ----------------------------------------------------------------------------------------------------------
# What a folder holds, sorted: known from an earlier scan, not ready yet, new.

_FRESH = 60.0
"""What changed less than so many seconds ago is looked at twice."""
_SETTLE = 2.0
"""So many seconds lie between two looks at a file; at an unpacked folder, as many as make it fresh."""


def _look_through(state: ScanState, folder: Path) -> None:
    """Sort what one folder holds; a folder that cannot be read is a trouble."""
    state.looked.append(folder)
    try:
        sights = look(folder)
    except OSError as error:
        state.trouble(folder, _unreadable(folder, error))
        if not isinstance(error, FileNotFoundError | NotADirectoryError):  # its disk may be away
            state.closed.append(NotKept(folder, Exit.MACHINE))
        return
    state.outcomes[folder] = {}
    state.sights[folder] = {sight.path.name: sight for sight in sights}
    rest = {one.name for one in folder.iterdir() if not one.name.startswith(".")} - {one.path.name for one in sights}
    state.others += sum(not name.lower().endswith(UNFINISHED) for name in rest)
    for sight in sights:
        _sort(state, Arrival(folder, sight))


def _settle(state: ScanState, pause: Callable[[float], None]) -> None:
    """Leave out of what is new all that still changes: it is looked at again now, or by the next scan."""
    fresh = [one for one in state.new if _is_fresh(state, one)]
    if any(not one.sight.folder for one in fresh):
        pause(_SETTLE)
    for arrival in fresh:
        now = again(arrival.sight)
        if arrival.sight.folder or now is None or now.mark != arrival.sight.mark:
            state.new.remove(arrival)
            if now is not None:
                state.wait(arrival._replace(sight=now))


def _sort(state: ScanState, arrival: Arrival) -> None:
    before = state.memory.seen(arrival.folder, arrival.sight.mark)
    if before is not None and before.what in ("kept", "beside", "refused", "foreign"):
        state.note(arrival, before)
        if before.what != "foreign":
            state.pass_over(arrival, "refused" if before.what == "refused" else "kept")
        return
    if arrival.sight.unfinished:
        _sort_unfinished(state, arrival)
    elif arrival.sight.same and (kept := state.memory.seen(arrival.folder, arrival.sight.same)) is not None:
        _leave_edited(state, arrival, kept)
    else:
        _judge(state, arrival)


def _leave_edited(state: ScanState, arrival: Arrival, kept: Outcome) -> None:
    """A folder that was kept and changed since was hardly changed by LinkedIn: people may seem gone that are not."""
    state.outcomes[arrival.folder][arrival.sight.same] = kept
    state.pass_over(arrival, "kept")
    path = arrival.sight.path
    error = UsageProblem(
        f"{path.name} was kept before, and something in it was changed since; it was left alone",
        hint=f"If it holds another archive now: linkbak import {path}",
    )
    state.trouble(path, error)


def _judge(state: ScanState, arrival: Arrival) -> None:
    """Keep what is an archive, remember what is none."""
    try:
        archive = keep.is_archive(arrival.sight, state.options.limits)
    except OSError:
        return  # it may be readable next time, and nobody said that it is an archive
    if archive:
        state.new.append(arrival)
    else:
        state.note(arrival, Outcome("foreign"))


def _sort_unfinished(state: ScanState, arrival: Arrival) -> None:
    """A download that goes on waits in silence; one that was cut off is told of once."""
    if not keep.called_so(arrival.sight):
        return
    if state.is_cut_off(arrival):
        keep.tell_cut_off(state, arrival)
    else:
        state.pass_over(arrival, "unfinished")


def _is_fresh(state: ScanState, arrival: Arrival) -> bool:
    if state.now - arrival.sight.changed >= _FRESH:
        return False
    before = state.memory.seen(arrival.folder, arrival.sight.mark)
    if before is None or before.what != "waiting":
        return True
    return state.now - before.at < (_FRESH if arrival.sight.folder else _SETTLE)


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
