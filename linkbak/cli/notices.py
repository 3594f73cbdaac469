"""What the verbs that write share: an import's options and receipts, and compacting the vault in the background."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from linkbak.archive import Limits
from linkbak.cli.session import Session, progress, synced_note
from linkbak.errors import UsageProblem
from linkbak.ingest import Options
from linkbak.report import imports, render, say
from linkbak.vault.repository import failure, wanted

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


def moment(text: str) -> datetime:
    """What --taken says; raises UsageProblem."""
    try:
        at = datetime.fromisoformat(text)
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise UsageProblem(f"{text!r} is not a time", hint="Write 2026-03-20 or 2026-03-20T08:07:10Z.") from None
    return at.replace(microsecond=0)


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


def compact_if_due(session: Session, brought: int = 0) -> None:
    """Begin to compact the vault in the background if enough has gathered; `brought` is how many bytes were just kept.

    Says so if the last time it failed.
    """
    vault = session.vault_path()[0]
    if why := failure(vault):
        say(f"note: compacting the vault in the background failed: {why}")
        say("hint: `linkbak compact` tries again.")
    if wanted(vault, brought) and sys.executable:
        place = str(vault.absolute())
        with suppress(OSError):
            _begin([sys.executable, "-P", "-m", "linkbak", "compact", "--auto", "--vault", place])


def _begin(words: list[str]) -> None:
    """Start a program that outlives this one, with nothing to read and nowhere to print."""
    streams = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_RDWR, 0) for number in range(3)]
    os.posix_spawn(words[0], words, os.environ, file_actions=streams)
