"""One scan as it goes: what it was asked, what it has found so far, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from linkbak.errors import LinkbakError
from linkbak.unattended.scanning.finding import Sight
from linkbak.unattended.scanning.memory import Memory, Outcome
from linkbak.unattended.scanning.scanned import Moved, PassedOver, Scanned, Why

if TYPE_CHECKING:
    from linkbak.ingest import Options, Receipt


class Arrival(NamedTuple):
    """What may be an archive, and the folder it was found in."""

    folder: Path
    sight: Sight


class Telling(NamedTuple):
    """Who is told while the scan goes on: of each receipt, and of a vault that was made."""

    receipt: Callable[[Receipt], None] = lambda receipt: None
    made: Callable[[Path], None] = lambda place: None


SILENT = Telling()


class Course:
    """The state of a scan; `outcomes` has, for each folder that could be read, what came of each thing in it."""

    def __init__(
        self, place: Path, options: Options, memory: Memory, telling: Telling, now: float, *, named: bool, insist: bool
    ) -> None:
        self.place = place
        self.options = options
        self.memory = memory
        self.telling = telling
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

    def receive(self, receipt: Receipt) -> None:
        """Say what came of one archive."""
        self.receipts.append(receipt)
        self.telling.receipt(receipt)

    def trouble(self, about: Path, error: LinkbakError) -> None:
        """Say what is wrong with a place, unless that was said the last time too."""
        if self.memory.is_news(about, str(error)) or self.insist:
            self.troubles.append(error)

    def remember(self) -> None:
        """Write down what is known of every folder that could be read."""
        for folder, outcomes in self.outcomes.items():
            self.memory.replace(folder, outcomes)
        self.memory.save()

    def scanned(self) -> Scanned:
        """What came of it all."""
        found = tuple(sorted(set(self.passed)))
        return Scanned(tuple(self.looked), tuple(self.receipts), found, tuple(self.moved), tuple(self.troubles))
