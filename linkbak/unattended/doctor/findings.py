"""What the doctor looks at, and what there is to say about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from linkbak.errors import Exit
from linkbak.unattended.doctor.standing import summaries

if TYPE_CHECKING:
    from linkbak.settings import Looked
    from linkbak.vault import Summary

Level = Literal["ok", "warn", "fail"]
LEVELS: tuple[Level, ...] = ("ok", "warn", "fail")
"""From good to bad."""
SEE = "`ls -ld` with that place shows whose it is, and who may read it."


class Finding(NamedTuple):
    """One line: what was looked at, how it is, and what to do about it, "" if nothing is to be done.

    `status` is the exit status that fits a failure.
    """

    level: Level
    what: str
    remedy: str = ""
    status: Exit = Exit.FINE
    check: str = ""


@dataclass(frozen=True)
class Patient:
    """What is looked at: the place of the vault and whether anybody named it, the settings with all that is wrong in
    them, what time it is, and whether places elsewhere may be asked over the network.
    """

    place: Path
    named: bool
    looked: Looked
    now: datetime
    contact: bool = False

    @cached_property
    def there(self) -> bool:
        """Whether something can be seen at the place that may be a vault."""
        with suppress(OSError):
            return (self.place / ".git").is_dir()
        return False

    @cached_property
    def summaries(self) -> Sequence[Summary]:
        """Every snapshot, oldest first; none if there is no vault. Raises a LinkbakError if it cannot be read."""
        return summaries(self.place) if self.there else ()


Check = Callable[[Patient], Iterator[Finding]]


def ok(what: str) -> Finding:
    """As it should be."""
    return Finding("ok", what)


def warn(what: str, remedy: str) -> Finding:
    """Works, but should not stay so."""
    return Finding("warn", what, remedy)


def fail(what: str, remedy: str, status: Exit = Exit.MACHINE) -> Finding:
    """Does not work."""
    return Finding("fail", what, remedy, status)


def quoted(path: Path) -> str:
    """A path as it stands in a command that somebody may copy."""
    import shlex

    return shlex.quote(str(path))
