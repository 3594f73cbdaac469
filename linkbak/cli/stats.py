"""``linkbak stats`` and ``report``: the network in numbers, on a screen, in a mail and on a page."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Option

from linkbak.cli.app import load
from linkbak.cli.session import Session, progress
from linkbak.errors import NoSuchSnapshot, UsageProblem
from linkbak.report import glyphs, say
from linkbak.talk.activity import against_budget, read_activity
from linkbak.texts import tr

if TYPE_CHECKING:
    from linkbak.exporters import Written
    from linkbak.stats import Overview


def stats(
    session: Session,
    mail: Annotated[bool, Option("--mail", help="30 lines of plain text for a mail.")] = False,
    no_names: Annotated[bool, Option("--no-names", help="With --mail: nothing but counts.")] = False,
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
        raise UsageProblem(tr("--no-names needs --mail"))
    found = _overview(session)
    acts = None
    if mail:
        with session.open_vault() as vault:  # what the owner did, if there is a budget to hold it against
            acts = against_budget(vault, found.account, session.settings().activity, progress(quiet=session.quiet))
    if mail and session.as_json:
        session.print_json(load("linkbak.report.stats.mail_document")(found, names=not no_names, acts=acts))
    elif mail:
        session.print_text(
            "".join(f"{line}\n" for line in load("linkbak.report.stats.mail")(found, names=not no_names, acts=acts))
        )
    elif session.as_json:
        session.print_json(load("linkbak.report.stats.document")(found))
    else:
        session.show(load("linkbak.report.stats.text")(found, glyphs(sys.stdout.encoding)))


def _overview(session: Session) -> Overview:
    """What there is to say of the one account that is meant, as of now; raises NoSuchSnapshot without a list of it."""
    with session.open_vault() as vault:
        kept = session.one_account(session.summaries(vault), books=False)
        if not any(one.connections is not None for one in kept):
            raise NoSuchSnapshot(
                tr("no snapshot here holds connections; that says nothing about who is connected"),
                hint=tr("Keep one: linkbak import ARCHIVE; `linkbak log` lists them."),
            )
        found: Overview = load("linkbak.stats.overview_now")(vault, kept[0].key.account, progress(quiet=session.quiet))
        return found


_STDOUT = "-"


def report(
    session: Session,
    place: Annotated[
        str | None, Option("--output", "-o", metavar="FILE", help="Where to write it; - is standard output.")
    ] = None,
    show: Annotated[bool, Option("--open", help="Open the page in your browser.")] = False,
    no_names: Annotated[bool, Option("--no-names", help="Nothing but counts: nobody's name or work.")] = False,
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
        raise UsageProblem(tr("--json needs -o"), hint=tr("Say where to write it with -o FILE."))
    if place == _STDOUT and show:
        raise UsageProblem(tr("--open opens a file"), hint=tr("Say where to write it with -o FILE."))
    found = _overview(session)
    page = load("linkbak.stats.nameless")(found) if no_names else found
    with session.open_vault() as vault, session.reading(vault) as history:
        acts = read_activity(history, found.account, session.settings().activity)
    pieces: Iterable[str] = load("linkbak.report.html.pieces")(page, acts)
    if place == _STDOUT:
        for piece in pieces:
            session.print_text(piece)
        return
    target = Path(place).expanduser() if place else Path(f"linkbak-{found.account}.html")
    written: Written = load("linkbak.exporters.write_text")(pieces, target)
    document, line = load("linkbak.report.html.document"), load("linkbak.report.html.line")
    session.tell_aside(document(found, written.place, written.bytes), [line(written.place, written.bytes)])
    if show:
        import webbrowser

        if not webbrowser.open(written.place.absolute().as_uri()):
            say(tr("hint: no browser could be opened here; open {place} yourself", place=written.place))
