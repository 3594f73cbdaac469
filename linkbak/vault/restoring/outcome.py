"""What a restore gave back, file by file."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, NamedTuple

from linkbak.model import FileFacts
from linkbak.vault.summary import SnapshotKey

State = Literal["new", "replaced", "same", "damaged"]
"""Written where nothing was; written over something else; there already, byte for byte; not to be had whole."""


class Given(NamedTuple):
    """One file: what the manifest says of it, its time (RFC 3339 UTC), and what came of it.

    `name` is where it lies below the place: its path, unless the file system cannot hold that.
    """

    facts: FileFacts
    modified: str
    name: str
    state: State = "new"


class Restored(NamedTuple):
    """A snapshot, or the part of it that was asked for, in the archive's order; of a `dry` run, what would be done."""

    key: SnapshotKey
    taken: str
    place: Path
    zipped: bool
    dry: bool
    files: tuple[Given, ...]

    @property
    def damaged(self) -> tuple[Given, ...]:
        """Those that could not be given back."""
        return tuple(one for one in self.files if one.state == "damaged")

    @property
    def renamed(self) -> tuple[Given, ...]:
        """Those that lie under another name than their own."""
        return tuple(one for one in self.files if one.name != one.facts.path)
