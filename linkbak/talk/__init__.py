"""What was written between the owner and others, read for what it tells; see `linkbak.index.correspondence`.

Here stands how many people could be reached, as it was last counted: kept beside the index, so that looking costs
nothing. It is derived and may be deleted; numbers alone, and nobody's name.
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
"""Of so few people who talked with the owner no share says anything."""
LOW = 0.25
"""A smaller share of them within reach is low."""


class Reached(NamedTuple):
    """How many of an account's people could be reached without the network, counted at a commit of the vault.

    `talked` wrote with the owner both ways, None where no archive can tell; of these `talked_reachable` could be
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
        """Whether too few of the people whom the owner talks with could be reached; not where nobody can tell."""
        return self.talked is not None and self.talked >= FEW and self.talked_reachable < LOW * self.talked


def last_reached(vault: Path) -> dict[str, Reached]:
    """What was last counted of each account of the vault at that place; nothing where that cannot be read."""
    try:
        told = json.loads((paths.cache_folder(vault) / FILE).read_bytes())
        if told["linkbak"] != linkbak.__version__:
            return {}
        return {str(account): Reached._make(one) for account, one in told["accounts"].items()}
    except (OSError, RuntimeError, ValueError, TypeError, LookupError, AttributeError):
        return {}


def note_reached(vault: Path, account: str, counted: Reached) -> None:
    """Keep it for the next command; no harm is done where that is not possible."""
    accounts = {**last_reached(vault), account: counted}
    with suppress(OSError, RuntimeError):
        folder = paths.cache_folder(vault)
        if folder.is_absolute():
            paths.make_folder(folder)
            body = json.dumps({"linkbak": linkbak.__version__, "accounts": accounts})
            paths.write_whole(folder / FILE, body.encode())
