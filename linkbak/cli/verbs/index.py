"""``linkbak index``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from linkbak.cli.session import Session
from linkbak.errors import MachineProblem, UsageProblem

if TYPE_CHECKING:
    from collections.abc import Callable

    from linkbak.report.people_documents import IndexDocument
    from linkbak.vault import Vault

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
        from linkbak.report.index_view import index_page

        session.show(index_page(found))


def _path(vault: Vault) -> IndexDocument:
    from linkbak.history import History

    return {
        "schema": "linkbak.index/1",
        "action": "path",
        "path": str(History.place(vault)),
        "findings": [],
        "rebuilt": False,
    }


def _made(vault: Vault, session: Session, *, check: bool) -> IndexDocument:
    """Look through the index first if asked to; make it anew unless that found it sound."""
    from linkbak.cli.progress import progress
    from linkbak.history import History

    bar = progress(quiet=session.quiet)
    findings = History.check(vault, bar) if check else []
    rebuilt = bool(findings) or not check
    if rebuilt:
        _rebuild(vault, bar)
    return {
        "schema": "linkbak.index/1",
        "action": "check" if check else "rebuild",
        "path": str(History.place(vault)),
        "findings": list(findings),
        "rebuilt": rebuilt,
    }


def _rebuild(vault: Vault, progress: Callable[[str, int, int], None]) -> None:
    """Make the index anew; raises MachineProblem if there is no place to write it to."""
    from linkbak.history import History

    with History.rebuild(vault, progress) as history:
        if history.path is None:
            raise MachineProblem(
                f"cannot write the index to {History.place(vault)}",
                hint="Every command then makes it anew in memory, which takes longer; see to that folder.",
            )
