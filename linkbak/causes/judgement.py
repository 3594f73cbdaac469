"""From the evidence of all rules to one verdict; and which losses of one window belong together.

Every rule is asked, then all that they found is weighed:

1. The user's word wins over everything, and is verified because it is theirs.
2. Each cause has the strongest band of what speaks for it: verified, likely, possible.
3. One piece of evidence against a cause caps it at possible:

   - an account that an archive showed when the connection was gone already lived then: "LinkedIn Member" in any archive
     counts against that and never for "closed", since they may have hidden or closed the account at some later time.
     Only data that shows the account itself does this: a row that may outlive it never overrules "LinkedIn Member";
   - that the account lives speaks against "closed" and "purge";
   - a known incident in the window that nothing refutes speaks against "purge": it accounts for many losses as well;
   - a list made after a fault was mended, on a later day, speaks against the fault.

4. While a loss is held, every cause but "incomplete" is capped at possible: nobody is known to be gone.
5. While a known fault in the window may still be the reason, "the account lives, the connection ended" is at most
   likely: the fault may have left out the row.
6. The strongest band wins, the first in `ORDER` where several causes have it. A cause with nothing for it is never
   said.

So "closed" is only ever said where a conversation says "LinkedIn Member" and nothing shows that the account outlived
the connection (or where the user says it), and "verified" only of the user's word, and of an account that an archive as
late shows by name with nothing against it.

Which losses of one window belong together: a sweep, an owner's own cull, a fault, a missing piece of a list.

Screens show whoever fits no event first, one by one, and fold the members of an event under one line.
Nobody to whom the owner ever wrote, or whom a recommendation, a note or a mark ties to the owner, is a member; who
wrote and was never answered may be one, unless it is unknown who wrote. What makes people alike is compared with
everybody whom the list before showed:

- **days of connecting**: the stretch of days that lost most beyond the rest of the list, by the likelihood ratio of a
  scan (Kulldorff, A spatial scan statistic, 1997, Bernoulli model), each pair of days counted as a try (Bonferroni);
- **words of the position**: a word lost far more often than all others is, by the tail of a binomial. In a real account
  that its owner culled the loss was 8 to 94 % by word;
- **no work shown**: far more rows without company and position among the lost than in the list, by the same tail.

Days and empty rows make a sweep only in a window that lost far more than expected at this account's own rate for that
much time; words need no rate, since they compare within the window.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from math import log
from typing import TYPE_CHECKING

from linkbak.causes import BANDS, Band, Cause, Event, Evidence, Incident, Verdict, day_of_year, listing
from linkbak.causes.rules import FEW, RULES, CaseContext, LossRates, Usual, binomial_tail, touches, written_during
from linkbak.index import LOST, Case, PeopleFilter, Person, State, Window
from linkbak.index.history import History
from linkbak.index.people import close
from linkbak.model import Connection, NamedTuple
from linkbak.texts import day, tr, tr_count

if TYPE_CHECKING:
    from linkbak.index import Interval, Shown

LEAST = 8
"""The least size of an event; fewer people are shown one by one."""
_SURE, _LEVEL = 1e-6, 1e-3
"""The chance below which a likeness makes a purge likely, and the one below which it is a likeness at all."""
_TIMES = 3.0
"""How many times the expected losses make a window unusual."""
_PART = 4
"""A stretch of days holds at most a quarter of the list: losses from half of all years are no sweep."""
_DATES = 200
"""From this many different days of connecting on, whole months are compared."""
_FEWEST = LEAST // 2
"""The least number of people with a word in common; with fewer, the word says nothing."""
_WORD, _WORDS = 3, 5
"""The least letters of a word, and the most words that are named."""


class WindowContext:
    """One window's surroundings, to compare it with.

    `read` gives everybody whom the list before it showed, the lost too, and is called only if that matters; `usual`
    is the number expected at this account's own rate, None if unknown; `faults` are those during which the list that
    lacks them was written.
    """

    def __init__(
        self, read: Callable[[], Sequence[Shown]], usual: Usual | None, faults: Sequence[Incident] = ()
    ) -> None:
        self.usual, self.faults, self._read = usual, faults, read

    @cached_property
    def shown(self) -> Sequence[Shown]:
        """Everybody in the list before the window."""
        return self._read()


def find_events(window: Window, lost: Sequence[Person], context: WindowContext) -> list[Event]:
    """The events of one window, the largest first; `lost` are all who went in it and whom the owner did not remove."""
    silent = [one for one in lost if (one.only_theirs or not one.messages) and not close(one)]
    if len(silent) < LEAST:
        return []
    if all(one.state == "held" for one in lost):
        what = tr_count(
            "{people} person missing from the list of {day}, which is not believed yet",
            "{people} people missing from the list of {day}, which is not believed yet",
            len(silent),
            people=f"{len(silent):,}",
            day=day(window.before),
        )
        return [_event("missing-piece", window, silent, what, *_or_swept(silent, context))]
    if context.faults and all(one.state == "suspected" for one in lost):
        what = tr_count(
            "{people} person missing from the list of {day}, written during a known fault",
            "{people} people missing from the list of {day}, written during a known fault",
            len(silent),
            people=f"{len(silent):,}",
            day=day(window.before),
        )
        return [_event("fault", window, silent, what, context.faults[0].what.rstrip("."))]
    found: list[Event] = []
    for find in (_by_days, _by_words, _by_sparseness):
        if event := find(window, silent, context, len(lost)):
            found.append(event)
            silent = [one for one in silent if one.id not in event.members]
    return sorted(found, key=lambda event: -len(event.members))


def _event(kind: str, window: Window, members: Iterable[Person], *evidence: str, chance: float = 1.0) -> Event:
    return Event(kind, window, tuple(one.id for one in members), evidence, "likely" if chance < _SURE else "possible")  # type: ignore[arg-type]


def _or_swept(silent: Sequence[Person], context: WindowContext) -> Iterator[str]:
    """The other explanation of a missing piece: a network that removes empty accounts leaves the same trace."""
    empty, share = sum(not _works(one) for one in silent), _sparse_share(context)
    if empty * 2 > len(silent) and binomial_tail(empty, len(silent), share) <= _LEVEL:
        yield tr(
            "or the network removed them together: {empty} of {people} show no company or position, "
            "of the list before {share}; the next archive will tell",
            empty=f"{empty:,}",
            people=f"{len(silent):,}",
            share=f"{share:.0%}",
        )


def _sparse_share(context: WindowContext) -> float:
    """The share of the list before that showed no work."""
    return sum(not one.works for one in context.shown) / max(1, len(context.shown))


def _by_days(window: Window, silent: Sequence[Person], context: WindowContext, lost: int) -> Event | None:
    usual = _unusual(context, lost)
    if usual is None:
        return None
    dated = sorted(one.row.day for one in silent if one.row.day)
    listed = sorted(one.connected_on for one in context.shown if one.connected_on)
    found = _densest(dated, listed)
    if found is None:
        return None
    first, last, chance = found
    members = [one for one in silent if one.row.day and first <= one.row.day <= last]
    there = _between(listed, first, last)
    what = tr_count(
        "{people} person connected {when}{traits}, gone together",
        "{people} people connected {when}{traits}, gone together",
        len(members),
        people=f"{len(members):,}",
        when=_span(first, last),
        traits=_traits(members, context),
    )
    rest = tr(
        "{people} of the {there} who connected then are gone, and {others} of all others",
        people=f"{len(members):,}",
        there=f"{there:,}",
        others=f"{lost - len(members):,}",
    )
    said, empty = [what, rest, usual.text], sum(not _works(one) for one in members)
    if 0 < empty < len(members):
        every = f"{len(members):,}"
        said.append(tr("{empty} of {people} show no company or position", empty=f"{empty:,}", people=every))
    return _event("sweep", window, members, *said, chance=max(chance, usual.band_chance))


def _by_sparseness(window: Window, silent: Sequence[Person], context: WindowContext, lost: int) -> Event | None:
    usual = _unusual(context, lost)
    members = [one for one in silent if not _works(one)]
    if usual is None or len(members) < LEAST or len(members) * 2 <= len(silent):
        return None
    share = _sparse_share(context)
    chance = binomial_tail(len(members), len(silent), share)
    if chance > _LEVEL:
        return None
    what = tr_count(
        "{people} person{traits}, gone together",
        "{people} people{traits}, gone together",
        len(members),
        people=f"{len(members):,}",
        traits=_traits(members, context),
    )
    rest = tr("of the list before {share} showed no company or position", share=f"{share:.0%}")
    return _event("sweep", window, members, what, rest, usual.text, chance=max(chance, usual.band_chance))


def _by_words(window: Window, silent: Sequence[Person], context: WindowContext, lost: int) -> Event | None:
    gone_words = [_words(one.row.position) for one in silent]
    if max(_counted(gone_words).values(), default=0) < _FEWEST:
        return None
    shown_words = [_words(one.position) for one in context.shown]
    gone, listed = _counted(gone_words), _counted(shown_words)
    telling: list[str] = []
    while found := _telling(
        *([one for one in those if one.isdisjoint(telling)] for those in (gone_words, shown_words))
    ):
        telling += found
    chosen = [one for one in silent if not _words(one.row.position).isdisjoint(telling)]
    if len(chosen) < LEAST:
        return None
    left = len(telling) - _WORDS
    more = [tr_count("{number} more word", "{number} more words", left, number=f"{left:,}")] if left > 0 else []
    said = listing(
        tr("{word} ({gone} of {all} gone)", word=one, gone=f"{gone[one]:,}", all=f"{max(gone[one], listed[one]):,}")
        for one in telling[:_WORDS]
    )
    what = tr_count(
        "{people} person whose position says {words}, gone together",
        "{people} people whose position says {words}, gone together",
        len(chosen),
        people=f"{len(chosen):,}",
        words=listing([*telling[:_WORDS], *more], "or"),
    )
    others = tr(
        "of all others {gone} of {people} are gone",
        gone=f"{lost - len(chosen):,}",
        people=f"{max(0, len(context.shown) - len(chosen)):,}",
    )
    return _event("cull", window, chosen, what, said, others, tr("perhaps you removed them: `linkbak mark` can say so"))


def _telling(gone_words: Sequence[frozenset[str]], shown_words: Sequence[frozenset[str]]) -> list[str]:
    """Words whose people were lost far more often than all others, those of most people first."""
    gone, listed = _counted(gone_words), _counted(shown_words)
    found = []
    for word, people in gone.items():
        there = max(people, listed[word])
        others = max(1, len(shown_words) - there)
        rate = max(1, len(gone_words) - people) / others
        many = people >= _FEWEST and people >= _TIMES * rate * there
        if many and binomial_tail(people, there, rate) < _LEVEL / len(gone):
            found.append(word)
    return sorted(found, key=lambda word: (-gone[word], word))


def _counted(groups: Iterable[frozenset[str]]) -> Counter[str]:
    return Counter(word for group in groups for word in group)


def _unusual(context: WindowContext, lost: int) -> Usual | None:
    """The usual number of losses in words, where these are far more; else nothing."""
    usual = context.usual
    if usual is None or lost < FEW or usual.chance > _LEVEL or lost < _TIMES * usual.expected:
        return None
    return usual


def _densest(dated: Sequence[str], listed: Sequence[str]) -> tuple[str, str, float] | None:
    """The first and last day of the stretch that lost most beyond the rest, and how improbable it is by chance."""
    total, everybody = len(dated), max(len(listed), len(dated))
    days = sorted(set(dated))
    starts, ends = days, days
    if len(days) > _DATES:
        starts = sorted({f"{one[:7]}-01" for one in days})
        ends = [f"{one[:7]}-31" for one in starts]
    best = (0.0, "", "")
    for place, first in enumerate(starts):
        for last in ends[place:]:
            gone = _between(dated, first, last)
            there = max(gone, _between(listed, first, last))
            if there * _PART > everybody:
                break
            if gone >= LEAST and gone * (everybody - there) >= _TIMES * there * (total - gone):
                ratio = _odds(gone, there) + _odds(total - gone, everybody - there) - _odds(total, everybody)
                best = max(best, (ratio, first, last))
    ratio, first, last = best
    tries = len(starts) * (len(starts) + 1) / 2
    chance = tries * 2.718281828459045 ** -min(ratio, 700.0)
    return (max(first, dated[0]), min(last, dated[-1]), chance) if first and chance < _LEVEL else None


def _odds(some: int, of: int) -> float:
    """The logarithm of the likelihood of `some` among `of` at their own share."""
    rest = of - some
    return (some * log(some / of) if some else 0.0) + (rest * log(rest / of) if rest > 0 else 0.0)


def _between(days: Sequence[str], first: str, last: str) -> int:
    return bisect_right(days, last) - bisect_left(days, first)


# --- words ---


def _works(one: Person) -> bool:
    return bool(one.row.company.strip() or one.row.position.strip())


def _words(position: str) -> frozenset[str]:
    return frozenset(word for word in position.casefold().split() if len(word) >= _WORD and word.isalpha())


def _traits(members: Sequence[Person], context: WindowContext) -> str:
    """``, no work shown or never a message``: what all of them lack, and what most of the others do not."""
    empty = sum(not _works(one) for one in members)
    parts = [tr("no work shown")] if empty * 2 >= len(members) else []
    if not any(one.untold for one in members):
        wrote = any(one.messages for one in members)
        parts.append(tr("never a message from you") if wrote else tr("never a message"))
    if len(parts) > 1:
        work, message = parts
        parts = [tr("{work} or {message}", work=work, message=message)]
        if empty == len(members):
            parts = [tr("{work} and {message}", work=work, message=message)]
    usual = sum(one.email for one in context.shown) * 5 >= len(context.shown)
    if usual and not any(one.row.email for one in members):
        parts.append(tr("no e-mail"))
    return "".join(f", {part}" for part in parts)


def _span(first: str, last: str) -> str:
    """``3 to 12 Feb 2026``, ``on 3 Feb 2026``, ``3 Feb to 12 Mar 2026``, ``3 Feb 2025 to 12 Mar 2026``."""
    if first == last:
        return tr("on {day}", day=day(first))
    begin = day_of_year(first) if first[:4] == last[:4] else day(first)
    if first[:7] == last[:7]:
        begin = str(int(first[8:10]))
    return tr("{begin} to {end}", begin=begin, end=day(last))


# --- verdicts ---------------------------------------------------------------------------------------------------------

ORDER: tuple[Cause, ...] = ("account-lives", "closed", "incomplete", "platform", "purge", "unknown")
"""The order in which causes of one band are preferred: what the data itself shows comes first."""
_NOT_OF_THE_LIVING: dict[Cause, str] = {
    "closed": tr("An account that an archive as late still shows was not closed."),
    "purge": tr("An account that an archive as late still shows was not removed by the network."),
}
_ACCOUNTED_FOR = tr("The known incident in this window may account for the many losses as well.")


class Loss(NamedTuple):
    """Someone lost, all evidence about why, and the verdict."""

    case: Case
    verdict: Verdict
    event: Event | None = None


def judge_all(
    cases: Iterable[Case], intervals: Sequence[Interval], incidents: Sequence[Incident], events: Iterable[Event] = ()
) -> list[Loss]:
    """Why people of one account are gone, as far as can be known; `intervals` are all windows of it, in any order.

    `events` are those of the windows in which they went.
    """
    event_of = {member: event for event in events for member in event.members}
    latest = max((interval.window.before for interval in intervals), default="")
    found = []
    for case in cases:
        near, event = tuple(one for one in incidents if touches(one, case)), event_of.get(case.person.id)
        context = CaseContext(case, near, latest, event)
        found.append(Loss(case, weigh(context, [one for rule in RULES for one in rule(context)]), event))
    return found


def weigh(context: CaseContext, found: Sequence[Evidence]) -> Verdict:
    """The cause that the evidence comes to, by the rules above."""
    evidence = list(_settled(context, found))
    evidence += list(_objections(context, evidence))
    mine = [one for one in evidence if one.rule == "your-word" and one.favours]
    if mine:
        cause, band = mine[0].cause, mine[0].band
    else:
        bands = {one.cause: _band(context, one.cause, evidence) for one in evidence if one.favours}
        cause = min(bands, key=lambda cause: (BANDS.index(bands[cause]), ORDER.index(cause)), default="unknown")
        band = bands.get(cause, "unknown")
    evidence.sort(key=lambda one: (_place(one, cause), BANDS.index(one.band)))
    return Verdict(cause, band, tuple(evidence), bool(mine))


def _settled(context: CaseContext, found: Sequence[Evidence]) -> Iterator[Evidence]:
    """The same evidence, with whatever speaks for the other of "closed" and "alive" counted against the one named."""
    living = any(one.cause == "account-lives" for one in found)
    contested = living and any(one.rule == "anonymous" for one in found)
    for one in found:
        if contested and one.rule == "anonymous" and context.living:
            yield one._replace(cause="account-lives", favours=False)
        elif contested and one.cause == "account-lives" and not context.living:
            yield one._replace(cause="closed", favours=False)
        else:
            yield one


def _objections(context: CaseContext, evidence: Sequence[Evidence]) -> Iterator[Evidence]:
    """What evidence for one cause says against another cause that has evidence for it."""
    for cause in dict.fromkeys(one.cause for one in evidence if one.favours):
        for one in evidence:
            if one.favours and one.cause == "account-lives" and cause in _NOT_OF_THE_LIVING:
                yield Evidence(one.rule, cause, one.band, False, _NOT_OF_THE_LIVING[cause])
                break
        if cause == "purge" and any(one.rule == "incident" and one.favours for one in evidence):
            yield Evidence("incident", "purge", "possible", False, _ACCOUNTED_FOR)


def _band(context: CaseContext, cause: Cause, evidence: Sequence[Evidence]) -> Band:
    """The strongest band of the evidence for a cause, capped."""
    best = min(BANDS.index(one.band) for one in evidence if one.favours and one.cause == cause)
    cap: Band = "verified"
    if cause == "account-lives" and any(map(context.unsettled, context.incidents)):
        cap = "likely"
    doubted = any(one.cause == cause and not one.favours for one in evidence)
    if doubted or (cause != "incomplete" and context.case.person.state == "held"):
        cap = "possible"
    return BANDS[max(best, BANDS.index(cap))]


def _place(one: Evidence, cause: Cause) -> int:
    """Its place in a verdict: for the cause, against it, for others, against others, remarks for the reader."""
    if one.cause == "unknown":
        return 0 if cause == "unknown" and one.favours else 4
    return (0 if one.favours else 1) if one.cause == cause else (2 if one.favours else 3)


# --- outcomes ---------------------------------------------------------------------------------------------------------
# What became of those missing from a list, as of today: cases judged, and people looked up by the row they had.


class Outcome(NamedTuple):
    """What became of someone who vanished in a comparison, as of today.

    `window` is when they went; for someone listed again, when they came back, "" on both sides if no list that is
    believed ever lacked them. `verdict` is None for those who are listed, hidden, or only perhaps gone. `person` is who
    they are.
    """

    id: str
    state: State
    verdict: Verdict | None
    window: Window
    event: Event | None = None
    person: Person | None = None


def events_of(
    history: History,
    account: str,
    incidents: Sequence[Incident],
    windows: Collection[Window] | None = None,
    people: Iterable[Person] | None = None,
) -> list[Event]:
    """The events among all who are lost today, the newest window first; only those of some windows if they are given.

    Whom the owner removed belongs to none. `people` are all others who went in these windows, the closest first, if
    they are known already.
    """
    if people is None:
        days = [window.before[:10] for window in windows or ()]
        since, until = min(days, default=""), max(days, default="")
        others = PeopleFilter(account=account, states=LOST, removed_by_me=False, sort="closest")
        people = history.people(others._replace(gone_since=since, gone_by=until))
    went: dict[Window, list[Person]] = defaultdict(list)
    for person in people:
        if person.window and (windows is None or person.window in windows):
            went[person.window].append(person)
    large = {window: people for window, people in went.items() if len(people) >= LEAST}
    intervals = history.intervals(account) if large else []
    by_window, rates = {interval.window: interval for interval in intervals}, LossRates(intervals)
    found: list[Event] = []
    for window, people in sorted(large.items(), key=lambda item: item[0].before, reverse=True):
        interval = by_window.get(window)
        many = interval is not None and len(people) >= max(FEW, _TIMES * rates.expected(interval))
        context = WindowContext(
            partial(history.shown_before, account, window.before) if interval else list,
            rates.usual(interval, len(people)) if interval and many else None,
            [one for one in incidents if one.kind == "fault" and written_during(one, account, window)],
        )
        found += find_events(window, people, context)
    return found


def judge_lost(
    history: History,
    people: Sequence[Person],
    incidents: Sequence[Incident],
    events: Mapping[str, Sequence[Event]] | None = None,
) -> list[Loss]:
    """The cases of people who are lost, in order, each with its verdict; `events` by account, if known already."""
    cases = history.cases(people) if people else []
    found: dict[int, Loss] = {}
    for account in {person.account for person in people}:
        theirs = [case for case in cases if case.person.account == account]
        windows = {case.window for case in theirs}
        known = events_of(history, account, incidents, windows) if events is None else events.get(account, ())
        mine = [event for event in known if event.window in windows]
        for loss in judge_all(theirs, history.intervals(account), incidents, mine):
            found[loss.case.person.number] = loss
    return [found[case.person.number] for case in cases]


def outcomes_of(
    history: History, account: str, rows: Sequence[Connection], incidents: Sequence[Incident]
) -> tuple[Outcome | None, ...]:
    """The outcome of each row's person, in the order of the rows; None where it is unknown whose row it is."""
    people = history.of_rows(account, rows)
    known = [person for person in people if person is not None]
    losses = {
        loss.case.person.number: loss
        for loss in judge_lost(history, [one for one in known if one.state in LOST], incidents)
    }
    returns = _returns(history, account, known)
    return tuple(_outcome(person, losses, returns) if person is not None else None for person in people)


def _outcome(person: Person, losses: dict[int, Loss], returns: dict[int, Window]) -> Outcome:
    if person.state in ("listed", "hidden"):
        return Outcome(person.id, person.state, None, returns.get(person.number, Window("", "")), person=person)
    loss, window = losses.get(person.number), person.window or Window("", "")
    return Outcome(person.id, person.state, loss and loss.verdict, window, loss and loss.event, person)


def _returns(history: History, account: str, people: Iterable[Person]) -> dict[int, Window]:
    """When those of the people who are listed last came back."""
    listed = {person.number for person in people if person.state in ("listed", "hidden")}
    found: dict[int, Window] = {}
    for person, absence in history.came_back(account) if listed else ():
        if person.number in listed and absence.back is not None:
            found.setdefault(person.number, absence.back)
    return found
