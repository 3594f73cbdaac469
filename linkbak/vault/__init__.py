"""Keeps snapshots in a git repository, and gives them back byte for byte."""

from .reading import SnapshotFiles
from .resolve import as_of, resolve
from .staging import Staging
from .summary import SnapshotKey, Summary
from .vault import Vault
from .writing import Writer

__all__ = ["SnapshotFiles", "SnapshotKey", "Staging", "Summary", "Vault", "Writer", "as_of", "resolve"]
