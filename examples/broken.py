"""One good archive, broken in many ways; each says how linkbak should answer."""

from __future__ import annotations

import io
import stat
import struct
import warnings
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from examples.archives import FAMILY
from examples.zips import packed, write_file

TAKEN = datetime.fromisoformat("2026-03-27 08:07:10")
GOOD = next(one for one in FAMILY if one.path.endswith("03-20-2026.zip") and one.path.startswith("ada/")).contents


class Broken(NamedTuple):
    """A file to hand to `linkbak import`; `status` is the exit status to expect after a good archive was kept."""

    name: str
    status: int
    what: str
    make: Callable[[], bytes]


def truncated() -> bytes:
    """A download that was cut off."""
    whole = packed(GOOD, TAKEN)
    return whole[: len(whole) * 2 // 3]


def encrypted() -> bytes:
    """Every entry says that it needs a password."""
    data = bytearray(packed(GOOD, TAKEN))
    for signature, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(signature)
        while at >= 0:
            data[at + place] |= 1
            at = data.find(signature, at + 4)
    return bytes(data)


def flipped() -> bytes:
    """One byte differs from what was sent; the checksum tells."""
    data = bytearray(_zipped([("Connections.csv", GOOD["Connections.csv"])], zipfile.ZIP_STORED))
    data[200] ^= 0x20
    return bytes(data)


def lying() -> bytes:
    """The directory at the end claims 10 bytes for a file that has thousands."""
    data = bytearray(_zipped([("Connections.csv", GOOD["Connections.csv"])]))
    struct.pack_into("<I", data, data.rfind(b"PK\x01\x02") + 24, 10)
    return bytes(data)


def bomb() -> bytes:
    """64 MiB of nothing in 64 KiB."""
    return _zipped([("Connections.csv", GOOD["Connections.csv"]), ("messages.csv", bytes(64 << 20))])


def named(path: str) -> Callable[[], bytes]:
    """A good archive and one more file of that name."""
    return lambda: _zipped([*GOOD.items(), (path, b"a,b\n1,2\n")])


def linked() -> bytes:
    """An entry that is a symbolic link out of the archive."""
    link = _entry("Skills.csv")
    link.create_system = 3
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as zipped:
        zipped.writestr(_entry("Connections.csv"), GOOD["Connections.csv"])
        zipped.writestr(link, "/etc/passwd")
    return out.getvalue()


def workbook() -> bytes:
    """Saved by a spreadsheet program under the old name."""
    return changed("Connections.csv", _zipped([("xl/workbook.xml", b"<workbook/>")]))


def strange_header() -> bytes:
    """A header that nobody knows."""
    header = b"First Name,Last Name,URL,Email Address,Company,Position,Connected On"
    return changed("Connections.csv", GOOD["Connections.csv"].replace(header, b"Who,Where,What,Why"))


def bad_dates() -> bytes:
    """Three rows whose date is none."""
    rows = GOOD["Connections.csv"].split(b"\n")
    for place in (10, 20, 30):
        rows[place] = rows[place].rpartition(b",")[0] + b",someday"
    return changed("Connections.csv", b"\n".join(rows))


def half_gone() -> bytes:
    """Every second connection missing."""
    rows = GOOD["Connections.csv"].split(b"\n")
    return changed("Connections.csv", b"\n".join([*rows[:4], *rows[4::2]]))


def tail_cut() -> bytes:
    """The oldest third of the list missing."""
    rows = GOOD["Connections.csv"].split(b"\n")
    return changed("Connections.csv", b"\n".join(rows[: len(rows) * 2 // 3]))


def header_alone() -> bytes:
    """The list is there and empty."""
    return changed("Connections.csv", b"\n".join(GOOD["Connections.csv"].split(b"\n")[:4]) + b"\n")


def zero_bytes() -> bytes:
    """The list's file is there and has no bytes at all."""
    return changed("Connections.csv", b"")


def changed(path: str, data: bytes) -> bytes:
    """The good archive with one file replaced."""
    return packed({**GOOD, path: data}, TAKEN)


def _zipped(files: list[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # zipfile warns of duplicate names, which are meant here
        with zipfile.ZipFile(out, "w") as zipped:
            for path, data in files:
                zipped.writestr(_entry(path), data, method)
    return out.getvalue()


def _entry(path: str) -> zipfile.ZipInfo:
    return zipfile.ZipInfo(path, TAKEN.timetuple()[:6])


BROKEN = (
    Broken("truncated.zip", 4, "a download that was cut off", truncated),
    Broken("growing.zip.crdownload", 4, "a download that is still going on", truncated),
    Broken("encrypted.zip", 4, "a password is needed", encrypted),
    Broken("flipped-byte.zip", 4, "a checksum does not match", flipped),
    Broken("lying-size.zip", 4, "a file is longer than the zip claims", lying),
    Broken("bomb.zip", 4, "64 MiB unpacked from 64 KiB", bomb),
    Broken("path-traversal.zip", 4, "an entry leads out of the archive", named("../../outside.csv")),
    Broken("absolute-path.zip", 4, "an entry has an absolute path", named("/outside.csv")),
    Broken("duplicate-names.zip", 4, "two entries of one name", named("Skills.csv")),
    Broken("case-collision.zip", 3, "two names that differ only in case", named("SKILLS.csv")),
    Broken("symlink.zip", 4, "an entry is a symbolic link", linked),
    Broken("not-an-archive.zip", 4, "plain text named .zip", lambda: b"<html>Your session has expired</html>\n"),
    Broken("photos.zip", 5, "an honest zip, but not of a network", lambda: _zipped([("1.jpg", b"\xff\xd8\xff")])),
    Broken("workbook.zip", 3, "Connections.csv is a spreadsheet", workbook),
    Broken("strange-header.zip", 3, "Connections.csv has a header nobody knows", strange_header),
    Broken("bad-dates.zip", 3, "three rows of Connections.csv have no date", bad_dates),
    Broken("header-alone.zip", 3, "Connections.csv has a header and no row", header_alone),
    Broken("zero-bytes.zip", 3, "Connections.csv has no bytes", zero_bytes),
    Broken("half-gone.zip", 9, "every second connection is missing", half_gone),
    Broken("tail-cut.zip", 9, "the oldest third of the connections is missing", tail_cut),
)


def write(folder: Path) -> list[Path]:
    """All of them under a folder, the same bytes every time."""
    for one in BROKEN:
        write_file(folder / one.name, one.make(), TAKEN)
    return [folder / one.name for one in BROKEN]
