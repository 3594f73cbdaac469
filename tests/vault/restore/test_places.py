"""Nothing is written over, nothing through a link, and nothing into the vault."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from linkbak.errors import MachineProblem, UsageProblem
from linkbak.vault.restore import Restored
from tests.vault.restore.given import files, restored, states, zipped
from tests.vault.snapshots import LIST


def test_what_is_there_byte_for_byte_is_not_touched(one: Path, tmp_path: Path) -> None:
    """So that a restore that was interrupted goes on; and other files nearby are nobody's business."""
    place = tmp_path / "out"
    place.mkdir(mode=0o755)
    (place / "Connections.csv").write_bytes(LIST["Connections.csv"])
    (place / "notes.txt").write_bytes(b"mine")
    os.utime(place / "Connections.csv", (1e9, 1e9))

    found = restored(one, place)

    assert files(place) == LIST | {"notes.txt": b"mine"}
    assert states(found) == {"Connections.csv": "same", "Profile.csv": "new"}
    assert (place / "Connections.csv").stat().st_mtime == 1e9
    assert place.stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize("dry", [False, True])
def test_something_else_of_that_name_is_refused_before_anything_is_written(
    one: Path, tmp_path: Path, dry: bool
) -> None:
    (tmp_path / "Profile.csv").write_bytes(b"mine")

    with pytest.raises(UsageProblem, match=r"holds something else already: Profile\.csv") as refused:
        restored(one, tmp_path, dry=dry)

    assert "--overwrite" in refused.value.hint
    assert not (tmp_path / "Connections.csv").exists()
    assert (tmp_path / "Profile.csv").read_bytes() == b"mine"


def test_it_is_written_over_when_that_is_said(one: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/Profile.csv").write_bytes(b"mine")

    found = restored(one, tmp_path / "out", overwrite=True)

    assert files(tmp_path / "out") == LIST
    assert states(found) == {"Connections.csv": "new", "Profile.csv": "replaced"}


def test_a_zip_takes_nobodys_place_unless_that_is_said(one: Path, tmp_path: Path) -> None:
    place, elsewhere = tmp_path / "out.zip", tmp_path / "elsewhere"
    place.write_bytes(b"mine")
    with pytest.raises(UsageProblem, match=r"out\.zip is there already"):
        zipped(one, place)
    assert place.read_bytes() == b"mine"
    place.unlink()
    place.symlink_to(elsewhere)
    with pytest.raises(UsageProblem, match=r"out\.zip is there already"):
        zipped(one, place)

    zipped(one, place, overwrite=True)

    assert zipfile.is_zipfile(place)
    assert not place.is_symlink()
    assert not elsewhere.exists()
    with pytest.raises(UsageProblem, match="is a folder"):
        zipped(one, tmp_path, overwrite=True)


def test_a_link_in_place_of_a_file_is_never_followed(one: Path, tmp_path: Path) -> None:
    place, outside = tmp_path / "out", tmp_path / "outside.csv"
    place.mkdir()
    outside.write_bytes(LIST["Profile.csv"])
    (place / "Profile.csv").symlink_to(outside)
    (place / "Connections.csv").symlink_to(tmp_path / "nowhere")

    with pytest.raises(UsageProblem, match=r"already: Connections\.csv, Profile\.csv"):
        restored(one, place)
    restored(one, place, overwrite=True)

    assert files(place) == LIST
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "outside.csv", "vault"]


def test_a_link_to_the_very_bytes_is_no_file_of_ours(one: Path, tmp_path: Path) -> None:
    """Even one that is itself as long as the file."""
    (tmp_path / "out").mkdir()
    (tmp_path / "x").write_bytes(LIST["Profile.csv"])
    (tmp_path / "out/Profile.csv").symlink_to("../x".replace("/", "/" * (len(LIST["Profile.csv"]) - 3)))
    assert (tmp_path / "out/Profile.csv").lstat().st_size == (tmp_path / "x").stat().st_size

    with pytest.raises(UsageProblem, match=r"already: Profile\.csv"):
        restored(one, tmp_path / "out")


