"""Whom the owner could reach without the network: by which e-mail address, its source, and how sure it is."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from types import MappingProxyType
from typing import Literal, get_args

from linkbak.index import PeopleFilter, Person
from linkbak.index.correspondence import contacts, messages
from linkbak.index.history import History
from linkbak.marks import CULL, Mark
from linkbak.model import NamedTuple
from linkbak.talk import Reached, last_reached, note_reached
from linkbak.talk.addresses import Band, Owner, SeenNumber, Written, emails_in, numbers, written
from linkbak.talk.book import Contact, Suggestion, joined, own_contacts, said, suggestions
from linkbak.vault import Vault

CLOSEST = 50
"""How many of the closest are a group of their own."""

Source = Literal["note", "address book", "list", "older list", "written", "synced"]
"""The sources of addresses, most trusted first: the owner's note, their own address book, the newest list, an older
one, a message, and the address book that the owner once gave the network."""
SOURCES: tuple[Source, ...] = get_args(Source)


class Way(NamedTuple):
    """An e-mail address of a person; only written ones have a `band`.

    `at` is when the note was made, the address book or the newest list that shows it taken, or the message sent, RFC
    3339 UTC; "" for a synced contact. `archive` is when the newest archive that has the message was taken, "" for
    others.
    """

    email: str
    source: Source
    at: str = ""
    band: Band = ""
    archive: str = ""


_NOT_SHOWN = ("hidden", "suspected", "confirmed")
"""States in which the newest list does not show somebody."""


class Group(NamedTuple):
    """How many people there are, and how many of them have an e-mail in a list, one they wrote, or one elsewhere.

    Somebody with several counts under each, and once as reachable. `people` is None of those who talked, and `written`
    None, where no archive holds messages: unknown, not zero.
    """

    name: str
    people: int | None
    email: int
    written: int | None
    elsewhere: int
    reachable: int


class Reach(NamedTuple):
    """Everybody connected now, the closest first, and the ways to them by their number, the most trusted first.

    `refused` are addresses in messages that do not count as the writer's, `seen` telephone numbers in messages.
    `untold` people may have talked with the owner: no archive shows it. `among` says in words whom the groups and
    the rest of `people` are limited to, "" for all. `joined` are the contacts of the owner's own
    address books linked with each person, by number; `suggested` are possible links to ask about.
    """

    account: str
    people: Sequence[Person]
    ways: dict[int, list[Way]]
    groups: tuple[Group, ...]
    untold: int
    refused: Sequence[Written] = ()
    seen: Sequence[SeenNumber] = ()
    joined: Mapping[int, Sequence[Contact]] = MappingProxyType({})
    suggested: Sequence[tuple[Suggestion, Contact]] = ()
    among: str = ""

    def ask(self, most: int) -> list[Person]:
        """The closest people without an address, at most so many; nobody who was never named, or is to be culled."""
        return list(islice((one for one in self._lacking() if CULL not in one.tags), most))

    @property
    def culled(self) -> int:
        """How many without an address are not to be asked, since the owner wants to disconnect from them."""
        return sum(CULL in one.tags for one in self._lacking())

    def of(self, wanted: Container[int], among: str) -> Reach:
        """The same for some people only, by their numbers, described by `among`."""
        people = [one for one in self.people if one.number in wanted]
        groups = _groups(people, self.ways, told=self.groups[0].written is not None)
        return self._replace(people=people, groups=groups, untold=sum(one.untold for one in people), among=among)

    def _lacking(self) -> Iterator[Person]:
        return (one for one in self.people if one.row.name and one.number not in self.ways)


def reach_of(
    history: History, account: str, owner: Owner, contacts: Sequence[Contact] = (), asked: Person | None = None
) -> Reach:
    """The people of an account whom the owner could reach; `account` is its full name, `contacts` the owner's own.

    Addresses of `asked` are looked for too, even if they are no longer connected; then they count in no group.
    """
    people = history.people(PeopleFilter(account=account, sort="closest"))
    sought = [*people, *([asked] if asked is not None and asked.number not in {one.number for one in people} else ())]
    names = {one.number: {one.row.name} for one in sought if one.row.name}
    sent = [one for one in messages(history, account) if "@" in one.text or "@" in one.subject or "+" in one.text]
    found = written(sent, names, owner)
    marks = history.marks(account)
    mine = {email.casefold() for email in owner.emails}
    every = [
        (number, way)
        for number, way in _ways(history, account, sought, found, marks)
        if way.email.casefold() not in mine
    ]
    told, sure = said(contacts, marks), _sure(every)
    same = joined(contacts, sure, told)
    every += _of_own_books(sure, same, contacts, mine)
    every.sort(key=lambda one: SOURCES.index(one[1].source))
    ways: dict[int, list[Way]] = {}
    for number, way in every:
        theirs = ways.setdefault(number, [])
        if all((way.email.casefold(), way.source) != (one.email.casefold(), one.source) for one in theirs):
            theirs.append(way)
    refused = [one for one in found if not one.band]
    return Reach(
        account,
        people,
        ways,
        _groups(people, ways, told=any(not one.untold for one in people)),
        sum(one.untold for one in people),
        refused,
        numbers(sent),
        {number: [contacts[at] for at in places] for number, places in same.items()},
        [(one, contacts[one.contact]) for one in suggestions(people, contacts, same, told)] if contacts else (),
    )


def count_reach(vault: Vault, history: History, account: str) -> Reached:
    """The number of an account's reachable people: the last count if the vault has not changed, else a new one."""
    before = last_reached(vault.path).get(account)
    if before is not None and before.commit == vault.newest():
        return before
    kept = vault.summaries(account)
    return remembered_of(vault, reach_of(history, account, Owner.of(kept), own_contacts(vault)))


