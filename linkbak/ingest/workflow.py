"""From an archive to a kept snapshot: open, recognise, stage, read, compare, keep."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import IO

import linkbak
from linkbak import adapters
from linkbak.adapters import Adapter
from linkbak.archive import Archive, Limits, is_junk
from linkbak.archive.opening import open_archive, refuse_placeholder
from linkbak.causes import known_incidents
from linkbak.causes.judgement import Outcome, outcomes_of
from linkbak.diff import ACCEPTED, Comparison, Side, accepted_snapshots, listings
from linkbak.diff.compare import compare_files
from linkbak.errors import ArchiveAhead, ArchiveRefused, ArchiveUnreadable, LinkbakError, NoVault, UsageProblem
from linkbak.index import store
from linkbak.index.history import History
from linkbak.index.list_deltas import KnownDeltas, delta_of
from linkbak.ingest import (
    ENOUGH,
    Options,
    Receipt,
    Verdict,
    already_kept,
    choose_account,
    content_digest,
    drift,
    refuse_other_list,
    same_list,
)
from linkbak.model import (
    ArchiveFacts,
    Coverage,
    FileFacts,
    Files,
    Manifest,
    NamedTuple,
    Owner,
    Pair,
    Progress,
    Taken,
    listed,
    may_be_taken,
    rfc3339,
)
from linkbak.texts import day, tr
from linkbak.vault import SnapshotKey, Summary, Vault
from linkbak.vault.staging import Staging
from linkbak.vault.writer import Writer, create_vault, write_transaction

Take = Callable[[str, IO[bytes], int], tuple[int, str, str]]
"""Takes a file's path, its bytes, and how many these are said to be.

