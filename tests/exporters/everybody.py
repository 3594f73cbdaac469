"""What is exported of a vault of many years."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from linkbak.exporters import Selection
from linkbak.index import PeopleFilter, State
from linkbak.index.history import History
from linkbak.vault import Vault

EVERYBODY: frozenset[State] = frozenset({"listed", "hidden", "suspected", "confirmed", "held", "unclear"})


@contextmanager
def everybody(vault: Path) -> Iterator[Selection]:
    """All people of a vault, lost ones too."""
    with Vault.open(vault) as opened, History.open(opened) as history:
        entries = history.entries(history.people(PeopleFilter(states=EVERYBODY)))
        yield Selection(entries, max(history.lists(), default=""), history, opened)
