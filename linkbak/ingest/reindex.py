"""After a snapshot is kept: the index of people is updated, and says how those who vanished stand."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from linkbak.causes.incidents import known_incidents
from linkbak.causes.outcomes import Outcome, outcomes_of
from linkbak.diff import Comparison
from linkbak.errors import LinkbakError
from linkbak.index import store
from linkbak.index.history import History
from linkbak.index.list_deltas import KnownDeltas, delta_of
from linkbak.model import Connection, Manifest, listed
from linkbak.vault import SnapshotKey, Vault

LARGEST = 8 << 20
"""From more bytes of messages on, an import does not stay to read them all for the sake of causes."""
FEW = 5_000
"""Replaying a list of so many people takes no time worth mentioning."""
REVEALING = frozenset({"messages", "endorsements", "recommendations"})
"""Kinds of data that may tell why somebody is gone."""


def update_index(
    vault: Vault, key: SnapshotKey, manifest: Manifest, since: Comparison | None
) -> tuple[Outcome | None, ...]:
    """How each of those who vanished stands, and why; nothing if the index is not at hand, or looking would take long.

    Of a long list then only what was compared is noted, for the next command that asks about people.

    The index is derived, and the snapshot is kept: whatever is wrong with the index, or the user's calendar of
    incidents, is reported or mended by the next command that reads it, and no import fails for its sake.
    """
    people = listed(manifest.coverage)
    few = people is None or people.rows <= FEW
    gone = since.diff.vanished if since is not None and _may_explain(manifest, few) else ()
    try:
        deltas = _deltas(vault, key, since)
        if not few and not gone:
            store.keep_deltas(vault, deltas)
            return ()
        history = History.extend(vault, deltas, details=bool(gone))
        if history is None:
            return ()
        with history, history.read_transaction():
            return _outcomes(history, key, gone) if gone else ()
    except (sqlite3.Error, LinkbakError):
        return ()


def _may_explain(manifest: Manifest, few: bool) -> bool:
    """Whether it is worth its time to look at once why somebody is gone: a long list alone tells of nobody."""
    if sum(file.bytes for file in manifest.files if file.kind == "messages") > LARGEST:
        return False
    return few or not REVEALING.isdisjoint(manifest.coverage)


def _outcomes(history: History, key: SnapshotKey, gone: Sequence[Connection]) -> tuple[Outcome | None, ...]:
    return outcomes_of(history, key.account, gone, known_incidents())


def _deltas(vault: Vault, key: SnapshotKey, since: Comparison | None) -> KnownDeltas:
    """What the import compared already, so that the index need not."""
    if since is None or since.aligned is None:
        return {}
    digests = {one.key: one.digest for one in vault.summaries(key.account)}
    if since.before.key not in digests or key not in digests:
        return {}
    return {(digests[since.before.key], digests[key]): delta_of(*since.aligned)}