Gives how many they are, their sha256, and the name they are stored under ("" for the path).
"""


class _Recognised(NamedTuple):
    """An archive that was recognised: what it is, when it was written, whose it is."""

    archive: Archive
    adapter: Adapter
    taken: Taken
    owner: Owner
    notes: tuple[str, ...]


# --- what others call ---


def ingest_at(
    path: Path, place: Path, options: Options, *, named: bool, made: Callable[[Path], None] = lambda place: None
) -> Receipt:
    """Keep one archive in the vault at `place`; what refuses it is in the receipt.

    A vault that somebody `named` must be there; the usual one is made, and `made` is called with its place.
    """
    try:
        refuse_placeholder(path)
        if not path.exists() and not path.is_symlink():
            raise ArchiveUnreadable(
                tr("{name}: no such file or folder", name=path.name), hint=tr("Look at the spelling of its path.")
            )
        with _vault(place, path, options, named, made) or nullcontext() as vault:
            return ingest(path, vault, options)
    except LinkbakError as error:
        return Receipt(path.name, "refused", error=error)


def _vault(place: Path, path: Path, options: Options, named: bool, made: Callable[[Path], None]) -> Vault | None:
    """The vault to keep it in; the usual one is made, once an archive has proved good enough to be kept.

    None for a dry run while there is no vault yet.
    """
    try:
        return Vault.open(place)
    except NoVault as error:
        if named:
            raise NoVault(str(error), hint=tr("Make one there: {command}", command=f"linkbak init {place}")) from None
    if options.dry_run:
        return None
    check(path, options)
    vault = create_vault(place)
    made(place)
    return vault


def ingest(path: Path, vault: Vault | None, options: Options) -> Receipt:
    """Keep one archive in the vault and say what became of it; with `dry_run`, everything but keeping.

    `vault` may be None for a dry run before there is any. Raises what `linkbak.errors` says of refused
    archives and vaults; the vault is then as it was.
    """
    with open_archive(path, options.limits) as archive:
        recognised = _recognise(archive, options)
        if options.dry_run:
            files = tuple(_facts(archive, _hashed, options.progress))
            return _receipt(vault, recognised, archive, files, options)._replace(dry=True)
        assert vault is not None, "only a dry run does without a vault"
        with write_transaction(vault) as writer:
            staging = writer.stage()
            files = tuple(_facts(archive, staging.store, options.progress))
            receipt = _receipt(vault, recognised, staging, files, options)
            if receipt.status == "kept":
                receipt = keep_staged(vault, writer, staging, receipt, accept=options.accept)
            elif options.accept and receipt.key and _is_held(vault, receipt.key):
                _accept_losses(vault, writer, receipt.key)
                receipt = receipt._replace(notes=(tr("its losses are believed from now on"), *receipt.notes))
        if receipt.status != "kept" or receipt.key is None or receipt.manifest is None:
            return receipt
        return receipt._replace(outcomes=update_index(vault, receipt.key, receipt.manifest, receipt.since))


def check(path: Path, options: Options) -> None:
    """Raise what `ingest` would raise of the archive itself: of its structure, its bytes, its kind, its date."""
    with open_archive(path, options.limits) as archive:
        recognised = _recognise(archive, options)
        for _ in _facts(archive, _hashed, options.progress):
            pass
        check_taken(archive.name, recognised.taken, recognised.adapter.read(archive).coverage)


def one_by_one(path: Path, limits: Limits) -> list[Path]:
    """The lists in a folder of nothing but lists, each named by its day; of anything else the path itself."""
    if not path.is_dir():
        return [path]
    try:
        with open_archive(path, limits) as archive:
            names = [entry.path for entry in archive.entries if not is_junk(entry.path)]
    except LinkbakError:
        return [path]
    lists = [path / name for name in names]
    return lists if len(names) > 1 and all(_is_dated_list(one, limits) for one in lists) else [path]


def _is_dated_list(path: Path, limits: Limits) -> bool:
    with suppress(LinkbakError), open_archive(path, limits) as archive:
        adapter = adapters.choose(archive)
        return bool(adapter.taken(archive.name, (), archive.kind)) and adapter.connections(archive) is not None
    return False


def order(archives: Iterable[Path], limits: Limits) -> list[Path]:
    """The archives by when they were written, so that each is compared with the one before; unreadable ones first."""
    return sorted(archives, key=lambda path: _written(path, limits))


def _written(path: Path, limits: Limits) -> datetime:
    with suppress(LinkbakError), open_archive(path, limits) as archive:
        if taken := _taken(archive, adapters.choose(archive), None):
            return taken.at
    return datetime.min.replace(tzinfo=UTC)


# --- recognising ---
# What refuses an archive comes first: its structure, its kind, its date.


def _recognise(archive: Archive, options: Options) -> _Recognised:
    _refuse_several(archive)
    adapter = adapters.choose(archive)
    taken = _taken(archive, adapter, options.taken)
    if taken is None:
        raise ArchiveRefused(
            tr("{name}: nothing in it says when it was written", name=archive.name),
            hint=tr("Say so yourself: --taken 2026-03-20."),
        )
    check_taken(archive.name, taken, {})
    return _Recognised(archive, adapter, taken, adapter.owner(archive), tuple(_dated(archive, taken)))


def _impossible(name: str, taken: Taken) -> LinkbakError:
    """The refusal of a time outside the range; it says both times, since the clock may be what is wrong."""
    says, clock = (day(at.isoformat()) for at in (taken.at, datetime.now(UTC)))
    if taken.source == "told":
        return UsageProblem(
            tr("--taken says {says}, this clock says {clock}: no archive can be from then", says=says, clock=clock),
            hint=tr("Archives are from 2003 on; say when the network wrote this one."),
        )
    return ArchiveAhead(
        tr("{name}: it says {says}, this clock says {clock}", name=name, says=says, clock=clock),
        hint=tr(
            "Set the clock of this machine; or if the archive's date is wrong, say when it was written: --taken DATE."
        ),
    )


def _dated(archive: Archive, taken: Taken) -> Iterable[str]:
    """What is to be said of a date that may be wrong."""
    if taken.source == "file":
        yield tr(
            "dated {day} by the file's own time, which changes when a file is copied; to correct that: {command}",
            day=f"{taken.at:%Y-%m-%d}",
            command=f"linkbak forget {taken.at:%Y-%m-%d} --taken DATE",
        )
    newest = max((entry.modified for entry in archive.entries if entry.modified), default=None)
    if taken.source == "name" and archive.kind == "zip" and newest:
        yield tr(
            "dated {day} by its name; the times in the zip go up to {newest}, so it was probably zipped anew",
            day=f"{taken.at:%Y-%m-%d}",
            newest=f"{newest:%Y-%m-%d}",
        )


def check_taken(name: str, taken: Taken, coverage: Mapping[str, Coverage]) -> None:
    """Refuse a time that cannot be, or of a list more than a day (zones) before its newest connection.

    A row dated after today is no evidence of anything.
    """
    if not may_be_taken(taken.at):
        raise _impossible(name, taken)
    people = listed(coverage)
    newest = datetime.fromisoformat(f"{people.newest}T00:00Z") if people and people.newest else None
    if newest is None or not may_be_taken(newest) or newest.date() - taken.at.date() <= timedelta(days=1):
        return
    hint = tr("Say when the network wrote it: --taken DATE.")
    values = {"name": name, "day": f"{taken.at:%Y-%m-%d}", "newest": f"{newest:%Y-%m-%d}"}
    if taken.source == "told":
        told = tr("{name}: --taken says {day}, which is older than its newest connection, of {newest}", **values)
        raise UsageProblem(told, hint=hint)
    dated = tr("{name}: it is dated {day}, which is older than its newest connection, of {newest}", **values)
    raise ArchiveRefused(dated, hint=hint)


def _refuse_several(archive: Archive) -> None:
    """A folder with zips in it is where archives are kept, not one of them; what lies loose beside them is no list."""
    if archive.kind == "folder" and any(entry.path.casefold().endswith(".zip") for entry in archive.entries):
        raise ArchiveRefused(
            tr("{name} is a folder of several archives, not one archive", name=archive.name),
            hint=tr("Name the folder in which the zips lie."),
        )


def _taken(archive: Archive, adapter: Adapter, given: datetime | None) -> Taken | None:
    if given is not None:
        return Taken(given, "told")
    return adapter.taken(archive.name, [(entry.path, entry.modified) for entry in archive.entries], archive.kind)


def _facts(archive: Archive, take: Take, progress: Progress) -> Iterable[FileFacts]:
    """Each file of the archive, its bytes handed to `take` once."""
    done, total = 0, sum(entry.bytes for entry in archive.entries)
    for entry in archive.entries:
        with archive.open(entry.path) as stream:
            size, digest, stored = take(entry.path, stream, entry.bytes)
        done += size
        progress(tr("reading"), done, total)
        modified = rfc3339(entry.modified) if entry.modified else ""
        yield FileFacts(entry.path, size, digest, stored=stored, modified=modified)


def _hashed(_: str, stream: IO[bytes], __: int) -> tuple[int, str, str]:
    """What `Staging.store` gives, without storing."""
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(1 << 20):
        digest.update(chunk)
        size += len(chunk)
    return size, digest.hexdigest(), ""


# --- understanding and comparing ---


def _receipt(
    vault: Vault | None, recognised: _Recognised, source: Files, files: tuple[FileFacts, ...], options: Options
) -> Receipt:
    """What becomes of an archive, before anything is kept."""
    archive, adapter = recognised.archive, recognised.adapter
    kept: Sequence[Summary] = ()
    if vault:
        kept, forgotten = vault.summaries(), vault.set_aside()
        zip_sha256 = archive.sha256 if archive.kind == "zip" else ""
        aside = [one for one in vault.every() if one.key in forgotten] if forgotten else []
        for some in (kept, aside):
            if found := already_kept(vault, some, files, recognised.taken, zip_sha256):
                notes = tuple(_otherwise(found, options, set_aside=some is aside))
                return Receipt(archive.name, "already-kept", found.key, vault.manifest(found.key), notes=notes)
    verdict = partial(_list_verdict, vault, kept, recognised, source)
    wanted = options.account or adapter.book(source) or None
    account = choose_account(kept, adapter.network, recognised.owner, wanted, verdict)
    before = previous(vault, kept, f"{adapter.network}-{account}", rfc3339(recognised.taken.at))
    manifest, pair = _manifest(recognised, account, source, files, before)
    check_taken(archive.name, recognised.taken, manifest.coverage)
    key = SnapshotKey(f"{adapter.network}-{account}", manifest.id)
    since = since_previous(before, key, manifest, source, pair)
    if options.account is None and not _alike(since):
        refuse_other_list(kept, key.account, recognised.owner, lambda: verdict(account))
    return Receipt(
        archive.name,
        "kept",
        key,
        manifest._replace(held=since.held if since else ()),
        since,
        drift(before.manifest.files, manifest.files) if before else (),
        recognised.notes,
    )


def _otherwise(found: Summary, options: Options, *, set_aside: bool) -> Iterable[str]:
    """What to do about an archive that is kept already, but not as the user wants it now."""
    forget = f"linkbak forget {found.id}"
    if set_aside:
        yield tr("it is set aside; to bring it back: {command}", command=f"{forget} --undo")
    elif options.taken and rfc3339(options.taken) != found.taken:
        command = f"{forget} --taken DATE"
        yield tr("it is dated {day}; to correct that: {command}", day=found.taken[:10], command=command)
    elif options.account not in (None, found.account):
        command = f"{forget} --account {options.account}"
        yield tr("it is {account}'s; to correct that: {command}", account=found.account, command=command)


def _manifest(
    recognised: _Recognised, account: str, source: Files, files: Sequence[FileFacts], before: Previous | None
) -> tuple[Manifest, Pair | None]:
    """The manifest, and the list beside that of the snapshot before, where one reading gave both.

    What another version read may have been read otherwise than this one reads it: then nothing is left out.
    """
    archive = recognised.archive
    alike = before is not None and before.manifest.linkbak == linkbak.__version__
    reading = recognised.adapter.read(source, (before.files, before.manifest) if before and alike else None)
    understood: Mapping[str, FileFacts] = {facts.path: facts for facts in reading.files}
    joined = tuple(
        understood[facts.path]._replace(
            bytes=facts.bytes, sha256=facts.sha256, stored=facts.stored, modified=facts.modified
        )
        for facts in files
    )
    manifest = Manifest(
        id=rfc3339(recognised.taken.at).replace(":", ""),
        network=recognised.adapter.network,
        account=account,
        taken=rfc3339(recognised.taken.at),
        taken_source=recognised.taken.source,
        imported_at=rfc3339(datetime.now(UTC)),
        linkbak=linkbak.__version__,
        archive=ArchiveFacts(archive.name, archive.kind, archive.bytes, archive.sha256),
        content=content_digest(files),
        files=joined,
        coverage=reading.coverage,
        issues=reading.issues,
        owner=recognised.owner,
    )
    return manifest, reading.pair


def _list_verdict(
    vault: Vault | None, kept: Sequence[Summary], recognised: _Recognised, source: Files, account: str
) -> Verdict:
    """What the archive's list says of an account: compared with that list of it which is nearest in time.

    A list too short to prove anything serves only if there is no other.
    """
    adapter, at = recognised.adapter, recognised.taken.at
    found = [one for one in kept if one.key.account == f"{adapter.network}-{account}" and one.connections]
    found = [one for one in found if (one.connections or 0) >= ENOUGH] or found
    mine = adapter.connections(source)
    if vault is None or mine is None or not found:
        return Verdict.UNKNOWN
    nearest = min(found, key=lambda one: abs(one.taken_at - at))
    theirs = adapter.connections(vault.files(nearest.key))
    if theirs is None:
        return Verdict.UNKNOWN
    earlier, later = (theirs, mine) if nearest.taken_at <= at else (mine, theirs)
    return same_list(earlier.rows, later.rows, min(nearest.taken_at, at).date())


def _alike(since: Comparison | None) -> bool:
    """Whether so much is the same that the lists are one member's for certain, and need not be read once more."""
    if since is None:
        return False
    counts = since.diff.counts
    return (counts["unchanged"] + counts["changed"]) * 3 > min(counts["before"], counts["after"])


