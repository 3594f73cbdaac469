"""``linkbak import`` and ``forget``: archives kept, set aside and corrected."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from linkbak import paths
from linkbak.archive import Limits
from linkbak.cli.app import load
from linkbak.cli.session import Session, clear_progress, compact_if_due, progress, synced_note
from linkbak.errors import Exit, NoSuchSnapshot, UsageProblem
from linkbak.ingest import Options, Receipt, exit_code_of
from linkbak.ingest.workflow import ingest_at, one_by_one, order
from linkbak.model import BOOK, Manifest
from linkbak.report import Block, Line, imports, render, say
from linkbak.texts import tr
from linkbak.vault import SnapshotKey, Summary, Vault, resolve

if TYPE_CHECKING:
    from linkbak.automation.downloads import Scanned


def import_(
    session: Session,
    words: Annotated[
        list[str] | None,
        Argument(metavar="[ARCHIVE]...", help="Archives or folders; or an address book, to keep it too."),
    ] = None,
    taken: Annotated[
        str | None, Option("--taken", metavar="TIME", help="When LinkedIn wrote it, as 2026-03-20 (UTC).")
    ] = None,
    accept: Annotated[bool, Option("--accept", help="Believe losses that would be held.")] = False,
    move_to: Annotated[
        Path | None, Option("--move-to", metavar="FOLDER", help="Move archives found in folders there.")
    ] = None,
    again: Annotated[bool, Option("--again", help="Try archives again that were refused before.")] = False,
    dry_run: Annotated[bool, Option("--dry-run", "-n", help="Say what would be kept; keep nothing.")] = False,
    everyone: Annotated[bool, Option("--all", help="Show every row.")] = False,
) -> Exit | None:
    """Keep archives as snapshots

    \b
    Examples:
      linkbak import
      linkbak import ~/Downloads/Complete_LinkedInDataExport_03-20-2026.zip
      linkbak import contacts.vcf

    \b
    Without ARCHIVE, linkbak looks in Downloads and in `inbox` beside the vault.
    The first import makes a vault. Your archive is never changed. Get it here:
    https://www.linkedin.com/mypreferences/d/download-my-data
    """
    options = import_options(session, accept=accept, dry_run=dry_run)
    place, named = _vault(session)
    if words and "-" in words:
        raise UsageProblem(
            tr("linkbak reads archives from files, not from standard input"),
            hint=tr("Save it first, then name the file: linkbak import archive.zip"),
        )
    given = [Path(word).expanduser() for word in words or ()]
    folders = [
        one
        for one in given
        if one.is_dir() and load("linkbak.automation.scan.holds_archives")(one, place, options.limits)
    ]
    archives = [one for path in given if path not in folders for one in one_by_one(path, options.limits)]
    looks = bool(folders) or not given
    if taken is not None:
        if looks or len(archives) != 1:
            raise UsageProblem(tr("--taken dates one archive, not several"), hint=tr("Name the archive that it dates."))
        options = options._replace(taken=moment(taken))
    if not looks and (again or move_to is not None):
        raise UsageProblem(
            tr("--move-to and --again go with folders"), hint=tr("Name the folder that holds the archives.")
        )
    receipts: list[Receipt] = []

    def show(receipt: Receipt) -> None:
        receipts.append(receipt)
        if not session.as_json:
            show_receipt(session, receipt, everyone=everyone)
            for key, manifest in _kept([receipt]):
                if manifest.network == BOOK:
                    session.show(load("linkbak.cli.addressbook.since_before")(place, key))

    for path in order(archives, options.limits) if len(archives) > 1 else archives:
        show(ingest_at(path, place, options, named=named, made=say_made))
    scanned: Scanned | None = None
    if looks:
        if named and not (place / ".git").exists():
            session.open_vault()  # says that it is not there, though nothing is new: a disk may be missing
        wanted = session.settings().scan
        scan: Callable[..., Scanned] = load("linkbak.automation.scan.scan")
        scanned = scan(
            place,
            load("linkbak.automation.downloads.folders")(place, folders or wanted.folders),
            options,
            move_to=move_to or wanted.move_to,
            named=named,
            look_again=again,
            insist=bool(folders),
            listener=load("linkbak.automation.downloads.Listener")(show, say_made),
        )
        if not session.as_json:
            _tell_of_folders(session, scanned)
    if session.as_json:
        session.print_json(imports.document(place, receipts, scanned))
    elif len(receipts) > 1 and not session.quiet:
        session.show([*imports.together(receipts), *_in_all(place, receipts)])
    elif _first(place, receipts):
        session.show(imports.first_steps())
    if brought := brought_by(receipts):
        compact_if_due(session, brought)
    return scanned._replace(receipts=(*receipts,)).exit_code if scanned else exit_code_of(receipts)


def _kept(receipts: Iterable[Receipt]) -> list[tuple[SnapshotKey, Manifest]]:
    """The snapshots that were made, with their manifests."""
    return [
        (one.key, one.manifest) for one in receipts if one.status == "kept" and one.key and one.manifest and not one.dry
    ]


def _first(place: Path, receipts: Sequence[Receipt]) -> bool:
    """Whether the one list of connections that was just kept is the only one of its account."""
    kept = _kept(receipts)
    if len(kept) != 1 or any(one.since for one in receipts) or "connections" not in kept[0][1].coverage:
        return False
    key = kept[0][0]
    with Vault.open(place) as vault:
        lists = [one.key for one in vault.summaries(key.account) if one.connections is not None]
    return lists == [key]


def _in_all(place: Path, receipts: Iterable[Receipt]) -> list[Block]:
    """Whom the accounts lost over all their lists, if an archive with a list of connections was kept."""
    kept = _kept(receipts)
    accounts = {key.account for key, manifest in kept if manifest.network != BOOK}
    if not any("connections" in manifest.coverage for _, manifest in kept):
        return []
    with Vault.open(place) as vault:
        return list(load("linkbak.cli.people.in_short")(vault, sorted(accounts)))


def _vault(session: Session) -> tuple[Path, bool]:
    """The vault's place, and whether it must be there already: else the first import makes it.

    One that is named now is made where its folder is there, unless that may be where a disk belongs that is not
    plugged in, or a vault was there before.
    """
    place, named = session.vault_path()
    said_now = session.named_vault is not None or os.environ.get("LINKBAK_VAULT")
    made = said_now and paths.may_be_made(place) and not paths.state_folder(place).is_dir()
    return place, named and not made


# --- what verbs that write share --------------------------------------------------------------------------------------
# An import's options and receipts.


def import_options(session: Session, *, accept: bool = False, dry_run: bool = False) -> Options:
    """What the user asked for of every archive alike."""
    name = session.account
    account = None if name is None else name.removeprefix("linkedin-")
    if account is not None and (not re.fullmatch(r"[\w.-]+", account, re.ASCII) or account[0] in "-."):
        raise UsageProblem(
            tr("{name!r} cannot be an account's name", name=name), hint=tr("Use letters, digits, - _ and . only.")
        )
    return Options(
        account=account,
        accept=accept,
        dry_run=dry_run,
        limits=Limits(**session.settings().limits),
        progress=progress(quiet=session.quiet),
    )


def moment(text: str) -> datetime:
    """What --taken says; raises UsageProblem."""
    try:
        at = datetime.fromisoformat(text)
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise UsageProblem(
            tr("{text!r} is not a time", text=text), hint=tr("Write 2026-03-20 or 2026-03-20T08:07:10Z.")
        ) from None
    return at.replace(microsecond=0)


def brought_by(receipts: Iterable[Receipt]) -> int:
    """How many bytes of files were kept."""
    return sum(file.bytes for _, manifest in _kept(receipts) for file in manifest.files)


def say_made(place: Path) -> None:
    """Tell that the usual vault was made, and if a program copies the folder it lies in."""
    say(tr("made a vault in {place}", place=place))
    for line in synced_note(place):
        say(line)


def show_receipt(session: Session, receipt: Receipt, *, everyone: bool) -> None:
    """Print the receipt of one archive; a refusal on standard error."""
    blocks = imports.text(receipt, everyone=everyone)
    if receipt.error is not None:
        clear_progress()
        render(blocks, sys.stderr, color=session.colour)
    else:
        session.show(blocks)


def _tell_of_folders(session: Session, found: Scanned) -> None:
    """Moves on standard output, troubles on standard error; and to a person, or beside news, what was passed over."""
    if found.moved:
        session.show(imports.moved(found))
    if found.troubles:
        render(imports.troubles(found.troubles), sys.stderr, color=session.colour)
    if found.receipts or sys.stderr.isatty():
        session.remark(imports.passed_over(found))


def forget(
    session: Session,
    snapshot: Annotated[str, Argument(metavar="SNAPSHOT", help="Which snapshot.")],
    undo: Annotated[bool, Option("--undo", help="Bring back one that was set aside.")] = False,
    taken: Annotated[str | None, Option("--taken", metavar="TIME", help="When LinkedIn really wrote it (UTC).")] = None,
) -> None:
    """Set a snapshot aside, or correct its date or account

    \b
    Examples:
      linkbak forget 2026-03-20
      linkbak forget 2026-03-20 --undo
      linkbak forget 2026-11-20 --taken 2025-12-05

    A snapshot that is set aside stays in the vault and its copies, but no answer counts it; `linkbak log --all` lists
    it. With --taken or with another --account, linkbak keeps it again with that date or account, and sets the old one
    aside.
    """
    at = moment(taken) if taken is not None else None
    account = import_options(session).account
    if undo and at:
        raise UsageProblem(tr("--undo brings back what was set aside; --taken corrects what is listed"))
    with session.open_vault() as vault:
        aside = vault.set_aside()
        found = [one for one in vault.every() if (one.key in aside) is undo]
        one, moved = _snapshot_meant(session, found, snapshot, undo=undo)
        receipt: Receipt | None = None
        if moved or at:
            receipt = load("linkbak.ingest.corrections.correct")(vault, one.key, account if moved else None, at)
        if receipt is None:
            load("linkbak.ingest.corrections.set_aside")(vault, one.key, undo=undo)
    corrected = receipt.key if receipt else None
    if session.as_json:
        session.print_json(load("linkbak.report.snapshots.forget_document")(one.key, corrected, undo=undo))
        return
    if receipt is not None:
        show_receipt(session, receipt, everyone=False)
    done = [
        Line(tr("{snapshot} is set aside", snapshot=one.id)),
        Line(tr("to bring it back: linkbak forget {snapshot} --undo", snapshot=one.id), "dim", 2),
    ]
    session.show([Line(tr("{snapshot} is back", snapshot=one.id))] if undo else done)


def _snapshot_meant(session: Session, found: Sequence[Summary], name: str, *, undo: bool) -> tuple[Summary, bool]:
    """The snapshot that is meant, and whether the account that was named is the one it belongs to from now on."""
    if not found:
        raise NoSuchSnapshot(tr("no snapshot is set aside") if undo else tr("there is no snapshot yet"))
    ours = [one for one in found if session.account in (None, one.account, one.key.account)]
    try:
        return resolve(session.one_account(ours), name), False
    except NoSuchSnapshot:
        if session.account is None or undo:
            raise
    return resolve(found, name), True
