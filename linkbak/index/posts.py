"""The owner's posts and reactions, and facts of the account, from all archives: each once."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Hashable, Sequence
from functools import cache, partial
from operator import attrgetter
from typing import TypeVar

from linkbak.index import taken
from linkbak.index.activity import Archives
from linkbak.index.history import History, answered
from linkbak.model import NamedTuple


class MadePost(NamedTuple):
    """One share, comment, reaction, repost, vote or article (`kind`), as the newest archive that has it shows it.

    `at` is RFC 3339 UTC, "" where no archive says; `zoned` is whether that archive states a zone, which files of
    activity do not: then the moment is as written there. `link`, `text`, `title`, `shared`, `media` as in
    `linkbak.model.Post`. `last_seen` is when the newest archive that has it was taken, `current` whether that is the
    newest that has anything of the kind: what is not was deleted, or left out of later archives.
    """

    account: str
    number: int
    kind: str
    at: str
    zoned: bool
    link: str
    text: str
    title: str
    shared: str
    media: str
    last_seen: str
    current: bool


class ToldFact(NamedTuple):
    """One fact of the account, with where the newest archive that has it says so.

    `what`, `text` and `private` as in `linkbak.model.AccountFact`; `at` and `zoned` as in `MadePost`. `archive` is the
    id of the snapshot, `last_seen` when it was taken, `file` and `line` where it stands in it.
    """

    account: str
    what: str
    at: str
    zoned: bool
    text: str
    private: str
    file: str
    line: int
    archive: str
    last_seen: str


_Row = TypeVar("_Row", MadePost, ToldFact)


@answered
def posts(history: History, account: str | None = None) -> list[MadePost]:
    """All posts of an account, or of all, the newest first, those without a time last.

    If several archives show one (one link at one time, an article by link and title), the newest archive's words are
    used. Precondition: nobody does two things of one kind to one link within a second. Where one archive itself shows
    two, both are given.
    """
    return kept_posts(history.db, history.account_named(account))


def kept_posts(db: sqlite3.Connection, account: str | None = None) -> list[MadePost]:
    """The same out of the database."""
    archives = cache(partial(Archives, db))
    rows = db.execute(
        "SELECT account, number, kind, made, zoned, link, text, title, shared, media FROM post "
        "WHERE :account IS NULL OR account = :account",
        {"account": account},
    )
    found = []
    for of, number, kind, made, zoned, *rest in rows:
        seen = _seen(archives(of).newest("posts", number))
        found.append(MadePost._make((of, number, kind, made, bool(zoned), *rest, seen, True)))
    newest = {(one.account, one.kind): one.last_seen for one in sorted(found, key=_last_seen)}
    dated = {_same(one): one.at for one in found if one.at}
    kept = [
        one._replace(at=one.at or dated.get(_same(one), ""), current=one.last_seen == newest[one.account, one.kind])
        for one in _last_shown(found, _same)
    ]
    return sorted(kept, key=lambda one: (one.at, one.kind, one.link, one.title, one.text), reverse=True)


@answered
def account_facts(history: History, account: str | None = None) -> list[ToldFact]:
    """Every fact of an account, or of all, the oldest first; each once, however many archives have it."""
    account = history.account_named(account)
    archives = cache(partial(Archives, history.db))
    ids = {(of, at): id_ for of, at, id_ in history.db.execute("SELECT account, at, id FROM snapshot")}
    rows = history.db.execute(
        "SELECT account, number, what, made, zoned, text, private, file, line FROM account_fact "
        "WHERE :account IS NULL OR account = :account",
        {"account": account},
    )
    found = []
    for of, number, what, made, zoned, *rest in rows:
        at = archives(of).newest("facts", number)
        found.append(ToldFact._make((of, what, made, bool(zoned), *rest, ids.get((of, at), ""), _seen(at))))
    kept = _last_shown(found, lambda one: one[:6])
    return sorted(kept, key=lambda one: (one.at, one.what, one.file, one.line))


def _seen(at: int) -> str:
    """When an archive was taken, "" for none."""
    return taken(at) if at >= 0 else ""


_last_seen = attrgetter("last_seen")


def _same(one: MadePost) -> Hashable:
    """What two rows about one thing have in common."""
    if one.kind == "article":
        return one.account, one.kind, one.link, one.title
    return one.account, one.kind, one.at, one.link, "" if one.link else one.text


def _last_shown(found: Sequence[_Row], same: Callable[[_Row], Hashable]) -> list[_Row]:
    """Of rows about one thing, those that the newest archive shows; rows that no archive shows are left out."""
    newest = {same(one): one.last_seen for one in sorted(found, key=_last_seen)}
    return [one for one in found if one.last_seen and one.last_seen == newest[same(one)]]
