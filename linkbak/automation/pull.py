"""What copies elsewhere have, taken into the vault: only what this linkbak understands, and nobody else's."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from linkbak.errors import UnknownArchive, VaultDamaged
from linkbak.ingest.owners import refuse_strangers
from linkbak.marks import read_marks
from linkbak.vault import Summary

if TYPE_CHECKING:
    from linkbak.remotes.fetch import Pulled
    from linkbak.remotes.untrusted import Incoming, Progress


def pull(place: Path, names: Sequence[str] | None = None, progress: Progress | None = None) -> list[Pulled]:
    """Take in what the remotes of these names have, or all remotes; as `linkbak.remotes.fetch.pull`."""
    from linkbak.remotes import fetch

    return fetch.pull(place, names, examine, progress)


def examine(here: Sequence[Summary], incoming: Incoming) -> None:
    """Refuse what would be of no use here or do harm: a later linkbak's, somebody else's, marks that say nothing.

    Raises UnknownArchive, OtherAccount and VaultDamaged.
    """
    from linkbak.adapters import ADAPTERS

    known = {adapter.network for adapter in ADAPTERS}
    if unknown := next((one for one in incoming.summaries if one.network not in known), None):
        raise UnknownArchive(
            f"the copy holds {unknown.key.folder}, of a network that this linkbak does not know; nothing was taken",
            hint="Install a newer linkbak.",
        )
    other = {one.key for one in incoming.summaries}
    both = [one for one in here if one.key in incoming.snapshots and one.key not in other]
    refuse_strangers(here, [*both, *incoming.summaries])
    try:
        read_marks([json.loads(line) for line in incoming.marks])
    except VaultDamaged:
        raise VaultDamaged(
            "the copy has a mark that is not whole; nothing was taken",
            hint="`git log -p marks.jsonl` in a clone of it shows what it was.",
        ) from None
