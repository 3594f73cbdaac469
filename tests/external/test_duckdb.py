"""DuckDB reads the folder of Parquet tables as it lies."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from linkbak.index import PeopleFilter
from linkbak.index.history import History
from linkbak.vault import Vault

TABLES = ("people", "tenures", "changes", "snapshots", "messages")


@pytest.fixture
def db(parquet: Path) -> Iterator[Any]:
    """The five tables as views, read as the documentation says."""
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        for table in TABLES:
            files = f"{parquet}/{table}/*/*/*.parquet"
            connection.execute(
                f"CREATE VIEW {table} AS SELECT * FROM read_parquet('{files}', hive_partitioning = true)"
            )
        yield connection


def test_people_of_every_account(db: Any, accounts: Path) -> None:
    with Vault.open(accounts) as vault, History.open(vault) as history:
        people = history.people(PeopleFilter())
    found = db.execute("SELECT id, account, coalesce(name, ''), connected_on, first_seen, tags FROM people").fetchall()
    assert sorted(found) == sorted(
        (
            *(one.id, one.account, one.row.name, one.row.connected_on),
            *(datetime.fromisoformat(one.first_seen), list(one.tags)),
        )
        for one in people
    )
    assert len({account for _, account, *_ in found}) == 2


def test_columns_have_the_types_one_computes_with(db: Any) -> None:
    kinds = dict(
        db.execute("SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = 'people'").fetchall()
    )
    assert {name: kinds[name] for name in ("account", "connected_on", "first_seen", "messages", "tags")} == {
        "account": "VARCHAR",
        "connected_on": "DATE",
        "first_seen": "TIMESTAMP WITH TIME ZONE",
        "messages": "BIGINT",
        "tags": "VARCHAR[]",
    }


def test_only_the_files_of_the_account_and_the_month_are_opened(db: Any, parquet: Path, tmp_path: Path) -> None:
    """By its own plan; and what lies in the others is no Parquet at all, but for the first, which tells the columns."""
    folder = Path(shutil.copytree(parquet / "changes", tmp_path / "changes"))
    files = sorted(folder.rglob("*.parquet"))
    account, month = "linkedin-me", "2026-03"
    (mine,) = [file for file in files if file.parts[-3:-1] == (f"account={account}", f"month={month}")]
    told = db.execute("SELECT count(*) FROM changes WHERE account = ? AND month = ?", [account, month]).fetchone()
    for file in files[1:]:
        if file != mine:
            file.write_bytes(b"not to be read")
    query = f"FROM read_parquet('{folder}/*/*/*.parquet', hive_partitioning = true)"
    query += f" WHERE account = '{account}' AND month = '{month}'"
    with duckdb.connect() as connection:
        assert connection.execute(f"SELECT count(what) {query}").fetchone() == told
        ((_, plan),) = connection.execute(f"EXPLAIN ANALYZE SELECT count(what) {query}").fetchall()
    assert re.search(rf"Scanning Files:\s*1/{len(files)}\b", plan), plan


def test_within_a_file_time_tells_what_to_read(parquet: Path) -> None:
    """By the least and the greatest time of each row group, which a filter on time alone goes by."""
    files = f"read_parquet('{parquet}/changes/*/*/*.parquet', hive_partitioning = true)"
    query = f"SELECT count(what) FROM {files} WHERE happened_before > TIMESTAMPTZ '2100-01-01 00:00:00+00'"
    with duckdb.connect() as connection:
        assert connection.execute(query).fetchone() == (0,)
        ((_, plan),) = connection.execute(f"EXPLAIN ANALYZE {query}").fetchall()
        ((groups,),) = connection.execute(
            f"SELECT count(DISTINCT (file_name, row_group_id)) FROM parquet_metadata('{parquet}/changes/*/*/*.parquet')"
        ).fetchall()
    assert groups > 1
    assert re.search(rf"Row Groups Scanned:\s*0 / {groups}\b", plan), plan


def test_people_join_their_tenures_and_messages(db: Any) -> None:
    orphans = "SELECT count(*) FROM {table} t ANTI JOIN people p ON p.id = t.person AND p.account = t.account"
    for table in ("tenures", "messages"):
        assert db.execute(orphans.format(table=table)).fetchone() == (0,)
    assert db.execute(
        "SELECT p.name, p.messages, count(*), min(m.sent_at), count(*) FILTER (outgoing) FROM people p "
        "JOIN messages m ON m.person = p.id WHERE p.name LIKE 'Gijs%' GROUP BY ALL"
    ).fetchall() == [("Gijs Voorbeeld", 2, 2, datetime(2015, 1, 15, 11, tzinfo=UTC), 1)]
    assert db.execute(
        "SELECT t.connected_on, t.ended_before FROM tenures t JOIN people p ON p.id = t.person "
        "WHERE p.name = 'Alba Mostra' ORDER BY t.began_before"
    ).fetchall() == [(date(2023, 2, 8), None)]
    assert (
        db.execute(
            "SELECT count(*) FROM tenures t JOIN snapshots s ON s.account = t.account AND s.taken = t.began_before"
        ).fetchone()
        == db.execute("SELECT count(*) FROM tenures").fetchone()
    )
