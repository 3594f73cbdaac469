"""Compares two lists, and two snapshots: the class of every row, and whether the losses are believed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Literal

from linkbak import adapters
from linkbak.diff import GAINS, Change, Comparison, Diff, Doubt, Guess, Side, reasons_to_hold
from linkbak.diff.conversations import Source, linked
from linkbak.errors import NoSuchSnapshot, UsageProblem, VaultDamaged
from linkbak.matching import url_key
from linkbak.matching.alignment import NOBODY, Alignment, Claim, How, align
from linkbak.model import Connection, Coverage, Files, Pair, Rows, listed
from linkbak.vault import Summary, Vault

Class = Literal["hidden", "returned", "reconnected", "renamed", "changed", "unchanged"]
"""What two rows that are one person's amount to; see `linkbak.diff.Diff`."""

_LIST = "connections"
_LACKING = {
    "url": "no profile addresses in {}: people are matched by name and connection date",
    "connected_on": "no connection dates in {}: people are matched by address or name alone",
}
_UNORDERED = "the order of {} is not newest first: whoever changed both name and address is uncertain there"
_SIDES = {(True, False): "the earlier list", (False, True): "the later list", (True, True): "either list"}


def compare(pair: Pair, taken: tuple[str, str] = ("", ""), aligned: Alignment | None = None) -> Diff:
    """What changed from the earlier to the later list of a pair; with the lists swapped, the mirror image.

    `taken` are the times both were written, "" where not known; `aligned` spares aligning an aligned pair.
    """
    found = aligned or align(pair, taken)
    before, after = pair.before.by_position(), pair.after.by_position()
    changes = _changes(found, before, after, pair.before.columns & pair.after.columns)
    hidden = sorted(changes["hidden"], key=lambda change: change[0])
    doubts = tuple(
        Doubt(
            tuple(before[p] for p in one.before),
            tuple(after[p] for p in one.after),
            one.reason,
            tuple(_guess(claim, before, after) for claim in one.likelier),
        )
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
        listed_again=tuple(after[p] for p in found.added if p in found.again),
    )


def _guess(claim: Claim, before: Rows, after: Rows) -> Guess:
    one = before[claim.before] if claim.before >= 0 else None
    other = after[claim.after] if claim.after >= 0 else None
    if one is not None and other is not None:
        return Guess("same", one, other, claim.share)
    if one is not None:
        return Guess("vanished" if claim.after == NOBODY else "hidden", one, None, claim.share)
    return Guess("added" if claim.before == NOBODY else "returned", None, other, claim.share)


def class_of(one: Connection, other: Connection, columns: frozenset[str], how: How) -> Class:
    """The class of two rows that are one person's (`how` says by what), compared in the columns both lists have."""
    return _class(one, other, _differing(one, other, columns), how)


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
        how, fields = found.how[b], _differing(one, other, columns)
        if how != "reconnected":  # an export rendered in another zone shows some dates a day off
            fields = tuple(field for field in fields if field != "connected_on")
        classes[_class(one, other, fields, how)].append((b, Change(one, other, fields)))
    return classes


def _class(one: Connection, other: Connection, fields: Collection[str], how: How) -> Class:
    if other.hidden:
        return "unchanged" if one.hidden else "hidden"
    if one.hidden:
        return "returned"
    if how == "reconnected":
        return "reconnected"
    if "name" in fields or "url" in fields:
        return "renamed"
    return "changed" if any(field != "connected_on" for field in fields) else "unchanged"


def _differing(one: Connection, other: Connection, columns: frozenset[str]) -> tuple[str, ...]:
    """What differs in the columns that both have: names and texts but for their blanks, addresses by key."""
    fields: list[str] = []
    named = one.first_name == other.first_name and one.last_name == other.last_name
    if not named and one.name.split() != other.name.split():
        fields.append("name")
    if one.url != other.url and "url" in columns and url_key(one.url) != url_key(other.url):
        fields.append("url")
    if one.email != other.email and "email" in columns and one.email.split() != other.email.split():
        fields.append("email")
    if one.company != other.company and "company" in columns and one.company.split() != other.company.split():
        fields.append("company")
    if one.position != other.position and "position" in columns and one.position.split() != other.position.split():
        fields.append("position")
    if one.connected_on != other.connected_on and "connected_on" in columns:
        fields.append("connected_on")
    return tuple(fields)


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
    warnings = []
    if side := _SIDES.get((not before.newest_first, not after.newest_first)):
        warnings.append(_UNORDERED.format(side))
    for column, sentence in _LACKING.items():
        if side := _SIDES.get((column not in before.columns, column not in after.columns)):
            warnings.append(sentence.format(side))
    return tuple(warnings)


# --- snapshots ---


def compare_snapshots(vault: Vault, before: Summary, after: Summary) -> Comparison:
    """Compare two kept snapshots of one network.

    Over years any network loses more than a twentieth: so losses are held if those of `after` are (its summary is
    judged, see `linkbak.index.store.judged`), not for what these two lists alone would let expect.

    Raises NoSuchSnapshot if one of them holds no connections, UsageProblem if they are of two networks.
    """
    if before.network != after.network:
        raise UsageProblem(f"{before.key.id} is of {before.network}, {after.key.id} of {after.network}")
    found = _compared(vault, before, after)
    return found if after.held else found._replace(held=())


def count_changes(vault: Vault, before: Summary, after: Summary) -> Mapping[str, int]:
    """Only how many came, went and changed."""
    return _compared(vault, before, after).diff.counts


def compare_files(before: Side, before_files: Files, after: Side, after_files: Files, network: str) -> Comparison:
    """Compare two snapshots' files, kept or about to be; every reason to hold the losses is given."""
    adapter = adapters.by_network(network)
    pair = adapter.pair(before_files, after_files, (_listed(before), _listed(after)))
    if pair is None:
        raise VaultDamaged(f"{before.key.id} or {after.key.id} lacks the list of connections it was kept with")
    taken = before.taken, after.taken
    aligned = linked(pair, taken, adapter, Source(before_files, before.coverage), Source(after_files, after.coverage))
    diff = compare(pair, taken, aligned)
    reasons: tuple[str, ...] = ()
    if before.taken <= after.taken:
        reasons = reasons_to_hold(pair, aligned, (before.coverage[_LIST], after.coverage[_LIST]), taken)
    losses = tuple(reason for reason in reasons if not reason.startswith(GAINS))
    notes = (*diff.warnings, *(reason.partition(": ")[2] for reason in reasons if reason.startswith(GAINS)))
    lacking = tuple(sorted(before.coverage.keys() - after.coverage.keys()))
    return Comparison(before, after, diff, losses, lacking, notes, (pair, aligned))


def _listed(side: Side) -> Coverage:
    """What the side says about its list; raises NoSuchSnapshot if there is none to compare."""
    found = listed(side.coverage)
    if found is None:
        raise NoSuchSnapshot(
            f"the snapshot {side.key.id} holds no connections; that says nothing about who is connected",
            hint="`linkbak log` shows which snapshots do.",
        )
    return found


def _compared(vault: Vault, before: Summary, after: Summary) -> Comparison:
    one, other = (Side(side.key, side.taken, vault.manifest(side.key).coverage) for side in (before, after))
    return compare_files(one, vault.files(before.key), other, vault.files(after.key), after.network)
