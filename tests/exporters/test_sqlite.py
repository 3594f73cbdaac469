"""The database, read back with sqlite3."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from linkbak.errors import MachineProblem
from linkbak.exporters import Options, databases, write_built
from linkbak.exporters.formats import EXPORTERS
from tests.cli.running import run
from tests.exporters.contract import Contract
from tests.exporters.everybody import everybody
from tests.exporters.given import entry, hostile
from tests.hostile_text import HOSTILE_TEXT

TABLES = {"snapshots", "people", "tenures", "names", "jobs", "tags", "messages"}


class TestSqlite(Contract):
    format = "sqlite"

    def names(self, written: Path) -> list[str]:
        return [name or "" for (name,) in rows(written, "SELECT name FROM people ORDER BY number")]

    def test_hostile_text_stands_there_verbatim(self, february_march: Path, tmp_path: Path) -> None:
        people = hostile()
        place, _ = self.write(people, february_march, tmp_path / "out")
        found = rows(place, "SELECT first_name, last_name, company, position, url, email FROM people ORDER BY number")
        assert found == [tuple(text or None for text in one.person.row[:2] + one.person.row[4:6] + one.person.row[2:4])
                         for one in people]  # fmt: skip
        assert {tag for (tag,) in rows(place, "SELECT tag FROM tags")} == set(HOSTILE_TEXT)
        assert {note for (note,) in rows(place, "SELECT notes FROM people")} == {*HOSTILE_TEXT, None} - {""}
        assert sound(place)


def rows(place: Path, query: str, *given: object) -> list[Any]:
    with closing(sqlite3.connect(f"file:{place}?mode=ro", uri=True)) as db:
        return db.execute(query, given).fetchall()


def sound(place: Path) -> bool:
    """Whether SQLite finds nothing wrong with the file, its foreign keys and its full text."""
    assert rows(place, "PRAGMA foreign_key_check") == []
    assert rows(place, "PRAGMA integrity_check") == [("ok",)]
    with closing(sqlite3.connect(place)) as db:
        for table in ("people_fts", "messages_fts"):
            db.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('integrity-check', 1)")
        db.rollback()
    return True


@pytest.fixture(scope="module")
def database(accounts_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everybody of the vault of many years, lost ones too."""
    place = tmp_path_factory.mktemp("database") / "network.sqlite"
    with everybody(accounts_once) as selection:
        write_built(lambda half: databases.build_sqlite(selection, Options(), half), place)
    return place


