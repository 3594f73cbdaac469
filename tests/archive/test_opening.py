"""Whatever the user names is an archive, or is told in one sentence why it is none; nothing hangs, nothing is left."""

from __future__ import annotations

import gzip
import hashlib
import os
import socket
import tarfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from linkbak import archive as entries
from linkbak.archive import Entry, Limits
from linkbak.archive.opening import open_archive
from linkbak.errors import ArchiveRefused, ArchiveTooLarge, ArchiveUnreadable, ArchiveUnsafe, Exit
from tests.archive.hostile import Item, put, zip_of
from tests.archive.refusals import open_descriptors, refused, told
from tests.hostile_text import HOSTILE_TEXT

CSV = b"First Name,Last Name\nAda,Example\n"
MARCH = datetime(2026, 3, 20, 8, 7, 10, tzinfo=UTC)


@pytest.mark.parametrize("name", ["Connections.csv", "Connections (1).csv", "CONNECTIONS.CSV", "list", "-rf.csv"])
def test_a_single_file_is_an_archive_of_one(tmp_path: Path, name: str) -> None:
    path = put(tmp_path, CSV, name)
    os.utime(path, (MARCH.timestamp(), MARCH.timestamp()))

    with open_archive(path) as archive:
        assert (archive.name, archive.kind, archive.bytes) == (name, "file", len(CSV))
        assert archive.sha256 == hashlib.sha256(CSV).hexdigest()
        assert archive.entries == (Entry(name, len(CSV), MARCH),)
        with archive.open(name) as first, archive.open(name) as second:
            assert (first.read(5), second.read(), first.read()) == (CSV[:5], CSV, CSV[5:])


def test_a_single_file_in_utf16_is_no_unwritten_one(tmp_path: Path) -> None:
    with open_archive(put(tmp_path, CSV.decode().encode("utf-16"), "Logins.csv")) as archive:
        assert archive.kind == "file"


def test_a_file_that_was_never_dated(tmp_path: Path) -> None:
    path = put(tmp_path, CSV, "Connections.csv")
    os.utime(path, (0, 0))

    with open_archive(path) as archive:
        assert archive.entries[0].modified is None


def test_the_zip_that_was_opened_is_read_even_if_another_takes_its_name(tmp_path: Path) -> None:
    path = put(tmp_path, zip_of(Item()))
    with open_archive(path) as archive:
        put(tmp_path, zip_of(Item(data=b"other")), "new.zip").replace(path)

        assert archive.open("Connections.csv").read() == b"First Name\nAda\n"


NOT_THERE = "Check the spelling; a name with blanks or brackets needs quotes around it."


@pytest.mark.parametrize("name", ["nowhere.zip", "nowhere/export.zip", "Connections.csv/export.zip", "link"])
def test_nothing_at_that_place(tmp_path: Path, name: str) -> None:
    put(tmp_path, CSV, "Connections.csv")
    (tmp_path / "link").symlink_to("nowhere")

    error = refused(tmp_path / name)

    assert told(error) == (ArchiveUnreadable, f"{Path(name).name} does not exist", NOT_THERE)


def test_names_no_file_system_has(tmp_path: Path) -> None:
    error = refused(tmp_path / "a\0b")
    assert told(error) == (ArchiveUnreadable, "a\\x00b is not a name a file can have", "Check the spelling.")

    error = refused(tmp_path / ("x" * 300))
    assert told(error)[:2] == (ArchiveUnreadable, f"{'x' * 100}... cannot be read: file name too long")


def test_a_link_that_leads_to_itself(tmp_path: Path) -> None:
    (tmp_path / "loop.zip").symlink_to("loop.zip")

    error = refused(tmp_path / "loop.zip")

    assert told(error)[:2] == (ArchiveUnreadable, "loop.zip cannot be read: too many levels of symbolic links")


