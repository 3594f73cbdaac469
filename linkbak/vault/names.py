"""Names for the files of a snapshot that every file system can hold and git never acts on.

A name that is honest everywhere is kept. Otherwise what offends is percent-encoded, and the true name stands in the
manifest, so nothing here needs to be decoded.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

from linkbak.errors import ArchiveUnsafe

COMPONENT_BYTES = 200
PATH_BYTES = 1000
LONG_PATHS = "long-paths"

_PLAIN = re.compile(r"(?!git~)[A-Za-z0-9_(-][A-Za-z0-9_ .,+()@-]*(?<![. ])")
_FORBIDDEN = frozenset('<>:"|?*\\')
_UNSHOWN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_DEVICE = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])(?=[ .]|$)", re.IGNORECASE)
_GITS_OWN = re.compile(r"\.git|git~[0-9]", re.IGNORECASE)


class Names:
    """Gives every path of one snapshot the name it is stored under; asked once a path."""

    def __init__(self) -> None:
        self._taken: dict[str, tuple[str, bool]] = {}

    def stored(self, path: str) -> str:
        """Where `path` is stored below the archive folder: itself wherever that is possible."""
        parts = _components(path)
        where = self._placed(path, [encoded(part) for part in parts])
        if len(where.encode()) > PATH_BYTES:
            where = self._placed(path, [LONG_PATHS, _shortened(encoded(parts[-1]), path)])
        for end in range(1, where.count("/") + 2):
            folder = "/".join(where.split("/")[:end])
            self._taken[_folded(folder)] = (folder, folder != where)
        return where

    def _placed(self, path: str, parts: list[str]) -> str:
        """The parts joined, each made unlike every other name that a file system might take for the same."""
        where = ""
        for number, part in enumerate(parts, start=1):
            folder = number < len(parts)
            before = where + "/" if where else ""
            where = before + part
            if not self._free(where, folder):
                where = before + _shortened(part, path if not folder else where)
            if not self._free(where, folder):
                raise ArchiveUnsafe("two files of the archive have the same name")
        return where

    def _free(self, where: str, folder: bool) -> bool:
        """Whether nothing is there, or, for a folder, that very folder."""
        there = self._taken.get(_folded(where))
        return there is None or (folder and there == (where, True))


def encoded(part: str) -> str:
    """One component of a path as every file system can hold it; itself if it is harmless."""
    if len(part) <= COMPONENT_BYTES and _PLAIN.fullmatch(part) and not _DEVICE.match(part):
        return part
    raw = part if unicodedata.is_normalized("NFC", part) else ""
    name = "".join(c if _harmless(c, bool(raw)) else _percent(c) for c in part)
    if name[-1] in ". ":
        name = name[:-1] + _percent(name[-1])
    if _DEVICE.match(name) or _GITS_OWN.match(name):
        name = _percent(name[0]) + name[1:]
    return name if len(name.encode()) <= COMPONENT_BYTES else _shortened(name, part)


def _components(path: str) -> list[str]:
    parts = path.split("/")
    if any(part in ("", ".", "..") for part in parts):
        raise ArchiveUnsafe("the archive holds a file whose name is not a path inside it")
    return parts


def _harmless(character: str, normal: bool) -> bool:
    if character.isascii():
        return character.isprintable() and character not in _FORBIDDEN
    return normal and unicodedata.category(character) not in _UNSHOWN


def _percent(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "surrogatepass"))


def _shortened(name: str, unique: str) -> str:
    """The start of `name` with a digest of `unique` before its extension, within the limit."""
    digest = hashlib.sha256(unique.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    stem, dot, extension = name.rpartition(".")
    if not stem or len(extension.encode()) > 20:
        stem, dot, extension = name, "", ""
    room = COMPONENT_BYTES - len(digest) - 1 - len((dot + extension).encode())
    start = stem.encode()[:room].decode("utf-8", "ignore").rstrip(". ")
    return f"{start}~{digest}{dot}{extension}"


def _folded(path: str) -> str:
    """Equal for paths that a file system may hold to be one."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())
