"""What is new brought to the vault in order of date, and what came of it weighed: kept, refused, or not ready."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from linkbak import adapters
from linkbak.archive import Limits, printable
from linkbak.archive.opening import file_digest, file_name, names_in_zip, open_archive
from linkbak.automation import downloads
from linkbak.automation.downloads import UNFINISHED, Sight
from linkbak.automation.scan_memory import Outcome
from linkbak.automation.scan_state import Arrival, ScanState, Why
from linkbak.errors import (
    ArchiveEncrypted,
    ArchiveUnfinished,
    Exit,
    LinkbakError,
    MachineProblem,
    NoVault,
    UnknownArchive,
    VaultDamaged,
    VaultLocked,
)
from linkbak.ingest import Receipt
from linkbak.ingest.workflow import ingest_at, order
from linkbak.vault import Vault

# --- recognising archives ---------------------------------------------------------------------------------------------
# Whether what was found is an archive, and whether all of it is there.


def called_so(sight: Sight) -> bool:
    """Whether it has the name of an archive, finished or not."""
    name = sight.path.name
    if name.lower().endswith(UNFINISHED):
        name = name.rpartition(".")[0]
    return adapters.is_archive_name(name)


def is_archive(sight: Sight, limits: Limits) -> bool:
    """Whether it is an archive by its name, or by what it holds; raises OSError if it cannot be read."""
    if called_so(sight):
        return True
    try:
        if sight.folder:
            return adapters.may_be_archive(_files(sight.path)) and _surely(sight.path, limits)
        if sight.path.suffix.lower() == ".csv":
            return _surely(sight.path, limits)
        return adapters.may_be_archive(names_in_zip(sight.path, limits)) and _surely(sight.path, limits)
    except ArchiveEncrypted:
        return True  # its names can be read, and say what it is
    except LinkbakError as error:
        if isinstance(error.__cause__, OSError):
            raise error.__cause__ from None
        return False


def _surely(path: Path, limits: Limits) -> bool:
    with open_archive(path, limits) as archive:
        return adapters.is_surely_archive(archive)


def _files(folder: Path) -> list[str]:
    return [str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir()]


# --- keeping ----------------------------------------------------------------------------------------------------------

_NOT_ITS_FAULT = (NoVault, VaultLocked, VaultDamaged, MachineProblem)
_OF_ACCOUNTS = (Exit.OTHER_ACCOUNT, Exit.USAGE)
_CUT_OFF = "Download it again: the link in the mail works for 72 hours; after that, ask for a new archive."


def keep(state: ScanState) -> None:
    """Keep what is new; an unpacked folder only if the zip that lies beside it was not kept, for that has all of it."""
    beside = [one for one in state.new if _zip_beside(state, one) is not None]
    rest = _keep_all(state, [one for one in state.new if one not in beside])
    if rest:
        rest += beside
    else:
        rest = _keep_all(state, [one for one in beside if not _spared(state, one)])
    for arrival in rest:
        state.pass_over(arrival, "put-off")


def tell_cut_off(state: ScanState, arrival: Arrival) -> None:
    """Tell once of a download that will never end."""
    name = printable(file_name(arrival.sight.path))
    beside = f": {printable(arrival.sight.left)} lies beside it" if arrival.sight.left else ""
    hint = f"{_CUT_OFF} If it is whole, delete {printable(arrival.sight.left)}." if beside else _CUT_OFF
    error = ArchiveUnfinished(f"{name} was never downloaded to its end{beside}", hint=hint)
    _tell_once(state, arrival, Receipt(arrival.sight.path.name, "refused", error=error), "cut-off")


def _keep_all(state: ScanState, arrivals: Sequence[Arrival]) -> list[Arrival]:
    """Keep them in order of date; gives those that it did not get to, since the vault or the machine is not fit."""
    by_path = {one.sight.path: one for one in arrivals}
    ordered = [by_path[path] for path in order(by_path, state.options.limits)]
    for place, arrival in enumerate(ordered):
        receipt = ingest_at(arrival.sight.path, state.place, state.options, named=state.named, made=state.listener.made)
        if receipt.error is None:
            _kept(state, arrival, receipt)
        elif isinstance(receipt.error, _NOT_ITS_FAULT):
            state.receive(receipt)
            return ordered[place + 1 :]
        else:
            _refused(state, arrival, receipt, receipt.error)
    return []


def _kept(state: ScanState, arrival: Arrival, receipt: Receipt) -> None:
    if receipt.status == "already-kept":
        state.pass_over(arrival, "kept")
    else:
        state.receive(receipt)
    if receipt.key is not None:
        state.note(arrival, Outcome("kept", receipt.key.folder))
        state.memory.head = ""  # an older vault put in the place of this one must not look like the one compared with


def _refused(state: ScanState, arrival: Arrival, receipt: Receipt, error: LinkbakError) -> None:
    if not os.path.lexists(arrival.sight.path):
        return  # somebody took it away meanwhile
    if isinstance(error, ArchiveUnfinished):
        if state.is_cut_off(arrival):
            tell_cut_off(state, arrival)
        else:
            state.pass_over(arrival, "unfinished")
    elif isinstance(error, UnknownArchive) and not called_so(arrival.sight):
        state.note(arrival, Outcome("foreign"))
    elif isinstance(error.__cause__, OSError) or not (digest := _digest(arrival)):
        _tell_once(state, arrival, receipt, "unreadable")
    else:
        _refuse(state, arrival, receipt, digest)


def _refuse(state: ScanState, arrival: Arrival, receipt: Receipt, digest: str) -> None:
    """Tell of the refusal, unless the same bytes were refused before, under whatever name.

    Those of a file that has changed since are not those that were refused.
    """
    now = downloads.again(arrival.sight)
    if now is not None and now.mark != arrival.sight.mark:
        state.wait(arrival._replace(sight=now))
        return
    printed = state.memory.print_of(digest)
    if state.memory.is_refused(printed):
        state.pass_over(arrival, "refused")
    else:
        state.receive(receipt)
        bound = _accounts(state) if receipt.exit_code in _OF_ACCOUNTS else ""
        state.memory.refuse(printed, bound)
    state.note(arrival, Outcome("refused", printed))


def _tell_once(state: ScanState, arrival: Arrival, receipt: Receipt, why: Why) -> None:
    """What may be otherwise next time is tried again each time, and told of once."""
    before = state.memory.seen(arrival.folder, arrival.sight.mark)
    if before is not None and before.what == "told":
        state.pass_over(arrival, why)
    else:
        state.receive(receipt)
    state.note(arrival, Outcome("told"))


def _digest(arrival: Arrival) -> str:
    """What the archive's bytes come to; of a folder, what its files' names, sizes and times do. "" if it changes."""
    if arrival.sight.folder:
        return arrival.sight.mark
    return file_digest(arrival.sight.path)


def _accounts(state: ScanState) -> str:
    try:
        with Vault.open(state.place) as vault:
            return accounts_of(vault)
    except LinkbakError:
        return ""


def accounts_of(vault: Vault) -> str:
    """The accounts of a vault in one text."""
    return ",".join(vault.accounts()) or "none"


def _zip_beside(state: ScanState, arrival: Arrival) -> Arrival | None:
    """The zip that a folder was unpacked from."""
    if not arrival.sight.folder:
        return None
    beside = state.sights[arrival.folder].get(f"{arrival.sight.path.name}.zip")
    return Arrival(arrival.folder, beside) if beside is not None and not beside.folder else None


def _spared(state: ScanState, arrival: Arrival) -> bool:
    """Whether a folder need not be kept, since its zip is; or not yet, since its zip is not ready."""
    beside = _zip_beside(state, arrival)
    came = state.outcome(beside) if beside is not None else None
    if came is not None and came.what == "kept":
        state.note(arrival, Outcome("beside", came.note))
        state.pass_over(arrival, "kept")
        return True
    if came is None or came.what == "waiting":
        state.pass_over(arrival, "recent")
        return True
    return False
