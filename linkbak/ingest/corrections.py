"""Kept snapshots set aside, brought back, and kept anew under another date or account; nothing kept is ever changed."""

from __future__ import annotations

from datetime import UTC, datetime

from linkbak.errors import UsageProblem
from linkbak.ingest import Receipt
from linkbak.ingest.workflow import check_taken, keep_staged, previous, since_previous
from linkbak.model import Taken, rfc3339
from linkbak.texts import tr
from linkbak.vault import FORGOTTEN, REMEMBERED, SnapshotKey, Vault
from linkbak.vault.writer import Writer, write_transaction


def set_aside(vault: Vault, key: SnapshotKey, *, undo: bool = False) -> None:
    """Take a snapshot out of every answer, or bring it back: one line more in the vault's marks."""
    with write_transaction(vault, "forget") as writer:
        _mark(writer, key, REMEMBERED if undo else FORGOTTEN)


def correct(vault: Vault, key: SnapshotKey, account: str | None, taken: datetime | None) -> Receipt:
    """Keep a snapshot's files anew, as another account's or as written at another time, and set the old one aside.

    git holds the same bytes once. Killed in between, both are listed, and the same command ends it. Raises UsageProblem
    if that is no other account and no other time, or one that cannot be.
    """
    kept, files = vault.manifest(key), vault.files(key)
    dated = Taken(taken, "told") if taken else Taken(datetime.fromisoformat(kept.taken), kept.taken_source)
    at = rfc3339(dated.at)
    if (account or kept.account, at) == (kept.account, kept.taken):
        raise UsageProblem(tr("{snapshot} is of that account, and dated so, already", snapshot=key.id))
    check_taken(kept.archive.name, dated, kept.coverage)
    manifest = kept._replace(
        id=at.replace(":", ""),
        account=account or kept.account,
        taken=at,
        taken_source=dated.source,
        imported_at=rfc3339(datetime.now(UTC)),
        held=(),
    )
    new = SnapshotKey(f"{kept.network}-{manifest.account}", manifest.id)
    with write_transaction(vault, "forget") as writer:
        others = [one for one in vault.summaries() if one.key != key]
        same = [one for one in others if (one.key.account, one.taken, one.content) == (new.account, at, kept.content)]
        if same:
            receipt = Receipt(kept.archive.name, "already-kept", same[0].key, vault.manifest(same[0].key))
        else:
            staging = writer.stage()
            for facts in kept.files:
                with files.open(facts.path) as stream:
                    staging.store(facts.path, stream, facts.bytes)
            since = since_previous(previous(vault, others, new.account, at), new, manifest, files)
            manifest = manifest._replace(held=since.held if since else ())
            receipt = Receipt(kept.archive.name, "kept", new, manifest, since)
            receipt = keep_staged(vault, writer, staging, receipt, accept=False)
        _mark(writer, key, FORGOTTEN)
    return receipt


def _mark(writer: Writer, key: SnapshotKey, fact: str) -> None:
    mark = {"fact": fact, "account": key.account, "snapshot": key.id, "at": rfc3339(datetime.now(UTC))}
    writer.add_marks([mark], f"{'Set aside' if fact == FORGOTTEN else 'Bring back'} {key.account} {key.id}")
