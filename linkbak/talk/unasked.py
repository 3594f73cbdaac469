"""Unsolicited messages to the owner: adverts, who wrote first, and the same words from several people."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from zlib import compress, decompress

from linkbak.index import Person
from linkbak.index.correspondence import SentInvitation, SentMessage, conversation_of, invitations, messages
from linkbak.index.history import History
from linkbak.index.query import folded
from linkbak.model import NamedTuple
from linkbak.talk.templates import (
    SENDERS,
    Copy,
    Group,
    copy_of,
    groups,
    keys,
    length,
    name_keys,
    pairs,
    readable,
    weight,
)

WORDS = 16
"""The least words of a text to compare: greetings and thanks are alike without being copies."""
SOON = 7
"""The most days after connecting that count as soon."""

_SHORTEST = 31
"""The least characters of 16 words, for a quick check."""
_LONGEST = 20_000
"""The most characters of a text that are compared."""
_FRIENDS = 3
"""If one in so many senders was answered, they are people the owner talks with."""
_ECHO = 0.5
"""The share of a group's words in one message of the owner's from which the group repeats the owner."""
_MINE = 60
"""The least length of a message of the owner's that can hold half of a text of 16 words."""
_HINT = 0.2
"""So much of the words, split at blanks, has whatever holds half of the pairs; the rest need not be taken apart."""


class Advert(NamedTuple):
    """A sponsored conversation, by its first message; texts as in `SentMessage`."""

    name: str
    sent_at: str
    subject: str
    text: str


class Member(NamedTuple):
    """Somebody's first unsolicited text.

    `url` is "" where no archive shows one. `answered` is whether the owner ever wrote to them. `person` is who they are
    in the lists, None for nobody, or nobody certain. `sender` tells senders apart and means nothing else. `long` is
    whether the text has `WORDS` words and more. `soon` is in how many days after connecting it came, None if not in
    `SOON` days; the network dates the two in different zones, so a day before is day 0.
    """

    sender: str
    name: str
    url: str
    sent_at: str
    subject: str
    text: str
    answered: bool
    person: Person | None = None
    long: bool = False
    soon: int | None = None

    @property
    def connected_on(self) -> date | None:
        """The day of connecting, if a list shows one."""
        return self.person.row.connected_on if self.person else None


class SameWords(NamedTuple):
    """The same words from several people, oldest first, each with their first such text.

    `number` holds for one state of the vault, as numbered for one account; the group's `id` for longer. `friends` is
    whether the owner answered a third of them.
    """

    number: int
    group: Group
    members: Sequence[Member]
    friends: bool

    @property
    def answered(self) -> int:
        """How many of them the owner ever wrote to."""
        return sum(one.answered for one in self.members)


class Unasked(NamedTuple):
    """The unsolicited messages of one account.

    `adverts` and `openers` (who wrote first, each person once, without their texts) are oldest first, `groups` in the
    order of their numbers, friends last. `echoes` are groups left out since they repeat the owner's own words.
    `by_name` texts came without an address: their senders are distinguished by name. For `untold` conversations it is
    unknown who wrote what. `first` and `last` are when the first and the last message of all was sent, RFC 3339 UTC.
    """

    account: str
    adverts: Sequence[Advert]
    openers: Sequence[Member]
    groups: Sequence[SameWords]
    echoes: int = 0
    by_name: int = 0
    untold: int = 0
    first: str = ""
    last: str = ""

    def soon(self) -> list[Member]:
        """Those who wrote 16 words or more within a week of connecting."""
        return [one for one in self.openers if one.soon is not None]

    def since(self, moment: str, least: int = SENDERS) -> Unasked:
        """Everything from a time on (an ISO day or RFC 3339); groups stay whole if their last text is from then on.

        Those of fewer senders than `least` are left out. Numbers stay.
        """
        return self._replace(
            adverts=[one for one in self.adverts if one.sent_at >= moment],
            openers=[one for one in self.openers if one.sent_at >= moment],
            groups=[one for one in self.groups if one.members[-1].sent_at >= moment and len(one.members) >= least],
            first=max(self.first, moment),
        )


