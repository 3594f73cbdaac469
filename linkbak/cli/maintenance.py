"""``linkbak verify`` and ``linkbak compact``."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from linkbak import state
from linkbak.cli.app import load
from linkbak.cli.session import Session, progress
from linkbak.errors import Exit, LinkbakError, MachineProblem, NoSuchSnapshot, UsageProblem, VaultDamaged
from linkbak.paths import temporary_folder
from linkbak.report import maintenance, snapshots
from linkbak.routine import share_of, verify_and_note
from linkbak.texts import tr
from linkbak.vault import Summary, Vault, resolve
from linkbak.vault.compact import attempt
from linkbak.vault.compact import compact as pack
from linkbak.vault.lock import orderly_end
from linkbak.vault.repair import Repaired, repair

if TYPE_CHECKING:
    from linkbak.vault.restore import Drill


def verify(
    session: Session,
    snapshot: Annotated[
        str | None, Argument(metavar="[SNAPSHOT]", help="With --restore: which one; else one at random.")
    ] = None,
    sample: Annotated[
        str | None, Option("--sample", metavar="SHARE", help="Compare only this share of the files, as 5%.")
    ] = None,
    restore: Annotated[bool, Option("--restore", help="Try out a restore of one snapshot instead.")] = False,
    mend: Annotated[bool, Option("--repair", help="Repair git's HEAD and branch, if they are wrong.")] = False,
) -> Exit | None:
    """Check every byte against what was imported

    \b
    Examples:
      linkbak verify
      linkbak verify --sample 5%
      linkbak verify --restore

    linkbak compares every file with the sha256 from its import, and checks git's own files. If something is damaged, it
    says what is still whole and what to do, and exits with 12. --restore reads and exports a restored snapshot, too, in
    TMPDIR. --repair writes only after every snapshot was found whole.
    """
    if restore:
        if sample is not None or mend:
            raise UsageProblem(
                tr("{option} and --restore cannot be combined", option="--sample" if sample else "--repair")
            )
        return _restored(session, snapshot)
    if snapshot is not None:
        raise UsageProblem(
            tr("verify checks the whole vault"), hint=tr("One snapshot can be tried out: --restore SNAPSHOT.")
        )
    if sample is not None and mend:
        raise UsageProblem(
            tr("--sample and --repair cannot be combined"), hint=tr("Before anything is changed all is checked.")
        )
    share = share_of(sample) if sample is not None else None
    place = session.vault_path()[0]
    found, marks = verify_and_note(place, share, progress(quiet=session.quiet))
    done: tuple[Repaired, ...] = ()
    refused = None
    try:
        done = repair(place, found) if mend else ()
    except VaultDamaged as error:
        refused = error  # what was found comes first
    if done:
        found, marks = verify_and_note(place, share, progress(quiet=session.quiet))
    session.tell(
        lambda: maintenance.verify_document(str(place), found, marks, done),
        lambda: [*maintenance.repaired_text(done), *maintenance.verify_text(found, marks)],
    )
    if refused is not None:
        raise refused
    return Exit.DAMAGED if found.damage else None


def _restored(session: Session, name: str | None) -> Exit | None:
    """Try out a restore, of one at random without a name, and note how that went."""
    from random import SystemRandom

    with session.open_vault() as vault:
        kept = session.summaries(vault)
        if name is not None:
            summary = resolve(session.one_account(kept), name)
        elif kept:
            summary = SystemRandom().choice(kept)
        else:
            raise NoSuchSnapshot(tr("there is no snapshot to restore yet"), hint=tr("Keep one: linkbak import ARCHIVE"))
        found = _tried(session, vault, summary)
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        state.note(vault.path, "drill", state.Done(now, not found.problems, snapshots.drilled(found)))
    session.tell(
        lambda: snapshots.drill_document(found),
        lambda: snapshots.drill_text(found),
        lambda: snapshots.drill_failures(found),
    )
    return Exit.DAMAGED if found.problems else None


def _tried(session: Session, vault: Vault, summary: Summary) -> Drill:
    """The restore, in a folder that goes away however it ends."""
    with orderly_end(), temporary_folder() as folder:
        try:
            drill: Callable[..., Drill] = load("linkbak.drill.drill")
            return drill(vault, summary, Path(folder) / "restored", progress(quiet=session.quiet))
        except MachineProblem as error:
            if folder not in str(error):
                raise
            raise MachineProblem(str(error), hint=tr("TMPDIR names the folder in which to try it.")) from error


def compact(
    session: Session,
    everything: Annotated[bool, Option("--all", help="Pack everything again, packed or not.")] = False,
    auto: Annotated[bool, Option("--auto", help="Only if enough was imported; print nothing.")] = False,
) -> None:
    """Make the vault smaller on disk

    \b
    Examples:
      linkbak compact
      linkbak compact --all

    git packs the snapshots so that each takes room only for what is new in it. Every object is read back before the old
    one is removed, and nothing is lost if you interrupt it. You can read and import meanwhile.

    linkbak also does this by itself in the background after imports. LINKBAK_COMPACT=never, or compact = "never" in the
    vault's linkbak.toml, turns that off.
    """
    if auto:
        _in_background(session)
        return
    found = pack(session.vault_path()[0], everything=everything, progress=progress(quiet=session.quiet))
    session.tell(lambda: maintenance.compact_document(found), lambda: maintenance.compact_text(found))


def _in_background(session: Session) -> None:
    """Compact the vault if it is worth it, out of everybody's way; what goes wrong is noted for the next command."""
    vault = session.vault_path()[0].absolute()
    with suppress(OSError):
        os.nice(10)
    with suppress(OSError):
        os.setsid()
    os.chdir("/")
    with suppress(LinkbakError):
        attempt(vault)
