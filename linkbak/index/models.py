"""What history gives: people as lines through snapshots.

All times are RFC 3339 UTC texts as in a `linkbak.vault.Summary`; text that nobody gave is ``""``. Named tuples, since a
list of people has tens of thousands.
"""

from __future__ import annotations

import sqlite3
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from linkbak.model import Connection

if TYPE_CHECKING:
    from linkbak.marks import Mark


State = Literal["listed", "hidden", "suspected", "confirmed", "held", "unclear"]
"""How someone stands in the newest snapshots that can be believed.

listed: in the newest list; hidden: there, but only as a date; suspected: the newest list lacks them; confirmed: so does
a list of a later day; held: only a list whose losses are not believed lacks them; unclear: the rows allow two
readings, one of which is that they are gone.
"""

LOST: frozenset[State] = frozenset({"suspected", "confirmed", "held"})


class Window(NamedTuple):
    """When something happened: after one snapshot was taken and before another; `after` is "" if nobody can say."""

    after: str
    before: str


class Person(NamedTuple):
    """One person of one account as they were last seen.

    `number` is the index's own and means nothing outside it; `id` stays the same while the vault grows. `row` is the
    last that showed a name, hidden or gone as they may be now. `window` tells when they went (suspected, confirmed,
    held, unclear) or hid, None for those listed. `messages` counts both ways.
    """

    number: int
    id: str
    account: str
    row: Connection
    state: State
    first_seen: str
    last_seen: str
    window: Window | None = None
    messages: int = 0
    last_message: str = ""
    tags: tuple[str, ...] = ()


class Span(NamedTuple):
    """A value that held for a time: a name, an address, an e-mail, "Position, Company".

    It appeared in the window `began` (whose `after` is "" for what the first snapshot already said) and gave way in
    `ended`, None while it holds.
    """

    value: str
    began: Window
    ended: Window | None


class Job(NamedTuple):
    """A company and position that held for a time, as in `Span`."""

    company: str
    position: str
    began: Window
    ended: Window | None


class Tenure(NamedTuple):
    """One time of being connected; `connected_on` is an ISO date or "", `ended` None while it lasts."""

    connected_on: str
    began: Window
    ended: Window | None


class Absence(NamedTuple):
    """A time of not being listed, or of being listed as a date only; `back` is None while it lasts."""

    kind: Literal["gone", "hidden", "unclear"]
    went: Window
    back: Window | None


class Talk(NamedTuple):
    """Messages with one person over all archives; times of the first and the last, "" if there are none."""

    messages: int = 0
    sent: int = 0
    received: int = 0
    first: str = ""
    last: str = ""


class Invited(NamedTuple):
    """One invitation; `outgoing` if the owner asked."""

    outgoing: bool
    sent_at: str
    message: str


class Endorsed(NamedTuple):
    """One skill endorsed; `given` if by the owner."""

    given: bool
    skill: str
    at: str
    status: str


class Recommended(NamedTuple):
    """One recommendation; `given` if by the owner."""

    given: bool
    text: str
    company: str
    position: str
    at: str
    status: str


class Noted(NamedTuple):
    """A private note that the network kept on a connection (Notes.csv)."""

    text: str
    created: str
    edited: str


class Past(NamedTuple):
    """What was of one person, each sequence oldest first; as in `Line`, for many people at once."""

    tenures: tuple[Tenure, ...]
    names: tuple[Span, ...]
    jobs: tuple[Job, ...]


class Exchanged(NamedTuple):
    """One message with a person, by their number; `outgoing` if the owner wrote it.

    `conversation` is the network's name of it, "" in archives of the years that had none.
    """

    person_number: int
    conversation: str
    sent_at: str
    outgoing: bool
    sender: str
    subject: str
    content: str


class Alternative(NamedTuple):
    """Another line that may be the same person, and why nobody can tell; `window` is where the two part."""

    person: Person
    reason: str
    window: Window


class Line(NamedTuple):
    """Everything the vault knows of one person, each sequence oldest first."""

    person: Person
    tenures: tuple[Tenure, ...]
    names: tuple[Span, ...]
    addresses: tuple[Span, ...]
    emails: tuple[Span, ...]
    jobs: tuple[Job, ...]
    absences: tuple[Absence, ...]
    alternatives: tuple[Alternative, ...]
    talk: Talk
    invitations: tuple[Invited, ...]
    endorsements: tuple[Endorsed, ...]
    recommendations: tuple[Recommended, ...]
    notes: tuple[Noted, ...]
    marks: tuple[Mark, ...]


