"""One person as a page: who they are, how they stand, and everything the archives say of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from linkbak.history.records import Absence, Invited, Line, Person
from linkbak.report.blocks import Block
from linkbak.report.blocks import Line as Text
from linkbak.report.people_words import between, standing, when
from linkbak.report.show_dealings import endorsements, invitation, invitations, marks, notes, recommendations
from linkbak.report.show_line import doubts, former, life
from linkbak.report.words import day, number, who, work

if TYPE_CHECKING:
    from linkbak.causes import Verdict

_LABEL = 13


def person_page(line: Line, verdict: Verdict | None = None, *, tell_account: bool = False) -> list[Block]:
    """The page; what nobody said has no line. `verdict` is given of those who are lost."""
    sections: Sequence[tuple[str, list[Block]]] = (
        ("Why", _why(verdict)),
        ("Through the years", life(line)),
        ("Addresses and e-mails before", former(line)),
        ("Invitations", _more(line)),
        ("Endorsements", endorsements(line.endorsements)),
        ("Recommendations", recommendations(line.recommendations)),
        ("Notes the network kept", notes(line.notes)),
        ("Your marks", marks(line.marks)),
        ("Perhaps the same person", doubts(line.alternatives)),
    )
    blocks = [*_head(line), *_facts(line, tell_account)]
    for title, body in sections:
        if body:
            blocks += [Text(), Text(title, "strong"), *body]
    return blocks


def _head(line: Line) -> list[Block]:
    """Name, work, how they stand; those who came back are told before anything else."""
    person = line.person
    sentence, tone = standing(person)
    blocks: list[Block] = [Text(who(person.row), "strong")]
    if told := work(person.row):
        blocks.append(Text(told))
    blocks.append(Text(sentence, tone))
    if person.state in ("listed", "hidden"):
        blocks += [Text(_back(one), "good") for one in line.absences if one.kind == "gone" and one.back]
    return blocks


def _back(absence: Absence) -> str:
    assert absence.back is not None
    return f"was away for a while and is back: went {when(absence.went)}; listed again {when(absence.back)}"


def _facts(line: Line, tell_account: bool) -> list[Block]:
    person, row = line.person, line.person.row
    facts = {
        "id": person.id,
        "account": person.account if tell_account else "",
        "address": row.url.strip(),
        "e-mail": row.email.strip(),
        "connected": day(row.connected_on),
        "how": _how(line),
        "in lists": _seen(person),
        "messages": _messages(line),
        "invitations": _invitations(line),
        "tags": ", ".join(person.tags),
    }
    return [Text(f"{label:<{_LABEL}}{text}", indent=2) for label, text in facts.items() if text]


def _seen(person: Person) -> str:
    first, last = day(person.first_seen), day(person.last_seen)
    return first if first == last else f"{first} to {last}"


def _how(line: Line) -> str:
    """Who invited whom, if the list says when they connected at all."""
    if line.person.row.connected_on is None:
        return ""
    asked = _led(line)
    return invitation(asked) if asked else "no archive holds the invitation"


def _led(line: Line) -> Invited | None:
    """The invitation that led to the connection: the last of those sent by that day."""
    connected = line.person.row.connected_on
    if connected is None:
        return None
    until = _next_day(connected.isoformat())
    asked = [one for one in line.invitations if one.sent_at and one.sent_at[:10] <= until]
    return asked[-1] if asked else None


def _more(line: Line) -> list[Block]:
    """All invitations, if there are others than the one that led to the connection."""
    return invitations(line.invitations) if list(line.invitations) != [_led(line)] else []


def _next_day(iso: str) -> str:
    """The network dates connections and invitations in different zones, so an invitation may look a day late."""
    from datetime import date, timedelta

    return (date.fromisoformat(iso) + timedelta(days=1)).isoformat()


def _messages(line: Line) -> str:
    talk = line.talk
    if not talk.messages:
        return "none in any archive"
    ways = f"{number(talk.sent)} from you, {number(talk.received)} from them"
    return f"{number(talk.messages)} ({ways}), {between(talk.first, talk.last)}"


def _invitations(line: Line) -> str:
    """Counted if there are others than the one that stands under how."""
    if not _more(line):
        return ""
    times = sorted(one.sent_at for one in line.invitations if one.sent_at)
    told = f", {between(times[0], times[-1])}" if times else ""
    return f"{number(len(line.invitations))}{told}"


def _why(verdict: Verdict | None) -> list[Block]:
    if verdict is None:
        return []
    from linkbak.causes import headline
    from linkbak.report.evidence_view import why

    return [Text(headline(verdict), indent=2), *why(verdict, 4)]
