"""Names and kinds of entries that no honest zip holds are refused, with reason, place and a way out."""

from __future__ import annotations

from pathlib import Path

import pytest

from linkbak import archive
from linkbak.archive.opening import open_archive
from linkbak.errors import ArchiveUnsafe
from tests.archive.hostile import Item, put, zip_of
from tests.archive.refusals import refused, told

SYMLINK, DEVICE, FIFO = 0o120777 << 16, 0o060666 << 16, 0o010666 << 16


@pytest.mark.parametrize(
    ("name", "shown", "reason"),
    [
        (b"../x", "../x", "leads out of the archive"),
        (b"Jobs/../../x", "Jobs/../../x", "leads out of the archive"),
        (b"..\\..\\x", "../../x", "leads out of the archive"),
        (b"Jobs/.. /x", "Jobs/.. /x", "leads out of the archive"),
        (b"..", "..", "leads out of the archive"),
        (b"/etc/passwd", "/etc/passwd", "has an absolute path"),
        (b"\\\\server\\share\\x", "//server/share/x", "has an absolute path"),
        (b"C:\\x", "C:/x", "has an absolute path"),
        (b"c:x", "c:x", "has an absolute path"),
        (b"Jobs/..\\x", "Jobs/..\\x", "mixes slashes and backslashes in its name"),
        (b"Connections.csv\0.exe", "Connections.csv\\x00.exe", "has a NUL in its name"),
        (b"a\nb.csv", "a\\nb.csv", "has a control character in its name"),
        (b"\x1b[31m.csv", "\\x1b[31m.csv", "has a control character in its name"),
        ("\x9b31m.csv".encode(), "\\x9b31m.csv", "has a control character in its name"),
        (b"", "", "has no name"),
        (b"a//b", "a//b", "has an empty folder name in its path"),
        (b"a/./b", "a/./b", "has an empty folder name in its path"),
        (b"a/ /b", "a/ /b", "has an empty folder name in its path"),
        (b".git/config", ".git/config", "lies in a .git folder"),
        (b"a/.GIT /config", "a/.GIT /config", "lies in a .git folder"),
        ("a/.g\u200cit/x".encode(), "a/.g\\u200cit/x", "lies in a .git folder"),
        (b"GIT~1/x", "GIT~1/x", "lies in a .git folder"),
        (b".git::$INDEX_ALLOCATION/x", ".git::$INDEX_ALLOCATION/x", "lies in a .git folder"),
        (b"a/" * 32 + b"x", "a/" * 32 + "x", "lies more than 32 folders deep"),
        (b"x" * 4097, "x" * 100 + "...", "has a name of more than 4,096 bytes"),
        (b"../", "../", "leads out of the archive"),
        (b"/", "/", "has no name"),
    ],
)
def test_names_that_are_no_names(tmp_path: Path, name: bytes, shown: str, reason: str) -> None:
    error = refused(put(tmp_path, zip_of(Item(), Item(name=name, data=b""))))

    assert told(error) == (ArchiveUnsafe, f"export.zip: entry 2 ({shown}) {reason}", archive.HONEST)


def test_a_name_that_claims_to_be_unicode_and_is_not(tmp_path: Path) -> None:
    error = refused(put(tmp_path, zip_of(Item(name=b"\xff.csv", flags=0x0800))))

    assert told(error) == (ArchiveUnsafe, "export.zip: the name of entry 1 is not valid Unicode", archive.HONEST)


@pytest.mark.parametrize("attributes", [SYMLINK, DEVICE, FIFO, 0o140777 << 16, 0o020666 << 16, 0o040755 << 16])
def test_links_devices_and_folders_in_disguise(tmp_path: Path, attributes: int) -> None:
    error = refused(put(tmp_path, zip_of(Item(data=b"/etc/passwd", attributes=attributes))))

    reason = "is a symbolic link or a device, not a file"
    assert told(error) == (ArchiveUnsafe, f"export.zip: entry 1 (Connections.csv) {reason}", archive.HONEST)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Connections.csv", "Connections.csv"),
        ("a/b.csv", "a\\b.csv"),
        ("./a.csv", "a.csv"),
        ("a/b.csv", "a"),
        ("A/b/c.csv", "A/b"),
        ("Jobs/", "Jobs"),
    ],
)
def test_names_that_are_one(tmp_path: Path, first: str, second: str) -> None:
    items = [Item(name=name.encode(), data=b"", method=0) for name in (first, second)]

    error = refused(put(tmp_path, zip_of(*items)))

    shown = second.replace("\\", "/")
    shown = shown.encode("ascii", "backslashreplace").decode() if not shown.isprintable() else shown
    reason = "has the same name as another entry"
    assert told(error) == (ArchiveUnsafe, f"export.zip: entry 2 ({shown}) {reason}", archive.HONEST)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Connections.csv", "connections.CSV"),
        ("Zo\u00eb.csv", "Zoe\u0308.csv"),
        ("Straße.csv", "STRASSE.csv"),
        ("A/b/c.csv", "a/B"),
    ],
)
def test_names_that_only_some_file_systems_take_for_one_are_two(tmp_path: Path, first: str, second: str) -> None:
    path = put(tmp_path, zip_of(*(Item(name=name.encode(), data=name.encode()) for name in (first, second))))

    with open_archive(path) as whole:
        assert [(name, whole.open(name).read().decode()) for name in whole.paths] == [(first, first), (second, second)]


def test_a_folder_with_content(tmp_path: Path) -> None:
    error = refused(put(tmp_path, zip_of(Item(), Item(name=b"Jobs/", data=b"hidden"))))

    assert told(error) == (ArchiveUnsafe, "export.zip: entry 2 (Jobs/) is a folder and a file at once", archive.HONEST)


def test_a_file_that_the_table_calls_a_folder(tmp_path: Path) -> None:
    """Nobody would open it, so its header is looked at when the archive is opened."""
    disguised = Item(name=b"Jobs.csv/", local_name=b"Jobs.csvx", data=b"", method=0)

    error = refused(put(tmp_path, zip_of(Item(), disguised)))

    assert told(error) == (ArchiveUnsafe, "export.zip: entry 2 (Jobs.csv/) has two different names", archive.HONEST)


def test_two_names_for_one_entry(tmp_path: Path) -> None:
    for other in (b"Connections.exe", b"connections.csv", b"Connections.csv.exe"):
        error = refused(put(tmp_path, zip_of(Item(local_name=other))))

        message = "export.zip: entry 1 (Connections.csv) has two different names"
        assert told(error) == (ArchiveUnsafe, message, archive.HONEST)
