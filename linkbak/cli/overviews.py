"""What the vault comes to, for the verbs that show it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkbak.cli.session import Session
from linkbak.errors import NoSuchSnapshot

if TYPE_CHECKING:
    from linkbak.overview.records import Overview


def overview_of(session: Session) -> Overview:
    """What there is to say of the one account that is meant, as of now.

    Raises UsageProblem if it is open which is meant, NoSuchSnapshot if no list of connections is kept of it.
    """
    from linkbak.cli.progress import progress
    from linkbak.overview.making import overview_now

    with session.open_vault() as vault:
        kept = session.one_account(session.summaries(vault))
        if not any(one.connections is not None for one in kept):
            raise NoSuchSnapshot(
                "no snapshot here holds connections; that says nothing about who is connected",
                hint="Keep one: linkbak import ARCHIVE; `linkbak log` lists them.",
            )
        return overview_now(vault, kept[0].key.account, progress(quiet=session.quiet))