class Trace(NamedTuple):
    """Where an archive names someone: its kind of data, and when the archive was taken."""

    kind: str
    taken: str


class Case(NamedTuple):
    """What bears on why one person is gone (`Person.state` is suspected, confirmed or held).

    - `window`: when they went; `later`: how many believed lists of later days lack them too;
    - `was_hidden`: the last row before showed only a date;
    - `sparse`: no company, no position, never a message;
    - `named`: archives taken with or after the first list that lacks them which still show their name and address;
    - `invited`: the same for an invitation the owner sent them after the window began;
    - `anonymous`: archives as late which show "LinkedIn Member" in a conversation of two that once showed them;
    - `kinds`: kinds of data that archives as late cover at all, so that "no trace" can be told from "not looked";
    - `talk`, `marks` (not undone): as in `Line`; `connected_on` of the tenure that ended, ISO or "".
    """

    person: Person
    window: Window
    later: int
    was_hidden: bool
    sparse: bool
    named: tuple[Trace, ...]
    invited: tuple[Trace, ...]
    anonymous: tuple[Trace, ...]
    kinds: frozenset[str]
    talk: Talk
    marks: tuple[Mark, ...]
    connected_on: str


class Spell(NamedTuple):
    """One window between two believed lists of an account, and how many were lost in it.

    `days` is its length, `listed` the size of the list before it, `sparse` how many of that list had neither company
    nor position; `lost` and `sparse_lost` count those missing after it, `back` those of them listed again later.
    """

    window: Window
    days: float
    listed: int
    sparse: int
    lost: int
    sparse_lost: int
    back: int


class Entry(NamedTuple):
    """A person with what else belongs on a card.

    `notes` are the owner's own: marks first, then what the network kept for them. `revised` is the time of the newest
    snapshot, note or tag that changed anything given here, an undone one too; that later lists confirm a loss, or that
    one which is not believed lacks them, changes nothing. `former` are names they had before, oldest first.
    """

    person: Person
    notes: tuple[str, ...] = ()
    revised: str = ""
    former: tuple[str, ...] = ()


class Wanted(NamedTuple):
    """Which people are wanted; every filter given must hold. Texts match folded (case, accents), as a part.

    `states` None means all who are, or may still be, listed. `since`/`before` are ISO dates of connecting (since
    inclusive, before exclusive). `gone_since` is an ISO date before which no loss window may have closed. `as_of` is
    an ISO day: everything as if later snapshots were not there. `sort` is one of ``connected``, ``name``, ``company``,
    ``messages``, ``lost``: newest, most first, names ascending; or ``closest``: most messages first, of equal ones
    those connected longest. `limit` is how many are given at most, 0 for all.
    """

    account: str | None = None
    states: frozenset[State] | None = None
    company: str = ""
    position: str = ""
    since: str = ""
    before: str = ""
    gone_since: str = ""
    email: bool | None = None
    never_talked: bool = False
    tags: tuple[str, ...] = ()
    as_of: str = ""
    sort: str = "connected"
    reverse: bool = False
    limit: int = 0


class Looks(NamedTuple):
    """How many lists there are to tell from, and when the first and the newest were taken, "" if there are none."""

    lists: int
    first: str
    newest: str


# --- texts ------------------------------------------------------------------------------------------------------------
# Rows as the index keeps them: texts alone.

Row = tuple[str, str, str, str, str, str, str]
"""A connection's texts without blanks around them; the date as ISO text."""

FIELDS = Connection._fields
NOBODY: Row = ("", "", "", "", "", "", "")

LISTING = frozenset({"first", "side", "joined", "back", "reconnected"})
"""Events by which someone stands in a list who did not, or with a new date."""


def row_of(row: Connection) -> Row:
    """The row as steps keep it."""
    first, last, url, email, company, position, day = row
    return (
        first.strip(),
        last.strip(),
        url.strip(),
        email.strip(),
        company.strip(),
        position.strip(),
        day.isoformat() if day else "",
    )


def connection(row: Sequence[str]) -> Connection:
    """The connection that a row of a step, or of the index, tells of."""
    first, last, url, email, company, position, day = row
    return Connection(first, last, url, email, company, position, date.fromisoformat(day) if day else None)


