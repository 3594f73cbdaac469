"""People on the page: those lost with the evidence, those written with most, and everybody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from linkbak.causes import ADVICE, BANDS, PHRASES, headline, phrase
from linkbak.report import MONTHS, Line, count, day, number, sentence, who, work
from linkbak.report.escape import mail_address, web_address
from linkbak.report.html.charts import Bars, Chart, Column, Head, Table, bars, columns, without_empty
from linkbak.report.lost import connected, talked, why
from linkbak.report.people import LOST_STATES, event_line, when
from linkbak.stats import Because, Flow, Tenured

if TYPE_CHECKING:
    from linkbak.causes import Band, Cause, Event
    from linkbak.causes.judgement import Loss
    from linkbak.index import Person


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
    advice: str
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


class Together(NamedTuple):
    """An event in a line, the evidence below it, and its members' names and profiles."""

    line: str
    evidence: str
    members: Sequence[tuple[str, str]]


def together(events: Sequence[Event], members: Mapping[str, Person]) -> list[Together]:
    """Each event with those of its members who are known."""
    return [
        Together(
            event_line(event),
            sentence("; ".join(event.evidence[1:])),
            [(who(members[id].row), profile(members[id].row.url)) for id in event.members if id in members],
        )
        for event in events
    ]


def states(losses: Sequence[Loss]) -> list[tuple[str, str]]:
    """What the states mean in which the lost are."""
    given = {loss.case.person.state for loss in losses}
    return [(state, meant) for state, meant in LOST_STATES.items() if state in given]


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
        known=f"{connected(loss)}; {talked(person)}",
        cause=headline(loss.verdict),
        advice=ADVICE[loss.verdict.cause],
        reasons=tuple(_reason(line.text) for line in why(loss.verdict, 0) if isinstance(line, Line)),
    )


def _reason(text: str) -> Reason:
    kind, meant = _SIGNS[text[0]]
    return Reason("\N{MINUS SIGN}" if text[0] == "-" else text[0], kind, meant, text[2:])


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


# --- who came and who went between lists, and why ---

_MOST = 36
"""So many columns can be told apart on a phone."""

_HEADS = (
    *(Head("Between the lists of"), Head("Gained", right=True), Head("of them returned", right=True, spare=True)),
    *(Head("Lost", right=True), Head("of them back since", right=True, spare=True)),
    *(Head("Unclear", right=True, spare=True), Head("Why the others went")),
)


class Flows(NamedTuple):
    """Gains and losses in words, drawn, and in a table a window; what became of the lost."""

    summary: str
    chart: Chart | None
    causes: Bars | None
    tenure: Chart | None


def flows(given: Sequence[Flow], tenure: Sequence[Tenured]) -> Flows:
    """What there is to see; nothing to draw before there are two lists."""
    if not given:
        return Flows("Two lists are needed before anybody can be missed.", None, None, _tenure(tenure))
    came, went, back = (sum(values) for values in zip(*((one.added, one.lost, one.back) for one in given), strict=True))
    again = f", {number(back)} of them came back" if back else ""
    summary = f"{count(came, 'person', 'people')} came since {day(given[0].window.after)}, {number(went)} went{again}."
    return Flows(summary, _drawn(given, summary), _causes(given), _tenure(tenure))


def _drawn(given: Sequence[Flow], summary: str) -> Chart:
    each, grouped = _grouped(given)
    rows = [
        (
            f"{day(one.window.after)} and {day(one.window.before)}",
            *map(number, (one.added, one.returned, one.lost, one.back, one.unclear)),
            "; ".join(because(each) for each in one.because) or "\N{EN DASH}",
        )
        for one in given
    ]
    table = without_empty(Table("Gained and lost from list to list", _HEADS, rows))
    tones = (("gained", "gain"), ("lost", "loss"))
    return columns("flow-chart", f"Gained and lost {each}", summary, grouped, tones, table)


def because(one: Because) -> str:
    """``3 likely: account closed, restricted, or they blocked you``."""
    if one.cause == "unknown":
        return f"{number(one.people)}: {PHRASES['unknown']}"
    return f"{number(one.people)} {one.band}: {phrase(one.cause, one.band)}"


def _grouped(given: Sequence[Flow]) -> tuple[str, list[Column]]:
    """The shortest stretches of time of which there are few enough, and what happened in each."""
    if len(given) <= _MOST:
        return "between lists", [Column(_month(one.window.before), one.added, one.lost) for one in given]
    for each, name in (("a month", _month), ("a quarter", _quarter)):
        found = _by(given, name)
        if len(found) <= _MOST + 6:
            return each, found
    return "a year", _by(given, _year)


def _by(given: Sequence[Flow], name: Callable[[str], str]) -> list[Column]:
    """A column for every stretch from the first to the last, those too in which no window closed."""
    came, went = Counter[str](), Counter[str]()
    for one in given:
        came[name(one.window.before)] += one.added
        went[name(one.window.before)] += one.lost
    months = range(_number(given[0].window.before), _number(given[-1].window.before) + 1)
    labels = dict.fromkeys(name(f"{month // 12:04}-{month % 12 + 1:02}") for month in months)
    return [Column(label, came[label], went[label]) for label in labels]


def _number(moment: str) -> int:
    return int(moment[:4]) * 12 + int(moment[5:7]) - 1


def _month(moment: str) -> str:
    return f"{MONTHS[int(moment[5:7]) - 1]} {moment[:4]}"


def _quarter(moment: str) -> str:
    return f"Q{(int(moment[5:7]) + 2) // 3} {moment[:4]}"


def _year(moment: str) -> str:
    return moment[:4]


def _causes(given: Sequence[Flow]) -> Bars | None:
    """Every cause of the losses still standing, the most frequent first, with how sure they are."""
    found: dict[Cause, Counter[Band]] = {}
    for one in (one for flow in given for one in flow.because):
        found.setdefault(one.cause, Counter())[one.band] += one.people
    if not found:
        return None
    ordered = sorted(found.items(), key=lambda item: (-item[1].total(), item[0]))
    rows = [
        (sentence(PHRASES[cause]), bands.total(), (number(bands.total()), _sure(cause, bands)))
        for cause, bands in ordered
    ]
    heads = (Head("Cause"), Head("People", right=True), Head("How sure"))
    return bars("Why those went who are not back", heads, "loss", rows)


def _sure(cause: Cause, bands: Counter[Band]) -> str:
    if cause == "unknown":
        return "the archives do not tell"
    if len(bands) == 1:
        return next(iter(bands))
    return ", ".join(f"{number(bands[band])} {band}" for band in BANDS if bands[band])


def _tenure(given: Sequence[Tenured]) -> Chart | None:
    total = sum(one.people for one in given)
    if not total:
        return None
    rows = [(_years(one), number(one.people)) for one in given]
    table = Table("Years of connection of those lost", (Head("Connected for"), Head("People", right=True)), rows)
    summary = f"Of {count(total, 'person', 'people')} lost whose first day is known: " + ", ".join(
        f"{one.people:,} {_years(one)}" for one in given if one.people
    )
    drawn = [Column(_short(one), one.people) for one in given]
    return columns(
        "tenure-chart", "Years of connection of those lost", f"{summary}.", drawn, (("people", "loss"),), table
    )


def _years(one: Tenured) -> str:
    if not one.least:
        return f"less than {count(one.below, 'year')}"
    if not one.below:
        return f"{one.least} years or more"
    return f"{one.least} to {one.below} years"


def _short(one: Tenured) -> str:
    if not one.least:
        return f"< {one.below}"
    return f"{one.least}\N{EN DASH}{one.below}" if one.below else f"{one.least}+"
