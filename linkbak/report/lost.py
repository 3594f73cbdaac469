"""Who is lost and not back, who came back, who may be either; and why somebody is gone, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Literal, TypedDict

from linkbak.causes import ADVICE, PHRASES, headline
from linkbak.index import Absence, Alternative, Person, State, Window
from linkbak.model import Connection, NamedTuple
from linkbak.report import Block, Column, Line, Table, count, day, more, number, probably, who, who_and_work
from linkbak.report.escape import csv_table, readable_address, spreadsheet_id
from linkbak.report.json import builds, fill
from linkbak.report.people import (
    LOST_STATES,
    STATE_NAMES,
    EventDocument,
    PersonDocument,
    WindowDocument,
    brief,
    connected_since,
    connection_cells,
    event_lines,
    in_words,
    messages,
    missing_in_words,
    person_document,
    when,
)
from linkbak.texts import tr, tr_count

if TYPE_CHECKING:
    from linkbak.causes import Cause, Event, Evidence, Verdict
    from linkbak.causes.judgement import Loss

FOLD_OTHERS = 5
"""How many of those who came back or may be gone are shown; the page is about the others."""

_LIKELIER = {"gone": tr("gone"), "hidden": tr("hidden"), "same": tr("listed otherwise"), "back": tr("back")}

Unclear = tuple[Person, Sequence[Alternative]]
"""Somebody who is unclear, and who else they may be."""


class Doubt(NamedTuple):
    """People of whom some are gone and the rest are `later`, listed differently; who is who is unknown.

    `likelier` has for each of the people what they probably are (gone, hidden, same, back) and the share of readings.
    """

    people: tuple[Person, ...]
    later: tuple[Person, ...]
    window: Window
    reason: str
    likelier: tuple[tuple[str, float], ...] = ()

    @property
    def gone(self) -> int:
        """How many of the people are gone for certain."""
        return max(0, len(self.people) - len(self.later))


class Lost(NamedTuple):
    """The content of `linkbak lost`.

    `account` is "" if several are meant. `lists` counts the lists of connections, `first` and `newest` are the times of
    two of them. `counts` are of everybody lost or unclear, `losses` and `doubts` hold those to show. `named` is whether
    the user asked for somebody; then `standing` are those found who are not lost. Those `removed` by the owner are not.
    `events` are those to which some of the lost belong, who come last among them; `talked` counts those lost with whom
    the owner talked, `talked_held` those of the held. `among` says in words whom the rest is limited to, "" for all.
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
    removed: Sequence[Loss] = ()
    events: Sequence[Event] = ()
    talked: int = 0
    talked_held: int = 0
    since: str = ""
    confirmed: bool = False
    named: bool = False
    among: str = ""

    @property
    def total(self) -> int:
        """How many are lost, shown or not."""
        return sum(self.counts.get(state, 0) for state in ("suspected", "confirmed", "held"))


def doubts(unclear: Sequence[Unclear]) -> list[Doubt]:
    """The unclear people, grouped with those they may be confused with, in the order of their first ones."""
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
    later = {one.person.number: one.person for one in others if one.person.state in ("listed", "hidden")}
    people = tuple(person for person, _ in members)
    gone = people[0].window or Window("", "")
    likelier = tuple(next(((one.likelier, one.share) for one in mine), ("", 0.0)) for _, mine in members)
    return Doubt(people, tuple(later.values()), gone, others[0].reason if others else "", likelier)


def text(found: Lost, *, evidence: bool = False, everyone: bool = True) -> list[Block]:
    """Counts on top, then those lost, each with all that is known of why, then who came back.

    What one can do about a cause stands beside the first loss of that cause, or with `evidence` beside each: so that
    more of the lost are on the first screen.
    """
    blocks = _head(found)
    if found.losses:
        folded = {member for event in found.events for member in event.members}
        outside = [loss for loss in found.losses if loss.case.person.id not in folded]
        blocks += [Line()] if blocks else []
        advised: set[Cause] = set()
        for loss in outside:
            blocks += _loss(loss, found, evidence, advise=loss.verdict.cause not in advised)
            advised |= set() if evidence else {loss.verdict.cause}
        blocks += [*more(found.total - len(folded) - len(outside)), *_events(found, everyone, evidence)]
    blocks += [*_doubts(found, everyone), *_back(found, everyone), *_removed(found, everyone), *_legend(found)]
    if found.losses and not evidence:
        blocks += [Line(), Line(tr("`linkbak lost --why NAME` shows the evidence, and how to reach them"), "dim")]
    return blocks[1:] if blocks[0] == Line() else blocks


