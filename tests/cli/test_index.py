"""``linkbak doctor --index``: what is derived can be deleted and damaged at any time."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import index_findings, index_place, run, state


def told(vault: Path, action: str) -> str:
    """What is said of the index."""
    [line] = [
        one for one in run("doctor", "--index", action, vault=vault).out.splitlines() if one.startswith("OK    index: ")
    ]
    return line.removeprefix("OK    index: ")


def test_a_sound_index_is_left_alone(two: Path, strangers_machine: Path) -> None:
    assert run("people", vault=two).status == 0
    place = index_place(two)
    before = place.read_bytes()
    assert told(two, "check") == f"sound, compared with the vault: {place}"
    assert place.read_bytes() == before
    assert place.is_relative_to(strangers_machine / "cache")


def test_a_damaged_index_is_made_anew_and_said_so(two: Path) -> None:
    """The vault is whole, so nothing failed."""
    everybody = run("people", "--csv", vault=two).out
    index_place(two).write_bytes(b"this is no database" * 1000)
    assert told(two, "check") == f"made anew, since SQLite cannot read it: {index_place(two)}"
    assert index_findings(two) == []
    assert run("people", "--csv", vault=two).out == everybody


@pytest.mark.parametrize("action", ["rebuild", "check"])
def test_nothing_changes_but_its_file(action: str, two: Path) -> None:
    everybody = run("people", "--csv", vault=two).out
    index_place(two).unlink()
    before = state(two)
    assert told(two, action).startswith("made anew")
    assert run("people", "--csv", vault=two).out == everybody
    assert state(two) == before


def test_what_it_cannot_do(two: Path) -> None:
    ran = run("doctor", "--index", "polish", vault=two)
    assert (ran.status, ran.out) == (2, "")
    assert "check and rebuild" in ran.err
