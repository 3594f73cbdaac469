"""A whole vault in numbers: sizes, gains and losses, companies, reach and health."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from heapq import nsmallest
from itertools import accumulate, islice, pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from linkbak import state
from linkbak.causes import BANDS, known_incidents
from linkbak.causes.judgement import judge_lost
from linkbak.index import MainList, PeopleFilter, Person, State, Window
from linkbak.index.correspondence import TalkYear, conversations, talk_by_year
from linkbak.index.history import History
from linkbak.model import NamedTuple, Progress
from linkbak.talk import Reached
from linkbak.talk.activity import unanswered
from linkbak.talk.reach import count_reach
from linkbak.talk.unasked import fresh as fresh_groups
from linkbak.talk.unasked import groups_of

if TYPE_CHECKING:
    from linkbak.causes import Band, Cause, Event, Incident
    from linkbak.causes.judgement import Loss
    from linkbak.state import Record
    from linkbak.vault import Summary, Vault


# --- records ----------------------------------------------------------------------------------------------------------
# The numbers, as the page, the digest and the statistics show them.
# Times are RFC 3339 UTC, days ISO dates; "" where there is none. Sequences of lists and windows are oldest first.


class Size(NamedTuple):
    """One believed list: how many it shows, hidden ones included, how many of them hidden, and how many the account
    had lost by then and not got back to this day."""

    taken: str
    connections: int
    hidden: int
    lost: int


class Because(NamedTuple):
    """How many of a window's losses have one cause in one band."""

    cause: Cause
    band: Band
    people: int


class Flow(NamedTuple):
    """What happened between two neighbouring believed lists.

    `lost` counts also those who came `back` later, and `because` accounts for those of them who are still lost.
    `returned` are those of the added who had been lost before. `unclear` are missing, but may stand among the added
    under another name: the rows allow two readings. What a list shows, and `added`, less `lost` and `unclear`, is what
    the next one shows.
    """

    window: Window
    added: int
    lost: int
    back: int
    because: tuple[Because, ...]
    unclear: int = 0
    returned: int = 0


class Tenured(NamedTuple):
    """How many of the lost were connected for at least `least` and less than `below` years; `below` 0 for no end.

    People whose day of connecting is unknown are in none.
    """

    least: int
    below: int
    people: int


class Change(NamedTuple):
    """How many of the connections show a company, or a position, at the beginning of the time looked at and now."""

    name: str
    then: int
    now: int


class Changes(NamedTuple):
    """The names that grew and that shrank most since a list, the largest change first."""

    since: str
    grew: tuple[Change, ...]
    shrank: tuple[Change, ...]


class Reach(NamedTuple):
    """The people connected now: how many there are, have an e-mail, and ever exchanged a message with the owner.

    `email` counts also those who only hide and had shown one; for `untold` it is unknown whether they wrote.
    """

    people: int
    email: int
    talked: int
    talked_email: int
    untold: int = 0


class Health(NamedTuple):
    """The state of the backup.

    `first` is when the first was taken, `newest` when the newest with a list that could be read; `age` is whole days
    since. `held` counts people missing only from a list that is not believed yet. `missing` are kinds of data that an
    earlier archive held and the newest day's lack; `restored` and `verified` are the times of the last drill and check.
    `bare` says that there is a newer archive, without a list.
    """

    snapshots: int
    first: str
    newest: str
    age: int
    bytes: int
    held: int
    missing: tuple[str, ...]
    verified: Record
    restored: Record
    bare: bool = False


class Talked(NamedTuple):
    """What was written: by year, oldest first; in how many conversations of two the owner has not answered, in how
    many the others have not, and for how many this is unknown.

    `fresh` are those of the first whose last message is younger than the archive with messages before the newest; None
    where there is no such archive. `same_words` texts came from three or more people, the third of `fresh_words` as
    late.
    """

    years: Sequence[TalkYear]
    by_me: int
    by_them: int
    untold: int
    fresh: int | None
    same_words: int = 0
    fresh_words: int | None = None


class Overview(NamedTuple):
    """One account.

    `made` is now; `people` are all who are connected now, those too whom only a held list lacks or shows, and `closest`
    the first of them, as `linkbak.index.people.closeness` measures it. `lost` are missing from the believed
    lists, those not counted whom the owner `removed`; `losses` are all of these, the closest first, and `recent` the
    latest of them that belong to none of the `events`, newest first. `unclear` may be gone: the rows allow two
    readings. `away` are all who are or may be gone, those removed too. `talk` is None where no archive holds messages.
    `reached` is how many could be reached without the network. Of those whom the last of the `flows` counts as added,
    `perhaps_old` may be one of its unclear.
    """

    account: str
    made: str
    owner: str
    sizes: Sequence[Size]
    flows: Sequence[Flow]
    tenure: Sequence[Tenured]
    companies: Changes
    positions: Changes
    recent: Sequence[Loss]
    lost: int
    unclear: int
    closest: Sequence[Person]
    reach: Reach
    health: Health
    people: Sequence[Person]
    removed: int = 0
    events: Sequence[Event] = ()
    losses: Sequence[Loss] = ()
    away: Sequence[Person] = ()
    talk: Talked | None = None
    reached: Reached | None = None
    perhaps_old: int = 0


