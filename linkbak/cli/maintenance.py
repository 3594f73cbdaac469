"""``linkbak verify``, ``compact`` and ``index``."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer

from linkbak.cli.session import Session, progress
from linkbak.errors import Exit, LinkbakError, MachineProblem, UsageProblem
from linkbak.index import store
from linkbak.index.history import History
from linkbak.report import maintenance
from linkbak.report.maintenance import index_text
from linkbak.routine.verify import share_of, verify_and_note
from linkbak.vault.compact import attempt
from linkbak.vault.compact import compact as pack

if TYPE_CHECKING:
    from collections.abc import Callable

    from linkbak.report.maintenance import IndexDocument
    from linkbak.vault import Vault


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
    share = share_of(sample) if sample is not None else None
    found, marks = verify_and_note(session.vault_path()[0], share, progress(quiet=session.quiet))
    if session.as_json:
        session.print_json(maintenance.verify_document(str(session.vault_path()[0]), found, marks))
    else:
        session.show(maintenance.verify_text(found, marks))
    return Exit.DAMAGED if found.damage else None


# --- compact ----------------------------------------------------------------------------------------------------------


def compact(
    session: Session,
    everything: Annotated[bool, typer.Option("--all", help="Pack everything anew, also what is packed.")] = False,
    auto: Annotated[bool, typer.Option("--auto", help="Only if enough has gathered; prints nothing.")] = False,
) -> None:
    """Make the vault smaller on disk

    \b
    Examples:
      linkbak compact
      linkbak compact --all      anew, also what is packed

    Exports have most in common with the one before. git packs them so that of each only what is new takes room.
    Nothing is left out: every object is read back from the disk before what it replaces is removed, and an
    interruption at any moment loses nothing. Others may read and import meanwhile.

    This goes on by itself, in the background, once an import or a mark finds that enough has gathered;
    LINKBAK_COMPACT=never, or compact = "never" in the vault's linkbak.toml, switches that off.
    """
    if auto:
        _in_background(session)
        return
    found = pack(session.vault_path()[0], everything=everything, progress=progress(quiet=session.quiet))
    if session.as_json:
        session.print_json(maintenance.compact_document(found))
    else:
        session.show(maintenance.compact_text(found))


def _in_background(session: Session) -> None:
    """Compact the vault if it is worth it, out of everybody's way; what goes wrong is noted for the next command."""
    vault = session.vault_path()[0].absolute()
    with suppress(OSError):
        os.nice(10)
    with suppress(OSError):
        os.setsid()
    os.chdir("/")
    with suppress(LinkbakError):
        attempt(vault)


# --- index ------------------------------------------------------------------------------------------------------------

ACTIONS = ("check", "rebuild", "path")


def index(
    session: Session,
    action: Annotated[str, typer.Argument(metavar="check|rebuild|path", help="What to do with the index.")],
) -> None:
    """Check the index of people, make it anew, or say where it lies

    \b
    Examples:
      linkbak index check
      linkbak index rebuild
      linkbak index path

    The index is derived from the snapshots, in the cache folder; it can be deleted at any time and is made again by the
    next command. If check finds it damaged, it is made anew. The vault itself is never touched.
    """
    if action not in ACTIONS:
        raise UsageProblem(f"index cannot {action!r}", hint=f"It knows {', '.join(ACTIONS)}.")
    with session.open_vault() as vault:
        found = _path(vault) if action == "path" else _made(vault, session, check=action == "check")
    if session.as_json:
        session.print_json(found)
    elif action == "path":
        session.print_text(f"{found['path']}\n")
    else:
        session.show(index_text(found))


def _path(vault: Vault) -> IndexDocument:
    return {
        "schema": "linkbak.index/1",
        "action": "path",
        "path": str(store.place_of(vault)),
        "findings": [],
        "rebuilt": False,
    }


def _made(vault: Vault, session: Session, *, check: bool) -> IndexDocument:
    """Look through the index first if asked to; make it anew unless that found it sound."""
    bar = progress(quiet=session.quiet)
    findings = store.findings(vault, bar) if check else []
    rebuilt = bool(findings) or not check
    if rebuilt:
        _rebuild(vault, bar)
    return {
        "schema": "linkbak.index/1",
        "action": "check" if check else "rebuild",
        "path": str(store.place_of(vault)),
        "findings": list(findings),
        "rebuilt": rebuilt,
    }


def _rebuild(vault: Vault, progress: Callable[[str, int, int], None]) -> None:
    """Make the index anew; raises MachineProblem if there is no place to write it to."""
    with History.rebuild(vault, progress) as history:
        if history.path is None:
            raise MachineProblem(
                f"cannot write the index to {store.place_of(vault)}",
                hint="Every command then makes it anew in memory, which takes longer; see to that folder.",
            )
