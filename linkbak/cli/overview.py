"""``linkbak stats`` and ``report``: what the vault comes to."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from linkbak.cli.session import Session, progress
from linkbak.errors import NoSuchSnapshot, UsageProblem
from linkbak.exporters import write_text
from linkbak.report import glyphs, say
from linkbak.report import stats as stats_view
from linkbak.report.html import document, line, pieces
from linkbak.stats import nameless, overview_now

if TYPE_CHECKING:
    from linkbak.stats import Overview


def stats(
    session: Session,
    mail: Annotated[bool, typer.Option("--mail", help="30 lines of plain text for a mail.")] = False,
    no_names: Annotated[bool, typer.Option("--no-names", help="With --mail: nothing but counts.")] = False,
) -> None:
    """Show your network in numbers

    \b
    Examples:
      linkbak stats
      linkbak stats --account boris
      linkbak stats --mail --no-names | mail -s "My network" ada@example.com

    linkbak shows how your network grew, who came and went and why, which companies and positions grew and shrank, whom
    you can still reach, and how the backup stands. The first line of --mail can serve as a subject. `linkbak report`
    makes a page.
    """
    if no_names and not mail:
        raise UsageProblem("--no-names needs --mail")
    found = overview_of(session)
    if mail and session.as_json:
        session.print_json(stats_view.mail_document(found, names=not no_names))
    elif mail:
        session.print_text("".join(f"{line}\n" for line in stats_view.mail(found, names=not no_names)))
    elif session.as_json:
        session.print_json(stats_view.document(found))
    else:
        session.show(stats_view.text(found, glyphs(sys.stdout.encoding)))


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

    The page shows how your network grew, who came and went and why, where people work, whom you can reach, how the
    backup stands, and everybody, to search and sort. Without -o, linkbak writes linkbak-ACCOUNT.html into this folder.
    The page loads nothing from elsewhere. It holds other people's names: treat it like the vault.
    """
    if place == _STDOUT and session.as_json:
        raise UsageProblem("--json needs -o", hint="Say where to write it with -o FILE.")
    if place == _STDOUT and show:
        raise UsageProblem("--open opens a file", hint="Say where to write it with -o FILE.")
    found = overview_of(session)
    page = nameless(found) if no_names else found
    if place == _STDOUT:
        for piece in pieces(page):
            session.print_text(piece)
        return
    target = Path(place).expanduser() if place else Path(f"linkbak-{found.account}.html")
    written = write_text(pieces(page), target)
    if session.as_json:
        session.print_json(document(found, written.place, written.bytes))
    elif not session.quiet:
        say(line(written.place, written.bytes))
    if show:
        import webbrowser

        if not webbrowser.open(written.place.absolute().as_uri()):
            say(f"hint: no browser could be opened here; open {written.place} yourself")


def overview_of(session: Session) -> Overview:
    """What there is to say of the one account that is meant, as of now.

    Raises UsageProblem if it is open which is meant, NoSuchSnapshot if no list of connections is kept of it.
    """
    with session.open_vault() as vault:
        kept = session.one_account(session.summaries(vault))
        if not any(one.connections is not None for one in kept):
            raise NoSuchSnapshot(
                "no snapshot here holds connections; that says nothing about who is connected",
                hint="Keep one: linkbak import ARCHIVE; `linkbak log` lists them.",
            )
        return overview_now(vault, kept[0].key.account, progress(quiet=session.quiet))