class Previous(NamedTuple):
    """The snapshot to compare another one with."""

    summary: Summary
    manifest: Manifest
    files: Files


def previous(vault: Vault | None, kept: Sequence[Summary], account: str, taken: str) -> Previous | None:
    """The snapshot before one of an account (``<network>-<account>``) that was taken then, if there is one."""
    found = listings(store.judged(vault, kept), account).before(taken) if vault else None
    if vault is None or found is None:
        return None
    return Previous(found, vault.manifest(found.key), vault.files(found.key))


def since_previous(
    before: Previous | None, key: SnapshotKey, manifest: Manifest, source: Files, pair: Pair | None = None
) -> Comparison | None:
    """The comparison with the snapshot before, if both have a list; `pair` spares pairing the lists."""
    if before is None or listed(manifest.coverage) is None:
        return None
    one = Side(before.summary.key, before.summary.taken, before.manifest.coverage)
    other = Side(key, manifest.taken, manifest.coverage)
    return compare_files(one, before.files, other, source, manifest.network, pair)


# --- keeping ---
# The snapshot is committed, and its losses taken as real if the user says so.

_NO_CHANGE = frozenset({"unchanged", "before", "after"})
"""The counts of a diff that say how many there are, not what changed."""


def keep_staged(vault: Vault, writer: Writer, staging: Staging, receipt: Receipt, *, accept: bool) -> Receipt:
    """Make a snapshot of what was staged; with `accept`, take its losses as real."""
    assert receipt.manifest is not None
    key = writer.keep(staging, receipt.manifest, _message(receipt))
    kept = receipt._replace(key=key, manifest=receipt.manifest._replace(id=key.id))
    if receipt.since is not None and receipt.held:
        if accept:
            _accept_losses(vault, writer, key)
        if accept or not _is_held(vault, key):
            # Another list of a later day agrees, so what one list alone would not be believed is so.
            kept = kept._replace(since=receipt.since._replace(held=()))
    return kept


