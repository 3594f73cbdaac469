"""When a chore was last done, for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from linkbak.report.status_documents import ChoreDocument, DoneDocument
    from linkbak.upkeep import Done, Record


def chore(record: Record) -> ChoreDocument:
    """The last time, and the last time all was well."""
    return {"last": _done(record.last), "passed": _done(record.passed)}


def _done(done: Done | None) -> DoneDocument | None:
    return {"at": done.at, "passed": done.passed, "what": done.what} if done else None
