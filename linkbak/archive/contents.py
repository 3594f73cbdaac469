"""What an archive looks like from outside, whatever it is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from types import TracebackType
from typing import IO, Literal, Protocol, Self

from linkbak.archive.names import shown
from linkbak.errors import ArchiveUnreadable

Kind = Literal["zip", "folder", "file"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One file: its path with forward slashes, its size, and when it was written (UTC; none if not told)."""

    path: str
    bytes: int
    modified: datetime | None


class Contents(Protocol):
    """A zip, a folder or a single file, listed and found safe."""

    @property
    def entries(self) -> Sequence[Entry]:
        """Every file, in a stable order."""
        ...

    @property
    def size(self) -> int:
        """The bytes of the archive itself; of a folder, of all its files."""
        ...

    def open(self, path: str) -> IO[bytes]:
        """The file's bytes from the start; KeyError if there is none of that path."""
        ...

    def sha256(self) -> str:
        """The digest of the archive itself; "" for a folder."""
        ...

    def close(self) -> None:
        """Let go of everything."""
        ...


class Archive:
    """A read-only view of what a network sent; nothing in it is ever unpacked to disk.

    Use it as a context manager. Files are checked while they are read: only a stream read to its end was proved
    whole. `name` is the last part of the path as given, `bytes` the size of the zip or file, or of all files of
    a folder.
    """

    def __init__(self, name: str, kind: Kind, contents: Contents) -> None:
        self.name = name
        self.kind: Kind = kind
        self.entries: tuple[Entry, ...] = tuple(contents.entries)
        self.bytes = contents.size
        self._contents = contents

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """Every file's path, in the order of `entries`."""
        return tuple(entry.path for entry in self.entries)

    @cached_property
    def sha256(self) -> str:
        """The digest of the zip or file as given, reckoned when first asked for; "" for a folder."""
        return self._contents.sha256()

    def open(self, path: str) -> IO[bytes]:
        """A stream of the file's bytes; it, too, raises an ArchiveRefused while it is read."""
        try:
            return self._contents.open(path)
        except KeyError:
            message = f"{shown(self.name)} holds no file {shown(path)}"
            raise ArchiveUnreadable(message, hint="Paths are told exactly as the archive spells them.") from None

    def close(self) -> None:
        """Let go of the archive; streams still open may not be read any more."""
        self._contents.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
