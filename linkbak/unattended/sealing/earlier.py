"""What was last sealed into which folder, kept beside the vault, so that the next copy can go on from there."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from linkbak import notes

_NOTE = "seals"


class Earlier(NamedTuple):
    """A sealed copy: the newest commit it holds, when it was made (RFC 3339 UTC), and the name of its file."""

    commit: str
    at: str
    file: str


def last(vault: Path, folder: Path) -> Earlier | None:
    """The last copy sealed into a folder, None if none is known."""
    raw = notes.read(vault, _NOTE).get(str(folder))
    try:
        found = Earlier(raw["commit"], raw["at"], raw["file"]) if isinstance(raw, dict) else None
        if found is None or not all(isinstance(one, str) for one in found):
            return None
        return found if datetime.fromisoformat(found.at).tzinfo is not None else None
    except (KeyError, ValueError):
        return None


def note(vault: Path, folder: Path, made: Earlier) -> None:
    """Write down what was sealed into a folder. A machine that cannot keep the note seals the whole the next time."""
    notes.write(vault, _NOTE, {**notes.read(vault, _NOTE), str(folder): made._asdict()})
