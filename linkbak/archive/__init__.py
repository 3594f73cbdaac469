"""A read-only, size-checked view of what a network sent: a zip, a folder or a single file.

Nothing is ever unpacked to disk or held in memory whole. Names, sizes and structure are judged when the
archive is opened, bytes while they are read; whatever is wrong raises an ArchiveRefused.
"""

from __future__ import annotations

from linkbak.archive.contents import Archive, Entry
from linkbak.archive.limits import Limits
from linkbak.archive.names import is_dropping
from linkbak.archive.opening import open_archive

__all__ = ["Archive", "Entry", "Limits", "is_dropping", "open_archive"]