def nameless(found: Overview) -> Overview:
    """The same numbers, without anybody's name or work."""
    none = Changes("", (), ())
    kept = found._replace(owner="", companies=none, positions=none)
    return kept._replace(recent=(), closest=(), people=(), events=(), losses=(), away=())


# --- health -----------------------------------------------------------------------------------------------------------
# The state of one account's backup.


def health(vault: Path, summaries: Sequence[Summary], held: int, now: datetime) -> Health:
    """What is kept of an account (oldest first), how old and how whole it is; `held` people are lost in a held list."""
    listed = [one for one in summaries if one.connections and not one.older] or summaries
    newest = listed[-1].taken if listed else ""
    return Health(
        snapshots=len(summaries),
        first=summaries[0].taken if summaries else "",
        newest=newest,
        age=max(0, (now.date() - datetime.fromisoformat(newest).date()).days) if newest else 0,
        bytes=sum(one.bytes for one in summaries),
        held=held,
        missing=_missing(summaries),
        verified=state.last(vault, "verify"),
        restored=state.last(vault, "drill"),
        bare=bool(summaries) and newest != summaries[-1].taken,
    )


def _missing(summaries: Sequence[Summary]) -> tuple[str, ...]:
    """Kinds that an earlier archive held and none of the newest day does: one request brings two archives."""
    last = summaries[-1].taken[:10] if summaries else ""
    every = {kind for one in summaries for kind in one.kinds}
    return tuple(sorted(every.difference(*(one.kinds for one in summaries if one.taken[:10] == last))))


# --- people -----------------------------------------------------------------------------------------------------------
# Who is closest, and how many can still be reached.

CLOSEST = 20
"""How many of the closest people are shown."""

RECENT = 20
"""How many of the latest losses are shown."""


def reach(people: Sequence[Person]) -> Reach:
    """How many of these have an e-mail, and have exchanged messages with the owner."""
    email = [one for one in people if one.row.email]
    talked, talked_email = (sum(one.messages > 0 for one in some) for some in (people, email))
    return Reach(len(people), len(email), talked, talked_email, sum(one.untold for one in people))


def closest(people: Iterable[Person]) -> tuple[Person, ...]:
    """The first of these people, sorted by closeness; leaves out those who were never named."""
    return tuple(islice((one for one in people if one.row.name), CLOSEST))


def recent(losses: Iterable[Loss]) -> tuple[Loss, ...]:
    """The latest of these losses; inside one window they stay sorted by closeness."""
    return tuple(sorted(losses, key=lambda one: one.case.window.before, reverse=True)[:RECENT])


# --- sums -------------------------------------------------------------------------------------------------------------
# Many windows combined into few: since some list, by month or year, and in total.

_YEAR = 365 * 86_400


class Sum(NamedTuple):
    """The sum of some windows, as in `Flow`; `name` is "" for one that was asked for, else as `periods` says."""

    name: str
    added: int
    lost: int
    back: int
    unclear: int
    returned: int
    because: tuple[Because, ...]


def summed(flows: Iterable[Flow], name: str = "") -> Sum:
    """The sum of these windows."""
    added = lost = back = unclear = returned = 0
    because: Counter[tuple[Cause, Band]] = Counter()
    for one in flows:
        added, lost, back = added + one.added, lost + one.lost, back + one.back
        unclear, returned = unclear + one.unclear, returned + one.returned
        because.update({(each.cause, each.band): each.people for each in one.because})
    return Sum(name, added, lost, back, unclear, returned, ranked(because))


def ranked(because: Counter[tuple[Cause, Band]]) -> tuple[Because, ...]:
    """Causes, those of most people first; among equals the surer."""
    order = sorted(because.items(), key=lambda item: (-item[1], BANDS.index(item[0][1]), item[0][0]))
    return tuple(Because(cause, band, people) for (cause, band), people in order)


def periods(flows: Sequence[Flow], most: int) -> list[Sum]:
    """The windows, named by when they end, if there are no more than `most`; else by month, ``2026-03``, else by year.

    Years are given however many there are. A window belongs to the month or year in which it ends.
    """
    found: dict[str, list[Flow]] = {}
    for letters in (None, 7, 4):  # of the time, of the month, of the year
        found = {}
        for one in flows:
            found.setdefault(one.window.before[:letters], []).append(one)
        if len(found) <= most:
            break
    return [summed(theirs, name) for name, theirs in found.items()]


