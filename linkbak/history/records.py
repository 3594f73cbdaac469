"""What history gives: people as lines through snapshots.

All times are RFC 3339 UTC texts as in a `linkbak.vault.Summary`; text that nobody gave is ``""``. Named tuples, since a
list of people has tens of thousands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from linkbak.marks import Mark
    from linkbak.model import Connection

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
