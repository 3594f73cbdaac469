"""After a snapshot is kept: the index of people learns of it, and tells how those who vanished stand."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from linkbak.comparison import Comparison
from linkbak.errors import LinkbakError
from linkbak.model import Manifest
from linkbak.vault import SnapshotKey, Vault

if TYPE_CHECKING:
    from linkbak.causes.fates import Fate
    from linkbak.history.update import Made

LARGEST = 8 << 20
"""From more bytes of messages on, an import does not stay to read them all for the sake of causes."""


def remember_people(
    vault: Vault, key: SnapshotKey, manifest: Manifest, since: Comparison | None
) -> tuple[Fate | None, ...]:
    """How each of those who vanished stands, and why; nothing if the index is not at hand, or reading would take long.

    The index is derived, and the snapshot is kept: whatever is wrong with the index, or the user's calendar of
    incidents, is told or mended by the next command that reads it, and no import fails for its sake.
    """
    from linkbak.history import History

    try:
        extended = History.extend(vault, _steps(vault, key, since))
        if extended is None:
            return ()
        extended.close()
        gone = since.diff.vanished if since is not None else ()
        if not gone or sum(file.bytes for file in manifest.files if file.kind == "messages") > LARGEST:
            return ()
        from linkbak.causes import incidents
        from linkbak.causes.fates import fates

        with History.open(vault) as history:
            return fates(history, key.account, gone, incidents())
    except (sqlite3.Error, LinkbakError):
        return ()


def _steps(vault: Vault, key: SnapshotKey, since: Comparison | None) -> Made:
    """What the import compared already, so that the index need not."""
    if since is None or since.aligned is None:
        return {}
    from linkbak.history.steps import step_of

    digests = {one.key: one.digest for one in vault.summaries(key.account)}
    if since.before.key not in digests or key not in digests:
        return {}
    return {(digests[since.before.key], digests[key]): step_of(*since.aligned)}
