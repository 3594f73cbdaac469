"""``linkbak report``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from linkbak.cli.session import Session
from linkbak.errors import UsageProblem

_STDOUT = "-"


def report(
    session: Session,
    place: Annotated[
        str | None,
        typer.Option("--output", "-o", metavar="FILE", help="Where to write it; - is standard output."),
    ] = None,
) -> None:
    """Make a page to look at: one HTML file that needs nothing else

    \b
    Examples:
      linkbak report
      linkbak report -o ~/network.html
      linkbak report --account linkedin-ada -o -

    How the network grew, who came and who went and why, where people work, whom you can reach, how the backup stands,
    and everybody, to be searched and sorted. Without -o it is written to linkbak-ACCOUNT.html in this folder. It asks
    for nothing from elsewhere, and it holds other people's names: treat it like the vault.
    """
    from linkbak.cli.overviews import overview_of
    from linkbak.exporters.writing import write_text
    from linkbak.report.page.rendering import pieces
    from linkbak.report.page.told import document, line

    if place == _STDOUT and session.as_json:
        raise UsageProblem("--json tells of what was written to a file", hint="Say where to write it with -o FILE.")
    found = overview_of(session)
    if place == _STDOUT:
        for piece in pieces(found):
            session.print_text(piece)
        return
    target = Path(place).expanduser() if place else Path(f"linkbak-{found.account}.html")
    written = write_text(pieces(found), target)
    if session.as_json:
        session.print_json(document(found, written.place, written.bytes))
    elif not session.quiet:
        from linkbak.report.show import say

        say(line(written.place, written.bytes))
