"""What changed between two lists of connections, and whether its losses are to be believed."""

from typing import TYPE_CHECKING, Any

from linkbak.diff.changes import Change, Diff, Doubt
from linkbak.diff.hold import held

if TYPE_CHECKING:
    from linkbak.diff.classes import compare

__all__ = ["Change", "Diff", "Doubt", "compare", "held"]


def __getattr__(name: str) -> Any:
    """What only a command that compares needs, loaded when one asks for it."""
    if name == "compare":
        from linkbak.diff.classes import compare

        return compare
    raise AttributeError(name)
