"""One scan as it goes: what it was asked, what it has found so far, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal, NamedTuple

from linkbak.automation.downloads import Sight
from linkbak.automation.scan_memory import Memory, Outcome
from linkbak.errors import Exit, LinkbakError
from linkbak.ingest import Options, Receipt, exit_code_of

LONG = 24 * 3600.0
"""A download that stands still for so many seconds was cut off."""

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
        return exit_code_of(self.receipts)


class Arrival(NamedTuple):
    """What may be an archive, and the folder it was found in."""

    folder: Path
    sight: Sight


class Listener(NamedTuple):
    """Who is told while the scan goes on: of each receipt, and of a vault that was made."""

    receipt: Callable[[Receipt], None] = lambda receipt: None
    made: Callable[[Path], None] = lambda place: None


SILENT = Listener()


class ScanState:
    """The state of a scan; `outcomes` has, for each folder that could be read, what came of each thing in it."""

    def __init__(
        self,
        place: Path,
        options: Options,
        memory: Memory,
        listener: Listener,
        now: float,
        *,
        named: bool,
        insist: bool,
    ) -> None:
        self.place = place
        self.options = options
        self.memory = memory
        self.listener = listener
        self.now = now
        self.named = named
        self.insist = insist
        self.looked: list[Path] = []
        self.sights: dict[Path, dict[str, Sight]] = {}
        self.outcomes: dict[Path, dict[str, Outcome]] = {}
        self.new: list[Arrival] = []
        self.receipts: list[Receipt] = []
        self.passed: list[PassedOver] = []
        self.moved: list[Moved] = []
        self.troubles: list[LinkbakError] = []

    def note(self, arrival: Arrival, outcome: Outcome) -> None:
        """Remember what came of something."""
        self.outcomes[arrival.folder][arrival.sight.mark] = outcome
        if arrival.sight.same and outcome.what == "kept":
            self.outcomes[arrival.folder][arrival.sight.same] = outcome

    def forget(self, arrival: Arrival) -> None:
        """Remember nothing of something that is not there any more."""
        for mark in (arrival.sight.mark, arrival.sight.same):
            self.outcomes[arrival.folder].pop(mark, None)

    def outcome(self, arrival: Arrival) -> Outcome | None:
        """What came of it in this scan so far."""
        return self.outcomes[arrival.folder].get(arrival.sight.mark)

    def pass_over(self, arrival: Arrival, why: Why) -> None:
        """Say that nothing was done with it."""
        self.passed.append(PassedOver(arrival.sight.path, why))

    def wait(self, arrival: Arrival) -> None:
        """Leave it to the next scan, which takes it if it is the same then."""
        before = self.memory.seen(arrival.folder, arrival.sight.mark)
        since = before.at if before is not None and before.what == "waiting" else self.now
        self.note(arrival, Outcome("waiting", at=since))
        self.pass_over(arrival, "recent")

    def is_cut_off(self, arrival: Arrival) -> bool:
        """Whether what is not all there has stood still for so long that it never will be."""
        return self.now - arrival.sight.changed > LONG

    def receive(self, receipt: Receipt) -> None:
        """Say what came of one archive."""
        self.receipts.append(receipt)
        self.listener.receipt(receipt)

    def trouble(self, about: Path, error: LinkbakError) -> None:
        """Say what is wrong with a place, unless that was said the last time too."""
        if self.memory.is_news(about, str(error)) or self.insist:
            self.troubles.append(error)

    def remember(self) -> None:
        """Write down what is known of every folder that could be read."""
        for folder, outcomes in self.outcomes.items():
            self.memory.replace(folder, outcomes)
        self.memory.save()

    def result(self) -> Scanned:
        """What came of it all."""
        found = tuple(sorted(set(self.passed)))
        return Scanned(tuple(self.looked), tuple(self.receipts), found, tuple(self.moved), tuple(self.troubles))
