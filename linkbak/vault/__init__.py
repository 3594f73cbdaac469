"""Keeps snapshots in a git repository, and gives them back byte for byte."""

from typing import TYPE_CHECKING, Any

from .reading import SnapshotFiles
from .resolve import as_of, resolve
from .summary import SnapshotKey, Summary
from .vault import Vault

if TYPE_CHECKING:
    from .staging import Staging
    from .writing import Writer

__all__ = ["SnapshotFiles", "SnapshotKey", "Staging", "Summary", "Vault", "Writer", "as_of", "resolve"]


def __getattr__(name: str) -> Any:
    """What only a command that writes needs, loaded when one asks for it."""
    if name == "Staging":
        from .staging import Staging

        return Staging
    if name == "Writer":
        from .writing import Writer

        return Writer
    raise AttributeError(name)
