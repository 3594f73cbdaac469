"""How many came and went with each snapshot's list, told by the deltas that the index keeps."""

from __future__ import annotations

from collections.abc import Sequence

from linkbak.diff import listings
from linkbak.index import store
from linkbak.index.models import Progress
from linkbak.vault import SnapshotKey, Summary, Vault


def came_and_went(vault: Vault, summaries: Sequence[Summary], progress: Progress) -> dict[SnapshotKey, tuple[int, int]]:
    """How many came and how many went, for certain, since the list that each of some snapshots is compared with.

    Snapshots that have no list, or nothing to compare it with, are left out. The index is brought up to date first, of
    people only. It has the deltas between neighbours; a list that is held may have to be compared with another.
    """
    by_account = {
        account: listings(vault, vault.summaries(account), account)
        for account in {one.key.account for one in summaries}
    }
    compared = [one for one in summaries if one.connections is not None]
    pairs = [(before, one) for one in compared if (before := by_account[one.key.account].before(one.taken))]
    if not pairs:
        return {}
    known = store.delta_counts(vault, progress)
    return {
        after.key: known.get((before.digest, after.digest)) or store.counts_between(vault, before, after)
        for before, after in pairs
    }
