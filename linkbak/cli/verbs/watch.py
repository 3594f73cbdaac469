"""``linkbak watch``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from linkbak.cli.session import Session
from linkbak.cli.verbs.scan import Folders, MoveTo, compact_after, one_scan, show_rest
from linkbak.errors import Exit, LinkbakError, UsageProblem

if TYPE_CHECKING:
    from linkbak.ingest import Receipt
    from linkbak.unattended.scanning import Scanned

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
    from linkbak.unattended.scanning.watching import ended_by_signals
    from linkbak.unattended.scanning.watching import watch as repeat

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
        from linkbak.unattended.scanning import Telling

        self._now = set()
        try:
            self._tell(
                one_scan(self._session, self._folders, self._move_to, Telling(self._receive, _made), insist=True)
            )
        except LinkbakError as error:
            if self._is_news(error):
                _say_error(error)
        self._before = self._now

    def _tell(self, scanned: Scanned) -> None:
        news = scanned._replace(troubles=tuple(one for one in scanned.troubles if self._is_news(one)))
        if not self._session.as_json:
            show_rest(self._session, news)
        elif news.receipts or news.moved or news.troubles:
            from linkbak.report.scan_view import document

            self._session.print_json(document(self._session.vault_path()[0], news))
        sys.stdout.flush()
        compact_after(self._session, scanned)

    def _receive(self, receipt: Receipt) -> None:
        from linkbak.cli.importing import show_receipt

        if (receipt.error is None or self._is_news(receipt.error)) and not self._session.as_json:
            show_receipt(self._session, receipt, everyone=False)
            sys.stdout.flush()

    def _is_news(self, error: LinkbakError) -> bool:
        self._now.add(str(error))
        return str(error) not in self._before


def _made(place: Path) -> None:
    from linkbak.cli.importing import say_made

    say_made(place)


def _say_error(error: LinkbakError) -> None:
    from linkbak.report.show import say

    say(f"error: {error}")
    if error.hint:
        say(f"hint: {error.hint}")


def _begin(session: Session, folders: Sequence[Path]) -> None:
    from linkbak.report.show import say
    from linkbak.unattended import scanning

    looked = scanning.folders(session.vault_path()[0], folders or session.settings().scan.folders)
    where = ", ".join(str(folder) for folder in looked) or "your downloads, once there are any"
    say(f"watching {where}; Ctrl-C ends it")
