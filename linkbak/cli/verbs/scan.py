"""``linkbak scan``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from linkbak.cli.session import Session
from linkbak.errors import Exit

if TYPE_CHECKING:
    from linkbak.ingest import Receipt
    from linkbak.unattended.scanning import Scanned, Telling

Folders = Annotated[
    list[Path] | None, typer.Argument(metavar="FOLDER...", help="Where to look (default: Downloads, and inbox).")
]
MoveTo = Annotated[
    Path | None, typer.Option("--move-to", metavar="FOLDER", help="Move each archive there once it is kept.")
]


def scan(
    session: Session,
    folders: Folders = None,
    move_to: MoveTo = None,
    again: Annotated[bool, typer.Option("--again", help="Look anew at what was refused before.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", "-n", help="Do everything but keep.")] = False,
    everyone: Annotated[bool, typer.Option("--all", help="Fold no long lists.")] = False,
) -> Exit | None:
    """Find archives in your downloads and keep what is new

    \b
    Examples:
      linkbak scan
      linkbak scan ~/Downloads /media/usb --dry-run
      linkbak scan --move-to ~/Documents/LinkedIn

    Looks through your downloads and the folder `inbox` beside the vault, or through the folders you name, though not
    through the folders in them. An archive is known by its name, or under any name by what it holds. Downloads that
    have not ended are left alone. Says nothing if nothing is new; what was refused is told once. The files stay as
    and where they are, unless you say --move-to.
    """
    asked = folders or ()
    scanned = one_scan(session, asked, move_to, telling(session, everyone=everyone), again=again, dry_run=dry_run)
    if session.as_json:
        from linkbak.report.scan_view import document

        session.print_json(document(session.vault_path()[0], scanned))
    else:
        show_rest(session, scanned)
        if sys.stderr.isatty() and not session.quiet:
            _reassure(scanned)
    compact_after(session, scanned)
    return scanned.exit_code


def compact_after(session: Session, scanned: Scanned) -> None:
    """Begin to compact the vault in the background, if what was kept makes it worth it."""
    if scanned.receipts:
        from linkbak.cli.afterwards import compact_if_due
        from linkbak.cli.importing import brought_by

        if brought := brought_by(scanned.receipts):
            compact_if_due(session, brought)


def one_scan(
    session: Session,
    folders: Sequence[Path],
    move_to: Path | None,
    telling: Telling,
    *,
    again: bool = False,
    dry_run: bool = False,
    insist: bool = False,
) -> Scanned:
    """Look through the folders named, else those of the settings, else the usual ones.

    What is wrong with a folder is told once; with those that were named, or if `insist`, every time.
    """
    from linkbak.cli.importing import import_options
    from linkbak.unattended import scanning

    settings = session.settings()
    place, named = session.vault_path()
    if named and not (place / ".git").exists():
        session.open_vault()  # says that it is not there, though nothing is new: a disk may be missing
    return scanning.scan(
        place,
        scanning.folders(place, folders or settings.scan.folders),
        import_options(session, dry_run=dry_run),
        move_to=move_to or settings.scan.move_to,
        named=named,
        look_again=again,
        insist=insist or bool(folders),
        telling=telling,
    )


def telling(session: Session, *, everyone: bool = False) -> Telling:
    """Receipts printed as they come."""
    from linkbak.unattended.scanning import Telling

    def receipt(found: Receipt) -> None:
        from linkbak.cli.importing import show_receipt

        if not session.as_json:
            show_receipt(session, found, everyone=everyone)

    def made(place: Path) -> None:
        from linkbak.cli.importing import say_made

        say_made(place)

    return Telling(receipt, made)


def show_rest(session: Session, scanned: Scanned) -> None:
    """What is told beside the receipts: moves on standard output, troubles on standard error."""
    if not scanned.moved and not scanned.troubles:
        return
    from linkbak.report import scan_view
    from linkbak.report.show import show

    session.show(scan_view.moved(scanned))
    show(scan_view.troubles(scanned.troubles), sys.stderr, color=session.color)


def _reassure(scanned: Scanned) -> None:
    """A person who asked gets an answer though there is nothing to tell; cron does not."""
    from linkbak.report import scan_view
    from linkbak.report.show import say

    told = scanned.receipts or scanned.troubles or scanned.moved
    for line in scan_view.waiting(scanned) if told else scan_view.idle(scanned):
        say(line)
