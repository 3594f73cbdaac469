"""Whom the owner could reach without the network: by which e-mail address, known from where, and how surely."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Literal, NamedTuple

from linkbak.index import PeopleFilter, Person
from linkbak.index.correspondence import contacts, messages
from linkbak.index.history import History
from linkbak.talk.addresses import Band, Owner, SeenNumber, Written, emails_in, numbers, written

CLOSEST = 50
"""So many of the closest are a group of their own."""

Source = Literal["note", "list", "older list", "written", "synced"]
"""Where an address comes from, most trusted first: the owner's note, the newest list, an older one, a message, and the
address book that the owner once gave the network."""
SOURCES: tuple[Source, ...] = ("note", "list", "older list", "written", "synced")


class Way(NamedTuple):
    """An e-mail address of a person; `band` is told of written ones alone.

    `at` is when the note was made, the newest list that shows it taken, or the message sent, RFC 3339 UTC; "" for a
    synced contact. `archive` is when the newest archive that has the message was taken, "" for all others.
    """

    email: str
    source: Source
    at: str = ""
    band: Band = ""
    archive: str = ""


class Group(NamedTuple):
    """How many people there are, and how many of them have an e-mail in a list, one they wrote, or one elsewhere.

    Somebody with several counts under each, and once as reachable. `people` is None of those who talked, and `written`
    None, where no archive holds messages: that is not none.
    """

    name: str
    people: int | None
    email: int
    written: int | None
    elsewhere: int
    reachable: int


class Reach(NamedTuple):
    """Everybody connected now, the closest first, and the ways to them by their number, the most trusted first.

    `refused` are addresses in messages that are not taken for the writer's, `seen` telephone numbers in messages.
    `untold` people may have talked with the owner: no archive can tell.
    """

    account: str
    people: Sequence[Person]
    ways: dict[int, list[Way]]
    groups: tuple[Group, ...]
    untold: int
    refused: Sequence[Written] = ()
    seen: Sequence[SeenNumber] = ()

    def ask(self, most: int) -> list[Person]:
        """The closest people who have no way, at most so many; nobody who was never named."""
        return list(islice((one for one in self.people if one.row.name and one.number not in self.ways), most))


def reach_of(history: History, account: str, owner: Owner) -> Reach:
    """Whom of an account the owner could reach; `account` is the full name of one account."""
    people = history.people(PeopleFilter(account=account, sort="closest"))
    names = {one.number: {one.row.name} for one in people if one.row.name}
    sent = [one for one in messages(history, account) if "@" in one.text or "@" in one.subject or "+" in one.text]
    found = written(sent, names, owner)
    ways: dict[int, list[Way]] = {}
    mine = {email.casefold() for email in owner.emails}
    for number, way in _ways(history, account, people, found):
        known = ways.setdefault(number, [])
        if way.email.casefold() not in mine and all(way.email.casefold() != one.email.casefold() for one in known):
            known.append(way)
    ways = {number: theirs for number, theirs in ways.items() if theirs}
    told = any(not one.untold for one in people)
    both = [one for one in people if one.mutual]
    closest = list(islice((one for one in people if one.row.name), CLOSEST))
    groups = (
        _group("closest", closest, ways, told=told),
        _group("both ways", both, ways, told=told)._replace(people=len(both) if told else None),
        _group("all", people, ways, told=told),
    )
    refused = [one for one in found if not one.band]
    return Reach(account, people, ways, groups, sum(one.untold for one in people), refused, numbers(sent))


def _ways(
    history: History, account: str, people: Sequence[Person], found: Iterable[Written]
) -> Iterator[tuple[int, Way]]:
    """Each way, the most trusted first."""
    numbered = {one.number: one for one in people}
    for mark, person in history.marks(account):
        if mark.fact == "note" and not mark.undone and person is not None and person.number in numbered:
            for email in emails_in(mark.value):
                yield person.number, Way(email, "note", mark.at)
    until, spans = history.listed_emails_until(account), history.emails(account)
    older: list[tuple[int, Way]] = []
    for number, theirs in spans.items():
        person = numbered.get(number)
        for span in reversed(theirs if person else ()):
            if span.ended is not None or person is None or person.state == "hidden" or until < person.last_seen:
                at = span.ended.after if span.ended else min(until, person.last_seen if person else until)
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


def _group(name: str, people: Sequence[Person], ways: dict[int, list[Way]], *, told: bool) -> Group:
    sources = [{way.source for way in ways.get(one.number, ())} for one in people]
    return Group(
        name,
        len(people),
        sum(not some.isdisjoint({"list", "older list"}) for some in sources),
        sum("written" in some for some in sources) if told else None,
        sum(not some.isdisjoint({"note", "synced"}) for some in sources),
        sum(bool(some) for some in sources),
    )
