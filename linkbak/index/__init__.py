"""Everybody's history through all snapshots, from a disposable SQLite file beside the vault.

How it is built, and where to read on:

- `list_deltas`: what differs between two neighbouring lists, aligned once and kept;
- `replay`: these deltas, list after list, give everybody's events: listed, changed, gone, back, or uncertain;
- `write_buffer` holds the people meanwhile, and writes them;
- `update` brings all of it to the vault's newest commit; `activity_update`, `messages`, `participants` and
  `conversations` add what archives hold beside the list and find out whom it is about;
- `schema` names the tables, `store` keeps the file: whatever is wrong with it, it is made anew;
- `history` answers questions, by means of `people`, `timeline` and `activity`, and of `search`, `search_texts`, `fts`
  and `query` for words.

The types of the answers are here. All times in them are RFC 3339 UTC texts as in a `linkbak.vault.Summary`; text
that nobody gave is ``""``. Named tuples, since a list of people has tens of thousands.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from linkbak.model import Connection, NamedTuple

if TYPE_CHECKING:
    from linkbak.marks import Mark

__all__ = [
    "EVER", "LOST", "Absence", "Alternative", "Case", "Change", "Endorsed", "Entry", "ExchangedMessage",
    "Hit", "InAddressBook", "Interval", "Invited", "Job", "MainList", "Match", "MessageHit", "Noted", "PastValues",
    "PeopleFilter", "Person", "Recommended", "Shown", "Span", "State", "Stranger", "Talk", "Tenure", "Timeline",
    "Trace", "Window", "correspondence", "fts", "history", "list_deltas", "people", "posts", "query", "search",
    "search_texts", "store",
]  # fmt: skip

State = Literal["listed", "hidden", "suspected", "confirmed", "held", "unclear"]
"""The state of someone in the newest snapshots that can be believed.

listed: in the newest list; hidden: there, but only as a date; suspected: the newest list lacks them; confirmed: so does
a list of a later day; held: only a list whose losses are not believed lacks them; unclear: the rows allow two
readings, one of which is that they are gone.
"""

LOST: frozenset[State] = frozenset({"suspected", "confirmed", "held"})
EVER: frozenset[State] = LOST | {"listed", "hidden", "unclear"}


class Window(NamedTuple):
    """When something happened: after one snapshot was taken and before another; `after` is "" if unknown."""

    after: str
    before: str


def days_of(window: Window) -> float:
    """How long a window is, in days."""
    return (datetime.fromisoformat(window.before) - datetime.fromisoformat(window.after)) / timedelta(days=1)


class Person(NamedTuple):
    """One person of one account as they were last seen.

    `number` is the index's own and means nothing outside it; `id` stays the same while the vault grows. `row` is the
    last that showed a name, even if they are hidden or gone now. `window` is when they went (suspected, confirmed,
    held, unclear) or hid, None for those listed. `messages` counts both ways; where it is 0, `untold` says that it is
    unknown if there were any: no archive since they were first listed holds messages, or some stand under their name
    that may be another's. `mutual` is the fewer of those sent and those received: above 0 they talked with each other.
    `only_theirs` is whether there were messages and the owner is known to have written none of them. `ties` is what
    else binds them to the owner; see `linkbak.index.people.closeness`.
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
    untold: bool = False
    mutual: int = 0
    only_theirs: bool = False
    ties: int = 0


class Span(NamedTuple):
    """A value during the time it held: a name, an address, an e-mail, "Position, Company".

    It appeared in the window `began` (whose `after` is "" for what the first snapshot already had) and ended in
    `ended`, None while it holds.
    """

    value: str
    began: Window
    ended: Window | None


class Job(NamedTuple):
    """A company and position during the time they held, as in `Span`."""

    company: str
    position: str
    began: Window
    ended: Window | None


class Tenure(NamedTuple):
    """One stretch of being connected; `connected_on` is an ISO date or "", `ended` None while it lasts."""

    connected_on: str
    began: Window
    ended: Window | None


class Absence(NamedTuple):
    """A stretch of not being listed, or of being listed as a date only; `back` is None while it lasts."""

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


class InAddressBook(NamedTuple):
    """An entry about somebody in the address book that the owner gave the network; texts as written, "" for none.

    `how` says by what they were joined: a ``name`` that only they ever had, or an ``email`` that only they ever showed.
    """

    emails: str
    phones: str
    birthday: str
    addresses: str
    how: str


class Noted(NamedTuple):
    """A private note that the network kept on a connection (Notes.csv)."""

    text: str
    created: str
    edited: str


