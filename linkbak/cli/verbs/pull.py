"""``linkbak pull``."""

from __future__ import annotations

from typing import Annotated

import typer

from linkbak.cli.session import Session
from linkbak.errors import Exit


def pull(
    session: Session,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME...]", help="From which remotes; from all if you do not say.")
    ] = None,
) -> Exit | None:
    """Take in what copies elsewhere have and the vault has not

    \b
    Examples:
      linkbak pull
      linkbak pull usb

    For a vault that is used on more than one machine. If both have imported, the vault becomes the union: every
    snapshot and every mark of either stays, and both machines come to the same whichever pulls first. Snapshots are
    then put in the order in which they were imported, and their manifests chained anew; that is said.

    What comes in is compared with its manifests first, byte by byte. A copy in which something was changed, dropped or
    added by anybody but linkbak is refused, status 12, one of somebody else's vault too, status 8; the vault is then as
    it was. Nothing is ever sent: `linkbak push` does that.
    """
    from linkbak.cli.progress import progress
    from linkbak.report import pull_view
    from linkbak.report.show import say
    from linkbak.unattended import pulling
    from linkbak.vault.remotes.worst import worst

    place = session.vault_path()[0]
    pulled = pulling.pull(place, names or None, progress(quiet=session.quiet))
    if session.as_json:
        session.print_json(pull_view.document(str(place), pulled))
    else:
        session.show(pull_view.page(pulled))
        for line in pull_view.failures(pulled):
            say(line)
    return worst([one.error for one in pulled])
