"""What is still being written is refused with the advice to wait, not taken for an archive that lost something."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from linkbak import archive as entries
from linkbak.archive.opening import open_archive
from linkbak.errors import ArchiveElsewhere, ArchiveUnfinished
from tests.archive.hostile import Item, put, zip_of
from tests.archive.refusals import refused, told


@pytest.mark.parametrize("suffix", [".part", ".crdownload", ".download", ".partial", ".opdownload", ".PART"])
def test_a_download_by_its_name(tmp_path: Path, suffix: str) -> None:
    error = refused(put(tmp_path, zip_of(Item()), f"export.zip{suffix}"))

    assert told(error) == (ArchiveUnfinished, f"export.zip{suffix} is a download that has not ended", entries.WAIT)


def test_safaris_download_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "export.zip.download").mkdir()
    put(tmp_path / "export.zip.download", zip_of(Item()))

    error = refused(tmp_path / "export.zip.download")

    assert told(error) == (ArchiveUnfinished, "export.zip.download is a download that has not ended", entries.WAIT)


@pytest.mark.parametrize("suffix", [".part", ".crdownload", ".download"])
@pytest.mark.parametrize("data", [None, b"", zip_of(Item())])
def test_a_download_by_what_lies_beside_it(tmp_path: Path, suffix: str, data: bytes | None) -> None:
    """Firefox makes an empty file of the final name at once, Chrome none."""
    path = tmp_path / "export.zip"
    if data is not None:
        path.write_bytes(data)
    put(tmp_path, b"PK", f"export.zip{suffix}")

    error = refused(path)

    message = f"export.zip is still being downloaded: export.zip{suffix} lies beside it"
    hint = f"{entries.WAIT} If no download is going on, delete export.zip{suffix}"
    assert told(error) == (ArchiveUnfinished, message, hint)


@pytest.mark.parametrize(("data", "message"), [(b"", "is empty"), (b"PK", "holds nothing yet")])
def test_a_download_that_has_hardly_begun(tmp_path: Path, data: bytes, message: str) -> None:
    for name in ("export.zip", "Connections.csv"):
        assert told(refused(put(tmp_path, data, name))) == (ArchiveUnfinished, f"{name} {message}", entries.WAIT)


@pytest.mark.parametrize("data", [b"\0", b"\0" * 5000])
def test_a_file_of_a_cloud_that_is_not_on_this_machine(tmp_path: Path, data: bytes) -> None:
    """As sync programs make one; and as a download that had its room, and never began."""
    error = refused(put(tmp_path, data, "export.zip"))
    message = "export.zip holds nothing but zeros: its bytes are in a cloud, or its download never began"
    assert told(error)[:2] == (ArchiveElsewhere, message)


@pytest.mark.parametrize("named", [".export.zip.icloud", "export.zip"])
def test_a_file_that_icloud_has_taken_away(tmp_path: Path, named: str) -> None:
    put(tmp_path, b"bplist00", ".export.zip.icloud")
    assert told(refused(tmp_path / named))[:2] == (ArchiveElsewhere, "export.zip is in iCloud, and not on this machine")


@pytest.mark.parametrize("change", ["grow", "shrink", "touch"])
def test_a_zip_that_changes_while_it_is_read(tmp_path: Path, change: str) -> None:
    data = os.urandom(3_000_000)
    path = put(tmp_path, zip_of(Item(data=data, method=0)))
    with open_archive(path) as archive, archive.open("Connections.csv") as stream:
        stream.read(10)
        if change == "touch":
            os.utime(path, (1, 1))
        else:
            os.truncate(path, 4_000_000 if change == "grow" else 2_000_000)

        with pytest.raises(ArchiveUnfinished, match=r"^export\.zip changed while it was being read$"):
            stream.read()
        with pytest.raises(ArchiveUnfinished, match=r"^export\.zip changed while it was being read$"):
            _ = archive.sha256


def test_what_changes_after_it_was_listed_is_unfinished(tmp_path: Path) -> None:
    path = put(tmp_path, b"Ada", "Connections.csv")
    with open_archive(tmp_path) as archive:
        with path.open("ab") as growing:
            growing.write(b"Boris\n")

        with pytest.raises(ArchiveUnfinished, match=rf"^{tmp_path.name} changed while it was being read$"):
            archive.open("Connections.csv")


@pytest.mark.parametrize("change", ["grow", "shrink", "touch"])
def test_what_changes_while_it_is_read_is_unfinished(tmp_path: Path, change: str) -> None:
    path = put(tmp_path, b"x" * 3_000_000, "Connections.csv")
    with open_archive(tmp_path) as archive, archive.open("Connections.csv") as stream:
        stream.read(10)
        if change == "touch":
            os.utime(path, (1, 1))
        else:
            os.truncate(path, 4_000_000 if change == "grow" else 2_000_000)

        with pytest.raises(ArchiveUnfinished, match=rf"^{tmp_path.name} changed while it was being read$"):
            stream.read()
