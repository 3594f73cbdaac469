"""Whom a mark means, though names and addresses change after it was made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from linkbak.marks.facts import Mark, Subject


class Candidate(NamedTuple):
    """Somebody whom a key may mean: their number, the key of their address now, every ISO date they were connected."""

    person: int
    url_key: str
    connected_on: frozenset[str]


Lookup = Callable[[str, str], Sequence[Candidate]]
"""Gives everybody of an account who ever had a key, of an address or of a name: ``lookup(account, key)``."""


def match(marks: Iterable[Mark], addresses: Lookup, names: Lookup) -> list[int | None]:
    """For each mark the number of the person it means; None for nobody, and for more than one."""
    return [_whom(mark.account, mark.subject, addresses, names) for mark in marks]


def _whom(account: str, subject: Subject, addresses: Lookup, names: Lookup) -> int | None:
    from linkbak.identity.keys import name_key, url_key

    if key := url_key(subject.url):
        return _by_address(key, subject.connected_on, addresses(account, key))
    if key := name_key(subject.name, ""):
        return _by_name(subject.connected_on, names(account, key))
    return None


def _by_address(key: str, day: str, found: Sequence[Candidate]) -> int | None:
    """Who had the address: if several had it, the one connected on that day, else the one who has it now."""
    if len(found) > 1:
        found = _of_day(found, day) or found
    if len(found) > 1:
        found = [one for one in found if one.url_key == key]
    return _only(found)


def _by_name(day: str, found: Sequence[Candidate]) -> int | None:
    """Who had the name and was connected on that day; if nobody was, the only one with that name."""
    return _only(_of_day(found, day) or found)


def _of_day(found: Sequence[Candidate], day: str) -> Sequence[Candidate]:
    return [one for one in found if day in one.connected_on] if day else ()


def _only(found: Sequence[Candidate]) -> int | None:
    return found[0].person if len(found) == 1 else None
