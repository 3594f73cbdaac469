"""Turns an alignment into classes of people."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from linkbak.diff import Change, Diff, Doubt
from linkbak.matching import Alignment, align, url_key
from linkbak.matching.pairing import Rows, rows_at
from linkbak.model import Connection, Pair

Class = Literal["hidden", "returned", "reconnected", "renamed", "changed", "unchanged"]
"""What two rows that are one person's amount to; see `linkbak.diff.Diff`."""

_TEXTS: tuple[tuple[Literal[3, 4, 5], str], ...] = ((3, "email"), (4, "company"), (5, "position"))
_LACKING = {
    "url": "no profile addresses in {}: people are matched by name and connection date",
    "connected_on": "no connection dates in {}: people are matched by address or name alone",
}
_UNORDERED = "the order of {} is not newest first: whoever changed both name and address is uncertain there"
_SIDES = {(True, False): "the earlier list", (False, True): "the later list", (True, True): "either list"}


def compare(pair: Pair, aligned: Alignment | None = None) -> Diff:
    """What changed from the earlier to the later list of a pair; with the lists swapped, the mirror image.

    `aligned` spares aligning a pair that is aligned already.
    """
    found = aligned or align(pair)
    before, after = rows_at(pair.before), rows_at(pair.after)
    changes = _changes(found, before, after, pair.before.columns & pair.after.columns)
    hidden = sorted(changes["hidden"], key=lambda change: change[0])
    doubts = tuple(
        Doubt(tuple(before[p] for p in one.before), tuple(after[p] for p in one.after), one.reason)
        for one in found.uncertain
    )
    return Diff(
        added=tuple(after[p] for p in found.added),
        vanished=tuple(before[p] for p in found.vanished),
        hidden=tuple(change.before for _, change in hidden),
        returned=tuple(change.after for _, change in changes["returned"]),
        reconnected=tuple(change for _, change in changes["reconnected"]),
        renamed=tuple(change for _, change in changes["renamed"]),
        changed=tuple(change for _, change in changes["changed"]),
        uncertain=doubts,
        counts=_counts(pair, found, {kind: len(rows) for kind, rows in changes.items() if kind != "unchanged"}),
        warnings=_warnings(pair),
    )


def class_of(one: Connection, other: Connection, columns: frozenset[str]) -> Class:
    """The class of two rows that are one person's, compared in the columns both lists have."""
    return _class(one, other, _differing(one, other, columns))


def _changes(
    found: Alignment, before: Rows, after: Rows, columns: frozenset[str]
) -> dict[str, list[tuple[int, Change]]]:
    """The matched rows that are not equal in every field, by class; each with its position before, in order after."""
    classes: dict[str, list[tuple[int, Change]]] = {
        kind: [] for kind in ("hidden", "returned", "reconnected", "renamed", "changed", "unchanged")
    }
    for b in sorted(found.how, key=found.partners.__getitem__):
        one, other = before[b], after[found.partners[b]]
        if one == other:
            continue  # unchanged: date-only on both sides, or twins
        fields = _differing(one, other, columns)
        classes[_class(one, other, fields)].append((b, Change(one, other, fields)))
    return classes


def _class(one: Connection, other: Connection, fields: Collection[str]) -> Class:
    if not other[0] and other.hidden:
        return "unchanged" if one.hidden else "hidden"
    if not one[0] and one.hidden:
        return "returned"
    if "connected_on" in fields:
        return "reconnected"
    if "name" in fields or "url" in fields:
        return "renamed"
    return "changed" if fields else "unchanged"


def _differing(one: Connection, other: Connection, columns: frozenset[str]) -> tuple[str, ...]:
    """What differs in the columns that both have: names and texts without blanks around them, addresses by key."""
    fields: list[str] = []
    if one[:3] == other[:3] and one[6] == other[6]:
        return _texts(one, other, columns)
    if (one[0] != other[0] or one[1] != other[1]) and one.name != other.name:
        fields.append("name")
    if one[2] != other[2] and "url" in columns and url_key(one[2]) != url_key(other[2]):
        fields.append("url")
    fields += _texts(one, other, columns)
    if one[6] != other[6] and "connected_on" in columns:
        fields.append("connected_on")
    return tuple(fields)


def _texts(one: Connection, other: Connection, columns: frozenset[str]) -> tuple[str, ...]:
    return tuple(
        [
            field
            for at, field in _TEXTS
            if one[at] != other[at] and field in columns and one[at].strip() != other[at].strip()
        ]
    )


def _counts(pair: Pair, found: Alignment, sizes: dict[str, int]) -> dict[str, int]:
    """The size of every class; see `Diff` for how they add up."""
    doubts = [(len(one.before), len(one.after)) for one in found.uncertain]
    matched = pair.before.total - len(found.vanished) - sum(before for before, _ in doubts)
    return {
        "added": len(found.added),
        "vanished": len(found.vanished),
        **sizes,
        "unchanged": matched - sum(sizes.values()),
        "uncertain": sum(min(doubt) for doubt in doubts),
        "uncertain_vanished": sum(max(before - after, 0) for before, after in doubts),
        "uncertain_added": sum(max(after - before, 0) for before, after in doubts),
        "before": pair.before.total,
        "after": pair.after.total,
    }


def _warnings(pair: Pair) -> tuple[str, ...]:
    """What the two lists cannot tell, and why."""
    before, after = pair.before, pair.after
    said = []
    if side := _SIDES.get((not before.newest_first, not after.newest_first)):
        said.append(_UNORDERED.format(side))
    for column, sentence in _LACKING.items():
        if side := _SIDES.get((column not in before.columns, column not in after.columns)):
            said.append(sentence.format(side))
    return tuple(said)
