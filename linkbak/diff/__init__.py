"""What changed between two lists of connections, and whether its losses are to be believed.

The module `compare` aligns and compares; only commands that do so load it. The rest says which snapshot is compared
with which, and whose losses are believed.
"""

from __future__ import annotations

from linkbak.diff.belief import (
    ACCEPTED,
    Evidence,
    Listings,
    accepted_snapshots,
    all_as_imported,
    as_imported,
    believe,
    listings,
    ranks,
    reasons_but_number,
    reasons_to_hold,
)
from linkbak.diff.models import Change, Comparison, Diff, Doubt, Guess, Side

__all__ = [
    "ACCEPTED",
    "Change",
    "Comparison",
    "Diff",
    "Doubt",
    "Evidence",
    "Guess",
    "Listings",
    "Side",
    "accepted_snapshots",
    "all_as_imported",
    "as_imported",
    "believe",
    "compare",
    "listings",
    "ranks",
    "reasons_but_number",
    "reasons_to_hold",
]
