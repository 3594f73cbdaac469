"""Names of files inside archives: which are safe, which are the same, and how to show one."""

from __future__ import annotations

import re
from typing import Final

MAX_BYTES: Final = 4096
MAX_DEPTH: Final = 32

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_DRIVE: Final = re.compile(r"[A-Za-z]:")
# What file systems ignore or cut off, so that the name still means .git to them.
_IGNORED: Final = re.compile("[\u200c-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_GIT: Final = re.compile(r"(\.git|git~1)[ .]*(:.*)?", re.IGNORECASE | re.DOTALL)

_DROPPINGS: Final = frozenset({".ds_store", "thumbs.db", "desktop.ini"})


def is_dropping(path: str) -> bool:
    """Whether the path is something macOS or Windows left behind and no part of the export."""
    *folders, last = path.casefold().split("/")
    if last in _DROPPINGS or last.startswith("._") or last.endswith(":zone.identifier"):
        return True
    return "__macosx" in folders


def shown(text: str, limit: int = 100) -> str:
    """The text with everything that does not print escaped, and cut if it is very long."""
    cut = text if len(text) <= limit else text[:limit] + "..."
    if cut.isprintable():
        return cut
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in cut.translate(_SURROGATES))


_SURROGATES: Final = dict.fromkeys(range(0xD800, 0xE000), "\ufffd")


def entry(number: int, path: str) -> str:
    """How refusals name the `number`th file of an archive, counted from 1."""
    return f"entry {number} ({shown(path)})"


def normal(raw: str) -> str:
    """The path with forward slashes, as honest Windows programs mean theirs, and without a leading ``./``."""
    path = raw.replace("\\", "/") if "/" not in raw else raw
    while path.startswith("./"):
        path = path[2:]
    return path


def flaw(path: str) -> str:
    """Why no honest archive has a file of this name, as the end of a sentence; "" if it may be used."""
    if not path:
        return "has no name"
    if "\0" in path:
        return "has a NUL in its name"
    if _CONTROL.search(path):
        return "has a control character in its name"
    if "\\" in path:
        return "mixes slashes and backslashes in its name"
    if path.startswith("/") or _DRIVE.match(path):
        return "has an absolute path"
    if len(path) * 4 > MAX_BYTES and len(path.encode("utf-8", "replace")) > MAX_BYTES:
        return f"has a name of more than {MAX_BYTES:,} bytes"
    return _flaw_of_parts(path.split("/"))


def _flaw_of_parts(parts: list[str]) -> str:
    if len(parts) > MAX_DEPTH:
        return f"lies more than {MAX_DEPTH} folders deep"
    for part in parts:
        if not part.strip(". "):
            return "leads out of the archive" if part.strip() == ".." else "has an empty folder name in its path"
        if _GIT.fullmatch(_IGNORED.sub("", part)):
            return "lies in a .git folder"
    return ""


def sameness(path: str) -> str:
    """What two paths share if some file system takes them for one: letter case and Unicode forms removed."""
    if path.isascii():
        return path.lower()
    import unicodedata

    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def first_clash(paths: list[str]) -> int:
    """The index of the first path that is another one again, or a folder of another one; -1 if none.

    Folders end in a slash, and may be told more than once.
    """
    keys = [sameness(path) for path in paths]
    folders = {key[:-1] for key in keys if key.endswith("/")}
    for key in keys:
        end = key.rfind("/", 0, len(key) - 1)
        while end > 0 and key[:end] not in folders:
            folders.add(key[:end])
            end = key.rfind("/", 0, end)
    seen = folders
    for index, key in enumerate(keys):
        if key.endswith("/"):
            continue
        if key in seen:
            return index
        seen.add(key)
    return -1
