"""What is not all there is left alone, and taken once it is."""

from __future__ import annotations

import os
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine

from linkbak.automation import downloads as finding
from linkbak.errors import ArchiveUnfinished
from linkbak.ingest import Options, Receipt
from linkbak.ingest.workflow import ingest_at
from tests.automation.scan.doing import DAY, DRY, HOUR, aged, kept, look, passed, put, refused

NAME = "Complete_LinkedInDataExport_03-20-2026.zip"


def in_(seconds: float) -> time_machine.travel:
    return time_machine.travel(datetime.now(UTC) + timedelta(seconds=seconds), tick=False)


@pytest.mark.parametrize("ending", finding.UNFINISHED)
def test_a_half_written_file_waits_in_silence_and_is_taken_when_it_has_its_name(
    ending: str, march: Path, downloads: Path, place: Path
) -> None:
    half = put(downloads, march, NAME + ending)
    first = look(place, downloads, options=DRY)
    assert (first.receipts, passed(first), first.exit_code) == ((), {NAME + ending: "unfinished"}, 0)

    half.rename(downloads / NAME)
    assert kept(look(place, downloads, options=DRY)) == [NAME]


@pytest.mark.parametrize("ending", [".part", ".aria2"])
def test_a_file_made_at_once_waits_for_what_lies_beside_it(
    ending: str, march: Path, downloads: Path, place: Path
) -> None:
    """Firefox makes the file under its name at once, and writes into another."""
    put(downloads, march)
    beside = aged(put(downloads, march, NAME + ending), HOUR)
    assert passed(look(place, downloads, options=DRY)) == {NAME: "unfinished"}

    beside.unlink()
    assert kept(look(place, downloads, options=DRY)) == [NAME]


def test_safaris_folder_of_a_download_waits(march: Path, downloads: Path, place: Path) -> None:
    folder = downloads / f"{NAME}.download"
    folder.mkdir()
    put(folder, march)
    assert passed(look(place, downloads)) == {folder.name: "unfinished"}


@pytest.mark.parametrize("data", [b"", b"\0" * 5000, b"PK"])
def test_a_file_without_content_yet_waits(data: bytes, downloads: Path, place: Path) -> None:
    (downloads / NAME).write_bytes(data)
    aged(downloads / NAME, HOUR)
    scanned = look(place, downloads)
    assert (scanned.receipts, passed(scanned)) == ((), {NAME: "unfinished"})
    assert not place.exists()


