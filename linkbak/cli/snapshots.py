"""``linkbak log``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from linkbak.cli.session import Session
from linkbak.errors import Exit, MachineProblem, NoSuchSnapshot

if TYPE_CHECKING:
    from linkbak.vault import Summary, Vault
    from linkbak.vault.restore import Drill


def log(
    session: Session,
    last: Annotated[int | None, typer.Option("--last", "-n", metavar="N", min=1, help="Only the newest N.")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="Only what was there that day.")] = None,
) -> None:
    """List the snapshots, newest first

    \b
    Examples:
      linkbak log
      linkbak log --last 12 --json

    "new" and "gone" count from the snapshot of the day before it that covers connections.
    """
    from linkbak.diff.snapshots import Deltas, accepted_snapshots
    from linkbak.report import snapshots

    with session.open_vault() as vault:
        found = list(reversed(session.summaries(vault, as_of)))[:last]
        deltas = Deltas(vault)
        settled = accepted_snapshots(vault)
        entries = [snapshots.Entry(one, *deltas.of(one), held=one.held and one.key not in settled) for one in found]
        deltas.remember()
    if session.as_json:
        session.print_json(snapshots.log_document(entries))
    else:
        session.show(snapshots.log_text(entries))


# --- files ------------------------------------------------------------------------------------------------------------
# ``linkbak files``.


def files(
    session: Session,
    snapshot: Annotated[
        str, typer.Argument(metavar="[SNAPSHOT]", help="Which snapshot; latest if not said.")
    ] = "latest",
) -> None:
    """List what a snapshot holds

    \b
    Examples:
      linkbak files
      linkbak files 2026-03-20
    """
    from linkbak.report import snapshots
    from linkbak.vault import resolve

    with session.open_vault() as vault:
        key = resolve(session.one_account(session.summaries(vault)), snapshot).key
        manifest = vault.manifest(key)
    if session.as_json:
        session.print_json(snapshots.files_document(key, manifest))
    else:
        session.show(snapshots.files_text(key, manifest))


# --- cat --------------------------------------------------------------------------------------------------------------
# ``linkbak cat``.

_CHUNK = 1 << 20


def cat(
    session: Session,
    snapshot: Annotated[str, typer.Argument(metavar="SNAPSHOT", help="Which snapshot.")],
    file: Annotated[str, typer.Argument(metavar="FILE", help="Its path in the archive, or its name alone.")],
) -> None:
    """Print one file of a snapshot, byte for byte

    \b
    Examples:
      linkbak cat latest Connections.csv
      linkbak cat 2025-11 messages.csv > messages-2025-11.csv

    On a terminal what could act upon it is shown as �; into a file or pipe go the very bytes.
    """
    from linkbak.vault import resolve

    with session.open_vault() as vault:
        key = resolve(session.one_account(session.summaries(vault)), snapshot).key
        path = _path([facts.path for facts in vault.manifest(key).files], file, key.id)
        with vault.files(key).open(path) as stream:
            if sys.stdout.isatty():
                _inert(stream)
            else:
                _raw(stream)


def _path(paths: Sequence[str], wanted: str, snapshot: str) -> str:
    if wanted in paths:
        return wanted
    named = [path for path in paths if path.rpartition("/")[2].casefold() == wanted.casefold()]
    if len(named) == 1:
        return named[0]
    if named:
        raise NoSuchSnapshot(f"{snapshot} holds several files of that name", hint=f"Name one: {', '.join(named)}")
    raise NoSuchSnapshot(
        f"{snapshot} holds no file {wanted!r}", hint=f"`linkbak files {snapshot}` lists what it holds."
    )


def _raw(stream: IO[bytes]) -> None:
    sys.stdout.flush()
    while chunk := stream.read(_CHUNK):
        sys.stdout.buffer.write(chunk)
    sys.stdout.buffer.flush()


def _inert(stream: IO[bytes]) -> None:
    from linkbak.report.escape import terminal

    while line := stream.readline(_CHUNK):
        sys.stdout.write(terminal(line.decode("utf-8", "replace").rstrip("\r\n")) + "\n")


# --- restore ----------------------------------------------------------------------------------------------------------
# ``linkbak restore``.


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
    from linkbak.cli.session import progress
    from linkbak.report import say, snapshots
    from linkbak.vault import resolve
    from linkbak.vault.destination import place_named
    from linkbak.vault.restore import restore_folder, restore_zip

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
# ``linkbak drill``.


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

    from linkbak import state
    from linkbak.report import say, snapshots

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

    from linkbak.cli.session import progress
    from linkbak.drill import drill as tried
    from linkbak.vault.lock import orderly_end

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

    from linkbak.vault import resolve

    found = session.summaries(vault)
    if name is not None:
        return resolve(session.one_account(found), name)
    if not found:
        raise NoSuchSnapshot("there is no snapshot to restore yet", hint="Keep one: linkbak import ARCHIVE")
    return SystemRandom().choice(found)
