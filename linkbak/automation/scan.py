"""Finds archives in download folders and keeps them, with nothing to do by hand.

New archives are kept, refused or left for later, in order of date; then moved, where the user wants it.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from linkbak import adapters
from linkbak.archive import Limits, digest_of, is_junk, placeholder_of, printable
from linkbak.archive.opening import file_digest, file_name, names_in_zip, open_archive
from linkbak.automation import downloads
from linkbak.automation.downloads import (
    SILENT,
    UNFINISHED,
    Listener,
    Memory,
    Moved,
    NotKept,
    Outcome,
    Scanned,
    ScanState,
    Sight,
    Why,
    again,
    files_below,
    look,
    terms,
)
from linkbak.errors import (
    ArchiveAhead,
    ArchiveElsewhere,
    ArchiveEncrypted,
    ArchiveUnfinished,
    Exit,
    LinkbakError,
    MachineProblem,
    NoVault,
    UnknownArchive,
    UsageProblem,
    VaultDamaged,
    VaultLocked,
)
from linkbak.ingest import Options, Receipt, content_digest
from linkbak.ingest.workflow import ingest_at, order
from linkbak.model import FileFacts, Files
from linkbak.paths import part_name, sweep
from linkbak.texts import tr
from linkbak.vault import Vault, sync_folder

if TYPE_CHECKING:
    from linkbak.vault import SnapshotKey

# --- recognising archives ---------------------------------------------------------------------------------------------
# Whether something found is an archive, and whether it is complete.


def called_so(sight: Sight) -> bool:
    """Whether it has the name of an archive, finished or not."""
    name = placeholder_of(sight.path.name) or sight.path.name
    if name.lower().endswith(UNFINISHED):
        name = name.rpartition(".")[0]
    return adapters.is_archive_name(name)


def is_archive(sight: Sight, limits: Limits) -> bool:
    """Whether it is an archive by its name or its content; raises OSError if it cannot be read."""
    if called_so(sight):
        return True
    try:
        if sight.folder:
            files = [name for name, status in files_below(str(sight.path)) if not stat.S_ISDIR(status.st_mode)]
            return adapters.may_be_archive(files) and _surely(sight.path, limits)
        if sight.path.suffix.lower() == ".csv":
            return _surely(sight.path, limits)
        return adapters.may_be_archive(names_in_zip(sight.path, limits)) and _surely(sight.path, limits)
    except ArchiveEncrypted:
        return True  # the names in it can be read, and are those of an archive
    except LinkbakError as error:
        if isinstance(error.__cause__, OSError):
            raise error.__cause__ from None
        return False


def _surely(path: Path, limits: Limits) -> bool:
    with open_archive(path, limits) as archive:
        return adapters.is_surely_archive(archive)


# --- keeping ----------------------------------------------------------------------------------------------------------

_NOT_ITS_FAULT = (NoVault, VaultLocked, VaultDamaged, MachineProblem)
_OF_ACCOUNTS = (Exit.OTHER_ACCOUNT, Exit.USAGE)
_CUT_OFF = tr("Download it again: the link in the mail works for 72 hours; after that, ask for a new archive.")


def keep(state: ScanState) -> None:
    """Keep new archives; an unpacked folder only if the zip beside it, which has everything, was not kept."""
    beside = [one for one in state.new if _zip_beside(state, one) is not None]
    rest = _keep_all(state, [one for one in state.new if one not in beside])
    if rest:
        rest += beside
    else:
        rest = _keep_all(state, [one for one in beside if not _spared(state, one)])
    for sight in rest:
        state.pass_over(sight, "put-off")


def _unfinished(state: ScanState, sight: Sight) -> None:
    """Wait silently for a running download; report once one that will never end."""
    if not state.is_cut_off(sight):
        state.pass_over(sight, "unfinished")
        return
    name = printable(file_name(sight.path))
    if sight.left:
        beside = printable(sight.left)
        error = ArchiveUnfinished(
            tr("{name} was never downloaded to its end: {beside} lies beside it", name=name, beside=beside),
            hint=tr("{advice} If it is whole, delete {beside}.", advice=_CUT_OFF, beside=beside),
        )
    else:
        error = ArchiveUnfinished(tr("{name} was never downloaded to its end", name=name), hint=_CUT_OFF)
    _tell_once(state, sight, Receipt(sight.path.name, "refused", error=error), "cut-off")


def _keep_all(state: ScanState, sights: Sequence[Sight]) -> list[Sight]:
    """Keep them in order of date; returns those left because the vault or the machine failed."""
    by_path = {one.path: one for one in sights}
    ordered = [by_path[path] for path in order(by_path, state.options.limits)]
    for place, sight in enumerate(ordered):
        receipt = ingest_at(sight.path, state.place, state.options, named=state.named, made=state.listener.made)
        if receipt.error is None:
            _kept(state, sight, receipt)
        elif isinstance(receipt.error, _NOT_ITS_FAULT):
            state.receive(receipt)
            return ordered[place + 1 :]
        else:
            _refused(state, sight, receipt, receipt.error)
    return []


def _kept(state: ScanState, sight: Sight, receipt: Receipt) -> None:
    if receipt.status == "already-kept":
        state.pass_over(sight, "kept")
    else:
        state.receive(receipt)
    if receipt.key is not None:
        state.note(sight, Outcome("kept", receipt.key.folder))
        state.memory.head = ""  # an older vault restored to this place must not look like the one compared with


def _refused(state: ScanState, sight: Sight, receipt: Receipt, error: LinkbakError) -> None:
    if not os.path.lexists(sight.path):
        return  # somebody removed it meanwhile
    if isinstance(error, ArchiveUnfinished):
        elsewhere = isinstance(error, ArchiveElsewhere)
        if elsewhere and (state.is_cut_off(sight) or placeholder_of(sight.path.name)):
            _tell_once(state, sight, receipt, "cut-off")
        else:
            _unfinished(state, sight)
    elif isinstance(error, UnknownArchive) and not called_so(sight):
        state.note(sight, Outcome("foreign"))
    elif isinstance(error, ArchiveAhead):
        _tell_once(state, sight, receipt, "ahead")
    elif isinstance(error.__cause__, OSError):
        _tell_once(state, sight, receipt, "unreadable")
    elif digest := sight.mark if sight.folder else file_digest(sight.path):
        _refuse(state, sight, receipt, digest)
    else:
        _tell_once(state, sight, receipt, "unreadable")


def _refuse(state: ScanState, sight: Sight, receipt: Receipt, digest: str) -> None:
    """Report the refusal, unless the same bytes were refused before, under any name.

    `digest` is of a file's bytes, or of the names, sizes and times of a folder's files. A file that has changed since
    has other bytes than those refused.
    """
    now = downloads.again(sight)
    if now is not None and now.mark != sight.mark:
        state.wait(now)
        return
    printed = state.memory.print_of(digest)
    if state.memory.is_refused(printed):
        state.pass_over(sight, "refused")
    else:
        state.receive(receipt)
        bound = _accounts(state) if receipt.exit_code in _OF_ACCOUNTS else ""
        state.memory.refuse(printed, bound)
    state.note(sight, Outcome("refused", printed, status=_owed(sight, receipt)))


def _tell_once(state: ScanState, sight: Sight, receipt: Receipt, why: Why) -> None:
    """Try again at each scan what may succeed next time, and report it once."""
    before = state.memory.seen(sight.home, sight.mark)
    if before is not None and before.what == "told":
        state.pass_over(sight, why)
    else:
        state.receive(receipt)
    state.note(sight, Outcome("told", status=_owed(sight, receipt)))


def _owed(sight: Sight, receipt: Receipt) -> int:
    """The exit status as long as something named like an archive lies there.

    A download that was cut off has none: its archive may have come since, under another name.
    """
    return int(receipt.exit_code) if called_so(sight) and not sight.unfinished else 0


def _accounts(state: ScanState) -> str:
    """The vault's accounts joined to one text, "" if it cannot be read."""
    try:
        with Vault.open(state.place) as vault:
            return ",".join(vault.accounts()) or "none"
    except LinkbakError:
        return ""


