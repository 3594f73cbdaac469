"""``linkbak import`` of folders and of what is in the downloads: what is said, where, and how it ends."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest

from linkbak.vault import Vault
from tests.cli.running import run
from tests.cli.terminal import on_terminal


def put(folder: Path, archive: Path, name: str = "") -> Path:
    """A copy of the archive that lies there for an hour."""
    folder.mkdir(parents=True, exist_ok=True)
    place = Path(shutil.copy(archive, folder / (name or archive.name)))
    then = time.time() - 3600
    os.utime(place, (then, then))
    return place


@pytest.fixture
def downloads(strangers_machine: Path) -> Path:
    return strangers_machine / "Downloads"


def ids(vault: Path) -> list[str]:
    return [one["id"] for one in run("log", "--json", vault=vault).json["snapshots"]]


def test_an_archive_in_the_downloads_becomes_the_first_snapshot_of_the_usual_vault(
    february: Path, march: Path, downloads: Path, strangers_machine: Path
) -> None:
    put(downloads, march)
    put(strangers_machine / "data/linkbak/inbox", february)

    ran = run("import")

    place = strangers_machine / "data/linkbak/vault"
    assert ran.status == 0
    assert ran.err == f"made a vault in {place}\n"
    assert ran.out.index("kept as linkedin-me 2026-02-28T094118Z") < ran.out.index("kept as linkedin-me 2026-03-20")
    assert "vanished after 28 Feb 2026, before 20 Mar 2026" in ran.out
    again = run("import")
    assert (again.status, again.out, again.err) == (0, "", "")
    assert (downloads / march.name).read_bytes() == march.read_bytes()


def test_where_there_is_nothing_nothing_is_said_or_made(strangers_machine: Path) -> None:
    ran = run("import")
    assert (ran.status, ran.out, ran.err) == (0, "", "")
    assert [path.name for path in strangers_machine.iterdir()] == []


def test_the_downloads_are_where_the_desktop_says(march: Path, strangers_machine: Path) -> None:
    """In most languages they are not called Downloads."""
    (strangers_machine / "config").mkdir()
    (strangers_machine / "config/user-dirs.dirs").write_text('XDG_DOWNLOAD_DIR="$HOME/Herunterladen"\n')
    put(strangers_machine / "Herunterladen", march)
    assert "kept as" in run("import").out


def test_folders_that_are_named_are_looked_through_instead(
    february: Path, march: Path, downloads: Path, empty: Path, tmp_path: Path
) -> None:
    put(downloads, march)
    put(tmp_path / "usb", february)
    assert run("import", tmp_path / "usb", vault=empty).status == 0
    assert ids(empty) == ["2026-02-28T094118Z"]


def test_folders_of_the_settings_come_before_the_usual_ones(
    february: Path, march: Path, downloads: Path, empty: Path, tmp_path: Path, strangers_machine: Path
) -> None:
    put(downloads, march)
    put(tmp_path / "mail", february)
    config = strangers_machine / "config/linkbak/config.toml"
    config.parent.mkdir(parents=True)
    (tmp_path / "shelf").mkdir()
    config.write_text(f'[scan]\nfolders = ["{tmp_path}/mail"]\nmove_to = "{tmp_path}/shelf"\n')

    ran = run("import", vault=empty)

    assert ids(empty) == ["2026-02-28T094118Z"]
    assert f"\nmoved {february.name} to {tmp_path}/shelf/{february.name}\n" in ran.out
    assert not (tmp_path / "mail" / february.name).exists()


def test_a_refusal_is_told_once_on_standard_error(ruins: Path, downloads: Path, two: Path) -> None:
    put(downloads, ruins / "flipped-byte.zip", "Basic_LinkedInDataExport_03-27-2026.zip")
    first = run("import", vault=two)
    assert (first.status, first.out) == (4, "")
    assert first.err.startswith("Basic_LinkedInDataExport_03-27-2026.zip: refused\n")
    second = run("import", vault=two)
    assert (second.status, second.out, second.err) == (4, "", "")
    assert run("import", "--again", vault=two).status == 4


@pytest.mark.parametrize(
    ("archive", "status", "then"),
    [("half-gone.zip", 9, 0), ("header-alone.zip", 3, 0), ("../family/boris", 8, 8)],
    ids=str,
)
def test_what_is_kept_or_refused_now_gives_the_status(
    archive: str, status: int, then: int, ruins: Path, boris: Path, downloads: Path, two: Path
) -> None:
    """What was kept is told once; what was refused stays wrong as long as it lies there."""
    path = boris if "boris" in archive else ruins / archive
    put(downloads, path, "Basic_LinkedInDataExport_03-27-2026.zip")
    assert run("import", vault=two).status == status
    assert run("import", vault=two).status == then


def test_a_named_vault_that_is_gone_is_told_though_nothing_is_new(downloads: Path, tmp_path: Path) -> None:
    """A timer for a vault on a disk that is not there must not look as if all were well."""
    ran = run("import", vault=tmp_path / "usb/vault")
    assert (ran.status, ran.out) == (10, "")
    assert not (tmp_path / "usb").exists()


def test_what_is_not_there_is_told_and_stops_no_other(
    march: Path, downloads: Path, empty: Path, tmp_path: Path
) -> None:
    put(downloads, march)
    ran = run("import", tmp_path / "typo", downloads, vault=empty)
    assert ran.status == 4
    assert "kept as" in ran.out
    assert "typo: no such file or folder" in ran.err


def test_a_dry_run_keeps_nothing_and_moves_nothing(march: Path, downloads: Path, empty: Path, tmp_path: Path) -> None:
    put(downloads, march)
    for _ in range(2):
        assert "would be kept" in run("import", "-n", "--move-to", tmp_path, vault=empty).out
    assert ids(empty) == []
    assert (downloads / march.name).exists()


def test_quiet_leaves_the_errors(march: Path, ruins: Path, downloads: Path, empty: Path) -> None:
    put(downloads, march)
    put(downloads, ruins / "bomb.zip", "Basic_LinkedInDataExport_03-27-2026.zip")
    ran = run("import", "-q", vault=empty)
    assert (ran.status, ran.out) == (4, "")
    assert "refused" in ran.err


def test_the_document(ruins: Path, february: Path, march: Path, downloads: Path, two: Path, tmp_path: Path) -> None:
    put(downloads, march)
    put(downloads, ruins / "bomb.zip", "Basic_LinkedInDataExport_03-27-2026.zip")
    put(downloads, february, f"{february.name}.part")

    ran = run("import", downloads, tmp_path / "typo", "--json", vault=two)

    document = ran.json
    assert (ran.status, ran.err) == (4, "")
    assert document["schema"] == "linkbak.import/1"
    assert document["vault"] == str(two)
    assert document["folders"] == [str(downloads)]
    assert [(one["archive"], one["status"]) for one in document["results"]] == [
        ("typo", "refused"),
        ("Basic_LinkedInDataExport_03-27-2026.zip", "refused"),
    ]
    assert document["passed_over"] == [
        {"path": str(downloads / f"{february.name}.part"), "why": "unfinished"},
        {"path": str(downloads / march.name), "why": "kept"},
    ]
    assert document["moved"] == []
    assert document["troubles"] == []


def test_an_archive_that_is_fresh_is_looked_at_twice(
    march: Path, downloads: Path, empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who has just downloaded it need not wait for the next scan."""
    downloads.mkdir()
    shutil.copy(march, downloads)
    paused: list[float] = []
    monkeypatch.setattr("time.sleep", paused.append)
    assert "kept as" in run("import", vault=empty).out
    assert paused[0] == 2.0


