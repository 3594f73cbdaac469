"""``linkbak scan`` and ``linkbak watch``: archives found in the downloads."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from linkbak.automation import downloads
from linkbak.automation import scan as scanning
from linkbak.automation.scan import ended_by_signals
from linkbak.automation.scan import watch as repeat
from linkbak.automation.scan_state import Listener
from linkbak.cli.notices import brought_by, compact_if_due, import_options, say_made, show_receipt
from linkbak.cli.session import Session
from linkbak.errors import Exit, LinkbakError, UsageProblem
from linkbak.report import imports, render, say

if TYPE_CHECKING:
    from linkbak.automation.scan_state import Scanned
    from linkbak.ingest import Receipt

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
    everyone: Annotated[bool, typer.Option("--all", help="Show every row.")] = False,
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
    listener = receipts_to(session, everyone=everyone)
    scanned = one_scan(session, folders or (), move_to, listener, again=again, dry_run=dry_run)
    if session.as_json:
        session.print_json(imports.scan_document(session.vault_path()[0], scanned))
    else:
        show_rest(session, scanned)
        if sys.stderr.isatty() and not session.quiet:
            _reassure(scanned)
    compact_after(session, scanned)
    return scanned.exit_code


def compact_after(session: Session, scanned: Scanned) -> None:
    """Begin to compact the vault in the background, if what was kept makes it worth it."""
    if brought := brought_by(scanned.receipts):
        compact_if_due(session, brought)


def one_scan(
    session: Session,
    folders: Sequence[Path],
    move_to: Path | None,
    listener: Listener,
    *,
    again: bool = False,
    dry_run: bool = False,
    insist: bool = False,
) -> Scanned:
    """Look through the folders named, else those of the settings, else the usual ones.

    What is wrong with a folder is told once; with those that were named, or if `insist`, every time.
    """
    settings = session.settings()
    place, named = session.vault_path()
    if named and not (place / ".git").exists():
        session.open_vault()  # says that it is not there, though nothing is new: a disk may be missing
    return scanning.scan(
        place,
        downloads.folders(place, folders or settings.scan.folders),
        import_options(session, dry_run=dry_run),
        move_to=move_to or settings.scan.move_to,
        named=named,
        look_again=again,
        insist=insist or bool(folders),
        listener=listener,
    )


def receipts_to(session: Session, *, everyone: bool = False) -> Listener:
    """Receipts printed as they come."""

    def receipt(found: Receipt) -> None:
        if not session.as_json:
            show_receipt(session, found, everyone=everyone)

    return Listener(receipt, say_made)


def show_rest(session: Session, scanned: Scanned) -> None:
    """What is told beside the receipts: moves on standard output, troubles on standard error."""
    if not scanned.moved and not scanned.troubles:
        return
    session.show(imports.moved(scanned))
    render(imports.troubles(scanned.troubles), sys.stderr, color=session.colour)


def _reassure(scanned: Scanned) -> None:
    """A person who asked gets an answer though there is nothing to tell; cron does not."""
    told = scanned.receipts or scanned.troubles or scanned.moved
    for line in imports.waiting(scanned) if told else imports.idle(scanned):
        say(line)


EVERY = 60
"""So many seconds lie between two scans."""


def watch(
    session: Session,
    folders: Folders = None,
    every: Annotated[int, typer.Option("--every", metavar="SECONDS", help="How long to wait between looks.")] = EVERY,
    move_to: MoveTo = None,
) -> Exit:
    """Scan again and again, until you end it

    \b
    Examples:
      linkbak watch
      linkbak watch ~/Downloads --every 10

    Does what `linkbak scan` does, once a minute, and says something only when something happens. What goes wrong is
    told once, until it changes; a folder whose disk is gone for a while is looked through again when it is back.
    Ctrl-C ends it.
    """
    if every < 1:
        raise UsageProblem("a watch looks once a second at most", hint="Leave --every out for once a minute.")
    session.settings()  # what is wrong with them at the start is no matter of one round
    if sys.stderr.isatty() and not session.quiet:
        _begin(session, folders or ())
    with ended_by_signals():
        repeat(_Round(session, folders or (), move_to).look, every)
    return Exit.INTERRUPTED


class _Round:
    """One scan after another; what the last one told is not told again."""

    def __init__(self, session: Session, folders: Sequence[Path], move_to: Path | None) -> None:
        self._session = session
        self._folders = folders
        self._move_to = move_to
        self._before: set[str] = set()
        self._now: set[str] = set()

    def look(self) -> None:
        """Scan once; whatever stops this scan does not stop the next."""
        self._now = set()
        try:
            self._tell(
                one_scan(self._session, self._folders, self._move_to, Listener(self._receive, say_made), insist=True)
            )
        except LinkbakError as error:
            if self._is_news(error):
                say(f"error: {error}")
                if error.hint:
                    say(f"hint: {error.hint}")
        self._before = self._now

    def _tell(self, scanned: Scanned) -> None:
        news = scanned._replace(troubles=tuple(one for one in scanned.troubles if self._is_news(one)))
        if not self._session.as_json:
            show_rest(self._session, news)
        elif news.receipts or news.moved or news.troubles:
            self._session.print_json(imports.scan_document(self._session.vault_path()[0], news))
        self._session.check_output()  # a watch that nobody can read ends
        compact_after(self._session, scanned)

    def _receive(self, receipt: Receipt) -> None:
        if (receipt.error is None or self._is_news(receipt.error)) and not self._session.as_json:
            show_receipt(self._session, receipt, everyone=False)

    def _is_news(self, error: LinkbakError) -> bool:
        self._now.add(str(error))
        return str(error) not in self._before


def _begin(session: Session, folders: Sequence[Path]) -> None:
    watched = downloads.folders(session.vault_path()[0], folders or session.settings().scan.folders)
    where = ", ".join(str(folder) for folder in watched) or "your downloads, once there are any"
    say(f"watching {where}; Ctrl-C ends it")
