"""Archives for tests: files given as bytes, or a folder of invented ones."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from linkbak.adapters import LinkedIn
from linkbak.model import ArchiveFacts, Coverage, Files, Manifest, Pair

EXPORTS = Path(__file__).parent / "exports"


class Given:
    """A `Files` of whatever a test puts into it."""

    def __init__(self, contents: Mapping[str, bytes | str]) -> None:
        self._contents = {
            path: content.encode() if isinstance(content, str) else content for path, content in contents.items()
        }

    @property
    def paths(self) -> Sequence[str]:
        return tuple(self._contents)

    def open(self, path: str) -> IO[bytes]:
        return io.BytesIO(self._contents[path])

    def __getitem__(self, path: str) -> bytes:
        return self._contents[path]


def export(name: str, **changes: str | bytes | None) -> Given:
    """An invented export; `changes` replace, add or (None) drop files, named without their ending."""
    folder = EXPORTS / name
    contents: dict[str, bytes | str] = {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }
    for stem, content in changes.items():
        path = f"{stem}.csv"
        if content is None:
            del contents[path]
        else:
            contents[path] = content
    return Given(contents)


def alone(content: str | bytes, path: str = "Connections.csv") -> Given:
    """A single file."""
    return Given({path: content})


def paired(before: Files, after: Files, known: Sequence[Coverage | None] = (None, None)) -> Pair | None:
    """Two lists to compare, with what readings found of them; without, both in full."""
    return next(LinkedIn().pairs(zip((before, after), known, strict=True)))


def kept(files: Given) -> tuple[Given, Manifest]:
    """An archive as an earlier one that was read: its files, and a manifest that says what was found in them."""
    reading = LinkedIn().read(files)
    facts = tuple(one._replace(bytes=len(files[one.path])) for one in reading.files)
    archive, taken = ArchiveFacts("Basic.zip", "zip", 1, ""), "2023-06-07T10:00:00Z"
    return files, Manifest(
        "2023-06-07T100000Z",
        "linkedin",
        "me",
        taken,
        "archive",
        taken,
        "0.1.0",
        archive,
        "",
        facts,
        reading.coverage,
        reading.issues,
    )
