"""The JSON documents of `linkbak remote` and `linkbak push`."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from linkbak.report.documents import ErrorDocument


class MissingDocument(TypedDict):
    """What a copy lacks, or lacked before it was sent: snapshots, lines of marks, commits."""

    snapshots: int
    marks: int
    commits: int


class RemoteDocument(TypedDict):
    """One place for a copy; `pushed` is when all was last there, null if that is not known.

    `private` says that the user is sure of a public host. `state`, `behind`, `whole` and `error` are what `check`
    found, else null; `whole` also where it cannot be seen from here.
    """

    name: str
    address: str
    private: bool
    pushed: str | None
    commit: str | None
    state: Literal["empty", "current", "behind", "ahead", "diverged", "unrelated", "unknown", "failed"] | None
    behind: MissingDocument | None
    whole: bool | None
    notes: list[str]
    error: ErrorDocument | None


class RemotesDocument(TypedDict):
    """The places that `linkbak remote` listed, checked, added or removed."""

    schema: Literal["linkbak.remote/1"]
    action: Literal["list", "check", "add", "remove"]
    remotes: list[RemoteDocument]


class PushedDocument(TypedDict):
    """What came of one place; `commit` is what it holds now, `before` what it held, null if nothing or not known."""

    name: str
    address: str
    state: Literal["sent", "current", "would-send", "failed"]
    commit: str | None
    before: str | None
    sent: MissingDocument
    error: ErrorDocument | None


class PushDocument(TypedDict):
    """What came of `linkbak push`."""

    schema: Literal["linkbak.push/1"]
    dry_run: bool
    remotes: list[PushedDocument]


DOCUMENTS: dict[str, type] = {"remote": RemotesDocument, "push": PushDocument}
"""Each verb's document; the names of the schema files."""
