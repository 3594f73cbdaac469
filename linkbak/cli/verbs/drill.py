"""``linkbak drill``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from linkbak.cli.session import Session
from linkbak.errors import Exit, MachineProblem, NoSuchSnapshot

if TYPE_CHECKING:
    from linkbak.report.drill_view import Drill
    from linkbak.vault import Summary, Vault


def drill(
    session: Session,
    snapshot: Annotated[
        str | None, typer.Argument(metavar="[SNAPSHOT]", help="Which; one at random if you do not say.")
    ] = None,
) -> Exit | None:
    """Try out a restore

    \b
    Examples:
      linkbak drill
      linkbak drill 2024-03

    A snapshot is restored into a temporary folder, read and exported there as if it had come from the network, and
    compared with what was kept: every byte, every row, every contact. `linkbak status` shows when that last went well.
    The folder is yours alone and goes away again; TMPDIR says where it is made.
    """
    from datetime import UTC, datetime

    from linkbak import upkeep
    from linkbak.report.drill_view import document, page, quiet_lines
    from linkbak.report.show import say

    with session.open_vault() as vault:
        found = _tried(session, vault, _one(session, vault, snapshot))
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        upkeep.note(vault.path, "drill", upkeep.Done(now, not found.problems, found.what))
    if session.as_json:
        session.print_json(document(found))
    elif session.quiet:
        for line in quiet_lines(found):
            say(line)
    else:
        session.show(page(found))
    return Exit.DAMAGED if found.problems else None


def _tried(session: Session, vault: Vault, summary: Summary) -> Drill:
    """The drill, in a folder that goes away however it ends."""
    from pathlib import Path
    from tempfile import TemporaryDirectory

    from linkbak.cli.progress import progress
    from linkbak.drill import drill as tried
    from linkbak.vault.locking import orderly_end

    with orderly_end(), TemporaryDirectory(prefix="linkbak-drill-") as folder:
        try:
            return tried(vault, summary, Path(folder), progress(quiet=session.quiet))
        except MachineProblem as error:
            if folder not in str(error):
                raise
            raise MachineProblem(str(error), hint="TMPDIR names the folder in which to try it.") from error


def _one(session: Session, vault: Vault, name: str | None) -> Summary:
    """The snapshot of that name, or any; raises NoSuchSnapshot."""
    from random import SystemRandom

    from linkbak.vault import resolve

    found = session.summaries(vault)
    if name is not None:
        return resolve(session.one_account(found), name)
    if not found:
        raise NoSuchSnapshot("there is no snapshot to restore yet", hint="Keep one: linkbak import ARCHIVE")
    return SystemRandom().choice(found)
