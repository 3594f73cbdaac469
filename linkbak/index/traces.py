"""Where archives still name people who are gone from the list."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from linkbak.index.models import Trace, holds, taken
from linkbak.index.participants import NAMED, UNSHOWN
from linkbak.index.schema import KINDS

# --- shown ------------------------------------------------------------------------------------------------------------
# Which files show what, and in which archives these files lie.


class Shown(NamedTuple):
    """One archive's file: the archive's moment, the rows the file holds."""

    at: int
    rows: bytes

    def holds(self, number: int) -> bool:
        """Whether the archive shows a row."""
        return holds(self.rows, number)


class Archives:
    """The archives of one account that cover a kind, oldest first; those of a kind are loaded when asked for."""

    def __init__(self, db: sqlite3.Connection, account: str) -> None:
        self._db, self._account = db, account
        self._found: dict[str, list[Shown]] = {}

    def of(self, kind: str) -> list[Shown]:
        """Every archive that covers the kind."""
        if kind not in self._found:
            files = dict(
                self._db.execute(
                    "SELECT number, shown FROM parsed WHERE account = ? AND kind = ?", (self._account, kind)
                ).fetchall()
            )
            places = self._db.execute(
                "SELECT at, file FROM appearance WHERE account = ? AND kind = ? ORDER BY at", (self._account, kind)
            )
            self._found[kind] = [Shown(at, files[file]) for at, file in places]
        return self._found[kind]

    def newest(self, kind: str, number: int) -> int:
        """The moment of the newest archive that shows a row, -1 if none does."""
        return next((one.at for one in reversed(self.of(kind)) if one.holds(number)), -1)


# --- traces -----------------------------------------------------------------------------------------------------------


class Traces(NamedTuple):
    """What archives as late as somebody's absence show of them; each as in `linkbak.index.models.Case`."""

    named: tuple[Trace, ...] = ()
    invited: tuple[Trace, ...] = ()
    anonymous: tuple[Trace, ...] = ()
    kinds: frozenset[str] = frozenset()


_NAMED = {
    "messages": (
        "SELECT p.person, m.ends FROM party p JOIN mention m ON m.party = p.number WHERE p.url_key <> '' AND "
        "p.person IN (SELECT value FROM json_each(?2))"
    ),
    "endorsements": (
        "SELECT p.person, e.number FROM party p JOIN endorsement e ON e.party = p.number WHERE p.url_key <> '' AND "
        "p.person IN (SELECT value FROM json_each(?2))"
    ),
    # A file without addresses: `party.person` is set only if nobody else in the account ever had the name.
    "recommendations": (
        "SELECT p.person, r.number FROM party p JOIN recommendation r ON r.party = p.number WHERE "
        "p.person IN (SELECT value FROM json_each(?2))"
    ),
    "notes": (
        "SELECT p.person, n.number FROM party p JOIN archive_note n ON n.party = p.number WHERE p.url_key <> '' AND "
        "p.person IN (SELECT value FROM json_each(?2))"
    ),
}
"""Which rows show somebody's address. Invitations do not count: the file keeps old ones."""

_INVITED = (
    "SELECT p.person, i.number, i.sent_at FROM party p JOIN invitation i ON i.party = p.number WHERE i.outgoing AND "
    "p.url_key <> '' AND p.person IN (SELECT value FROM json_each(?2))"
)
_CONVERSED = """
WITH conversed AS (
  SELECT DISTINCT p.person, e.conversation
  FROM party p JOIN mention m ON m.party = p.number JOIN ends e ON e.number = m.ends
  WHERE p.person IN (SELECT value FROM json_each(?2)) AND p.url_key <> '' AND e.conversation <> ''
)
SELECT c.person, c.conversation, e.number, e.grade, EXISTS (
  SELECT 1 FROM party q JOIN mention m ON m.party = q.number
  WHERE q.person = c.person AND q.url_key <> '' AND m.ends = e.number
) FROM conversed c JOIN ends e ON e.account = ?1 AND e.conversation = c.conversation
WHERE NOT EXISTS (SELECT 1 FROM conversation o WHERE o.account = ?1 AND o.id = c.conversation AND (o.crowd OR o.advert))
"""
"""Every row of the conversations of two in which somebody's address was ever shown, and whether it shows it."""


