"""`linkbak verify --restore`: a restore tried out, before it is needed."""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile, ZipInfo

import pytest
import time_machine

from linkbak import drill
from linkbak import state as upkeep
from linkbak.adapters import LinkedIn
from linkbak.vault.restore import Restored, restore_folder
from tests.cli.running import run, state
from tests.cli.terminal import on_terminal
from tests.diff.people import person
from tests.eras import render
from tests.vault.restore.given import broken
from tests.vault.snapshots import git

MARCH = Path("snapshots/linkedin-me/2026/2026-03-20T080710Z")
WELL = (
    "linkedin-me of 20 Mar 2026: restored, read and exported again\n"
    "  48 files, 22.3 kB, every byte as it was imported\n"
    "  163 rows read, no file with fewer than when it was imported\n"
    "  65 contacts written, the same as out of the vault\n"
)


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary folders are made."""
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    monkeypatch.setenv("TMPDIR", str(place))
    return place


def altered(vault: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """The manifest of March changed by hand and committed."""
    raw = json.loads((vault / MARCH / "manifest.json").read_text("utf-8"))
    change(raw)
    (vault / MARCH / "manifest.json").write_text(json.dumps(raw), "utf-8")
    git(vault, "-c", "user.name=x", "-c", "user.email=x", "commit", "-qam", "Alter")


def facts(raw: dict[str, Any], path: str) -> dict[str, Any]:
    return next(one for one in raw["files"] if one["path"] == path)


@time_machine.travel("2026-04-01T12:00:00Z", tick=False)
def test_all_is_well_and_status_says_so(two: Path, temporary: Path) -> None:
    before = state(two)

    ran = run("verify", "--restore", "2026-03", vault=two)

    assert (ran.status, ran.out, ran.err) == (0, WELL, "")
    assert (state(two), list(temporary.iterdir())) == (before, [])
    done = upkeep.Done("2026-04-01T12:00:00Z", passed=True, what="linkedin-me of 20 Mar 2026")
    assert upkeep.last(two, "drill") == (done, done)
    assert "restore tried out: today, all was well (linkedin-me of 20 Mar 2026)" in run("status", vault=two).out


def test_the_document_for_programs(two: Path) -> None:
    assert run("verify", "--restore", "latest", "--json", vault=two).json == {
        "schema": "linkbak.drill/1",
        "account": "linkedin-me",
        "snapshot": "2026-03-20T080710Z",
        "taken": "2026-03-20T08:07:10Z",
        "passed": True,
        "files": 48,
        "bytes": 22326,
        "rows": 163,
        "people": 65,
        "problems": [],
    }
    assert run("verify", "--restore", "latest", "-q", vault=two).out == ""


def test_a_company_called_like_the_beginning_of_a_card(empty: Path, temporary: Path, tmp_path: Path) -> None:
    people = [person("Ada Example", company="Acme BEGIN:VCARD"), person("Bo Sample", company="BEGIN:VCARD")]
    listed = tmp_path / "Connections.csv"
    listed.write_bytes(render(people, "C5"))
    assert run("import", listed, "--taken", "2024-04-01", vault=empty).status == 0

    ran = run("verify", "--restore", "--json", vault=empty)

    assert (ran.status, ran.json["passed"], ran.json["people"]) == (0, True, 2)


@pytest.mark.parametrize("place", [0, 1])
def test_any_snapshot_may_be_the_one(two: Path, place: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("random.SystemRandom.choice", lambda self, found: found[place])

    day = run("verify", "--restore", "--json", vault=two).json["snapshot"][:10]

    assert day == ("2026-02-28", "2026-03-20")[place]


def test_where_there_is_nothing_to_try(empty: Path) -> None:
    ran = run("verify", "--restore", vault=empty)
    assert (ran.status, ran.err) == (
        13,
        "error: there is no snapshot to restore yet\nhint: Keep one: linkbak import ARCHIVE\n",
    )
    assert upkeep.last(empty, "drill") == (None, None)


def test_every_archive_passes(family: Path, boris: Path, empty: Path) -> None:
    """Of all years, and of two people: nothing in an export keeps it from coming back."""
    run("import", *sorted((family / "ada").iterdir()), vault=empty)
    run("import", boris, "--account", "boris", vault=empty)
    snapshots = run("log", "--json", vault=empty).json["snapshots"]

    for one in snapshots:
        ran = run("verify", "--restore", one["id"], "--account", one["account"], "--json", vault=empty)
        assert (ran.status, ran.json["passed"]) == (0, True), ran.json
        assert ran.json["files"] == one["files"]
    assert len(snapshots) == 13
    assert run("verify", "--restore", "latest", vault=empty).status == 2
    assert run("verify", "--restore", vault=empty).status == 0


@time_machine.travel("2026-04-01T12:00:00Z", tick=False)
def test_a_damaged_file_is_a_failed_drill(two: Path, temporary: Path) -> None:
    assert run("verify", "--restore", "2026-03", vault=two).status == 0
    broken(two, "archive/messages.csv")

    ran = run("verify", "--restore", "2026-03", vault=two)
    told = run("verify", "--restore", "2026-03", "--quiet", vault=two)

    assert (ran.status, ran.out) == (
        12,
        "linkedin-me of 20 Mar 2026: the restore does not give back what was kept\n"
        "  messages.csv: what the vault holds of it is damaged\n"
        "  `linkbak verify` says what is damaged and what is still whole\n",
    )
    assert (told.status, told.out) == (12, "")
    assert told.err.startswith("error: linkedin-me of 20 Mar 2026: the restore does not give back what was kept\n")
    assert list(temporary.iterdir()) == []
    last, passed = upkeep.last(two, "drill")
    assert last is not None
    assert passed is not None
    assert (last.passed, passed.passed) == (False, True)
    assert "and it failed; the last time all was well: today" in run("status", vault=two).out
    assert run("verify", "--restore", "2026-02", vault=two).status == 0


@pytest.mark.parametrize("path", ["Connections.csv", "Profile.csv"])
def test_whichever_file_is_damaged_the_drill_goes_to_its_end(two: Path, path: str) -> None:
    broken(two, f"archive/{path}")

    found = run("verify", "--restore", "2026-03", "--json", vault=two).json

    assert found["problems"] == [f"{path}: what the vault holds of it is damaged"]
    assert (found["files"], found["people"]) == (47, 0 if path == "Connections.csv" else 65)


def test_a_manifest_that_git_cannot_read_is_a_failed_drill(two: Path) -> None:
    run("verify", "--restore", vault=two)  # the list of snapshots is remembered from now on
    broken(two, "manifest.json")

    ran = run("verify", "--restore", "2026-03", "--json", vault=two)

    assert ran.status == 12
    assert ran.json["problems"] == ["git cannot read an object of the vault"]
    assert ran.json["files"] == 0


def test_a_manifest_that_leads_elsewhere_is_a_failed_drill(two: Path, temporary: Path) -> None:
    altered(two, lambda raw: facts(raw, "messages.csv").update(path="../messages.csv"))

    ran = run("verify", "--restore", "2026-03", "--json", vault=two)

    assert ran.status == 12
    assert "leads out of the archive" in ran.json["problems"][0]
    assert list(temporary.iterdir()) == []


def test_a_file_of_which_less_is_understood_is_told(two: Path) -> None:
    """As by a linkbak that has forgotten how to read it; more is no trouble."""

    def change(raw: dict[str, Any]) -> None:
        facts(raw, "messages.csv")["rows"] += 1
        facts(raw, "Invitations.csv")["rows"] -= 1

    rows = facts(json.loads((two / MARCH / "manifest.json").read_text("utf-8")), "messages.csv")["rows"]
    altered(two, change)

    ran = run("verify", "--restore", "2026-03", "--json", vault=two)

    assert ran.status == 12
    assert ran.json["problems"] == [f"messages.csv: {rows} rows read, {rows + 1} when it was imported"]


def test_contacts_that_differ_are_told(two: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The restored list is read first, then the vault's own."""
    real = LinkedIn.connections
    before: list[Any] = []

    def fewer(self: LinkedIn, files: Any) -> Any:
        found = real(self, files)
        before.append(found)
        return found if len(before) == 1 or found is None else found._replace(rows=found.rows[1:])

    monkeypatch.setattr(LinkedIn, "connections", fewer)

    assert run("verify", "--restore", "2026-03", "--json", vault=two).json["problems"] == [
        "the contacts differ from those in the vault"
    ]


