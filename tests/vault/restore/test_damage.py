"""A damaged vault gives back what is whole, a poisoned one nothing."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from linkbak.errors import VaultDamaged
from linkbak.vault.restore import Restored
from tests.vault.restore.given import BIG, broken, files, poisoned, restored, states, zipped
from tests.vault.snapshots import LIST, save


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_damaged_file_is_left_out_and_the_others_come_back(one: Path, tmp_path: Path, overwrite: bool) -> None:
    """What lies at its place is better than nothing, and stays."""
    broken(one, "archive/Profile.csv")
    place = tmp_path / "out"
    if overwrite:
        place.mkdir()
        (place / "Profile.csv").write_bytes(b"mine")

    found = restored(one, place, overwrite=overwrite)

    assert states(found) == {"Connections.csv": "new", "Profile.csv": "damaged"}
    assert files(place) == {"Connections.csv": LIST["Connections.csv"]} | (
        {"Profile.csv": b"mine"} if overwrite else {}
    )


def test_a_zip_leaves_the_damaged_file_out(one: Path, tmp_path: Path) -> None:
    broken(one, "archive/Connections.csv")

    found = zipped(one, tmp_path / "out.zip")

    assert states(found) == {"Connections.csv": "damaged", "Profile.csv": "new"}
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert (archive.namelist(), archive.testzip()) == (["Profile.csv"], None)


def test_a_large_file_that_turns_out_damaged_at_its_end_leaves_nothing(big_once: Path, tmp_path: Path) -> None:
    found = restored(big_once, tmp_path / "out")
    packed_up = zipped(big_once, tmp_path / "out.zip")

    assert states(found) == states(packed_up) == {"a.csv": "new", "messages.csv": "damaged", "z.csv": "new"}
    assert files(tmp_path / "out") == {"a.csv": b"a\n", "z.csv": b"z\n"}
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert (archive.namelist(), archive.testzip()) == (["a.csv", "z.csv"], None)


def test_bytes_that_change_under_our_hands_are_not_passed_on(empty: Path, tmp_path: Path) -> None:
    """The open copy was what was kept when it was opened; what counts is what is written."""
    key = save(empty, files={"messages.csv": BIG})
    copy = empty / key.folder / "archive/messages.csv"

    def spoil(what: str, done: int, total: int) -> None:
        with copy.open("r+b") as file:
            file.seek(-1, os.SEEK_END)
            file.write(b"!")

    assert states(restored(empty, tmp_path / "out", progress=spoil)) == {"messages.csv": "damaged"}
    copy.write_bytes(BIG)
    with pytest.raises(VaultDamaged, match=r"messages\.csv: the kept file is damaged"):
        zipped(empty, tmp_path / "out.zip", progress=spoil)
    assert [path.name for path in tmp_path.iterdir()] == ["vault"]


def test_where_nothing_is_whole_nothing_is_left(big_once: Path, tmp_path: Path) -> None:
    found = restored(big_once, tmp_path / "out", only=["messages.csv"])
    zipped(big_once, tmp_path / "out.zip", only=["messages.csv"])

    assert states(found) == {"messages.csv": "damaged"}
    assert list(tmp_path.iterdir()) == []


def path_is(path: str) -> Callable[[list[dict[str, Any]]], None]:
    return lambda listed: listed[1].update(path=path)


def stored_as(path: str) -> Callable[[list[dict[str, Any]]], None]:
    return lambda listed: listed[1].update(stored=path)


@pytest.mark.parametrize("write", [restored, zipped])
@pytest.mark.parametrize(
    "change",
    [
        *map(path_is, ["../x", "a/../../x", "/x", "a//x", "./x/.", "", "C:x", "a\\..\\x", "a\0b", "a\nb", "\x1b[2J"]),
        *map(path_is, [".git/hooks/x", "..", "a/" * 40 + "x", "\ud800", "Connections.csv", "Connections.csv/x"]),
        *map(stored_as, ["../../../README.md", "/etc/passwd", "x\nHEAD:README.md", "\ud800"]),
    ],
)
def test_a_manifest_whose_names_lead_elsewhere_restores_nothing(
    one: Path, tmp_path: Path, change: Callable[[list[dict[str, Any]]], None], write: Callable[[Path, Path], Restored]
) -> None:
    poisoned(one, change)

    with pytest.raises(
        VaultDamaged, match=r"2026-03-20T080710Z has a manifest that (names a file twice|is not linkbak's own)"
    ):
        write(one, tmp_path / "out")

    assert sorted(path.name for path in tmp_path.iterdir()) == ["vault"]
