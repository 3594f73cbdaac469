"""The vault in numbers: drawn in 80 columns of text, in sentences, and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Literal, TypedDict

from linkbak.causes import BAND_NAMES, headline, phrase
from linkbak.index.people import close
from linkbak.report import (
    Block,
    Column,
    Glyphs,
    Line,
    Table,
    Tone,
    ago,
    bar,
    count,
    day,
    fit,
    kinds,
    month,
    number,
    plain,
    sentence,
    size,
    sparkline,
    who,
    who_and_work,
)
from linkbak.report.activity import mail as budget_lines
from linkbak.report.json import ChoreDocument, builds, fill
from linkbak.report.lost import LossDocument
from linkbak.report.messages import TalkDocument, same_words, talk_text, waiting
from linkbak.report.people import EventDocument, PersonDocument, WindowDocument, brief, event_lines, in_words
from linkbak.stats import periods, summed
from linkbak.texts import tr, tr_count

if TYPE_CHECKING:
    from linkbak.index import Person
    from linkbak.state import Record
    from linkbak.stats import Because, Changes, Flow, Health, Overview, Reach, Size, Sum, Tenured
    from linkbak.talk.activity import Activity


_PERIODS = 13
"""The most windows that are drawn one by one; more become months, and more months become years."""

_CURVE = 40
_WIDE = 24
_NARROW = 13
_SLIM = 8
"""The width in cells of a curve, and of a bar in wide, medium and narrow places."""

_LOST = 5
_EVENTS = 2
_CLOSEST = 5
_SIGNS = 5
"""How many people, and companies that grew and that shrank, are shown."""


def text(found: Overview, glyphs: Glyphs) -> list[Block]:
    """The network over time, who came and went and why, the changes, reach, and the state of the backup."""
    title = found.account
    if found.owner:
        title = tr("{account}, the network of {owner}", account=found.account, owner=found.owner)
    return [
        Line(title),
        *_head(found),
        *_closest_lost(found),
        *_sizes(found.sizes, glyphs),
        *_flows(found.flows, glyphs),
        *(Line(), Line(sentence(lost(found)), "strong")),
        *_causes(summed(found.flows).because, glyphs),
        *_tenure(found, glyphs),
        *_closest(found.closest, _CLOSEST),
        *_changes(tr("Companies since {day}"), tr("company"), found.companies, glyphs),
        *_changes(tr("Positions since {day}"), tr("position"), found.positions, glyphs),
        *_reach(found.reach, glyphs),
        *talk_text(found.talk),
        *_backup(found),
    ]


def _head(found: Overview) -> list[Block]:
    head: list[Block] = [Line(connections(found))]
    if found.flows:
        since = tr("since {day}; {rest}", day=day(found.flows[-1].window.after), rest=connections(found))
        head = [Line(sentence(since_last(found)), "strong"), Line(since)]
    if many := found.health.held:
        people = count(many, "person", "people")
        held = tr("{people} missing from a newer list, not believed yet: linkbak diff", people=people)
        head.append(Line(held, "odd"))
    return head


def _sizes(sizes: Sequence[Size], glyphs: Glyphs) -> list[Block]:
    """Each number over time, with its first and its last value; without those that were always 0."""
    if len(sizes) < 2:
        return []
    curves: tuple[tuple[str, Tone, list[tuple[str, int]]], ...] = (
        (tr("connections"), "good", [(one.taken, one.connections) for one in sizes]),
        (tr("hidden"), "odd", [(one.taken, one.hidden) for one in sizes]),
        (tr("lost so far"), "bad", [(one.taken, one.lost) for one in sizes]),
    )
    width = max(len(number(value)) for _, _, points in curves for _, value in points)
    lists, begin, end = count(len(sizes), "list"), day(sizes[0].taken), day(sizes[-1].taken)
    title = tr("Size, {lists} from {first} to {last}", lists=lists, first=begin, last=end)
    blocks: list[Block] = [Line(), Line(title, "strong")]
    for name, tone, points in curves:
        if any(value for _, value in points):
            curve = sparkline(points, _CURVE, min(value for _, value in points), glyphs)
            first, last = number(points[0][1]), number(points[-1][1])
            blocks.append(Line(f"{name:<11}  {first:>{width}}  {curve}  {last:>{width}}", tone, 2))
    return blocks


def _flows(flows: Sequence[Flow], glyphs: Glyphs) -> list[Block]:
    if not flows:
        return []
    every = periods(flows, _PERIODS)
    largest = max(_NARROW, *(max(one.added, one.lost) for one in every))
    unclear = any(one.unclear for one in every)
    rows = [_flow(one, largest, glyphs)[: 7 if unclear else 6] for one in every]
    ended = tr("up to") if len(every[0].name) > len("2026-03") else tr("in")
    columns = (
        *(Column(ended), Column(tr("new"), right=True), Column(""), Column(tr("lost"), right=True), Column("")),
        *(Column(tr("back"), right=True), Column(tr("unclear"), right=True)),
    )
    head = tr("Since {day}: {what}", day=day(flows[0].window.after), what=happened(summed(flows)))
    return [Line(), Line(head, "strong"), Table(columns[: len(rows[0])], rows)]


def _flow(one: Sum, largest: int, glyphs: Glyphs) -> tuple[str, ...]:
    return (
        _period(one.name),
        *(_signed(one.added, "+"), bar(one.added, largest, _NARROW, glyphs)),
        *(_signed(one.lost, "-"), bar(one.lost, largest, _NARROW, glyphs)),
        *(_signed(one.back), _signed(one.unclear)),
    )


def _period(name: str) -> str:
    """``4 Mar 2026``, ``Mar 2026`` or ``2026``."""
    if len(name) > len("2026-03"):
        return day(name)
    return month(name) if "-" in name else name


def _signed(value: int, sign: str = "") -> str:
    return f"{sign}{number(value)}" if value else ""


def _causes(because: Sequence[Because], glyphs: Glyphs) -> Iterator[Block]:
    most = max((one.people for one in because), default=0)
    width, largest = len(number(most)), max(_SLIM, most)
    for one in because:
        drawn = bar(one.people, largest, _SLIM, glyphs)
        yield Line(f"{number(one.people):>{width}}  {drawn:<{_SLIM}}  {cause(one)}", indent=2)


def _tenure(found: Overview, glyphs: Glyphs) -> list[Block]:
    """How many years those lost had been connected."""
    if not found.lost:
        return []
    spans = [(years(one), one.people) for one in found.tenure]
    if unknown := undated(found):
        spans.append((tr("not known"), unknown))
    largest = max(_WIDE, *(people for _, people in spans))
    rows = [(years, number(people), bar(people, largest, _WIDE, glyphs)) for years, people in spans]
    columns = (Column(tr("years connected")), Column(tr("lost"), right=True), Column(""))
    return [Line(), Table(columns, rows)]


def _closest_lost(found: Overview, most: int = _LOST) -> list[Block]:
    """Those in no event, the closest first, then the events."""
    alone = [one for one in found.losses if one.event is None]
    if not alone and not found.events:
        return []
    blocks: list[Block] = [Line(), Line(tr("Gone and not back, closest first"), "strong")]
    for one in alone[:most]:
        blocks.append(Line(who_and_work(one.case.person.row), indent=2))
        why = brief(headline(one.verdict))
        blocks.append(Line(tr("by {day}; {why}", day=day(one.case.window.before), why=why), "dim", 4))
    for event in found.events[:_EVENTS]:
        blocks += event_lines(event, evidence=False)
    left = found.lost - len(alone[:most]) - sum(len(event.members) for event in found.events[:_EVENTS])
    return [*blocks, *([Line(tr("and {left} more: linkbak lost", left=number(left)), "dim", 2)] if left > 0 else [])]


def _closest(closest: Sequence[Person], most: int) -> list[Block]:
    shown = [one for one in closest[:most] if one.messages or close(one)]
    rows = [(who(one.row), _signed(one.messages), day(one.last_message), day(one.row.connected_on)) for one in shown]
    columns = (
        *(Column(tr("name"), most=32), Column(tr("messages"), right=True)),
        *(Column(tr("the last")), Column(tr("connected"))),
    )
    return [Line(), Line(tr("Closest to you"), "strong"), Table(columns, rows)] if rows else []


def _changes(title: str, name: str, changed: Changes, glyphs: Glyphs) -> list[Block]:
    """Those that grew most, then those that shrank most; the title has a place for the day."""
    shown = [*changed.grew[:_SIGNS], *reversed(changed.shrank[:_SIGNS])]
    if not shown:
        return []
    largest = max(_NARROW, *(abs(one.now - one.then) for one in shown))
    rows = []
    for one in shown:
        drawn = bar(abs(one.now - one.then), largest, _NARROW, glyphs)
        rows.append((one.name, number(one.then), number(one.now), f"{one.now - one.then:+,}", drawn))
    columns = (
        *(Column(name, most=34), Column(tr("then"), right=True), Column(tr("now"), right=True)),
        *(Column(tr("change"), right=True), Column("")),
    )
    return [Line(), Line(title.format(day=day(changed.since)), "strong"), Table(columns, rows)]


def _reach(reach: Reach, glyphs: Glyphs) -> list[Block]:
    ways = (
        (tr("show an e-mail"), reach.email),
        (tr("you exchanged messages with"), reach.talked),
        (tr("both"), reach.talked_email),
        *([(tr("messages: unknown"), reach.untold)] if reach.untold else []),
    )
    people = reach.people
    rows = [(what, number(some), share(some, people), bar(some, people or 1, _WIDE, glyphs)) for what, some in ways]
    columns = (Column(""), Column("", right=True), Column("", right=True), Column(""))
    title = tr("Reach: of {connections}", connections=count(people, "connection"))
    return [Line(), Line(title, "strong"), Table(columns, rows, titles=False)]


def _backup(found: Overview) -> list[Block]:
    health = found.health
    return [
        Line(),
        Line(tr("Backup"), "strong"),
        Line(kept(health, found.made), indent=2),
        *(Line(text, "good" if well else "odd", 2) for text, well in checks(health, found.made)),
        *(Line(text, "odd", 2) for text in concerns(health)),
    ]


# --- as a mail ---

MAIL_WIDTH = 78
"""The longest line in cells that mail programs do not wrap."""

MAIL_LINES = 30
_MAIL_LOST, _MAIL_CLOSEST = 4, 5
"""How many people are named; fewer of the closest if there is no space."""


def mail(found: Overview, *, names: bool = True, acts: Activity | None = None) -> list[str]:
    """The same in at most 30 lines; the first is fit for a subject. Without `names` there is nothing but counts.

    What the owner did (`acts`) is told against the budget alone.

    No line begins with text from an archive, so none can have a meaning for mail programs.
    """
    checked = "; ".join(text for text, _ in checks(found.health, found.made))
    facts = [
        reachable(found.reach),
        *([waiting(found.talk), *same_words(found.talk)] if found.talk else []),
        kept(found.health, found.made),
        checked,
        *concerns(found.health),
        *budget_lines(acts),
    ]
    end = [Line(), *(Line(sentence(one)) for one in facts)]
    lines: list[str] = []
    for many in range(_MAIL_CLOSEST if names else 0, -1, -1):
        told: list[Block] = [Line(), *_head(found), Line(sentence(lost(found)))]
        told += _closest_lost(found, _MAIL_LOST) if names else []
        told += _closest(found.closest, many) if many else []
        lines = [fit(line, MAIL_WIDTH) for line in (subject(found), *plain([*told, *end]))]
        if len(lines) <= MAIL_LINES:
            break
    return lines


def subject(found: Overview) -> str:
    """``linkedin-me: 3 lost (20 held), 5 new since 28 Feb 2026; 70 connections``."""
    if not found.sizes:
        return f"{found.account}: {connections(found)}"
    now, last = count(found.sizes[-1].connections, "connection"), found.flows[-1] if found.flows else None
    said = _lost(last.lost) if last else tr("{connections} in the one list so far", connections=now)
    if found.health.held:
        said = tr("{lost} ({held} held)", lost=said, held=number(found.health.held))
    if last is None:
        return f"{found.account}: {said}"
    return tr(
        "{account}: {lost}, {new} new since {day}; {connections}",
        account=found.account,
        lost=said,
        new=number(last.added - found.perhaps_old),
        day=day(last.window.after),
        connections=now,
    )


def _lost(people: int) -> str:
    return tr_count("{people} lost", "{people} lost", people, people=number(people)) if people else tr("nobody lost")


class MailDocument(TypedDict):
    """What `linkbak stats --mail --json` prints: a line for the subject of a mail, and those of its text."""

    schema: Literal["linkbak.digest/1"]
    account: str
    subject: str
    lines: list[str]


def mail_document(found: Overview, *, names: bool = True, acts: Activity | None = None) -> MailDocument:
    """The same for programs that send mail."""
    first, _, *lines = mail(found, names=names, acts=acts)
    return fill(MailDocument, account=found.account, subject=first, lines=lines)


# --- in sentences ---

_KINDS = 3
"""How many kinds of data are named in a line."""


def connections(found: Overview) -> str:
    """``70 connections on 20 Mar 2026, 5 of them hidden``."""
    if not found.sizes:
        return tr("no list of connections yet")
    newest = found.sizes[-1]
    said = tr("{connections} on {day}", connections=count(newest.connections, "connection"), day=day(newest.taken))
    told = tr("{connections}, {hidden} of them hidden", connections=said, hidden=number(newest.hidden))
    return told if newest.hidden else said


def since_last(found: Overview) -> str:
    """What happened between the newest two lists: ``3 people left, 20 swept away together, 9 came; 1 of them ...``."""
    last = found.flows[-1]
    mine = [one for one in found.losses if one.case.window == last.window]
    events = Counter(one.event for one in mine if one.event)
    talked = sum(one.case.person.mutual > 0 for one in mine)
    removed = sum(one.people for one in last.because if one.cause == "removed-by-me")
    left = max(0, last.lost - last.back - removed - events.total())
    others = {"came": last.added - found.perhaps_old, "mine": removed, "back": last.back, "unclear": last.unclear}
    return in_words(left, events.items(), **others, talked=talked)


def happened(one: Sum) -> str:
    """``5 new, 3 lost (1 is back), 2 unclear``."""
    gone = _lost(one.lost)
    if one.back:
        back = number(one.back)
        gone = tr_count("{lost} ({back} is back)", "{lost} ({back} are back)", one.back, lost=gone, back=back)
    parts = [tr("{people} new", people=number(one.added)), gone]
    return ", ".join([*parts, *([tr("{people} unclear", people=number(one.unclear))] if one.unclear else [])])


def lost(found: Overview) -> str:
    """``6 people are lost and not back; 3 more unclear``."""
    if len(found.sizes) < 2:
        return tr("too early to tell who left: that takes two lists")
    people, unclear = number(found.lost), number(found.unclear)
    said = tr_count(
        "{people} person is lost and not back", "{people} people are lost and not back", found.lost, people=people
    )
    parts = [said if found.lost else tr("nobody is lost")]
    if found.unclear:
        also = tr("{people} more unclear", people=unclear)
        parts.append(also if found.lost else tr("{people} unclear", people=unclear))
    if found.removed:
        parts.append(tr("{people} you removed yourself", people=number(found.removed)))
    return "; ".join(parts)


def cause(one: Because) -> str:
    """``likely: account closed, restricted, or they blocked you``; the part in brackets is left to `lost --why`."""
    words = brief(phrase(one.cause, one.band))
    return words if one.cause == "unknown" else f"{BAND_NAMES[one.band]}: {words}"


def years(one: Tenured) -> str:
    """``under 1``, ``2 to 5``, ``10 or more``."""
    if not one.least:
        return tr("under {years}", years=one.below)
    if one.below:
        return tr("{years} to {below}", years=one.least, below=one.below)
    return tr("{years} or more", years=one.least)


def undated(found: Overview) -> int:
    """How many of the lost have an unknown day of connecting."""
    return found.lost - sum(one.people for one in found.tenure)


def share(part: int, whole: int) -> str:
    """``4 %``; "" for a total of 0. Less than all is never 100 %, more than nothing never 0 %."""
    if not whole:
        return ""
    percent = min(round(100 * part / whole), 99 if part < whole else 100)
    return f"{max(percent, 1) if part else 0} %"


def reachable(one: Reach) -> str:
    """``3 of 70 show an e-mail (4 %), you exchanged messages with 6, both: 1``."""
    if not one.people:
        return tr("nobody is connected")
    said = tr(
        "{email} of {people} show an e-mail ({share}), you exchanged messages with {talked}, both: {both}",
        email=number(one.email),
        people=number(one.people),
        share=share(one.email, one.people),
        talked=number(one.talked),
        both=number(one.talked_email),
    )
    return "; ".join([said, *([tr("unknown for {people}", people=number(one.untold))] if one.untold else [])])


def kept(one: Health, made: str) -> str:
    """``12 snapshots since 15 Feb 2017, the newest 12 days ago, 145 kB``."""
    if not one.snapshots:
        return tr("nothing is kept yet")
    age = ago(one.newest, datetime.fromisoformat(made))
    newest = tr("the newest list {ago}", ago=age) if one.bare else tr("the newest {ago}", ago=age)
    snapshots = tr("{snapshots} since {day}", snapshots=count(one.snapshots, "snapshot"), day=day(one.first))
    return ", ".join((snapshots, newest, size(one.bytes)))


def checks(one: Health, made: str) -> Iterator[tuple[str, bool]]:
    """The last full verification and the last trial restore, each with whether it is all right."""
    for what, record in ((tr("every byte compared"), one.verified), (tr("restore tried out"), one.restored)):
        yield f"{what}: {_last(record, made)}", record.last is not None and record.last.passed


def _last(record: Record, made: str) -> str:
    if record.last is None:
        return tr("never")
    at = ago(record.last.at, datetime.fromisoformat(made))
    return at if record.last.passed else tr("{ago}, and it failed", ago=at)


def concerns(one: Health) -> Iterator[str]:
    """Warnings about the backup: kinds of data that are missing."""
    if one.missing:
        named, left = kinds(one.missing[:_KINDS]), len(one.missing) - _KINDS
        if left > 0:
            named = tr("{names} and {left} more", names=named, left=number(left))
        yield tr("earlier archives held, the newest does not: {kinds}", kinds=named)


# --- JSON ---


class SizeDocument(TypedDict):
    """One believed list: hidden ones are among the connections, `lost` are those not back to this day."""

    taken: str
    connections: int
    hidden: int
    lost: int


class BecauseDocument(TypedDict):
    """How many are lost for one cause, and how sure that is."""

    cause: str
    band: str
    people: int


class FlowDocument(TypedDict):
    """What happened between two lists: the earlier one's connections and `added`, less `lost` and `unclear`, are the
    later one's. Of the added so many `returned`; of the lost so many are `back`, and `because` is of the others."""

    window: WindowDocument
    added: int
    returned: int
    lost: int
    back: int
    unclear: int
    because: list[BecauseDocument]


