"""What is taken for an archive of LinkedIn's among other files, and what is not."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from linkbak import adapters
from linkbak.archive.opening import open_archive


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Complete_LinkedInDataExport_03-20-2026.zip", True),
        ("Basic_LinkedInDataExport_03-20-2026.zip.zip", True),
        ("Initial_LinkedInDataExport_03-20-2026 (12).zip", True),
        ("linkedindataexport_03-20-2026-1.zip", True),
        ("Basic_LinkedInDataExport_03-20-2026", True),
        ("Basic_LinkedInDataExport_03-20-2026 copy.zip", True),
        ("Basic_LinkedInDataExport_03-20-2026 - Copy (2).zip", True),
        ("Basic_LinkedInDataExport_03-20-2026.zip.gpg", False),
        ("Basic_LinkedInDataExport_03-20-2026.pdf", False),
        ("Basic_LinkedInDataExport_03-20-2026 notes.zip", False),
        ("Old_LinkedInDataExport_03-20-2026.zip", False),
        ("linkedin-logos.zip", False),
    ],
)
def test_names(name: str, expected: bool) -> None:
    assert adapters.is_archive_name(name) is expected


@pytest.mark.parametrize(
    ("paths", "likely"),
    [
        (["Connections.csv"], True),
        (["export/Connections.csv", "export/", "__MACOSX/export/._Connections.csv"], True),
        (["Profile.csv", "Positions.csv", "Skills.csv"], True),
        (["Basic_LinkedInDataExport_03-20-2026.zip"], True),
        (["Basic_LinkedInDataExport_03-20-2026.zip", "Basic_LinkedInDataExport_02-20-2026.zip"], False),
        (["Profile.csv", "Skills.csv"], False),
        (["Connections.csv", "taxes.pdf"], False),
        (["Connections.csv", "a.txt", "b.txt"], False),
        (["1.jpg", "2.jpg", "3.jpg", "4.jpg"], False),
        ([], False),
    ],
    ids=lambda value: " ".join(value) or "none" if isinstance(value, list) else None,
)
def test_what_is_in_it(paths: list[str], likely: bool) -> None:
    assert adapters.may_be_archive(paths) is likely


def test_every_archive_of_every_year_is_surely_one(family: Path) -> None:
    for path in sorted((family / "ada").iterdir()):
        with open_archive(path) as archive:
            assert adapters.is_surely_archive(archive), path.name
            assert adapters.may_be_archive(archive.paths) or archive.kind == "file", path.name


@pytest.mark.parametrize(
    "files",
    [
        {"Connections.csv": b"from,to\n1,2\n"},
        {"Connections.csv": b"PK\x03\x04 a workbook"},
        {"Connections.csv": b""},
        {"Profile.csv": b"id,user\n1,2\n", "Skills.csv": b"id,level\n", "Events.csv": b"id,when\n"},
        {"photo.jpg": b"\xff\xd8"},
    ],
    ids=["columns", "workbook", "empty", "tables", "other"],
)
def test_a_name_alone_proves_nothing(files: dict[str, bytes], tmp_path: Path) -> None:
    path = tmp_path / "some.zip"
    with zipfile.ZipFile(path, "w") as zipped:
        for name, data in files.items():
            zipped.writestr(name, data)
    with open_archive(path) as archive:
        assert not adapters.is_surely_archive(archive)


def spreadsheet(lines: list[bytes]) -> list[bytes]:
    return [line.rstrip(b"\n") + b",,,,,,\r\n" if line.startswith(b"Notes:") else line for line in lines]


def sorted_by_name(lines: list[bytes]) -> list[bytes]:
    return [*lines[:4], *sorted(lines[4:])]


def without_remark(lines: list[bytes]) -> list[bytes]:
    return lines[3:]


@pytest.mark.parametrize("edit", [spreadsheet, sorted_by_name, without_remark])
def test_a_lone_list_that_somebody_edited_is_not_surely_linkedins(
    edit: Callable[[list[bytes]], list[bytes]], family: Path, tmp_path: Path
) -> None:
    """Kept unasked, it would make people seem gone whom somebody only took out of a list."""
    path = tmp_path / "Connections.csv"
    lines = (family / "ada/Connections.csv").read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines))
    with open_archive(path) as archive:
        assert adapters.is_surely_archive(archive)
    path.write_bytes(b"".join(edit(lines)))
    with open_archive(path) as archive:
        assert not adapters.is_surely_archive(archive)
        assert adapters.choose(archive), "whoever names it may keep it"


def test_old_lists_are_taken_as_they_come(family: Path, tmp_path: Path) -> None:
    path = tmp_path / "Connections.csv"
    with zipfile.ZipFile(family / "ada/Basic_LinkedInDataExport_11-02-2018.zip") as old:
        path.write_bytes(old.read("Connections.csv"))
    with open_archive(path) as archive:
        assert adapters.is_surely_archive(archive)
