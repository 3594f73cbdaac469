"""What is true of a simulated account: its members, and how each stands when an archive is taken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, NamedTuple

from benchmarks.causes_plots import BYSTANDER

Shown = Literal["listed", "hidden", "missing"]


@dataclass
class Member:
    """Someone who was ever connected; `plot` says what happens to them."""

    number: int
    first: str
    last: str
    slug: str
    company: str
    position: str
    connected: datetime
    plot: str = BYSTANDER
    listed: bool = True
    hidden: bool = False
    closed: bool = False
    talks: bool = False
    endorses: bool = False
    grouped: bool = False
    invited: datetime | None = None

    @property
    def name(self) -> str:
        """As shown beside a picture."""
        return f"{self.first} {self.last}"

    @property
    def url(self) -> str:
        """Their profile's address."""
        return f"https://www.linkedin.com/in/{self.slug}"

    @property
    def sparse(self) -> bool:
        """Whether they show neither company nor position."""
        return not self.company and not self.position


class Standing(NamedTuple):
    """What is true of someone when an archive is taken.

    `url` is the last address that a believed list showed of them, "" if none did. `cause` says why the list lacks them,
    "" if it does not.
    """

    number: int
    plot: str
    url: str
    shown: Shown
    cause: str


class Happened(NamedTuple):
    """One deed of the truth: in the month before the archive of `month`."""

    month: int
    number: int
    deed: str


class Month(NamedTuple):
    """All that is true when an archive is taken; `told` are those of whom the user now says to have removed them."""

    number: int
    taken: datetime
    members: tuple[Member, ...]
    standings: tuple[Standing, ...]
    told: tuple[Member, ...]
    happened: tuple[Happened, ...]


def taken(month: int) -> datetime:
    """When the archive of a month was written: the fifth, from April 2024 on."""
    year, rest = divmod(3 + month, 12)
    return datetime(2024 + year, rest + 1, 5, 8, 30, 10, tzinfo=UTC)
