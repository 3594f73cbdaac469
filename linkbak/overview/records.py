"""What a vault comes to, as the page, the digest and the statistics show it.

Times are RFC 3339 UTC, days ISO dates; "" where there is none. Sequences of lists and windows are oldest first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from linkbak.causes import Band, Cause
    from linkbak.causes.fates import Loss
    from linkbak.history.records import Person, Window
    from linkbak.upkeep import Record


class Size(NamedTuple):
    """One believed list: how many it shows, hidden ones included, how many of them hidden, and how many the account
    had lost by then and not got back to this day."""

    taken: str
    connections: int
    hidden: int
    lost: int


class Because(NamedTuple):
    """How many of a window's losses have one cause in one band."""

    cause: Cause
    band: Band
    people: int


class Flow(NamedTuple):
    """What happened between two neighbouring believed lists.

    `lost` counts also those who came `back` later, and `because` accounts for those of them who are still lost.
    `returned` are those of the added who had been lost before. `unclear` are missing, but may stand among the added
    under another name: the rows allow two readings. What a list shows, and `added`, less `lost` and `unclear`, is what
    the next one shows.
    """

    window: Window
    added: int
    lost: int
    back: int
    because: tuple[Because, ...]
    unclear: int = 0
    returned: int = 0


class Tenured(NamedTuple):
    """So many of the lost were connected for at least `least` and less than `below` years; `below` 0 for no end.

    Of whom no day of connecting is known is in none.
    """

    least: int
    below: int
    people: int


class Change(NamedTuple):
    """How many of the connections show a company, or a position, at the beginning of the time looked at and now."""

    name: str
    then: int
    now: int


class Changes(NamedTuple):
    """The names that grew and that shrank most since a list, the largest change first."""

    since: str
    grew: tuple[Change, ...]
    shrank: tuple[Change, ...]


class Reach(NamedTuple):
    """Of those connected now: how many there are, have an e-mail, and have ever exchanged a message with the owner.

    `email` counts also those who only hide and had shown one.
    """

    people: int
    email: int
    talked: int
    talked_email: int


class Health(NamedTuple):
    """How the backup stands.

    `first` and `newest` are when these snapshots were taken; `age` is whole days from the newest to now. `held` counts
    people whom only a list lacks that is not believed yet. `missing` are kinds of data that an earlier archive held and
    the newest day's lack; `restored` and `verified` tell when a drill and a check last were.
    """

    snapshots: int
    first: str
    newest: str
    age: int
    bytes: int
    held: int
    missing: tuple[str, ...]
    verified: Record
    restored: Record


class Overview(NamedTuple):
    """One account.

    `made` is now; `people` are all who are connected now, those too whom only a held list lacks or shows, and `closest`
    the first of them: whom one wrote with most, then who is connected longest. `lost` are missing from the believed
    lists; `recent` are the latest of these losses, newest first. `unclear` may be gone: the rows allow two readings.
    """

    account: str
    made: str
    owner: str
    sizes: Sequence[Size]
    flows: Sequence[Flow]
    tenure: Sequence[Tenured]
    companies: Changes
    positions: Changes
    recent: Sequence[Loss]
    lost: int
    unclear: int
    closest: Sequence[Person]
    reach: Reach
    health: Health
    people: Sequence[Person]
