"""``linkbak log``."""

from __future__ import annotations

from typing import Annotated

import typer

from linkbak.cli.session import Session


def log(
    session: Session,
    last: Annotated[int | None, typer.Option("--last", "-n", metavar="N", min=1, help="Only the newest N.")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="Only what was there that day.")] = None,
) -> None:
    """List the snapshots, newest first

    \b
    Examples:
      linkbak log
      linkbak log --last 12 --json

    "new" and "gone" count from the snapshot of the day before it that covers connections.
    """
    from linkbak.comparison import accepted_snapshots
    from linkbak.comparison.deltas import Deltas
    from linkbak.report.log_view import Entry, log_page

    with session.open_vault() as vault:
        found = list(reversed(session.summaries(vault, as_of)))[:last]
        deltas = Deltas(vault)
        settled = accepted_snapshots(vault)
        entries = [Entry(one, *deltas.of(one), held=one.held and one.key not in settled) for one in found]
        deltas.remember()
    if session.as_json:
        from linkbak.report import as_json

        session.print_json(as_json.log(entries))
    else:
        session.show(log_page(entries))
