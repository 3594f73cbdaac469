"""Nobody is called gone, or new, on the word of an export that is not to be believed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.running import run


def march_again(family: Path, folder: Path, day: int) -> Path:
    """The archive of March, written some days later: everybody is still there."""
    import zipfile

    later = folder / f"Complete_LinkedInDataExport_03-{day}-2026.zip"
    source = family / "ada/Complete_LinkedInDataExport_03-20-2026.zip"
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(later, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(zipfile.ZipInfo(entry.filename, (2026, 3, day, *entry.date_time[3:])), old.read(entry))
    return later


def test_whoever_a_held_export_lacked_is_not_new_in_the_next(
    family: Path, ruins: Path, two: Path, tmp_path: Path
) -> None:
    """Half of the list was missing once and is there again: nobody was gone, so nobody came."""
    assert run("import", ruins / "half-gone.zip", vault=two).status == 9

    healed = run("import", march_again(family, tmp_path, 30), "--json", vault=two)

    assert healed.status == 0
    since = healed.json["results"][0]["since_previous"]
    assert since["snapshot"] == "2026-03-20T080710Z"
    assert (since["counts"]["added"], since["counts"]["vanished"]) == (0, 0)
    found = run("diff", "--json", vault=two).json
    assert found["before"]["id"] == "2026-03-20T080710Z"
    newest = run("log", "--json", vault=two).json["snapshots"][0]
    assert (newest["added"], newest["vanished"]) == (0, 0)


def test_an_export_that_was_held_but_accepted_is_compared_with(
    family: Path, ruins: Path, two: Path, tmp_path: Path
) -> None:
    run("import", ruins / "half-gone.zip", "--accept", vault=two)
    since = run("import", march_again(family, tmp_path, 30), "--json", vault=two).json["results"][0]["since_previous"]
    assert since["snapshot"] == "2026-03-27T080710Z"
    assert since["counts"]["added"] == 35


def test_two_archives_of_one_request_are_one_state(family: Path, two: Path, tmp_path: Path) -> None:
    """LinkedIn sends the basic archive at once, the complete one hours later; between them nothing happened."""
    import zipfile

    evening = tmp_path / "Basic_LinkedInDataExport_03-20-2026.zip"
    source = family / "ada/Complete_LinkedInDataExport_03-20-2026.zip"
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(evening, "w", zipfile.ZIP_DEFLATED) as new:
        for name in ("Connections.csv", "Invitations.csv", "Profile.csv"):
            new.writestr(zipfile.ZipInfo(name, (2026, 3, 20, 19, 30, 0)), old.read(name))

    assert run("import", evening, vault=two).status == 0

    found = run("diff", "--json", vault=two).json
    assert (found["before"]["id"], found["after"]["id"]) == ("2026-02-28T094118Z", "2026-03-20T193000Z")
    assert found["counts"]["vanished"] == 3
    assert [one["vanished"] for one in run("log", "--json", vault=two).json["snapshots"]] == [4, 4, None]


@pytest.mark.parametrize("loose", [False, True], ids=["", "with-a-list-beside"])
def test_a_folder_of_several_archives_is_not_one_archive(
    loose: bool, february: Path, march: Path, empty: Path, tmp_path: Path
) -> None:
    """The whole of a folder must not become one snapshot that lacks people."""
    folder = tmp_path / "exports"
    folder.mkdir()
    for archive in (february, march):
        shutil.copy(archive, folder)
    (folder / "holiday.jpg").write_bytes(b"x")
    if loose:
        (folder / "Connections.csv").write_bytes(b"First Name,Last Name\n")

    ran = run("import", folder, vault=empty)

    assert [one.strip() for one in ran.out.splitlines() if "kept as" in one] == [
        "kept as linkedin-me 2026-02-28T094118Z, written 28 Feb 2026",
        "kept as linkedin-me 2026-03-20T080710Z, written 20 Mar 2026",
    ]
    assert "skipped 1 other file or folder\n" in ran.err or loose


def test_two_lists_that_contradict_each_other_accuse_nobody(february: Path, two: Path, tmp_path: Path) -> None:
    """An old copy lies beside the list: which of the two is right is not known, so losses are held."""
    import zipfile

    folder = tmp_path / "Complete_LinkedInDataExport_04-01-2026"
    (folder / "older").mkdir(parents=True)
    with zipfile.ZipFile(february) as whole:
        data = whole.read("Connections.csv")
    rows = data.split(b"\n")
    (folder / "Connections.csv").write_bytes(b"\n".join([*rows[:4], *rows[9:]]))
    (folder / "older/Connections.csv").write_bytes(data)

    ran = run("import", folder, "--json", vault=two)

    assert ran.status == 3
    (result,) = ran.json["results"]
    assert result["since_previous"]["counts"]["vanished"] > 0
    assert result["since_previous"]["held"] is True


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_a_terminal_without_unicode_still_gets_an_answer(encoding: str, two: Path) -> None:
    words = [str(Path(sys.executable).parent / "linkbak"), "diff", "--vault", str(two)]
    import os

    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    ran = subprocess.run(words, capture_output=True, env=environment, check=False)
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert b"Hugo Provbit" in ran.stdout
