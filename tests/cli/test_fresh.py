"""How old the backup is counts from the newest list that can be read, not from the newest archive."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import time_machine

from tests.cli.lists import rows, text, zipped
from tests.cli.running import run

LISTED = {"Connections.csv": text(rows(date(2026, 2, 28), 5))}
BARE = {"Skills.csv": "Name\nBaking\n"}
BROKEN = {"Connections.csv": "nothing like a list\n", **BARE}


def archives(folder: Path, *contents: dict[str, str]) -> list[Path]:
    """One a month from March 2026 on, all on the first."""
    return [zipped(folder / f"{month}.zip", one, (2026, month, 1)) for month, one in enumerate(contents, start=3)]


def test_archives_without_a_list_make_nothing_fresh(empty: Path, tmp_path: Path) -> None:
    listed, bare, broken = archives(tmp_path, LISTED, BARE, BROKEN)
    run("import", listed, bare, vault=empty)

    with time_machine.travel("2026-05-02T10:00:00Z", tick=False):
        status = run("status", vault=empty)
        document = run("status", "--json", vault=empty).json["requests"][0]
        nudge = run("request", vault=empty)
        ran = run("run", vault=empty)
        run("import", broken, vault=empty)
        later = run("status", vault=empty)

    assert status.status == 7
    assert "newest of 1 Mar 2026, 62 days ago: stale" in status.out
    assert "the archive of 1 Apr 2026 has no list of connections, so linkbak does not count it as new" in status.out
    assert (document["age_days"], document["without_list"]) == (62, "2026-04-01T080000Z")
    assert "newest of 1 Mar 2026, 62 days ago: stale" in nudge.out
    assert ran.status == 7
    said = " ".join(ran.out.split())
    assert (
        "Your newest list of connections is of 1 Mar 2026, 62 days ago. The archive of 1 Apr 2026 has no list" in said
    )
    assert later.status == 7
    assert "newest of 1 Mar 2026, 62 days ago: stale" in later.out
    assert "the archive of 1 May 2026 has a list of connections that cannot be read" in later.out


def test_a_vault_of_archives_without_any_list(empty: Path, tmp_path: Path) -> None:
    run("import", *archives(tmp_path, BARE), vault=empty)

    ran = run("status", vault=empty)

    assert "no list of connections yet: due" in ran.out
    assert "the archive of 1 Mar 2026 has no list of connections" in ran.out


def test_the_digest_counts_from_the_newest_list_too(empty: Path, tmp_path: Path) -> None:
    run("import", *archives(tmp_path, LISTED, BARE), vault=empty)
    with time_machine.travel("2026-05-02T10:00:00Z", tick=False):
        assert "the newest list 62 days ago" in " ".join(run("stats", vault=empty).out.split())


def test_two_snapshots_are_never_one(empty: Path, tmp_path: Path) -> None:
    listed, bare, second = archives(tmp_path, LISTED, BARE, {"Connections.csv": text(rows(date(2026, 4, 28), 60))})
    run("import", listed, bare, vault=empty)
    only = run("diff", vault=empty)
    assert only.status == 13
    assert "2026-03-01T080000Z is the only snapshot that holds a list of connections" in only.err
    run("import", second, vault=empty)
    oldest = " ".join(run("diff", "--as-of", "2026-03-01", vault=empty).err.split())
    assert "2026-03-01T080000Z is the only snapshot, so there is nothing to compare it with yet" in oldest
    assert run("diff", vault=empty).status == 0


@pytest.mark.parametrize("late", [False, True])
def test_a_list_older_than_its_date_makes_nothing_fresh(late: bool, empty: Path, tmp_path: Path) -> None:
    """A file of January copied in May, whichever of the two is imported first."""
    new = zipped(tmp_path / "new.zip", {"Connections.csv": text(rows(date(2026, 2, 28), 60))}, (2026, 3, 1))
    old = zipped(tmp_path / "old.zip", {"Connections.csv": text(rows(date(2026, 1, 30), 31))}, (2026, 5, 1))
    for one in (old, new) if late else (new, old):
        run("import", one, "--account", "me", vault=empty)

    with time_machine.travel("2026-05-02T10:00:00Z", tick=False):
        said = [run(verb, vault=empty) for verb in ("status", "request", "run", "stats")]

    assert [one.status for one in said] == [7, 0, 7, 0]
    assert "newest of 1 Mar 2026, 62 days ago: stale" in said[0].out
    assert "newest of 1 Mar 2026, 62 days ago: stale" in said[1].out
    assert "Your newest list of connections is of 1 Mar 2026, 62 days ago." in " ".join(said[2].out.split())
    assert "the newest list 62 days ago" in " ".join(said[3].out.split())
    assert (
        "the archive of 1 May 2026 has a list older than its date, so linkbak does not count it as new" in said[0].out
    )
