"""Small notes about one vault that lie beside it, in the state folder: whoever loses them loses no data.

A note is a JSON object under a name of its own. Writing one never fails a command, and reading one never believes
what is not there: a machine that cannot keep notes is a machine that remembers nothing.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from linkbak import paths


def place(vault: Path, name: str) -> Path:
    """The file that holds the note `name` about a vault."""
    return paths.state_folder(vault) / f"{name}.json"


def read(vault: Path, name: str) -> dict[str, Any]:
    """The note as it was last written; empty if there is none or it is no JSON object."""
    try:
        found = json.loads(place(vault, name).read_text("utf-8"))
    except (OSError, ValueError, RecursionError, RuntimeError):
        return {}
    return found if isinstance(found, dict) else {}


def write(vault: Path, name: str, note: Mapping[str, Any]) -> bool:
    """Put a note in place of what was there, in one step; says whether the machine could keep it."""
    with suppress(OSError, RuntimeError):
        target = place(vault, name)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        half = target.with_name(f".{target.name}-{os.urandom(4).hex()}")
        try:
            descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(note, file)
            half.replace(target)
            return True
        finally:
            half.unlink(missing_ok=True)
    return False
