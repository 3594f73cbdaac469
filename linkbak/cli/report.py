"""``linkbak report``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from linkbak.cli.session import Session, progress
from linkbak.cli.stats import overview_of
from linkbak.errors import UsageProblem
from linkbak.exporters import write_text
from linkbak.index.history import History
from linkbak.report import say
from linkbak.report.html import document, line, pieces
from linkbak.stats import nameless
from linkbak.talk.activity import Activity, read_activity

_STDOUT = "-"


def report(
    session: Session,
    place: Annotated[
        str | None, typer.Option("--output", "-o", metavar="FILE", help="Where to write it; - is standard output.")
    ] = None,
    show: Annotated[bool, typer.Option("--open", help="Open the page in your browser.")] = False,
    no_names: Annotated[bool, typer.Option("--no-names", help="Nothing but counts: nobody's name or work.")] = False,
) -> None:
    """Write a page about your network to open in a browser

    \b
    Examples:
      linkbak report --open
      linkbak report -o ~/network.html
      linkbak report --no-names -o numbers.html

    The page shows how your network grew, who came and went and why, where people work, whom you can reach, what you did
    yourself, how the backup stands, and everybody, to search and sort. Without -o, linkbak writes linkbak-ACCOUNT.html
    into this folder. The page loads nothing from elsewhere. It holds other people's names: treat it like the vault.
    """
    if place == _STDOUT and session.as_json:
        raise UsageProblem("--json needs -o", hint="Say where to write it with -o FILE.")
    if place == _STDOUT and show:
        raise UsageProblem("--open opens a file", hint="Say where to write it with -o FILE.")
    found = overview_of(session)
    page, acts = nameless(found) if no_names else found, _acts(session, found.account)
    if place == _STDOUT:
        for piece in pieces(page, acts):
            session.print_text(piece)
        return
    target = Path(place).expanduser() if place else Path(f"linkbak-{found.account}.html")
    written = write_text(pieces(page, acts), target)
    if session.as_json:
        session.print_json(document(found, written.place, written.bytes))
    elif not session.quiet:
        say(line(written.place, written.bytes))
    if show:
        import webbrowser

        if not webbrowser.open(written.place.absolute().as_uri()):
            say(f"hint: no browser could be opened here; open {written.place} yourself")


def _acts(session: Session, account: str) -> Activity | None:
    """What the owner did; None if no archive tells."""
    with (
        session.open_vault() as vault,
        History.open(vault, progress(quiet=session.quiet)) as history,
        history.read_transaction(),
    ):
        return read_activity(history, account, session.settings().activity)
