"""Folders as people unpack them are archives; what could lead out of them is refused."""

from __future__ import annotations

import os
import socket
from datetime import UTC, datetime
from pathlib import Path

import pytest

from linkbak import archive as entries
from linkbak.archive import Entry, Limits
from linkbak.archive.opening import open_archive
from linkbak.errors import ArchiveTooLarge, ArchiveUnreadable, ArchiveUnsafe
from tests.archive.refusals import open_descriptors, refused, told

MARCH = datetime(2026, 3, 20, 8, 7, 10, tzinfo=UTC)


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """An unpacked export with one file, written in March."""
    folder = tmp_path / "export"
    folder.mkdir()
    write(folder / "Connections.csv", b"First Name\nAda\n")
    return folder


def write(path: Path, data: bytes = b"x") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    os.utime(path, (MARCH.timestamp() + 0.75, MARCH.timestamp() + 0.75))


@pytest.mark.parametrize("name", ["Basic_LinkedInDataExport_03-20-2026.zip", "x (1)", "copy of x", "-rf", "[bold]"])
def test_a_folder_of_any_name_is_read(tmp_path: Path, name: str) -> None:
    write(tmp_path / name / "Connections.csv", b"First Name\nAda\n")

    with open_archive(tmp_path / name) as archive:
        assert (archive.name, archive.kind, archive.bytes, archive.sha256) == (name, "folder", 15, "")
        assert archive.entries == (Entry("Connections.csv", 15, MARCH),)
        with archive.open("Connections.csv") as stream:
            assert stream.read() == b"First Name\nAda\n"


def test_folders_in_folders_are_read_sorted(tmp_path: Path) -> None:
    """Windows doubles the folder, macOS and Windows leave their droppings; all of it stays."""
    paths = (
        ".DS_Store",
        "Complete/.DS_Store",
        "Complete/Articles/Articles/2017-12-09 04:54:08.html",
        "Complete/Connections.csv",
        "Complete/Jobs/Saved Jobs.csv",
        "__MACOSX/._Connections.csv",
        "Пример\u202e.csv",
    )
    for path in reversed(paths):
        write(tmp_path / "Complete" / path, path.encode())
    (tmp_path / "Complete" / "empty").mkdir()

    with open_archive(tmp_path / "Complete") as archive:
        assert archive.paths == paths
        assert [archive.open(path).read() for path in paths] == [path.encode() for path in paths]


def test_a_folder_given_as_dot_has_its_real_name(export: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(export)
    for dots in (".", "../export/.", "../export"):
        with open_archive(Path(dots)) as archive:
            assert archive.name == "export"
    (export / "Jobs").mkdir()
    monkeypatch.chdir(export / "Jobs")
    with open_archive(Path("..")) as archive:
        assert (archive.name, archive.paths) == ("export", ("Connections.csv",))


def test_names_that_differ_in_case_only_may_stand_side_by_side(export: Path) -> None:
    """A file system that keeps both proves that they are two."""
    write(export / "connections.CSV")

    with open_archive(export) as archive:
        assert archive.paths == ("Connections.csv", "connections.CSV")


def test_backslashes_that_an_unpacker_left_in_names_are_folders(export: Path) -> None:
    write(export / "Jobs\\Saved Jobs.csv", b"jobs")

    with open_archive(export) as archive:
        assert archive.paths == ("Connections.csv", "Jobs/Saved Jobs.csv")
        assert archive.open("Jobs/Saved Jobs.csv").read() == b"jobs"


def test_one_path_by_two_names(export: Path) -> None:
    write(export / "Jobs\\x.csv")
    write(export / "Jobs/x.csv")

    error = refused(export)

    assert told(error) == (ArchiveUnsafe, "export: Jobs/x.csv is there twice", entries.ONLY_EXPORT)


@pytest.mark.parametrize("target", ["/etc/passwd", "Connections.csv", "nowhere", "/", "."])
def test_links_are_not_followed(export: Path, target: str) -> None:
    (export / "Jobs").mkdir()
    (export / "Jobs" / "link").symlink_to(target)

    error = refused(export)

    message = "export: Jobs/link is a symbolic link, which is not followed"
    assert told(error) == (ArchiveUnsafe, message, entries.ONLY_EXPORT)


def test_a_link_that_takes_the_place_of_a_file_later_is_not_followed(export: Path, tmp_path: Path) -> None:
    write(tmp_path / "secret")
    write(export / "Jobs" / "x.csv")
    with open_archive(export) as archive:
        (export / "Connections.csv").unlink()
        (export / "Connections.csv").symlink_to(tmp_path / "secret")
        (export / "Jobs").rename(tmp_path / "Jobs")
        (export / "Jobs").symlink_to(tmp_path / "Jobs")

        for path in archive.paths:
            with pytest.raises(ArchiveUnreadable, match=rf"^export: {path} cannot be read: "):
                archive.open(path)


def test_a_link_to_the_folder_itself_is_what_the_user_chose(export: Path, tmp_path: Path) -> None:
    (tmp_path / "latest").symlink_to(export)

    with open_archive(tmp_path / "latest") as archive:
        assert (archive.name, archive.paths) == ("latest", ("Connections.csv",))


@pytest.mark.parametrize("kind", ["fifo", "socket"])
def test_pipes_and_sockets_inside(export: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """And nobody waits for the other end."""
    monkeypatch.chdir(export)
    if kind == "fifo":
        os.mkfifo("x.csv")
    else:
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind("x.csv")

    error = refused(export)

    assert told(error) == (ArchiveUnsafe, "export: x.csv is a pipe or a device, not a file", entries.ONLY_EXPORT)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        (".Git/config", ".Git lies in a .git folder"),
        ("a\nb.csv", "a\\nb.csv has a control character in its name"),
        ("C:\\x", "C:/x has an absolute path"),
        ("..\\x", "../x leads out of the archive"),
        ("Jobs/..\\x", "Jobs/..\\x mixes slashes and backslashes in its name"),
    ],
)
def test_names_no_export_has(export: Path, name: str, reason: str) -> None:
    write(export / name)

    assert told(refused(export)) == (ArchiveUnsafe, f"export: {reason}", entries.ONLY_EXPORT)


