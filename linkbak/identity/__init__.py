"""Which row of one list of connections is which row of another, though no row carries an id."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from linkbak.identity.aligning import align
    from linkbak.identity.alignment import Alignment, How, Uncertain
    from linkbak.identity.keys import name_key, url_key

__all__ = ["Alignment", "How", "Uncertain", "align", "name_key", "url_key"]

_PLACES = {"aligning": ("align",), "alignment": ("Alignment", "How", "Uncertain"), "keys": ("name_key", "url_key")}


def __getattr__(name: str) -> Any:
    """What is asked for, loaded only then: most commands need keys and align nothing."""
    for place, names in _PLACES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{place}"), name)
    raise AttributeError(name)