def unasked(history: History, account: str, names: Collection[str]) -> Unasked:
    """The unsolicited messages of an account, by its full name; `names` are the owner's.

    It is found once, and kept in the index until people or messages change. Precondition: some archive of the account
    holds messages. Without one, nothing here is a zero.
    """
    given = "\n".join(sorted(names))
    kept, same_words = (history.kept(account, what, given) for what in (_UNASKED, _SAME_WORDS))
    if kept is not None and same_words is not None:
        return _unpacked(kept, history)._replace(account=account, groups=_groups_unpacked(same_words, history))
    sent = messages(history, account, bare=True)
    found = gather(sent, invitations(history, account), account, names, history.numbered)
    history.keep(account, _SAME_WORDS, given, _groups_packed(found.groups))
    history.keep(account, _UNASKED, given, _packed(found))
    return found


def groups_of(history: History, account: str, names: Collection[str]) -> Sequence[SameWords]:
    """The groups of `unasked` alone, which takes less time."""
    kept = history.kept(account, _SAME_WORDS, "\n".join(sorted(names)))
    return unasked(history, account, names).groups if kept is None else _groups_unpacked(kept, history)


# --- who wrote first --------------------------------------------------------------------------------------------------


class _Written(NamedTuple):
    """A text that somebody wrote first; `answered` is whether the owner wrote in the same conversation."""

    name: str
    url: str
    person: int | None
    sent_at: str
    subject: str
    text: str
    answered: bool = False


class _Conversation:
    """The state of a conversation while its messages come, oldest first."""

    __slots__ = ("advert", "before", "crowd", "face", "sent", "untold")

    def __init__(self) -> None:
        self.before: list[_Written] = []
        self.advert = self.crowd = self.sent = self.untold = False
        self.face = ""

    def add(self, one: SentMessage) -> None:
        """Add the next message; only those before the owner's first are kept."""
        if len(one.recipients) > 1:
            self.crowd = True
        if one.outgoing:
            self.sent = True
            return
        self.advert |= one.advert
        self.untold |= one.outgoing is None and not one.advert
        face = one.sender_url or one.sender
        self.crowd |= bool(self.face and face != self.face)
        self.face = face
        if not self.sent and (not self.before or len(one.text) >= _SHORTEST):
            text = one.text[:_LONGEST]
            self.before.append(_Written(one.sender, one.sender_url, one.person, one.sent_at, one.subject, text))


def gather(
    sent: Iterable[SentMessage],
    invited: Iterable[SentInvitation],
    account: str,
    names: Collection[str],
    people: Callable[[Iterable[int]], Mapping[int, Person]],
) -> Unasked:
    """The same, of messages of one account as `messages` gives them, and of its invitations.

    A note of an invitation that is a message too is one text.
    """
    talks: defaultdict[str, _Conversation] = defaultdict(_Conversation)
    mine: set[str] = set()
    met: set[int] = set()
    first = last = ""
    for one in sent:
        if one.draft:
            continue
        talks[conversation_of(one)].add(one)
        first, last = first or one.sent_at, one.sent_at or last
        if one.outgoing:
            if one.person is not None:
                met.add(one.person)
            if len(one.text) >= _MINE:
                mine.add(one.text[:_LONGEST])
    written = [
        one._replace(answered=talk.sent)
        for talk in talks.values()
        if not (talk.advert or talk.crowd or talk.untold)
        for one in talk.before
        if one.sent_at
    ]
    for note in invited:
        if note.note and note.outgoing:
            mine.add(note.note)
        elif note.note and note.sent_at:
            written.append(_Written(note.name, note.url, note.person, note.sent_at, "", note.note))
    known = people({one.person for one in written if one.person is not None})
    found = [_member(one, known, met) for one in written]
    wordy, copies = _copies(found, names)
    told, echoes = _told(groups(copies), wordy, mine)
    return Unasked(
        account,
        _adverts(talks.values()),
        _openers(found, wordy),
        told,
        echoes,
        sum(not one.url for one in wordy.values()),
        sum(one.untold for one in talks.values()),
        first,
        last,
    )


def _member(one: _Written, known: Mapping[int, Person], met: Collection[int]) -> Member:
    person = known.get(one.person) if one.person is not None else None
    sender = person.id if person else one.url or f"name:{folded(one.name)}"
    name = person.row.name if person and person.row.name else one.name
    answered = one.answered or one.person in met
    return Member(sender, name, one.url, one.sent_at, one.subject, one.text, answered, person)


