"""People on the page: those lost with the evidence, those written with most, and everybody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from linkbak.causes.phrases import headline
from linkbak.report.blocks import Line
from linkbak.report.escape import mail_address, web_address
from linkbak.report.evidence_view import STATES, why
from linkbak.report.lost_view import lasted
from linkbak.report.people_words import when
from linkbak.report.words import count, day, number, who, work

if TYPE_CHECKING:
    from linkbak.causes.fates import Loss
    from linkbak.history.records import Person

_SIGNS = {"+": ("for", "speaks for it"), "-": ("against", "speaks against it"), "~": ("aside", "decides nothing")}


class Reason(NamedTuple):
    """One piece of evidence; `meant` says in words what its sign shows."""

    sign: str
    kind: str
    meant: str
    text: str


class Missed(NamedTuple):
    """Somebody lost: who, when, why, and what speaks for it."""

    name: str
    link: str
    mail: str
    email: str
    work: str
    gone: str
    state: str
    known: str
    cause: str
    reasons: tuple[Reason, ...]


class Close(NamedTuple):
    """Somebody connected, with how much was written."""

    name: str
    link: str
    work: str
    since: str
    messages: str
    last: str


class Listed(NamedTuple):
    """Somebody in the list of everybody; `note` is how they stand if that is worth a word."""

    name: str
    link: str
    note: str
    position: str
    company: str
    since: str
    email: str
    mail: str
    messages: int


def missed(losses: Sequence[Loss]) -> list[Missed]:
    """The lost, in their order."""
    return [_missed(loss) for loss in losses]


def states(losses: Sequence[Loss]) -> list[tuple[str, str]]:
    """What the states mean in which the lost are."""
    given = {loss.case.person.state for loss in losses}
    return [(state, meant) for state, meant in STATES.items() if state in given]


def _missed(loss: Loss) -> Missed:
    person = loss.case.person
    return Missed(
        name=who(person.row),
        link=profile(person.row.url),
        mail=mail_address(person.row.email),
        email=person.row.email.strip(),
        work=work(person.row),
        gone=when(loss.case.window),
        state=person.state,
        known=f"{_connected(loss)}; {_talked(person)}",
        cause=headline(loss.verdict),
        reasons=tuple(_reason(line.text) for line in why(loss.verdict, 0) if isinstance(line, Line)),
    )


def _reason(text: str) -> Reason:
    kind, meant = _SIGNS[text[0]]
    return Reason("\N{MINUS SIGN}" if text[0] == "-" else text[0], kind, meant, text[2:])


def _connected(loss: Loss) -> str:
    if not loss.case.connected_on:
        return f"in your lists since {day(loss.case.person.first_seen)}"
    began = date.fromisoformat(loss.case.connected_on)
    known = loss.case.window.after or loss.case.person.last_seen
    return f"connected for {lasted(began, date.fromisoformat(known[:10]))}, since {day(began)}"


def _talked(person: Person) -> str:
    if not person.messages:
        return "no messages in your archives"
    last = f", the last on {day(person.last_message)}" if person.last_message else ""
    return f"{count(person.messages, 'message')}{last}"


def close(people: Sequence[Person]) -> list[Close]:
    """Those one wrote with most, in their order."""
    return [
        Close(
            who(one.row),
            profile(one.row.url),
            work(one.row),
            day(one.row.connected_on),
            number(one.messages) if one.messages else "",
            day(one.last_message),
        )
        for one in people
    ]


def listed(people: Sequence[Person]) -> Iterator[Listed]:
    """Everybody, the newest first, one at a time, since there may be tens of thousands."""
    for one in sorted(people, key=lambda one: one.row.connected_on or date.min, reverse=True):
        row = one.row
        yield Listed(
            who(row),
            profile(row.url),
            "" if one.state == "listed" else one.state,
            row.position.strip(),
            row.company.strip(),
            day(row.connected_on),
            row.email.strip(),
            mail_address(row.email),
            one.messages,
        )


def profile(url: str) -> str:
    """The address if it may become a link: a plain one whose way there is encrypted; else ""."""
    return web_address(url) if url.startswith("https://") else ""
