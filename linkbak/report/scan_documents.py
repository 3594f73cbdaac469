"""The JSON document of `linkbak scan`."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from linkbak.report.documents import ErrorDocument, ReceiptDocument


class PassedOverDocument(TypedDict):
    """An archive that nothing was done with.

    `kept` and `refused` were so before; `unfinished` is a download that goes on, `recent` changed a moment ago;
    `cut-off` never ended and `unreadable` the system does not let us read, both told of before; `put-off` is what the
    scan did not get to.
    """

    path: str
    why: Literal["kept", "refused", "unfinished", "cut-off", "recent", "unreadable", "put-off"]


class MovedDocument(TypedDict):
    """A kept archive that was moved."""

    path: str
    to: str


class ScanDocument(TypedDict):
    """The folders that were looked through, what was kept or refused now, and everything else that is an archive."""

    schema: Literal["linkbak.scan/1"]
    vault: str
    folders: list[str]
    results: list[ReceiptDocument]
    passed_over: list[PassedOverDocument]
    moved: list[MovedDocument]
    troubles: list[ErrorDocument]


DOCUMENTS = {"scan": ScanDocument}