# --- moments ----------------------------------------------------------------------------------------------------------
# Moments: when a snapshot was taken, as one integer that sorts as snapshots do.

_NUMBERS = 128
"""So many archives of one second can be told apart; nobody has ever seen three."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment(taken: str, number: int = 1) -> int:
    """The moment of the `number`-th snapshot taken at an RFC 3339 UTC time."""
    return int((datetime.fromisoformat(taken) - _EPOCH).total_seconds()) * _NUMBERS + min(number, _NUMBERS) - 1


def taken(at: int) -> str:
    """The time of a moment, RFC 3339 UTC in whole seconds."""
    return f"{_EPOCH + timedelta(seconds=at // _NUMBERS):%Y-%m-%dT%H:%M:%SZ}"


def day(at: int) -> str:
    """The day (UTC) of a moment, as an ISO date."""
    return taken(at)[:10]


def start_of(day: str) -> int:
    """The first moment of a day, given as an ISO date."""
    return moment(f"{day}T00:00:00Z")


# --- calendar ---------------------------------------------------------------------------------------------------------
# The lists that are threaded, by moment: what a window is, and what counts as later.


class Calendar:
    """The main lists of one account, and with which each list was compared."""

    def __init__(self, db: sqlite3.Connection, account: str) -> None:
        rows = db.execute(
            "SELECT at, role, base, lacks FROM snapshot WHERE account = ? AND role <> 'none' ORDER BY at", (account,)
        ).fetchall()
        self.mains: list[int] = [at for at, role, _, _ in rows if role == "main"]
        self._base: dict[int, int | None] = {at: base for at, _, base, _ in rows}
        self._lacks: dict[int, set[str]] = {at: set(lacks.split()) for at, _, _, lacks in rows if lacks}
        self.taken = cache(taken)

    @property
    def newest(self) -> int:
        """The moment of the newest main list, 0 if there is none."""
        return self.mains[-1] if self.mains else 0

    @property
    def newest_day(self) -> int:
        """The first moment of the day of the newest main list."""
        return start_of(self.taken(self.newest)[:10]) if self.mains else 0

    @property
    def looks(self) -> Looks:
        """How many lists there are to tell from, those too whose losses are not believed."""
        every = sorted(self._base)
        return Looks(len(every), self.taken(every[0]), self.taken(every[-1])) if every else Looks(0, "", "")

    def window(self, at: int) -> Window:
        """When something happened that a list shows first."""
        base = self._base.get(at)
        return Window(self.taken(base) if base is not None else "", self.taken(at))

    def between(self, last: int, at: int) -> Window:
        """The window from a list that still showed something to one that does not."""
        return Window(self.taken(last), self.taken(at))

    def told(self, fields: frozenset[str], up_to: str) -> str:
        """When the newest main list was taken, up to a time, that has columns for all these fields; "" for none."""
        if not up_to or all(fields.isdisjoint(lacks) for lacks in self._lacks.values()):
            return up_to
        return next(
            (
                when
                for at in reversed(self.mains)
                if (when := self.taken(at)) <= up_to and fields.isdisjoint(self._lacks.get(at, ()))
            ),
            "",
        )

    def later(self, at: int) -> int:
        """How many main lists of later days than `at` there are."""
        return len(self.mains) - bisect_left(self.mains, _next_day(self.taken(at)))


def _next_day(when: str) -> int:

    return start_of((date.fromisoformat(when[:10]) + timedelta(days=1)).isoformat())


# --- times ------------------------------------------------------------------------------------------------------------
# Moments as texts.


def text_of(when: datetime | None) -> str:
    """RFC 3339 UTC in whole seconds, "" for none."""
    return f"{when.isoformat()[:19]}Z" if when else ""


# --- bitmaps ----------------------------------------------------------------------------------------------------------
# Sets of row numbers as bytes: a bit each, so that a file that shows 40,000 rows costs 5 kB.


def bitmap(numbers: Iterable[int]) -> bytes:
    """The set of these numbers."""
    numbers = set(numbers)
    bits = bytearray(max(numbers) // 8 + 1 if numbers else 0)
    for number in numbers:
        bits[number >> 3] |= 1 << (number & 7)
    return bytes(bits)


def holds(bits: bytes, number: int) -> bool:
    """Whether the number is in the set."""
    at = number >> 3
    return at < len(bits) and bool(bits[at] >> (number & 7) & 1)
