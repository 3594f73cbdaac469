"""``linkbak digest``."""

from __future__ import annotations

from typing import Annotated

import typer

from linkbak.cli.session import Session


def digest(
    session: Session,
    no_names: Annotated[bool, typer.Option("--no-names", help="Nothing but counts: nobody's name or work.")] = False,
) -> None:
    """Print what the vault comes to, in 30 lines for a mail

    \b
    Examples:
      linkbak digest
      linkbak digest --no-names
      linkbak digest | mail -s "My network" ada@example.com

    Plain text of at most 78 columns. The first line is fit for a subject. `linkbak stats` draws the same numbers,
    `linkbak report` makes a page of them.
    """
    from linkbak.cli.overviews import overview_of
    from linkbak.report import digest_view

    found = overview_of(session)
    if session.as_json:
        session.print_json(digest_view.document(found, names=not no_names))
    else:
        session.print_text("".join(f"{line}\n" for line in digest_view.lines(found, names=not no_names)))
