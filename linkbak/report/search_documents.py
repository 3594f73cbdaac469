"""The JSON document of `search`, as a type and as what was found; as in `linkbak.report.documents`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from typing_extensions import TypedDict

from linkbak.report.people_documents import PersonDocument

if TYPE_CHECKING:
    from linkbak.history.records import Person
    from linkbak.history.searching import Hit, Match, MessageHit

FieldName = Literal["name", "company", "position", "email", "address", "note", "tag", "archive-note"]


class MatchDocument(TypedDict):
    """One text that matches; `spans` are start and end, in characters, of the words in `value`."""

    field: FieldName
    value: str
    spans: list[list[int]]
    former: bool


class FoundDocument(PersonDocument):
    """One person found; `missing` are words that nothing matches, `near` if some are only spelled nearly so."""

    matches: list[MatchDocument]
    missing: list[str]
    near: bool


class FoundMessageDocument(TypedDict):
    """One message found, with who is at the other end; `text` is a part of it around the words."""

    person: PersonDocument | None
    name: str | None
    account: str
    sent_at: str | None
    outgoing: bool
    subject: str | None
    text: str
    spans: list[list[int]]
    missing: list[str]
    near: bool


class SearchDocument(TypedDict):
    """What `linkbak search --json` prints, best first; `complete` if all words match."""

    schema: Literal["linkbak.search/1"]
    query: str
    complete: bool
    people: list[FoundDocument]
    messages: list[FoundMessageDocument]


DOCUMENTS: dict[str, type] = {"search": SearchDocument}
"""Each verb's document; the names of the schema files."""


def of_people(query: str, found: Sequence[tuple[Person, Hit]]) -> SearchDocument:
    """The people found."""
    return _document(query, [hit.missing for _, hit in found], [_found(person, hit) for person, hit in found], [])


def of_messages(query: str, found: Sequence[tuple[Person | None, MessageHit]]) -> SearchDocument:
    """The messages found."""
    return _document(query, [hit.missing for _, hit in found], [], [_message(person, hit) for person, hit in found])


def _document(
    query: str,
    missing: Sequence[Sequence[str]],
    people: list[FoundDocument],
    messages: list[FoundMessageDocument],
) -> SearchDocument:
    return {
        "schema": "linkbak.search/1",
        "query": query,
        "complete": not any(missing),
        "people": people,
        "messages": messages,
    }


def _found(person: Person, hit: Hit) -> FoundDocument:
    from linkbak.report import people_json

    return {
        **people_json.person(person),
        "matches": [_match(one) for one in hit.matches],
        "missing": list(hit.missing),
        "near": hit.near,
    }


def _match(one: Match) -> MatchDocument:
    return {"field": one.field, "value": one.value, "spans": [list(span) for span in one.spans], "former": one.former}


def _message(person: Person | None, hit: MessageHit) -> FoundMessageDocument:
    from linkbak.report import people_json

    return {
        "person": people_json.person(person) if person else None,
        "name": hit.name or None,
        "account": hit.account,
        "sent_at": hit.sent_at or None,
        "outgoing": hit.outgoing,
        "subject": hit.subject or None,
        "text": hit.text,
        "spans": [list(span) for span in hit.spans],
        "missing": list(hit.missing),
        "near": hit.near,
    }
