"""Folders that a program copies elsewhere are told from others; those that are made are nobody else's to look into."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

import linkbak
from linkbak.paths import make_folder, part_name, runs, sweep, synced_service
from tests.vault.processes import ended, forked


@pytest.mark.parametrize(
    ("folder", "service"),
    [
        ("Dropbox/vault", "Dropbox"),
        ("Dropbox (Personal)/a/vault", "Dropbox"),
        ("OneDrive - Example GmbH/vault", "OneDrive"),
        ("Library/Mobile Documents/com~apple~CloudDocs/vault", "iCloud Drive"),
        ("Library/CloudStorage/GoogleDrive-ada@example.com/My Drive/vault", "Google Drive"),
        ("Library/CloudStorage/OneDrive-Personal/vault", "OneDrive"),
        ("Nextcloud/vault", "Nextcloud"),
        ("ownCloud/vault", "ownCloud"),
        ("pCloudDrive/vault", "pCloud"),
        ("MEGAsync/vault", "MEGA"),
        ("Box/vault", "Box"),
        ("Box Sync/vault", "Box"),
        ("Proton Drive/vault", "Proton Drive"),
        ("Yandex.Disk/vault", "Yandex.Disk"),
        ("HiDrive/vault", "HiDrive"),
    ],
)
def test_a_folder_is_known_by_its_usual_name(strangers_machine: Path, folder: str, service: str) -> None:
    assert synced_service(strangers_machine / folder) == service


@pytest.mark.parametrize("folder", ["vault", "Documents/vault", "work/dropbox/vault", "projects/box/vault", "Boxes/v"])
def test_other_folders_are_not(strangers_machine: Path, folder: str) -> None:
    (strangers_machine / ".dropbox").mkdir()  # where Dropbox keeps its settings

    assert synced_service(strangers_machine / folder) == ""


@pytest.mark.parametrize(
    ("mark", "service"),
    [
        (".sync_0123456789ab.db", "Nextcloud or ownCloud"),
        (".owncloudsync.log", "Nextcloud or ownCloud"),
        (".stfolder", "Syncthing"),
        (".dropbox.cache", "Dropbox"),
        (".tmp.drivedownload", "Google Drive"),
    ],
)
def test_a_folder_is_known_by_what_lies_in_it(tmp_path: Path, mark: str, service: str) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / mark).touch()

    assert synced_service(tmp_path / "files/deep/vault") == service
    assert synced_service(tmp_path / "other/vault") == ""


def test_another_system_s_home_is_one_too() -> None:
    assert synced_service(Path("/mnt/c/Users/Ada/OneDrive/vault")) == "OneDrive"
    assert synced_service(Path("/mnt/c/Users/Box/vault")) == ""


def test_a_link_into_such_a_folder_is_followed(strangers_machine: Path, tmp_path: Path) -> None:
    (strangers_machine / "Dropbox/vault").mkdir(parents=True)
    (tmp_path / "vault").symlink_to(strangers_machine / "Dropbox/vault")

    assert synced_service(tmp_path / "vault") == "Dropbox"


def test_folders_are_closed_to_others_whatever_the_umask(tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.mkdir(0o755)
    before = os.umask(0)
    try:
        make_folder(there / "a" / "b")
        make_folder(there / "a" / "b")
    finally:
        os.umask(before)
    assert [f"{place.stat().st_mode:o}" for place in (there, there / "a", there / "a/b")] == ["40755", "40700", "40700"]


def test_a_file_in_the_way_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("")
    for place in (tmp_path / "a", tmp_path / "a" / "b"):
        with pytest.raises(OSError):  # which one is the system's choice
            make_folder(place)


def test_no_folder_is_made_as_open_as_the_umask() -> None:
    """`Path.mkdir` gives its mode to the last folder alone; what is built as Parquet lies below one that is closed."""
    package = Path(linkbak.__file__).parent
    texts = {file.name: file.read_text("utf-8") for file in package.rglob("*.py")}
    assert [(name, text.count("parents=True")) for name, text in texts.items() if "parents=True" in text] == [
        ("databases.py", 1)
    ]


def test_only_what_killed_processes_of_ours_left_is_swept(tmp_path: Path) -> None:
    """Nothing that somebody still writes, on another machine that shares the folder too; nor what has another name."""
    assert ended(forked(lambda: (tmp_path / part_name()).write_bytes(b"?"))) == 0
    assert ended(forked(lambda: (tmp_path / part_name()).mkdir())) == 0
    left = [path.name for path in tmp_path.iterdir()]
    _, machine, process, rest = left[0].removeprefix(".").split("-")
    assert len(left) == 2

    own = part_name()
    elsewhere, old = (f".linkbak-{'0' * 6}-{process}-{word * 8}.part" for word in "ab")
    others = (f".linkbak-{machine}-{process}-{rest}.txt", f"x.linkbak-{machine}-{process}-{rest}", ".x.part", "x.part")
    for name in (own, elsewhere, old, *others):
        (tmp_path / name).write_bytes(b"?")
    for name in (own, old, *others):  # a clock may be wrong: what has a process that runs is not told by its age
        os.utime(tmp_path / name, (0, time.time() - 90_000))
    sweep(tmp_path)

    assert {path.name for path in tmp_path.iterdir()} == {own, elsewhere, *others}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_what_another_user_left_stays(tmp_path: Path) -> None:
    assert ended(forked(lambda: (tmp_path / part_name()).write_bytes(b"?"))) == 0
    [left] = tmp_path.iterdir()
    os.chown(left, 65534, 65534)
    sweep(tmp_path)
    assert left.exists()


def test_a_process_that_has_ended_runs_no_more_though_nobody_waited_for_it() -> None:
    child = os.fork()
    if not child:
        os._exit(0)
    try:
        os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
        assert runs(child) == (sys.platform != "linux")
    finally:
        os.waitpid(child, 0)
    assert runs(os.getpid())
    assert not runs(child)
