"""Every person's line through all snapshots, out of a disposable index that is kept beside the vault."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from linkbak.history.history import History

__all__ = ["History"]


def __getattr__(name: str) -> Any:
    """What only a command that asks about people needs, loaded when one does."""
    if name == "History":
        from linkbak.history.history import History

        return History
    raise AttributeError(name)