def _zip_beside(state: ScanState, sight: Sight) -> Sight | None:
    """The zip that a folder was unpacked from."""
    beside = state.sights[sight.home].get(f"{sight.path.name}.zip") if sight.folder else None
    return beside if beside is not None and not beside.folder else None


def _spared(state: ScanState, sight: Sight) -> bool:
    """Whether a folder need not be kept, since its zip is; or not yet, since its zip is not ready."""
    beside = _zip_beside(state, sight)
    came = state.outcome(beside) if beside is not None else None
    if came is not None and came.what == "kept":
        state.note(sight, Outcome("beside", came.note))
        state.pass_over(sight, "kept")
        return True
    if came is None or came.what == "waiting":
        state.pass_over(sight, "recent")
        return True
    return False


# --- moving -----------------------------------------------------------------------------------------------------------
# Moves kept archives elsewhere, if the user has asked for it; nothing is ever overwritten.

_CHUNK = 1 << 20
_STAYS = tr("It is kept; the file stays where it is.")


def move_kept(state: ScanState, target: Path) -> None:
    """Move everything that the vault keeps out of the scanned folders."""
    kept = [(sight, outcome) for sight, outcome in state.came() if outcome.what == "kept"]
    try:
        if not kept:
            return
        check_target(target, state.looked)
        state.memory.replace(target, {})
        with Vault.open(state.place) as vault:
            keys = {summary.key.folder: summary.key for summary in vault.every()}
            for sight, outcome in kept:
                path = sight.path
                try:
                    state.moved.append(Moved(path, move(path, target, vault, keys[outcome.note], state.options.limits)))
                    state.forget(sight)
                except LinkbakError as error:
                    state.trouble(path, error)
    except LinkbakError as error:
        state.trouble(target, error)


