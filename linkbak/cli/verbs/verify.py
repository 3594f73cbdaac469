"""``linkbak verify``."""

from __future__ import annotations

from typing import Annotated

import typer

from linkbak.cli.session import Session
from linkbak.errors import Exit


def verify(
    session: Session,
    sample: Annotated[
        str | None, typer.Option("--sample", metavar="SHARE", help="Compare only so many of the files: 5%.")
    ] = None,
) -> Exit | None:
    """Compare every byte of the vault with what was imported

    \b
    Examples:
      linkbak verify
      linkbak verify --sample 5%

    Every file of every snapshot is compared with the sha256 written down when it was imported, in git and where it
    lies open; so is everything else in the vault, down to git's own files. What is damaged is told with the
    snapshots it concerns, what is still whole and what to do, and the status is then 12. Nothing is changed; others
    may import meanwhile. With --sample, files are chosen at random, and all that is no archive's file is looked at.
    """
    from linkbak.cli.progress import progress
    from linkbak.report import verify_view
    from linkbak.routine.checking import looked_over, share_of

    share = share_of(sample) if sample is not None else None
    looked = looked_over(session.vault_path()[0], share, progress(quiet=session.quiet))
    if session.as_json:
        session.print_json(verify_view.document(looked))
    else:
        session.show(verify_view.page(looked))
    return Exit.DAMAGED if looked.found.damage else None
