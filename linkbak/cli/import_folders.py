"""Folders that ``linkbak import`` looks through: your downloads, or those that are named."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from linkbak.automation import downloads, scan
from linkbak.automation.downloads import Listener, Scanned
from linkbak.cli.import_ import say_made
from linkbak.cli.session import Session
from linkbak.report import imports, render, say

if TYPE_CHECKING:
    from linkbak.ingest import Options, Receipt


def look_through(
    session: Session,
    place: Path,
    folders: Sequence[Path],
    options: Options,
    show: Callable[[Receipt], None],
    move_to: Path | None,
    *,
    again: bool,
    named: bool,
) -> Scanned:
    """Keep what is new in the folders named, else those of the settings, else the usual ones; tells what came of it."""
    wanted = session.settings().scan
    found = scan.scan(
        place,
        downloads.folders(place, folders or wanted.folders),
        options,
        move_to=move_to or wanted.move_to,
        named=named,
        look_again=again,
        insist=bool(folders),
        listener=Listener(show, say_made),
    )
    if not session.as_json:
        _tell(session, found)
    return found


def _tell(session: Session, found: Scanned) -> None:
    """Moves on standard output, troubles on standard error; and to a person, or beside news, what was passed over."""
    if found.moved:
        session.show(imports.moved(found))
    if found.troubles:
        render(imports.troubles(found.troubles), sys.stderr, color=session.colour)
    if not session.quiet and (found.receipts or sys.stderr.isatty()):
        for line in imports.passed_over(found):
            say(line)