def traces_of(db: sqlite3.Connection, account: str, wanted: Sequence[tuple[int, int, str]]) -> dict[int, Traces]:
    """Where people are still found.

    `wanted` gives of each the number, the moment of the first list that lacks them, and when the window in which they
    went begins ("" if nobody knows).
    """
    seeker = _Seeker(db, account, {person: (gone, after) for person, gone, after in wanted})
    named, invited, anonymous = seeker.named(), seeker.invited(), seeker.anonymous()
    return {
        person: Traces(_traces(named[person]), _traces(invited[person]), _traces(anonymous[person]), seeker.kinds(gone))
        for person, gone, _ in wanted
    }


Found = dict[int, set[tuple[int, str]]]
"""By person: moments of archives, and kinds."""


def _traces(found: set[tuple[int, str]]) -> tuple[Trace, ...]:
    return tuple(Trace(kind, taken(at)) for at, kind in sorted(found))


class _Seeker:
    """Looks for some people in the archives of one account."""

    def __init__(self, db: sqlite3.Connection, account: str, wanted: dict[int, tuple[int, str]]) -> None:
        self._db, self._account, self._wanted = db, account, wanted
        self._archives = Archives(db, account)
        self._given = (account, json.dumps(list(wanted)))
        self._last = dict(
            db.execute("SELECT kind, max(at) FROM appearance WHERE account = ? GROUP BY kind", (account,)).fetchall()
        )

    def kinds(self, gone: int) -> frozenset[str]:
        """The kinds that some archive as late covers."""
        return frozenset(kind for kind in KINDS if self._last.get(kind, -1) >= gone)

    def named(self) -> Found:
        """Archives that show their name and address."""
        found: Found = defaultdict(set)
        for kind, query in _NAMED.items():
            if kind in self._last:
                self._look(found, kind, self._db.execute(query, self._given))
        return found

    def invited(self) -> Found:
        """Archives with an invitation sent to their address after the window began."""
        found: Found = defaultdict(set)
        rows = self._db.execute(_INVITED, self._given).fetchall()
        late = [(person, number) for person, number, sent in rows if sent > self._wanted[person][1]]
        self._look(found, "invitations", late)
        return found

    def _look(self, found: Found, kind: str, rows: Iterable[tuple[int, int]]) -> None:
        for person, number in rows:
            for archive in self._archives.of(kind):
                if archive.at >= self._wanted[person][0] and archive.holds(number):
                    found[person].add((archive.at, kind))

    def anonymous(self) -> Found:
        """Archives that no longer show who the other one of a conversation is, which an older one did."""
        found: Found = defaultdict(set)
        talks: dict[tuple[int, str], list[_Row]] = defaultdict(list)
        for person, conversation, *row in self._db.execute(_CONVERSED, self._given):
            talks[person, conversation].append(_Row(*row))
        for (person, _), rows in talks.items():
            if any(row.grade == UNSHOWN for row in rows):
                gone = self._wanted[person][0]
                found[person] |= {(at, "messages") for at in self._hidden(rows) if at >= gone}
        return found

    def _hidden(self, rows: Sequence[_Row]) -> Iterator[int]:
        """The archives that show nobody in a conversation where an older one showed the address."""
        known = False
        for archive in self._archives.of("messages"):
            there = [row for row in rows if archive.holds(row.number)]
            if known and any(row.grade == UNSHOWN for row in there) and all(row.grade < NAMED for row in there):
                yield archive.at
            known = known or any(row.theirs for row in there)


class _Row(NamedTuple):
    """One of the ends of a conversation; `theirs` if it shows the address of who is sought."""

    number: int
    grade: int
    theirs: int