def _head(found: Lost) -> list[Block]:
    if found.named:
        return _standing(found)
    name = f"{found.account}: " if found.account else ""
    first, last = day(found.first), day(found.newest)
    lists = tr("as {lists} show it, from {first} to {last}", lists=count(found.lists, "list"), first=first, last=last)
    if found.lists == 1:
        lists = tr("there is one list, of {day}", day=first)
    if found.total:
        several = found.total - sum(len(event.members) for event in found.events) > 1
        return [
            *(Line(f"{name}{_limited(words, found)}", "strong") for words in _words(found)),
            Line(tr("{lists}; closest first", lists=lists) if several else lists, "dim"),
        ]
    if found.lists < 2:
        soon = tr("{lists}. The next archive, in a month, shows who left.", lists=lists)
        return [Line(f"{name}{tr('too early to tell who left')}", "good"), Line(soon)]
    nobody = _limited(tr("nobody is lost for certain") if found.confirmed else tr("nobody is lost"), found)
    if found.doubts:
        nobody = tr("{nobody_is_lost}, as far as anybody can tell", nobody_is_lost=nobody)
    return [Line(f"{name}{nobody}", "good"), Line(lists)]


def _limited(words: str, found: Lost) -> str:
    """The words, and since when and among whom they hold, if that is limited."""
    if found.since:
        words = tr("{losses} since {day}", losses=words, day=day(found.since))
    return tr("{losses} among those {kind}", losses=words, kind=found.among) if found.among else words


def _words(found: Lost) -> list[str]:
    """Who left; and on a line of its own who is missing only from a list that is not believed."""
    held, unclear = found.counts.get("held", 0), found.counts.get("unclear", 0)
    events = [(event, len(event.members)) for event in found.events if event.kind != "missing-piece"]
    left = found.total - held - sum(size for _, size in events)
    lines = [in_words(left, events, unclear=unclear, talked=found.talked)] if left or events or unclear else []
    if held:
        lines.append(missing_in_words(held, found.talked_held))
    return lines


def in_short(found: Lost) -> list[Block]:
    """How many left over all lists and are not back, and the closest by name; nothing for a single list."""
    if found.lists < 2:
        return []
    said = _words(found) if found.total else [tr("nobody is lost")]
    head = [Line(tr("In all, {account}: {losses}", account=found.account, losses=words), "strong") for words in said]
    if not found.total:
        return [*head]
    folded = {member for event in found.events for member in event.members}
    names = [who(loss.case.person.row) for loss in found.losses if loss.case.person.id not in folded]
    closest, left = ", ".join(names), found.total - len(folded) - len(names)
    if left > 0:
        closest = tr("{names}, and {left} more", names=closest, left=number(left))
    told = [Line(closest, indent=2)] if names else []
    return [*head, *told, Line(tr("`linkbak lost` tells when and why"), "dim", 2)]


def _standing(found: Lost) -> list[Block]:
    """Of people asked for by name: nothing if some are lost or back, else that they are not."""
    if found.losses or found.back or found.doubts or found.removed:
        return []
    blocks: list[Block] = []
    for one in found.standing[:FOLD_OTHERS]:
        name = _named(one, found)
        told = tr("{name} is not lost: listed today", name=name)
        if one.state == "hidden":
            told = tr("{name} is not lost: listed, but only as a date", name=name)
        blocks.append(Line(told, "good"))
    if len(found.standing) > FOLD_OTHERS:
        left = number(len(found.standing) - FOLD_OTHERS)
        blocks.append(Line(tr("and {left} more who are not lost", left=left), "dim"))
    lost = _limited(tr("lost for certain") if found.confirmed else tr("lost"), found)
    return blocks or [Line(tr("{lost}: nobody who is called so", lost=lost))]


