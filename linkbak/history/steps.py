"""What differs between two neighbouring lists, in a form that is made once and replayed as often as needed.

A step depends on nothing but its two lists, so that it stays true whatever is imported before, between or after
them; threading people through many lists replays steps and opens no archive.
"""

from __future__ import annotations

import marshal
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from linkbak.diff.classes import class_of
from linkbak.history.texts import FIELDS, Row, row_of
from linkbak.identity import Alignment
from linkbak.identity.sides import Rows, rows_at
from linkbak.model import Listing, Pair

LEARNED = "learned"
"""Nothing changed, but the later list has columns that the earlier one lacks."""

_MARSHAL = 2
_LEVEL = 1


class Step(NamedTuple):
    """How the later list comes out of the earlier one; positions count from 0 in either list.

    `runs` go through the later list in order: the position where some rows in a row stood in the earlier one (-1 for
    rows that have no partner there), and how many they are. `changed` has position, class and row after of the
    partners that differ, `arrived` the rows without a partner and `vanished` the earlier ones without. `doubts` are
    groups of positions before and after, and the reason. `columns` names the fields that the later list gives.
    """

    total: int
    columns: tuple[str, ...]
    runs: tuple[tuple[int, int], ...]
    changed: tuple[tuple[int, str, Row], ...]
    arrived: tuple[tuple[int, Row], ...]
    vanished: tuple[int, ...]
    doubts: tuple[tuple[tuple[int, ...], tuple[int, ...], str], ...]

    @property
    def added(self) -> int:
        """How many came for certain."""
        sure = len(self.arrived) - sum(len(after) for _, after, _ in self.doubts)
        return sure + sum(max(len(after) - len(before), 0) for before, after, _ in self.doubts)

    @property
    def lost(self) -> int:
        """How many are gone for certain."""
        return len(self.vanished) + sum(max(len(before) - len(after), 0) for before, after, _ in self.doubts)


def step_of(pair: Pair, found: Alignment) -> Step:
    """The step from the earlier to the later list of an aligned pair."""
    origin = [-1] * pair.after.total
    for before, after in enumerate(found.partners):
        if after >= 0:
            origin[after] = before
    rows, after_rows = rows_at(pair.before), rows_at(pair.after)
    return Step(
        pair.after.total,
        tuple(sorted(pair.after.columns)),
        tuple(_runs(origin)),
        tuple(_changed(pair, found, rows, after_rows)),
        tuple((at, row_of(after_rows[at])) for at, before in enumerate(origin) if before < 0),
        found.vanished,
        tuple((one.before, one.after, one.reason) for one in found.uncertain),
    )


def first_step(listing: Listing) -> Step:
    """The step from nothing to the first list."""
    arrived = tuple((at, row_of(row)) for at, row in zip(listing.positions, listing.rows, strict=True))
    runs = ((-1, listing.total),) if listing.total else ()
    return Step(listing.total, tuple(sorted(listing.columns)), runs, (), arrived, (), ())


def pack(step: Step) -> bytes:
    """The step as bytes."""
    plain: Any = tuple(step)
    return zlib.compress(marshal.dumps(plain, _MARSHAL), _LEVEL)


def unpack(body: bytes) -> Step:
    """The step that `pack` made these bytes of; they come from the index, which is ours alone."""
    return Step._make(marshal.loads(zlib.decompress(body)))  # noqa: S302


def _runs(origin: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Stretches of neighbours that were neighbours before, and of rows that were not there."""
    start, began = -2, 0
    for at, before in enumerate(origin):
        expected = -1 if start == -1 else start + at - began
        if before != expected:
            if at > began:
                yield start, at - began
            start, began = before, at
    if len(origin) > began:
        yield start, len(origin) - began


def _changed(pair: Pair, found: Alignment, before: Rows, after: Rows) -> Iterator[tuple[int, str, Row]]:
    common = pair.before.columns & pair.after.columns
    for b in sorted(found.how, key=found.partners.__getitem__):
        one, other = before[b], after[found.partners[b]]
        if one != other and (kind := class_of(one, other, common)) != "unchanged":
            yield found.partners[b], kind, row_of(other)
    fresh = sorted(FIELDS.index(name) for name in pair.after.columns - pair.before.columns)
    if fresh:
        yield from _learned(found, common, fresh, before, after)


def _learned(
    found: Alignment, common: frozenset[str], fresh: Iterable[int], before: Rows, after: Rows
) -> Iterator[tuple[int, str, Row]]:
    """Partners that changed in nothing both lists have, but of whom the later list tells more.

    Only where lists differ in their columns, and then nothing was left out of the pair as identical.
    """
    for b, a, how in found.matches():
        one, other = before[b], after[a]
        same = how == "same" or class_of(one, other, common) == "unchanged"
        if same and any(other[field] for field in fresh):
            yield a, LEARNED, row_of(other)
