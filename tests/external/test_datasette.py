"""Datasette opens the database: rows, labels of foreign keys, and its search."""

from __future__ import annotations

import asyncio
import warnings
from pathlib import Path
from typing import Any

import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # what Datasette's own libraries have to be warned of
    from datasette.app import Datasette

pytestmark = pytest.mark.filterwarnings("default")


def pages(database: Path, *paths: str) -> list[Any]:
    """The answers to some requests, which never leave this process."""

    async def ask() -> list[Any]:
        datasette = Datasette([str(database)])
        await datasette.invoke_startup()
        return [await datasette.client.get(path) for path in paths]

    found = asyncio.run(ask())
    assert [answer.status_code for answer in found] == [200] * len(paths)
    return found


def test_tables_and_what_is_hidden(database: Path) -> None:
    (answer,) = pages(database, "/network.json")
    shown = {table["name"]: table for table in answer.json()["tables"]}
    assert {name for name, table in shown.items() if not table["hidden"]} == {
        "jobs", "messages", "names", "people", "snapshots", "tags", "tenures",
    }  # fmt: skip
    assert {shown[name]["fts_table"] for name in ("people", "messages")} == {"people_fts", "messages_fts"}


def test_search_finds_people_and_messages(database: Path) -> None:
    people, noted, messages = pages(
        database,
        "/network/people.json?_search=exemple&_shape=array",
        "/network/people.json?_search=ghent&_shape=array",
        "/network/messages.json?_search=happy+year&_shape=array&_labels=on",
    )
    assert "Anaïs Exemple, PhD" in {row["name"] for row in people.json()}
    assert [row["name"] for row in noted.json()] == ["Alba Mostra"]
    assert [(row["content"], row["person"]["label"]) for row in messages.json()] == [
        ("Happy new year!", "Gijs Voorbeeld")
    ]


def test_foreign_keys_have_labels_and_lead_back(database: Path) -> None:
    found, tags = pages(
        database,
        "/network/people.json?name=Alba+Mostra&_shape=array&_labels=on",
        "/network/tags.json?_shape=array&_labels=on&tag=customer",
    )
    (alba,) = found.json()
    assert alba["last_snapshot"]["label"] == "2026-03-20T080710Z"
    assert [row["person"]["label"] for row in tags.json()] == ["Alba Mostra"]
    row, snapshot = pages(
        database, f"/network/people/{alba['number']}", f"/network/snapshots/{alba['last_snapshot']['value']}"
    )
    assert "1 row" in row.text
    assert f"/network/tenures?person={alba['number']}" in row.text
    assert f"/network/people?last_snapshot={alba['last_snapshot']['value']}" in snapshot.text


def test_arrays_can_be_taken_apart(database: Path) -> None:
    (answer,) = pages(database, "/network/snapshots.json?_facet_array=kinds&_shape=objects")
    assert "messages" in {one["value"] for one in answer.json()["facet_results"]["kinds"]["results"]}