def _legend(found: Lost) -> list[Block]:
    """The number in each state, and its meaning; it comes last, so that people are on the first screen."""
    told = [(state, meant) for state, meant in LOST_STATES.items() if found.counts.get(state)]
    if not told or found.named:
        return [Line(f"{STATE_NAMES[state]}: {meant}", "dim", 4) for state, meant in told if state != "unclear"]
    rows = [(number(found.counts[state]), STATE_NAMES[state], meant) for state, meant in told]
    return [Line(), Table((Column("", right=True), Column(""), Column("", most=90)), rows, titles=False)]


def _back(found: Lost, everyone: bool) -> list[Block]:
    if not found.back:
        return []
    shown = found.back if everyone else found.back[:FOLD_OTHERS]
    title = tr("Back again ({people}): gone once, listed now", people=number(len(found.back)))
    blocks: list[Block] = [Line(), Line(title, "good")]
    for person, absence in shown:
        told = tr("gone {when}", when=when(absence.went))
        if absence.back:
            told = tr("{gone}; listed again {when}", gone=told, when=when(absence.back))
        blocks.append(Line(_named(person, found), indent=2))
        blocks.append(Line(told, "dim", 4))
    return [*blocks, *more(len(found.back) - len(shown))]


def _events(found: Lost, everyone: bool, evidence: bool) -> Iterator[Block]:
    """Each event in a line and what it may mean, its members folded under it; with `evidence` that too."""
    for event in found.events:
        yield from event_lines(event, evidence=evidence or everyone)
        members = [loss.case.person for loss in found.losses if loss.case.person.id in event.members]
        yield from (Line(_named(one, found), indent=4) for one in (members if everyone else ()))
    if found.events and not everyone:
        yield Line(tr("`linkbak lost --all` names them"), "dim", 4)


def _named(person: Person, found: Lost) -> str:
    """``Ada Example, Buyer, Example GmbH``; the account too, if several are meant."""
    return who_and_work(person.row) + ("" if found.account else f" ({person.account})")


def _loss(loss: Loss, found: Lost, evidence: bool, *, advise: bool) -> list[Block]:
    person, case, cause = loss.case.person, loss.case, headline(loss.verdict)
    reach = ", ".join(filter(None, (person.row.email.strip(), readable_address(person.row.url.strip()))))
    return [
        Line(_named(person, found), "strong", 2),
        Line(tr("{state}: gone {when}", state=STATE_NAMES[person.state], when=when(case.window)), indent=4),
        Line(f"{connected(loss)}; {talked(person)}", indent=4),
        *([Line(reach, indent=4)] if reach and evidence else []),
        *(Line(_perhaps(one), "odd", 4) for one in case.perhaps),
        Line(cause if evidence else brief(cause), "odd", 4),
        *(advice(loss.verdict) if advise else ()),
        *(why(loss.verdict, 6) if evidence else []),
    ]


def _perhaps(one: Alternative) -> str:
    """People who came later and may be the one lost."""
    claim, person = probably(_LIKELIER[one.likelier], one.share), who_and_work(one.person.row)
    return tr("{claim} as {person}: {id}", claim=claim, person=person, id=one.person.id)


def connected(loss: Loss) -> str:
    """``connected for 3 years, since 4 Mar 2020``; since when they were listed where the day is not known."""
    person = loss.case.person
    if not loss.case.connected_on:
        return tr("in your lists since {day}", day=day(person.first_seen))
    began, known = date.fromisoformat(loss.case.connected_on), loss.case.window.after or person.last_seen
    return tr("connected for {time}, since {day}", time=lasted(began, date.fromisoformat(known[:10])), day=day(began))


def talked(person: Person) -> str:
    """``12 messages, last on 4 Mar 2026``."""
    if not person.messages:
        return tr("no archive shows whether you wrote") if person.untold else tr("no messages in your archives")
    many = count(person.messages, "message")
    if not person.last_message:
        return many
    return tr("{messages}, last on {day}", messages=many, day=day(person.last_message))


