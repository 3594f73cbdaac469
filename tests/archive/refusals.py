"""How an archive was refused, in a form that tests compare whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from linkbak.archive import Limits
from linkbak.archive.opening import open_archive
from linkbak.errors import ArchiveRefused


def refused(path: Path, limits: Limits | None = None) -> ArchiveRefused:
    """The refusal of opening the archive and reading all of it."""
    with pytest.raises(ArchiveRefused) as caught, open_archive(path, limits or Limits()) as archive:
        for inside in archive.paths:
            with archive.open(inside) as stream:
                while stream.read(65536):
                    pass
    return caught.value


def told(error: ArchiveRefused) -> tuple[type[ArchiveRefused], str, str]:
    """Everything the user learns from it."""
    return type(error), str(error), error.hint


def open_descriptors() -> list[str]:
    """The files this process holds open; the same number twice means the same one or one that took its place."""
    return sorted(path.name for path in Path("/dev/fd").iterdir())
