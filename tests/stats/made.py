"""Overviews of invented lists, without a vault on disk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, cast

from linkbak.index.history import History
from linkbak.index.schema import ACTIVITY_TABLES
from linkbak.stats import Overview, overview
from linkbak.vault import Summary, Vault
from tests.index.lists import ACCOUNT, Lists, empty

NOW = datetime(2030, 1, 1, tzinfo=UTC)


class Kept(NamedTuple):
    """As much of a vault as an overview asks for."""

    path: Path
    found: Sequence[Summary]

    def summaries(self) -> Sequence[Summary]:
        """The snapshots, oldest first."""
        return self.found


def history_of(lists: Lists) -> History:
    """The history of lists imported in their own order; close it."""
    db = empty()
    db.executescript(ACTIVITY_TABLES)
    lists.update(db, range(len(lists.exports)))
    return History(db, None)


def overview_of(lists: Lists, summaries: Sequence[Summary] | None = None, now: datetime = NOW) -> Overview:
    """What the lists come to, or with other summaries of them."""
    kept = Kept(Path("/nowhere"), summaries or lists.summaries(range(len(lists.exports))))
    with history_of(lists) as history:
        return overview(cast(Vault, kept), history, ACCOUNT, now, ())
