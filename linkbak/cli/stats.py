"""``linkbak stats``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from linkbak.cli.session import Session, progress
from linkbak.errors import NoSuchSnapshot, UsageProblem
from linkbak.report import glyphs
from linkbak.report import stats as stats_view
from linkbak.stats import overview_now
from linkbak.talk.activity import against_budget

if TYPE_CHECKING:
    from linkbak.stats import Overview
    from linkbak.talk.activity import Activity


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
    acts = _acts(session, found.account) if mail else None
    if mail and session.as_json:
        session.print_json(stats_view.mail_document(found, names=not no_names, acts=acts))
    elif mail:
        session.print_text("".join(f"{line}\n" for line in stats_view.mail(found, names=not no_names, acts=acts)))
    elif session.as_json:
        session.print_json(stats_view.document(found))
    else:
        session.show(stats_view.text(found, glyphs(sys.stdout.encoding)))


def _acts(session: Session, account: str) -> Activity | None:
    """What the owner did, if there is a budget to hold it against."""
    with session.open_vault() as vault:
        return against_budget(vault, account, session.settings().activity, progress(quiet=session.quiet))


def overview_of(session: Session) -> Overview:
    """What there is to say of the one account that is meant, as of now.

    Raises UsageProblem if it is open which is meant, NoSuchSnapshot if no list of connections is kept of it.
    """
    with session.open_vault() as vault:
        kept = session.one_account(session.summaries(vault), books=False)
        if not any(one.connections is not None for one in kept):
            raise NoSuchSnapshot(
                "no snapshot here holds connections; that says nothing about who is connected",
                hint="Keep one: linkbak import ARCHIVE; `linkbak log` lists them.",
            )
        return overview_now(vault, kept[0].key.account, progress(quiet=session.quiet))
