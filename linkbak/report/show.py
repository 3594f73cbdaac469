"""One person as a page and as JSON: who they are, their state, and everything in the archives about them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, TypedDict

from linkbak.causes import ADVICE, headline
from linkbak.index import (
    Alternative,
    Endorsed,
    ExchangedMessage,
    Invited,
    Job,
    Noted,
    Person,
    Recommended,
    Span,
    State,
    Tenure,
    Timeline,
)
from linkbak.marks import CAUSES, LINKED, NOT_LINKED, Mark, in_force, value_shown
from linkbak.report import Block, Line, Tone, day, number, who, work
from linkbak.report.escape import readable_address
from linkbak.report.json import fill
from linkbak.report.lost import VerdictDocument, why
from linkbak.report.marks import MarkDocument
from linkbak.report.people import PersonDocument, WindowDocument, between, one_line, person_document, standing, when
from linkbak.texts import tr, tr_kept

if TYPE_CHECKING:
    from linkbak.causes import Verdict

_LABEL = 12
_SAID_AT_MOST = 120
"""How many characters of a message are shown."""


def text(line: Timeline, verdict: Verdict | None = None, *, tell_account: bool = False) -> list[Block]:
    """The page; unknown facts have no line. `verdict` is given for those who are lost."""
    sections: Sequence[tuple[str, Iterable[Block]]] = (
        (tr("Why"), [Line(headline(verdict), indent=2), *why(verdict, 4)] if verdict else []),
        (tr("What you can do"), _advice(line.person, verdict)),
        (tr("How to reach them"), _ways(line)),
        (tr("Last messages, newest first"), [Line(_said_on(one), indent=2) for one in line.last_messages]),
        (tr("Your marks"), marks(line.marks)),
        (tr("Notes the network kept"), [Line(_note(one), indent=2) for one in line.notes]),
        (tr("Through the years"), _life(line)),
        (tr("Invitations"), _more(line)),
        (tr("Endorsements"), _endorsements(line.endorsements)),
        (tr("Recommendations"), _recommendations(line.recommendations)),
        (tr("Perhaps the same person"), _doubts(line.alternatives)),
    )
    blocks = [*_head(line), *_facts(line, tell_account)]
    for title, body in sections:
        if told := [*body]:
            blocks += [Line(), Line(title, "strong"), *told]
    return blocks


def _head(line: Timeline) -> Iterator[Block]:
    """Name, work, state; that somebody came back comes before anything else."""
    person = line.person
    sentence, tone = standing(person)
    yield Line(who(person.row), "strong")
    if job := work(person.row):
        yield Line(job)
    yield Line(sentence, tone)
    for one in line.absences:
        if one.kind == "gone" and one.back and person.state in ("listed", "hidden"):
            went, back = when(one.went), when(one.back)
            said = tr("was away for a while and is back: went {went}; listed again {back}", went=went, back=back)
            yield Line(said, "good")


def _facts(line: Timeline, tell_account: bool) -> list[Block]:
    person, written = line.person, line.date_as_written.strip()
    connected, first, last = day(person.row.connected_on), day(person.first_seen), day(person.last_seen)
    asked = _led(line)
    facts = (
        (tr("id"), person.id),
        (tr("account"), person.account if tell_account else ""),
        (tr("connected"), connected or (tr("{date}, as the list has it", date=written) if written else "")),
        (tr("how"), (_invitation(asked) if asked else tr("no archive says who invited whom")) if connected else ""),
        (tr("in lists"), first if first == last else tr("{first} to {last}", first=first, last=last)),
        (tr("messages"), _messages(line)),
        (tr("invitations"), _invitations(line)),
        (tr("tags"), ", ".join(person.tags)),
    )
    return [_labelled(label, text) for label, text in facts if text]


def _labelled(label: str, text: str, tone: Tone = "plain") -> Line:
    return Line(f"{label:<{_LABEL}} {text}", tone, 2)


def _led(line: Timeline) -> Invited | None:
    """The invitation that led to the connection: the last of those sent by that day."""
    connected = line.person.row.connected_on
    if connected is None:
        return None
    # The network dates connections and invitations in different zones, so an invitation may look a day late.
    until = (connected + timedelta(days=1)).isoformat()
    asked = [one for one in line.invitations if one.sent_at and one.sent_at[:10] <= until]
    return asked[-1] if asked else None


def _more(line: Timeline) -> list[Block]:
    """All invitations, if there are others than the one that led to the connection."""
    others = list(line.invitations) != [_led(line)]
    return [Line(_invitation(one), indent=2) for one in line.invitations if others]


def _messages(line: Timeline) -> str:
    talk = line.talk
    if not talk.messages:
        return tr("unknown: no archive shows it") if line.person.untold else tr("none in any archive")
    return tr(
        "{messages} ({sent} from you, {received} from them), {when}",
        messages=number(talk.messages),
        sent=number(talk.sent),
        received=number(talk.received),
        when=between(talk.first, talk.last),
    )


def _invitations(line: Timeline) -> str:
    """Counted if there are others than the one that stands under how."""
    if not _more(line):
        return ""
    times = sorted(one.sent_at for one in line.invitations if one.sent_at)
    dates = f", {between(times[0], times[-1])}" if times else ""
    return f"{number(len(line.invitations))}{dates}"


def _advice(person: Person, verdict: Verdict | None) -> list[Block]:
    """What one can do about their state, and in any case."""
    lines = [ADVICE[verdict.cause] if verdict else _ADVICE.get(person.state, "")]
    if verdict and not verdict.by_user:
        lines.append(tr("if you know why: linkbak mark {person} cause closed (or another)", person=person.id))
    lines.append(tr("to keep what you know of them: linkbak mark {person} note TEXT", person=person.id))
    return [Line(line, indent=2) for line in lines if line]


_ADVICE: dict[State, str] = {
    "hidden": tr("wait, since hidden profiles are often shown again; or ask them another way"),
    "unclear": tr("check their profile; the next archive may show more"),
}
"""Advice for states that are no loss."""


def ways(line: Timeline) -> list[tuple[str, str]]:
    """Every way to reach somebody in the archives, the current ones first: its kind, and its text."""
    row = line.person.row
    found = [("e-mail", row.email.strip()), ("profile", row.url.strip())]
    if line.person.state == "listed":
        found.append(("message", tr("on LinkedIn, as long as you are connected")))
    for book in line.address_book:
        told = ", ".join(filter(None, map(one_line, (book.emails, book.phones, book.birthday, book.addresses))))
        if told and book.how == "email":
            told = tr("{addresses} (by the e-mail)", addresses=told)
        found += [("address book", told)]
    found += [("before", was) for was in _past((*line.emails, *line.addresses))]
    return [(what, text) for what, text in found if text]


_WAYS = {
    "e-mail": tr("e-mail"),
    "profile": tr("profile"),
    "message": tr("message"),
    "address book": tr("address book"),
    "before": tr("before"),
}


def _ways(line: Timeline) -> list[Block]:
    """A line each; without an e-mail in the lists, where others may be: notes, messages, the own address book."""
    shown = [_labelled(_WAYS[what], readable_address(text)) for what, text in ways(line)]
    more = _labelled(tr("elsewhere"), f"linkbak reach --why {line.person.id}", "dim")
    return [*shown, *([] if line.person.row.email.strip() else [more])]


def _said_on(one: ExchangedMessage) -> str:
    """When, by whom, and how it begins."""
    when, text = day(one.sent_at) or tr("undated"), one_line(one.content) or one_line(one.subject)
    if len(text) > _SAID_AT_MOST:
        text = f"{text[:_SAID_AT_MOST].rstrip()}…"
    given = {"day": when, "text": text or tr("(nothing written)")}
    return tr("{day}, you: {text}", **given) if one.outgoing else tr("{day}, they: {text}", **given)


# --- through the years ---

_WENT = {
    "gone": tr("no longer listed"),
    "hidden": tr("shown only as a date"),
    "unclear": tr("perhaps gone; the rows allow two readings"),
}
_BACK = {"gone": tr("listed again"), "hidden": tr("shown by name again"), "unclear": tr("listed for certain")}
_NO_JOB = tr("shows no company and no position")


_Event = tuple[str, str, str]
"""The date or time to sort by, the time in words, and what happened."""


def _life(line: Timeline) -> list[Block]:
    """Everything that happened, oldest first, a line each, with the window in which it did."""
    events = [*_tenures(line.tenures), *_names(line.names), *_jobs(line.jobs, line.person.first_seen), *_absences(line)]
    return [Line(f"{time}: {what}", indent=2) for _, time, what in sorted(events, key=lambda one: one[0])]


def _tenures(tenures: Sequence[Tenure]) -> Iterator[_Event]:
    for place, one in enumerate(tenures):
        what = tr("connected again") if place else tr("connected")
        if one.connected_on:
            yield one.connected_on, day(one.connected_on), what
        elif place:
            yield one.began.before, when(one.began), what


def _names(names: Sequence[Span]) -> Iterator[_Event]:
    """Nothing for somebody who never changed it: the name is at the top of the page."""
    for before, one in pairwise(names):
        now = tr("{before} is now {name}", before=before.value, name=one.value)
        yield one.began.before, when(one.began), now


def _jobs(jobs: Sequence[Job], first_seen: str) -> Iterator[_Event]:
    """Each job, and where one ended that no other followed at once.

    What the first list with them says began nobody knows when: before that list is all that can be said.
    """
    for one, following in zip(jobs, [*jobs[1:], None], strict=False):
        job = ", ".join(part for part in (one.position.strip(), one.company.strip()) if part)
        at = one.began.before
        yield at, tr("by {day}", day=day(at)) if at == first_seen else when(one.began), job or _NO_JOB
        if one.ended is not None and (following is None or following.began != one.ended):
            yield one.ended.before, when(one.ended), _NO_JOB


def _absences(line: Timeline) -> Iterator[_Event]:
    for one in line.absences:
        yield one.went.before, when(one.went), _WENT[one.kind]
        if one.back is not None:
            yield one.back.before, when(one.back), _BACK[one.kind]


def _past(spans: Iterable[Span]) -> Iterator[str]:
    for one in spans:
        if one.value.strip() and one.ended is not None:
            first, last, value = day(one.began.before), day(one.ended.after), one.value.strip()
            if last and first != last:
                yield tr("{value} (in lists from {first} to {last})", value=value, first=first, last=last)
            else:
                yield tr("{value} (in the list of {day})", value=value, day=first)


def _doubts(alternatives: Sequence[Alternative]) -> Iterator[Block]:
    """Others who may be the same person, and why that is open."""
    for one in alternatives:
        sentence, tone = standing(one.person)
        yield Line(f"{who(one.person.row)} ({one.person.id}), {sentence}", tone, 2)
        yield Line(f"{when(one.window)}: {tr_kept(one.reason)}", indent=4)


# --- between the two ---

_SAID = {
    LINKED: tr("you linked your contact"),
    NOT_LINKED: tr("you said that they are not your contact"),
    "note": tr("you noted"),
    "known": tr("you know them"),
    "unknown": tr("you do not know them"),
    "removed-by-me": tr("you ended the connection"),
    "cause": tr("you named the cause"),
}
"""The marks, addressed to the reader who made them; tags are elsewhere."""


def _invitation(one: Invited) -> str:
    """``they invited you on 4 Mar 2026: "Hello"``."""
    said = tr("you invited them") if one.outgoing else tr("they invited you")
    if at := day(one.sent_at):
        said = tr("you invited them on {day}", day=at) if one.outgoing else tr("they invited you on {day}", day=at)
    message = one_line(one.message)
    return f'{said}: "{message}"' if message else tr("{invitation}, without a note", invitation=said)


def _endorsements(praised: Sequence[Endorsed]) -> Iterator[Block]:
    """A line each way."""
    for given in (False, True):
        told = [f"{one_line(one.skill)}{_aside(one.at, one.status)}" for one in praised if one.given is given]
        if skills := ", ".join(told):
            yours = tr("you endorsed them for {skills}", skills=skills)
            yield Line(yours if given else tr("they endorsed you for {skills}", skills=skills), indent=2)


def _recommendations(praised: Sequence[Recommended]) -> Iterator[Block]:
    """Who recommended whom, as what they were then; below it the text."""
    for one in praised:
        sides = tr("you recommended them") if one.given else tr("they recommended you")
        yield Line(f"{sides}{_aside(one.at, one.status, one.position, one.company)}", indent=2)
        if one.text.strip():
            yield Line(f'"{one_line(one.text)}"', indent=4)


def _aside(at: str, status: str, *more: str) -> str:
    """In brackets: further facts, the time, and the outcome unless it was simply accepted."""
    became = "" if status.casefold() in ("", "accepted", "visible") else status.lower()
    parts = [part for part in map(one_line, (*more, day(at), became)) if part]
    return f" ({', '.join(parts)})" if parts else ""


def _note(note: Noted) -> str:
    edited = tr("edited {day}", day=day(note.edited)) if note.edited else ""
    dates = ", ".join(filter(None, (day(note.created), edited)))
    return f"{dates}: {one_line(note.text)}" if dates else one_line(note.text)


def marks(said: Sequence[Mark]) -> list[Block]:
    """The marks neither undone nor replaced since; tags are among the facts of the page."""
    return [Line(_mark(one), indent=2) for one in in_force(said) if one.fact != "tag"]


def _mark(mark: Mark) -> str:
    value = CAUSES.get(mark.value, mark.value) if mark.fact == "cause" else value_shown(mark)
    said = _SAID.get(mark.fact, mark.fact)
    if value.strip():
        said = f"{said}: {one_line(value)}"
    return tr("{day}, {said} (mark {mark})", day=day(mark.at), said=said, mark=mark.id)


# --- JSON ---


class SpanDocument(TypedDict):
    """A value that held for a time; `ended` is null while it holds."""

    value: str
    began: WindowDocument
    ended: WindowDocument | None


class JobDocument(TypedDict):
    """A company and position that held for a time."""

    company: str | None
    position: str | None
    began: WindowDocument
    ended: WindowDocument | None


class TenureDocument(TypedDict):
    """One time of being connected."""

    connected_on: str | None
    began: WindowDocument
    ended: WindowDocument | None


class AbsenceDocument(TypedDict):
    """A time of not being listed, or of being listed as a date only; `back` is null while it lasts."""

    kind: Literal["gone", "hidden", "unclear"]
    went: WindowDocument
    back: WindowDocument | None


class AlternativeDocument(TypedDict):
    """Another line that may be the same person, and why nobody can tell."""

    person: PersonDocument
    reason: str
    window: WindowDocument


class TalkDocument(TypedDict):
    """Messages both ways over all archives."""

    messages: int
    sent: int
    received: int
    first: str | None
    last: str | None


class InvitationDocument(TypedDict):
    """One invitation; `outgoing` if the owner asked."""

    outgoing: bool
    sent_at: str | None
    message: str | None


class EndorsementDocument(TypedDict):
    """One skill endorsed; `given` if by the owner."""

    given: bool
    skill: str
    at: str | None
    status: str | None


class RecommendationDocument(TypedDict):
    """One recommendation; `given` if by the owner."""

    given: bool
    text: str
    company: str | None
    position: str | None
    at: str | None
    status: str | None


class AddressBookDocument(TypedDict):
    """What the owner's own address book says of somebody, as written there.

    `how` is by what they were joined: a `name` that only they ever had, or an `email` that only they ever showed.
    """

    emails: str | None
    phones: str | None
    birthday: str | None
    addresses: str | None
    how: str


class LastMessageDocument(TypedDict):
    """One of the last messages with somebody."""

    sent_at: str | None
    outgoing: bool
    subject: str | None
    content: str


class WayDocument(TypedDict):
    """One way to reach somebody: what it is, and how it reads."""

    what: str
    text: str


class NoteDocument(TypedDict):
    """A private note that the network kept."""

    text: str
    created: str | None
    edited: str | None


class LineDocument(PersonDocument):
    """Everything the vault knows of one person, each list oldest first; `verdict` of those no longer listed.

    `date_as_written` is what the last list has for the day of connecting, if nobody could read it.
    """

    tenures: list[TenureDocument]
    names: list[SpanDocument]
    addresses: list[SpanDocument]
    emails: list[SpanDocument]
    jobs: list[JobDocument]
    absences: list[AbsenceDocument]
    alternatives: list[AlternativeDocument]
    talk: TalkDocument
    invitations: list[InvitationDocument]
    endorsements: list[EndorsementDocument]
    recommendations: list[RecommendationDocument]
    notes: list[NoteDocument]
    address_book: list[AddressBookDocument]
    marks: list[MarkDocument]
    verdict: VerdictDocument | None
    last_messages: list[LastMessageDocument]
    ways: list[WayDocument]
    date_as_written: str | None


class ShowDocument(TypedDict):
    """What `linkbak show --json` prints; `person` is null if several match."""

    schema: Literal["linkbak.show/1"]
    person: LineDocument | None
    matches: list[PersonDocument]


def document(found: Sequence[Person], line: Timeline | None, verdict: Verdict | None) -> ShowDocument:
    """The one person meant with all there is to say, or those who may be meant."""
    if line is None:
        return fill(ShowDocument, person=None, matches=found)
    told = [WayDocument(what=what, text=text) for what, text in ways(line)]
    person = fill(LineDocument, line, person_document(line.person), verdict=verdict, ways=told)
    return fill(ShowDocument, person=person, matches=found)
