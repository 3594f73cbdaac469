"""What was kept comes back byte for byte, with its paths and times, wherever its bytes lie."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from linkbak.errors import NoSuchSnapshot
from tests.vault.restore.given import KEY, ODD, TAKEN, files, poisoned, restored, states, zipped
from tests.vault.snapshots import LIST, git, save


def test_a_folder_has_every_byte_and_time_and_is_its_owners_alone(odd_once: Path, tmp_path: Path) -> None:
    place = tmp_path / "out/deeper"
    found = restored(odd_once, place)
    stored = next(one.facts.stored for one in found.files if one.facts.path.startswith("long"))

    assert files(place) == {name if not name.startswith("long") else stored: data for name, data in ODD.items()}
    assert [one.facts.path for one in found.files] == list(ODD)
    assert [one.name for one in found.renamed] == [stored]
    assert set(states(found).values()) == {"new"}
    for path in (place, *place.rglob("*")):
        status = path.stat()
        assert (status.st_mode & 0o777, status.st_mtime) == (0o700 if path.is_dir() else 0o600, TAKEN)


def test_a_zip_has_them_in_the_archives_order(odd_once: Path, tmp_path: Path) -> None:
    place = tmp_path / "new/out.zip"
    found = zipped(odd_once, place)

    with zipfile.ZipFile(place) as archive:
        entries = archive.infolist()
        assert {entry.filename: archive.read(entry) for entry in entries} == ODD
    assert [entry.filename for entry in entries] == list(ODD)
    assert {entry.date_time for entry in entries} == {(2026, 3, 20, 8, 7, 10)}
    assert {(entry.compress_type, entry.external_attr >> 16) for entry in entries} == {(zipfile.ZIP_DEFLATED, 0o100600)}
    assert [bool(entry.flag_bits & 0x800) for entry in entries] == [not name.isascii() for name in ODD]
    assert (found.zipped, found.renamed, place.stat().st_mode & 0o777) == (True, (), 0o600)
    assert sorted(place.parent.iterdir()) == [place]


@pytest.mark.skipif(shutil.which("unzip") is None, reason="Info-ZIP is not installed")
def test_the_zip_is_sound_to_info_zip(odd_once: Path, tmp_path: Path) -> None:
    zipped(odd_once, tmp_path / "out.zip")

    told = subprocess.run(["unzip", "-t", tmp_path / "out.zip"], capture_output=True, text=True, check=False)

    assert told.returncode == 0, told.stdout
    assert "No errors detected" in told.stdout
    assert told.stdout.count("testing: ") == len(ODD)


def test_a_file_without_a_time_has_the_archives(one: Path, tmp_path: Path) -> None:
    """And so has one whose time makes no sense."""

    def change(listed: list[dict[str, Any]]) -> None:
        del listed[0]["modified"]
        listed[1]["modified"] = "9999-99-99"

    poisoned(one, change)
    restored(one, tmp_path / "out")
    zipped(one, tmp_path / "out.zip")

    assert {path.stat().st_mtime for path in (tmp_path / "out").iterdir()} == {TAKEN}
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(2026, 3, 20, 8, 7, 10)}


def test_folders_have_the_time_of_the_newest_file_in_them(one: Path, tmp_path: Path) -> None:
    def change(listed: list[dict[str, Any]]) -> None:
        for facts, path, day in zip(listed, ("a/b/x.csv", "a/y.csv"), (10, 12), strict=True):
            facts |= {"stored": facts["path"], "path": path, "modified": f"2026-01-{day}T00:00:00Z"}

    poisoned(one, change)
    restored(one, tmp_path / "out")

    folders = (tmp_path / "out", tmp_path / "out/a", tmp_path / "out/a/b")
    days = {path.name: datetime.fromtimestamp(path.stat().st_mtime, UTC).day for path in folders}
    assert days == {"out": 12, "a": 12, "b": 10}


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["list.csv"], ["list.csv"]),
        (["LIST.CSV"], ["list.csv", "List.csv"]),
        (["Articles"], ["Articles/2017-12-09 04:54:08.html"]),
        (["Zoë/", "CON"], ["CON", "Zoë/Reaktionen 💡.csv"]),
        (["saved jobs .csv, List.csv"], ["Jobs./Saved Jobs .csv", "List.csv"]),
    ],
)
def test_a_part_is_named_by_file_or_folder(odd_once: Path, tmp_path: Path, words: list[str], wanted: list[str]) -> None:
    found = restored(odd_once, tmp_path / "out", only=words)

    assert sorted(files(tmp_path / "out")) == sorted(wanted)
    assert [one.facts.path for one in found.files] == wanted


@pytest.mark.parametrize("word", ["nothing", "", ",", "List.csv,nothing", "messages"])
def test_a_part_that_is_not_there_is_said_to_be_missing(odd_once: Path, tmp_path: Path, word: str) -> None:
    with pytest.raises(NoSuchSnapshot, match="2026-03-20T080710Z holds no kind and no file"):
        restored(odd_once, tmp_path / "out", only=[word])
    assert not (tmp_path / "out").exists()


def test_what_was_altered_in_the_open_folder_comes_from_git(one: Path, tmp_path: Path) -> None:
    (one / KEY.folder / "archive/Profile.csv").write_bytes(b"First Name\nEve\n")

    restored(one, tmp_path / "out")

    assert files(tmp_path / "out") == LIST


def clone(vault: Path, place: Path) -> Path:
    git(vault, "clone", "-q", "--no-local", str(vault), str(place))
    return place


def packed(vault: Path, place: Path) -> Path:
    git(vault, "gc", "-q")
    return closed(vault, place)


def closed(vault: Path, place: Path) -> Path:
    git(vault, "sparse-checkout", "set", "--cone")
    return vault


def compacted(vault: Path, place: Path) -> Path:
    from linkbak.vault.compact import compact

    compact(vault, everything=True, progress=lambda *_: None)
    return closed(vault, place)


def read_only(vault: Path, place: Path) -> Path:
    for path in vault.rglob("*"):
        path.chmod(0o500 if path.is_dir() else 0o400)
    return vault


@pytest.mark.parametrize("change", [clone, packed, closed, compacted, read_only])
def test_wherever_the_bytes_lie(one: Path, tmp_path: Path, change: Callable[[Path, Path], Path]) -> None:
    vault = change(one, tmp_path / "elsewhere")
    before = {path: path.lstat().st_mtime_ns for path in vault.rglob("*")}

    restored(vault, tmp_path / "out")
    zipped(vault, tmp_path / "out.zip")

    assert files(tmp_path / "out") == LIST
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == LIST
    assert {path: path.lstat().st_mtime_ns for path in vault.rglob("*")} == before


_RESTORE = """
import resource, sys
from pathlib import Path
from linkbak.vault import Vault
from linkbak.vault.restore import restore_folder
with Vault.open(Path(sys.argv[1])) as vault:
    restore_folder(vault, vault.summaries()[-1].key, Path(sys.argv[2]))
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
"""


def test_git_holds_no_large_file_in_memory(empty: Path, tmp_path: Path) -> None:
    large = {"messages.csv": bytes(96 << 20)}
    save(empty, files=large)
    git(empty, "repack", "-adq")
    shutil.rmtree(empty / "snapshots")

    words = [sys.executable, "-c", _RESTORE, str(empty), str(tmp_path / "out")]
    ran = subprocess.run(words, capture_output=True, text=True, check=True)

    assert files(tmp_path / "out") == large
    assert int(ran.stdout) < 64