def check_target(target: Path, folders: Iterable[Path]) -> None:
    """Raise UsageProblem if archives cannot be moved to `target`: it does not exist, or is scanned itself."""
    if not target.is_dir():
        raise UsageProblem(
            tr("there is no folder {folder} to move archives to", folder=target),
            hint=tr("Make it, or name another; nothing was moved."),
        )
    if any(folder.is_dir() and folder.samefile(target) for folder in folders):
        raise UsageProblem(
            tr("archives cannot be moved to {folder}: that is where they are looked for", folder=target),
            hint=tr("Name another folder."),
        )


def move(path: Path, target: Path, vault: Vault, key: SnapshotKey, limits: Limits) -> Path:
    """Move an archive, after every byte of it was read back from the vault; returns its new place.

    Raises VaultDamaged if the vault does not give it back, MachineProblem if the system does not let it be moved.
    """
    if path.is_symlink():
        raise MachineProblem(tr("{name} is a link, which is not moved", name=path.name), hint=_STAYS)
    before = path.stat()
    digest = _compared(path, vault, key, limits)
    after = path.stat()
    if (before.st_ino, before.st_size, before.st_mtime_ns) != (after.st_ino, after.st_size, after.st_mtime_ns):
        raise MachineProblem(tr("{name} changed while it was compared", name=path.name), hint=tr("Import it again."))
    try:
        return _renamed(path, target, digest)
    except OSError as error:
        reason = (error.strerror or tr("input/output error")).lower()
        raise MachineProblem(
            tr("{name} cannot be moved to {folder}: {reason}", name=path.name, folder=target, reason=reason),
            hint=_STAYS,
        ) from None


