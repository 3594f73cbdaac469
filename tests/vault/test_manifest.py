"""manifest.json: out and in again, and what is said of a bad one."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkbak.errors import VaultDamaged
from linkbak.model import ArchiveFacts, Coverage, FileFacts, Issue, Manifest, Owner
from linkbak.vault.manifest import dumps, loads, read_untrusted
from tests.vault.snapshots import manifest

FACTS = FileFacts("Connections.csv", 3, "b" * 64, rows=2, columns=("First Name", "Last Name"))


def test_what_was_written_is_read_again() -> None:
    written = manifest([FACTS, FileFacts("a\udc80.csv", 1, "c" * 64, stored="a%ED%B2%80.csv")])

    assert loads(dumps(written), "here") == written
    assert read_untrusted(dumps(written), "here") == written


TEXT = st.text(max_size=8)
MANY = st.builds(tuple, st.lists(TEXT, max_size=3))
COUNT = st.integers(0, 1 << 40)
MANIFESTS = st.builds(
    Manifest,
    format=st.just(1),
    taken=st.just("2026-03-20T08:07:10Z"),
    imported_at=st.dates(date(2, 1, 1), date(9998, 12, 31)).map(lambda day: f"{day}T08:07:10Z"),
    archive=st.builds(ArchiveFacts, name=TEXT, bytes=COUNT),
    files=st.builds(tuple, st.lists(st.builds(FileFacts, columns=MANY, kind=TEXT), max_size=3)),
    coverage=st.dictionaries(TEXT, st.builds(Coverage, reasons=MANY), max_size=3),
    issues=st.builds(tuple, st.lists(st.builds(Issue), max_size=3)),
    owner=st.builds(Owner, urls=MANY, member_ids=MANY, names=MANY),
    held=MANY,
)


@given(MANIFESTS)
def test_any_manifest_is_read_again(written: Manifest) -> None:
    """Whether the vault itself wrote it or it came from outside."""
    assert loads(dumps(written), "here") == written
    assert read_untrusted(dumps(written), "here") == written


def test_the_text_is_sorted_indented_and_leaves_out_what_says_nothing() -> None:
    raw = json.loads(dumps(manifest([FACTS])))

    assert list(raw) == sorted(raw)
    assert raw["format"] == 1
    assert raw["files"] == [
        {"bytes": 3, "columns": ["First Name", "Last Name"], "path": "Connections.csv", "rows": 2, "sha256": "b" * 64}
    ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"files": "none"}, "files: Input should be a valid array"),
        ({"taken": 5}, "taken: Input should be a valid string"),
        ({"taken_source": "guess"}, "taken_source: Input should be 'archive', 'name', 'file' or 'told'"),
        ({"coverage": {"messages": {"rows": "many"}}}, "coverage.messages.rows: Input should be a valid integer"),
        ({"coverage": {"messages": {"rows": True}}}, "coverage.messages.rows: Input should be a valid integer"),
        ({"files": [{"path": "Secret Name.csv", "bytes": 1}]}, "files.0.sha256: Field required"),
        ({"id": None}, "id: Input should be a valid string"),
        ({"taken": "0000-01-01T00:00:00Z"}, "it lacks its times"),
        ({"taken": "9999-12-31T00:00:00Z"}, "it lacks its times"),
        ({"taken": "2026-03-20"}, "it lacks its times"),
        ({"imported_at": "yesterday"}, "it lacks its times"),
    ],
)
@pytest.mark.parametrize("read", [loads, read_untrusted])
def test_a_bad_manifest_is_explained_by_field_and_never_by_content(
    change: dict[str, Any], said: str, read: Callable[[bytes, str], Manifest]
) -> None:
    raw = {**json.loads(dumps(manifest())), **change}

    with pytest.raises(VaultDamaged) as refused:
        read(json.dumps(raw).encode(), "snapshots/x")

    assert str(refused.value) == f"snapshots/x: the manifest is damaged: {said}"


@pytest.mark.parametrize("read", [loads, read_untrusted])
def test_what_is_no_json_is_damage(read: Callable[[bytes, str], Manifest]) -> None:
    with pytest.raises(VaultDamaged, match="snapshots/x: the manifest is not JSON"):
        read(b'{"id":', "snapshots/x")


@pytest.mark.parametrize("read", [loads, read_untrusted])
def test_a_format_of_the_future_asks_for_a_newer_linkbak(read: Callable[[bytes, str], Manifest]) -> None:
    with pytest.raises(VaultDamaged, match="has format 2; this linkbak reads up to 1") as refused:
        read(b'{"format": 2, "people": []}', "snapshots/x")

    assert refused.value.hint == "Install a newer linkbak."


def test_a_field_that_a_later_linkbak_added_is_passed_over() -> None:
    raw = {**json.loads(dumps(manifest())), "mood": "sunny"}

    assert loads(json.dumps(raw).encode(), "x") == manifest()


def test_a_manifest_that_could_not_be_read_again_is_not_written() -> None:
    broken = manifest()._replace(files=(FACTS._replace(rows="two"),))  # type: ignore[arg-type]

    with pytest.raises(ValueError, match=r"not a manifest: files\.0\.rows: Input should be a valid integer"):
        dumps(broken)
