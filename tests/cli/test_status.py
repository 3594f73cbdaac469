"""`linkbak status`: how the backup stands, on one screen and for programs."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import time_machine

from linkbak import paths, upkeep
from linkbak.upkeep import Done
from tests.cli.running import run, state
from tests.cli.terminal import on_terminal

NOW = "2026-04-01T12:00:00Z"
NEVER = (
    "\n  every byte compared: never; `linkbak verify` does it\n  restore tried out: never; `linkbak drill` does it\n"
)


@pytest.fixture(autouse=True)
def today() -> object:
    """The first of April."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def test_an_empty_vault(empty: Path) -> None:
    ran = run("status", vault=empty)

    assert (ran.status, ran.err) == (0, "")
    assert ran.out == f"vault {empty}\n  nothing is kept yet: linkbak import ARCHIVE\n{NEVER}"
    assert run("status", "--json", vault=empty).json == {
        "schema": "linkbak.status/1",
        "vault": str(empty),
        "accounts": [],
        "verify": {"last": None, "passed": None},
        "drill": {"last": None, "passed": None},
    }


def test_what_is_kept_and_how_old_it_is(two: Path, boris: Path) -> None:
    assert run("import", boris, "--account", "boris", vault=two).status == 0
    before = state(two)

    ran = run("status", vault=two)

    assert ran.out == (
        f"vault {two}\n"
        "  linkedin-me: 2 snapshots, 39.4 kB of files\n"
        "    newest of 20 Mar 2026, 12 days ago\n"
        "  linkedin-boris: 1 snapshot, 3.2 kB of files\n"
        f"    newest of 21 Mar 2026, 11 days ago\n{NEVER}"
    )
    assert run("status", "--json", vault=two).json["accounts"] == [
        {"account": "linkedin-me", "snapshots": 2, "newest": "2026-03-20T08:07:10Z", "age_days": 12},
        {"account": "linkedin-boris", "snapshots": 1, "newest": "2026-03-21T07:00:00Z", "age_days": 11},
    ]
    assert "linkedin-boris" not in run("status", "--account", "me", vault=two).out
    assert run("status", "--account", "nobody", vault=two).status == 2
    assert run("status", "--quiet", vault=two).out == ""
    assert state(two) == before


@pytest.mark.parametrize(
    ("day", "ago"),
    [
        ("2026-04-01T00:00:01Z", "today"),
        ("2026-03-31T23:59:59Z", "yesterday"),
        ("2026-03-30T23:00:00Z", "2 days ago"),
        ("2026-05-01T00:00:00Z", "today"),
    ],
)
def test_when_it_was_last_looked_over(two: Path, day: str, ago: str) -> None:
    """A clock that went wrong in between makes no negative days."""
    upkeep.note(two, "drill", Done(day, passed=True, what="linkedin-me of 20 Mar 2026"))

    ran = run("status", vault=two)

    assert f"\n  restore tried out: {ago}, all was well (linkedin-me of 20 Mar 2026)\n" in ran.out
    done = {"at": day, "passed": True, "what": "linkedin-me of 20 Mar 2026"}
    assert run("status", "--json", vault=two).json["drill"] == {"last": done, "passed": done}


def test_a_failure_is_said_with_the_last_time_that_all_was_well(two: Path) -> None:
    upkeep.note(two, "drill", Done("2026-03-20T00:00:00Z", passed=True, what="x"))
    upkeep.note(two, "drill", Done("2026-03-31T00:00:00Z", passed=False, what="y"))
    upkeep.note(two, "verify", Done("2026-03-31T00:00:00Z", passed=False, what="all"))

    assert run("status", vault=two).out.endswith(
        "  every byte compared: yesterday, and it failed. Run `linkbak verify` again\n"
        "  restore tried out: yesterday, and it failed; the last time all was well: 12 days ago. "
        "Run `linkbak drill` again\n"
    )
    found = run("status", "--json", vault=two).json
    assert (found["drill"]["last"]["passed"], found["drill"]["passed"]["what"]) == (False, "x")
    assert found["verify"]["passed"] is None


def test_notes_of_somebody_else_do_not_act(two: Path) -> None:
    """They lie in a file that others may have written to."""
    upkeep.note(two, "drill", Done("2026-03-31T00:00:00Z", passed=True, what="\x1b[2J[bold]x"))

    assert "yesterday, all was well (�[2J[bold]x)" in run("status", vault=two).out
    (paths.state_folder(two) / "upkeep.json").write_text('{"drill": {"last": ["never", true, ""], "passed": null}}')
    assert run("status", vault=two).out.endswith(NEVER)


def test_it_fits_a_terminal(two: Path, tmp_path: Path) -> None:
    place = tmp_path / "a folder with a long name of which nobody can say why" / "and one more of them" / "vault"
    place.parent.mkdir(parents=True)
    shutil.move(two, place)
    upkeep.note(place, "drill", Done("2026-03-20T00:00:00Z", passed=True, what="x"))
    upkeep.note(place, "drill", Done("2026-03-31T00:00:00Z", passed=False, what="y"))

    lines = on_terminal("status", vault=place)

    assert [line for line in lines if len(line) > 80 and "/" not in line] == []
    assert any(line.startswith("  restore tried out: ") for line in lines)