def _is_held(vault: Vault, key: SnapshotKey) -> bool:
    """Whether the losses of a kept snapshot are held, beside all other lists."""
    return any(one.held for one in store.judged(vault, [one for one in vault.summaries() if one.key == key]))


def _accept_losses(vault: Vault, writer: Writer, key: SnapshotKey) -> None:
    """Take the losses of a kept snapshot as real; once is enough."""
    if key not in accepted_snapshots(vault):
        mark = {"fact": ACCEPTED, "account": key.account, "snapshot": key.id, "at": rfc3339(datetime.now(UTC))}
        writer.add_marks([mark], f"Take the losses of {key.account} {key.id} as real")


def _message(receipt: Receipt) -> str:
    """The commit's message: numbers and dates, no names, for a history that can be read with git alone."""
    manifest, key = receipt.manifest, receipt.key
    assert manifest is not None and key is not None
    covered = ", ".join(
        f"{c.rows} {kind}" for kind, c in manifest.coverage.items() if kind in ("connections", "messages")
    )
    lines = [f"Keep {key.account} {key.id}: {covered or f'{len(manifest.files)} files'}", ""]
    if receipt.since is not None:
        counts = receipt.since.diff.counts
        changes = ", ".join(f"{number} {name}" for name, number in counts.items() if number and name not in _NO_CHANGE)
        lines.append(f"Since {receipt.since.before.key.id}: {changes or 'nothing changed'}.")
    lines.append(f"From {manifest.archive.kind}, {len(manifest.files)} files.")
    return "\n".join(lines) + "\n"


