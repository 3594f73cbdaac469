"""Compares two lists, and two snapshots: the class of every row, and whether the losses are believed.

Where the lists alone leave open who is who, the conversations beside them may show it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Literal, get_args

from linkbak import adapters
from linkbak.adapters import Adapter
from linkbak.diff import GAINS, Change, Comparison, Diff, Doubt, Guess, Side, reasons_to_hold
from linkbak.errors import NoSuchSnapshot, UsageProblem, VaultDamaged
from linkbak.matching import name_key, url_key
from linkbak.matching.alignment import NOBODY, Alignment, Claim, How, align
from linkbak.model import Connection, Coverage, Files, Listing, Message, NamedTuple, Pair, Rows, listed
from linkbak.texts import tr, tr_kept
from linkbak.vault import Summary, Vault

Class = Literal["hidden", "returned", "reconnected", "renamed", "changed", "unchanged"]
"""The class of a person's two rows; see `linkbak.diff.Diff`."""

_LIST = "connections"
_LACKING = {
    "url": (
        tr("no profile addresses in the earlier list: people are matched by name and connection date"),
        tr("no profile addresses in the later list: people are matched by name and connection date"),
        tr("no profile addresses in either list: people are matched by name and connection date"),
    ),
    "connected_on": (
        tr("no connection dates in the earlier list: people are matched by address or name alone"),
        tr("no connection dates in the later list: people are matched by address or name alone"),
        tr("no connection dates in either list: people are matched by address or name alone"),
    ),
}
_UNORDERED = (
    tr("the order of the earlier list is not newest first: whoever changed both name and address is uncertain there"),
    tr("the order of the later list is not newest first: whoever changed both name and address is uncertain there"),
    tr("the order of either list is not newest first: whoever changed both name and address is uncertain there"),
)
_SIDES = {(True, False): 0, (False, True): 1, (True, True): 2}
"""Which text is about a fault of the earlier list alone, of the later one alone, and of both."""


def compare(pair: Pair, taken: tuple[str, str] = ("", ""), aligned: Alignment | None = None) -> Diff:
    """What changed from the earlier to the later list of a pair; with the lists swapped, the mirror image.

    `taken` are the times both were written, "" where not known; `aligned` spares aligning an aligned pair.
    """
    pair, found = (pair, aligned) if aligned else align(pair, taken)
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
    classes: dict[str, list[tuple[int, Change]]] = {kind: [] for kind in get_args(Class)}
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
    for field in ("email", "company", "position"):
        mine, theirs = getattr(one, field), getattr(other, field)
        if mine != theirs and field in columns and mine.split() != theirs.split():
            fields.append(field)
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
    """What the two lists leave open, and why."""
    before, after = pair.before, pair.after
    warnings = []
    if (side := _SIDES.get((not before.newest_first, not after.newest_first))) is not None:
        warnings.append(_UNORDERED[side])
    for column, sentences in _LACKING.items():
        if (side := _SIDES.get((column not in before.columns, column not in after.columns))) is not None:
            warnings.append(sentences[side])
    return tuple(warnings)


# --- snapshots ---


def compare_snapshots(vault: Vault, before: Summary, after: Summary) -> Comparison:
    """Compare two kept snapshots of one network.

    Over years any network loses more than a twentieth: so losses are held if those of `after` are (its summary is
    judged, see `linkbak.index.store.judged`), not for what these two lists alone would let expect.

    Raises NoSuchSnapshot if one of them holds no connections, UsageProblem if they are of two networks.
    """
    if before.network != after.network:
        raise UsageProblem(
            tr(
                "{one} is of {network}, {other} of {other_network}",
                one=before.key.id,
                network=before.network,
                other=after.key.id,
                other_network=after.network,
            )
        )
    found = _compared(vault, before, after)
    return found if after.held else found._replace(held=())


def count_changes(vault: Vault, before: Summary, after: Summary) -> Mapping[str, int]:
    """Only how many came, went and changed."""
    return _compared(vault, before, after).diff.counts


