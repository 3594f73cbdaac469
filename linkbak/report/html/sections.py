"""Sections of the page: the network over time, people, reach, talk, and the state of the backup."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import cache
from itertools import islice, zip_longest
from typing import TYPE_CHECKING, Literal

from linkbak.causes import ADVICE, BAND_NAMES, PHRASES, headline, phrase
from linkbak.index import people as closest
from linkbak.model import NamedTuple
from linkbak.report import Line, ago, count, day, kinds, month, number, sentence, size, who, work
from linkbak.report.escape import mail_address, web_address
from linkbak.report.html.charts import Amount, Chart, Column, Head, Table, columns, line, without_empty
from linkbak.report.lost import connected, talked, why
from linkbak.report.people import LOST_STATES, STATE_NAMES, event_line, when
from linkbak.report.stats import share
from linkbak.stats import Because, Flow, Health, Reach, Size, Talked
from linkbak.texts import tr

if TYPE_CHECKING:
    from linkbak.causes import Event
    from linkbak.causes.judgement import Loss
    from linkbak.index import Person
    from linkbak.index.correspondence import TalkYear
    from linkbak.state import Record
    from linkbak.talk import Reached


# --- the network over time: its size at every list, and who came and went between them ---

_MOST = 36
"""The most columns that are readable on a phone."""

_HEADS = (
    Head(tr("List of")),
    *(Head(tr("Connections"), right=True), Head(tr("of them hidden"), right=True, spare=True)),
    *(Head(tr("Gained"), right=True), Head(tr("of them returned"), right=True, spare=True)),
    *(Head(tr("Lost"), right=True), Head(tr("of them back since"), right=True, spare=True)),
    Head(tr("Unclear"), right=True, spare=True),
    Head(tr("Why the others went")),
)


class Network(NamedTuple):
    """A sentence, two charts, and a table with a row a list; no charts before two lists."""

    summary: str
    charts: tuple[Chart, ...]
    table: Table


def network(sizes: Sequence[Size], flows: Sequence[Flow]) -> Network:
    """The network over time; `flows` are the windows between the lists."""
    rows = [_row(one, flow) for one, flow in zip_longest(sizes, (None, *flows)) if one is not None]
    table = without_empty(Table(tr("Every list, and what happened since the one before"), _HEADS, rows))
    if not sizes:
        return Network(tr("No archive here holds a list of connections yet."), (), table)
    first, last = sizes[0], sizes[-1]
    if len(sizes) < 2:
        said = tr(
            "One list so far, of {day}, with {connections}. The next one will tell who came and who went.",
            day=day(first.taken),
            connections=count(first.connections, "connection"),
        )
        return Network(said, (), table)
    came, went, back = (sum(values) for values in zip(*((one.added, one.lost, one.back) for one in flows), strict=True))
    given = {"people": count(came, "person", "people"), "day": day(first.taken), "lost": number(went)}
    moved = tr("{people} came since {day}, {lost} went.", **given)
    if back:
        moved = tr("{people} came since {day}, {lost} went, {back} of them came back.", **given, back=number(back))
    grew = tr(
        "From {before} connections on {first} to {after} on {last}, as {lists} lists show it.",
        before=number(first.connections),
        first=day(first.taken),
        after=number(last.connections),
        last=day(last.taken),
        lists=number(len(sizes)),
    )
    title, together = _grouped(flows)
    points = [(one.taken, one.connections) for one in sizes]
    charts = (
        line("size-chart", tr("Connections"), grew, points, table),
        columns("flow-chart", title, moved, together, table),
    )
    return Network(f"{grew} {moved}", charts, table)


def _row(one: Size, flow: Flow | None) -> Sequence[str]:
    sums = (flow.added, flow.returned, flow.lost, flow.back, flow.unclear) if flow else (0,) * 5
    why = "; ".join(because(each) for each in flow.because) if flow else ""
    return (day(one.taken), *map(number, (one.connections, one.hidden, *sums)), why or "\N{EN DASH}")


def because(one: Because) -> str:
    """``3 likely: account closed, restricted, or they blocked you``."""
    if one.cause == "unknown":
        return f"{number(one.people)}: {PHRASES['unknown']}"
    return f"{number(one.people)} {BAND_NAMES[one.band]}: {phrase(one.cause, one.band)}"


def _grouped(given: Sequence[Flow]) -> tuple[str, list[Column]]:
    """A title for the shortest stretches of time of which there are few enough, and what happened in each."""
    if len(given) <= _MOST:
        columns = [_column(month(one.window.before), one.added, one.lost) for one in given]
        return tr("Gained and lost between lists"), columns
    for title, name in ((tr("Gained and lost a month"), month), (tr("Gained and lost a quarter"), _quarter)):
        found = _by(given, name)
        if len(found) <= _MOST + 6:
            return title, found
    return tr("Gained and lost a year"), _by(given, lambda moment: moment[:4])


def _column(label: str, came: int, went: int) -> Column:
    gained = tr("{when}: {people} gained", when=label, people=number(came))
    lost = tr("{when}: {people} lost", when=label, people=number(went))
    return label, (Amount(came, "gain", gained), Amount(-went, "loss", lost))


def _by(given: Sequence[Flow], name: Callable[[str], str]) -> list[Column]:
    """A column for every stretch from the first to the last, those too in which no window closed."""
    came, went = Counter[str](), Counter[str]()
    for one in given:
        came[name(one.window.before)] += one.added
        went[name(one.window.before)] += one.lost
    months = range(_number(given[0].window.before), _number(given[-1].window.before) + 1)
    labels = dict.fromkeys(name(f"{month // 12:04}-{month % 12 + 1:02}") for month in months)
    return [_column(label, came[label], went[label]) for label in labels]


def _number(moment: str) -> int:
    return int(moment[:4]) * 12 + int(moment[5:7]) - 1


def _quarter(moment: str) -> str:
    return tr("Q{quarter} {year}", quarter=(int(moment[5:7]) + 2) // 3, year=moment[:4])


# --- people: those lost with the evidence, those who are closest, and everybody ever listed ---

_MISSED, _EVENTS, _CLOSE = 6, 3, 8
"""How many are shown at length; everybody is in the list at the end of the page."""

_SIGNS = {
    "+": ("for", tr("speaks for it")),
    "-": ("against", tr("speaks against it")),
    "~": ("aside", tr("decides nothing")),
}


class Reason(NamedTuple):
    """One piece of evidence; `meant` is the meaning of its sign in words."""

    sign: str
    kind: str
    meant: str
    text: str


class Missed(NamedTuple):
    """Somebody lost: who, when, why, and the evidence."""

    name: str
    link: str
    mail: str
    email: str
    work: str
    gone: str
    state: str
    known: str
    cause: str
    advice: str
    reasons: tuple[Reason, ...]


def missed(losses: Sequence[Loss]) -> list[Missed]:
    """The closest of the lost who belong to no event, in order."""
    return [*islice((_missed(one) for one in losses if one.event is None), _MISSED)]


def together(events: Sequence[Event], losses: Sequence[Loss]) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Each of the latest events in a line, the evidence below it, and its members' names and profiles."""
    members = {one.case.person.id: one.case.person.row for one in losses if one.event is not None}
    return [
        (
            event_line(event),
            sentence("; ".join(event.evidence[1:])),
            [(who(members[id]), profile(members[id].url)) for id in event.members if id in members],
        )
        for event in events[:_EVENTS]
    ]


