"""``linkbak stats``."""

from __future__ import annotations

import sys

from linkbak.cli.session import Session


def stats(session: Session) -> None:
    """Draw what the vault comes to, in numbers

    \b
    Examples:
      linkbak stats
      linkbak stats --account boris
      linkbak stats --json

    The size of the network over time, who came and went and why, companies and positions that grew and shrank, whom
    you can still reach, and how the backup stands. `linkbak digest` says the same in 30 lines for a mail, `linkbak
    report` makes a page of it.
    """
    from linkbak.cli.overviews import overview_of

    found = overview_of(session)
    if session.as_json:
        from linkbak.report.stats_json import stats as document

        session.print_json(document(found))
    else:
        from linkbak.report.stats_view import page
        from linkbak.report.strokes import strokes

        session.show(page(found, strokes(sys.stdout.encoding)))