@pytest.mark.parametrize("git", [".git/HEAD", "Jobs/.git/HEAD", ".git"])
def test_a_folder_that_somebody_versions_is_read_without_what_git_keeps(export: Path, git: str) -> None:
    write(export / git)

    with open_archive(export) as archive:
        assert archive.paths == ("Connections.csv",)


def test_a_name_that_is_no_unicode(export: Path) -> None:
    write(export / os.fsdecode(b"Caf\xe9.csv"))

    error = refused(export)

    message = "export: Caf\ufffd.csv has a name that is not valid Unicode"
    assert told(error) == (ArchiveUnreadable, message, entries.ONLY_EXPORT)


def test_a_folder_too_deep(export: Path) -> None:
    write(export / ("a/" * 32 + "x"))

    error = refused(export)

    reason = "lies more than 32 folders deep"
    assert told(error) == (ArchiveUnsafe, f"export: {'a/' * 32}x {reason}", entries.ONLY_EXPORT)


@pytest.mark.parametrize("inside", [(), (".DS_Store",), ("__MACOSX/._x", "Thumbs.db")])
def test_a_folder_without_files(tmp_path: Path, inside: tuple[str, ...]) -> None:
    (tmp_path / "empty" / "Jobs").mkdir(parents=True)
    for path in inside:
        write(tmp_path / "empty" / path)

    error = refused(tmp_path / "empty")

    assert told(error) == (ArchiveUnreadable, "empty is a folder without files", entries.ONLY_EXPORT)


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        (Limits(entries=2), "export holds more than 2 files"),
        (Limits(file_bytes=14), "export: Connections.csv has 15 bytes; at most 14 are read"),
        (Limits(total_bytes=16), "export holds more than 16 bytes"),
    ],
)
def test_limits_are_kept(export: Path, limits: Limits, message: str) -> None:
    """Folders count as files, or a tree of empty ones would never end."""
    write(export / "Jobs" / "x.csv", b"xx")

    assert told(refused(export, limits)) == (ArchiveTooLarge, message, entries.LIMITS)


def test_a_folder_that_may_not_be_read(export: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The superuser may read everything, so the system's answer is played."""
    write(export / "Jobs" / "x.csv")
    real = os.open

    def denied(path: str, *rest: int, **more: int) -> int:
        if path == "Jobs":
            raise PermissionError(13, "Permission denied")
        return real(path, *rest, **more)

    monkeypatch.setattr(os, "open", denied)

    error = refused(export)

    assert told(error) == (
        ArchiveUnreadable,
        "export: Jobs cannot be read: permission denied",
        "Check that you may read it, then try again.",
    )


def test_no_descriptor_stays_open(export: Path) -> None:
    write(export / "Jobs" / "x.csv")
    (export / "Jobs" / "link").symlink_to("x.csv")
    before = open_descriptors()

    refused(export)
    (export / "Jobs" / "link").unlink()
    with open_archive(export) as archive, archive.open("Jobs/x.csv") as stream:
        stream.read(1)

    assert open_descriptors() == before
