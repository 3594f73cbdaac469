"""What aligning two lists gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

How = Literal["same", "address", "reconnected", "name", "slot", "likeness", "date"]
"""By what two rows are known to be one person's.

same: equal in every field both lists have; address: equal address key and date; reconnected: equal address key, or
without addresses equal name and work, with another date; name: equal name and date; slot: one stands in the
other's place; likeness: alike beyond doubt on one date; date: only one of the two can have been hidden.
"""


class Uncertain(NamedTuple):
    """Rows (by position, never none on either side) that allow two readings, and which."""

    before: tuple[int, ...]
    after: tuple[int, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Alignment:
    """Which row of the earlier list is which row of the later one; every row is in exactly one place.

    `partners[b]` is the position after of the row at position b before, -1 for one in `vanished` or `uncertain`. `how`
    tells, by position before, the matches that are not "same". `ordered` is whether the order of the
    rows could be used; `addressed` whether both lists give addresses.
    """

    partners: Sequence[int]
    how: Mapping[int, How]
    vanished: tuple[int, ...]
    added: tuple[int, ...]
    uncertain: tuple[Uncertain, ...]
    ordered: bool
    addressed: bool

    def matches(self) -> Iterator[tuple[int, int, How]]:
        """Every match as position before, position after, and how it is known; by position before."""
        how = self.how
        for before, after in enumerate(self.partners):
            if after >= 0:
                yield before, after, how.get(before, "same")
