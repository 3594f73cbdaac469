"""What `linkbak run` does: every step but the one click that LinkedIn leaves to its members.

This face verifies, as the command `verify` does: the vault's bytes, the marks, and the index of people beside it; and
notes the result.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from linkbak import state
from linkbak.errors import LinkbakError, NoVault, UsageProblem
from linkbak.index import store
from linkbak.marks import read_marks
from linkbak.report import maintenance
from linkbak.settings import share
from linkbak.texts import tr
from linkbak.vault import Vault
from linkbak.vault.verify import damage, note, verify

if TYPE_CHECKING:
    from linkbak.vault.verify import Finding, Verified

__all__ = ["run", "run_state", "share_of", "verify_and_note"]


def verify_and_note(
    place: Path, sample: float | None, progress: Callable[[str, int, int], None]
) -> tuple[Verified, int]:
    """Compare the vault's bytes, or a share (0 to 1) of its files, with what was imported, and note the result.

    Returns the findings, and the number of marks; raises NoVault and MachineProblem, but not for damage.
    """
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(max_workers=1) as beside:
        index = beside.submit(_index, place)
        try:
            found = verify(place, sample=sample, progress=progress)
        except NoVault as error:
            raise NoVault(
                str(error), hint=error.hint or tr("`linkbak import ARCHIVE` keeps your first archive.")
            ) from None
        more, marks = _marks(found)
        found = found._replace(findings=(*found.findings, *more, *index.result()))
    done = state.Done(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", not found.damage, maintenance.compared(found))
    if sample is not None:
        state.note(place, "sample", done)
    if sample is None or found.damage:  # a sound share says nothing about the rest; a damaged one does
        state.note(place, "verify", done)
    return found, marks


def share_of(text: str) -> float:
    """A share of the whole, ``5%`` or ``0.05``, as a number; raises UsageProblem."""
    with suppress(ValueError):
        if found := share(text):
            return found
    raise UsageProblem(tr("{text!r} is no share", text=text), hint=tr("Write it as 5%, more than 0% and at most 100%."))


def _marks(found: Verified) -> tuple[list[Finding], int]:
    """Whether every line of the marks is valid, and how many there are."""
    import json

    where = tr("`git log -p marks.jsonl` in the vault shows what it was")
    lines = [line for line in found.marks.splitlines() if line.strip()]
    try:
        raw = [json.loads(line) for line in lines]
        if not all(isinstance(line, dict) for line in raw):
            raise ValueError
        return [], len([one for one in read_marks(raw) if not one.undone])
    except LinkbakError as error:
        return [damage("marks", "marks.jsonl", str(error), error.hint)], 0
    except ValueError:
        return [damage("marks", "marks.jsonl", tr("a line that is no mark"), where)], 0


def _index(place: Path) -> list[Finding]:
    """The faults that SQLite finds in the index of people, which is no part of the vault and can be made anew."""
    try:
        with Vault.open(place) as vault:
            found = store.quick_findings(vault)
    except LinkbakError:
        return []  # the vault itself is damaged, which is reported already
    return [
        note("index", tr("the index of people"), what, tr("`linkbak doctor --index rebuild` makes it anew"))
        for what in found
    ]