def compare_files(
    before: Side, before_files: Files, after: Side, after_files: Files, network: str, pair: Pair | None = None
) -> Comparison:
    """Compare two snapshots' files, kept or about to be; every reason to hold the losses is given.

    `pair` are their lists, where they were read as one already.
    """
    adapter = adapters.by_network(network)
    lists = [(before_files, _listed(before)), (after_files, _listed(after))]
    pair = pair or next(adapter.pairs(lists))
    if pair is None:
        raise VaultDamaged(
            tr("{one} or {other} lacks the list of connections it was kept with", one=before.key.id, other=after.key.id)
        )
    taken = before.taken, after.taken
    pair, aligned = linked(
        pair, taken, adapter, Source(before_files, before.coverage), Source(after_files, after.coverage)
    )
    diff = compare(pair, taken, aligned)
    reasons: tuple[str, ...] = ()
    if before.taken <= after.taken:
        reasons = reasons_to_hold(pair, aligned, (before.coverage[_LIST], after.coverage[_LIST]), taken)
    losses = tuple(reason for reason in reasons if not reason.startswith(GAINS))
    notes = (*diff.warnings, *(tr_kept(why.partition(": ")[2]) for why in reasons if why.startswith(GAINS)))
    lacking = tuple(sorted(before.coverage.keys() - after.coverage.keys()))
    return Comparison(before, after, diff, losses, lacking, notes, (pair, aligned))


def _listed(side: Side) -> Coverage:
    """What the side says about its list; raises NoSuchSnapshot if there is none to compare."""
    found = listed(side.coverage)
    if found is None:
        raise NoSuchSnapshot(
            tr(
                "the snapshot {snapshot} holds no connections; that says nothing about who is connected",
                snapshot=side.key.id,
            ),
            hint=tr("`linkbak log` shows which snapshots do."),
        )
    return found


def _compared(vault: Vault, before: Summary, after: Summary) -> Comparison:
    one, other = (Side(side.key, side.taken, vault.manifest(side.key).coverage) for side in (before, after))
    return compare_files(one, vault.files(before.key), other, vault.files(after.key), after.network)


# --- what conversations show ------------------------------------------------------------------------------------------
# Aligns two lists, and lets conversations say who is who where the lists alone cannot.
#
# A conversation keeps its id for years while everything else about somebody changes (412 of 420 ids in two real
# archives 51 months apart), and archives name in it whoever it is with as they are called on the day of the archive.
# So a conversation of two that is with somebody of the earlier list in the earlier archive, and with somebody of the
# later list in the later one, says that these are one person.
#
# Preconditions, each of which the code looks at: both archives hold messages with ids; the conversation is of two in
# both (no group, no advert); whom it is with is exactly one row of the list beside it; and the same two rows come out
# of every conversation that either is in. `matching` then asks for one date, and for places that no anchor parts.

_Key = tuple[str, str]
"""The key of an address and "", or "" and that of a name."""


class Source(NamedTuple):
    """Where a list comes from: all files beside it, and the kinds of data that they hold."""

    files: Files
    kinds: Collection[str]


def linked(
    pair: Pair, taken: tuple[str, str], adapter: Adapter, before: Source, after: Source
) -> tuple[Pair, Alignment]:
    """Align two lists of one account, as `align` does, and by the conversations beside them.

    Messages are read only where the lists leave open who is who, which few do.
    """
    pair, found = align(pair, taken)
    if "messages" not in before.kinds or "messages" not in after.kinds:
        return pair, found
    open_before, open_after = _open(pair, found)
    if not open_before or not open_after:
        return pair, found
    partners = _partners(adapter, before.files, pair.before.total, open_before)
    partners_after = _partners(adapter, after.files, pair.after.total, open_after) if partners else {}
    if same := _agreed(partners, partners_after):
        return align(pair, taken, same)
    return pair, found


def _open(pair: Pair, found: Alignment) -> tuple[dict[int, Connection], dict[int, Connection]]:
    """The named rows, before and after, that may be one though the alignment does not say so: their dates allow it."""
    rows, others = pair.before.by_position(), pair.after.by_position()
    before = {b: rows[b] for b in found.vanished} | {b: rows[b] for group in found.uncertain for b in group.before}
    after = {a: others[a] for a in found.added} | {a: others[a] for group in found.uncertain for a in group.after}
    days, days_after = _days(before.values()), _days(after.values())
    return (
        {b: row for b, row in before.items() if not row.hidden and row.connected_on in days_after},
        {a: row for a, row in after.items() if not row.hidden and row.connected_on in days},
    )


def _days(rows: Iterable[Connection]) -> set[date | None]:
    """The dates of named rows, and the dates that another time zone may make of them."""
    found = {row.connected_on for row in rows if not row.hidden and row.connected_on}
    return {day + timedelta(step) for day in found for step in (-1, 0, 1)}