class TenureDocument(TypedDict):
    """So many of the lost had been connected for at least `least` years and less than `below`, null for no end."""

    least: int
    below: int | None
    people: int


class CountedDocument(TypedDict):
    """How many connections show a name then and now."""

    name: str
    then: int
    now: int


class ChangesDocument(TypedDict):
    """What grew and shrank most since a list; null where there is none to compare with."""

    since: str | None
    grew: list[CountedDocument]
    shrank: list[CountedDocument]


class ReachDocument(TypedDict):
    """Of the people connected: how many have an e-mail, have exchanged messages with the owner, and both."""

    people: int
    email: int
    talked: int
    talked_email: int
    untold: int


class HealthDocument(TypedDict):
    """How the backup stands; `held` are people whom only a list lacks that is not believed yet."""

    snapshots: int
    first: str
    newest: str
    age_days: int
    bytes: int
    held: int
    missing: list[str]
    verify: ChoreDocument
    drill: ChoreDocument


class StatsDocument(TypedDict):
    """What `linkbak stats --json` prints, of one account; lists and windows are oldest first, people as on the page."""

    schema: Literal["linkbak.stats/1"]
    account: str
    owner: str | None
    made: str
    sizes: list[SizeDocument]
    flows: list[FlowDocument]
    lost: int
    unclear: int
    tenure: list[TenureDocument]
    companies: ChangesDocument
    positions: ChangesDocument
    recent: list[LossDocument]
    closest: list[PersonDocument]
    reach: ReachDocument
    health: HealthDocument
    events: list[EventDocument]
    talk: TalkDocument | None


def document(found: Overview) -> StatsDocument:
    """Every number, and the people they name."""
    return fill(
        StatsDocument, found, tenure=[fill(TenureDocument, one, below=one.below or None) for one in found.tenure]
    )


@builds(HealthDocument)
def _health_document(one: Health) -> HealthDocument:
    return fill(HealthDocument, one, age_days=one.age, verify=one.verified, drill=one.restored)