def year_before(times: Sequence[str]) -> int:
    """The time nearest to a year before the last of these, which are oldest first; of two as near, the older."""
    end = datetime.fromisoformat(times[-1]).timestamp() - _YEAR
    gaps = [abs(datetime.fromisoformat(one).timestamp() - end) for one in times[:-1]]
    return gaps.index(min(gaps))


# --- changes ----------------------------------------------------------------------------------------------------------
# Companies and positions that more, or fewer, of the connections show than a year ago.

MOST = 10
"""How many of those that grew, and of those that shrank, are shown."""


def changes(history: History, account: str, lists: Sequence[MainList]) -> tuple[Changes, Changes]:
    """The companies and positions that grew and shrank since the list taken nearest to a year before the newest.

    Lists that have no column for them are not compared.
    """
    telling = [one for one in lists if one.lacks.isdisjoint({"company", "position"})]
    if len(telling) < 2:
        return Changes("", (), ()), Changes("", (), ())
    earlier = telling[year_before([one.taken for one in telling])]
    then, now = history.work_at(account, earlier.at), history.work_at(account, telling[-1].at)
    return _compared(earlier.taken, then[0], now[0]), _compared(earlier.taken, then[1], now[1])


def _compared(since: str, then: Counter[str], now: Counter[str]) -> Changes:
    """The names whose counts differ, whatever their spelling."""
    before, after = _folded(then), _folded(now)
    grew = [key for key, people in after.items() if people > before[key]]
    shrank = [key for key, people in before.items() if people > after[key]]

    def order(key: str) -> tuple[int, int, str]:
        """The largest difference first, of equal ones the larger name."""
        return -abs(after[key] - before[key]), -after[key] - before[key], key

    largest = [nsmallest(MOST, keys, key=order) for keys in (grew, shrank)]
    spelled = _spellings({key for keys in largest for key in keys}, now, then)
    grew_and_shrank = (tuple(Change(spelled[key], before[key], after[key]) for key in keys) for keys in largest)
    return Changes(since, *grew_and_shrank)


def _folded(shown: Counter[str]) -> Counter[str]:
    found: Counter[str] = Counter()
    for text, people in shown.items():
        found[_fold(text)] += people
    del found[""]
    return found


def _fold(text: str) -> str:
    return " ".join(text.split()).casefold()


def _spellings(keys: Container[str], *shown: Counter[str]) -> Mapping[str, str]:
    """How most write each, in the first of these lists that show it."""
    found: dict[str, str] = {}
    for counted in shown:
        mine: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for text, people in counted.items():
            if (key := _fold(text)) in keys:
                mine[key][" ".join(text.split())] += people
        for key, ways in mine.items():
            found.setdefault(key, min(ways, key=lambda way: (-ways[way], way)))
    return found


# --- tenure -----------------------------------------------------------------------------------------------------------
# How long those who are lost had been connected.

YEARS = ((0, 1), (1, 2), (2, 5), (5, 10), (10, 0))
"""The classes of tenure, in years; 0 for no end."""


def tenure(losses: Iterable[Loss]) -> tuple[Tenured, ...]:
    """How many of the lost had been connected for how long, in all classes, the shortest first."""
    years = Counter(found for loss in losses if (found := _years(loss)) is not None)
    return tuple(
        Tenured(least, below, sum(people for of, people in years.items() if least <= of and (not below or of < below)))
        for least, below in YEARS
    )


def _years(loss: Loss) -> int | None:
    """Whole years from the day of connecting to the last list that showed them."""
    if not loss.case.connected_on:
        return None
    began = date.fromisoformat(loss.case.connected_on)
    ended = date.fromisoformat((loss.case.window.after or loss.case.person.last_seen)[:10])
    return max(0, ended.year - began.year - ((ended.month, ended.day) < (began.month, began.day)))


# --- windows ----------------------------------------------------------------------------------------------------------
# The size of the network at every believed list, and what happened between two of them.


def sizes(lists: Sequence[MainList], summaries: Sequence[Summary], flows: Sequence[Flow]) -> list[Size]:
    """The size of the network at every list; `flows` are the windows between them."""
    hidden = {one.digest: one.hidden or 0 for one in summaries}
    lost = accumulate((one.lost - one.back for one in flows), initial=0)
    return [Size(one.taken, one.total, hidden.get(one.digest, 0), gone) for one, gone in zip(lists, lost, strict=False)]


