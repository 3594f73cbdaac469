"""DuckDB reads the folder of Parquet tables as it lies."""

from __future__ import annotations

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

TABLES = ("people", "tenures", "snapshots", "messages")


@pytest.fixture
def db(parquet: Path) -> Iterator[Any]:
    """The four tables as views, read as the documentation says."""
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        for table in TABLES:
            files = f"{parquet}/{table}/*/*.parquet"
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


def test_only_the_files_of_the_account_are_read(parquet: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(parquet / "people", tmp_path / "people"))
    (folder / "account=linkedin-me/part-0.parquet").write_bytes(b"not to be read")
    query = f"SELECT count(name) FROM read_parquet('{folder}/*/*.parquet', hive_partitioning = true) WHERE account = ?"
    with duckdb.connect() as connection:
        assert connection.execute(query, ["linkedin-boris"]).fetchone() == (11,)
        with pytest.raises(duckdb.Error):
            connection.execute(query, ["linkedin-me"])


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
