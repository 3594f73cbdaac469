"""Builds the JSON documents from what the commands found."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal, NotRequired, cast

from typing_extensions import TypedDict

from linkbak.report.text import CLASSES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from pathlib import Path

    from linkbak.causes.fates import Fate
    from linkbak.diff import Change
    from linkbak.diff.snapshots import Comparison, Side
    from linkbak.errors import LinkbakError
    from linkbak.ingest import Receipt
    from linkbak.model import Connection, Coverage, Issue, Manifest
    from linkbak.report.imports import Entry
    from linkbak.report.status import ChoreDocument, DoneDocument
    from linkbak.state import Done, Record
    from linkbak.vault import SnapshotKey


def dump(document: Mapping[str, object]) -> str:
    """The document as indented UTF-8 JSON text with a newline; unpaired surrogates are escaped."""
    text = json.dumps(document, ensure_ascii=False, indent=2)
    return text.encode("utf-8", "backslashreplace").decode("utf-8") + "\n"


def connection(person: Connection) -> ConnectionDocument:
    """A connection, absent values null."""
    return {
        "name": person.name or None,
        "first_name": person.first_name or None,
        "last_name": person.last_name or None,
        "url": person.url or None,
        "email": person.email or None,
        "company": person.company or None,
        "position": person.position or None,
        "connected_on": person.connected_on.isoformat() if person.connected_on else None,
    }


def diff(
    found: Comparison,
    network: str,
    account: str,
    only: Collection[str] = (),
    fates: Sequence[Fate | None] = (),
) -> DiffDocument:
    """A comparison; with `only`, the lists of other classes are empty but the counts stay whole."""
    wanted = found.diff

    def people(name: str, rows: Sequence[Connection]) -> list[ConnectionDocument]:
        return [connection(row) for row in rows] if not only or name in only else []

    def changes(name: str, rows: Sequence[Change]) -> list[ChangeDocument]:
        return [_change(row) for row in rows] if not only or name in only else []

    return {
        "schema": "linkbak.diff/1",
        "network": network,
        "account": account,
        "before": _side(found.before),
        "after": _side(found.after),
        "held": bool(found.held),
        "held_reasons": list(found.held),
        "counts": _counts(wanted.counts),
        "added": people("added", wanted.added),
        "vanished": _vanished(wanted.vanished, fates) if not only or "vanished" in only else [],
        "hidden": people("hidden", wanted.hidden),
        "returned": people("returned", wanted.returned),
        "reconnected": [
            {"before": one["before"], "after": one["after"]} for one in changes("reconnected", wanted.reconnected)
        ],
        "renamed": changes("renamed", wanted.renamed),
        "changed": changes("changed", wanted.changed),
        "uncertain": [
            {
                "before": [connection(row) for row in group.before],
                "after": [connection(row) for row in group.after],
                "reason": group.reason,
            }
            for group in (wanted.uncertain if not only or "uncertain" in only else ())
        ],
        "warnings": list(found.notes),
    }


def _vanished(people: Sequence[Connection], fates: Sequence[Fate | None]) -> list[VanishedDocument]:
    documents = [cast("VanishedDocument", connection(person)) for person in people]
    for document, fate in zip(documents, fates, strict=False):
        if fate is not None:
            document["id"] = fate.id
            document["state"] = fate.state
            document["cause"] = fate.verdict.cause if fate.verdict else None
            document["band"] = fate.verdict.band if fate.verdict else None
    return documents


def _counts(counts: Mapping[str, int]) -> dict[str, int]:
    return {name: counts[name] for name in (*CLASSES, "unchanged", "uncertain_vanished", "uncertain_added")}


def _change(change: Change) -> ChangeDocument:
    return {
        "before": connection(change.before),
        "after": connection(change.after),
        "fields": list(change.fields),
    }


def _side(side: Side) -> SideDocument:
    rows = side.coverage["connections"]
    return {"id": side.key.id, "taken": side.taken, "connections": rows.rows, "hidden": rows.hidden}


def imported(vault: Path, receipts: Iterable[Receipt]) -> ImportDocument:
    """What came of the archives of one command."""
    return {"schema": "linkbak.import/1", "vault": str(vault), "results": [_receipt(one) for one in receipts]}


def _receipt(receipt: Receipt) -> ReceiptDocument:
    manifest = receipt.manifest
    document: ReceiptDocument = {
        "archive": receipt.archive,
        "status": receipt.status,
        "snapshot": receipt.key.id if receipt.key and not receipt.dry else None,
        "dry_run": receipt.dry,
        "taken": manifest.taken if manifest else None,
        "taken_source": manifest.taken_source if manifest else None,
        "account": manifest.account if manifest else None,
        "kinds": {kind: _kind(coverage) for kind, coverage in manifest.coverage.items()} if manifest else {},
        "files": len(manifest.files) if manifest else 0,
        "issues": [_issue(issue) for issue in manifest.issues] if manifest else [],
        "drift": list(receipt.drift),
        "notes": list(receipt.notes),
        "since_previous": _since(receipt.since, receipt.fates) if receipt.since else None,
    }
    if receipt.error is not None:
        document["error"] = error(receipt.error)
    return document


def _kind(coverage: Coverage) -> KindDocument:
    return {
        "rows": coverage.rows,
        "hidden": coverage.hidden,
        "skipped": coverage.skipped,
        "completeness": coverage.completeness,
        "reasons": list(coverage.reasons),
    }


def _issue(issue: Issue) -> IssueDocument:
    return {"file": issue.file, "line": issue.line, "reason": issue.reason, "loss": issue.loss}


def _since(found: Comparison, fates: Sequence[Fate | None]) -> SinceDocument:
    return {
        "snapshot": found.before.key.id,
        "counts": _counts(found.diff.counts),
        "vanished": _vanished(found.diff.vanished, fates),
        "held": bool(found.held),
        "held_reasons": list(found.held),
    }


def error(refusal: LinkbakError) -> ErrorDocument:
    """A refusal with its exit status."""
    return {"message": str(refusal), "hint": refusal.hint, "exit_code": int(refusal.exit_code)}


def failure(refusal: LinkbakError) -> FailureDocument:
    """What a refused command says on standard error."""
    return {"schema": "linkbak.error/1", "error": error(refusal)}


def log(entries: Iterable[Entry]) -> LogDocument:
    """The snapshots, in the order given."""
    return {"schema": "linkbak.log/1", "snapshots": [_snapshot(entry) for entry in entries]}


def _snapshot(entry: Entry) -> SnapshotDocument:
    summary = entry.summary
    return {
        "id": summary.key.id,
        "taken": summary.taken,
        "imported": summary.imported,
        "account": summary.account,
        "network": summary.network,
        "kind": summary.archive_kind,
        "connections": summary.connections,
        "hidden": summary.hidden,
        "added": entry.added,
        "vanished": entry.vanished,
        "held": entry.held,
        "files": summary.files,
        "bytes": summary.bytes,
    }


def files(key: SnapshotKey, manifest: Manifest) -> FilesDocument:
    """The files of one snapshot."""
    return {
        "schema": "linkbak.files/1",
        "snapshot": key.id,
        "account": manifest.account,
        "files": [
            {
                "path": facts.path,
                "bytes": facts.bytes,
                "sha256": facts.sha256,
                "table": facts.table or None,
                "kind": facts.kind or None,
                "rows": facts.rows,
                "skipped": facts.skipped,
            }
            for facts in manifest.files
        ],
    }


# --- documents --------------------------------------------------------------------------------------------------------
# The JSON documents of the command line, as types; their JSON Schemas in docs/schemas are made from these.
# Shapes only grow. Times are RFC 3339 UTC, dates ISO; what an archive leaves out is null.


class ConnectionDocument(TypedDict):
    """A connection."""

    name: str | None
    first_name: str | None
    last_name: str | None
    url: str | None
    email: str | None
    company: str | None
    position: str | None
    connected_on: str | None


class VanishedDocument(ConnectionDocument):
    """A connection that vanished, and how that person stands today; the cause is null for those who are back.

    What is added to the connection is absent where nobody can say whose row it is.
    """

    id: NotRequired[str]
    state: NotRequired[str]
    cause: NotRequired[str | None]
    band: NotRequired[str | None]


class ChangeDocument(TypedDict):
    """One person before and after, with the fields that differ."""

    before: ConnectionDocument
    after: ConnectionDocument
    fields: list[str]


class ReconnectedDocument(TypedDict):
    """One person listed again with a new connection date."""

    before: ConnectionDocument
    after: ConnectionDocument


class UncertainDocument(TypedDict):
    """Rows that allow two readings."""

    before: list[ConnectionDocument]
    after: list[ConnectionDocument]
    reason: str


class SideDocument(TypedDict):
    """One of the two snapshots of a diff."""

    id: str
    taken: str
    connections: int
    hidden: int


class DiffDocument(TypedDict):
    """What `linkbak diff --json` prints."""

    schema: Literal["linkbak.diff/1"]
    network: str
    account: str
    before: SideDocument
    after: SideDocument
    held: bool
    held_reasons: list[str]
    counts: dict[str, int]
    added: list[ConnectionDocument]
    vanished: list[VanishedDocument]
    hidden: list[ConnectionDocument]
    returned: list[ConnectionDocument]
    reconnected: list[ReconnectedDocument]
    renamed: list[ChangeDocument]
    changed: list[ChangeDocument]
    uncertain: list[UncertainDocument]
    warnings: list[str]


class KindDocument(TypedDict):
    """What an archive says about one kind."""

    rows: int
    hidden: int
    skipped: int
    completeness: Literal["complete", "unknown", "partial"]
    reasons: list[str]


class IssueDocument(TypedDict):
    """Something that was not understood: where and why; line 0 means the whole file."""

    file: str
    line: int
    reason: str
    loss: bool


class SinceDocument(TypedDict):
    """What changed since the snapshot before."""

    snapshot: str
    counts: dict[str, int]
    vanished: list[VanishedDocument]
    held: bool
    held_reasons: list[str]


class ErrorDocument(TypedDict):
    """Why something was refused."""

    message: str
    hint: str
    exit_code: int


class ReceiptDocument(TypedDict):
    """What came of one archive; all but the first three are null or empty for a refused one."""

    archive: str
    status: Literal["kept", "already-kept", "refused"]
    snapshot: str | None
    dry_run: bool
    taken: str | None
    taken_source: str | None
    account: str | None
    kinds: dict[str, KindDocument]
    files: int
    issues: list[IssueDocument]
    drift: list[str]
    notes: list[str]
    since_previous: SinceDocument | None
    error: NotRequired[ErrorDocument]


class ImportDocument(TypedDict):
    """What `linkbak import --json` prints."""

    schema: Literal["linkbak.import/1"]
    vault: str
    results: list[ReceiptDocument]


class SnapshotDocument(TypedDict):
    """One snapshot in the log; added and vanished count from the snapshot before, null if there is none."""

    id: str
    taken: str
    imported: str
    account: str
    network: str
    kind: str
    connections: int | None
    hidden: int | None
    added: int | None
    vanished: int | None
    held: bool
    files: int
    bytes: int


class LogDocument(TypedDict):
    """What `linkbak log --json` prints, newest first."""

    schema: Literal["linkbak.log/1"]
    snapshots: list[SnapshotDocument]


class FileDocument(TypedDict):
    """One file of a snapshot."""

    path: str
    bytes: int
    sha256: str
    table: str | None
    kind: str | None
    rows: int
    skipped: int


class FilesDocument(TypedDict):
    """What `linkbak files --json` prints."""

    schema: Literal["linkbak.files/1"]
    snapshot: str
    account: str
    files: list[FileDocument]


class InitDocument(TypedDict):
    """What `linkbak init --json` prints."""

    schema: Literal["linkbak.init/1"]
    vault: str
    created: bool


class FailureDocument(TypedDict):
    """What a refused command prints on standard error with --json."""

    schema: Literal["linkbak.error/1"]
    error: ErrorDocument


DOCUMENTS: dict[str, type] = {
    "diff": DiffDocument,
    "error": FailureDocument,
    "files": FilesDocument,
    "import": ImportDocument,
    "init": InitDocument,
    "log": LogDocument,
}
"""Each verb's document; the names of the schema files."""


# --- chore_json -------------------------------------------------------------------------------------------------------
# When a chore was last done, for programs.


def chore(record: Record) -> ChoreDocument:
    """The last time, and the last time all was well."""
    return {"last": _done(record.last), "passed": _done(record.passed)}


def _done(done: Done | None) -> DoneDocument | None:
    return {"at": done.at, "passed": done.passed, "what": done.what} if done else None
