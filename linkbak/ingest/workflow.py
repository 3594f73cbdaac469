"""Open, recognise, stage, read, compare, keep."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import IO, NamedTuple

import linkbak
from linkbak import adapters
from linkbak.adapters import Adapter
from linkbak.archive import Archive, Limits, open_archive
from linkbak.comparison import (
    Comparison,
    Side,
    compare_files,
    listings,
)
from linkbak.errors import ArchiveRefused, LinkbakError
from linkbak.ingest.content import already_kept, content_digest, rfc3339
from linkbak.ingest.drift import drift
from linkbak.ingest.keeping import keep, take_as_real
from linkbak.ingest.options import Options, Progress
from linkbak.ingest.owners import choose_account
from linkbak.ingest.receipt import Receipt
from linkbak.ingest.remembering import remember_people
from linkbak.model import ArchiveFacts, FileFacts, Files, Manifest, Owner, Taken, listed
from linkbak.vault import SnapshotKey, Staging, Summary, Vault, Writer

Take = Callable[[str, IO[bytes]], tuple[int, str, str]]
"""Takes a file's path and bytes; gives how many, their sha256, and the name they are stored under ("" for the path)."""


class _Arrival(NamedTuple):
    """An archive that passed the door: what it is, when it was written, whose it is."""

    archive: Archive
    adapter: Adapter
    taken: Taken
    owner: Owner
    notes: tuple[str, ...]


def order(archives: Iterable[Path], limits: Limits) -> list[Path]:
    """The archives by when they were written, so that each is compared with the one before; unreadable ones first."""
    return sorted(archives, key=lambda path: _written(path, limits))


def _written(path: Path, limits: Limits) -> datetime:
    try:
        with open_archive(path, limits) as archive:
            taken = _taken(archive, adapters.choose(archive), None)
            return taken.at if taken else datetime.min.replace(tzinfo=UTC)
    except LinkbakError:
        return datetime.min.replace(tzinfo=UTC)


def ingest(path: Path, vault: Vault | None, options: Options) -> Receipt:
    """Keep one archive in the vault and say what came of it; with `dry_run`, everything but keeping.

    `vault` may be None for a dry run before there is any. Raises what `linkbak.errors` says of refused
    archives and vaults; the vault is then as it was.
    """
    with open_archive(path, options.limits) as archive:
        arrival = _arrive(archive, options)
        if options.dry_run:
            files = tuple(_facts(archive, _looked_at, options.progress))
            return replace(_receipt(vault, None, arrival, archive, files, options), dry=True)
        assert vault is not None, "only a dry run does without a vault"
        with vault.writing() as writer:
            staging = writer.stage()
            staging.start_objects()
            files = tuple(_facts(archive, staging.store, options.progress))
            receipt = _receipt(vault, writer, arrival, staging, files, options)
        if receipt.status != "kept" or receipt.key is None or receipt.manifest is None:
            return receipt
        return replace(receipt, fates=remember_people(vault, receipt.key, receipt.manifest, receipt.since))


def check(path: Path, options: Options) -> None:
    """Raise what `ingest` would raise of the archive itself: of its structure, its bytes, its kind, its date."""
    with open_archive(path, options.limits) as archive:
        _arrive(archive, options)
        for _ in _facts(archive, _looked_at, options.progress):
            pass


def _arrive(archive: Archive, options: Options) -> _Arrival:
    _refuse_several(archive)
    adapter = adapters.choose(archive)
    taken = _taken(archive, adapter, options.taken)
    if taken is None:
        raise ArchiveRefused(
            f"{archive.name}: nothing in it says when it was written", hint="Say so yourself: --taken 2026-03-20."
        )
    notes = []
    if taken.source == "file":
        notes.append(
            f"dated {taken.at:%Y-%m-%d} by the file's own time, which changes when a file is copied; "
            "if that is wrong, import it with --taken DATE"
        )
    return _Arrival(archive, adapter, taken, adapter.owner(archive), tuple(notes))


def _refuse_several(archive: Archive) -> None:
    """A folder with zips in it is where archives are kept, not one of them; what lies loose beside them is no list."""
    if archive.kind == "folder" and any(entry.path.casefold().endswith(".zip") for entry in archive.entries):
        raise ArchiveRefused(
            f"{archive.name} is a folder of several archives, not one archive",
            hint=f"Name them one by one: linkbak import {archive.name}/*",
        )


