"""Conclusions from what the owner and others wrote to each other; see `linkbak.index.correspondence`.

This face keeps the last count of reachable people beside the index, so that reading it costs
nothing. It is derived and may be deleted; it holds numbers, and nobody's name.
"""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import linkbak
from linkbak import paths
from linkbak.model import NamedTuple

__all__ = [
    "Reached", "activity", "addresses", "audit", "book", "last_reached", "note_reached", "reach", "templates",
    "unasked",
]  # fmt: skip

FILE = "reach.json"
FEW = 10
"""The number of people who talked with the owner up to which a share of them says nothing."""
LOW = 0.25
"""The share of them within reach below which reach is low."""


class Reached(NamedTuple):
    """The number of an account's people reachable without the network, counted at a commit of the vault.

    `talked` wrote with the owner both ways, None where no archive holds messages; of these `talked_reachable` could be
    reached. `taken` is when the newest snapshot was taken that was counted.
    """

    commit: str
    taken: str
    people: int
    reachable: int
    talked: int | None
    talked_reachable: int

    @property
    def low(self) -> bool:
        """Whether too few of the people whom the owner talks with could be reached; False where that is unknown."""
        return self.talked is not None and self.talked >= FEW and self.talked_reachable < LOW * self.talked


def last_reached(vault: Path) -> dict[str, Reached]:
    """The last counts of each account of the vault at that place; empty where they cannot be read."""
    try:
        told = json.loads((paths.cache_folder(vault) / FILE).read_bytes())
        if told["linkbak"] != linkbak.__version__:
            return {}
        return {str(account): Reached._make(one) for account, one in told["accounts"].items()}
    except (OSError, RuntimeError, ValueError, TypeError, LookupError, AttributeError):
        return {}


def note_reached(vault: Path, account: str, counted: Reached) -> None:
    """Keep it for the next command, where that is possible."""
    accounts = {**last_reached(vault), account: counted}
    with suppress(OSError, RuntimeError):
        folder = paths.cache_folder(vault)
        if folder.is_absolute():
            paths.make_folder(folder)
            body = json.dumps({"linkbak": linkbak.__version__, "accounts": accounts})
            paths.write_whole(folder / FILE, body.encode())