def states(losses: Sequence[Loss]) -> list[tuple[str, str]]:
    """The meaning of the states of the lost."""
    given = {loss.case.person.state for loss in losses}
    return [(STATE_NAMES[state], meant) for state, meant in LOST_STATES.items() if state in given]


def _missed(loss: Loss) -> Missed:
    person = loss.case.person
    return Missed(
        name=who(person.row),
        link=profile(person.row.url),
        mail=mail_address(person.row.email),
        email=person.row.email.strip(),
        work=work(person.row),
        gone=when(loss.case.window),
        state=STATE_NAMES[person.state],
        known=f"{connected(loss)}; {talked(person)}",
        cause=headline(loss.verdict),
        advice=ADVICE[loss.verdict.cause],
        reasons=tuple(_reason(line.text) for line in why(loss.verdict, 0) if isinstance(line, Line)),
    )


def _reason(text: str) -> Reason:
    kind, meant = _SIGNS[text[0]]
    return Reason("\N{MINUS SIGN}" if text[0] == "-" else text[0], kind, meant, text[2:])


def close(people: Sequence[Person]) -> Iterator[tuple[str, str, str, str]]:
    """The closest of those connected, in order, without those known only by a date: name, profile, work, and how well.

    That is ``12 messages, last on 4 Mar 2026; connected since 4 Mar 2020``.
    """
    for one in [one for one in people if one.messages or closest.close(one)][:_CLOSE]:
        row = one.row
        since = tr("connected since {day}", day=day(row.connected_on)) if row.connected_on else ""
        known = "; ".join(filter(None, (talked(one) if one.messages else "", since)))
        yield who(row), profile(row.url), work(row), known


