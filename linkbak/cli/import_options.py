"""What the verbs that keep archives share: what the user asked for, and how to say what came of it."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from linkbak.archive import Limits
from linkbak.cli.session import Session, progress, synced_note
from linkbak.errors import UsageProblem
from linkbak.ingest import Options
from linkbak.report import imports, render, say

if TYPE_CHECKING:
    from linkbak.ingest import Receipt


def import_options(session: Session, *, accept: bool = False, dry_run: bool = False) -> Options:
    """What the user asked for of every archive alike."""
    return Options(
        account=_account(session.account),
        accept=accept,
        dry_run=dry_run,
        limits=Limits(**session.settings().limits),
        progress=progress(quiet=session.quiet),
    )


def _account(name: str | None) -> str | None:
    if name is None:
        return None
    bare = name.removeprefix("linkedin-")
    if not bare or bare[0] in "-." or not all(c.isascii() and (c.isalnum() or c in "-_.") for c in bare):
        raise UsageProblem(f"{name!r} cannot be an account's name", hint="Use letters, digits, - _ and . only.")
    return bare


def brought_by(receipts: Iterable[Receipt]) -> int:
    """How many bytes of files were kept."""
    kept = [one.manifest for one in receipts if one.status == "kept" and one.manifest and not one.dry]
    return sum(file.bytes for manifest in kept for file in manifest.files)


def say_made(place: Path) -> None:
    """Tell that the usual vault was made, and if a program copies the folder it lies in."""
    say(f"made a vault in {place}")
    for line in synced_note(place):
        say(line)


def show_receipt(session: Session, receipt: Receipt, *, everyone: bool) -> None:
    """Print what came of one archive; a refusal on standard error."""
    blocks = imports.text(receipt, everyone=everyone)
    if receipt.error is not None:
        render(blocks, sys.stderr, color=session.colour)
    else:
        session.show(blocks)
