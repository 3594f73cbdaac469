"""Zips as LinkedIn packs them, the same bytes every time; and folders as people unpack them."""

from __future__ import annotations

import hashlib
import io
import os
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

Contents = Mapping[str, bytes]


class _Stream(io.RawIOBase):
    """A file that cannot be wound back, so that sizes follow each entry's data as in LinkedIn's zips."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[bytes] = []

    def writable(self) -> bool:
        """Yes: that is all it can do."""
        return True

    def write(self, data: object) -> int:
        """Keep what is written."""
        self.parts.append(bytes(data))  # type: ignore[call-overload]
        return len(self.parts[-1])


def packed(contents: Contents, taken: datetime) -> bytes:
    """The zip: connections first, the rest in no order, no folders, each entry stamped when it was written."""
    out = _Stream()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
        for path, at in stamps(contents, taken).items():
            entry = zipfile.ZipInfo(path, at.timetuple()[:6])
            entry.create_system = 0
            entry.compress_type = zipfile.ZIP_DEFLATED
            zipped.writestr(entry, contents[path])
    return b"".join(out.parts)


def stamps(contents: Contents, taken: datetime) -> dict[str, datetime]:
    """When each file was written, in the zip's order; the last of them is `taken`, to the even second."""
    mixed = sorted(contents, key=lambda path: hashlib.sha256(path.encode()).digest())
    mixed.sort(key=lambda path: path != "Connections.csv")
    return {path: taken - timedelta(seconds=2 * place) for place, path in enumerate(mixed)}


def write_file(path: Path, data: bytes, at: datetime) -> None:
    """A file as downloaded at `at` (read as UTC)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    moment = at.replace(tzinfo=UTC).timestamp()
    os.utime(path, (moment, moment))


def write_folder(folder: Path, contents: Contents, taken: datetime) -> None:
    """What unpacking leaves."""
    for path, at in stamps(contents, taken).items():
        write_file(folder / path, contents[path], at)
