"""Reads what archives hold of posts and of the account itself into the index, each distinct row once."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from datetime import datetime
from hashlib import blake2b
from itertools import count

from linkbak.adapters import Adapter
from linkbak.model import Files

SOURCES = {"posts": frozenset({"activity", "articles"}), "facts": frozenset({"account", "profile"})}
"""What is read, and the kinds of the files it is told in."""

TABLES = ("post", "account_fact")
_COLUMNS = {
    "posts": ("post", ("kind", "made", "zoned", "link", "text", "title", "shared", "media")),
    "facts": ("account_fact", ("what", "made", "zoned", "text", "private", "file", "line")),
}


def keep(db: sqlite3.Connection, account: str, kind: str, adapter: Adapter, files: Files, at: int) -> set[int]:
    """The numbers of the rows that an archive shows; what is not there yet is put in."""
    table, columns = _COLUMNS[kind]
    listed = ", ".join(columns)
    rows = db.execute(f"SELECT number, {listed} FROM {table} WHERE account = ?", (account,))  # noqa: S608
    known = {_digest(row): number for number, *row in rows}
    unused = count(db.execute(f"SELECT coalesce(max(number), 0) FROM {table}").fetchone()[0] + 1)  # noqa: S608
    shown = set[int]()

    def new() -> Iterator[tuple[object, ...]]:
        for told in adapter.posts(files) if kind == "posts" else adapter.account_facts(files):
            first, moment, *rest = told
            row = [first, _text_of(moment), *(int(one) if isinstance(one, bool) else one for one in rest)]
            digest = _digest(row)
            number = known[digest] if digest in known else known.setdefault(digest, next(unused))
            shown.add(number)
            yield number, account, *row, at

    marks = ", ".join("?" * (len(columns) + 3))
    db.executemany(f"INSERT OR IGNORE INTO {table} (number, account, {listed}, at) VALUES ({marks})", new())  # noqa: S608
    return shown


def _digest(row: Iterable[object]) -> bytes:
    """Names the content of a row; texts of thousands of posts need not stay in memory."""
    return blake2b("\0".join(map(str, row)).encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _text_of(when: object) -> str:
    """RFC 3339 UTC in whole seconds, "" for none."""
    return f"{when.isoformat()[:19]}Z" if isinstance(when, datetime) else ""
