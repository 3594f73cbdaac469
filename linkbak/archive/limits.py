"""How much an archive may hold, and the tally that is kept while its files are listed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from linkbak.archive import hints
from linkbak.errors import ArchiveTooLarge

MIB: Final = 1024 * 1024
GIB: Final = 1024 * MIB


@dataclass(frozen=True, slots=True)
class Limits:
    """What an archive may claim and deliver; beyond it, ArchiveTooLarge.

    `ratio` is how many bytes may come out of one packed byte; it is judged once more than `ratio_from` bytes
    came out, because a short file of equal lines packs to nearly nothing without being a bomb.
    """

    entries: int = 100_000
    file_bytes: int = 2 * GIB
    total_bytes: int = 8 * GIB
    ratio: int = 200
    ratio_from: int = 8 * MIB

    def bursts(self, unpacked: int, packed: int) -> bool:
        """Whether so much comes out of so little as only a bomb does."""
        return unpacked > self.ratio_from and unpacked > self.ratio * packed


DEFAULT: Final = Limits()


def bomb(name: str, where: str, limits: Limits) -> ArchiveTooLarge:
    """The refusal of what unpacks to more than `limits.ratio` times its size."""
    message = f"{name}: {where} unpacks to more than {limits.ratio} times its size, like a zip bomb"
    return ArchiveTooLarge(message, hint=hints.HONEST)


class Tally:
    """Counts files and bytes of the archive called `name`, and refuses at the first one too many."""

    def __init__(self, name: str, limits: Limits) -> None:
        self.bytes = 0
        self.entries = 0
        self._name = name
        self._limits = limits

    def count(self, entries: int = 1) -> None:
        """Add files or folders, before anything is known about them."""
        self.entries += entries
        if self.entries > self._limits.entries:
            message = f"{self._name} holds more than {self._limits.entries:,} files"
            raise ArchiveTooLarge(message, hint=hints.LIMITS)

    def judge(self, where: str, unpacked: int, packed: int) -> None:
        """Refuse what claims to unpack beyond belief."""
        if self._limits.bursts(unpacked, packed):
            raise bomb(self._name, where, self._limits)

    def weigh(self, where: str, size: int) -> None:
        """Add one file's bytes."""
        self.bytes += size
        if size > self._limits.file_bytes:
            message = f"{self._name}: {where} has {size:,} bytes; at most {self._limits.file_bytes:,} are read"
            raise ArchiveTooLarge(message, hint=hints.LIMITS)
        if self.bytes > self._limits.total_bytes:
            message = f"{self._name} holds more than {self._limits.total_bytes:,} bytes"
            raise ArchiveTooLarge(message, hint=hints.LIMITS)
