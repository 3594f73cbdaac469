"""The results of a search, as a page with matching words in brackets, and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Literal, TypedDict

from linkbak.index import Hit, Match, MessageHit, Person, Stranger
from linkbak.index.search_texts import AnyHit, CardHit, TextHit, excerpt
from linkbak.model import POST_KINDS
from linkbak.report import Block, Line, count, day, number, who
from linkbak.report.cards import CardDocument
from linkbak.report.json import fill
from linkbak.report.people import PersonDocument, person_document, standing
from linkbak.texts import tr

_LABELS = {
    "name": tr("name"),
    "company": tr("company"),
    "position": tr("position"),
    "email": tr("e-mail"),
    "address": tr("address"),
    "note": tr("note"),
    "tag": tr("tag"),
    "archive-note": tr("LinkedIn note"),
}
_FORMER = {
    "name": tr("former name"),
    "company": tr("former company"),
    "position": tr("former position"),
    "email": tr("former e-mail"),
    "address": tr("former address"),
}
Found = tuple[Person | None, AnyHit]
"""A hit, and its person."""


def text(query: str, found: Sequence[Found], limit: int, places: Collection[str]) -> list[Block]:
    """The kind of each hit, and the words in their line, best first."""
    if not found:
        nothing = _NOTHING[next(iter(places))] if len(places) == 1 else tr("nothing in the vault matches {query}")
        return [Line(nothing.format(query=query))]
    many = Counter(_kind(hit) for _, hit in found)
    told = {
        "person": count(many["person"], "person", "people"),
        "stranger": count(many["stranger"], "person in no list", "people in no list"),
        "contact": count(many["contact"], "contact"),
        "message": count(many["message"], "message"),
        "invitation": count(many["invitation"], "invitation"),
        "post": count(many["post"], "post"),
    }
    counted = ", ".join(words for kind, words in told.items() if many[kind])
    if len(found) >= limit:
        best = counted if len(many) == 1 else f"{number(len(found))}: {counted}"
        counted = tr("the best {hits}; --limit {limit} shows more", hits=best, limit=5 * limit)
        if len(places) != 1:
            counted = f"{counted}; {tr('--in messages narrows it')}"
    ways = [(hit.missing, hit.near) for _, hit in found if not isinstance(hit, Stranger)]
    blocks: list[Block] = [Line(counted, "strong"), *(_how(ways) if len(ways) == len(found) else [])]
    several = len({person.account for person, _ in found if person}) > 1
    blocks.append(Line())
    for person, hit in found:
        if isinstance(hit, Stranger):
            blocks += _stranger(hit)
        elif isinstance(hit, CardHit):
            blocks += _contact(hit)
        elif isinstance(hit, Hit):
            blocks += _person(person, hit, account=several) if person else []
        else:
            head = _envelope(person, hit) if isinstance(hit, MessageHit) else _title(person, hit)
            blocks += [Line(head, "strong", 2), *([Line(marked(hit.text, hit.spans), indent=4)] if hit.text else [])]
            if isinstance(hit, TextHit) and hit.link:
                blocks.append(Line(hit.link, "dim", 4, verbatim=True))
            blocks += _lacking(hit.missing)
    return blocks


_NOTHING = {
    "people": tr("nobody in the vault matches {query}"),
    "contacts": tr("no contact in the vault matches {query}"),
    "messages": tr("no message in the vault matches {query}"),
    "invitations": tr("no invitation in the vault matches {query}"),
    "posts": tr("no post in the vault matches {query}"),
}


_KINDS: dict[type, str] = {Hit: "person", Stranger: "stranger", CardHit: "contact", MessageHit: "message"}


def _kind(hit: AnyHit) -> str:
    if isinstance(hit, TextHit):
        return "invitation" if hit.kind == "invitation" else "post"
    return _KINDS[type(hit)]


def _stranger(one: Stranger) -> list[Block]:
    """The name, and what there is of them."""
    parts = [tr("in no list")]
    parts += [count(one.messages, "message")] if one.messages else []
    parts += [count(one.invitations, "invitation")] if one.invitations else []
    if one.last:
        parts[-1] = tr("{messages}, last on {day}", messages=parts[-1], day=day(one.last))
    if one.in_address_book:
        emails = ", ".join(one.emails)
        parts.append(tr("in your address book: {emails}", emails=emails) if emails else tr("in your address book"))
    return [Line(one.name, "strong", 2), Line("; ".join(parts), indent=4)]


def _contact(hit: CardHit) -> list[Block]:
    """The name, what else shows the words, else an address or a number; and in which book that stands."""
    shown = [marked(text, spans) for text, spans in hit.more] or [*hit.card.emails, *hit.card.phones][:1]
    where = tr("in your own address book ({accounts})", accounts=", ".join(hit.accounts))
    lines = [Line(marked(hit.card.name, hit.spans), "strong", 2), *(Line(text, indent=4) for text in shown)]
    return [*lines, Line(where, "dim", 4), *_lacking(hit.missing)]


def _title(person: Person | None, hit: TextHit) -> str:
    when = day(hit.at) or tr("undated")
    if hit.kind != "invitation":
        kind = POST_KINDS.get(hit.kind, hit.kind)
        return f"{when}  {kind}: {hit.title}" if hit.title else f"{when}  {kind}"
    known = (person.row.name if person else "") or hit.name or tr("nobody named")
    if hit.outgoing:
        return tr("{day}  invitation to {person}", day=when, person=known)
    return tr("{day}  invitation from {person}", day=when, person=known)


def marked(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The text with brackets around each span."""
    out, at = [], 0
    for start, end in spans:
        out += [text[at:start], "[", text[start:end], "]"]
        at = end
    return "".join([*out, text[at:]])


