"""Whether a loose object is byte for byte what zlib writes for it.

Packed data has bits on which nothing depends: fillings, and distances that could as well point to another place with
the same text. One of them flipped does no harm, and only packing the content once more finds it.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import IO

from linkbak import paths
from linkbak.vault.disk import write_whole
from linkbak.vault.layout import Layout

FILE = "packed-once"
_LEVELS = {0: 1, 2: -1, 3: 9}
_TRIES = 3


class Packer:
    """Packs objects once more, and remembers which files came out the same: those need not be packed a second time.

    What is remembered lies in the cache folder and may be deleted. If this machine's zlib is another than the one that
    wrote the vault, nothing can be told, and it is left after a few tries.
    """

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._same: dict[str, str] = {}
        self._other = 0
        self._before = _remembered(layout)

    def beside(self, anew: Callable[[], IO[bytes]], name: str) -> Repacked:
        """What compares the file of an object, as `anew` opens it, with its content packed once more."""
        wanted = bool(self._same) or self._other < _TRIES
        digest = self._before.get(name)
        if digest is not None and wanted and _digest(anew) == digest:
            self._same[name] = digest
            wanted = False
        return Repacked(anew if wanted else None, self, name)

    def tell(self, name: str, digest: str) -> None:
        """The file of an object with this sha256 is what zlib writes; "" if it is quite different."""
        if digest:
            self._same[name] = digest
        else:
            self._other += 1

    def save(self, there: Iterable[str]) -> None:
        """Remembers what came out the same, of the objects there; no harm is done where that is not possible."""
        before = self._before | self._same
        kept = {name: before[name] for name in there if name in before}
        if kept != self._before:
            with suppress(OSError, RuntimeError):
                place = _place(self._layout)
                place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                write_whole(place, "".join(f"{name} {digest}\n" for name, digest in kept.items()).encode())


class Repacked:
    """One object packed once more beside the file it came from; does nothing without one."""

    def __init__(self, anew: Callable[[], IO[bytes]] | None, packer: Packer, name: str) -> None:
        self._packer = packer
        self._name = name
        self._packing: zlib._Compress | None = None
        self._file: IO[bytes] | None = None
        self._digest = hashlib.sha256()
        self._differing = 0
        if anew is not None:
            self._file = anew()
            level = _LEVELS.get((self._file.read(2)[1:] or b"\x40")[0] >> 6)
            self._file.seek(0)
            self._packing = None if level is None else zlib.compressobj(level)

    @property
    def off_by_one(self) -> bool:
        """Whether the file is what zlib writes but for one byte."""
        return self._packing is not None and self._differing == 1

    def write(self, block: bytes) -> None:
        """Takes the next piece of the object."""
        if self._packing is not None:
            self._compare(self._packing.compress(block))

    def end(self) -> None:
        """Tells how it came out; the object itself is known to be what its name says."""
        if self._packing is not None:
            self._compare(self._packing.flush())
        if self._packing is not None and self._file is not None and self._file.read(1):
            self._packing = None
        if self._file is not None and self._differing != 1:
            self._packer.tell(self._name, self._digest.hexdigest() if self._packing is not None else "")

    def close(self) -> None:
        """Closes the file."""
        if self._file is not None:
            self._file.close()

    def _compare(self, packed: bytes) -> None:
        assert self._file is not None
        there = self._file.read(len(packed))
        self._digest.update(there)
        if there != packed:
            alike = len(there) == len(packed)
            self._differing += sum(a != b for a, b in zip(there, packed, strict=True)) if alike else 2
            if self._differing > 1:
                self._packing = None


def _digest(anew: Callable[[], IO[bytes]]) -> str:
    with anew() as file:
        return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]


def _remembered(layout: Layout) -> dict[str, str]:
    try:
        lines = [line.split() for line in _place(layout).read_text("ascii").splitlines()]
    except (OSError, RuntimeError, ValueError):
        return {}
    return {words[0]: words[1] for words in lines if len(words) == 2}


def _place(layout: Layout) -> Path:
    folder = paths.cache_folder(layout.top)
    if not folder.is_absolute():
        raise OSError("there is no place for derived files")
    return folder / FILE
