"""What a verification shares while it goes on: the files there are, those accounted for, and what was found."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import cached_property

from linkbak.vault.layout import Layout
from linkbak.vault.locking import is_held
from linkbak.vault.summary import SnapshotKey

from .census import Census, census, read
from .findings import Finding, Part, damage, note


class Look:
    """One vault being looked over; every file under it must be accounted for by somebody, or is foreign."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.findings: list[Finding] = []
        self._known: set[str] = set()

    @cached_property
    def census(self) -> Census:
        """The files there are; listed when first asked for, which must not be before the branch has been read."""
        return census(self.layout.top)

    def read(self, path: str) -> bytes | None:
        """The bytes of a file, which is accounted for now; None if there is none that can be read."""
        self._known.add(path)
        return read(self.layout.top, path)

    def account(self, paths: Iterable[str]) -> None:
        """These files have been seen to."""
        self._known.update(paths)

    def left(self) -> list[str]:
        """The files that nobody has seen to."""
        return [path for path in self.census.files if path not in self._known]

    def damage(
        self, part: Part, place: str, what: str, remedy: str = "", snapshots: Sequence[SnapshotKey] = ()
    ) -> None:
        """Notes something that must be mended."""
        self.findings.append(damage(part, place, what, remedy, tuple(snapshots)))

    def note(self, part: Part, place: str, what: str, remedy: str = "") -> None:
        """Notes something that is only told."""
        self.findings.append(note(part, place, what, remedy))

    def writing(self) -> bool:
        """Whether another process is writing to the vault just now."""
        lines = (read(self.layout.top, ".git/linkbak/busy") or b"").splitlines()
        with suppress(ValueError, KeyError, TypeError, OverflowError):
            pid = json.loads(lines[0])["pid"] if lines else 0
            return pid > 0 and _alive(pid)
        return False

    def compacting(self) -> bool:
        """Whether another process is compacting the vault just now."""
        return is_held(self.layout.own / "compact.lock")

    def fetching(self) -> bool:
        """Whether another process is fetching from a copy elsewhere just now."""
        return is_held(self.layout.own / "fetch.lock")


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except PermissionError:
        return True
    except OSError:
        return False
    return True
