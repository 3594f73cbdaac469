"""``linkbak invitations``."""

from __future__ import annotations

from typing import Annotated

import typer

from linkbak.cli import people_options
from linkbak.cli.people import on_terminal
from linkbak.cli.session import Session, progress
from linkbak.errors import UsageProblem
from linkbak.exporters.rows import csv_text
from linkbak.index.correspondence import SentInvitation, messages
from linkbak.index.correspondence import invitations as every_invitation
from linkbak.index.history import History
from linkbak.report import invitations as view


def invitations(
    session: Session,
    still_open: Annotated[bool, typer.Option("--open", help="Only those that nobody accepted.")] = False,
    sent: Annotated[bool, typer.Option("--sent", help="Only those you sent.")] = False,
    received: Annotated[bool, typer.Option("--received", help="Only those you received.")] = False,
    since: Annotated[
        str | None, typer.Option("--since", metavar="DATE", help="Only those sent on that day or later.")
    ] = None,
    everyone: Annotated[bool, typer.Option("--all", help="Show every row.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="One row an invitation.")] = False,
) -> None:
    """List invitations to connect, sent and received

    \b
    Examples:
      linkbak invitations --open --sent
      linkbak invitations --since 2025 --csv > invitations.csv

    linkbak tells who asked whom, when, with what note, and whether a list shows the two as connected since; else it is
    open, for so many days as the newest archive with it shows. Invitations that you declined or ignored are in no
    export. Times are UTC.
    """
    if sent and received:
        raise UsageProblem("--sent and --received cannot be combined", hint="Without either you see both.")
    if as_csv and session.as_json:
        raise UsageProblem("--json and --csv cannot be combined")
    begin = people_options.first_day(since)
    with session.open_vault() as vault:
        session.holding(session.summaries(vault), {"invitations": "invitations"})
        with History.open(vault, progress(quiet=session.quiet)) as history, history.read_transaction():
            found = [
                one
                for one in every_invitation(history, people_options.account_meant(session, history))
                if (not still_open or one.state == "open")
                and (one.outgoing if sent else not one.outgoing if received else True)
                and one.sent_at[:10] >= begin
            ]
            asked = [view.Asked(one, view.open_days(one), _in_messages(history, one)) for one in found]
    if session.as_json:
        session.print_json(view.document(asked))
    elif as_csv:
        session.print_text("".join(csv_text(view.CSV_HEADER, map(view.csv_row, asked), mark=False)))
    else:
        session.show(view.text(asked, everyone=everyone or not on_terminal()))


def _in_messages(history: History, one: SentInvitation) -> bool:
    """Whether the note is a message to or from the same person too, however it is broken into lines."""
    note = one.note.split()
    if not note or one.person is None:
        return False
    theirs = messages(history, one.account, person=one.person)
    return any(not said.draft and said.outgoing is one.outgoing and said.text.split() == note for said in theirs)
