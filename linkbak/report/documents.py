"""The JSON documents of the command line, as types; their JSON Schemas in docs/schemas are made from these.

Shapes only grow. Times are RFC 3339 UTC, dates ISO; what an archive leaves out is null.
"""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict  # pydantic, which makes the schemas, needs this one before Python 3.12


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