@pytest.mark.parametrize("overwrite", [False, True])
@pytest.mark.parametrize("obstacle", ["link", "file", "pipe"])
def test_what_stands_in_place_of_a_folder_is_never_passed(
    odd_once: Path, tmp_path: Path, obstacle: str, overwrite: bool
) -> None:
    place, outside = tmp_path / "out", tmp_path / "outside"
    place.mkdir()
    outside.mkdir()
    where = place / "Zoë"
    if obstacle == "link":
        where.symlink_to(outside)
    elif obstacle == "pipe":
        os.mkfifo(where)
    else:
        where.touch()

    with pytest.raises(UsageProblem, match="Zoë is no folder, and files go into it"):
        restored(odd_once, place, overwrite=overwrite)

    assert [path.name for path in place.iterdir()] == ["Zoë"]
    assert list(outside.iterdir()) == []


def test_a_link_put_there_meanwhile_is_not_followed_either(odd_once: Path, tmp_path: Path) -> None:
    place, outside = tmp_path / "out", tmp_path / "outside"
    outside.mkdir()

    def swap(what: str, done: int, total: int) -> None:
        if not (place / "Zoë").is_symlink():
            (place / "Zoë").symlink_to(outside)

    with pytest.raises(UsageProblem, match="Zoë is no folder"):
        restored(odd_once, place, progress=swap)
    assert list(outside.iterdir()) == []


def test_a_file_put_there_meanwhile_is_not_written_over(one: Path, tmp_path: Path) -> None:
    def appear(what: str, done: int, total: int) -> None:
        (tmp_path / "out/Profile.csv").write_bytes(b"mine")

    with pytest.raises(MachineProblem, match="File exists"):
        restored(one, tmp_path / "out", progress=appear)
    assert files(tmp_path / "out") == {"Connections.csv": LIST["Connections.csv"], "Profile.csv": b"mine"}


def test_a_zip_put_there_meanwhile_is_not_written_over_either(one: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match=r"out\.zip is there already"):
        zipped(one, tmp_path / "out.zip", progress=lambda *_: (tmp_path / "out.zip").write_bytes(b"mine"))
    assert files(tmp_path)["out.zip"] == b"mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.zip", "vault"]


def test_a_folder_in_place_of_a_file_is_kept(one: Path, tmp_path: Path) -> None:
    (tmp_path / "out/Profile.csv").mkdir(parents=True)
    with pytest.raises(UsageProblem, match=r"Profile\.csv is a folder; a file goes there"):
        restored(one, tmp_path / "out", overwrite=True)
    assert files(tmp_path / "out") == {}


@pytest.mark.parametrize("place", ["README.md", "link"])
def test_a_place_that_is_no_folder_is_refused(one: Path, tmp_path: Path, place: str) -> None:
    (tmp_path / "README.md").touch()
    (tmp_path / "link").symlink_to(one)
    with pytest.raises(UsageProblem, match=r"is no folder|lies in the vault"):
        restored(one, tmp_path / place)


@pytest.mark.parametrize("write", [restored, zipped])
def test_nothing_is_restored_into_the_vault(one: Path, tmp_path: Path, write: Callable[[Path, Path], Restored]) -> None:
    (tmp_path / "link").symlink_to(one / "snapshots")
    before = files(one)
    for place in (one, one / "new", one / ".git/objects/new", tmp_path / "link/new"):
        with pytest.raises(UsageProblem, match="lies in the vault"):
            write(one, place)
    assert files(one) == before


@pytest.mark.parametrize("write", [restored, zipped])
def test_a_dry_run_tells_all_and_writes_nothing(one: Path, tmp_path: Path, write: Callable[..., Restored]) -> None:
    found = write(one, tmp_path / "out", dry=True)

    assert (found.dry, states(found)) == (True, dict.fromkeys(LIST, "new"))
    assert [path.name for path in tmp_path.iterdir()] == ["vault"]
