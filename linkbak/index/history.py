"""The questions that the index answers."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import wraps
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from linkbak.errors import NoSuchSnapshot
from linkbak.index import (
    LOST,
    Absence,
    Alternative,
    Case,
    Entry,
    ExchangedMessage,
    Interval,
    MainList,
    PastValues,
    PeopleFilter,
    Person,
    Shown,
    Span,
    State,
    Timeline,
    activity,
    day_after,
    days_of,
    start_of,
    store,
    timeline,
)
from linkbak.index.people import AccountPeople, ordered
from linkbak.index.schema import meta
from linkbak.marks import Mark, Subject, last_word
from linkbak.model import Connection, Progress, silent
from linkbak.texts import tr
from linkbak.vault import SnapshotKey, Summary, Vault

if TYPE_CHECKING:
    from linkbak.index.list_deltas import KnownDeltas

AT_ONCE = 12
"""The most snapshots that an import adds to the index by itself."""
_SOME = 2000
_PATIENCE = 1000
"""So many milliseconds another process is waited for to keep an answer."""
_NO_PAST = PastValues((), (), ())

_Given = ParamSpec("_Given")
_Answer = TypeVar("_Answer")


def _mine(mark: Mark) -> bool:
    return "removed-by-me" in (mark.fact, mark.value)


def answered(
    question: Callable[Concatenate[History, _Given], _Answer],
) -> Callable[Concatenate[History, _Given], _Answer]:
    """Ask again with an index made anew, if the first turns out to be damaged.

    Numbers of people do not depend on how an index was made, so answers from before fit those after.
    """

    @wraps(question)
    def asked(history: History, /, *args: _Given.args, **kwargs: _Given.kwargs) -> _Answer:
        try:
            return question(history, *args, **kwargs)
        except sqlite3.DatabaseError as error:
            history.mend(error)
            return question(history, *args, **kwargs)

    return asked


class History:
    """Everybody in all lists of a vault, at its newest commit; close it when done.

    The index behind it is derived: it may be deleted at any time, and one that is damaged is made anew while it is
    asked. `path` is None if it could only be made in memory.
    """

    def __init__(
        self, db: sqlite3.Connection, path: Path | None, vault: Vault | None = None, progress: Progress = silent
    ) -> None:
        self.path = path
        self.db = db
        self._vault = vault
        self._progress = progress
        self._people: dict[str, AccountPeople] = {}
        self._mended = False
        self._marked: dict[int, tuple[Mark, ...]] | None = None
        self._found: list[tuple[str, str, str, bytes, str]] = []

    @classmethod
    def open(cls, vault: Vault, progress: Progress = silent) -> History:
        """The history of a vault, brought up to date first, which takes time after much was imported."""
        return cls(*store.opened(vault, progress), vault, progress)

    @classmethod
    def extend(cls, vault: Vault, given: KnownDeltas, *, details: bool = True) -> History | None:
        """The same for an import, which has built deltas already; without `details` only of people and marks.

        None if so much is missing that the next command that asks about people has to do it.
        """
        if store.lacking(vault) > AT_ONCE:
            return None
        return cls(*store.opened(vault, silent, given, details=details), vault)

    @classmethod
    def rebuild(cls, vault: Vault, progress: Progress = silent) -> History:
        """The history with its index made anew from the vault alone."""
        return cls(*store.rebuilt(vault, progress), vault, progress)

    def mend(self, error: sqlite3.DatabaseError) -> None:
        """Make the index anew if the error says that it is damaged; else raise the error."""
        if self._vault is None or self._mended or not store.is_damage(error):
            raise error
        reading = self.db.in_transaction
        self.db.close()
        self.db, self.path = store.rebuilt(self._vault, self._progress)
        self._mended = True
        self._people.clear()
        self._marked = None
        if reading:
            self.db.execute("BEGIN")

    @answered
    def accounts(self) -> tuple[str, ...]:
        """Every account that has a snapshot, ``linkedin-me``."""
        return tuple(name for (name,) in self.db.execute("SELECT DISTINCT account FROM snapshot ORDER BY account"))

    @answered
    def people(self, wanted: PeopleFilter) -> list[Person]:
        """The people wanted, in the order wanted."""
        if wanted.as_of:
            with self.as_of(wanted.as_of) as then:
                return then.people(wanted._replace(as_of=""))
        found = [one for people in self._each(wanted.account) for one in people.wanted(wanted)]
        if not wanted.removed_by_me:
            own = {one.number for one in self.removed_by_me(wanted.account, wanted.gone_since)}
            found = [one for one in found if one.number not in own]
        found = ordered(found, wanted.sort, reverse=wanted.reverse)
        return found[: wanted.limit] if wanted.limit else found

    @answered
    def as_of(self, day: str) -> History:
        """The history as if no snapshot after that day (ISO, UTC) were there; raises NoSuchSnapshot if none was."""
        end = day_after(day)
        if self.db.execute("SELECT 1 FROM snapshot WHERE at < ? LIMIT 1", (end,)).fetchone() is None:
            raise NoSuchSnapshot(
                tr("there is no snapshot up to {day}", day=day), hint=tr("`linkbak log` lists the snapshots.")
            )
        return History(store.copy_as_of(self.db, end), None)

    @answered
    def entries(self, people: Sequence[Person]) -> list[Entry]:
        """The same people with everything else for a contact card."""
        return timeline.entries(self.db, people, self._marks_of())

    @answered
    def find(self, text: str, account: str | None = None) -> list[Person]:
        """The people somebody may mean by an id or its start, an address, an e-mail, a name or parts of one.

        Only the best kind of match is given: the present name exactly, else a former one, else parts, else parts
        without accents. Those listed come first.
        """
        return [one for people in self._each(account) for one in people.find(text)]

    @answered
    def of_rows(self, account: str, rows: Sequence[Connection]) -> list[Person | None]:
        """The people behind rows of a diff of the account; None for rows that show nobody, or nobody known."""
        return self._of(account).of_rows(rows)

    @answered
    def timeline(self, person: Person) -> Timeline:
        """Everything known of a person."""
        marks = self._marks_of().get(person.number, ())
        line = timeline.timeline_of(self.db, self._of(person.account), person, marks)
        if self._vault is None or person.row.connected_on is not None:
            return line
        return line._replace(date_as_written=store.date_as_written(self._vault, person))

    def bulk_history(self, people: Sequence[Person]) -> Iterator[PastValues]:
        """The past of each of many people, in their order."""
        for start in range(0, len(people), _SOME):
            yield from self._some_pasts(people[start : start + _SOME])

    @answered
    def _some_pasts(self, people: Sequence[Person]) -> list[PastValues]:
        found: dict[int, PastValues] = {}
        for account in dict.fromkeys(person.account for person in people):
            theirs = [person.number for person in people if person.account == account]
            found |= timeline.bulk_history(self.db, self._of(account), theirs)
        return [found.get(person.number, _NO_PAST) for person in people]

    @answered
    def emails(self, account: str) -> dict[int, tuple[Span, ...]]:
        """Every e-mail that a list of the account ever showed, by the number of the person, oldest first.

        A span that has not ended holds in the newest list that has a column for e-mails, see `listed_emails_until`.
        """
        shown = "SELECT DISTINCT s.person FROM seen s JOIN person p ON p.number = s.person "
        rows = self.db.execute(f"{shown} WHERE s.email <> '' AND p.account = ?", (account,))
        return timeline.emails_of(self.db, self._of(account), [number for (number,) in rows])

    @answered
    def listed_emails_until(self, account: str) -> str:
        """When the newest list of the account that has a column for e-mails was taken, "" for none."""
        calendar = self._of(account).calendar
        return calendar.last_with(frozenset({"email"}), calendar.taken(calendar.newest)) if calendar.mains else ""

    def messages(self, people: Sequence[Person]) -> Iterator[ExchangedMessage]:
        """Every message exchanged with these people, each once; of an account the oldest first."""
        for account in dict.fromkeys(person.account for person in people):
            theirs = [one.number for one in people if one.account == account]
            given = 0
            try:
                for message in timeline.messages(self.db, account, theirs):
                    given += 1
                    yield message
            except sqlite3.DatabaseError as error:
                self.mend(error)
                yield from islice(timeline.messages(self.db, account, theirs), given, None)

    @answered
    def unclear(
        self, account: str | None = None, since: str = "", limit: int = 0
    ) -> list[tuple[Person, tuple[Alternative, ...]]]:
        """Those who are unclear since a day (ISO), newest first, each with who else they may be.

        With a `limit` above 0 at most that many of each account, and the rest of their groups.
        """
        return [one for people in self._each(account) for one in timeline.unclear(self.db, people, since, limit)]

    @answered
    def cases(self, people: Sequence[Person]) -> list[Case]:
        """The facts about why each of some lost people is gone, in their order."""
        found: dict[int, Case] = {}
        for account in dict.fromkeys(person.account for person in people):
            theirs = [person for person in people if person.account == account]
            known = activity.cases(self.db, self._of(account), theirs, self._marks_of())
            others = timeline.alternatives(self.db, self._of(account), theirs)
            for one, some in zip(known, others, strict=True):
                # The likelier reading is about the earlier of the two; the others came before they left.
                found[one.person.number] = one._replace(perhaps=tuple(other for other in some if other.likelier))
        return [found[person.number] for person in people]

    @answered
    def snapshots(self) -> list[SnapshotKey]:
        """Every snapshot, of an account the oldest first."""
        rows = self.db.execute("SELECT account, id FROM snapshot ORDER BY account, at")
        return [SnapshotKey(*row) for row in rows]

    @answered
    def lists(self, account: str | None = None) -> list[str]:
        """When each list was taken, oldest first, including those whose losses are not believed."""
        return sorted(when for people in self._each(account) for when in people.calendar.lists())

    @answered
    def judged(self, summaries: Sequence[Summary]) -> list[Summary]:
        """The same snapshots, each with whether its losses are believed today."""
        return store.as_believed(self.db, summaries)

    @answered
    def main_lists(self, account: str) -> list[MainList]:
        """Every believed list of an account, oldest first."""
        rows = self.db.execute(
            "SELECT at, taken, digest, total, arrived, lacks FROM snapshot WHERE account = ? AND role = 'main' "
            "ORDER BY at",
            (account,),
        )
        return [MainList._make((*facts, frozenset(lacks.split()))) for *facts, lacks in rows]

    @answered
    def intervals(self, account: str) -> list[Interval]:
        """Every window between two neighbouring believed lists of an account, oldest first."""
        away = Counter(self.lost_at(account).values())
        rows = self.db.execute(
            "SELECT s.at, s.lost, s.sparse_lost, b.at, b.total, b.sparse FROM snapshot s JOIN snapshot b "
            "ON b.account = s.account AND b.at = s.base WHERE s.account = ? AND s.role = 'main' ORDER BY s.at",
            (account,),
        )
        calendar = self._of(account).calendar
        return [
            Interval(window, days_of(window), total, sparse, lost, sparse_lost, max(lost - away[at], 0))
            for at, lost, sparse_lost, base, total, sparse in rows
            for window in (calendar.between(base, at),)
        ]

    @answered
    def shown_before(self, account: str, before: str) -> list[Shown]:
        """Everybody in the believed list before the one taken at a time."""
        rows = self.db.execute(
            "SELECT p.connected_on, p.company <> '' OR p.position <> '', p.position, p.email <> '', "
            "coalesce(t.messages, 0) FROM person p LEFT JOIN talk t ON t.person = p.number, "
            "(SELECT min(at) AS at FROM snapshot WHERE account = :account AND taken = :before) s "
            "WHERE p.account = :account AND p.born < s.at AND (p.status NOT IN ('gone', 'unclear') OR p.since >= s.at)",
            {"account": account, "before": before},
        )
        return [Shown(day, bool(works), position, bool(email), talk) for day, works, position, email, talk in rows]

    @answered
    def came_back(self, account: str | None = None, since: str = "") -> list[tuple[Person, Absence]]:
        """Those gone once who are listed again (on that ISO date or later), newest first, with their last absence."""
        return [one for people in self._each(account) for one in people.came_back(since)]

    @answered
    def lost_counts(self, account: str | None = None, since: str = "") -> dict[State, int]:
        """How many are suspected, confirmed, held and unclear; with `since`, an ISO day, those missed since.

        Whom the owner removed counts in none.
        """
        counts: Counter[State] = Counter({"suspected": 0, "confirmed": 0, "held": 0, "unclear": 0})
        for people in self._each(account):
            counts.update(people.lost_counts(start_of(since) if since else 0))
        counts.subtract(one.state for one in self.removed_by_me(account, since))
        return dict(counts)

    @answered
    def removed_by_me(self, account: str | None = None, since: str = "") -> list[Person]:
        """Those missing (since an ISO day) of whom the owner's last word is that they ended the connection."""
        marked = self._marks_of()
        people = self.numbered(number for number, marks in marked.items() if any(_mine(mark) for mark in marks))
        accounts = {one.account for one in self._each(account)}
        return [
            one
            for number, one in sorted(people.items())
            if one.account in accounts and one.state in LOST and one.window and one.window.before[:10] >= since
            if (word := last_word(marked[number], one.row.day)) and _mine(word)
        ]

    @answered
    def departures(self, account: str) -> list[tuple[int, str, int, int]]:
        """How many are missing from each believed list of an account, those too who came back later.

        Each is a list's timestamp, how (gone, or unclear: the rows allow two readings), the timestamp of the list that
        was the last to show them, and how many they are.
        """
        rows = self.db.execute(
            "SELECT g.at, g.how, g.last, count(*) FROM gone g JOIN person p ON p.number = g.person "
            "WHERE p.account = ? GROUP BY 1, 2, 3",
            (account,),
        )
        return rows.fetchall()

    @answered
    def returns(self, account: str) -> Counter[int]:
        """How many arrivals in a list had been lost before, by the list's timestamp."""
        rows = self.db.execute(
            "SELECT DISTINCT g.person, (SELECT min(s.at) FROM seen s WHERE s.person = g.person AND s.at > g.at AND "
            "s.how IN ('back', 'joined', 'reconnected')) FROM gone g JOIN person p ON p.number = g.person WHERE "
            "p.account = ? AND g.how = 'gone' AND p.number IN "
            "(SELECT person FROM seen WHERE how IN ('back', 'joined', 'side', 'reconnected'))",
            (account,),
        )
        return Counter(at for _, at in rows if at is not None)

    @answered
    def lost_at(self, account: str) -> dict[int, int]:
        """The timestamp of the first list that lacks each person lost now, by the person's number."""
        # The first condition on the status is that of an index.
        gone = "SELECT number, since FROM person WHERE account = ? AND status <> 'listed' AND status = 'gone'"
        return dict(self.db.execute(gone, (account,)).fetchall())

    @answered
    def work_at(self, account: str, at: int) -> tuple[Counter[str], Counter[str]]:
        """How often each company and each position stands in the list of a timestamp."""
        rows = self.db.execute(
            "SELECT s.company, s.position FROM person p JOIN seen s ON s.person = p.number AND s.at = "
            "(SELECT max(at) FROM seen WHERE person = p.number AND at <= :at) WHERE p.account = :account AND p.born <= "
            ":at AND NOT EXISTS (SELECT 1 FROM gone g WHERE g.person = p.number AND g.at <= :at AND g.at > s.at)",
            {"account": account, "at": at},
        ).fetchall()
        return Counter(company for company, _ in rows), Counter(position for _, position in rows)

    @answered
    def marks(self, account: str | None = None) -> list[tuple[Mark, Person | None]]:
        """Every mark, undone ones too, in the vault's order, with whom it means; None if nobody is known."""
        rows = [
            (mark, number)
            for mark, number in self._mark_rows()
            if account in (None, mark.account, mark.account.partition("-")[2])
        ]
        people = self.numbered(number for _, number in rows if number is not None)
        return [(mark, None if number is None else people.get(number)) for mark, number in rows]

    @contextmanager
    def read_transaction(self) -> Iterator[History]:
        """All questions in the block are answered from one state of the index.

        Another process that wants to change it waits meanwhile, so the block must not wait for another process.
        """
        self.db.execute("BEGIN")
        try:
            yield self
        finally:
            self.end_read_transaction()

    def end_read_transaction(self) -> None:
        """Ends what `read_transaction` began, where nothing more is asked in its block."""
        if self.db.in_transaction:
            self.db.execute("COMMIT")
        self._keep_found()

    @answered
    def kept(self, account: str, what: str, given: str) -> bytes | None:
        """The answer to a question, asked with what is `given`, if it was kept since people or messages changed."""
        asked = "SELECT body FROM answer WHERE account = ? AND what = ? AND given = ?"
        found = self.db.execute(asked, (account, what, given)).fetchone()
        return bytes(found[0]) if found else None

    def keep(self, account: str, what: str, given: str, body: bytes) -> None:
        """Keep an answer that took long to find, once nothing else is being asked; there is no harm in losing it."""
        self._found.append((account, what, given, body, self._state()))
        if not self.db.in_transaction:
            self._keep_found()

    def _state(self) -> str:
        """Of which commit of the vault the index tells."""
        return f"{meta(self.db, 'lines')} {meta(self.db, 'details')}"

    def _keep_found(self) -> None:
        found, self._found = self._found, []
        if not found:
            return
        with suppress(sqlite3.Error):  # where nobody can write, the next one finds the answer again
            try:
                self.db.execute(f"PRAGMA busy_timeout = {_PATIENCE}")
                self.db.execute("BEGIN IMMEDIATE")
                rows = [one[:4] for one in found if one[4] == self._state()]
                self.db.executemany("INSERT OR REPLACE INTO answer VALUES (?, ?, ?, ?)", rows)
                self.db.execute("COMMIT")
            finally:
                if self.db.in_transaction:
                    self.db.execute("ROLLBACK")
                self.db.execute(f"PRAGMA busy_timeout = {round(store.PATIENCE * 1000)}")

    def close(self) -> None:
        """Close the index."""
        self.db.close()

    def __enter__(self) -> History:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _of(self, account: str) -> AccountPeople:
        """The people of an account, by its full name."""
        if account not in self._people:
            self._people[account] = AccountPeople(self.db, account)
        return self._people[account]

    def _each(self, account: str | None) -> list[AccountPeople]:
        """The people of all accounts, or of the one of this name (with or without its network)."""
        wanted = [name for name in self.accounts() if account in (None, name, name.partition("-")[2])]
        return [self._of(name) for name in wanted]

    def numbered(self, numbers: Iterable[int]) -> dict[int, Person]:
        """People of any account by number."""
        wanted = set(numbers)
        return {number: one for each in self._each(None) for number, one in each.numbered(wanted).items()}

    def account_named(self, name: str | None) -> str | None:
        """An account's full name; None for all."""
        known = [one.account for one in self._each(name)]
        return known[0] if name is not None and known else name

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
        rows = self.db.execute(
            "SELECT id, fact, value, account, name, url, connected_on, at, undone, undone_at, person "
            "FROM mark ORDER BY number"
        )
        return [
            (Mark(id_, fact, value, account, Subject(name, url, day), at, bool(undone), undone_at), number)
            for id_, fact, value, account, name, url, day, at, undone, undone_at, number in rows
        ]
