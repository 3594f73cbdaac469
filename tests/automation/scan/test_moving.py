"""What is kept is moved where the user asked for it, and nothing is ever lost on the way."""

from __future__ import annotations

import errno
import io
import zipfile
from pathlib import Path

import pytest
import time_machine

from linkbak.errors import VaultDamaged
from tests.automation.scan.doing import HOUR, aged, kept, look, passed, put, refused


def listed(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    folder = tmp_path / "shelf"
    folder.mkdir()
    return folder


def test_nothing_is_moved_unless_it_was_asked_for(march: Path, downloads: Path, place: Path) -> None:
    put(downloads, march)
    before = march.read_bytes()
    look(place, downloads)
    look(place, downloads)
    assert (downloads / march.name).read_bytes() == before


def test_what_is_kept_is_moved_byte_for_byte_and_what_is_refused_stays(
    ruins: Path, february: Path, march: Path, downloads: Path, place: Path, shelf: Path
) -> None:
    put(downloads, february)
    look(place, downloads)
    put(downloads, march)
    broken = put(downloads, ruins / "flipped-byte.zip", "Basic_LinkedInDataExport_03-27-2026.zip")

    scanned = look(place, downloads, move_to=shelf)

    assert kept(scanned) == [march.name]
    assert refused(scanned) == [broken.name]
    assert {(one.path.name, one.to) for one in scanned.moved} == {
        (march.name, shelf / march.name),
        (february.name, shelf / february.name),
    }
    assert (shelf / march.name).read_bytes() == march.read_bytes()
    assert (shelf / february.name).read_bytes() == february.read_bytes()
    assert listed(downloads) == [broken.name]


def test_nothing_is_overwritten(march: Path, downloads: Path, place: Path, shelf: Path) -> None:
    (shelf / march.name).write_bytes(b"something else")
    stem = march.name.removesuffix(".zip")
    (shelf / f"{stem} (2).zip").mkdir()
    put(downloads, march)
    look(place, downloads, move_to=shelf)
    assert (shelf / march.name).read_bytes() == b"something else"
    assert (shelf / f"{stem} (3).zip").read_bytes() == march.read_bytes()


def test_lists_and_folders_are_moved_too(family: Path, march: Path, downloads: Path, place: Path, shelf: Path) -> None:
    lone = put(downloads, family / "ada/Connections.csv")
    with zipfile.ZipFile(march) as whole:
        whole.extractall(downloads / "Basic_LinkedInDataExport_03-19-2026")
    with time_machine.travel(downloads.stat().st_mtime + 300, tick=False):
        look(place, downloads, move_to=shelf)
    assert listed(shelf) == ["Basic_LinkedInDataExport_03-19-2026", "Connections.csv"]
    assert not lone.exists()
    assert len(list((shelf / "Basic_LinkedInDataExport_03-19-2026").iterdir())) > 10


@pytest.fixture
def other_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    real = Path.rename

    def rename(self: Path, target: Path) -> Path:
        if target.parent.name == "shelf":
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        return real(self, target)

    monkeypatch.setattr(Path, "rename", rename)


def test_to_another_disk_it_is_copied_and_compared(
    march: Path, downloads: Path, place: Path, shelf: Path, other_disk: None
) -> None:
    path = put(downloads, march)
    then = path.stat().st_mtime
    look(place, downloads, move_to=shelf)
    assert listed(shelf) == [march.name]
    assert (shelf / march.name).read_bytes() == march.read_bytes()
    assert (shelf / march.name).stat().st_mtime == then
    assert listed(downloads) == []


def test_a_copy_that_differs_is_thrown_away_and_the_file_stays(
    march: Path, downloads: Path, place: Path, shelf: Path, other_disk: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(downloads, march)

    def spoil(given: object, written: object, size: int) -> None:
        written.write(b"garbage")  # type: ignore[attr-defined]

    monkeypatch.setattr("linkbak.automation.scan.shutil.copyfileobj", spoil)
    scanned = look(place, downloads, move_to=shelf)
    assert [one.exit_code for one in scanned.troubles] == [15]
    assert path.read_bytes() == march.read_bytes()
    assert listed(shelf) == []
    assert look(place, downloads, move_to=shelf).troubles == (), "told once"


def test_what_the_vault_does_not_give_back_is_not_moved(
    march: Path, downloads: Path, place: Path, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(downloads, march)
    monkeypatch.setattr("linkbak.vault.vault.SnapshotFiles.open", lambda files, path: io.BytesIO(b"rotten"))
    scanned = look(place, downloads, move_to=shelf)
    assert isinstance(scanned.troubles[0], VaultDamaged)
    assert scanned.exit_code == 12
    assert path.exists()
    assert listed(shelf) == []


def test_a_link_stays(march: Path, downloads: Path, place: Path, shelf: Path, tmp_path: Path) -> None:
    link = downloads / march.name
    link.symlink_to(put(tmp_path, march, "real.zip"))
    scanned = look(place, downloads, move_to=shelf)
    assert kept(scanned) == [march.name]
    assert link.is_symlink()
    assert "is a link" in str(scanned.troubles[0])


def test_a_place_that_is_not_there_is_told_of_once_and_everything_is_kept_all_the_same(
    march: Path, downloads: Path, place: Path, tmp_path: Path
) -> None:
    put(downloads, march)
    usb = tmp_path / "usb"
    first = look(place, downloads, move_to=usb)
    assert kept(first) == [march.name]
    assert [one.exit_code for one in first.troubles] == [2]
    assert look(place, downloads, move_to=usb).troubles == ()
    assert (downloads / march.name).exists()
    usb.mkdir()
    assert len(look(place, downloads, move_to=usb).moved) == 1


def test_nothing_is_moved_to_where_it_is_looked_for(march: Path, downloads: Path, place: Path) -> None:
    put(downloads, march)
    scanned = look(place, downloads, move_to=downloads)
    assert [one.exit_code for one in scanned.troubles] == [2]
    assert listed(downloads) == [march.name]


def test_what_is_still_being_downloaded_is_not_moved(march: Path, downloads: Path, place: Path, shelf: Path) -> None:
    put(downloads, march)
    aged(put(downloads, march, f"{march.name}.part"), HOUR)
    assert passed(look(place, downloads, move_to=shelf)) == {march.name: "unfinished"}
    assert listed(shelf) == []