def test_a_person_at_a_terminal_gets_an_answer(march: Path, downloads: Path, empty: Path) -> None:
    downloads.mkdir()
    assert on_terminal("import", vault=empty, columns=200) == [f"no new archive in {downloads}"]
    put(downloads, march)
    put(downloads, march, f"{march.name}.part")
    assert on_terminal("import", vault=empty, columns=200) == [
        f"no new archive in {downloads}",
        f"{march.name} is still being downloaded",
    ]
    (downloads / f"{march.name}.part").unlink()
    assert "  kept as linkedin-me 2026-03-20T080710Z, written 20 Mar 2026" in on_terminal(
        "import", vault=empty, columns=200
    )
    assert on_terminal("import", vault=empty, columns=200) == [
        f"no new archive in {downloads}; skipped 1 archive kept already"
    ]
    shutil.rmtree(downloads)
    assert on_terminal("import", vault=empty, columns=200) == [
        "there is no Downloads folder to look in",
        "hint: Name the archive: linkbak import ARCHIVE",
    ]


def test_names_of_files_do_nothing_to_a_terminal(march: Path, downloads: Path, empty: Path, tmp_path: Path) -> None:
    put(downloads, march, "LinkedInDataExport_03-20-2026\x1b[2J.zip")
    put(downloads, march, "my\x1b[31m data.zip")
    (tmp_path / "shelf").mkdir()
    ran = run("import", "--move-to", tmp_path / "shelf", vault=empty)
    assert ran.status == 0
    assert "\x1b" not in ran.out + ran.err
    assert "moved my" in ran.out


def test_an_empty_scan_loads_nothing_heavy(empty: Path, strangers_machine: Path) -> None:
    import subprocess
    import sys

    (strangers_machine / "Downloads").mkdir()
    script = (
        "import sys; sys.argv = ['linkbak', 'import', '--vault', sys.argv[1]]\n"
        "from linkbak.cli.app import build\n"
        "build(sys.argv[1:])(standalone_mode=False)\n"
        "heavy = {'git', 'pydantic', 'rich', 'rapidfuzz', 'tomlkit', 'apprise', 'jinja2', 'html.parser'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    ran = subprocess.run([sys.executable, "-c", script, str(empty)], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"


def test_scanning_writes_nothing_into_the_vault_if_nothing_is_new(two: Path, march: Path, downloads: Path) -> None:
    put(downloads, march)
    with Vault.open(two) as vault:
        before = vault.newest()
    run("import", vault=two)
    with Vault.open(two) as vault:
        assert vault.newest() == before
