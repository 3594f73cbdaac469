"""When a list was written: one range at every door, and what the list itself says against it."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest
import time_machine

from linkbak.vault.writer import create_vault
from tests.automation.scan.doing import look, passed, refused
from tests.cli.lists import at, lone, rows, text, zipped
from tests.cli.running import run, state

FEBRUARY, MARCH = date(2024, 2, 28), date(2024, 3, 20)


def ids(vault: Path) -> list[str]:
    return [one["id"] for one in run("log", "--json", vault=vault).json["snapshots"]]


@pytest.mark.parametrize("told", ["9999-12-31", "2062-03-20", "2002-12-31", "9999-12-31T23:00:00-12:00"])
def test_a_told_date_that_cannot_be_is_wrong_usage(told: str, empty: Path, tmp_path: Path) -> None:
    archive = lone(tmp_path / "Connections.csv", rows(FEBRUARY, 5), at(2024, 3, 1))
    before = state(empty)

    ran = run("import", archive, "--taken", told, vault=empty)

    assert (ran.status, ran.out) == (2, "")
    assert state(empty) == before


def test_a_told_date_that_cannot_be_makes_no_vault(tmp_path: Path, strangers_machine: Path) -> None:
    archive = lone(tmp_path / "Connections.csv", rows(FEBRUARY, 5), at(2024, 3, 1))
    assert run("import", archive, "--taken", "2062-03-20").status == 2
    assert run("import", archive, "--taken", "2023-03-24").status == 2
    assert not (strangers_machine / "data").exists()


def test_a_list_told_to_be_older_than_its_newest_connection_is_refused(empty: Path, tmp_path: Path) -> None:
    archive = lone(tmp_path / "Connections.csv", rows(MARCH, 5), at(2024, 4, 1))

    ran = run("import", archive, "--taken", "2023-03-24", vault=empty)

    assert ran.status == 2
    assert "--taken says 2023-03-24, which is older than its newest connection, of 2024-03-20" in ran.err
    assert ids(empty) == []
    # zones: a list of the day before, somewhere, is none of the past
    assert run("import", archive, "--taken", "2024-03-19", vault=empty).status == 0


def test_a_list_dated_older_than_its_newest_connection_is_refused(empty: Path, tmp_path: Path) -> None:
    archive = lone(tmp_path / "Connections_2024-02-28.csv", rows(MARCH, 5), at(2024, 4, 1))

    ran = run("import", archive, vault=empty)

    assert ran.status == 4
    assert "it is dated 2024-02-28, which is older than its newest connection, of 2024-03-20" in ran.err
    assert "--taken" in ran.err
    assert run("import", archive, "--taken", "2024-03-20", vault=empty).status == 0


def test_a_row_of_the_far_future_says_nothing_of_when(empty: Path, tmp_path: Path) -> None:
    archive = lone(tmp_path / "Connections.csv", [*rows(date(2105, 11, 14), 1), *rows(MARCH, 5)], at(2024, 4, 1))
    assert run("import", archive, vault=empty).status == 0


def test_an_older_list_with_a_newer_date_is_held(empty: Path, tmp_path: Path) -> None:
    """Both dated by file times, which copying changes: the lists themselves say which is the older one."""
    newer = lone(tmp_path / "newer/Connections.csv", [*rows(MARCH, 3), *rows(FEBRUARY, 60)], at(2024, 4, 1))
    older = lone(tmp_path / "older/Connections.csv", rows(FEBRUARY, 60), at(2024, 5, 1))
    run("import", newer, vault=empty)

    ran = run("import", older, "--json", vault=empty)

    assert ran.status == 9
    (reason,) = ran.json["results"][0]["since_previous"]["held_reasons"]
    assert reason.startswith("older-list: this list is older than the one before")
    assert "2024-02-28" in reason
    assert "2024-03-20" in reason
    assert "--taken" in reason


def test_the_name_wins_over_a_zip_made_anew_and_it_is_said(empty: Path, tmp_path: Path) -> None:
    files = {"Connections.csv": text(rows(MARCH, 5))}
    anew = zipped(tmp_path / "Basic_LinkedInDataExport_03-24-2024.zip", files, (2026, 1, 20))

    ran = run("import", anew, vault=empty)

    assert ran.status == 0
    assert ids(empty) == ["2024-03-24T000000Z"]
    said = " ".join(ran.out.split())
    assert "dated 2024-03-24 by its name; the times in the zip go up to 2026-01-20" in said


def test_a_clock_that_is_behind_is_told_and_the_archive_is_not_to_blame(tmp_path: Path) -> None:
    downloads = tmp_path / "downloads"
    vault = tmp_path / "vault"
    create_vault(vault).close()
    files = {"Connections.csv": text(rows(MARCH, 5)), "Profile.csv": "First Name,Last Name\nAda,Example\n"}
    archive = zipped(downloads / "Basic_LinkedInDataExport_03-24-2024.zip", files, (2024, 3, 24))
    os.utime(archive, (0, 0))

    with time_machine.travel("2024-03-20T10:00:00Z", tick=False):
        ran = run("import", archive, vault=vault)
        found = look(vault, downloads)
        again = look(vault, downloads)

    assert ran.status == 4
    assert "it says 24 Mar 2024, this clock says 20 Mar 2024" in ran.err
    assert refused(found) == ["Basic_LinkedInDataExport_03-24-2024.zip"]
    assert (refused(again), passed(again)) == ([], {"Basic_LinkedInDataExport_03-24-2024.zip": "ahead"})
    with time_machine.travel("2024-03-25T10:00:00Z", tick=False):
        assert [one.status for one in look(vault, downloads).receipts] == ["kept"]