def _taken(archive: Archive, adapter: Adapter, told: datetime | None) -> Taken | None:
    if told is not None:
        return Taken(told, "told")
    return adapter.taken(archive.name, [(entry.path, entry.modified) for entry in archive.entries], archive.kind)


def _facts(archive: Archive, take: Take, progress: Progress) -> Iterable[FileFacts]:
    """Each file of the archive, its bytes handed to `take` once."""
    done, total = 0, sum(entry.bytes for entry in archive.entries)
    for entry in archive.entries:
        with archive.open(entry.path) as stream:
            size, digest, stored = take(entry.path, stream)
        done += size
        progress("reading", done, total)
        modified = rfc3339(entry.modified) if entry.modified else ""
        yield FileFacts(entry.path, size, digest, stored=stored, modified=modified)


def _looked_at(_: str, stream: IO[bytes]) -> tuple[int, str, str]:
    """What `Staging.store` gives, without storing."""
    digest, size = sha256(), 0
    while chunk := stream.read(1 << 20):
        digest.update(chunk)
        size += len(chunk)
    return size, digest.hexdigest(), ""


def _receipt(
    vault: Vault | None,
    writer: Writer | None,
    arrival: _Arrival,
    source: Files,
    files: tuple[FileFacts, ...],
    options: Options,
) -> Receipt:
    archive, adapter = arrival.archive, arrival.adapter
    kept = vault.summaries() if vault else ()
    zip_sha256 = archive.sha256 if archive.kind == "zip" else ""
    if vault and (found := already_kept(vault, kept, files, arrival.taken, zip_sha256)):
        if writer and options.accept:
            take_as_real(vault, writer, found.key)
        return Receipt(archive.name, "already-kept", found.key, vault.manifest(found.key), notes=arrival.notes)
    account = choose_account(kept, adapter.network, arrival.owner, options.account)
    manifest = _manifest(arrival, account, source, files)
    key = SnapshotKey(f"{adapter.network}-{account}", manifest.id)
    since, before = _since(vault, kept, key, manifest, source)
    receipt = Receipt(
        archive.name,
        "kept",
        key,
        replace(manifest, held=since.held if since else ()),
        since,
        drift(before.files, manifest.files) if before else (),
        arrival.notes,
    )
    if vault and writer and isinstance(source, Staging):
        return keep(vault, writer, source, receipt, accept=options.accept)
    return receipt


def _manifest(arrival: _Arrival, account: str, source: Files, files: Sequence[FileFacts]) -> Manifest:
    archive = arrival.archive
    reading = arrival.adapter.read(source)
    understood: Mapping[str, FileFacts] = {facts.path: facts for facts in reading.files}
    joined = tuple(
        replace(
            understood[facts.path],
            bytes=facts.bytes,
            sha256=facts.sha256,
            stored=facts.stored,
            modified=facts.modified,
        )
        for facts in files
    )
    return Manifest(
        id=rfc3339(arrival.taken.at).replace(":", ""),
        network=arrival.adapter.network,
        account=account,
        taken=rfc3339(arrival.taken.at),
        taken_source=arrival.taken.source,
        imported_at=rfc3339(datetime.now(UTC)),
        linkbak=linkbak.__version__,
        archive=ArchiveFacts(archive.name, archive.kind, archive.bytes, archive.sha256),
        content=content_digest(files),
        files=joined,
        coverage=reading.coverage,
        issues=reading.issues,
        owner=arrival.owner,
    )


def _since(
    vault: Vault | None, kept: Sequence[Summary], key: SnapshotKey, manifest: Manifest, source: Files
) -> tuple[Comparison | None, Manifest | None]:
    """The comparison with the snapshot before, and that snapshot's manifest."""
    before = listings(vault, kept, key.account).before(manifest.taken) if vault else None
    if vault is None or before is None:
        return None, None
    earlier = vault.manifest(before.key)
    if listed(manifest.coverage) is None:
        return None, earlier
    one = Side(before.key, before.taken, earlier.coverage)
    other = Side(key, manifest.taken, manifest.coverage)
    return compare_files(one, vault.files(before.key), other, source, manifest.network), earlier