def _compared(path: Path, vault: Vault, key: SnapshotKey, limits: Limits) -> str:
    """The digest of the archive itself, "" for a folder, after the vault gave back everything in it."""
    with open_archive(path, limits) as archive:
        came, kept = _read(archive), _read(vault.files(key))
        held = {facts.sha256 for facts in kept}
        if content_digest(came) != content_digest(kept) and not (archive.kind == "file" and came[0].sha256 in held):
            raise VaultDamaged(
                tr(
                    "{name} is not what {account} {snapshot} gives back; it was not moved",
                    name=path.name,
                    account=key.account,
                    snapshot=key.id,
                )
            )
        return archive.sha256


def _read(files: Files) -> list[FileFacts]:
    found = []
    for name in files.paths:
        with files.open(name) as stream:
            found.append(FileFacts(name, 0, digest_of(stream)))
    return found


def _renamed(path: Path, target: Path, digest: str) -> Path:
    """Rename; across disks copy, and compare before the original is removed."""
    place = _claimed(path, target)
    try:
        path.rename(place)
    except OSError as error:
        try:
            if error.errno != errno.EXDEV or path.is_dir():
                raise
            _copied(path, place, digest)
            path.unlink()
        except BaseException:
            with suppress(OSError):
                if os.path.lexists(path):  # else the copy is the only one
                    place.rmdir() if place.is_dir() else place.unlink()
            raise
    return place