def test_what_is_no_archive_any_more_is_told(two: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LinkedIn, "recognises", lambda self, files: False)
    assert run("verify", "--restore", "2026-03", "--json", vault=two).json["problems"] == [
        "nothing that could be imported again"
    ]


def test_bytes_that_the_disk_altered_are_told(two: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder is read from the disk, not believed."""

    def spoilt(vault: Any, key: Any, folder: Path, **how: Any) -> Restored:
        found = restore_folder(vault, key, folder, **how)
        (folder / "Profile.csv").write_bytes((folder / "Profile.csv").read_bytes() + b"\n")
        return found

    monkeypatch.setattr(drill, "restore_folder", spoilt)
    found = run("verify", "--restore", "2026-03", "--json", vault=two).json

    assert found["problems"] == ["Profile.csv: restored with other bytes"]
    assert found["files"] == 47


def test_limits_of_today_do_not_fail_what_was_let_in_yesterday(two: Path, strangers_machine: Path) -> None:
    settings = strangers_machine / "config/linkbak/config.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text("[limits]\nentries = 3\n")

    assert run("verify", "--restore", "2026-03", vault=two).status == 0


@pytest.mark.parametrize(("sign", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_who_interrupts_leaves_nothing_behind(
    two: Path, temporary: Path, sign: signal.Signals, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder holds what is private, and is its owner's alone while it is there."""
    seen = []

    def interrupt(vault: Any, restored: Any, found: Any) -> Any:
        (folder,) = temporary.iterdir()
        seen.append((folder.stat().st_mode & 0o777, (folder / "restored/messages.csv").stat().st_mode & 0o777))
        signal.raise_signal(sign)

    monkeypatch.setattr(drill, "_read", interrupt)

    assert run("verify", "--restore", "2026-03", vault=two).status == status
    assert seen == [(0o700, 0o600)]
    assert list(temporary.iterdir()) == []
    assert upkeep.last(two, "drill") == (None, None)


def test_a_machine_that_cannot_keep_the_note_loses_only_the_note(
    two: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))

    assert run("verify", "--restore", "2026-03", vault=two).out == WELL
    assert "restore tried out: never" in run("status", vault=two).out


