"""What a run without anybody watching has to say: on a terminal, in a mail of cron's, in a notification."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

from typing_extensions import TypedDict

from linkbak.errors import Exit, LinkbakError
from linkbak.report.diff import held_lines, summary
from linkbak.report.imports import receipt_page
from linkbak.report.json import ErrorDocument
from linkbak.report.text import Line, count, day, number, plain

if TYPE_CHECKING:
    from linkbak.ingest import Receipt
    from linkbak.vault import Summary


# --- run_documents ----------------------------------------------------------------------------------------------------
# The JSON document of `linkbak run`.


class StepDocument(TypedDict):
    """One step: what it said, the exit status it alone would give, and what went wrong in it."""

    step: str
    lines: list[str]
    status: int
    errors: list[ErrorDocument]


class RunDocument(TypedDict):
    """What came of a run; `status` is the worst of its steps."""

    schema: Literal["linkbak.run/1"]
    vault: str
    status: int
    steps: list[StepDocument]


DOCUMENTS = {"run": RunDocument}


# --- run --------------------------------------------------------------------------------------------------------------

_WIDTH = 78
_WORST = (
    *(Exit.DAMAGED, Exit.BUG, Exit.MACHINE, Exit.NO_VAULT, Exit.LOCKED, Exit.DIFFERENT, Exit.USAGE),
    *(Exit.OTHER_ACCOUNT, Exit.REFUSED, Exit.UNKNOWN_ARCHIVE, Exit.HELD, Exit.INCOMPLETE, Exit.STALE),
)
"""What is worse comes first: what endangers the backup, what kept it from being made, what is to know of it."""


class Step(NamedTuple):
    """One step of a run: what it has to say (nothing, if nothing happened), and what went wrong in it.

    `status` is what it says of the vault where nothing went wrong: stale, held, incomplete.
    """

    name: str
    lines: tuple[str, ...] = ()
    status: Exit = Exit.FINE
    errors: tuple[LinkbakError, ...] = ()


class Ran(NamedTuple):
    """All steps of a run, in their order."""

    vault: str
    steps: tuple[Step, ...]

    @property
    def status(self) -> Exit:
        """The worst of all steps."""
        return worst(self.steps)


def worst(steps: Sequence[Step]) -> Exit:
    """The exit status of several steps."""
    found = {step.status for step in steps} | {error.exit_code for step in steps for error in step.errors}
    return next((status for status in _WORST if status in found), Exit.FINE)


def said(ran: Ran) -> list[str]:
    """What there is to read on standard output; nothing if nothing happened."""
    told = [step.lines for step in ran.steps if step.lines]
    return [line for place, lines in enumerate(told) for line in (("", *lines) if place else lines)]


def troubles(ran: Ran) -> list[str]:
    """What went wrong, and what to do, for standard error."""
    return [line for steps, error in failures(ran.steps) for line in trouble(steps, error)]


def failures(steps: Sequence[Step]) -> list[tuple[str, LinkbakError]]:
    """Everything that went wrong, once, with the steps it went wrong in: ``scan, push``."""
    found: dict[tuple[str, str], tuple[dict[str, None], LinkbakError]] = {}
    for step in steps:
        for error in step.errors:
            found.setdefault((str(error), error.hint), ({}, error))[0][step.name] = None
    return [(", ".join(names), error) for names, error in found.values()]


def trouble(steps: str, error: LinkbakError) -> list[str]:
    """One thing that went wrong, and what to do about it."""
    return [f"error: {steps}: {error}", *([f"hint: {error.hint}"] if error.hint else [])]


def kept_lines(receipt: Receipt, *, names: bool) -> list[str]:
    """What came of one archive that was kept: without `names`, nothing but counts and dates."""
    if names:
        return plain(receipt_page(receipt), _WIDTH)
    manifest, key = receipt.manifest, receipt.key
    assert manifest is not None and key is not None
    rows = {kind: coverage.rows for kind, coverage in manifest.coverage.items()}
    covered = ", ".join(f"{number(rows[kind])} {kind}" for kind in ("connections", "messages") if kind in rows)
    lines = [f"kept {key.account} {key.id}: {covered or count(len(manifest.files), 'file')}"]
    if "connections" not in rows:
        lines.append("no connections in this archive; that says nothing about who is connected")
    if losses := sum(issue.loss for issue in manifest.issues):
        lines.append(f"{count(losses, 'place')} in it could not be understood; the files themselves are kept")
    if receipt.since is not None:
        since = f"since {day(receipt.since.before.taken)}: {summary(receipt.since.diff)}"
        lines += plain([Line(since)], _WIDTH)
        lines += [line for line in plain(held_lines(receipt.since.held), _WIDTH) if line]
    return lines


def late_line(summary: Summary) -> str:
    """What is to be said of a snapshot whose keeping was told to nobody, since the run was cut short."""
    rows = "no connections" if summary.connections is None else count(summary.connections, "connection")
    return f"kept {summary.key.account} {summary.id}: {rows} (by a run that was cut short; `linkbak diff` compares)"


def document(ran: Ran) -> RunDocument:
    """The same for programs."""
    return {
        "schema": "linkbak.run/1",
        "vault": ran.vault,
        "status": int(ran.status),
        "steps": [_step(one) for one in ran.steps],
    }


def _step(one: Step) -> StepDocument:
    return {
        "step": one.name,
        "lines": list(one.lines),
        "status": int(worst([one])),
        "errors": [{"message": str(e), "hint": e.hint, "exit_code": int(e.exit_code)} for e in one.errors],
    }