def _agreed(before: Mapping[str, int], after: Mapping[str, int]) -> list[tuple[int, int]]:
    """The pairs of rows with a conversation in common, without those that conversations disagree on."""
    found = {(b, after[conversation]) for conversation, b in before.items() if conversation in after}
    times: defaultdict[tuple[str, int], int] = defaultdict(int)
    for b, a in found:
        times["before", b] += 1
        times["after", a] += 1
    return sorted((b, a) for b, a in found if times["before", b] == times["after", a] == 1)


def _partners(adapter: Adapter, files: Files, total: int, rows: Mapping[int, Connection]) -> dict[str, int]:
    """By conversation of two in an archive: which of these rows of its list it is with.

    Rows are looked for as the list writes them: an archive writes names and addresses in one way.
    """
    addressed = any(row.url for row in rows.values())
    texts = {row.url.strip() if addressed else row.name for row in rows.values()} - {""}
    talk = _conversations(adapter.messages(files, texts), texts) if texts else {}
    listing = adapter.connections(files) if talk else None
    if listing is None or listing.total != total:
        return {}
    places = _places(listing)
    found = {conversation: _partner(sides, places) for conversation, sides in talk.items()}
    return {conversation: place for conversation, place in found.items() if place is not None and place in rows}


def _conversations(messages: Iterable[Message], texts: Collection[str]) -> dict[str, set[Sides]]:
    """Sender and recipients of all messages in conversations that one of these texts takes part in.

    Messages of one conversation stand together; one that is scattered, and shows the text late, is left out.
    """
    found: dict[str, set[Sides]] = {}
    passed = set[str]()
    for conversation, group in groupby(messages, key=attrgetter("conversation")):
        sides = {(one.sender, one.sender_url, one.recipients, one.recipient_urls) for one in group if not one.draft}
        if conversation in found:
            found[conversation] |= sides
        elif conversation and conversation not in passed:
            if any(text in texts for one in sides for text in (*one[:3], *one[3])):
                found[conversation] = sides
            else:
                passed.add(conversation)
    return found


def _places(listing: Listing) -> dict[_Key, int | None]:
    """Where each address stands in a list, or each name in one without addresses; None for what stands there twice."""
    addressed = any(row.url for row in listing.rows)
    places: dict[_Key, int | None] = {}
    for position, row in zip(listing.positions, listing.rows, strict=True):
        key = (url_key(row.url), "") if addressed else ("", name_key(row.first_name, row.last_name))
        if any(key):
            places[key] = None if key in places else position
    return places


# --- conversations of two ---------------------------------------------------------------------------------------------


Sides = tuple[str, str, str, tuple[str, ...]]
"""Name and address of the sender, names and addresses of the recipients, as written."""


class Face(NamedTuple):
    """One of those who take part: address and names, as keys, and whether they wrote anything."""

    url: str
    names: frozenset[str]
    wrote: bool


def _partner(sides: Iterable[Sides], places: Mapping[_Key, int | None]) -> int | None:
    """The row of the list that a conversation is with; None if it is not of two, or not with one row alone.

    Whoever is known by name alone must have been answered, or have answered: an advert bears a name, too.
    """
    both = faces(sides)
    if both is None or len(both) != 2:
        return None
    answered = all(face.wrote for face in both)
    found = [place for face in both for place in _place(face, places, answered=answered)]
    return found[0] if len(found) == 1 else None


def _place(face: Face, places: Mapping[_Key, int | None], *, answered: bool) -> list[int | None]:
    keys: list[_Key] = [(face.url, "")] if face.url else []
    if answered and len(face.names) == 1:
        keys += [("", name) for name in face.names]
    return [places[key] for key in keys if key in places]


def faces(sides: Iterable[Sides]) -> list[Face] | None:
    """Who takes part; None for a group. Somebody only named is taken for the one with an address and the same name."""
    named: defaultdict[str, set[str]] = defaultdict(set)
    alone, wrote = set[str](), set[str]()
    for sender, sender_url, recipients, urls in sides:
        if len(urls) > 1 or (not urls and "," in recipients):
            return None
        for name, url, writes in ((sender, sender_url, True), (recipients, urls[0] if urls else "", False)):
            key, called = "" if url.lower().startswith("urn:") else url_key(url), name_key(name, "")
            if key:
                named[key].add(called)
            elif called:
                alone.add(called)
            if writes:
                wrote.add(key or called)
    alone -= {called for names in named.values() for called in names}
    found = [
        Face(url, frozenset(names - {""}), url in wrote or not wrote.isdisjoint(names)) for url, names in named.items()
    ]
    return found + [Face("", frozenset({called}), called in wrote) for called in alone]
