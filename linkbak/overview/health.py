"""How the backup of one account stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from linkbak import upkeep
from linkbak.overview.records import Health

if TYPE_CHECKING:
    from linkbak.vault import Summary


def health(vault: Path, summaries: Sequence[Summary], held: int, now: datetime) -> Health:
    """What is kept of an account (oldest first), how old and how whole it is; `held` people are lost in a held list."""
    newest = summaries[-1].taken if summaries else ""
    return Health(
        snapshots=len(summaries),
        first=summaries[0].taken if summaries else "",
        newest=newest,
        age=max(0, (now.date() - datetime.fromisoformat(newest).date()).days) if newest else 0,
        bytes=sum(one.bytes for one in summaries),
        held=held,
        missing=_missing(summaries),
        verified=upkeep.last(vault, "verify"),
        restored=upkeep.last(vault, "drill"),
    )


def _missing(summaries: Sequence[Summary]) -> tuple[str, ...]:
    """Kinds that an earlier archive held and none of the newest day does: one request brings two archives."""
    last = summaries[-1].taken[:10] if summaries else ""
    every = {kind for one in summaries for kind in one.kinds}
    return tuple(sorted(every.difference(*(one.kinds for one in summaries if one.taken[:10] == last))))
