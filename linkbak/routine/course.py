"""What the steps of one run know of each other."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from linkbak.report.run_view import Step

if TYPE_CHECKING:
    from linkbak.ingest import Options, Receipt
    from linkbak.routine.pending import Pending
    from linkbak.settings import Settings
    from linkbak.unattended.notifying import Message
    from linkbak.unattended.nudging import Reminder


class Plan(NamedTuple):
    """What a run works on: the vault's place, whether anybody named it, what the user asked for, and what they set."""

    place: Path
    named: bool
    options: Options
    settings: Settings


@dataclass(slots=True)
class Course:
    """How far a run has come: archives kept, news of each account, the reminder that is due, the steps behind it.

    `before` is what the run before had found and was cut short before it could tell.
    """

    plan: Plan
    before: Pending | None = None
    kept: list[Receipt] = field(default_factory=list)
    news: dict[str, Message] = field(default_factory=dict)
    reminder: tuple[Reminder, Message] | None = None
    steps: list[Step] = field(default_factory=list)

    @property
    def names(self) -> bool:
        """Whether people may be named in what is printed and sent."""
        return self.plan.settings.notify.names

    @property
    def vault(self) -> bool:
        """Whether there is a vault by now."""
        from linkbak.errors import NoVault
        from linkbak.vault import Vault

        try:
            Vault.open(self.plan.place).close()
        except NoVault:
            return False
        return True
