"""``linkbak unseal``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from linkbak.cli.session import Session
from linkbak.errors import UsageProblem


def unseal(
    session: Session,
    words: Annotated[
        list[Path], typer.Argument(metavar="FILE... [PATH]", help="The sealed copies; then where the vault goes.")
    ],
    identity: Annotated[
        list[Path] | None,
        typer.Option("--identity", "-i", metavar="FILE", help="A file with a secret key, of age or ssh; more: again."),
    ] = None,
    passphrase_file: Annotated[
        Path | None,
        typer.Option("--passphrase-file", metavar="FILE", help="A file with the passphrase in its first line."),
    ] = None,
) -> None:
    """Open sealed copies: as a new vault, or into the one that is there

    \b
    Examples:
      linkbak unseal vault.age ~/linkbak-vault -i ~/linkbak-key.txt
      linkbak unseal ~/Dropbox/linkbak/*.age ~/linkbak-vault -i ~/linkbak-key.txt
      linkbak unseal vault.age

    PATH is a folder that is new or empty, or a vault; if you do not say, it is the vault that every command uses. Of
    copies made with --since-last name all, in any order, beginning with the whole one. What comes is compared, byte by
    byte, with the sha256 written down when it was imported. If it is not in order, or cannot be opened, nothing is
    changed: the status is 14 for a wrong key, 12 for a damaged copy. A new vault's place is remembered, as by
    `linkbak init`.

    A passphrase is asked for where one is needed; LINKBAK_SEAL_PASSPHRASE gives it without asking. A bundle that `age`
    itself has opened is taken, too.
    """
    from linkbak import settings
    from linkbak.cli import passphrase
    from linkbak.cli.progress import progress
    from linkbak.cli.warnings import synced_note
    from linkbak.report import unseal_view
    from linkbak.report.show import say
    from linkbak.unattended.sealing.age_format import Keys
    from linkbak.unattended.sealing.keys import identities
    from linkbak.unattended.sealing.restoring import unseal as unsealed

    files, place = _meant(session, [word.expanduser() for word in words])
    secret = passphrase_file.expanduser() if passphrase_file else None
    keys = Keys(identities([file.expanduser() for file in identity or ()]), lambda: passphrase.known(secret))
    found = unsealed(files, place, keys, progress(quiet=session.quiet))
    remembered = settings.remember_vault(found.place) if found.created else None
    if session.as_json:
        session.print_json(unseal_view.document(found))
        return
    session.show(unseal_view.page(found, remembered))
    if found.created and not session.quiet:
        for note in synced_note(found.place):
            say(note)


def _meant(session: Session, words: list[Path]) -> tuple[list[Path], Path]:
    """The files, and the place of the vault: a last word that is no file, if there is one."""
    last = words[-1]
    place = last if len(words) > 1 and not last.is_file() and not last.name.endswith((".age", ".bundle")) else None
    if place is None:
        return words, session.vault_path()[0]
    if session.named_vault is not None and session.named_vault != place:
        raise UsageProblem("PATH and --vault name two places", hint="Name one.")
    return words[:-1], place
