"""``linkbak compact``."""

from __future__ import annotations

from typing import Annotated

import typer

from linkbak.cli.session import Session


def compact(
    session: Session,
    everything: Annotated[bool, typer.Option("--all", help="Pack everything anew, also what is packed.")] = False,
    auto: Annotated[bool, typer.Option("--auto", help="Only if enough has gathered; prints nothing.")] = False,
) -> None:
    """Make the vault smaller on disk

    \b
    Examples:
      linkbak compact
      linkbak compact --all      also what git gc packed

    Exports have most in common with the one before. Each file's versions are packed in the order of time, so that of
    each only what is new takes room. Nothing is left out: every object is read back from the disk before what
    it replaces is removed, and an interruption at any moment loses nothing. Others may read and import meanwhile.

    This goes on by itself, in the background, once an import or a mark finds that enough has gathered;
    LINKBAK_COMPACT=never, or compact = "never" in the vault's linkbak.toml, switches that off.
    """
    if auto:
        from linkbak.cli.afterwards import in_background

        in_background(session)
        return
    from linkbak.cli.progress import progress
    from linkbak.report import compact_view
    from linkbak.vault.compacting.working import compact as pack

    found = pack(session.vault_path()[0], everything=everything, progress=progress(quiet=session.quiet))
    if session.as_json:
        session.print_json(compact_view.document(found))
    else:
        session.show(compact_view.compact_page(found))
