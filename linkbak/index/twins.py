"""Messages of the years without conversations that stand in another archive as well, under another name or with an id.

Such a row says who, when to the minute, and what. It is the same as another where text, minute and direction are, and
the other one is: the same person or address, a common name, or, if that leaves somebody over, nobody who is shown. One
file shows each message once: so two rows of one file are never the same, and as many are taken for copies as there are
originals, no more.

Precondition: nobody sends the owner the words that somebody else sends in the same minute, and is not shown then.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from linkbak.index.activity import Archives, name_key, unshown

_ALIKE = """
SELECT m.likeness, m.number, m.conversation <> '', m.sent_at, m.participant IS NOT NULL, e.outgoing, p.person,
  coalesce(p.url_key, ''), coalesce(p.name, ''), e.sender, e.recipients, m.conversation, e.number,
  (SELECT group_concat(r.envelope) FROM restated r WHERE r.message = m.number)
FROM message m JOIN envelope e ON e.number = m.envelope AND NOT e.draft
LEFT JOIN participant p ON p.number = m.participant
WHERE m.account = ?1 AND m.likeness IN (SELECT likeness FROM message WHERE account = ?1 AND conversation = '')
ORDER BY m.likeness
"""


class _Copy(NamedTuple):
    """A message: whether it is `placed` in a conversation, and known to be somebody's; the other one's keys."""

    number: int
    placed: bool
    sent_at: str
    known: bool
    outgoing: int
    person: int | None
    url: str
    names: frozenset[str]
    conversation: str
    envelopes: tuple[int, ...]

    @property
    def order(self) -> tuple[object, ...]:
        """An order that does not depend on the index."""
        return (not self.placed, not self.names, self.sent_at, sorted(self.names), self.url, self.conversation)


def find_twins(db: sqlite3.Connection, account: str) -> None:
    """Note of an account's messages which are others, better known (`message.duplicate_of`)."""
    db.execute("UPDATE message SET duplicate_of = NULL WHERE account = ? AND duplicate_of IS NOT NULL", (account,))
    loose = "SELECT 1 FROM message WHERE account = ? AND conversation = '' LIMIT 1"
    if db.execute(loose, (account,)).fetchone() is None:
        return
    db.execute("CREATE INDEX IF NOT EXISTS message_likeness ON message (likeness)")  # nobody else needs it
    archives = Archives(db, account).of("messages")

    def files(copy: _Copy) -> frozenset[int]:
        return frozenset(one.at for one in archives if any(map(one.holds, copy.envelopes)))

    found = list[tuple[int, int]]()
    for _, rows in groupby(db.execute(_ALIKE, (account,)), key=lambda row: row[0]):
        copies = [_copy(*row[1:]) for row in rows]
        if len(copies) > 1:
            found += _twins(sorted(copies, key=lambda one: one.order), files)
    db.executemany("UPDATE message SET duplicate_of = ? WHERE number = ?", found)


def _copy(
    number: int, placed: int, sent_at: str, known: int, outgoing: int, person: int | None, url: str, name: str,
    sender: str, recipients: str, conversation: str, envelope: int, restated: str | None,
) -> _Copy:  # fmt: skip
    other = recipients if outgoing > 0 else sender
    names = frozenset(name_key(one) for one in (name, other) if one.strip() and not unshown(one))
    envelopes = tuple(map(int, restated.split(","))) if restated else (envelope,)
    return _Copy(
        number, bool(placed), sent_at, bool(known), outgoing, person, url, names - {""}, conversation, envelopes
    )


def _twins(copies: list[_Copy], files: Callable[[_Copy], frozenset[int]]) -> Iterator[tuple[int, int]]:
    """The better known message and its copy, for each copy among messages of one minute and text."""
    groups = {one: [one] for one in copies if one.placed}
    left = [one for one in copies if not one.placed]
    for alike in (_surely_and_at_once, _surely, _perhaps):
        left = [one for one in left if not _joins(one, groups, alike, files)]
    for one in left:
        if not _joins(one, {other: those for other, those in groups.items() if not other.placed}, _perhaps, files):
            groups[one] = [one]
    for members in groups.values():
        best = min(members, key=lambda one: (not one.known, one.order))
        yield from ((best.number, one.number) for one in members if one is not best)


def _joins(
    one: _Copy,
    groups: dict[_Copy, list[_Copy]],
    alike: Callable[[_Copy, _Copy], bool],
    files: Callable[[_Copy], frozenset[int]],
) -> bool:
    """Whether a message is that of a group, which it joins then."""
    for first, members in groups.items():
        if alike(one, first) and _apart(one, members, files):
            members.append(one)
            return True
    return False


def _apart(one: _Copy, members: Iterable[_Copy], files: Callable[[_Copy], frozenset[int]]) -> bool:
    return all(files(one).isdisjoint(files(other)) for other in members)


def _surely_and_at_once(one: _Copy, other: _Copy) -> bool:
    return one.sent_at == other.sent_at and _surely(one, other)


def _surely(one: _Copy, other: _Copy) -> bool:
    """Whether direction and the other one are the same."""
    if one.outgoing != other.outgoing and min(one.outgoing, other.outgoing) >= 0:
        return False
    if one.person is not None and other.person is not None:
        return one.person == other.person
    return bool(one.url and one.url == other.url) or not one.names.isdisjoint(other.names)


def _perhaps(one: _Copy, other: _Copy) -> bool:
    """Whether nothing speaks against it: on one side nobody is shown."""
    if _surely(one, other):
        return True
    known = [copy for copy in (one, other) if copy.names or copy.url]
    return len(known) < 2 and (one.outgoing == other.outgoing or min(one.outgoing, other.outgoing) < 0)