def _adverts(talks: Iterable[_Conversation]) -> list[Advert]:
    firsts = [talk.before[0] for talk in talks if talk.advert and talk.before]
    found = (Advert(one.name, one.sent_at, one.subject, one.text) for one in firsts)
    return sorted(found, key=lambda one: (one.sent_at, one))


def _openers(found: Iterable[Member], wordy: Collection[tuple[str, str, str]]) -> list[Member]:
    """The first text of each sender, oldest first, with facts from the texts they sent within a week."""
    theirs: dict[str, list[Member]] = {}
    for one in sorted(found, key=lambda one: (one.sent_at, one.sender, one.text)):
        theirs.setdefault(one.sender, []).append(one)
    return [_opener(some, wordy) for some in theirs.values()]


def _opener(texts: Sequence[Member], wordy: Collection[tuple[str, str, str]]) -> Member:
    long = [one for one in texts if _identity(one) in wordy]
    soon = next((days for one in long if (days := _days_after_connecting(one)) is not None), None)
    subject = next((one.subject for one in texts if one.subject.strip()), "")
    return texts[0]._replace(text="", long=bool(long), soon=soon, subject=subject)


def _days_after_connecting(one: Member) -> int | None:
    if one.connected_on is None:
        return None
    days = (date.fromisoformat(one.sent_at[:10]) - one.connected_on).days
    return max(0, days) if -1 <= days <= SOON else None


def _identity(one: Member | Copy) -> tuple[str, str, str]:
    return one.sender, one.sent_at, one.text


# --- the same words ---------------------------------------------------------------------------------------------------


def _copies(found: Iterable[Member], names: Collection[str]) -> tuple[dict[tuple[str, str, str], Member], list[Copy]]:
    """The texts of 16 words and more by their identity, and in the form to compare."""
    own = name_keys(*names)
    wordy: dict[tuple[str, str, str], Member] = {}
    copies: list[Copy] = []
    for one in found:
        if len(one.text) < _SHORTEST or _identity(one) in wordy:
            continue
        text = readable(one.text)
        if length(keys(text)) < WORDS:
            continue
        left_out = own | name_keys(one.name)
        words = keys(text, left_out)
        if length(words) >= WORDS:
            wordy[_identity(one)] = one
            copies.append(copy_of(one.sender, one.sent_at, one.text, left_out, words))
    return wordy, copies


def _told(
    found: Sequence[Group], wordy: Mapping[tuple[str, str, str], Member], mine: Collection[str]
) -> tuple[list[SameWords], int]:
    """The groups with their numbers, without those that repeat the owner, which are counted."""
    echoes = _echoes(found, mine)
    left = [group for at, group in enumerate(found) if at not in echoes]
    several = [(group, [wordy[_identity(copy)] for copy in group.copies]) for group in left]
    apart = [(group, some, sum(one.answered for one in some) * _FRIENDS >= len(some)) for group, some in several]
    apart.sort(key=lambda one: one[2])
    return [SameWords(number, *one) for number, one in enumerate(apart, 1)], len(echoes)


def _echoes(found: Sequence[Group], mine: Collection[str]) -> set[int]:
    """The groups that have half of their words in one message of the owner."""
    echoes: set[int] = set()
    if not found:
        return echoes
    homes: defaultdict[str, list[int]] = defaultdict(list)
    sizes = []
    for at, group in enumerate(found):
        tokens = _tokens(group.copies[0].text)
        sizes.append(len(tokens))
        for token in tokens:
            homes[token].append(at)
    for text in mine:
        hints = Counter(at for token in homes.keys() & _tokens(text) for at in homes[token])
        likely = [at for at, many in hints.items() if at not in echoes and many >= _HINT * sizes[at]]
        if likely:
            own = frozenset(pairs(keys(readable(text))))
            echoes.update(at for at in likely if weight(found[at].core & own) >= _ECHO * weight(found[at].core))
    return echoes


def _tokens(text: str) -> set[str]:
    """The words between blanks; in scripts without blanks the characters."""
    folded_text = text.casefold()
    words = set(folded_text.split())
    return words if len(words) * 12 >= len(folded_text) else set(folded_text)


# --- over time --------------------------------------------------------------------------------------------------------


class Month(NamedTuple):
    """What came unasked in a month, ``2026-03``: adverts, texts with a subject line, people who wrote soon after
    connecting, texts of 16 words and more by people who wrote first, and texts of a group that is not friends'."""

    month: str
    adverts: int
    with_subject: int
    soon_after: int
    texts: int
    same_words: int


