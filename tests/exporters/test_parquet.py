"""The folder of tables, read back with pyarrow's data sets, which divide by folders as DuckDB and Spark do."""

from __future__ import annotations

import sys
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow
import pytest
from pyarrow import dataset

from linkbak.exporters import Options, parquet, write_built
from tests.cli.running import run
from tests.exporters.contract import Contract
from tests.exporters.everybody import everybody
from tests.exporters.given import entry, hostile

TEXT, DAY, TIME = pyarrow.string(), pyarrow.date32(), pyarrow.timestamp("us", tz="UTC")
TEXTS, NUMBER, FLAG = pyarrow.list_(TEXT), pyarrow.int64(), pyarrow.bool_()


def table(folder: Path, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = dataset.dataset(folder / name, partitioning="hive").to_table().to_pylist()
    return found


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
        write_built(lambda half: parquet.build(selection, Options(), half), place)
    return place


def test_the_folders_are_those_of_hive(folder: Path) -> None:
    assert sorted(str(path.relative_to(folder)) for path in folder.rglob("*.parquet")) == [
        f"{name}/account=linkedin-{account}/part-0.parquet"
        for name in ("messages", "people", "snapshots", "tenures")
        for account in ("boris", "me")
    ]


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
    }  # fmt: skip


def test_what_is_more_than_a_row_group(february_march: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "_ROWS", 3)
    people = [entry(number) for number in range(7)]
    place, _ = TestParquet().write(people, february_march, tmp_path / "out")
    assert [row["id"] for row in table(place, "people")] == [one.person.id for one in people]
    assert {row["connected_on"] for row in table(place, "people")} == {date(2019, 6, 5)}


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
    assert ran.err == "error: Parquet needs pyarrow\nhint: pip install 'linkbak[parquet]'\n"
    assert list(tmp_path.iterdir()) == []
