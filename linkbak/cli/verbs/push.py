"""``linkbak push``."""

from __future__ import annotations

from typing import Annotated

import typer

from linkbak.cli.session import Session
from linkbak.errors import Exit, UsageProblem


def push(
    session: Session,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME...]", help="To which remotes; to all if you do not say.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", "-n", help="Say what would be sent, and send nothing.")] = False,
) -> Exit | None:
    """Send the vault to its copies elsewhere

    \b
    Examples:
      linkbak push
      linkbak push usb
      linkbak push --dry-run

    Everything that was committed is sent: snapshots and marks. A copy only ever grows; nothing in it is replaced or
    taken away. One that has what is not here gets nothing: `linkbak pull` brings that first. If one place cannot be
    reached, the others still get theirs, and the exit status tells the worst.

    `linkbak remote add` adds a place. Nobody is asked for a password where no terminal is.
    """
    from linkbak.cli.progress import progress
    from linkbak.report import push_view
    from linkbak.report.show import say
    from linkbak.vault.remotes import pushing
    from linkbak.vault.remotes.worst import worst

    pushed = pushing.push(session.vault_path()[0], names or None, dry=dry_run, progress=progress(quiet=session.quiet))
    if not pushed:
        raise UsageProblem(
            "the vault has no remote to push to",
            hint="`linkbak remote add usb /media/usb/linkbak.git --create` makes a copy on a disk.",
        )
    if session.as_json:
        session.print_json(push_view.document(pushed, dry=dry_run))
    else:
        session.show(push_view.page(pushed))
        for line in push_view.failures(pushed):
            say(line)
    return worst([one.error for one in pushed])