def _claimed(path: Path, target: Path) -> Path:
    """A free name in the target, reserved by an empty file that the archive replaces."""
    stem, dot, ending = path.name.partition(".")
    for number in range(1, 10_000):
        place = target / (path.name if number == 1 else f"{stem} ({number}){dot}{ending}")
        with suppress(FileExistsError):
            if path.is_dir():
                place.mkdir(0o700)
            else:
                os.close(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
            return place
    raise OSError(errno.EEXIST, tr("no name is free there"))


def _copied(path: Path, place: Path, digest: str) -> None:
    sweep(place.parent)
    half = place.with_name(part_name())
    try:
        with path.open("rb") as given, half.open("xb") as written:
            shutil.copyfileobj(given, written, _CHUNK)
            written.flush()
            os.fsync(written.fileno())
        shutil.copystat(path, half)
        with half.open("rb") as copy:
            if digest_of(copy) != digest:
                raise OSError(errno.EIO, tr("the copy differs from the original"))
        half.replace(place)
        sync_folder(place.parent)
    finally:
        half.unlink(missing_ok=True)


# --- scan -------------------------------------------------------------------------------------------------------------


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
    """Keep new archives in the folders, in the vault at `place`; quiet about everything reported before.

    A vault that somebody `named` must be there; the usual one is made with the first archive. With `look_again` nothing
    that is remembered counts; with `insist`, an unreadable folder is reported every time. With `move_to`, what
    is kept is moved there.
    """
    memory = Memory(place, terms(options.account, options.limits), blank=look_again)
    memory.compare(place, folders)
    now = datetime.now(UTC).timestamp()
    state = ScanState(place, options, memory, listener, now, named=named, insist=insist)
    try:
        for folder in _distinct(folders):
            _look_through(state, folder)
        _settle(state, pause)
        if state.new:
            keep(state)
        if move_to is not None and not options.dry_run:
            move_kept(state, move_to.expanduser().absolute())
    finally:
        if not options.dry_run:
            state.remember()
    return state.result()


def holds_archives(folder: Path, vault: Path, limits: Limits) -> bool:
    """Whether a folder holds archives, rather than being an unzipped one."""
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
        if called_so(itself) or (folder / "Connections.csv").exists():
            return False
        if any(one.folder for one in seen) or not any(folder.glob("*.csv")):
            # A folder without a table is searched only if its name fits: it may hold all of somebody's files.
            return "linkedin" not in folder.name.lower() or not is_archive(itself, limits)
        return False
    except OSError:
        return True  # scanning it will say why it cannot be read


def _distinct(folders: Sequence[Path]) -> Iterator[Path]:
    """Each folder once, even if it was given under several names."""
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
# Sorts the content of a folder: known from an earlier scan, not ready yet, new.

_FRESH = 60.0
"""Seconds since the last change below which a file is checked twice."""
_SETTLE = 2.0
"""Seconds between the two checks of a file; for an unpacked folder, the number above."""


def _look_through(state: ScanState, folder: Path) -> None:
    """Sort what one folder holds; a folder that cannot be read is a trouble."""
    state.looked.append(folder)
    try:
        sights = look(folder)
    except OSError as error:
        state.trouble(folder, _unreadable(folder, error))
        if not isinstance(error, FileNotFoundError | NotADirectoryError):  # its disk may not be plugged in
            state.closed.append(NotKept(folder, Exit.MACHINE))
        return
    state.outcomes[folder] = {}
    state.sights[folder] = {sight.path.name: sight for sight in sights}
    rest = {one.name for one in folder.iterdir() if not one.name.startswith(".")} - state.sights[folder].keys()
    state.others += sum(not name.lower().endswith(UNFINISHED) for name in rest)
    for sight in sights:
        _sort(state, sight)


def _settle(state: ScanState, pause: Callable[[float], None]) -> None:
    """Leave out new archives that still change: they are checked again now, or by the next scan."""
    fresh = [one for one in state.new if _is_fresh(state, one)]
    if any(not one.folder for one in fresh):
        pause(_SETTLE)
    for sight in fresh:
        now = again(sight)
        if sight.folder or now is None or now.mark != sight.mark:
            state.new.remove(sight)
            if now is not None:
                state.wait(now)


def _sort(state: ScanState, sight: Sight) -> None:
    before = state.memory.seen(sight.home, sight.mark)
    if before is not None and before.what in ("kept", "beside", "refused", "foreign"):
        state.note(sight, before)
        if before.what != "foreign":
            state.pass_over(sight, "refused" if before.what == "refused" else "kept")
        return
    if sight.unfinished:
        if called_so(sight):
            _unfinished(state, sight)
    elif sight.same and (kept := state.memory.seen(sight.home, sight.same)) is not None:
        _leave_edited(state, sight, kept)
    else:
        _judge(state, sight)


def _leave_edited(state: ScanState, sight: Sight, kept: Outcome) -> None:
    """Report a kept folder that changed since: LinkedIn hardly did that, and people may wrongly seem gone."""
    state.outcomes[sight.home][sight.same] = kept
    state.pass_over(sight, "kept")
    path = sight.path
    error = UsageProblem(
        tr("{name} was kept before, and something in it was changed since; it was left alone", name=path.name),
        hint=tr("If it holds another archive now: linkbak import {path}", path=path),
    )
    state.trouble(path, error)


def _judge(state: ScanState, sight: Sight) -> None:
    """Keep archives, and remember what is none."""
    try:
        archive = is_archive(sight, state.options.limits)
    except OSError:
        return  # it may be readable next time, and may be no archive
    if archive:
        state.new.append(sight)
    else:
        state.note(sight, Outcome("foreign"))


def _is_fresh(state: ScanState, sight: Sight) -> bool:
    if state.now - sight.changed >= _FRESH:
        return False
    before = state.memory.seen(sight.home, sight.mark)
    if before is None or before.what != "waiting":
        return True
    return state.now - before.at < (_FRESH if sight.folder else _SETTLE)


def _unreadable(folder: Path, error: OSError) -> LinkbakError:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        if folder.is_file():
            return UsageProblem(
                tr("{folder} is a file, not a folder", folder=folder),
                hint=tr("Keep it: linkbak import {folder}", folder=folder),
            )
        return UsageProblem(
            tr("there is no folder {folder}", folder=folder),
            hint=tr("Look at the spelling, or whether its disk is there."),
        )
    reason = (error.strerror or tr("input/output error")).lower()
    hint = tr("Check that you may read it.")
    if sys.platform == "darwin" and isinstance(error, PermissionError):
        hint = tr("Allow it in System Settings, Privacy & Security, Files and Folders.")
    return MachineProblem(tr("{folder} cannot be looked through: {reason}", folder=folder, reason=reason), hint=hint)
