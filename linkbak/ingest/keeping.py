"""The end of the workflow: the snapshot is committed, and its losses taken as real if the user says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from linkbak.comparison import ACCEPTED, Comparison, accepted_snapshots, remember
from linkbak.ingest.content import rfc3339
from linkbak.ingest.receipt import Receipt
from linkbak.vault import SnapshotKey, Staging, Vault, Writer

_NO_CHANGE = frozenset({"unchanged", "before", "after"})
"""The counts of a diff that say how many there are, not what changed."""


def keep(vault: Vault, writer: Writer, staging: Staging, receipt: Receipt, *, accept: bool) -> Receipt:
    """Make a snapshot of what was staged; with `accept`, take its losses as real."""
    assert receipt.manifest is not None
    key = writer.keep(staging, receipt.manifest, _message(receipt))
    if receipt.since is not None:
        _remember(vault, receipt.since, key)
    kept = replace(receipt, key=key, manifest=replace(receipt.manifest, id=key.id))
    if accept and receipt.since is not None and receipt.held:
        take_as_real(vault, writer, key)
        kept = replace(kept, since=replace(receipt.since, held=()))
    return kept


def _remember(vault: Vault, since: Comparison, key: SnapshotKey) -> None:
    """Spare the next `linkbak diff` the comparison that was just made."""
    summaries = {summary.key: summary for summary in vault.summaries(key.account)}
    if since.before.key in summaries and key in summaries:
        remember(vault, summaries[since.before.key], summaries[key], since)


def take_as_real(vault: Vault, writer: Writer, key: SnapshotKey) -> None:
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
        told = ", ".join(f"{number} {name}" for name, number in counts.items() if number and name not in _NO_CHANGE)
        lines.append(f"Since {receipt.since.before.key.id}: {told or 'nothing changed'}.")
    lines.append(f"From {manifest.archive.kind}, {len(manifest.files)} files.")
    return "\n".join(lines) + "\n"