class Change(NamedTuple):
    """Something that happened to somebody in a window, as the lists show it.

    `what` is `added`, `vanished`, `uncertain`, `returned`, `reconnected`, `hidden`, `renamed`, `changed` or `learned`
    (the lists before had no such column). `field` is a field of a connection, with its value `before` and `after`;
    "" where the change is about the person and not about a field.
    """

    window: Window
    what: str
    field: str = ""
    before: str = ""
    after: str = ""


class PastValues(NamedTuple):
    """The part of a `Timeline` that is read for many people at once; each sequence oldest first."""

    tenures: tuple[Tenure, ...]
    names: tuple[Span, ...]
    jobs: tuple[Job, ...]
    changes: tuple[Change, ...] = ()


class ExchangedMessage(NamedTuple):
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
    """Somebody else in the index who may be the same person, and why that is open; `window` is where they part.

    `likelier` is what the one asked about probably is (gone, hidden, or the ``same`` as one of these), "" if that is
    not known, and `share` how much of all readings say so.
    """

    person: Person
    reason: str
    window: Window
    likelier: str = ""
    share: float = 0.0


class Timeline(NamedTuple):
    """Everything the vault knows of one person, each sequence oldest first; `last_messages` newest first.

    `date_as_written` is what the last list that shows them has for the day of connecting, if nobody could read it.
    """

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
    address_book: tuple[InAddressBook, ...]
    marks: tuple[Mark, ...]
    last_messages: tuple[ExchangedMessage, ...] = ()
    date_as_written: str = ""


class Trace(NamedTuple):
    """A place where an archive names someone: its kind of data, and when the archive was taken."""

    kind: str
    taken: str


class Case(NamedTuple):
    """The facts about why one person is gone (`Person.state` is suspected, confirmed or held).

    - `window`: when they went; `later`: how many believed lists of later days lack them too;
    - `was_hidden`: the last row before showed only a date;
    - `named`: archives taken with or after the first list that lacks them which still show their name and address;
    - `renewed`: such archives with a sign younger than that list: a message with them sent later, or a name in their
      conversations that no archive from before the loss has;
    - `invited`: the same for an invitation the owner sent them after the window began;
    - `anonymous`: archives as late which show "LinkedIn Member" in a conversation of two that once showed them;
    - `kinds`: kinds of data that archives as late cover at all, to tell "no trace" from "not looked";
    - `talk`, `marks` (not undone): as in `Timeline`; `connected_on` of the tenure that ended, ISO or "";
    - `perhaps`: who came later and may be the same person.
    """

    person: Person
    window: Window
    later: int
    was_hidden: bool
    named: tuple[Trace, ...]
    invited: tuple[Trace, ...]
    anonymous: tuple[Trace, ...]
    kinds: frozenset[str]
    talk: Talk
    marks: tuple[Mark, ...]
    connected_on: str
    renewed: tuple[Trace, ...] = ()
    perhaps: tuple[Alternative, ...] = ()


class Interval(NamedTuple):
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


class Shown(NamedTuple):
    """Somebody in a list, as last known: when they connected (ISO or ""), their position, and how full the row is.

    `works` is whether they show a company or a position.
    """

    connected_on: str
    works: bool
    position: str
    email: bool
    messages: int


class Entry(NamedTuple):
    """A person with everything else for a contact card.

    `notes` are the owner's own: marks first, then what the network kept for them. `revised` is the time of the newest
    snapshot, note or tag that changed anything given here, an undone one too; that later lists confirm a loss, or that
    one which is not believed lacks them, changes nothing. `former` are names they had before, oldest first.
    """

    person: Person
    notes: tuple[str, ...] = ()
    revised: str = ""
    former: tuple[str, ...] = ()


class PeopleFilter(NamedTuple):
    """The people wanted; everything given must hold. Texts match folded (case, accents), as a part.

    `states` None means all who are, or may still be, listed. `since`/`before` are ISO dates of connecting (since
    inclusive, before exclusive). `known` is whether the owner's last word is that they know them, or do not; None for
    everybody. `removed_by_me` False leaves out those lost whom the owner removed. `gone_since` is an ISO date before
    which no loss window may have closed, `gone_by` one after which none of those not held may. `as_of` is an ISO day:
    everything as if later snapshots were not there. `sort` is one of ``connected``, ``name``, ``company``,
    ``messages``, ``lost``: newest, most first, names ascending; or ``closest``: as `linkbak.index.people.closeness`
    measures it, of equal ones those connected longest.
    `limit` is how many are given at most, 0 for all.
    """

    account: str | None = None
    states: frozenset[State] | None = None
    company: str = ""
    position: str = ""
    since: str = ""
    before: str = ""
    gone_since: str = ""
    gone_by: str = ""
    email: bool | None = None
    never_talked: bool = False
    removed_by_me: bool = True
    known: bool | None = None
    tags: tuple[str, ...] = ()
    as_of: str = ""
    sort: str = "connected"
    reverse: bool = False
    limit: int = 0


