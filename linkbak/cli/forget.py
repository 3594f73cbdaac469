"""``linkbak forget``: a snapshot set aside, brought back, or corrected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from linkbak.cli.import_ import import_options, moment, show_receipt
from linkbak.cli.session import Session
from linkbak.errors import NoSuchSnapshot, UsageProblem
from linkbak.ingest.corrections import correct, set_aside
from linkbak.report import Line, snapshots
from linkbak.vault import Summary, resolve


def forget(
    session: Session,
    snapshot: Annotated[str, typer.Argument(metavar="SNAPSHOT", help="Which snapshot.")],
    undo: Annotated[bool, typer.Option("--undo", help="Bring back one that was set aside.")] = False,
    taken: Annotated[
        str | None, typer.Option("--taken", metavar="TIME", help="When LinkedIn really wrote it (UTC).")
    ] = None,
) -> None:
    """Set a snapshot aside, or correct its date or account

    \b
    Examples:
      linkbak forget 2026-03-20
      linkbak forget 2026-03-20 --undo
      linkbak forget 2026-11-20 --taken 2025-12-05

    A snapshot that is set aside stays in the vault and its copies, but no answer counts it; `linkbak log --all` lists
    it. With --taken or with another --account, linkbak keeps it again with that date or account, and sets the old one
    aside.
    """
    at = moment(taken) if taken is not None else None
    account = import_options(session).account
    if undo and at:
        raise UsageProblem("--undo brings back what was set aside; --taken corrects what is listed")
    with session.open_vault() as vault:
        aside = vault.set_aside()
        found = [one for one in vault.every() if (one.key in aside) is undo]
        one, moved = _meant(session, found, snapshot, undo=undo)
        receipt = correct(vault, one.key, account if moved else None, at) if moved or at else None
        if receipt is None:
            set_aside(vault, one.key, undo=undo)
    corrected = receipt.key if receipt else None
    if session.as_json:
        session.print_json(snapshots.forget_document(one.key, corrected, undo=undo))
        return
    if receipt is not None:
        show_receipt(session, receipt, everyone=False)
    if undo:
        session.show([Line(f"{one.id} is back")])
    else:
        session.show(
            [Line(f"{one.id} is set aside"), Line(f"to bring it back: linkbak forget {one.id} --undo", "dim", 2)]
        )


def _meant(session: Session, found: Sequence[Summary], name: str, *, undo: bool) -> tuple[Summary, bool]:
    """The snapshot that is meant, and whether the account that was named is the one it belongs to from now on."""
    if not found:
        raise NoSuchSnapshot("no snapshot is set aside" if undo else "there is no snapshot yet")
    ours = [one for one in found if session.account in (None, one.account, one.key.account)]
    try:
        return resolve(session.one_account(ours), name), False
    except NoSuchSnapshot:
        if session.account is None or undo:
            raise
    return resolve(found, name), True
