"""``linkbak index``: what is derived can be deleted and damaged at any time."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import run, state


def place(vault: Path) -> Path:
    return Path(run("index", "path", vault=vault).out.removesuffix("\n"))


def test_its_place_is_in_the_cache_folder(two: Path, strangers_machine: Path) -> None:
    assert run("people", vault=two).status == 0
    path = place(two)
    assert path.is_file()
    assert path.is_relative_to(strangers_machine / "cache")
    assert run("index", "path", "--quiet", vault=two).out == f"{path}\n"
    assert run("index", "path", "--json", vault=two).json == {
        "schema": "linkbak.index/1",
        "action": "path",
        "path": str(path),
        "findings": [],
        "rebuilt": False,
    }


def test_a_sound_index_is_left_alone(two: Path) -> None:
    assert run("people", vault=two).status == 0
    path = place(two)
    before = path.read_bytes()
    ran = run("index", "check", vault=two)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out == f"the index is sound\n  {path}\n"
    assert path.read_bytes() == before


def test_a_damaged_index_is_made_anew_and_said_so(two: Path) -> None:
    """The vault is whole, so nothing failed: status 0."""
    everybody = run("people", "--csv", vault=two).out
    place(two).write_bytes(b"this is no database" * 1000)
    found = run("index", "check", "--json", vault=two)
    assert found.status == 0
    assert found.json["rebuilt"] is True
    assert len(found.json["findings"]) >= 1
    assert run("index", "check", "--json", vault=two).json["findings"] == []
    assert run("people", "--csv", vault=two).out == everybody


def test_rebuilding_changes_nothing_but_the_file(two: Path) -> None:
    everybody = run("people", "--csv", vault=two).out
    ran = run("index", "rebuild", vault=two)
    assert (ran.status, ran.out) == (0, f"the index is made anew\n  {place(two)}\n")
    assert run("people", "--csv", vault=two).out == everybody


def test_it_can_be_deleted_at_any_time(two: Path) -> None:
    everybody = run("people", "--csv", vault=two).out
    place(two).unlink()
    assert run("people", "--csv", vault=two).out == everybody


@pytest.mark.parametrize("action", ["rebuild", "check", "path"])
def test_the_vault_is_never_touched(action: str, two: Path) -> None:
    before = state(two)
    assert run("index", action, vault=two).status == 0
    assert state(two) == before


def test_what_it_cannot_do(two: Path) -> None:
    ran = run("index", "polish", vault=two)
    assert (ran.status, ran.out) == (2, "")
    assert "check, rebuild, path" in ran.err
