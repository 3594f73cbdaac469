"""What archives say of people beside the list: messages, invitations, endorsements, recommendations, notes.

`gather` reads it, `resolve` joins it to people, the others tell it. A message of a group counts for its sender only;
what the owner writes to a group counts for nobody, and adverts and drafts count for nobody either.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from linkbak.history.details.gathering import forget, gather
    from linkbak.history.details.reading import (
        endorsements_of,
        invitations_of,
        notes_of,
        recommendations_of,
        talk_of,
    )
    from linkbak.history.details.resolving import resolve
    from linkbak.history.details.tables import TABLES
    from linkbak.history.details.traces import Traces, traces_of

__all__ = [
    "TABLES",
    "Traces",
    "endorsements_of",
    "forget",
    "gather",
    "invitations_of",
    "notes_of",
    "recommendations_of",
    "resolve",
    "talk_of",
    "traces_of",
]

_PLACES = {
    "gathering": ("forget", "gather"),
    "reading": ("endorsements_of", "invitations_of", "notes_of", "recommendations_of", "talk_of"),
    "resolving": ("resolve",),
    "tables": ("TABLES",),
    "traces": ("Traces", "traces_of"),
}


def __getattr__(name: str) -> Any:
    """What is asked for, loaded only then: gathering brings all that reads archives with it."""
    for place, names in _PLACES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{place}"), name)
    raise AttributeError(name)
