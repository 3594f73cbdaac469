"""``linkbak verify``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from linkbak.cli.session import Session
from linkbak.errors import Exit, LinkbakError, NoVault, UsageProblem

if TYPE_CHECKING:
    from pathlib import Path

    from linkbak.vault.verifying.findings import Finding, Verified


def verify(
    session: Session,
    sample: Annotated[
        str | None, typer.Option("--sample", metavar="SHARE", help="Compare only so many of the files: 5%.")
    ] = None,
) -> Exit | None:
    """Compare every byte of the vault with what was imported

    \b
    Examples:
      linkbak verify
      linkbak verify --sample 5%

    Every file of every snapshot is compared with the sha256 written down when it was imported, in git and where it
    lies open; so is everything else in the vault, down to git's own files. What is damaged is told with the
    snapshots it concerns, what is still whole and what to do, and the status is then 12. Nothing is changed; others
    may import meanwhile. With --sample, files are chosen at random, and all that is no archive's file is looked at.
    """
    from concurrent.futures import ThreadPoolExecutor
    from datetime import UTC, datetime

    from linkbak import upkeep
    from linkbak.cli.progress import progress
    from linkbak.report import verify_view
    from linkbak.vault.verifying.working import verify as looked_over

    place = session.vault_path()[0]
    share = _share(sample) if sample is not None else None
    with ThreadPoolExecutor(max_workers=1) as beside:
        index = beside.submit(_index, place)
        try:
            found = looked_over(place, sample=share, progress=progress(quiet=session.quiet))
        except NoVault as error:
            raise NoVault(str(error), hint=error.hint or "`linkbak import ARCHIVE` keeps your first archive.") from None
        more, marks = _marks(found)
        found = found._replace(findings=(*found.findings, *more, *index.result()))
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    upkeep.note(place, "verify", upkeep.Done(now, not found.damage, verify_view.share(found)))
    looked = verify_view.Looked(str(place), found, marks)
    if session.as_json:
        session.print_json(verify_view.document(looked))
    else:
        session.show(verify_view.page(looked))
    return Exit.DAMAGED if found.damage else None


def _share(text: str) -> float:
    """A share of the whole, ``5%`` or ``0.05``, as a number; raises UsageProblem."""
    bare = text.strip().removesuffix("%").strip()
    try:
        share = float(bare) / (100 if text.strip().endswith("%") else 1)
    except ValueError:
        share = 0.0
    if not 0 < share <= 1:
        raise UsageProblem(f"{text!r} is no share", hint="Write it as 5%, more than 0% and at most 100%.")
    return share


def _marks(found: Verified) -> tuple[list[Finding], int]:
    """Whether every line of the marks is a mark, and how many there are."""
    import json

    from linkbak.marks import read_marks
    from linkbak.vault.verifying.findings import damage

    where = "`git log -p marks.jsonl` in the vault shows what it was"
    lines = [line for line in found.marks.splitlines() if line.strip()]
    try:
        raw = [json.loads(line) for line in lines]
        if not all(isinstance(line, dict) for line in raw):
            raise ValueError
        return [], len([one for one in read_marks(raw) if not one.undone])
    except LinkbakError as error:
        return [damage("marks", "marks.jsonl", str(error), error.hint)], 0
    except ValueError:
        return [damage("marks", "marks.jsonl", "a line that is no mark", where)], 0


def _index(place: Path) -> list[Finding]:
    """What SQLite finds wrong with the index of people, which is no part of the vault and can be made anew."""
    from linkbak.history.checking import unsound
    from linkbak.vault import Vault
    from linkbak.vault.verifying.findings import note

    try:
        with Vault.open(place) as vault:
            found = unsound(vault)
    except LinkbakError:
        return []  # the vault itself is damaged, and that is told
    return [note("index", "the index of people", what, "`linkbak index rebuild` makes it anew") for what in found]
