"""``linkbak activity``."""

from __future__ import annotations

from typing import Annotated

import typer

from linkbak.cli.session import Session, day_of, progress
from linkbak.errors import NoSuchSnapshot, UsageProblem
from linkbak.index.history import History
from linkbak.report import activity as view
from linkbak.talk.activity import read_activity


def activity(
    session: Session,
    since: Annotated[
        str | None, typer.Option("--since", metavar="DATE", help="From that day on; else the newest year.")
    ] = None,
    before: Annotated[str | None, typer.Option("--before", metavar="DATE", help="Up to the day before that.")] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="One row a day.")] = False,
) -> None:
    """Show what you did on LinkedIn, and when

    \b
    Examples:
      linkbak activity
      linkbak activity --since 2024 --csv > acts.csv
      linkbak config set activity.days_per_week 3

    linkbak counts acts: messages and invitations you sent, posts, comments, reactions, and those logins that an archive
    names. Time on the site is in no export, nor what you only read: a stretch of acts less than 30 minutes apart is the
    least you were there. Hours and stretches are of files that state a time zone alone, told in activity.zone, else in
    UTC. A month that no archive tells of is a gap. A budget of yours, as activity.days_per_week,
    activity.acts_per_day and activity.quiet_after, is held against it.
    """
    if as_csv and session.as_json:
        raise UsageProblem("--json and --csv cannot be combined")
    with session.open_vault() as vault:
        kept = session.one_account(session.summaries(vault), books=False)
        account = kept[-1].key.account if kept else ""
        with History.open(vault, progress(quiet=session.quiet)) as history, history.read_transaction():
            found = account and read_activity(
                history,
                account,
                session.settings().activity,
                day_of(since) if since else None,
                day_of(before) if before else None,
            )
    if not found:
        raise NoSuchSnapshot(view.NOTHING, hint="Ask LinkedIn for a complete archive: `linkbak request` tells how.")
    if session.as_json:
        session.print_json(view.document(found, account))
    elif as_csv:
        session.print_text(view.to_csv(found))
    else:
        session.show(view.text(found, account))
