"""Whose account it is: by which addresses and names the owner stands in messages and invitations."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from linkbak.history.details.wording import address, name_key, names, unshown
from linkbak.vault import Summary

_NEARLY_ALL = 0.9
_SOME = 0.1


class Me(NamedTuple):
    """The keys of the owner's addresses and names; either may be unknown."""

    urls: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()

    def is_called(self, name: str) -> bool:
        """Whether this is one of the owner's names."""
        return name_key(name) in self.names


def told(summaries: Iterable[Summary]) -> Me:
    """What the archives themselves tell of their owner."""
    owners = [summary.owner for summary in summaries]
    urls = frozenset(address(url) for owner in owners for url in owner.urls)
    called = frozenset(name_key(name) for owner in owners for name in owner.names)
    return Me(urls - {""}, called - {""})


def known(db: sqlite3.Connection, account: str) -> Me | None:
    """What was known when messages were last interpreted, None if they never were."""
    found = db.execute("SELECT urls, names FROM me WHERE account = ?", (account,)).fetchone()
    return Me(*(frozenset(text.split("\n")) - {""} for text in found)) if found else None


def remember(db: sqlite3.Connection, account: str, me: Me) -> None:
    """Note by what messages are interpreted now."""
    texts = ("\n".join(sorted(keys)) for keys in me)
    db.execute("INSERT OR REPLACE INTO me VALUES (?, ?, ?)", (account, *texts))


def completed(db: sqlite3.Connection, account: str, me: Me) -> Me:
    """What the archives tell, and what their messages show beside.

    If no address is told, it is the one that takes part in nearly all conversations. An address under the owner's name
    that takes part in several conversations and no small part of all is the owner's too, an older one. Names are
    those that ever stood beside these addresses; if none is known, the one on nearly all messages without addresses.
    """
    rows = db.execute(
        "SELECT conversation, sender, sender_url, recipients, recipient_urls FROM ends WHERE account = ?", (account,)
    ).fetchall()
    takes_part, called = _addresses(rows)
    urls = me.urls or _most(takes_part)
    conversations = len(frozenset[str]().union(*takes_part.values()))
    least = max(2, _SOME * conversations)
    named = me.names | {name for url in urls for name in called[url]}
    urls |= {url for url, where in takes_part.items() if len(where) >= least and not named.isdisjoint(called[url])}
    named |= {name for url in urls for name in called[url]}
    return Me(urls, named or _most(_names(rows)))


Row = Sequence[str]


def _addresses(rows: Iterable[Row]) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """In which conversations each address takes part, and under which names it writes."""
    takes_part: dict[str, set[str]] = defaultdict(set)
    called: dict[str, set[str]] = defaultdict(set)
    for conversation, sender, sender_url, _, recipient_urls in rows:
        if sender_url:
            takes_part[sender_url].add(conversation)
            if key := name_key(sender):
                called[sender_url].add(key)
        for url in recipient_urls.split("\n") if recipient_urls else ():
            takes_part[url].add(conversation)
    return takes_part, called


def _names(rows: Iterable[Row]) -> dict[str, set[str]]:
    """On which rows without any address each name stands."""
    found: dict[str, set[str]] = defaultdict(set)
    for number, (_, sender, sender_url, recipients, recipient_urls) in enumerate(rows):
        if not sender_url and not recipient_urls and sender.strip() and not unshown(sender):
            for name in (sender, *names(recipients)):
                found[name_key(name)].add(str(number))
    return found


def _most(takes_part: Mapping[str, set[str]]) -> frozenset[str]:
    """The one that takes part in nearly all, if it does so more than any other."""
    every = frozenset[str]().union(*takes_part.values())
    order = sorted(takes_part, key=lambda one: -len(takes_part[one]))
    if len(every) < 2 or len(takes_part[order[0]]) < _NEARLY_ALL * len(every):
        return frozenset()
    if len(order) > 1 and len(takes_part[order[0]]) == len(takes_part[order[1]]):
        return frozenset()
    return frozenset(order[:1])
