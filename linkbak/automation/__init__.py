"""The unattended work: scanning, reminders, notifications, status and health checks.

This face has the result of a run: its steps, their errors, and one exit status for all. Each module is
a subject of its own that only some commands need.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from linkbak.errors import Bug, Exit, LinkbakError, MachineProblem
from linkbak.model import NamedTuple

__all__ = [
    "Run", "Step", "doctor", "doctor_checks", "downloads", "exit_code_of", "failures", "notify", "refusal_of",
    "reminders", "scan", "status", "worst",
]  # fmt: skip

_WORST = (
    *(Exit.DAMAGED, Exit.BUG, Exit.MACHINE, Exit.NO_VAULT, Exit.LOCKED, Exit.DIFFERENT, Exit.USAGE, Exit.WRONG_KEY),
    *(Exit.OTHER_ACCOUNT, Exit.REFUSED, Exit.UNKNOWN_ARCHIVE, Exit.HELD, Exit.INCOMPLETE, Exit.STALE),
)
"""Exit statuses, the worst first: those that endanger the backup, those that prevented it, those worth knowing."""


class Step(NamedTuple):
    """One step of a run: its message (empty if nothing happened), and its errors.

    `status` is the state of the vault where nothing failed: stale, held, incomplete. `owed` names what is still
    to be fixed, which was reported when it was found.
    """

    name: str
    lines: tuple[str, ...] = ()
    status: Exit = Exit.FINE
    errors: tuple[LinkbakError, ...] = ()
    owed: tuple[str, ...] = ()


class Run(NamedTuple):
    """All steps of a run, in order."""

    vault: str
    steps: tuple[Step, ...]

    @property
    def status(self) -> Exit:
        """The worst of all steps."""
        return exit_code_of(self.steps)


def exit_code_of(steps: Sequence[Step]) -> Exit:
    """The exit status of several steps."""
    return worst([step.status for step in steps] + [error.exit_code for step in steps for error in step.errors])


def worst(found: Collection[Exit]) -> Exit:
    """The worst of several exit statuses."""
    return next((status for status in _WORST if status in found), Exit.FINE)


def refusal_of(error: Exception) -> LinkbakError:
    """What any error comes to: a refusal as it is, else a problem of the machine, or a bug."""
    if isinstance(error, LinkbakError):
        return error
    return MachineProblem(error.strerror or type(error).__name__) if isinstance(error, OSError) else Bug(error)


def failures(steps: Sequence[Step]) -> list[tuple[str, LinkbakError]]:
    """Every error once, with the steps it occurred in: ``scan, push``."""
    found: dict[tuple[str, str], tuple[dict[str, None], LinkbakError]] = {}
    for step in steps:
        for error in step.errors:
            found.setdefault((str(error), error.hint), ({}, error))[0][step.name] = None
    return [(", ".join(names), error) for names, error in found.values()]
