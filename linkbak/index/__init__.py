"""Every person's line through all snapshots, out of a disposable index that is kept beside the vault."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from linkbak.index.history import History

__all__ = ["History"]

_PLACES = {
    "linkbak.index.history": ("History",),
}


def __getattr__(name: str) -> Any:
    """What only a command that asks about people needs, loaded when one does."""
    for place, names in _PLACES.items():
        if name in names:
            return getattr(import_module(place), name)
    raise AttributeError(name)
