"""The one workflow: from an archive to a kept snapshot and its receipt.

Everything that could refuse the archive happens before anything of it reaches the vault: its structure is checked while
it is opened, its bytes while they are staged, and what git makes of them meanwhile lies apart until they are kept. What
then fails to be understood is counted and told, but kept: the raw bytes are the truth, and a later linkbak may read
them better.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from linkbak.ingest.options import Options
    from linkbak.ingest.receipt import Receipt, worst
    from linkbak.ingest.workflow import bring, check, ingest, order

__all__ = ["Options", "Receipt", "bring", "check", "ingest", "order", "worst"]

_PLACES = {
    "linkbak.ingest.options": ("Options",),
    "linkbak.ingest.receipt": (
        "Receipt",
        "worst",
    ),
    "linkbak.ingest.workflow": (
        "bring",
        "check",
        "ingest",
        "order",
    ),
}


def __getattr__(name: str) -> Any:
    """Each when it is asked for: a scan that finds nothing new needs none of the workflow, and says what it wants."""
    for place, names in _PLACES.items():
        if name in names:
            return getattr(import_module(place), name)
    raise AttributeError(name)
