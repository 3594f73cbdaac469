"""A read-only, size-checked view of what a network sent: a zip, a folder or a single file.

Nothing is ever unpacked to disk or held in memory whole. Names, sizes and structure are judged when the archive is
opened, bytes while they are read; whatever is wrong raises an ArchiveRefused. This face has an archive as others see
it: its files and their names, how much it may hold, the words that refuse it. `opening` opens one, and is a module
of its own because only commands that read archives need it.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from datetime import datetime
from functools import cached_property
from types import TracebackType
from typing import IO, Final, Literal, Self, TypeAlias

from linkbak.errors import ArchiveTooLarge, ArchiveUnreadable, ArchiveUnsafe
from linkbak.model import NamedTuple
from linkbak.texts import tr

__all__ = [
    "GITS_FOLDER", "Archive", "Entry", "Limits", "collision_key", "digest_of", "is_junk", "opening", "placeholder_of",
    "printable", "unsafe_name",
]  # fmt: skip

MIB: Final = 1024 * 1024

Stream: TypeAlias = IO[bytes]

# Hints that several refusals share.
AGAIN: Final = tr("Download the archive again and give it as it came.")
HONEST: Final = tr("No honest archive looks like this; download it again where you asked for it.")
WAIT: Final = tr("Wait until the download is done, then try again; if it was cut off, download the archive again.")
LIMITS: Final = tr("Real exports are far smaller; if this is one, docs/formats.md tells the limits.")
UNPACK: Final = tr("Unpack it and give the folder instead.")
ONLY_EXPORT: Final = tr("Give the archive as it was downloaded, or a folder that holds nothing but the export.")
OFFICE: Final = tr("Give the archive as it was downloaded, or export the sheet as CSV.")
EXPIRED: Final = tr("The link in the mail may have expired; sign in, ask for a new archive and download that.")


class Entry(NamedTuple):
    """One file: its path with forward slashes, its size, and when it was written (UTC; None if unknown)."""

    path: str
    bytes: int
    modified: datetime | None


class Archive(ABC):
    """A read-only view of what a network sent: a zip, a folder or a single file, listed and checked.

    Use it as a context manager. Nothing in it is ever unpacked to disk. Files are checked while they are read: only a
    stream read to its end was proved whole. `name` is the last part of the path as given, `bytes` the size of the zip
    or file, or of all files of a folder; `entries` has every file in a stable order.
    """

    kind: Literal["zip", "folder", "file"]
    name: str
    bytes: int
    entries: tuple[Entry, ...]

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """Every file's path, in the order of `entries`."""
        return tuple(entry.path for entry in self.entries)

    @property
    @abstractmethod
    def sha256(self) -> str:
        """The digest of the zip or file as given; "" for a folder, which has no bytes of its own."""

    def open(self, path: str) -> Stream:
        """A stream of the file's bytes; it, too, raises an ArchiveRefused while it is read."""
        try:
            return self._open(path)
        except KeyError:
            message = tr("{name} holds no file {path}", name=printable(self.name), path=printable(path))
            raise ArchiveUnreadable(message, hint=tr("Paths are told exactly as the archive spells them.")) from None

    @abstractmethod
    def close(self) -> None:
        """Let go of the archive; streams still open may not be read any more."""

    @abstractmethod
    def _open(self, path: str) -> Stream:
        """The file's bytes from the start; KeyError if there is none of that path."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def dishonest(message: str) -> ArchiveUnsafe:
    """The refusal of what no network sends."""
    return ArchiveUnsafe(message, hint=HONEST)


# --- names ------------------------------------------------------------------------------------------------------------

_MAX_BYTES: Final = 4096
_MAX_DEPTH: Final = 32
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_DRIVE: Final = re.compile(r"[A-Za-z]:")
# Characters that file systems ignore or cut off, so that the name still means .git to them.
_IGNORED: Final = re.compile("[\u200c-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
GITS_FOLDER: Final = ".git"
"""Left out when a folder is read; any other name that some system takes for it is refused."""
_GIT: Final = re.compile(r"(\.git|git~1)[ .]*(:.*)?", re.IGNORECASE | re.DOTALL)
_SURROGATES: Final = dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
_JUNK: Final = frozenset({".ds_store", "thumbs.db", "desktop.ini"})


def digest_of(stream: Stream) -> str:
    """The SHA-256 of all that a stream gives."""
    import hashlib

    return hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]


def is_junk(path: str) -> bool:
    """Whether macOS or Windows left the path behind, so that it is no part of the export."""
    *folders, last = path.casefold().split("/")
    if last in _JUNK or last.startswith("._") or last.endswith(":zone.identifier"):
        return True
    return "__macosx" in folders


def placeholder_of(name: str) -> str:
    """The file that a placeholder of iCloud stands for, ``x.zip`` for ``.x.zip.icloud``; "" if it is no placeholder."""
    return name[1:-7] if name.startswith(".") and name.endswith(".icloud") else ""


def printable(text: str, limit: int = 100) -> str:
    """The text with everything unprintable escaped, shortened if it is very long."""
    cut = text if len(text) <= limit else text[:limit] + "..."
    if cut.isprintable():
        return cut
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in cut.translate(_SURROGATES))


def normalised(raw: str) -> str:
    """The path with forward slashes, also from Windows programs, and without a leading ``./``."""
    path = raw.replace("\\", "/") if "/" not in raw else raw
    while path.startswith("./"):
        path = path[2:]
    return path


def unsafe_name(path: str) -> str:
    """Why no honest archive has a file of this name, as the end of a sentence; "" if it may be used."""
    if not path:
        return tr("has no name")
    if "\0" in path:
        return tr("has a NUL in its name")
    if _CONTROL.search(path):
        return tr("has a control character in its name")
    if "\\" in path:
        return tr("mixes slashes and backslashes in its name")
    if path.startswith("/") or _DRIVE.match(path):
        return tr("has an absolute path")
    if len(path) * 4 > _MAX_BYTES and len(path.encode("utf-8", "replace")) > _MAX_BYTES:
        return tr("has a name of more than {most:,} bytes", most=_MAX_BYTES)
    return _unsafe_part(path.split("/"))


def _unsafe_part(parts: list[str]) -> str:
    if len(parts) > _MAX_DEPTH:
        return tr("lies more than {most} folders deep", most=_MAX_DEPTH)
    for part in parts:
        if not part.strip(". "):
            return (
                tr("leads out of the archive") if part.strip() == ".." else tr("has an empty folder name in its path")
            )
        if _GIT.fullmatch(_IGNORED.sub("", part)):
            return tr("lies in a .git folder")
    return ""


def collision_key(path: str) -> str:
    """Equal for two paths that some file system takes for one: letter case and Unicode forms removed."""
    if path.isascii():
        return path.lower()
    import unicodedata

    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def first_collision(paths: list[str]) -> int:
    """The index of the first path that repeats another, or is a folder of another; -1 if none.

    Folders end in a slash, and may be listed more than once. Names that only some file systems take for one are two.
    """
    folders = {path[:-1] for path in paths if path.endswith("/")}
    for path in paths:
        end = path.rfind("/", 0, len(path) - 1)
        while end > 0 and path[:end] not in folders:
            folders.add(path[:end])
            end = path.rfind("/", 0, end)
    seen = folders
    for index, path in enumerate(paths):
        if path.endswith("/"):
            continue
        if path in seen:
            return index
        seen.add(path)
    return -1


# --- limits -----------------------------------------------------------------------------------------------------------


class Limits(NamedTuple):
    """The most that an archive may claim and contain; beyond it, ArchiveTooLarge.

    `ratio` is how many bytes one packed byte may become; it is judged once more than `ratio_from` bytes
    came out, because a short file of equal lines packs to nearly nothing without being a bomb.
    """

    entries: int = 100_000
    file_bytes: int = 2048 * MIB
    total_bytes: int = 8192 * MIB
    ratio: int = 200
    ratio_from: int = 8 * MIB


class Tally:
    """Counts files and bytes of the archive called `name`, and refuses at the first one too many."""

    def __init__(self, name: str, limits: Limits) -> None:
        self.bytes = 0
        self._entries = 0
        self._name = name
        self._limits = limits

    def add_entry(self) -> None:
        """Add a file or a folder, before anything is known about it."""
        self._entries += 1
        if self._entries > self._limits.entries:
            raise ArchiveTooLarge(
                tr("{name} holds more than {most:,} files", name=self._name, most=self._limits.entries),
                hint=LIMITS,
            )

    def add_file(self, where: object, size: int) -> None:
        """Add one file's bytes."""
        self.bytes += size
        if size > self._limits.file_bytes:
            message = tr(
                "{name}: {where} has {size:,} bytes; at most {most:,} are read",
                name=self._name,
                where=where,
                size=size,
                most=self._limits.file_bytes,
            )
            raise ArchiveTooLarge(message, hint=LIMITS)
        if self.bytes > self._limits.total_bytes:
            raise ArchiveTooLarge(
                tr(
                    "{name} holds more than {most:,} bytes",
                    name=self._name,
                    most=self._limits.total_bytes,
                ),
                hint=LIMITS,
            )


def check_ratio(limits: Limits, name: str, where: object, unpacked: int, packed: int) -> None:
    """Refuse a zip bomb: no network sends anything that unpacks to so many times its size."""
    if unpacked > limits.ratio_from and unpacked > limits.ratio * packed:
        message = tr(
            "{name}: {where} unpacks to more than {ratio} times its size, like a zip bomb",
            name=name,
            where=where,
            ratio=limits.ratio,
        )
        raise ArchiveTooLarge(message, hint=HONEST)