class MainList(NamedTuple):
    """One believed list by its timestamp, its size, how many rows were in none before, fields it has no column for."""

    at: int
    taken: str
    digest: str
    total: int
    arrived: int
    lacks: frozenset[str]


# --- searches ---------------------------------------------------------------------------------------------------------

Field = Literal["name", "company", "position", "email", "address", "note", "tag", "archive-note"]
"""Where a text comes from; ``note`` and ``tag`` are the user's, ``archive-note`` is one kept by the network."""

Spans = tuple[tuple[int, int], ...]
"""Where words begin and end in a text, in characters; in order, not overlapping."""


class Match(NamedTuple):
    """One text with the words that match; `former` if it no longer holds."""

    field: Field
    value: str
    spans: Spans
    former: bool


class Hit(NamedTuple):
    """One person found, by the index's number.

    `matches` are the best texts that show the words, best first. `missing` are the terms that no text of the person
    matches (only if nobody matches all); `near` if some are matched only by what is spelled nearly so.
    """

    person_number: int
    score: int
    matches: tuple[Match, ...]
    missing: tuple[str, ...] = ()
    near: bool = False


class MessageHit(NamedTuple):
    """One message found; `text` is a line of it around the words.

    The person is the other one of a conversation of two, else who wrote it: `name` as the archive has it, "" if it has
    none; `person_number` None if it is nobody known. `sent_at` is RFC 3339 UTC or "".
    """

    number: int
    person_number: int | None
    name: str
    account: str
    sent_at: str
    outgoing: bool
    sender: str
    subject: str
    text: str
    spans: Spans
    missing: tuple[str, ...] = ()
    near: bool = False


class Stranger(NamedTuple):
    """Somebody named in messages, invitations or the synced address book who is in no list, as far as is known.

    The number of the first two, and when the last one was sent, RFC 3339 UTC or ""; whether the address book
    has them, and which addresses.
    """

    name: str
    account: str
    messages: int
    invitations: int
    last: str
    in_address_book: bool = False
    emails: tuple[str, ...] = ()


# --- rows of lists ----------------------------------------------------------------------------------------------------
# Rows as the index keeps them: nothing but texts.


class Row(NamedTuple):
    """A connection's texts without blanks around them; the date as ISO text. "" for what is not given."""

    first_name: str = ""
    last_name: str = ""
    url: str = ""
    email: str = ""
    company: str = ""
    position: str = ""
    connected_on: str = ""

    @property
    def hidden(self) -> bool:
        """Whether the row shows nothing but a date."""
        return not any(self[:6])


FIELDS = Row._fields

LISTING = frozenset({"first", "side", "joined", "back", "reconnected"})
"""Events (column ``how`` of table ``seen``) by which someone is listed who was not, or with a new date."""


def normalised_row(row: Connection) -> Row:
    """The row as the index keeps it."""
    return Row._make((*map(str.strip, row[:6]), row.day))


def connection(row: Sequence[str]) -> Connection:
    """The connection made of seven texts of the index."""
    first, last, url, email, company, position, day = row
    return Connection(first, last, url, email, company, position, date.fromisoformat(day) if day else None)


# --- timestamps -------------------------------------------------------------------------------------------------------
# When a snapshot was taken, as one integer: seconds since 1970 times 128 plus the snapshot's number of that second.

_NUMBERS = 128
"""How many archives of one second have timestamps of their own; three were never seen."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def timestamp(taken: str, number: int = 1) -> int:
    """The timestamp of the `number`-th snapshot taken at an RFC 3339 UTC time; sorts as snapshots do."""
    return int((datetime.fromisoformat(taken) - _EPOCH).total_seconds()) * _NUMBERS + min(number, _NUMBERS) - 1


@lru_cache(maxsize=1024)  # people by the thousand changed with the same few snapshots
def taken(at: int) -> str:
    """The time of a timestamp, RFC 3339 UTC in whole seconds."""
    return f"{_EPOCH + timedelta(seconds=at // _NUMBERS):%Y-%m-%dT%H:%M:%SZ}"


def start_of(day: str) -> int:
    """The first timestamp of a day, given as an ISO date."""
    return timestamp(f"{day}T00:00:00Z")


def day_after(day: str) -> int:
    """The first timestamp of the next day."""
    return start_of((date.fromisoformat(day) + timedelta(days=1)).isoformat())