def _how(ways: Sequence[tuple[Sequence[str], bool]]) -> list[Block]:
    """A warning if the results do not match exactly."""
    if any(missing for missing, _ in ways):
        return [Line(tr("Nothing matches all the words; these match most of them."), "odd")]
    if all(near for _, near in ways):
        return [Line(tr("Nothing matches that spelling; these come close."), "odd")]
    return []


def _person(person: Person, hit: Hit, *, account: bool) -> list[Block]:
    current = {one.field: one for one in hit.matches if not one.former and one.field in ("name", "company", "position")}
    name = _shown(current.get("name"), who(person.row))
    job = (_shown(current.get("position"), person.row.position), _shown(current.get("company"), person.row.company))
    of = f"  {person.account}" if account else ""
    lines: list[Block] = [Line(f"{name}  {person.id}{of}", "strong", 2)]
    lines += [Line(", ".join(filter(None, job)), indent=4)] if any(job) else []
    for one in hit.matches:
        if one not in current.values():
            label = (_FORMER if one.former else _LABELS).get(one.field, one.field)
            lines.append(Line(f"{label}: {marked(*excerpt(one.value, one.spans))}", indent=4))
    if person.state != "listed":
        sentence, tone = standing(person)
        lines.append(Line(sentence, tone, 4))
    return [*lines, *_lacking(hit.missing)]


def _shown(match: Match | None, text: str) -> str:
    return (marked(match.value, match.spans) if match else text).strip()


def _lacking(missing: Sequence[str]) -> list[Block]:
    return [Line(tr("without: {words}", words=", ".join(missing)), "dim", 4)] if missing else []


def _envelope(person: Person | None, hit: MessageHit) -> str:
    known = (person.row.name if person else "") or hit.name
    when, nobody = day(hit.sent_at) or tr("undated"), tr("nobody named")
    if hit.outgoing:
        said = tr("{day}  message to {person}", day=when, person=known or nobody)
    else:
        said = tr("{day}  message from {person}", day=when, person=known or hit.sender or nobody)
    return f"{said}: {hit.subject}" if hit.subject else said


# --- JSON ---

FieldName = Literal["name", "company", "position", "email", "address", "note", "tag", "archive-note"]


class MatchDocument(TypedDict):
    """One text that matches; `spans` are start and end, in characters, of the words in `value`."""

    field: FieldName
    value: str
    spans: list[list[int]]
    former: bool


class FoundDocument(PersonDocument):
    """One person found; `missing` are words that nothing matches, `near` if some are only spelled nearly so.

    `rank` is the place among all that was found, of whatever kind; the best has 1.
    """

    rank: int
    matches: list[MatchDocument]
    missing: list[str]
    near: bool


class FoundMessageDocument(TypedDict):
    """One message found, with who is at the other end; `text` is a part of it around the words."""

    rank: int
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


class FoundInvitationDocument(TypedDict):
    """One invitation whose note, or who is at the other end, matches; as in a message.

    One whose note is a message too stands there alone.
    """

    rank: int
    person: PersonDocument | None
    name: str | None
    account: str
    at: str | None
    outgoing: bool
    text: str
    spans: list[list[int]]
    missing: list[str]
    near: bool


class FoundPostDocument(TypedDict):
    """One share, comment, article, reaction, repost or vote found."""

    rank: int
    kind: str
    account: str
    at: str | None
    title: str | None
    link: str | None
    text: str
    spans: list[list[int]]
    missing: list[str]
    near: bool


class StrangerDocument(TypedDict):
    """Somebody named in messages, invitations or the synced address book who is in no list."""

    rank: int
    name: str
    account: str
    messages: int
    invitations: int
    last: str | None
    in_address_book: bool
    emails: list[str]


class FoundContactDocument(TypedDict):
    """A contact of one's own address books; `accounts` are the books."""

    rank: int
    contact: CardDocument
    accounts: list[str]
    missing: list[str]
    near: bool


class SearchDocument(TypedDict):
    """What `linkbak search --json` prints, each kind best first; `complete` if all words match."""

    schema: Literal["linkbak.search/1"]
    query: str
    complete: bool
    people: list[FoundDocument]
    messages: list[FoundMessageDocument]
    in_no_list: list[StrangerDocument]
    invitations: list[FoundInvitationDocument]
    posts: list[FoundPostDocument]
    contacts: list[FoundContactDocument]


_SHAPES: dict[str, tuple[str, type]] = {
    "person": ("people", FoundDocument),
    "message": ("messages", FoundMessageDocument),
    "stranger": ("in_no_list", StrangerDocument),
    "invitation": ("invitations", FoundInvitationDocument),
    "post": ("posts", FoundPostDocument),
    "contact": ("contacts", FoundContactDocument),
}
"""In which list of the document the hits of a kind stand, and their shape."""


def document(query: str, found: Sequence[Found]) -> SearchDocument:
    """What was found, by kind."""
    lists: dict[str, list[object]] = {name: [] for name, _ in _SHAPES.values()}
    for rank, (person, hit) in enumerate(found, start=1):
        name, shape = _SHAPES[_kind(hit)]
        if isinstance(hit, Hit):
            lists[name] += [fill(shape, hit, person_document(person), rank=rank)] if person else []
        else:
            contact = hit.card if isinstance(hit, CardHit) else None
            lists[name].append(fill(shape, hit, rank=rank, person=person, contact=contact))
    complete = not any(hit.missing for _, hit in found if not isinstance(hit, Stranger))
    return fill(SearchDocument, query=query, complete=complete, **lists)
