"""Files of git's that end with a digest of all that stands before it."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from linkbak.vault.reading import opened

_CHUNK = 1 << 20


class Seal(NamedTuple):
    """A file's last bytes, and the digest of all before them, which they should be."""

    trailer: bytes
    digest: bytes

    @property
    def whole(self) -> bool:
        """Whether they are."""
        return self.trailer == self.digest

    @property
    def unsealed(self) -> bool:
        """Whether git was told to leave the digest away."""
        return self.trailer != b"" and not any(self.trailer)


def seal(path: Path, width: int) -> Seal | None:
    """How a file is sealed with a digest of `width` bytes; None if there is no such file.

    A file that the disk cannot give is not whole.
    """
    descriptor = opened(path)
    if descriptor is None:
        return None
    digest = hashlib.sha1(usedforsecurity=False) if width == 20 else hashlib.sha256()
    trailer = b""
    with os.fdopen(descriptor, "rb", buffering=0) as file, suppress(OSError):
        left = os.fstat(descriptor).st_size - width
        while left > 0 and (chunk := file.read(min(_CHUNK, left))):
            digest.update(chunk)
            left -= len(chunk)
        trailer = file.read(width) if left == 0 else b""
    return Seal(trailer, digest.digest())