def remembered_of(vault: Vault, found: Reach) -> Reached:
    """The new counts, kept for the next command."""
    _, both, everybody = found.groups
    taken = vault.summaries(found.account)[-1].taken
    numbers = everybody.people or 0, everybody.reachable, both.people, both.reachable
    reached = Reached(vault.newest(), taken, *numbers)
    note_reached(vault.path, found.account, reached)
    return reached


def _sure(ways: Iterable[tuple[int, Way]]) -> dict[int, set[str]]:
    """The addresses that are certainly somebody's: only these link people."""
    found: dict[int, set[str]] = {}
    for number, way in ways:
        if way.source in ("note", "list", "older list") or way.band == "likely":
            found.setdefault(number, set()).add(way.email)
    return found


def _of_own_books(
    sure: Mapping[int, Iterable[str]],
    same: Mapping[int, Sequence[int]],
    contacts: Sequence[Contact],
    mine: Container[str],
) -> list[tuple[int, Way]]:
    """The addresses that the cards of each person add, without those known to be another's."""
    whose: dict[str, set[int]] = {}
    for number, emails in sure.items():
        for email in emails:
            whose.setdefault(email.casefold(), set()).add(number)
    return [
        (number, Way(email, "address book", contacts[at].at))
        for number, places in same.items()
        for at in places
        for email in contacts[at].emails
        if email.casefold() not in mine and whose.get(email.casefold(), {number}) == {number}
    ]


def _ways(
    history: History,
    account: str,
    people: Sequence[Person],
    found: Iterable[Written],
    marks: Iterable[tuple[Mark, Person | None]],
) -> Iterator[tuple[int, Way]]:
    """Each address in the network's archives and the owner's notes, the most trusted of each source first."""
    numbered = {one.number: one for one in people}
    for mark, person in marks:
        if mark.fact == "note" and not mark.undone and person is not None and person.number in numbered:
            for email in emails_in(mark.value):
                yield person.number, Way(email, "note", mark.at)
    until, spans = history.listed_emails_until(account), history.emails(account)
    older: list[tuple[int, Way]] = []
    for number, theirs in spans.items():
        if (person := numbered.get(number)) is None:
            continue
        for span in reversed(theirs):
            if span.ended is not None or person.state in _NOT_SHOWN or until < person.last_seen:
                at = span.ended.after if span.ended else min(until, person.last_seen)
                older.append((number, Way(span.value.strip(), "older list", at)))
            else:
                yield number, Way(span.value.strip(), "list", until)
    yield from older
    for one in sorted(found, key=lambda one: one.band != "likely"):
        if one.band:
            yield one.person, Way(one.email, "written", one.sent_at, one.band, one.last_seen)
    for contact in contacts(history, account):
        if contact.person in numbered:
            for email in contact.emails:
                for exact in emails_in(email):
                    yield contact.person, Way(exact, "synced")


def _groups(people: Sequence[Person], ways: Mapping[int, Sequence[Way]], *, told: bool) -> tuple[Group, ...]:
    both = [one for one in people if one.mutual]
    closest = list(islice((one for one in people if one.row.name), CLOSEST))
    return (
        _group("closest", closest, ways, told=told),
        _group("both ways", both, ways, told=told)._replace(people=len(both) if told else None),
        _group("all", people, ways, told=told),
    )


def _group(name: str, people: Sequence[Person], ways: Mapping[int, Sequence[Way]], *, told: bool) -> Group:
    sources = [{way.source for way in ways.get(one.number, ())} for one in people]
    return Group(
        name,
        len(people),
        sum(not some.isdisjoint({"list", "older list"}) for some in sources),
        sum("written" in some for some in sources) if told else None,
        sum(not some.isdisjoint({"note", "address book", "synced"}) for some in sources),
        sum(bool(some) for some in sources),
    )