def lasted(began: date, ended: date) -> str:
    """``3 years``, ``14 months``, ``20 days``: whole ones, in the largest unit with at least two."""
    months = (ended.year - began.year) * 12 + ended.month - began.month - (ended.day < began.day)
    if months >= 24:
        return count(months // 12, "year")
    if months >= 2:
        return count(months, "month")
    return count(max(0, (ended - began).days), "day")


def _doubts(found: Lost, everyone: bool) -> list[Block]:
    if not found.doubts:
        return []
    blocks: list[Block] = [Line(), Line(tr("Perhaps gone"), "odd")]
    shown = found.doubts if everyone else found.doubts[:FOLD_OTHERS]
    for doubt in shown:
        for person, (likelier, share) in zip(doubt.people, doubt.likelier, strict=True):
            guess = probably(_LIKELIER[likelier], share) if likelier else ""
            told = filter(None, (_named(person, found), connected_since(person.row), guess))
            blocks.append(Line("; ".join(told), indent=2))
        blocks.append(Line(f"{_which(doubt)} ({when(doubt.window)})", "dim", 4))
    return [*blocks, *more(found.counts.get("unclear", 0) - sum(len(doubt.people) for doubt in shown))]


def _removed(found: Lost, everyone: bool) -> list[Block]:
    if not found.removed:
        return []
    title = tr("Removed by yourself ({people}): not counted as lost", people=number(len(found.removed)))
    blocks: list[Block] = [Line(), Line(title, "strong")]
    shown = found.removed if everyone or found.named else found.removed[:FOLD_OTHERS]
    for loss in shown:
        blocks.append(Line(_named(loss.case.person, found), indent=2))
        blocks.append(Line(tr("gone {when}", when=when(loss.case.window)), "dim", 4))
    return [*blocks, *more(len(found.removed) - len(shown))]


def _which(doubt: Doubt) -> str:
    if not doubt.gone:
        return tr("perhaps gone, perhaps listed under another name or address; nobody can tell")
    if len(doubt.people) == 1:
        return tr("gone, unless listed under another name or address")
    return tr_count(
        "one of these {people} is gone, nobody can tell which",
        "{gone} of these are gone, nobody can tell which",
        doubt.gone,
        people=number(len(doubt.people)),
        gone=number(doubt.gone),
    )


# --- why ---


def advice(verdict: Verdict) -> list[Line]:
    """What one can do about a cause."""
    said = ADVICE[verdict.cause]
    return [Line(tr("you can: {advice}", advice=said), "dim", 4)] if said else []


def why(verdict: Verdict, indent: int) -> list[Block]:
    """A line for each piece of evidence: "+" speaks for its cause, "-" against it, "~" decides nothing.

    Evidence about another cause than the verdict's names that cause.
    """
    if not verdict.evidence:
        return [Line(f"~ {tr('nothing in the archives points to a reason')}", "dim", indent)]
    return [Line(_piece(one, verdict.cause), indent=indent) for one in verdict.evidence]


def _piece(one: Evidence, cause: Cause) -> str:
    if one.cause == "unknown" and not one.favours:
        return f"~ {one.text}"
    sign = "+" if one.favours else "-"
    if one.cause == cause:
        return f"{sign} {one.text}"
    other = brief(PHRASES[one.cause])
    about = tr("speaks for: {cause}", cause=other) if one.favours else tr("speaks against: {cause}", cause=other)
    return f"{sign} {one.text} ({about})"


# --- CSV ---

COLUMNS = (
    *("id", "account", "name", *Connection._fields, "state", "after", "before", "first_seen", "last_seen"),
    *("messages", "last_message", "cause", "band", "told", "evidence", "event"),
)
"""The header; it only grows at its end."""


def to_csv(found: Lost) -> str:
    """One row a person: those lost, closest first, then the unclear, who have no cause.

    Those who came back have no row. `event` is the line of the event somebody is a member of. Cells that a spreadsheet
    would run as formulas begin with an apostrophe.
    """
    rows = [
        [*_csv_person(loss.case.person), *_csv_verdict(loss.verdict), loss.event.evidence[0] if loss.event else ""]
        for loss in found.losses
    ]
    rows += [[*_csv_person(one), *[""] * 5] for doubt in found.doubts for one in doubt.people]
    return csv_table(COLUMNS, rows)


def _csv_person(one: Person) -> list[str]:
    head = [spreadsheet_id(one.id), one.account, one.row.name, *connection_cells(one.row), one.state]
    return [*head, *(one.window or ("", "")), one.first_seen, one.last_seen, messages(one), one.last_message]


def _csv_verdict(verdict: Verdict) -> list[str]:
    evidence = " ".join(one.text for one in verdict.evidence)
    return [verdict.cause, verdict.band, "yes" if verdict.by_user else "", evidence]


# --- JSON ---


class EvidenceDocument(TypedDict):
    """One thing that bears on why somebody is gone; `favours` if it speaks for its cause."""

    rule: str
    cause: str
    band: str
    favours: bool
    text: str


class VerdictDocument(TypedDict):
    """Why somebody is gone, as far as the archives show; `told` if the user said so; `advice`: what one can do."""

    cause: str
    band: str
    told: bool
    evidence: list[EvidenceDocument]
    advice: str


@builds(VerdictDocument)
def verdict_document(verdict: Verdict) -> VerdictDocument:
    """Why somebody is gone, with what bears on it."""
    return fill(VerdictDocument, verdict, told=verdict.by_user, advice=ADVICE[verdict.cause])


class PerhapsDocument(TypedDict):
    """Somebody who came later and may be the one lost, and the share of all readings (0 to 1) that say so."""

    id: str
    name: str | None
    share: float


class LossDocument(PersonDocument):
    """Someone lost; `later_lists` counts the lists of later days that lack them too."""

    later_lists: int
    verdict: VerdictDocument
    perhaps: list[PerhapsDocument]


@builds(LossDocument)
def loss_document(one: Loss) -> LossDocument:
    """Somebody lost, with why."""
    perhaps = [
        fill(PerhapsDocument, it.person, name=it.person.row.name, share=round(it.share, 3)) for it in one.case.perhaps
    ]
    return fill(LossDocument, one, person_document(one.case.person), later_lists=one.case.later, perhaps=perhaps)


class ReturnDocument(PersonDocument):
    """Someone who was gone and is listed again."""

    went: WindowDocument
    back: WindowDocument


class LikelierDocument(TypedDict):
    """What one of the people probably is, and the share of all readings (0 to 1) that say so."""

    id: str
    claim: Literal["gone", "hidden", "same", "back"]
    share: float


class DoubtDocument(TypedDict):
    """Rows that allow two readings: of `people` so many are `gone` that nobody can name, the rest are `later`."""

    window: WindowDocument
    gone: int
    reason: str
    people: list[PersonDocument]
    later: list[PersonDocument]
    likelier: list[LikelierDocument]


@builds(DoubtDocument)
def _doubt_document(one: Doubt) -> DoubtDocument:
    told = zip(one.people, one.likelier, strict=True)
    likelier = [fill(LikelierDocument, it, claim=claim, share=round(share, 3)) for it, (claim, share) in told if claim]
    return fill(DoubtDocument, one, likelier=likelier)


class LooksDocument(TypedDict):
    """How many lists of connections there are to tell from, and when the first and the newest were taken."""

    lists: int
    first: str
    newest: str


class LostDocument(TypedDict):
    """What `linkbak lost --json` prints, the closest first; `account` is null if several are meant."""

    schema: Literal["linkbak.lost/1"]
    account: str | None
    since: str | None
    looks: LooksDocument
    counts: dict[str, int]
    came_back: list[ReturnDocument]
    lost: list[LossDocument]
    unclear: list[DoubtDocument]
    removed_by_me: list[LossDocument]
    events: list[EventDocument]


def document(found: Lost) -> LostDocument:
    """All who are lost and not back, who came back, and of whom nobody can tell."""
    return fill(
        LostDocument,
        found,
        looks=found,
        counts={state: found.counts.get(state, 0) for state in ("suspected", "confirmed", "held", "unclear")},
        came_back=[fill(ReturnDocument, absence, person_document(one)) for one, absence in found.back],
        lost=found.losses,
        unclear=found.doubts,
        removed_by_me=found.removed,
    )
