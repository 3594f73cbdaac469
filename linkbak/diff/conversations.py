"""Aligns two lists, and lets conversations say who is who where the lists alone cannot.

A conversation keeps its id for years while everything else about somebody changes (412 of 420 ids in two real archives
51 months apart), and archives name in it whoever it is with as they are called on the day of the archive. So a
conversation of two that is with somebody of the earlier list in the earlier archive, and with somebody of the later
list in the later one, says that these are one person.

Preconditions, each of which the code looks at: both archives hold messages with ids; the conversation is of two in both
(no group, no advert); whom it is with is exactly one row of the list beside it; and the same two rows come out of every
conversation that either is in. `matching` then asks for one date, and for places that no anchor parts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from linkbak.adapters import Adapter
from linkbak.matching import name_key, url_key
from linkbak.matching.alignment import Alignment, align
from linkbak.model import Connection, Files, Listing, Message, Pair

_Key = tuple[str, str]
"""The key of an address and "", or "" and that of a name."""


class Source(NamedTuple):
    """Where a list comes from: all files beside it, and the kinds of data that they hold."""

    files: Files
    kinds: Collection[str]


def linked(pair: Pair, taken: tuple[str, str], adapter: Adapter, before: Source, after: Source) -> Alignment:
    """Align two lists of one account, as `linkbak.matching.alignment.align`, and by the conversations beside them.

    Messages are read only where the lists leave open who is who, which few do.
    """
    found = align(pair, taken)
    if "messages" not in before.kinds or "messages" not in after.kinds:
        return found
    open_before, open_after = _open(pair, found)
    if not open_before or not open_after:
        return found
    partners = _partners(adapter, before.files, pair.before.total, open_before)
    partners_after = _partners(adapter, after.files, pair.after.total, open_after) if partners else {}
    if same := _agreed(partners, partners_after):
        return align(pair, taken, same)
    return found


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
    """The dates of named rows, and those that another zone may make of them."""
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
        key = _key(row, addressed=addressed)
        if any(key):
            places[key] = None if key in places else position
    return places


def _key(row: Connection, *, addressed: bool) -> _Key:
    return (url_key(row.url), "") if addressed else ("", name_key(row.first_name, row.last_name))


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
    """Who takes part; None for a group. Who is only named is whoever has an address and the same name."""
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