# --- updating the index ---

LARGEST = 8 << 20
"""From more bytes of messages on, an import does not stay to read them all for the sake of causes."""
FEW = 5_000
"""Replaying a list of so many people takes no time worth mentioning."""
REVEALING = frozenset({"messages", "endorsements", "recommendations"})
"""Kinds of data that may tell why somebody is gone."""


def update_index(
    vault: Vault, key: SnapshotKey, manifest: Manifest, since: Comparison | None
) -> tuple[Outcome | None, ...]:
    """How each of those who vanished stands, and why; nothing if the index is not at hand, or looking would take long.

    Of a long list then only what was compared is noted, for the next command that asks about people.

    The index is derived, and the snapshot is kept: whatever is wrong with the index, or the user's calendar of
    incidents, is reported or mended by the next command that reads it, and no import fails for its sake.
    """
    people = listed(manifest.coverage)
    few = people is None or people.rows <= FEW
    gone = since.diff.vanished if since is not None and _may_explain(manifest, few) else ()
    try:
        deltas = _deltas(vault, key, since)
        if not few and not gone:
            store.keep_deltas(vault, deltas)
            return ()
        history = History.extend(vault, deltas, details=bool(gone))
        if history is None:
            return ()
        with history, history.read_transaction():
            return outcomes_of(history, key.account, gone, known_incidents()) if gone else ()
    except (sqlite3.Error, LinkbakError):
        return ()


def _may_explain(manifest: Manifest, few: bool) -> bool:
    """Whether it is worth its time to look at once why somebody is gone: a long list alone tells of nobody."""
    if sum(file.bytes for file in manifest.files if file.kind == "messages") > LARGEST:
        return False
    return few or not REVEALING.isdisjoint(manifest.coverage)


def _deltas(vault: Vault, key: SnapshotKey, since: Comparison | None) -> KnownDeltas:
    """What the import compared already, so that the index need not."""
    if since is None or since.aligned is None:
        return {}
    digests = {one.key: one.digest for one in vault.summaries(key.account)}
    if since.before.key not in digests or key not in digests:
        return {}
    sides = since.before.coverage["connections"], since.after.coverage["connections"]
    delta = delta_of(*since.aligned, sides, (since.before.taken, since.after.taken))
    return {(digests[since.before.key], digests[key]): delta}
