"""The index as its readers know it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from linkbak.index.models import (
    LOST,
    Absence,
    Alternative,
    Case,
    Line,
    Looks,
    Past,
    Person,
    Spell,
    State,
    Wanted,
    start_of,
)
from linkbak.index.people import Register, ordered
from linkbak.index.store import lacking, note, opened, place_of, rebuilt
from linkbak.vault import SnapshotKey, Vault

if TYPE_CHECKING:
    from linkbak.index.models import Entry, Exchanged
    from linkbak.index.query import Hit, MessageHit
    from linkbak.index.update import Made, Progress
    from linkbak.marks import Mark
    from linkbak.model import Connection


AT_ONCE = 12
"""So many snapshots an import adds to the index without being asked."""
_SOME = 2000
_NO_PAST = Past((), (), ())


def _silent(what: str, done: int, total: int) -> None:
    """Tell nobody."""


class History:
    """Every person's line through all snapshots of a vault, at its newest commit; close it when done.

    The index behind it is derived and may be deleted at any time. `path` is None if it could only be made in memory.
    """

    def __init__(self, db: sqlite3.Connection, path: Path | None) -> None:
        self.path = path
        self.db = db
        self._registers: dict[str, Register] = {}
        self._marked: dict[int, tuple[Mark, ...]] | None = None

    @classmethod
    def open(cls, vault: Vault, progress: Progress | None = None) -> History:
        """The history of a vault, brought up to date first, which takes time after much was imported."""
        return cls(*opened(vault, progress or _silent))

    @classmethod
    def extend(cls, vault: Vault, given: Made, *, details: bool = True) -> History | None:
        """The same for an import, which has made steps already; without `details` only of lines and marks.

        None if so much is missing that it is left to the next command that asks about people.
        """
        if lacking(vault) > AT_ONCE:
            return None
        return cls(*opened(vault, _silent, given, details=details))

    @staticmethod
    def note(vault: Vault, given: Made) -> None:
        """Keep steps that an import has made for whoever brings the index up to date, if there is one."""
        note(vault, given)

    @classmethod
    def rebuild(cls, vault: Vault, progress: Progress | None = None) -> History:
        """The history with its index made anew from the vault alone."""
        return cls(*rebuilt(vault, progress or _silent))

    @staticmethod
    def place(vault: Vault) -> Path:
        """Where the index of a vault lies, whether it is there or not."""
        return place_of(vault)

    @staticmethod
    def check(vault: Vault, progress: Progress | None = None) -> list[str]:
        """What is wrong with the index, in words; nothing if it says what the vault says."""
        from linkbak.index.update import findings

        return findings(vault, progress or _silent)

    def accounts(self) -> tuple[str, ...]:
        """Every account that has a snapshot, ``linkedin-me``."""
        return tuple(name for (name,) in self.db.execute("SELECT DISTINCT account FROM snapshot ORDER BY account"))

    def people(self, wanted: Wanted) -> list[Person]:
        """The people wanted, in the order wanted."""
        if wanted.as_of:
            with self.then(wanted.as_of) as then:
                return then.people(wanted._replace(as_of=""))
        found = [one for register in self._each(wanted.account) for one in register.wanted(wanted)]
        found = ordered(found, wanted.sort, reverse=wanted.reverse)
        return found[: wanted.limit] if wanted.limit else found

    def entries(self, people: Sequence[Person]) -> list[Entry]:
        """The same people with what else belongs on a card."""
        from linkbak.index.entries import entries

        return entries(self.db, people, self._marks_of())

    def then(self, day: str) -> AbstractContextManager[History]:
        """The history as if no snapshot after that day (ISO, UTC) were there; raises NoSuchSnapshot if none was."""
        from linkbak.index.update import as_of

        return as_of(self, day)

    def find(self, text: str, account: str | None = None) -> list[Person]:
        """Whom somebody may mean by an id or its start, an address, an e-mail, a name or parts of one.

        Only the best kind of match is given: the present name exactly, else a former one, else parts, else parts
        without accents. Those listed come first.
        """
        return [one for register in self._each(account) for one in register.find(text)]

    def person(self, id: str) -> Person | None:
        """Who has this id."""
        for register in self._each(None):
            for one in register.select("p.id = :id", id=id):
                return one
        return None

    def line(self, person: Person) -> Line:
        """Everything known of a person."""
        from linkbak.index.timeline import line_of

        return line_of(self.db, self._register(person.account), person, self._marks_of().get(person.number, ()))

    def pasts(self, people: Sequence[Person]) -> Iterator[Past]:
        """What was of each of many people, in their order."""
        from linkbak.index.timeline import pasts

        for start in range(0, len(people), _SOME):
            some = people[start : start + _SOME]
            found: dict[int, Past] = {}
            for account in dict.fromkeys(person.account for person in some):
                theirs = [person.number for person in some if person.account == account]
                found |= pasts(self.db, self._register(account), theirs)
            yield from (found.get(person.number, _NO_PAST) for person in some)

    def messages(self, people: Sequence[Person]) -> Iterator[Exchanged]:
        """Every message exchanged with these people, each once; of an account the oldest first."""
        from linkbak.index.timeline import messages

        for account in dict.fromkeys(person.account for person in people):
            yield from messages(self.db, account, [one.number for one in people if one.account == account])

    def snapshots(self) -> list[SnapshotKey]:
        """Every snapshot, of an account the oldest first."""
        rows = self.db.execute("SELECT account, id FROM snapshot ORDER BY account, at")
        return [SnapshotKey(*row) for row in rows]

    def cases(self, people: Sequence[Person]) -> list[Case]:
        """What bears on why each of some lost people is gone, in their order."""
        from linkbak.index.evidence import cases

        found: dict[int, Case] = {}
        for account in dict.fromkeys(person.account for person in people):
            theirs = [person for person in people if person.account == account]
            for case in cases(self.db, self._register(account), theirs, self._marks_of()):
                found[case.person.number] = case
        return [found[person.number] for person in people]

    def spells(self, account: str) -> list[Spell]:
        """Every window between two neighbouring believed lists of an account, oldest first."""
        from linkbak.index.evidence import spells

        return spells(self.db, self._register(account).calendar, account)

    def came_back(self, account: str | None = None, since: str = "") -> list[tuple[Person, Absence]]:
        """Those gone once who are listed again (on that ISO date or later), newest first, with their last absence."""
        from linkbak.index.evidence import came_back

        return [one for register in self._each(account) for one in came_back(self.db, register, since)]

    def looks(self, account: str | None = None) -> Looks:
        """How many lists there are to tell from, and when the first and the newest were taken."""
        found = [looks for register in self._each(account) if (looks := register.calendar.looks).lists]
        if not found:
            return Looks(0, "", "")
        return Looks(sum(one.lists for one in found), min(one.first for one in found), max(one.newest for one in found))

    def lost_counts(self, account: str | None = None, since: str = "") -> dict[State, int]:
        """How many are suspected, confirmed, held and unclear; with `since`, an ISO day, those missed since."""
        start = start_of(since) if since else 0
        counts: dict[State, int] = dict.fromkeys(("suspected", "confirmed", "held", "unclear"), 0)
        for register in self._each(account):
            here = (register.account,)
            away = "SELECT status, since, count(*) FROM person WHERE account = ? AND status <> 'listed' GROUP BY 1, 2"
            newest = register.calendar.newest_day
            for status, at, number in self.db.execute(away, here):
                if status in ("unclear", "gone") and at >= start:
                    sure: State = "suspected" if at >= newest else "confirmed"
                    counts["unclear" if status == "unclear" else sure] += number
            held = (
                "SELECT count(DISTINCT h.person) FROM held h JOIN person p ON p.number = h.person WHERE h.at > ? AND "
                "h.at >= ? AND p.account = ? AND p.status = 'listed'"
            )
            counts["held"] += self.db.execute(held, (register.calendar.newest, start, *here)).fetchone()[0]
        return counts

    def unclear(
        self, account: str | None = None, since: str = "", limit: int = 0
    ) -> list[tuple[Person, tuple[Alternative, ...]]]:
        """Those who are unclear since a day (ISO), newest first, each with who else they may be.

        With a `limit` above 0 only so many of each account, and the rest of their groups.
        """
        from linkbak.index.timeline import unclear

        return [one for register in self._each(account) for one in unclear(self.db, register, since, limit)]

    def of_rows(self, account: str, rows: Sequence[Connection]) -> list[Person | None]:
        """Whom rows of a diff of the account are; None for rows that show nobody, or nobody who is known."""
        from linkbak.index.entries import of_rows

        return of_rows(self.db, self._register(account), rows)

    def marks(self, account: str | None = None) -> list[tuple[Mark, Person | None]]:
        """Every mark, undone ones too, in the vault's order, with whom it means; None if nobody is known."""
        rows = [row for row in self._mark_rows() if account in (None, row[0].account, row[0].account.partition("-")[2])]
        numbers = [number for _, number in rows if number is not None]
        people = self._numbered(numbers)
        return [(mark, None if number is None else people.get(number)) for mark, number in rows]

    def search(self, words: str, account: str | None = None, limit: int = 20) -> list[tuple[Person, Hit]]:
        """People found by words in what is or was known of them, best first."""
        from linkbak.index import search as searching

        hits = searching.search_people(self.db, self._account(account), words, limit)
        people = self._numbered(hit.person_number for hit in hits)
        return [(people[hit.person_number], hit) for hit in hits]

    def search_messages(
        self, words: str, account: str | None = None, limit: int = 20
    ) -> list[tuple[Person | None, MessageHit]]:
        """Messages found by words in their text, best first, with whom they were exchanged."""
        from linkbak.index import search as searching

        hits = searching.search_messages(self.db, self._account(account), words, limit)
        people = self._numbered(hit.person_number for hit in hits if hit.person_number is not None)
        return [(people.get(hit.person_number or 0), hit) for hit in hits]

    @contextmanager
    def steady(self) -> Iterator[History]:
        """All that is asked in the block is told of one state of the index.

        Another process that wants to change it waits meanwhile, so nobody may wait for one in the block.
        """
        self.db.execute("BEGIN")
        try:
            yield self
        finally:
            self.let_go()

    def let_go(self) -> None:
        """Ends what `steady` began, where nothing more is asked in its block."""
        if self.db.in_transaction:
            self.db.execute("COMMIT")

    def close(self) -> None:
        """Close the index."""
        self.db.close()

    def __enter__(self) -> History:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _register(self, account: str) -> Register:
        if account not in self._registers:
            self._registers[account] = Register(self.db, account)
        return self._registers[account]

    def _numbered(self, numbers: Iterable[int]) -> dict[int, Person]:
        """People of any account by number."""
        wanted = set(numbers)
        return {number: one for each in self._each(None) for number, one in each.numbered(wanted).items()}

    def _account(self, name: str | None) -> str | None:
        """An account's full name; None for all."""
        known = [one.account for one in self._each(name)]
        return known[0] if name is not None and known else name

    def _each(self, account: str | None) -> list[Register]:
        """The registers of all accounts, or of the one of this name (with or without its network)."""
        wanted = [name for name in self.accounts() if account in (None, name, name.partition("-")[2])]
        return [self._register(name) for name in wanted]

    def _marks_of(self) -> dict[int, tuple[Mark, ...]]:
        """The marks not undone of everybody who has any."""
        if self._marked is None:
            found: dict[int, list[Mark]] = {}
            for mark, number in self._mark_rows():
                if number is not None and not mark.undone:
                    found.setdefault(number, []).append(mark)
            self._marked = {number: tuple(marks) for number, marks in found.items()}
        return self._marked

    def _mark_rows(self) -> list[tuple[Mark, int | None]]:
        from linkbak.marks import Mark, Subject

        rows = self.db.execute(
            "SELECT id, fact, value, account, name, url, connected_on, at, undone, undone_at, person "
            "FROM mark ORDER BY number"
        )
        return [
            (Mark(id_, fact, value, account, Subject(*subject), at, bool(undone), undone_at), number)
            for id_, fact, value, account, *subject, at, undone, undone_at, number in rows
        ]


__all__ = ["LOST", "History"]
