"""JSON for programs: what writes it, and the small documents that several subjects share.

Each subject has its documents in its own module, as a type beside the function that builds it. Shapes only grow. Times
are RFC 3339 UTC, dates ISO; what an archive leaves out is null. The JSON Schemas in docs/schemas are made of the types.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal, NotRequired, TypedDict, TypeVar, cast

from linkbak.report import CLASSES
from linkbak.report.escape import json_text

if TYPE_CHECKING:
    from linkbak.causes.judgement import Outcome
    from linkbak.errors import LinkbakError
    from linkbak.model import Connection
    from linkbak.state import Record


Shape = TypeVar("Shape")


def fill(shape: type[Shape], source: object, /, **given: object) -> Shape:
    """A document of this shape: each field as `given`, else as the `source` has it under the same name.

    A tuple becomes a list. An empty text is null where the shape allows null.
    """
    found: dict[str, object] = {}
    for name, hint in shape.__annotations__.items():  # texts, since TypedDict does not evaluate them
        value = given[name] if name in given else getattr(source, name)
        if value == "" and hint.__forward_arg__.endswith("| None"):
            value = None
        found[name] = list(value) if isinstance(value, tuple) else value
    return cast("Shape", found)


def dump(document: Mapping[str, object]) -> str:
    """The document as indented JSON text with a newline; what could act upon whoever shows it is escaped."""
    return json_text(json.dumps(document, ensure_ascii=False, indent=2)) + "\n"


class ErrorDocument(TypedDict):
    """Why something was refused."""

    message: str
    hint: str
    exit_code: int


def error(refusal: LinkbakError) -> ErrorDocument:
    """A refusal with its exit status."""
    return {"message": str(refusal), "hint": refusal.hint, "exit_code": int(refusal.exit_code)}


class FailureDocument(TypedDict):
    """What a refused command prints on standard error with --json."""

    schema: Literal["linkbak.error/1"]
    error: ErrorDocument


def failure(refusal: LinkbakError) -> FailureDocument:
    """What a refused command says on standard error."""
    return {"schema": "linkbak.error/1", "error": error(refusal)}


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


class VanishedDocument(ConnectionDocument):
    """A connection that vanished, and how that person stands today; the cause is null for those who are back.

    What is added to the connection is absent where nobody can say whose row it is.
    """

    id: NotRequired[str]
    state: NotRequired[str]
    cause: NotRequired[str | None]
    band: NotRequired[str | None]


def vanished_document(people: Sequence[Connection], outcomes: Sequence[Outcome | None]) -> list[VanishedDocument]:
    """The vanished, with how the first of them stand today, as many as have a outcome."""
    documents = [cast("VanishedDocument", connection(person)) for person in people]
    for document, outcome in zip(documents, outcomes, strict=False):
        if outcome is not None:
            document["id"] = outcome.id
            document["state"] = outcome.state
            document["cause"] = outcome.verdict.cause if outcome.verdict else None
            document["band"] = outcome.verdict.band if outcome.verdict else None
    return documents


def counts_document(counts: Mapping[str, int]) -> dict[str, int]:
    """How many there are of each class."""
    return {name: counts[name] for name in (*CLASSES, "unchanged", "uncertain_vanished", "uncertain_added")}


class DoneDocument(TypedDict):
    """One time that the vault was looked over: when, whether all was well, and what was looked at."""

    at: str
    passed: bool
    what: str


class ChoreDocument(TypedDict):
    """The last time, and the last time all was well; null if never."""

    last: DoneDocument | None
    passed: DoneDocument | None


def chore(record: Record) -> ChoreDocument:
    """When a chore was last done."""
    last, passed = (fill(DoneDocument, done) if done else None for done in record)
    return {"last": last, "passed": passed}
