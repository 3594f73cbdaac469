"""``linkbak restore``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from linkbak.cli.session import Session, progress
from linkbak.errors import Exit
from linkbak.report import snapshots
from linkbak.vault import resolve
from linkbak.vault.destination import place_named
from linkbak.vault.restore import restore_folder, restore_zip


def restore(
    session: Session,
    snapshot: Annotated[str, typer.Argument(metavar="SNAPSHOT", help="Which snapshot: latest, 2026-03, ...")],
    place: Annotated[
        str | None, typer.Argument(metavar="[DEST]", help="The folder or zip to write; without it, a new one here.")
    ] = None,
    as_zip: Annotated[bool, typer.Option("--zip", help="As one zip.")] = False,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="WHAT", help="Only this kind, file or folder; may be repeated."),
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Overwrite existing files.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", "-n", help="Say what would be written; write nothing.")] = False,
) -> Exit | None:
    """Restore the files of a snapshot, byte for byte

    \b
    Examples:
      linkbak restore 2026-03
      linkbak restore 2026-03 ~/linkedin-march --only connections,messages
      linkbak restore latest march.zip --zip

    Every file comes back with its path and time, and every byte is compared with what was imported.
    Existing files are never overwritten without --overwrite; if a restore was interrupted, run it again and it goes on.
    A file that is damaged in the vault is named and not written, and linkbak exits with 12.

    A restored zip holds the archive's files, times and order, but is not byte for byte the zip that you imported.
    """
    with session.open_vault() as vault:
        key = resolve(session.one_account(session.summaries(vault)), snapshot).key
        where = place_named(place, Path(f"{key.account}-{key.id}{'.zip' if as_zip else ''}"), as_zip=as_zip)
        write = restore_zip if as_zip else restore_folder
        bar = progress(quiet=session.quiet)
        found = write(vault, key, where, only=only or (), overwrite=overwrite, dry=dry_run, progress=bar)
    session.answer(found, snapshots.restore_document, snapshots.restore_failures, snapshots.restore_text)
    return Exit.DAMAGED if found.damaged else None
