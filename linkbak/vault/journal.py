"""The note ``.git/linkbak/busy``: that a command is writing, and what it is about to put into the work tree.

Whoever holds the lock and finds the note knows that the command that wrote it was interrupted.
"""

from __future__ import annotations

import json
import os
import re
from typing import NamedTuple

from linkbak.vault.layout import MARKS, SNAPSHOTS, Layout, on_this_machine, sync_folder
from linkbak.vault.objects import branch
from linkbak.vault.snapshots import ACCOUNT_NAME, SNAPSHOT_ID

CREATING = "create"
EVERYTHING = SNAPSHOTS
"""The path noted where the branch is to move by more than one snapshot or mark."""
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_SNAPSHOT = re.compile(rf"snapshots/{ACCOUNT_NAME.pattern}/\d{{4}}/{SNAPSHOT_ID.pattern}")


class Pending(NamedTuple):
    """Something that may or may not have been committed.

    `was` is a sha256: of a snapshot's manifest, by which its folder is known to be ours; of the marks before. With
    EVERYTHING it is the commit at which the branch was.
    """

    path: str
    was: str


class Journal:
    """The note of one vault."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._path = layout.busy

    @property
    def there(self) -> bool:
        """Whether a command is writing, or was when it was interrupted."""
        return self._path.exists()

    def begin(self, command: str) -> None:
        """Notes that writing begins; the disk has the note when this returns.

        A note that is still there keeps its lines: what they tell is settled, and may be settled again.
        """
        with on_this_machine(self._layout.top):
            self._write({"pid": os.getpid(), "command": command})
            sync_folder(self._path.parent)

    def add(self, path: str, was: str) -> None:
        """Notes what is about to change, before it does."""
        with on_this_machine(self._layout.top):
            self._write({"path": path, "was": was})

    def leave(self) -> None:
        """Notes that the command ended by itself, but left the work tree for the next one to see to."""
        with on_this_machine(self._layout.top):
            self._write({"left": True})

    @property
    def left(self) -> bool:
        """Whether the command that wrote the note ended by itself: no lock of git's is then its own."""
        lines = self._lines()
        return bool(lines) and "left" in lines[-1]

    def end(self) -> None:
        """Notes that nothing is left undone."""
        with on_this_machine(self._layout.top):
            self._path.unlink(missing_ok=True)

    def command(self) -> str:
        """Which command wrote the note, "" if it did not get that far."""
        return next((str(line["command"]) for line in self._lines() if "command" in line), "")

    def pending(self) -> list[Pending]:
        """What the interrupted command was about to change; a line cut off was never acted on."""
        found = [Pending(str(line["path"]), str(line.get("was", ""))) for line in self._lines() if "path" in line]
        return [one for one in found if _makes_sense(one)]

    def _lines(self) -> list[dict[str, object]]:
        try:
            text = self._path.read_bytes()
        except FileNotFoundError:
            return []
        lines = []
        for line in text.splitlines():
            try:
                lines.append(json.loads(line))
            except ValueError:
                continue
        return [line for line in lines if isinstance(line, dict)]

    def _write(self, line: dict[str, object]) -> None:
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        with os.fdopen(os.open(self._path, flags, 0o600), "ab") as file:
            file.write(json.dumps(line).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())


def _makes_sense(one: Pending) -> bool:
    if one.path == EVERYTHING:
        return _COMMIT.fullmatch(one.was) is not None
    return one.path == MARKS or _SNAPSHOT.fullmatch(one.path) is not None


def unfinished(layout: Layout) -> bool:
    """Whether the creation of a vault began here and never came to its commit."""
    if branch(layout.git) or not layout.own.is_dir():
        return False
    return Journal(layout).command() == CREATING or not (layout.git / "objects").exists()