@pytest.mark.parametrize("kind", ["fifo", "socket", "device", "link to device"])
def test_pipes_sockets_and_devices(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """None is opened, so none can wait for ever."""
    monkeypatch.chdir(tmp_path)
    path = Path("export.zip")
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(str(path))
    elif kind == "device":
        path = Path("/dev/zero")
    else:
        path.symlink_to("/dev/zero")

    error = refused(path)

    message = f"{path.name} is a pipe, a socket or a device, not an archive"
    assert told(error) == (ArchiveUnreadable, message, "Save the archive as a file first.")


def test_a_pipe_that_takes_the_place_of_a_file_at_the_last_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(tmp_path, zip_of(Item()))
    status = path.stat()
    path.unlink()
    os.mkfifo(path)
    monkeypatch.setattr(Path, "stat", lambda self, **how: status)

    error = refused(path)

    assert told(error)[:2] == (ArchiveUnreadable, "export.zip cannot be read: not a regular file")


@pytest.mark.parametrize("function", ["open", "pread"])
def test_a_file_that_may_not_be_read(tmp_path: Path, function: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The superuser may read everything, so the system's answer is played."""
    path = put(tmp_path, zip_of(Item()))

    def denied(*_: object, **__: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, function, denied)

    error = refused(path)

    message = "export.zip cannot be read: permission denied"
    assert told(error) == (ArchiveUnreadable, message, "Check that you may read it, then try again.")


def test_a_disk_that_fails_while_the_archive_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> bytes:
        raise OSError(5, "Input/output error")

    with open_archive(put(tmp_path, zip_of(Item()))) as archive, archive.open("Connections.csv") as stream:
        monkeypatch.setattr(os, "pread", fails)
        for read in (stream.read, lambda: archive.open("Connections.csv"), lambda: archive.sha256):
            with pytest.raises(ArchiveUnreadable, match=r"^export\.zip cannot be read: input/output error$"):
                read()


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (gzip.compress(CSV, mtime=0), "a gzip or tar.gz file"),
        (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
        (b"Rar!\x1a\x07\x01\x00", "a RAR archive"),
        (b"BZh91AY", "a bzip2 file"),
        (b"\xfd7zXZ\x00", "an xz file"),
        (b"\x28\xb5\x2f\xfd", "a Zstandard file"),
    ],
)
@pytest.mark.parametrize("name", ["export.zip", "export"])
def test_other_containers(tmp_path: Path, head: bytes, kind: str, name: str) -> None:
    error = refused(put(tmp_path, head, name))

    assert told(error) == (ArchiveUnreadable, f"{name} is {kind}; only zips are read", entries.UNPACK)


def test_a_tar(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "export.tar", "w") as packed:
        packed.add(put(tmp_path, CSV, "Connections.csv"), "Connections.csv")

    error = refused(tmp_path / "export.tar")

    assert told(error) == (ArchiveUnreadable, "export.tar is a tar archive; only zips are read", entries.UNPACK)


@pytest.mark.parametrize("page", [b"<!DOCTYPE html><title>Sign in</title>", b"\xef\xbb\xbf\n <HTML lang=en>"])
def test_a_page_that_asks_to_sign_in(tmp_path: Path, page: bytes) -> None:
    error = refused(put(tmp_path, page))

    assert told(error) == (ArchiveUnreadable, "export.zip is a web page, not the archive", entries.EXPIRED)


def test_an_old_workbook(tmp_path: Path) -> None:
    error = refused(put(tmp_path, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Connections.csv"))

    assert told(error) == (ArchiveUnreadable, "Connections.csv is an office document, not an archive", entries.OFFICE)


def test_a_zip_by_name_alone(tmp_path: Path) -> None:
    error = refused(put(tmp_path, CSV, "export.zip (1)"))

    assert told(error) == (ArchiveUnreadable, "export.zip (1) is not a zip, whatever its name says", entries.AGAIN)


@pytest.mark.parametrize("limits", [Limits(file_bytes=32), Limits(total_bytes=32)])
def test_a_single_file_too_large(tmp_path: Path, limits: Limits) -> None:
    error = refused(put(tmp_path, CSV, "Connections.csv"), limits)

    assert (type(error), error.hint) == (ArchiveTooLarge, entries.LIMITS)
    assert str(error).endswith("has 33 bytes; at most 32 are read")


def test_a_single_file_with_a_name_no_archive_has(tmp_path: Path) -> None:
    error = refused(put(tmp_path, CSV, "a\nb.csv"))

    assert told(error) == (ArchiveUnsafe, "a\\nb.csv has a control character in its name", "Give it another name.")


def test_a_path_the_archive_does_not_hold(tmp_path: Path) -> None:
    put(tmp_path, CSV, "Connections.csv")
    put(tmp_path, zip_of(Item()))
    for path in (tmp_path, tmp_path / "export.zip", tmp_path / "Connections.csv"):
        with open_archive(path) as archive, pytest.raises(ArchiveUnreadable, match=r"holds no file \.\./x\\x1b$"):
            archive.open("../x\x1b")


@pytest.mark.parametrize("text", [text for text in HOSTILE_TEXT if text.strip(". ") and "\0" not in text])
def test_refusals_print_nothing_that_acts(tmp_path: Path, text: str) -> None:
    """Both the archive's name and the names in it are somebody else's words."""
    name = text.replace("/", "_").encode()[:200].decode(errors="ignore")
    path = put(tmp_path, zip_of(Item(name=text.encode()), Item(name=b"../x")), name)

    error = refused(path)

    assert isinstance(error, ArchiveRefused)
    assert str(error).isprintable()
    assert error.hint.isprintable()
    assert error.exit_code == Exit.REFUSED


def test_a_name_of_bytes_that_are_no_unicode(tmp_path: Path) -> None:
    path = put(tmp_path, zip_of(Item()), os.fsdecode(b"Caf\xe9.zip"))

    with open_archive(path) as archive:
        assert archive.name == "Caf\ufffd.zip"


def test_reading_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No file beside the archive, none among the temporary ones, no open descriptor, whether it is read or refused."""
    scratch, given = tmp_path / "tmp", tmp_path / "given"
    scratch.mkdir()
    given.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    nested = zip_of(Item(name=b"export.zip", data=zip_of(Item())))
    for number, data in enumerate((zip_of(Item()), nested, CSV, zip_of(Item(name=b"../x")), b"PK\x03\x04")):
        put(given, data, f"{number}.csv")
    before = sorted((path.name, path.stat().st_mtime_ns, path.read_bytes()) for path in given.iterdir())
    descriptors = open_descriptors()

    refusals = []
    for path in (*sorted(given.iterdir()), given):
        try:
            with open_archive(path) as archive:
                assert [archive.open(inside).read() for inside in archive.paths]
        except ArchiveRefused as error:
            # Kept, so that nothing is closed only because nobody remembers it.
            refusals.append(error)

    assert sorted((path.name, path.stat().st_mtime_ns, path.read_bytes()) for path in given.iterdir()) == before
    assert len(refusals) == 2
    assert list(scratch.iterdir()) == []
    assert open_descriptors() == descriptors
