"""``linkbak init``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from linkbak.cli.session import Session
from linkbak.errors import NoVault, UsageProblem


def init(
    session: Session,
    path: Annotated[Path | None, typer.Argument(metavar="[PATH]", help="Where; the usual place if not said.")] = None,
) -> None:
    """Make a vault and remember its place

    \b
    Examples:
      linkbak init
      linkbak init ~/Documents/linkbak-vault

    Optional: the first import makes a vault in the usual place by itself.
    """
    from linkbak import paths, settings
    from linkbak.cli.warnings import synced_note
    from linkbak.report.blocks import Line
    from linkbak.report.show import say
    from linkbak.vault import Vault

    if path is not None and session.named_vault is not None and path != session.named_vault:
        raise UsageProblem("PATH and --vault name two places", hint="Name one.")
    place = Path(path or session.named_vault or paths.default_vault()).expanduser().absolute()
    created = False
    try:
        Vault.open(place).close()
    except NoVault:
        Vault.create(place).close()
        created = True
    config = settings.remember_vault(place)
    if session.as_json:
        session.print_json({"schema": "linkbak.init/1", "vault": str(place), "created": created})
        return
    session.show(
        [
            Line(f"{'made a vault in' if created else 'there is a vault in'} {place}", "good"),
            Line(f"remembered in {config}", "dim"),
        ]
    )
    if not session.quiet:
        for note in synced_note(place):
            say(note)
