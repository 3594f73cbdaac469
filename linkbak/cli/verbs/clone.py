"""``linkbak clone``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from linkbak.cli.session import Session
from linkbak.errors import UsageProblem


def clone(
    session: Session,
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="Where the copy is.")],
    path: Annotated[
        Path | None, typer.Argument(metavar="[PATH]", help="Where the vault goes; the usual place if not said.")
    ] = None,
    private: Annotated[
        bool, typer.Option("--private-i-am-sure", help="Let `linkbak push` send to this public host, too.")
    ] = False,
) -> None:
    """Make a vault of a copy, on this machine

    \b
    Examples:
      linkbak clone /media/usb/linkbak.git
      linkbak clone me@server.example.com:linkbak.git ~/Documents/linkbak-vault

    For a new machine, or when the old vault is lost: every snapshot and mark of the copy is there again, and every
    byte is compared with what was written down at its import before anything lies at PATH. The copy becomes the remote
    origin, so `linkbak push` sends there what you import from now on. The place is remembered, as by `linkbak init`.
    """
    from linkbak import settings
    from linkbak.cli.progress import progress
    from linkbak.cli.warnings import public_note, synced_note
    from linkbak.report import clone_view
    from linkbak.report.show import say
    from linkbak.vault.remotes.addresses import read
    from linkbak.vault.remotes.cloning import clone as make

    if path is not None and session.named_vault is not None and path != session.named_vault:
        raise UsageProblem("PATH and --vault name two places", hint="Name one.")
    source = read(address)
    place = (path or session.vault_path()[0]).expanduser().absolute()
    cloned = make(address, place, private=private, progress=progress(quiet=session.quiet))
    config = settings.remember_vault(place)
    origin = source.path is None or not source.path.is_file()
    notes = [*synced_note(place), *public_note(source, private=private)]
    if session.as_json:
        session.print_json(clone_view.document(cloned, notes))
        return
    session.show(clone_view.page(cloned, config, origin=origin))
    if not session.quiet:
        for note in notes:
            say(note)