def test_it_is_one_file_of_a_known_kind(database: Path) -> None:
    assert [path.name for path in database.parent.iterdir()] == ["network.sqlite"]
    assert rows(database, "PRAGMA application_id") == [(int.from_bytes(b"lkbk", "big"),)]
    assert rows(database, "PRAGMA user_version") == [(1,)]
    assert rows(database, "PRAGMA journal_mode") == [("delete",)]
    assert rows(database, "PRAGMA freelist_count") == [(0,)]
    assert sound(database)
    names = {name for (name,) in rows(database, "SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert {name for name in names if "_fts" not in name} == TABLES
    assert {name for name in names if name.endswith("_fts")} == {"people_fts", "messages_fts"}


def test_people_and_their_tenures(database: Path, accounts: Path) -> None:
    with everybody(accounts) as selection:
        people = [one.person for one in selection.entries]
        lines = [selection.history.timeline(person) for person in people]
    found = rows(database, "SELECT id, account, name, state, state_before, first_seen, messages FROM people")
    assert found == [
        (one.id, one.account, one.row.name or None, one.state, one.window.before if one.window else None,
         one.first_seen, None if one.untold else one.messages)
        for one in people
    ]  # fmt: skip
    found = rows(
        database,
        "SELECT p.id, t.connected_on, t.began_after, t.began_before, t.ended_after, t.ended_before FROM tenures t "
        "JOIN people p ON p.number = t.person ORDER BY t.number",
    )
    assert found == [
        (line.person.id, *(text or None for text in (one.connected_on, *one.began, *(one.ended or ("", "")))))
        for line in lines
        for one in line.tenures
    ]
    assert Counter(rows(database, "SELECT p.id, n.name FROM names n JOIN people p ON p.number = n.person")) == Counter(
        (line.person.id, span.value) for line in lines for span in line.names
    )
    assert rows(database, "SELECT count(*) FROM jobs") == [(sum(len(line.jobs) for line in lines),)]
    assert sorted(rows(database, "SELECT p.name, t.tag FROM tags t JOIN people p ON p.number = t.person")) == [
        ("Alba Mostra", "2026"),
        ("Alba Mostra", "customer"),
    ]


def test_snapshots_lead_to_who_came_and_who_is_last_seen_there(database: Path, accounts: Path) -> None:
    with everybody(accounts) as selection:
        kept = {(one.key.account, one.id): one for one in selection.vault.summaries("linkedin-boris")}
        kept |= {(one.key.account, one.id): one for one in selection.vault.summaries("linkedin-me")}
    found = rows(database, "SELECT account, name, taken, connections, hidden, held, kinds FROM snapshots")
    assert found == [
        (*key, one.taken, one.connections, one.hidden, one.held, json.dumps(one.kinds)) for key, one in kept.items()
    ]
    seen = (
        "SELECT p.account = f.account AND p.first_seen = f.taken AND p.account = l.account AND p.last_seen = l.taken, "
        "count(*) FROM people p JOIN snapshots f ON f.number = p.first_snapshot "
        "JOIN snapshots l ON l.number = p.last_snapshot GROUP BY 1"
    )
    assert rows(database, seen) == [(1, len(selection.entries))]
    ended = (
        "SELECT count(*) FROM tenures t JOIN snapshots s ON s.number = t.last_snapshot WHERE s.taken = t.ended_after"
    )
    assert rows(database, ended) == rows(database, "SELECT count(ended_after) FROM tenures")
    assert rows(database, ended) != [(0,)]


def test_messages_of_everybody(database: Path, accounts: Path) -> None:
    with everybody(accounts) as selection:
        ids = {one.person.number: one.person.id for one in selection.entries}
        found = list(selection.history.messages([one.person for one in selection.entries]))
    assert rows(
        database,
        "SELECT p.id, m.sent_at, m.outgoing, coalesce(m.sender, ''), coalesce(m.content, '') FROM messages m "
        "JOIN people p ON p.number = m.person ORDER BY m.number",
    ) == [(ids[one.person_number], one.sent_at, one.outgoing, one.sender, one.content) for one in found]
    counted = "SELECT count(*) FROM people p WHERE messages <> (SELECT count(*) FROM messages WHERE person = p.number)"
    assert rows(database, counted) == [(0,)]


@pytest.mark.parametrize(
    ("table", "words", "found"),
    [
        ("people", "exemple", {"Anaïs Exemple, PhD"}),
        ("people", "ANAIS", {"Anaïs Exemple, PhD"}),
        ("people", "ghent", {"Alba Mostra"}),
        ("people", "nobody", set()),
    ],
)
def test_full_text_finds_people(database: Path, table: str, words: str, found: set[str]) -> None:
    query = "SELECT name FROM people WHERE number IN (SELECT rowid FROM people_fts WHERE people_fts MATCH ?)"
    assert {name for (name,) in rows(database, query, words)} >= found
    assert bool(rows(database, query, words)) == bool(found)


def test_full_text_finds_messages(database: Path) -> None:
    query = (
        "SELECT p.name, snippet(messages_fts, 1, '[', ']', '', 5) FROM messages_fts "
        "JOIN messages m ON m.number = messages_fts.rowid JOIN people p ON p.number = m.person "
        "WHERE messages_fts MATCH 'happy new year'"
    )
    assert rows(database, query) == [("Gijs Voorbeeld", "[Happy] [new] [year]!")]


def test_only_what_belongs_to_those_chosen(accounts: Path, tmp_path: Path) -> None:
    """Nothing of anybody else leaves the vault with a selection."""
    place = tmp_path / "one.sqlite"
    assert run("export", "sqlite", "Alba Mostra", "--account", "me", "-o", place, vault=accounts).status == 0
    assert rows(place, "SELECT name FROM people") == [("Alba Mostra",)]
    assert {account for (account,) in rows(place, "SELECT account FROM snapshots")} == {"linkedin-me"}
    for table in ("tenures", "names", "jobs", "tags", "messages"):
        assert rows(place, f"SELECT count(*) FROM {table} WHERE person <> 1") == [(0,)]
    assert b"Gijs" not in place.read_bytes()


def test_as_of_a_day_knows_of_nothing_later(accounts: Path, tmp_path: Path) -> None:
    place = tmp_path / "then.sqlite"
    ran = run("export", "sqlite", "--as-of", "2018-12-31", "--account", "me", "-o", place, vault=accounts)
    assert ran.status == 0, ran.err
    assert rows(place, "SELECT max(taken) FROM snapshots") == [("2018-11-02T19:44:02Z",)]
    assert rows(place, "SELECT max(last_seen), max(first_seen) FROM people") == [("2018-11-02T19:44:02Z",) * 2]
    assert sound(place)


def test_people_whom_no_snapshot_knows_refer_to_none(february_march: Path, tmp_path: Path) -> None:
    """The invented people of the other tests were first seen before there was any."""
    place, _ = TestSqlite().write([entry(1_000_000)], february_march, tmp_path / "out")
    assert rows(place, "SELECT first_seen, first_snapshot, last_snapshot FROM people") == [
        ("2020-01-05T08:00:00Z", None, 2)
    ]


class _Refusing:
    """A database that refuses whatever is asked of it."""

    def __init__(self, reason: str) -> None:
        self.reason = reason

    def execute(self, query: str) -> Iterator[object]:
        raise sqlite3.OperationalError(self.reason)

    def close(self) -> None:
        pass


@pytest.mark.parametrize(
    ("reason", "message"),
    [
        ("no such module: fts5", "this Python's SQLite has no full-text search (FTS5)"),
        ("database or disk is full", "cannot write the database: database or disk is full"),
    ],
)
def test_what_this_machine_cannot_do(
    february_march: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reason: str, message: str
) -> None:
    with everybody(february_march) as selection:
        monkeypatch.setattr(sqlite3, "connect", lambda *_, **__: _Refusing(reason))
        with pytest.raises(MachineProblem) as refused:
            databases.build_sqlite(selection, Options(), tmp_path / "out")
    assert str(refused.value) == message
    assert refused.value.hint
    assert EXPORTERS["sqlite"].build is databases.build_sqlite
