"""What came of a scan."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from linkbak.errors import Exit, LinkbakError

if TYPE_CHECKING:
    from linkbak.ingest import Receipt

Why = Literal["kept", "refused", "unfinished", "cut-off", "recent", "unreadable", "put-off"]


class PassedOver(NamedTuple):
    """An archive that nothing was done with now: kept or refused before, or not ready.

    `unfinished` is a download that goes on, `recent` what changed a moment ago, `cut-off` a download that never ended
    and `unreadable` what the system does not let us read, both told of before, and `put-off` what the scan did not get
    to.
    """

    path: Path
    why: Why


class Moved(NamedTuple):
    """A kept archive that was moved."""

    path: Path
    to: Path


class Scanned(NamedTuple):
    """The folders looked through; what was kept or refused now; what was passed over, and what was moved.

    `troubles` are folders that could not be looked through and files that could not be moved, each told once.
    """

    folders: tuple[Path, ...]
    receipts: tuple[Receipt, ...] = ()
    passed: tuple[PassedOver, ...] = ()
    moved: tuple[Moved, ...] = ()
    troubles: tuple[LinkbakError, ...] = ()

    @property
    def exit_code(self) -> Exit:
        """That of the first refusal, else of the first trouble, else whether what was kept is held or incomplete."""
        if self.troubles and not any(receipt.error for receipt in self.receipts):
            return self.troubles[0].exit_code
        if not self.receipts:
            return Exit.FINE
        from linkbak.ingest import worst

        return worst(self.receipts)
