"""Which row of one list of connections is which row of another, though no row carries an id."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from linkbak.matching.alignment import align
    from linkbak.matching.keys import name_key, url_key
    from linkbak.matching.pairing import Alignment, How, Uncertain

__all__ = ["Alignment", "How", "Uncertain", "align", "name_key", "url_key"]

_PLACES = {
    "linkbak.matching.alignment": ("align",),
    "linkbak.matching.keys": (
        "name_key",
        "url_key",
    ),
    "linkbak.matching.pairing": (
        "Alignment",
        "How",
        "Uncertain",
    ),
}


def __getattr__(name: str) -> Any:
    """What is asked for, loaded only then: most commands need keys and align nothing."""
    for place, names in _PLACES.items():
        if name in names:
            return getattr(import_module(place), name)
    raise AttributeError(name)
