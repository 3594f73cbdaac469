"""Finds messages by words of theirs."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from linkbak.history.searching.excerpts import excerpt
from linkbak.history.searching.index import up_to_date
from linkbak.history.searching.message_index import in_memory, refresh
from linkbak.history.searching.patterns import NEAR, Pattern, Text, expression, like, merged, plain
from linkbak.history.searching.queries import Term, loosened, terms
from linkbak.history.searching.records import MessageHit

_MESSAGE = (
    "SELECT m.number, p.person, coalesce(p.name, ''), m.account, m.sent_at, m.outgoing, m.sender, m.subject, m.content "
    "FROM message m LEFT JOIN party p ON p.number = m.party WHERE m.number = ?"
)


class Sought(NamedTuple):
    """A term, what is looked for in its place, and whether any message has that."""

    term: Term
    patterns: Sequence[Pattern]
    found: bool


def search_messages(db: sqlite3.Connection, account: str | None, query: str, limit: int) -> list[MessageHit]:
    """The messages of an account, or of all, that match the query, newest first.

    All terms must match; what happens if no message has them all is as with people.
    """
    read = terms(query)
    if not read or limit < 1:
        return []
    with up_to_date(db, refresh, in_memory) as index:
        return _found(db, index, account, read, limit)


def _found(
    db: sqlite3.Connection, index: sqlite3.Connection, account: str | None, read: list[Term], limit: int
) -> list[MessageHit]:
    strict = {term: _sought(index, term) for term in read}
    if hits := _hits(db, account, _matching(index, [*strict.values()]), [*strict.values()], limit):
        return hits
    loose = [strict.get(term) or _sought(index, term) for term in loosened(read)]
    if all(one.found for one in loose):
        loose = [_sought(index, one.term, wide=True) for one in loose]
        if hits := _hits(db, account, _matching(index, loose), loose, limit):
            return hits
    return _partial(db, index, account, loose, limit)


def _sought(index: sqlite3.Connection, term: Term, *, wide: bool = False) -> Sought:
    """The term as it is; may it be misspelled, or is it nowhere, also what is spelled nearly so."""
    exact = Sought(term, plain(term), _is_anywhere(index, plain(term)))
    if exact.found and not wide:
        return exact
    near = like(index, "message_word", term)
    return exact._replace(patterns=[*exact.patterns, *near], found=exact.found or bool(near))


def _is_anywhere(index: sqlite3.Connection, patterns: Sequence[Pattern]) -> bool:
    asked = "SELECT 1 FROM message_words WHERE message_words MATCH ? LIMIT 1"
    return index.execute(asked, (expression(patterns),)).fetchone() is not None


def _matching(index: sqlite3.Connection, sought: Iterable[Sought]) -> list[int]:
    """The numbers of messages that have every term."""
    asked = " AND ".join(expression(one.patterns) for one in sought)
    return [n for (n,) in index.execute("SELECT rowid FROM message_words WHERE message_words MATCH ?", (asked,))]


def _partial(
    db: sqlite3.Connection, index: sqlite3.Connection, account: str | None, sought: Sequence[Sought], limit: int
) -> list[MessageHit]:
    """The messages that have most of the terms."""
    counts: dict[int, int] = {}
    for one in sought:
        for number in _matching(index, [one]):
            counts[number] = counts.get(number, 0) + 1
    out: list[MessageHit] = []
    for most in sorted(set(counts.values()), reverse=True):
        group = [number for number, count in counts.items() if count == most]
        out += _hits(db, account, group, sought, limit - len(out), partial=True)
        if len(out) >= limit:
            break
    return out


def _hits(
    db: sqlite3.Connection,
    account: str | None,
    numbers: Sequence[int],
    sought: Sequence[Sought],
    limit: int,
    *,
    partial: bool = False,
) -> list[MessageHit]:
    """The newest of the messages of these numbers, with the words that are really there."""
    ordered = db.execute(
        "SELECT m.number FROM json_each(?1) w JOIN message m ON m.number = w.value "
        "WHERE m.twin IS NULL AND (?2 IS NULL OR m.account = ?2) "
        "ORDER BY m.sent_at DESC, m.number DESC",
        (f"[{','.join(map(str, numbers))}]", account),
    ).fetchall()
    out: list[MessageHit] = []
    for asked in ordered:
        hit = _hit(db.execute(_MESSAGE, asked).fetchone(), sought)
        if partial or not hit.missing:
            out.append(hit)
        if len(out) >= limit:
            break
    return out


def _hit(row: tuple[int, int | None, str, str, str, int, str, str, str], sought: Sequence[Sought]) -> MessageHit:
    number, person, name, account, sent_at, outgoing, sender, subject, content = row
    parted = (Text(content), Text(subject))
    missing, near = [], False
    for one in sought:
        grades = [grade for text in parted if (grade := text.grade(one.patterns)) is not None]
        if grades:
            near |= max(grades) <= NEAR
        else:
            missing.append(one.term.text)
    line, spans = excerpt(content, merged(parted[0].spans([p for one in sought for p in one.patterns])))
    return MessageHit(
        number, person, name, account, sent_at, bool(outgoing), sender, subject, line, spans, tuple(missing), near
    )
