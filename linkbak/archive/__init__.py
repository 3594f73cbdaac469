"""A read-only, size-checked view of what a network sent: a zip, a folder or a single file.

Nothing is ever unpacked to disk or held in memory whole. Names, sizes and structure are judged when the archive is
opened, bytes while they are read; whatever is wrong raises an ArchiveRefused. `archive.opening` opens one: it is a
module of its own because only commands that read archives need it.
"""

from linkbak.archive.entries import Archive, Entry, Limits, collision_key, is_junk, printable, unsafe_name

__all__ = ["Archive", "Entry", "Limits", "collision_key", "is_junk", "opening", "printable", "unsafe_name"]
