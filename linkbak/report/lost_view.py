"""Everyone lost and not back, as a page for people: those who came back first, then the closest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from linkbak.causes.phrases import headline
from linkbak.history.records import Absence, Alternative, Person, State, Window
from linkbak.report.blocks import Block, Column, Line, Table
from linkbak.report.evidence_view import STATES, why
from linkbak.report.people_words import when
from linkbak.report.words import count, day, number, who, work

if TYPE_CHECKING:
    from linkbak.causes.fates import Loss

FOLD = 20
"""So many of the lost are shown on a terminal before the rest is folded into a count."""

FOLD_OTHERS = 5
"""So many of those who came back or may be gone; the page is about the others."""


_STANDING: dict[State, str] = {"listed": "not lost: listed today", "hidden": "not lost: listed, but only as a date"}

Unclear = tuple[Person, Sequence[Alternative]]
"""Somebody who is unclear, and who else they may be."""


class Doubt(NamedTuple):
    """People of whom some are gone and the rest are `later`, listed otherwise; nobody can tell who is who."""

    people: tuple[Person, ...]
    later: tuple[Person, ...]
    window: Window
    reason: str

    @property
    def gone(self) -> int:
        """How many of the people are gone for certain."""
        return max(0, len(self.people) - len(self.later))


@dataclass(frozen=True, slots=True)
class Lost:
    """What `linkbak lost` tells.

    `account` is "" if several are meant. `lists` counts the lists of connections, `first` and `newest` are the times of
    two of them. `counts` are of everybody lost or unclear, `losses` and `doubts` hold those to show. `named` is whether
    the user asked for somebody; then `standing` are those meant who are not lost.
    """

    account: str
    lists: int
    first: str
    newest: str
    counts: Mapping[State, int]
    losses: Sequence[Loss] = ()
    back: Sequence[tuple[Person, Absence]] = ()
    doubts: Sequence[Doubt] = ()
    standing: Sequence[Person] = ()
    since: str = ""
    confirmed: bool = False
    named: bool = False

    @property
    def total(self) -> int:
        """How many are lost, shown or not."""
        return sum(self.counts.get(state, 0) for state in ("suspected", "confirmed", "held"))


def doubts(unclear: Sequence[Unclear]) -> list[Doubt]:
    """The unclear people in the groups in which nobody can tell them apart, in the order in which each first comes."""
    groups: list[tuple[set[int], list[Unclear]]] = []
    for one, others in unclear:
        numbers = {one.number, *(other.person.number for other in others)}
        mine: list[Unclear] = [(one, others)]
        for group in [group for group in groups if group[0] & numbers]:
            groups.remove(group)
            numbers |= group[0]
            mine = [*group[1], *mine]
        groups.append((numbers, mine))
    return [_doubt(members) for _, members in groups]


def _doubt(members: Sequence[Unclear]) -> Doubt:
    others = [other for _, alternatives in members for other in alternatives]
    gone = members[0][0].window or Window("", "")
    later = {one.person.number: one.person for one in others if one.person.state in ("listed", "hidden")}
    people = tuple(person for person, _ in members)
    return Doubt(people, tuple(later.values()), gone, others[0].reason if others else "")


def page(found: Lost, *, evidence: bool = False, everyone: bool = True) -> list[Block]:
    """Counts on top, then who came back, then those lost, each with all that is known of why."""
    blocks = [*_head(found), *_counts(found), *_back(found, everyone)]
    if found.losses:
        blocks += [Line(), Line("Lost" if found.named else "Lost, closest first", "bad")]
        for loss in found.losses:
            blocks += _loss(loss, evidence, told=not found.account)
    if found.total > len(found.losses):
        blocks.append(Line(f"and {number(found.total - len(found.losses))} more; see all with --all", "dim", 2))
    blocks += _doubts(found, everyone)
    if found.losses and not evidence:
        blocks += [Line(), Line("`linkbak lost --why NAME` shows what speaks for a cause and against it", "dim")]
    return blocks[1:] if blocks[0] == Line() else blocks


def _head(found: Lost) -> list[Block]:
    name = f"{found.account}: " if found.account else ""
    since = f" since {day(found.since)}" if found.since else ""
    if found.named:
        return _standing(found, since)
    if found.total:
        lost = f"{count(found.total, 'person', 'people')} lost{since} and not back"
        return [Line(f"{name}{lost}", "strong"), Line(_looks(found), "dim")]
    if found.lists < 2:
        soon = "A second one, asked for in a month, will tell whether anybody went."
        return [Line(f"{name}nobody can be missed yet", "good"), Line(f"{_looks(found)}. {soon}")]
    nobody = "nobody is lost for certain" if found.confirmed else "nobody is lost"
    unsure = ", as far as anybody can tell" if found.doubts else ""
    return [Line(f"{name}{nobody}{since}{unsure}", "good"), Line(_looks(found))]


def _standing(found: Lost, since: str) -> list[Block]:
    """Of people asked for by name: nothing if some are lost or back, else that they are not."""
    if found.losses or found.back or found.doubts:
        return []
    blocks: list[Block] = [
        Line(f"{_named(one, told=not found.account)} is {_STANDING[one.state]}", "good")
        for one in found.standing[:FOLD_OTHERS]
    ]
    if len(found.standing) > FOLD_OTHERS:
        blocks.append(Line(f"and {number(len(found.standing) - FOLD_OTHERS)} more who are not lost", "dim"))
    return blocks or [Line(f"{'lost for certain' if found.confirmed else 'lost'}{since}: nobody who is called so")]


def _looks(found: Lost) -> str:
    """Since when the vault can tell at all."""
    if found.lists == 1:
        return f"there is one list, of {day(found.first)}"
    return f"{count(found.lists, 'list')} tell, the first of {day(found.first)}, the newest of {day(found.newest)}"


def _counts(found: Lost) -> list[Block]:
    rows = [(number(found.counts[state]), state, text) for state, text in STATES.items() if found.counts.get(state)]
    if not rows:
        return []
    return [Line(), Table((Column("", right=True), Column(""), Column("", most=90)), rows, titles=False)]


def _back(found: Lost, everyone: bool) -> list[Block]:
    if not found.back:
        return []
    shown = found.back if everyone else found.back[:FOLD_OTHERS]
    blocks: list[Block] = [Line(), Line(f"Back again ({number(len(found.back))}): gone once, listed now", "good")]
    for person, absence in shown:
        back = f"; listed again {when(absence.back)}" if absence.back else ""
        blocks.append(Line(_named(person, told=not found.account), indent=2))
        blocks.append(Line(f"gone {when(absence.went)}{back}", "dim", 4))
    if len(found.back) > len(shown):
        blocks.append(Line(f"and {number(len(found.back) - len(shown))} more; see all with --all", "dim", 2))
    return blocks


def _named(person: Person, *, told: bool) -> str:
    """``Ada Example, Buyer, Example GmbH``; the account too, if several are meant."""
    account = f" ({person.account})" if told else ""
    return ", ".join(filter(None, (who(person.row), work(person.row)))) + account


def _loss(loss: Loss, evidence: bool, *, told: bool) -> list[Block]:
    person, case = loss.case.person, loss.case
    reach = ", ".join(part for part in (person.row.email.strip(), person.row.url.strip()) if part)
    return [
        Line(_named(person, told=told), "strong", 2),
        Line(f"{person.state}: gone {when(case.window)}", indent=4),
        Line(f"{_connected(loss)}; {_talked(person)}", indent=4),
        *([Line(reach, indent=4)] if reach else []),
        Line(headline(loss.verdict), "odd", 4),
        *(why(loss.verdict, 6) if evidence else []),
    ]


def _connected(loss: Loss) -> str:
    person = loss.case.person
    if not loss.case.connected_on:
        return f"in your lists since {day(person.first_seen)}"
    began = date.fromisoformat(loss.case.connected_on)
    known = loss.case.window.after or person.last_seen
    return f"connected for {lasted(began, date.fromisoformat(known[:10]))}, since {day(began)}"


def _talked(person: Person) -> str:
    if not person.messages:
        return "no messages in your archives"
    last = f", the last on {day(person.last_message)}" if person.last_message else ""
    return f"{count(person.messages, 'message')}{last}"


def lasted(began: date, ended: date) -> str:
    """``3 years``, ``14 months``, ``20 days``: whole ones, in the largest unit of which there are two."""
    months = (ended.year - began.year) * 12 + ended.month - began.month - (ended.day < began.day)
    if months >= 24:
        return f"{months // 12} years"
    if months >= 2:
        return f"{months} months"
    return count(max(0, (ended - began).days), "day")


def _doubts(found: Lost, everyone: bool) -> list[Block]:
    if not found.doubts:
        return []
    blocks: list[Block] = [Line(), Line("Perhaps gone", "odd")]
    shown = found.doubts if everyone else found.doubts[:FOLD_OTHERS]
    for doubt in shown:
        for person in doubt.people:
            since = f"; connected {day(person.row.connected_on)}" if person.row.connected_on else ""
            blocks.append(Line(f"{_named(person, told=not found.account)}{since}", indent=2))
        blocks.append(Line(f"{_which(doubt)} ({when(doubt.window)})", "dim", 4))
    more = found.counts.get("unclear", 0) - sum(len(doubt.people) for doubt in shown)
    if more > 0:
        blocks.append(Line(f"and {number(more)} more; see all with --all", "dim", 2))
    return blocks


def _which(doubt: Doubt) -> str:
    if not doubt.gone:
        return "perhaps gone, perhaps listed under another name or address; nobody can tell"
    if len(doubt.people) == 1:
        return "gone, unless listed under another name or address"
    one = f"one of these {number(len(doubt.people))} is" if doubt.gone == 1 else f"{number(doubt.gone)} of these are"
    return f"{one} gone, nobody can tell which"
