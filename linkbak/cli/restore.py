"""``linkbak restore`` and ``linkbak drill``: a snapshot given back, or tried out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from linkbak import state
from linkbak.cli.session import Session, progress
from linkbak.drill import drill as tried
from linkbak.errors import Exit, MachineProblem, NoSuchSnapshot
from linkbak.report import say, snapshots
from linkbak.vault import resolve
from linkbak.vault.destination import place_named
from linkbak.vault.lock import orderly_end
from linkbak.vault.restore import restore_folder, restore_zip

if TYPE_CHECKING:
    from linkbak.vault import Summary, Vault
    from linkbak.vault.restore import Drill


def restore(
    session: Session,
    snapshot: Annotated[str, typer.Argument(metavar="SNAPSHOT", help="Which snapshot.")],
    place: Annotated[
        str | None, typer.Argument(metavar="[DEST]", help="The folder, or the zip; a new one here if you do not say.")
    ] = None,
    as_zip: Annotated[bool, typer.Option("--zip", help="As one zip.")] = False,
    only: Annotated[
        list[str] | None, typer.Option("--only", metavar="WHAT", help="Only this kind, file or folder; more: again.")
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Write over what is there under these names.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", "-n", help="Say what would be written, and write nothing.")
    ] = False,
) -> Exit | None:
    """Give an archive's files back, byte for byte

    \b
    Examples:
      linkbak restore 2026-03
      linkbak restore 2026-03 ~/linkedin-march --only connections,messages
      linkbak restore latest march.zip --zip
      linkbak restore 2024-03 --dry-run

    Every file comes back with its path and time, and every byte is compared with its sha256 while it is written. What
    is there already is never written over unless you say so; a file that is there byte for byte is left as it is, so
    that a restore that was interrupted goes on where it stopped. A file that the vault cannot give back whole is not
    written but named, and the command ends with status 12.

    A restored zip has the archive's files, times and order, but not the very bytes around them that it came in.
    """
    with session.open_vault() as vault:
        key = resolve(session.one_account(session.summaries(vault)), snapshot).key
        where = place_named(place, Path(f"{key.account}-{key.id}{'.zip' if as_zip else ''}"), as_zip=as_zip)
        write = restore_zip if as_zip else restore_folder
        bar = progress(quiet=session.quiet)
        found = write(vault, key, where, only=only or (), overwrite=overwrite, dry=dry_run, progress=bar)
    if session.as_json:
        session.print_json(snapshots.restore_document(found))
    elif session.quiet:
        for line in snapshots.restore_failures(found):
            say(line)
    else:
        session.show(snapshots.restore_text(found))
    return Exit.DAMAGED if found.damaged else None


# --- drill ------------------------------------------------------------------------------------------------------------


def drill(
    session: Session,
    snapshot: Annotated[
        str | None, typer.Argument(metavar="[SNAPSHOT]", help="Which; one at random if you do not say.")
    ] = None,
) -> Exit | None:
    """Try out a restore

    \b
    Examples:
      linkbak drill
      linkbak drill 2024-03

    A snapshot is restored into a temporary folder, read and exported there as if it had come from the network, and
    compared with what was kept: every byte, every row, every contact. `linkbak status` shows when that last went well.
    The folder is yours alone and goes away again; TMPDIR says where it is made.
    """
    from datetime import UTC, datetime

    with session.open_vault() as vault:
        found = _tried(session, vault, _one(session, vault, snapshot))
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        state.note(vault.path, "drill", state.Done(now, not found.problems, snapshots.drilled(found)))
    if session.as_json:
        session.print_json(snapshots.drill_document(found))
    elif session.quiet:
        for line in snapshots.drill_failures(found):
            say(line)
    else:
        session.show(snapshots.drill_text(found))
    return Exit.DAMAGED if found.problems else None


def _tried(session: Session, vault: Vault, summary: Summary) -> Drill:
    """The drill, in a folder that goes away however it ends."""
    from tempfile import TemporaryDirectory

    with orderly_end(), TemporaryDirectory(prefix="linkbak-drill-") as folder:
        try:
            return tried(vault, summary, Path(folder), progress(quiet=session.quiet))
        except MachineProblem as error:
            if folder not in str(error):
                raise
            raise MachineProblem(str(error), hint="TMPDIR names the folder in which to try it.") from error


def _one(session: Session, vault: Vault, name: str | None) -> Summary:
    """The snapshot of that name, or any; raises NoSuchSnapshot."""
    from random import SystemRandom

    found = session.summaries(vault)
    if name is not None:
        return resolve(session.one_account(found), name)
    if not found:
        raise NoSuchSnapshot("there is no snapshot to restore yet", hint="Keep one: linkbak import ARCHIVE")
    return SystemRandom().choice(found)