class Rate(NamedTuple):
    """A year in numbers: the months with messages, and the adverts and texts in these."""

    year: str
    months: int
    adverts: int
    texts: int


def by_month(found: Unasked) -> list[Month]:
    """Every month from the first message to the last, oldest first."""
    adverts = Counter(one.sent_at[:7] for one in found.adverts)
    subject = Counter(one.sent_at[:7] for one in found.openers if one.subject.strip())
    soon = Counter(one.sent_at[:7] for one in found.soon())
    texts = Counter(one.sent_at[:7] for one in found.openers if one.long)
    same = Counter(one.sent_at[:7] for group in found.groups if not group.friends for one in group.members)
    return [
        Month(month, adverts[month], subject[month], soon[month], texts[month], same[month])
        for month in _months(found.first, found.last)
    ]


def by_year(months: Sequence[Month]) -> list[Rate]:
    """The same by year."""
    years: defaultdict[str, list[Month]] = defaultdict(list)
    for one in months:
        years[one.month[:4]].append(one)
    return [
        Rate(year, len(some), sum(one.adverts for one in some), sum(one.texts for one in some))
        for year, some in years.items()
    ]


def by_company(found: Unasked) -> list[tuple[str, int]]:
    """How many senders of the groups, friends' apart, work at each company by their last list; "" for unknown."""
    people = {one.sender: one for group in found.groups if not group.friends for one in group.members}
    companies = Counter(one.person.row.company.strip() if one.person else "" for one in people.values())
    return sorted(companies.items(), key=lambda one: (not one[0], -one[1], one[0]))


def _months(first: str, last: str) -> list[str]:
    if not first or not last:
        return []
    begin, end = (int(one[:4]) * 12 + int(one[5:7]) - 1 for one in (first, last))
    return [f"{month // 12:04}-{month % 12 + 1:02}" for month in range(begin, end + 1)]


def fresh(found: Iterable[SameWords], moment: str) -> int:
    """How many groups became one, by their third sender, at a time (RFC 3339) or later."""
    return sum(one.members[SENDERS - 1].sent_at >= moment for one in found)


# --- kept in the index ------------------------------------------------------------------------------------------------
# As JSON, since texts are anybody's; people by their numbers, and pairs of words not at all: they are counted again.

_UNASKED, _SAME_WORDS = "unasked", "same words"


def _packed(found: Unasked) -> bytes:
    """All but the groups."""
    rest = (found.echoes, found.by_name, found.untold, found.first, found.last)
    return _deflated([found.adverts, [_member_row(one) for one in found.openers], rest])


def _unpacked(body: bytes, history: History) -> Unasked:
    adverts, openers, rest = json.loads(decompress(body))
    return Unasked("", [Advert(*one) for one in adverts], _members(openers, history), (), *rest)


def _groups_packed(groups: Iterable[SameWords]) -> bytes:
    return _deflated(
        [
            (
                *(one.number, one.friends, one.group.id, sorted(one.group.core)),
                *([sorted(copy.names) for copy in one.group.copies], [_member_row(member) for member in one.members]),
            )
            for one in groups
        ]
    )


def _groups_unpacked(body: bytes, history: History) -> list[SameWords]:
    return [
        SameWords(number, Group(id_, _copies_of(members, names), frozenset(core)), members, friends)
        for number, friends, id_, core, names, rows in json.loads(decompress(body))
        for members in [_members(rows, history)]
    ]


def _copies_of(members: Iterable[Member], names: Iterable[Iterable[str]]) -> tuple[Copy, ...]:
    return tuple(
        copy_of(one.sender, one.sent_at, one.text, left_out, keys(readable(one.text), left_out))
        for one, left_out in zip(members, map(frozenset, names), strict=True)
    )


def _member_row(one: Member) -> tuple[object, ...]:
    return one._replace(person=None), one.person.number if one.person else None


def _members(rows: Sequence[tuple[Sequence[Any], int | None]], history: History) -> list[Member]:
    people = history.numbered({number for _, number in rows if number is not None})
    return [Member(*facts)._replace(person=None if number is None else people[number]) for facts, number in rows]


def _deflated(document: object) -> bytes:
    return compress(json.dumps(document, separators=(",", ":")).encode(), 1)
