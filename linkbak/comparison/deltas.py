"""How many came and went between neighbouring snapshots; remembered in the cache folder, since it never changes."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping
from pathlib import Path

import linkbak
from linkbak import paths
from linkbak.comparison import Listings, counts_between, listings
from linkbak.vault import Summary, Vault


class Deltas:
    """The counts of each snapshot against the one before it.

    A count is remembered under the digests of both snapshots' contents, so that it can be wrong neither after an old
    archive was imported late nor in a vault put back from a copy. The file can be deleted at any time.
    """

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._file = paths.cache_folder(vault.path) / "deltas.json"
        self._known = _read(self._file)
        self._fresh = False
        self._listings: dict[str, Listings] = {}

    def of(self, summary: Summary) -> tuple[int | None, int | None]:
        """How many were added and how many vanished; None, None if there is nothing to compare with."""
        if summary.connections is None:
            return None, None
        account = summary.key.account
        if account not in self._listings:
            self._listings[account] = listings(self._vault, self._vault.summaries(account), account)
        before = self._listings[account].before(summary.taken)
        if before is None:
            return None, None
        name = f"{before.content} {summary.content}"
        if name not in self._known:
            self.learn(before, summary, counts_between(self._vault, before, summary))
        added, vanished = self._known[name]
        return added, vanished

    def learn(self, before: Summary, after: Summary, counts: Mapping[str, int]) -> None:
        """Remember the counts of a comparison made for another reason."""
        added, vanished = (counts[name] + counts[f"uncertain_{name}"] for name in ("added", "vanished"))
        self._known[f"{before.content} {after.content}"] = [added, vanished]
        self._fresh = True

    def remember(self) -> None:
        """Write what is new to the cache folder; a folder that cannot be written is no matter."""
        if not self._fresh:
            return
        with contextlib.suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            new = self._file.with_suffix(f".{os.getpid()}")
            new.write_text(json.dumps({"linkbak": linkbak.__version__, "deltas": self._known}), encoding="utf-8")
            new.replace(self._file)


def _read(file: Path) -> dict[str, list[int]]:
    """What an earlier command of this same version remembered; {} if there is nothing sound."""
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
        if said["linkbak"] != linkbak.__version__:
            return {}
        return {str(name): [int(added), int(gone)] for name, (added, gone) in said["deltas"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
