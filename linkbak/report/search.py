"""What a search found, as a page on which the words that match stand in brackets, and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypedDict

from linkbak.index import Hit, Match, MessageHit, Person, Stranger
from linkbak.index.search import excerpt
from linkbak.report import Block, Line, count, day
from linkbak.report.json import fill
from linkbak.report.people import PersonDocument, person_document, standing

_LABELS = {"email": "e-mail", "archive-note": "LinkedIn note"}
_Spans = Sequence[tuple[int, int]]


def people_text(
    query: str, found: Sequence[tuple[Person, Hit]], limit: int, strangers: Sequence[Stranger] = ()
) -> list[Block]:
    """Two lines or more a person: who it is, and what else of them matches; then who is named elsewhere."""
    if not found or (strangers and all(hit.near or hit.missing for _, hit in found)):
        return _strangers(strangers) or [
            Line(f"nobody in the vault matches {query}"),
            Line("To search your messages: linkbak search --in messages WORDS", "dim"),
        ]
    head = _head(count(len(found), "person", "people"), len(found), limit)
    blocks: list[Block] = [head, *_how([(hit.missing, hit.near) for _, hit in found])]
    several = len({person.account for person, _ in found}) > 1
    for person, hit in found:
        blocks += _person(person, hit, account=several)
    return [*blocks, *([Line()] if strangers else []), *_strangers(strangers)]


def _strangers(strangers: Sequence[Stranger]) -> list[Block]:
    """A line each: the name, and what there is of them."""
    if not strangers:
        return []
    lines: list[Block] = [Line("In messages and invitations, but in no list", "strong")]
    for one in strangers:
        parts = [
            count(size, what) for size, what in ((one.messages, "message"), (one.invitations, "invitation")) if size
        ]
        last = f", last on {day(one.last)}" if one.last else ""
        lines.append(Line(f"{one.name}  {', '.join(parts)}{last}", indent=2))
    return lines


def messages_text(query: str, found: Sequence[tuple[Person | None, MessageHit]], limit: int) -> list[Block]:
    """Two lines a message: when and with whom, and the words in their line."""
    if not found:
        return [Line(f"no message in the vault matches {query}")]
    head = _head(count(len(found), "message"), len(found), limit, ", newest first")
    blocks: list[Block] = [head, *_how([(hit.missing, hit.near) for _, hit in found])]
    for person, hit in found:
        blocks += [Line(), Line(_envelope(person, hit), "strong", 2), Line(marked(hit.text, hit.spans), indent=4)]
        blocks += _lacking(hit.missing)
    return blocks


def marked(text: str, spans: _Spans) -> str:
    """The text with brackets around each span."""
    out, at = [], 0
    for start, end in spans:
        out += [text[at:start], "[", text[start:end], "]"]
        at = end
    return "".join([*out, text[at:]])


def _head(counted: str, many: int, limit: int, order: str = "") -> Line:
    return Line(f"the first {counted}{order}; more with --limit" if many >= limit else f"{counted}{order}", "strong")


def _how(ways: Sequence[tuple[Sequence[str], bool]]) -> list[Block]:
    """A warning if what was found is not quite what was asked for."""
    if any(missing for missing, _ in ways):
        return [Line("Nothing matches all the words; these match most of them.", "odd")]
    if all(near for _, near in ways):
        return [Line("Nothing is spelled just so; these nearly are.", "odd")]
    return []


def _person(person: Person, hit: Hit, *, account: bool) -> list[Block]:
    current = {one.field: one for one in hit.matches if not one.former and one.field in ("name", "company", "position")}
    row = person.row
    name = _shown(current.get("name"), row.name or "(hidden)")
    work = [_shown(current.get("position"), row.position), _shown(current.get("company"), row.company)]
    of = f"  {person.account}" if account else ""
    lines: list[Block] = [Line(), Line(f"{name}  {person.id}{of}", "strong", 2)]
    if any(work):
        lines.append(Line(", ".join(filter(None, work)), indent=4))
    lines += [_other(one) for one in hit.matches if one not in current.values()]
    if person.state != "listed":
        sentence, tone = standing(person)
        lines.append(Line(sentence, tone, 4))
    return [*lines, *_lacking(hit.missing)]


def _shown(match: Match | None, text: str) -> str:
    return (marked(match.value, match.spans) if match else text).strip()


def _other(match: Match) -> Line:
    label = _LABELS.get(match.field, match.field)
    return Line(f"{'former ' if match.former else ''}{label}: {marked(*excerpt(match.value, match.spans))}", indent=4)


def _lacking(missing: Sequence[str]) -> list[Block]:
    return [Line(f"without: {', '.join(missing)}", "dim", 4)] if missing else []


def _envelope(person: Person | None, hit: MessageHit) -> str:
    known = (person.row.name if person else "") or hit.name
    whom = (f"to {known}" if known else "sent") if hit.outgoing else f"from {known or hit.sender or 'nobody named'}"
    subject = f": {hit.subject}" if hit.subject else ""
    return f"{day(hit.sent_at) or 'at a time unknown'}  {whom}{subject}"


# --- JSON ---

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


def _found(person: Person, hit: Hit) -> FoundDocument:
    return {
        **person_document(person),
        "matches": [fill(MatchDocument, one, spans=[list(span) for span in one.spans]) for one in hit.matches],
        "missing": list(hit.missing),
        "near": hit.near,
    }


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


def _message(person: Person | None, hit: MessageHit) -> FoundMessageDocument:
    known = person_document(person) if person else None
    return fill(FoundMessageDocument, hit, person=known, spans=[list(span) for span in hit.spans])


class StrangerDocument(TypedDict):
    """Somebody named in messages or invitations who is in no list."""

    name: str
    account: str
    messages: int
    invitations: int
    last: str | None


class SearchDocument(TypedDict):
    """What `linkbak search --json` prints, best first; `complete` if all words match."""

    schema: Literal["linkbak.search/1"]
    query: str
    complete: bool
    people: list[FoundDocument]
    messages: list[FoundMessageDocument]
    in_no_list: list[StrangerDocument]


def people_document(
    query: str, found: Sequence[tuple[Person, Hit]], strangers: Sequence[Stranger] = ()
) -> SearchDocument:
    """The people found, and those named in messages and invitations alone."""
    people = [_found(person, hit) for person, hit in found]
    return _document(query, [hit.missing for _, hit in found], people, [], strangers)


def messages_document(query: str, found: Sequence[tuple[Person | None, MessageHit]]) -> SearchDocument:
    """The messages found."""
    return _document(query, [hit.missing for _, hit in found], [], [_message(person, hit) for person, hit in found])


def _document(
    query: str,
    missing: Sequence[Sequence[str]],
    people: list[FoundDocument],
    messages: list[FoundMessageDocument],
    strangers: Sequence[Stranger] = (),
) -> SearchDocument:
    return {
        "schema": "linkbak.search/1",
        "query": query,
        "complete": not any(missing),
        "people": people,
        "messages": messages,
        "in_no_list": [fill(StrangerDocument, one) for one in strangers],
    }