_STANDING = {
    "hidden": tr("hidden"),
    "held": tr("not believed yet"),
    "unclear": tr("perhaps gone"),
    "suspected": tr("gone, suspected"),
    "confirmed": tr("gone"),
}
"""The state of somebody who is not simply listed."""


def listed(people: Iterable[Person]) -> Iterator[tuple[str, str, str, bool, str, str, str, str, str, int]]:
    """Everybody, the newest first, one at a time, since there may be tens of thousands.

    Of each the name, the profile, the state if they are not simply listed, whether they are gone, position, company,
    the day of connecting, e-mail, the link to write to it, and the number of messages.
    """
    written = cache(day)  # thousands of people share days
    for one in sorted(people, key=lambda one: one.row.connected_on or date.min, reverse=True):
        row = one.row
        yield (
            who(row),
            profile(row.url),
            _STANDING.get(one.state, ""),
            one.state in ("suspected", "confirmed"),
            row.position.strip(),
            row.company.strip(),
            written(row.connected_on),
            row.email.strip(),
            mail_address(row.email),
            one.messages,
        )


def profile(url: str) -> str:
    """The address if it may become a link: a plain https one; else ""."""
    return web_address(url) if url.startswith("https://") else ""


# --- the backup, and reach ---

_OLD = 45
"""The days after which an archive is old: linkbak advises one a month, and it may come late."""


class Fact(NamedTuple):
    """One fact, and whether it is all right."""

    label: str
    text: str
    tone: Literal["plain", "good", "odd", "bad"] = "plain"


def reachable(given: Reached | None) -> list[Fact]:
    """The number of people reachable without the network, and the verb for more."""
    if given is None or not given.people:
        return []
    said = tr(
        "{reachable} of {people} ({share}): linkbak reach",
        reachable=number(given.reachable),
        people=number(given.people),
        share=share(given.reachable, given.people),
    )
    return [Fact(tr("Without LinkedIn you could reach"), said, "odd" if given.low else "plain")]


def reach(given: Reach) -> list[Fact]:
    """How many can be reached, and in which way, were the network to lock its member out."""
    ways = (
        (tr("An e-mail is known"), given.email),
        (tr("You exchanged messages"), given.talked),
        (tr("Both"), given.talked_email),
        *([(tr("Messages: unknown"), given.untold)] if given.untold else []),
    )
    return [Fact(label, _part(people, given.people)) for label, people in ways]


def talk(given: Talked | None) -> list[Fact]:
    """All messages, those not answered, and texts in the same words; nothing where no archive has messages."""
    if given is None:
        return []
    yours, theirs, adverts = map(number, _in_all(given.years))
    said = tr("{yours} yours, {theirs} theirs", yours=yours, theirs=theirs)
    if given.years:
        said = tr("{yours} yours, {theirs} theirs since {year}", yours=yours, theirs=theirs, year=given.years[0].year)
    by_you, by_them = number(given.by_me), number(given.by_them)
    facts = [
        Fact(tr("Messages"), said),
        Fact(tr("Adverts"), adverts),
        Fact(tr("Not answered"), tr("{yours} by you, {theirs} by them", yours=by_you, theirs=by_them)),
    ]
    if given.same_words:
        facts.append(Fact(tr("Same words"), tr("{texts} from 3 or more people", texts=count(given.same_words, "text"))))
    return facts


