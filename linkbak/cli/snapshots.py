"""``linkbak log``, ``cat`` and ``restore``: the snapshots, what they hold, and their files outside the vault."""

from __future__ import annotations

import codecs
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from typer import Argument, Option

from linkbak.cli.app import load
from linkbak.cli.session import Session, progress
from linkbak.errors import Exit, NoSuchSnapshot, UsageProblem
from linkbak.model import BOOK, CARDS
from linkbak.report import snapshots as view
from linkbak.texts import tr
from linkbak.vault import resolve


def log(
    session: Session,
    snapshot: Annotated[str | None, Argument(metavar="[SNAPSHOT]", help="List the files of this one instead.")] = None,
    last: Annotated[int | None, Option("--last", "-n", metavar="N", min=1, help="Only the newest N.")] = None,
    as_of: Annotated[str | None, Option("--as-of", metavar="DATE", help="Only what was there that day.")] = None,
    everything: Annotated[bool, Option("--all", help="Those set aside by `linkbak forget` too.")] = False,
) -> None:
    """List the snapshots, or the files of one

    \b
    Examples:
      linkbak log
      linkbak log --last 12
      linkbak log 2026-03

    The newest comes first. "new" and "gone" count from the newest snapshot of an earlier day that holds connections.
    """
    if snapshot is not None:
        if last is not None or everything:
            raise UsageProblem(
                tr("--last and --all list snapshots, not the files of one"), hint=tr("Leave one of them out.")
            )
        with session.open_vault() as vault:
            key = resolve(session.one_account(session.summaries(vault, as_of)), snapshot).key
            manifest = vault.manifest(key)
        session.tell(lambda: view.files_document(key, manifest), lambda: view.files_text(key, manifest))
        return
    with session.open_vault() as vault:
        found = load("linkbak.index.store.judged")(vault, session.summaries(vault, as_of, everything=everything))
        found = found[::-1][:last]
        aside = vault.set_aside()
        counts = load("linkbak.index.store.came_and_went")(
            vault, [one for one in found if one.key not in aside], progress(quiet=session.quiet)
        )
        entries = []
        for one in found:
            added, vanished = counts.get(one.key, (None, None))
            contacts = vault.manifest(one.key).coverage[CARDS].rows if one.network == BOOK else None
            held = one.held and one.key not in aside
            entries.append(view.Entry(one, added, vanished, held, one.key in aside, contacts))
    session.tell(lambda: view.log_document(entries), lambda: view.log_text(entries))


_CHUNK = 1 << 20


def cat(
    session: Session,
    snapshot: Annotated[str, Argument(metavar="SNAPSHOT", help="Which snapshot.")],
    file: Annotated[str, Argument(metavar="FILE", help="Its path in the archive, or its name alone.")],
) -> None:
    """Print one file of a snapshot

    \b
    Examples:
      linkbak cat latest Connections.csv
      linkbak cat 2025-11 messages.csv > messages-2025-11.csv

    Into a file or pipe goes every byte as it was imported. On a terminal, control characters are shown as �.
    """
    with session.open_vault() as vault:
        key = resolve(session.one_account(session.summaries(vault)), snapshot).key
        path = _path([facts.path for facts in vault.manifest(key).files], file, key.id)
        with vault.files(key).open(path) as stream:
            if sys.stdout.isatty():
                for text in codecs.iterdecode(iter(lambda: stream.read(_CHUNK), b""), "utf-8", "replace"):
                    session.print_text(text)
            else:
                sys.stdout.flush()
                while chunk := stream.read(_CHUNK):
                    sys.stdout.buffer.write(chunk)
                sys.stdout.buffer.flush()


def _path(paths: Sequence[str], wanted: str, snapshot: str) -> str:
    if wanted in paths:
        return wanted
    named = [path for path in paths if path.rpartition("/")[2].casefold() == wanted.casefold()]
    if len(named) == 1:
        return named[0]
    if named:
        raise NoSuchSnapshot(
            tr("{snapshot} holds several files of that name", snapshot=snapshot),
            hint=tr("Name one: {files}", files=", ".join(named)),
        )
    raise NoSuchSnapshot(
        tr("{snapshot} holds no file {file!r}", snapshot=snapshot, file=wanted),
        hint=tr("`linkbak log {snapshot}` lists what it holds.", snapshot=snapshot),
    )


def restore(
    session: Session,
    snapshot: Annotated[str, Argument(metavar="SNAPSHOT", help="Which snapshot: latest, 2026-03, ...")],
    place: Annotated[
        str | None, Option("--output", "-o", metavar="PLACE", help="The folder or zip to write; else a new one here.")
    ] = None,
    as_zip: Annotated[bool, Option("--zip", help="As one zip.")] = False,
    only: Annotated[
        list[str] | None,
        Option("--only", metavar="WHAT", help="Only this kind, file or folder; may be repeated."),
    ] = None,
    overwrite: Annotated[bool, Option("--overwrite", help="Overwrite existing files.")] = False,
    dry_run: Annotated[bool, Option("--dry-run", "-n", help="Say what would be written; write nothing.")] = False,
) -> Exit | None:
    """Restore the files of a snapshot, byte for byte

    \b
    Examples:
      linkbak restore 2026-03
      linkbak restore 2026-03 -o ~/linkedin-march --only connections,messages
      linkbak restore latest -o march.zip --zip

    Every file comes back with its path and time, compared byte by byte with its import. After an interruption, run it
    again. A damaged file is left out and named, and linkbak exits with 12. A restored zip has other bytes than
    LinkedIn's zip, around the same files.
    """
    with session.open_vault() as vault:
        key = resolve(session.one_account(session.summaries(vault)), snapshot).key
        where = load("linkbak.vault.destination.place_named")(
            place, Path(f"{key.account}-{key.id}{'.zip' if as_zip else ''}"), as_zip=as_zip
        )
        write = load("linkbak.vault.restore.restore_zip") if as_zip else load("linkbak.vault.restore.restore_folder")
        bar = progress(quiet=session.quiet)
        found = write(vault, key, where, only=only or (), overwrite=overwrite, dry=dry_run, progress=bar)
    session.tell(
        lambda: view.restore_document(found), lambda: view.restore_text(found), lambda: view.restore_failures(found)
    )
    return Exit.DAMAGED if found.damaged else None
