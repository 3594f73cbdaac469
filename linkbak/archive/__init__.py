"""A read-only, size-checked view of what a network sent: a zip, a folder or a single file.

Nothing is ever unpacked to disk or held in memory whole. Names, sizes and structure are judged when the
archive is opened, bytes while they are read; whatever is wrong raises an ArchiveRefused.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from linkbak.archive.entries import Archive, Entry, Limits, is_dropping
    from linkbak.archive.opening import open_archive

__all__ = ["Archive", "Entry", "Limits", "is_dropping", "open_archive"]

_PLACES = {
    "linkbak.archive.entries": (
        "Archive",
        "Entry",
        "Limits",
        "is_dropping",
    ),
    "linkbak.archive.opening": ("open_archive",),
}


def __getattr__(name: str) -> Any:
    """Each when it is asked for: who only hands limits on opens no archive."""
    for place, names in _PLACES.items():
        if name in names:
            return getattr(import_module(place), name)
    raise AttributeError(name)
