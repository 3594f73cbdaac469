"""A read-only, size-checked view of what a network sent: a zip, a folder or a single file.

Nothing is ever unpacked to disk or held in memory whole. Names, sizes and structure are judged when the
archive is opened, bytes while they are read; whatever is wrong raises an ArchiveRefused.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from linkbak.archive.contents import Archive, Entry
    from linkbak.archive.limits import Limits
    from linkbak.archive.names import is_dropping
    from linkbak.archive.opening import open_archive

__all__ = ["Archive", "Entry", "Limits", "is_dropping", "open_archive"]

_WHERE = {
    **{"Archive": "contents", "Entry": "contents", "Limits": "limits"},
    **{"is_dropping": "names", "open_archive": "opening"},
}


def __getattr__(name: str) -> Any:
    """Each when it is asked for: who only hands limits on opens no archive."""
    if name not in _WHERE:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)
