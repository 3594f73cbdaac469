"""The folder of tables, read back with pyarrow's data sets, which divide by folders as DuckDB and Spark do."""

from __future__ import annotations

import shutil
import sys
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest
from pyarrow import dataset

from linkbak.exporters import Options, databases, write_built
from tests.cli.running import run
from tests.exporters.contract import Contract
from tests.exporters.everybody import everybody
from tests.exporters.given import entry, hostile

TEXT, DAY, TIME = pyarrow.string(), pyarrow.date32(), pyarrow.timestamp("us", tz="UTC")
TEXTS, NUMBER, FLAG = pyarrow.list_(TEXT), pyarrow.int64(), pyarrow.bool_()


def table(folder: Path, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = dataset.dataset(folder / name, partitioning="hive").to_table().to_pylist()
    return found


TABLES = {
    **{"changes": "happened_before", "messages": "sent_at", "people": "first_seen", "snapshots": "taken"},
    "tenures": "began_before",
}
"""Each table's column of time."""


class TestParquet(Contract):
    format = "parquet"

    def names(self, written: Path) -> list[str]:
        return [row["name"] or "" for row in table(written, "people")]

    def test_hostile_text_stands_there_verbatim(self, february_march: Path, tmp_path: Path) -> None:
        people = hostile()
        place, _ = self.write(people, february_march, tmp_path / "out")
        found = table(place, "people")
        for column in ("first_name", "last_name", "company", "position", "url", "email"):
            assert [row[column] or "" for row in found] == [getattr(one.person.row, column) for one in people]
        assert [tuple(row["tags"]) for row in found] == [one.person.tags for one in people]
        assert [tuple(row["notes"]) for row in found] == [one.notes for one in people]


@pytest.fixture(scope="module")
def folder(accounts_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everybody of the vault of many years, lost ones too."""
    place = tmp_path_factory.mktemp("parquet") / "out"
    with everybody(accounts_once) as selection:
        write_built(lambda half: databases.build_parquet(selection, Options(), half), place)
    return place


def test_the_folders_are_those_of_hive(folder: Path) -> None:
    found = [path.relative_to(folder).parts for path in folder.rglob("*.parquet")]
    assert {(name, account) for name, account, _, _ in found} == {
        (name, f"account=linkedin-{account}") for name in TABLES for account in ("boris", "me")
    }
    assert {part for *_, part in found} == {"part-0.parquet"}


@pytest.mark.parametrize("name", TABLES)
def test_a_row_stands_in_its_month_sorted_and_counted_by_time(folder: Path, name: str) -> None:
    """So that a query for some days opens few files, and few row groups of these."""
    for file in (folder / name).rglob("*.parquet"):
        read = pyarrow.parquet.ParquetFile(file)
        times = read.read().column(TABLES[name]).to_pylist()
        assert {f"month={time:%Y-%m}" for time in times} <= {file.parent.name}
        assert times == sorted(times)
        groups = [read.metadata.row_group(at) for at in range(read.num_row_groups)]
        place = read.schema_arrow.get_field_index(TABLES[name])
        for group in groups:
            assert group.sorting_columns[0].column_index == place
        flat = [group.column(place).statistics for group in groups if name == "changes"]
        assert [(one.min, one.max) for one in flat] == ([(times[0], times[-1])] if flat else [])


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        (
            "people",
            {
                "id": TEXT, "name": TEXT, "first_name": TEXT, "last_name": TEXT, "company": TEXT, "position": TEXT,
                "email": TEXT, "url": TEXT, "connected_on": DAY, "state": TEXT, "state_after": TIME,
                "state_before": TIME, "first_seen": TIME, "last_seen": TIME, "messages": NUMBER,
                "last_message": TIME, "former_names": TEXTS, "tags": TEXTS, "notes": TEXTS, "revised": TIME,
            },
        ),
        (
            "tenures",
            {
                "person": TEXT, "connected_on": DAY, "began_after": TIME, "began_before": TIME, "last_seen": TIME,
                "ended_after": TIME, "ended_before": TIME,
            },
        ),
        (
            "changes",
            {
                "person": TEXT, "happened_after": TIME, "happened_before": TIME, "what": TEXT, "field": TEXT,
                "value_before": TEXT, "value_after": TEXT,
            },
        ),
        (
            "snapshots",
            {
                "name": TEXT, "network": TEXT, "taken": TIME, "imported": TIME, "connections": NUMBER,
                "hidden": NUMBER, "held": FLAG, "kinds": TEXTS, "archive": TEXT, "files": NUMBER, "bytes": NUMBER,
            },
        ),
        (
            "messages",
            {
                "person": TEXT, "sent_at": TIME, "outgoing": FLAG, "sender": TEXT, "subject": TEXT, "content": TEXT,
                "conversation": TEXT,
            },
        ),
    ],
)  # fmt: skip
def test_columns_have_types(folder: Path, name: str, columns: dict[str, object]) -> None:
    schema = dataset.dataset(folder / name, partitioning="hive").schema
    found = {field.name: field.type for field in schema}
    assert found.pop("month") == TEXT
    assert found.pop("account") in (TEXT, pyarrow.dictionary(pyarrow.int32(), TEXT))
    assert {key: str(kind).replace("element", "item") for key, kind in found.items()} == {
        key: str(kind) for key, kind in columns.items()
    }


def test_everything_is_there(folder: Path, accounts: Path) -> None:
    with everybody(accounts) as selection:
        people = [one.person for one in selection.entries]
        tenures = sum(len(past.tenures) for past in selection.history.bulk_history(people))
        messages = list(selection.history.messages(people))
        snapshots = [(key.account, key.id) for key in selection.history.snapshots()]
    found = {row["id"]: row for row in table(folder, "people")}
    assert set(found) == {person.id for person in people}
    for person in people:
        row = found[person.id]
        assert (row["account"], row["state"], row["connected_on"]) == (
            person.account, person.state, person.row.connected_on
        )  # fmt: skip
        assert row["last_seen"] == datetime.fromisoformat(person.last_seen)
    assert sorted((row["account"], row["name"]) for row in table(folder, "snapshots")) == sorted(snapshots)
    assert Counter(row["person"] in found for row in table(folder, "tenures")) == {True: tenures}
    said = table(folder, "messages")
    assert Counter(row["content"] for row in said) == Counter(one.content or None for one in messages)
    assert next(row for row in said if row["content"] == "Happy new year!") == {
        "person": next(row["id"] for row in found.values() if row["name"] == "Gijs Voorbeeld"),
        "sent_at": datetime(2015, 1, 15, 11, tzinfo=UTC), "outgoing": False, "sender": "Gijs Voorbeeld",
        "subject": None, "content": "Happy new year!", "conversation": None, "account": "linkedin-me",
        "month": "2015-01",
    }  # fmt: skip


def test_what_is_more_than_a_row_group(february_march: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(databases, "_ROWS", 3)
    people = [entry(number) for number in range(7)]
    place, _ = TestParquet().write(people, february_march, tmp_path / "out")
    assert [row["id"] for row in table(place, "people")] == [one.person.id for one in people]
    assert {row["connected_on"] for row in table(place, "people")} == {date(2019, 6, 5)}


def test_a_month_of_many_rows_has_several_files(
    february_march: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases, "_ROWS", 2)
    monkeypatch.setattr(databases, "_GROUPS", 2)
    people = [entry(number) for number in range(9)]
    place, _ = TestParquet().write(people, february_march, tmp_path / "out")
    parts = sorted((place / "people/account=linkedin-me/month=2020-01").iterdir())
    assert [pyarrow.parquet.read_metadata(one).num_rows for one in parts] == [4, 4, 1]


def test_changes_tell_who_when_and_what_before_and_after(accounts: Path, folder: Path) -> None:
    found = table(folder, "changes")
    with everybody(accounts) as selection:
        people = [one.person for one in selection.entries]
        pasts = list(selection.history.bulk_history(people))
    assert len(found) == sum(len(past.changes) for past in pasts)
    names = {row["id"]: row["name"] for row in table(folder, "people")}
    renamed = [row for row in found if row["what"] == "renamed" and row["field"] == "last_name"]
    assert renamed
    for row in renamed:
        assert row["value_before"] != row["value_after"]
        assert row["happened_after"] < row["happened_before"]
    last = max(renamed, key=lambda row: row["happened_before"])
    assert str(last["value_after"]) in names[last["person"]]
    kinds = {row["what"] for row in found if row["field"] is None}
    assert {"added", "vanished", "hidden", "returned"} <= kinds
    assert Counter(row["person"] for row in found if row["what"] == "added") == Counter(list(names))


def test_a_second_export_leaves_what_did_not_change(accounts: Path, tmp_path: Path) -> None:
    """Whoever copies the folder elsewhere, or reads it meanwhile, sees only what is new."""
    accounts, place = Path(shutil.copytree(accounts, tmp_path / "vault", symlinks=True)), tmp_path / "out"
    first = run("export", "parquet", "-o", place, "--json", vault=accounts).json
    before = {path: (path.stat().st_mtime_ns, path.stat().st_ino) for path in place.rglob("*.parquet")}
    run("mark", "Alba Mostra", "tag", "friend", vault=accounts)
    second = run("export", "parquet", "-o", place, "--json", vault=accounts).json
    after = {path: (path.stat().st_mtime_ns, path.stat().st_ino) for path in place.rglob("*.parquet")}

    assert (first["files"], first["unchanged"]) == (len(before), 0)
    assert (second["files"], second["unchanged"], second["bytes"] > 0) == (1, len(before) - 1, True)
    (changed,) = [path for path in after if after[path] != before[path]]
    assert changed.relative_to(place).parts[:2] == ("people", "account=linkedin-me")
    assert {path.name for path in tmp_path.iterdir()} == {"out", "vault"}


def test_an_account_of_an_odd_name_has_a_folder_of_its_own(february_march: Path, tmp_path: Path) -> None:
    odd = entry(1)
    odd = odd._replace(person=odd.person._replace(account="linkedin-a+b@example.com"))
    place, _ = TestParquet().write([odd, entry(2)], february_march, tmp_path / "out")
    assert {row["id"]: row["account"] for row in table(place, "people")} == {
        odd.person.id: "linkedin-a+b@example.com",
        f"{2:012x}": "linkedin-me",
    }
    assert (place / "people/account=linkedin-a%2Bb%40example.com").is_dir()


def test_a_second_export_takes_the_place_of_the_first(accounts: Path, tmp_path: Path) -> None:
    for account in ("me", "boris"):
        ran = run("export", "parquet", "--account", account, "-o", tmp_path / "out", vault=accounts)
        assert ran.status == 0, ran.err
    assert [path.name for path in (tmp_path / "out/people").iterdir()] == ["account=linkedin-boris"]


def test_without_pyarrow_it_says_what_to_install(
    accounts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    ran = run("export", "parquet", "-o", tmp_path / "out", vault=accounts)
    assert (ran.status, ran.out) == (15, "")
    assert "needs pyarrow\nhint: `pipx inject linkbak pyarrow`, or in linkbak's checkout `pip install" in ran.err
    assert list(tmp_path.iterdir()) == []
