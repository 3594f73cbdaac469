"""JSON for programs: the writer, and the small documents that several subjects share.

Each subject has its documents in its own module, as a type beside the function that builds it. Shapes only grow. Times
are RFC 3339 UTC, dates ISO; values missing in archives are null. The JSON Schemas in docs/schemas come from the types.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NotRequired, TypedDict, TypeVar, cast

from linkbak.model import rfc3339
from linkbak.report import CLASSES
from linkbak.report.escape import json_text

if TYPE_CHECKING:
    from linkbak.causes.judgement import Outcome
    from linkbak.errors import LinkbakError
    from linkbak.model import Connection

Shape = TypeVar("Shape")
Builder = TypeVar("Builder", bound=Callable[[Any], object])


_BUILDERS: dict[type, Callable[[Any], object]] = {}


def builds(shape: type) -> Callable[[Builder], Builder]:
    """Mark the function that makes documents of a shape from what has other names; `fill` calls it for such fields."""

    def noted(builder: Builder) -> Builder:
        _BUILDERS[shape] = builder
        return builder

    return noted


@cache
def _fields(shape: type) -> list[tuple[str, str, bool, bool, type | None]]:
    """Of each field its name, the schema that it names, whether it may be null or is a list, and the shape in it."""
    found = []
    for name, hint in shape.__annotations__.items():  # texts, since TypedDict does not evaluate them
        told = hint.__forward_arg__
        schema, inner = re.search(r"linkbak\.[\w/-]+", told), re.search(r"\w+Document", told)
        home = vars(sys.modules[hint.__forward_module__])
        shown = home[inner[0]] if inner else None
        found.append((name, schema[0] if schema else "", told.endswith("| None"), told.startswith("list["), shown))
    return found


def fill(
    shape: type[Shape], source: object = None, begun: Mapping[str, object] | None = None, /, **given: object
) -> Shape:
    """A document of this shape: what is `begun`, then each field as `given`, else as the `source` has it by that name.

    Its `schema` is what the shape says. A tuple becomes a list; a day, a time or a path text; and what has a shape of
    its own a document of that shape. An empty text is null where the shape allows null.
    """
    found = dict(begun or {})
    for name, schema, nullable, many, inner in _fields(shape):  # type: ignore[arg-type]  # every type can be hashed
        if name in found:
            continue
        value = schema or (given[name] if name in given else getattr(source, name))
        if inner and many:
            value = [_document(inner, each) for each in cast("Iterable[object]", value)]
        elif inner and value is not None:
            value = _document(inner, value)
        elif isinstance(value, tuple):
            value = list(value)
        elif isinstance(value, datetime):
            value = rfc3339(value)
        elif isinstance(value, Path | date):
            value = str(value)
        found[name] = None if value == "" and nullable else value
    return cast("Shape", found)


def _document(shape: type, source: object) -> object:
    if isinstance(source, dict):
        return source
    return _BUILDERS[shape](source) if shape in _BUILDERS else fill(shape, source)


def dump(document: Mapping[str, object]) -> str:
    """The document as indented JSON text with a newline, escaped for terminals."""
    return json_text(json.dumps(document, ensure_ascii=False, indent=2)) + "\n"


class ErrorDocument(TypedDict):
    """Why something was refused."""

    message: str
    hint: str
    exit_code: int


@builds(ErrorDocument)
def error(refusal: LinkbakError) -> ErrorDocument:
    """A refusal with its exit status."""
    return {"message": str(refusal), "hint": refusal.hint, "exit_code": int(refusal.exit_code)}


class FailureDocument(TypedDict):
    """What a refused command prints on standard error with --json."""

    schema: Literal["linkbak.error/1"]
    error: ErrorDocument


def failure(refusal: LinkbakError) -> FailureDocument:
    """What a refused command says on standard error."""
    return fill(FailureDocument, error=refusal)


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


@builds(ConnectionDocument)
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
    """The vanished, with the state today of the first of them, as many as have an outcome."""
    documents = [cast("VanishedDocument", connection(person)) for person in people]
    for document, outcome in zip(documents, outcomes, strict=False):
        if outcome is not None:
            cause, band = (outcome.verdict.cause, outcome.verdict.band) if outcome.verdict else (None, None)
            document.update({"id": outcome.id, "state": outcome.state, "cause": cause, "band": band})
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