def test_a_zip_whose_end_is_not_there_yet_waits_and_is_taken_whole(march: Path, downloads: Path, place: Path) -> None:
    whole = march.read_bytes()
    path = downloads / NAME
    path.write_bytes(whole[: len(whole) // 2])
    aged(path, HOUR)
    assert passed(look(place, downloads)) == {NAME: "unfinished"}
    path.write_bytes(whole[:-1])
    aged(path, HOUR)
    assert passed(look(place, downloads)) == {NAME: "unfinished"}

    path.write_bytes(whole)
    aged(path, HOUR)
    assert kept(look(place, downloads)) == [NAME]


def test_what_is_fresh_is_looked_at_twice(march: Path, downloads: Path, place: Path) -> None:
    put(downloads, march, age=5)
    paused: list[float] = []
    assert kept(look(place, downloads, pause=paused.append)) == [NAME]
    assert paused == [2.0]


def test_a_file_that_grows_between_two_looks_is_left_to_the_next_scan(
    family: Path, downloads: Path, place: Path
) -> None:
    """A list has no end that could be missing: only its size tells."""
    path = put(downloads, family / "ada/Connections.csv", age=5)

    def grow(_: float) -> None:
        with path.open("ab") as file:
            file.write(b"Ada,Example,https://www.linkedin.com/in/x,,,,20 Mar 2026\n")
        aged(path, 1)

    grown = look(place, downloads, pause=grow)
    assert (kept(grown), passed(grown)) == ([], {"Connections.csv": "recent"})

    with in_(30):
        assert kept(look(place, downloads)) == ["Connections.csv"], "seen the same by two scans, it waits no more"


def test_a_file_that_is_gone_at_the_second_look_is_no_trouble(march: Path, downloads: Path, place: Path) -> None:
    path = put(downloads, march, age=5)
    scanned = look(place, downloads, pause=lambda seconds: path.unlink())
    assert (scanned.receipts, scanned.passed, scanned.exit_code) == ((), (), 0)


def test_a_file_from_the_future_is_no_riddle(march: Path, downloads: Path, place: Path) -> None:
    """A share whose clock is ahead."""
    put(downloads, march, age=-400 * DAY)
    assert kept(look(place, downloads, pause=lambda seconds: None)) == [NAME]


def test_a_file_that_is_written_to_while_it_is_read_waits(march: Path, downloads: Path, place: Path) -> None:
    path = put(downloads, march)

    def meddle(what: str, done: int, total: int) -> None:
        os.utime(path, (1, 1))

    scanned = look(place, downloads, options=Options(progress=meddle))
    assert (scanned.receipts, passed(scanned)) == ((), {NAME: "unfinished"})


def test_what_was_cut_off_is_told_of_once_and_taken_when_it_is_whole(march: Path, downloads: Path, place: Path) -> None:
    whole = march.read_bytes()
    path = downloads / NAME
    path.write_bytes(whole[: len(whole) // 2])
    aged(path, 2 * DAY)

    first = look(place, downloads)
    assert refused(first) == [NAME]
    error = first.receipts[0].error
    assert isinstance(error, ArchiveUnfinished)
    assert "72 hours" in error.hint
    assert first.exit_code == 4
    second = look(place, downloads)
    assert (second.receipts, passed(second), second.exit_code) == ((), {NAME: "cut-off"}, 4)

    path.write_bytes(whole)
    aged(path, HOUR)
    third = look(place, downloads)
    assert (kept(third), third.exit_code) == ([NAME], 0)


@pytest.mark.parametrize("name", [f"{NAME}.crdownload", f"{NAME}.part"])
def test_a_download_that_stands_still_for_a_day_is_told_of_once(
    name: str, march: Path, downloads: Path, place: Path
) -> None:
    put(downloads, march, name, age=2 * DAY)
    assert refused(look(place, downloads)) == [name]
    assert refused(look(place, downloads)) == []


def test_what_an_old_download_left_behind_can_be_deleted(march: Path, downloads: Path, place: Path) -> None:
    put(downloads, march, age=2 * DAY)
    left = put(downloads, march, f"{NAME}.part", age=2 * DAY)
    (receipt,) = look(place, downloads).receipts
    assert receipt.error is not None
    assert f"delete {left.name}" in receipt.error.hint
    assert look(place, downloads).receipts == ()

    left.unlink()
    assert kept(look(place, downloads)) == [NAME]


def test_other_peoples_unfinished_downloads_are_nobodys_business(downloads: Path, place: Path) -> None:
    for name in ("holiday.zip.crdownload", "Unconfirmed 12345.crdownload", "x7Yz.zip.part", "film.mkv.part"):
        (downloads / name).write_bytes(b"half")
        aged(downloads / name, 3 * DAY)
    scanned = look(place, downloads)
    assert (scanned.receipts, scanned.passed) == ((), ())


def unpack(march: Path, folder: Path) -> None:
    with zipfile.ZipFile(march) as whole:
        whole.extractall(folder)


def test_a_folder_is_left_alone_until_nothing_in_it_changed_for_a_minute(
    march: Path, downloads: Path, place: Path
) -> None:
    """It may be just being unpacked, and half a list would look like people gone."""
    folder = downloads / NAME.removesuffix(".zip")
    unpack(march, folder)
    assert passed(look(place, downloads)) == {folder.name: "recent"}
    with in_(90):
        assert kept(look(place, downloads)) == [folder.name]


def test_a_folder_is_not_kept_beside_its_zip(march: Path, downloads: Path, place: Path) -> None:
    """The zip has all of it; the folder may not."""
    put(downloads, march)
    folder = downloads / NAME.removesuffix(".zip")
    unpack(march, folder)
    (folder / "Connections.csv").unlink()
    with in_(90):
        assert kept(look(place, downloads)) == [NAME]
        assert passed(look(place, downloads)) == {NAME: "kept", folder.name: "kept"}


def test_a_folder_is_kept_if_the_zip_beside_it_cannot_be(
    ruins: Path, march: Path, downloads: Path, place: Path
) -> None:
    """An encrypted zip is refused with the advice to unpack it."""
    put(downloads, ruins / "encrypted.zip", NAME)
    unpack(march, downloads / NAME.removesuffix(".zip"))
    with in_(90):
        scanned = look(place, downloads)
    assert refused(scanned) == [NAME]
    assert kept(scanned) == [NAME.removesuffix(".zip")]


def test_a_kept_folder_that_somebody_changed_is_left_alone_and_told_of_once(
    march: Path, downloads: Path, place: Path
) -> None:
    """A list that was sorted, cut or saved by a spreadsheet would look like people gone."""
    folder = downloads / "from LinkedIn"
    unpack(march, folder)
    with in_(90):
        assert kept(look(place, downloads)) == [folder.name]
        (folder / ".~lock.Connections.csv#").write_bytes(b"open")
        (folder / "Thumbs.db").write_bytes(b"seen")
    with in_(900):
        assert look(place, downloads).troubles == (), "what an office program or a file manager leaves is no change"
    lines = (folder / "Connections.csv").read_bytes().splitlines(keepends=True)
    (folder / "Connections.csv").write_bytes(b"".join(lines[:20]))
    with in_(900):
        first = look(place, downloads)
        assert (first.receipts, passed(first)) == ((), {folder.name: "kept"})
        (trouble,) = first.troubles
        assert trouble.hint == f"If it holds another archive now: linkbak import {folder}"
        second = look(place, downloads)
        assert (second.receipts, second.troubles, second.exit_code) == ((), (), 0)


def test_another_folder_of_the_same_name_is_kept(february: Path, march: Path, downloads: Path, place: Path) -> None:
    folder = downloads / "from LinkedIn"
    unpack(february, folder)
    with in_(90):
        assert kept(look(place, downloads)) == [folder.name]
        folder.rename(downloads / "older")
    unpack(march, folder)
    with in_(900):
        assert folder.name in kept(look(place, downloads))


def test_a_file_that_is_taken_away_while_it_is_looked_at_is_no_trouble(
    march: Path, downloads: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(downloads, march)

    def taken(*_: object, **__: object) -> Receipt:
        path.unlink()
        return ingest_at(path, place, Options(), named=False)

    monkeypatch.setattr("linkbak.automation.scan.ingest_at", taken)
    scanned = look(place, downloads)
    assert (scanned.receipts, scanned.passed, scanned.exit_code) == ((), (), 0)


def test_a_file_that_becomes_whole_just_after_it_was_refused_is_kept_by_the_next_scan(
    ruins: Path, march: Path, downloads: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its bytes now are not those that were refused."""
    path = put(downloads, ruins / "flipped-byte.zip", NAME)

    def late(*words: Any, **more: Any) -> Receipt:
        receipt = ingest_at(*words, **more)
        put(downloads, march)
        return receipt

    with monkeypatch.context() as patch:
        patch.setattr("linkbak.automation.scan.ingest_at", late)
        first = look(place, downloads)
    assert (first.receipts, passed(first)) == ((), {NAME: "recent"})
    assert kept(look(place, downloads)) == [path.name]


def test_what_lies_in_a_cloud_is_told_once_by_what_it_is(place: Path, downloads: Path) -> None:
    """What iCloud took away at once; what is nothing but zeros when no download can be filling it any more."""
    (downloads / f".{NAME}.icloud").write_bytes(b"bplist00")
    aged(downloads / f".{NAME}.icloud", HOUR)
    zeros = downloads / "Basic_LinkedInDataExport_03-20-2026.zip"
    zeros.write_bytes(bytes(5000))
    aged(zeros, 2 * DAY)

    told = [str(one.error) for one in look(place, downloads).receipts]

    assert told == [
        f"{NAME} is in iCloud, and not on this machine",
        f"{zeros.name} holds nothing but zeros: its bytes are in a cloud, or its download never began",
    ]
    assert look(place, downloads).receipts == ()