def test_a_vault_that_may_only_be_read_can_be_tried(two: Path) -> None:
    for path in two.rglob("*"):
        path.chmod(0o500 if path.is_dir() else 0o400)
    assert run("verify", "--restore", "2026-03", vault=two).out == WELL


def test_without_room_it_says_where_to_try(two: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = os.statvfs_result((1, 1, 1000, 1000, 5, 1, 1, 1, 1, 255))
    monkeypatch.setattr("linkbak.vault.destination.os.statvfs", lambda _: disk)

    ran = run("verify", "--restore", "2026-03", vault=two)

    assert ran.status == 15
    assert "22,326 bytes are to be written, and there is room for 5" in ran.err
    assert "hint: TMPDIR names the folder in which to try it." in ran.err
    assert upkeep.last(two, "drill") == (None, None)


def test_it_is_never_tried_in_the_vault(two: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = state(two)
    monkeypatch.setattr("tempfile.tempdir", str(two))

    assert run("verify", "--restore", "2026-03", vault=two).status == 2
    assert state(two) == before


def test_it_fits_a_terminal(two: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(two, tmp_path / "copy", symlinks=True))
    broken(copy, "archive/messages.csv")
    for vault, status in ((two, 0), (copy, 12)):
        lines = on_terminal("verify", "--restore", "2026-03", vault=vault, status=status)
        assert max(map(len, lines)) <= 80


def test_a_company_that_is_called_like_a_card_makes_none(empty: Path, tmp_path: Path) -> None:
    """Whole lines are counted, unfolded, and not the words in them."""
    words = ("Acme BEGIN:VCARD", '"Boss\nBEGIN:VCARD"', f"{'x' * 68} BEGIN:VCARD", "Acme\u0085BEGIN:VCARD")
    rows = [f"Ada,Example {n},https://www.linkedin.com/in/a{n},,{text},,01 Jan 2020\n" for n, text in enumerate(words)]
    archive = tmp_path / "Basic_LinkedInDataExport_03-01-2026.zip"
    with ZipFile(archive, "w") as out:
        head = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
        out.writestr(ZipInfo("Connections.csv", (2026, 3, 1, 8, 0, 0)), head + "".join(rows))
    assert run("import", archive, vault=empty).status == 0

    found = run("verify", "--restore", "--json", vault=empty)

    assert (found.status, found.json["people"], found.json["problems"]) == (0, 4, [])
