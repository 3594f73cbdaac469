"""``linkbak files``."""

from __future__ import annotations

from typing import Annotated

import typer

from linkbak.cli.session import Session


def files(
    session: Session,
    snapshot: Annotated[
        str, typer.Argument(metavar="[SNAPSHOT]", help="Which snapshot; latest if not said.")
    ] = "latest",
) -> None:
    """List what a snapshot holds

    \b
    Examples:
      linkbak files
      linkbak files 2026-03-20
    """
    from linkbak.report.log_view import files_page
    from linkbak.vault import resolve

    with session.open_vault() as vault:
        key = resolve(session.one_account(session.summaries(vault)), snapshot).key
        manifest = vault.manifest(key)
    if session.as_json:
        from linkbak.report import as_json

        session.print_json(as_json.files(key, manifest))
    else:
        session.show(files_page(key, manifest))