def flows(history: History, account: str, lists: Sequence[MainList], losses: Sequence[Loss]) -> list[Flow]:
    """What happened between each list and the next; `losses` are all who are lost now."""
    lost, unclear, passing = Counter[int](), Counter[int](), Counter[int]()
    base = {one.at: before.at for before, one in pairwise(lists)}
    for at, how, last, people in history.departures(account):
        (lost if how == "gone" else unclear)[at] += people
        if last != base[at]:  # who only ever was in a list between the two
            passing[at] += people
    causes: defaultdict[int, Counter[tuple[Cause, Band]]] = defaultdict(Counter)
    lost_at, returned = history.lost_at(account), history.returns(account)
    for loss in losses:
        causes[lost_at[loss.case.person.number]][loss.verdict.cause, loss.verdict.band] += 1
    return [
        Flow(
            window=Window(before.taken, one.taken),
            added=one.arrived + passing[one.at],
            lost=lost[one.at],
            back=lost[one.at] - causes[one.at].total(),
            because=ranked(causes[one.at]),
            unclear=unclear[one.at],
            returned=returned[one.at],
        )
        for before, one in pairwise(lists)
    ]


# --- making -----------------------------------------------------------------------------------------------------------
# All numbers of one account together.

_WAITING = "waiting"
_GONE: frozenset[State] = frozenset({"suspected", "confirmed"})


def overview(vault: Vault, history: History, account: str, now: datetime, incidents: Sequence[Incident]) -> Overview:
    """The numbers of one account, given its full name (``linkedin-me``); `now` has a time zone.

    Without a list everything about people is empty.
    """
    summaries = [one for one in history.judged(vault.summaries()) if one.key.account == account]
    losses = judge_lost(history, history.people(PeopleFilter(account=account, states=_GONE, sort="closest")), incidents)
    people = history.people(PeopleFilter(account=account, sort="closest"))
    counts = history.lost_counts(account)
    lists = history.main_lists(account)
    companies, positions = changes(history, account, lists)
    between = flows(history, account, lists, losses)
    own = {one.number for one in history.removed_by_me(account)}
    missed = [loss for loss in losses if loss.case.person.number not in own]
    events = [loss.event for loss in missed if loss.event is not None]
    return Overview(
        account=account,
        made=f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        owner=next((one.owner.names[0] for one in reversed(summaries) if one.owner.names), ""),
        sizes=sizes(lists, summaries, between),
        flows=between,
        tenure=tenure(missed),
        companies=companies,
        positions=positions,
        recent=recent(loss for loss in missed if loss.event is None),
        lost=len(missed),
        unclear=counts["unclear"],
        closest=closest(people),
        reach=reach(people),
        health=health(vault.path, summaries, counts["held"], now.astimezone(UTC)),
        people=people,
        removed=len(losses) - len(missed),
        losses=missed,
        away=history.people(PeopleFilter(account=account, states=_GONE | {"unclear"})),
        talk=talked(history, account, summaries),
        perhaps_old=_perhaps_old(history, account, between),
        events=tuple(dict.fromkeys(sorted(events, key=lambda event: event.window.before, reverse=True))),
    )


def _perhaps_old(history: History, account: str, between: Sequence[Flow]) -> int:
    """How many came with the newest list who may be one of those unclear since then."""
    if not between or not between[-1].unclear:
        return 0
    window = between[-1].window
    may_be = [other.person for one, others in history.unclear(account) if one.window == window for other in others]
    return len({one.number for one in may_be if one.first_seen == window.before})


def talked(history: History, account: str, summaries: Sequence[Summary]) -> Talked | None:
    """What was written in an account, from the archives of these snapshots; None if none of them has messages."""
    times = sorted(one.taken for one in summaries if "messages" in one.kinds)
    if not times:
        return None
    by_me, by_them, untold = _waiting(history, account)
    fresh = sum(one >= times[-2] for one in by_me) if len(times) > 1 else None
    years = talk_by_year(history, account)
    names = {name for one in summaries for name in one.owner.names}
    groups = groups_of(history, account, names)
    fresh_words = fresh_groups(groups, times[-2]) if len(times) > 1 else None
    return Talked(years, len(by_me), by_them, untold, fresh, len(groups), fresh_words)


def _waiting(history: History, account: str) -> tuple[list[str], int, int]:
    """When the last message came of each conversation that waits for the owner, how many wait for others, or nobody
    knows; kept until messages change."""
    if (kept := history.kept(account, _WAITING, "")) is not None:
        by_me, by_them, untold = json.loads(kept)
        return by_me, by_them, untold
    apart = unanswered(conversations(history, account))
    found = [one.last for one in apart.by_me], len(apart.by_them), len(apart.untold)
    history.keep(account, _WAITING, "", json.dumps(found).encode())
    return found


def overview_now(vault: Vault, account: str, progress: Progress) -> Overview:
    """The numbers of one account as of now, from the index of people."""
    with History.open(vault, progress) as history, history.read_transaction():
        found = overview(vault, history, account, datetime.now(UTC), known_incidents())
        return found._replace(reached=count_reach(vault, history, account))