def _in_all(years: Sequence[TalkYear]) -> tuple[int, int, int]:
    """How many messages the owner sent and received, and how many adverts came."""
    return sum(one.sent for one in years), sum(one.received for one in years), sum(one.adverts for one in years)


_TALK_HEADS = (
    *(Head(tr("Year")), Head(tr("Yours"), right=True), Head(tr("Theirs"), right=True)),
    *(Head(tr("Adverts"), right=True, spare=True), Head(tr("Nobody knows whose"), right=True, spare=True)),
)


def talk_chart(given: Talked | None) -> Chart | None:
    """Messages by year: the owner's, theirs, and adverts; None before two years, or where no archive can tell.

    Years without any message are left out.
    """
    if given is None or len(given.years) < 2:
        return None
    rows = [
        (str(one.year), *map(number, (one.sent, one.received, one.adverts, one.untold)))
        for one in reversed(given.years)
    ]
    sent, received, adverts = _in_all(given.years)
    first, last = given.years[0].year, given.years[-1].year
    told = {"first": first, "last": last, "messages": count(sent, "message"), "others": number(received)}
    summary = tr("From {first} to {last} you wrote {messages}, others wrote {others}.", **told)
    if adverts:
        summary = tr(
            "From {first} to {last} you wrote {messages}, others wrote {others}; {adverts} came besides.",
            **told,
            adverts=count(adverts, "advert"),
        )
    table = without_empty(Table(tr("Messages of every year"), _TALK_HEADS, rows))
    years = [(str(one.year), [*_amounts(one)]) for one in given.years[-_MOST:]]
    return columns("talk-chart", tr("Messages by year"), summary, years, table, abreast=True)


def _amounts(one: TalkYear) -> Iterator[Amount]:
    given = (("yours", tr("yours"), one.sent), ("theirs", tr("theirs"), one.received))
    for tone, word, value in (*given, ("adverts", tr("adverts"), one.adverts)):
        yield Amount(value, tone, f"{one.year}: {number(value)} {word}")


def _part(people: int, whole: int) -> str:
    """``36 (8 %)``."""
    part = share(people, whole).replace(" ", "\N{NO-BREAK SPACE}")
    return f"{number(people)} ({part})" if part else number(people)


def not_believed(held: int) -> str:
    """``; 46 losses of the newest list not believed yet``: the top of the page tells of the list before."""
    if not held:
        return ""
    said = tr("{losses} of the newest list not believed yet", losses=count(held, "loss", "losses"))
    return f"; {said}"


def health(given: Health, made: str) -> list[Fact]:
    """Everything about the backup."""
    now = datetime.fromisoformat(made)
    if not given.snapshots:
        return [Fact(tr("Snapshots"), tr("nothing is kept yet"), "bad")]
    missing = kinds(given.missing) or tr("nothing that an earlier archive held")
    what = tr("Newest list") if given.bare else tr("Newest archive")
    snapshots, files = number(given.snapshots), size(given.bytes)
    kept = tr("{snapshots} since {day}, {size} of files", snapshots=snapshots, day=day(given.first), size=files)
    held = count(given.held, "person", "people")
    return [
        Fact(what, f"{day(given.newest)}, {ago(given.newest, now)}", "odd" if given.age > _OLD else "good"),
        Fact(tr("Snapshots"), kept),
        Fact(tr("Missing from the newest"), missing, "odd" if given.missing else "good"),
        *([Fact(tr("Losses not believed yet"), held, "odd")] if given.held else []),
        _chore(tr("Every byte compared"), "linkbak verify", given.verified, now),
        _chore(tr("Restore tried out"), "linkbak verify --restore", given.restored, now),
    ]


def _chore(label: str, command: str, record: Record, now: datetime) -> Fact:
    last, passed = record
    if last is None:
        return Fact(label, tr("never; {command} does it", command=command), "odd")
    at = ago(last.at, now)
    if last.passed:
        return Fact(label, tr("{ago}, all was well", ago=at), "good")
    said = tr("{ago}, and it failed", ago=at)
    if passed:
        said = f"{said}; {tr('the last time all was well: {ago}', ago=ago(passed.at, now))}"
    return Fact(label, said, "bad")
