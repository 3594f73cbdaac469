"""A private folder beside the vault's objects, where an archive's files are staged before they become a snapshot."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any
from zlib import MAX_WBITS, compressobj

from linkbak.archive import collision_key
from linkbak.errors import ArchiveUnsafe, LinkbakError, NoSuchSnapshot
from linkbak.model import Manifest
from linkbak.texts import tr
from linkbak.vault.git import Git, blob_id
from linkbak.vault.layout import ARCHIVE, MANIFEST, Layout, create_private, on_this_machine, remove_tree, write_new
from linkbak.vault.worktree import IndexEntry

PREFIX = "incoming-"
OBJECTS = "objects"
_BUFFER = 1 << 18
_SETTLED = 3.0  # git reads files again that are younger than its index; ours are dated before it by so many seconds


class Staging:
    """The files of one archive on their way into the vault; discarded at the end of the with block unless kept.

    `digest` is what the vault's repository names objects by: ``sha1`` or ``sha256``.
    """

    def __init__(self, layout: Layout, git: Git, digest: str) -> None:
        self._git = git
        self._digest = digest
        self._layout = layout
        self._names = Names()
        self.stored: dict[str, tuple[int, str, str]] = {}
        """The results of `store` by path."""
        self._ids: dict[str, str] = {}
        self._moved: list[Path] = []
        self.folder = layout.own / f"{PREFIX}{os.urandom(8).hex()}"
        self.archive = self.folder / ARCHIVE
        with on_this_machine(layout.top):
            self.folder.mkdir(mode=0o700)
            self.archive.mkdir(mode=0o700)
            self._objects.mkdir(mode=0o700)

    @property
    def paths(self) -> tuple[str, ...]:
        """Every file stored so far, in that order."""
        return tuple(self.stored)

    def store(self, path: str, stream: IO[bytes], size: int) -> tuple[int, str, str]:
        """Copies a file of `size` bytes in, and makes a git object of it; the object stays apart until `join_objects`.

        Gives its bytes, its sha256, and its stored name ("" if that is its path). Raises LinkbakError if the stream has
        another size.
        """
        if path in self.stored:
            raise ValueError("a path is stored only once")
        name = self._names.stored(path)
        target = self.archive / name
        with on_this_machine(self._layout.top):
            folder = self.archive
            for part in name.split("/")[:-1]:
                folder = folder / part
                with suppress(FileExistsError):
                    folder.mkdir(mode=0o700)
            descriptor = create_private(target)
            half = self._objects / str(len(self.stored))
            blob = Blob(create_private(half), size, self._digest)  # writes the header
        with os.fdopen(descriptor, "wb", buffering=0) as file, blob.file:
            digest = self._copy(stream, file, blob)
        if blob.left:
            raise LinkbakError(tr("a file of the archive changed while it was being kept"))
        half.rename(self._objects / blob.id)
        self._ids[path] = blob.id
        self.stored[path] = (size, digest, "" if name == path else name)
        return self.stored[path]

    def open(self, path: str) -> IO[bytes]:
        """A stored file's bytes from the start."""
        return (self.archive / self._name(path)).open("rb")

    def blobs(self) -> dict[str, str]:
        """The git object of every file, by its name under the archive folder."""
        return {self._name(path): id_ for path, id_ in self._ids.items()}

    def join_objects(self) -> None:
        """Moves the objects that the vault lacks into it, each whole and on the disk."""
        wanted = sorted(set(self._ids.values()))
        answer = self._git.run("cat-file", "--batch-check", feed="".join(f"{id_}\n" for id_ in wanted).encode())
        for line in answer.decode().splitlines():
            id_, _, what = line.partition(" ")
            if what == "missing":
                half, target = self._objects / id_, self._layout.git / "objects" / id_[:2] / id_[2:]
                with half.open("rb") as file:
                    os.fsync(file.fileno())
                target.parent.mkdir(mode=0o700, exist_ok=True)
                half.rename(target)
                self._moved.append(target)

    def withdraw_objects(self) -> None:
        """Removes the objects that `join_objects` brought and no commit refers to."""
        for path in self._moved:
            path.unlink(missing_ok=True)
        self._moved.clear()

    def finish(self, manifest: Manifest, text: bytes) -> dict[str, IndexEntry]:
        """Adds the manifest as `text`, takes away what was only needed on the way and gives every file its date.

        Gives what git's index is to say of each file, by its path in the snapshot's folder.
        """
        write_new(self.folder / MANIFEST, text)
        remove_tree(self._objects)
        latest = datetime.now(UTC).timestamp() - _SETTLED
        default = min(_seconds(manifest.taken) or latest, latest)
        width = 40 if self._digest == "sha1" else 64
        entries = {MANIFEST: _dated(self.folder / MANIFEST, blob_id(len(text), [text], width), default)}
        for facts in manifest.files:
            name, when = self._name(facts.path), min(_seconds(facts.modified) or default, latest)
            entries[f"{ARCHIVE}/{name}"] = _dated(self.archive / name, self._ids[facts.path], when)
        return entries

    def discard(self) -> None:
        """Removes everything; does nothing if it was kept or discarded before."""
        with suppress(OSError):
            remove_tree(self.folder)

    def __enter__(self) -> Staging:
        return self

    def __exit__(self, *error: object) -> None:
        self.discard()

    @property
    def _objects(self) -> Path:
        return self.folder / OBJECTS

    def _name(self, path: str) -> str:
        if path not in self.stored:
            raise NoSuchSnapshot(tr("the archive holds no such file"))
        return self.stored[path][2] or path

    def _copy(self, stream: IO[bytes], file: IO[bytes], blob: Blob) -> str:
        """Gives the sha256. Only what writing raises is the vault's problem; the stream's own errors pass through."""
        digest = hashlib.sha256()
        while chunk := stream.read(_BUFFER):
            digest.update(chunk)
            with on_this_machine(self._layout.top):
                blob.write(chunk)
                _write(file, chunk)
        with on_this_machine(self._layout.top):
            blob.finish()
        return digest.hexdigest()


class Blob:
    """A file of a given size becoming a loose object: a header and the bytes, deflated, named by their digest.

    `digest` is the one the repository names objects by: sha1 or sha256. The format is that of `gitformat-loose(5)`. Git
    writes the same, at five times the cost. `left` is how many bytes are still to come.
    """

    def __init__(self, descriptor: int, size: int, digest: str) -> None:
        self.file = os.fdopen(descriptor, "wb", buffering=0)
        self.left = size
        self._name, self._deflate = hashlib.new(digest, usedforsecurity=False), deflater()
        self._put(b"blob %d\0" % size)

    def write(self, chunk: bytes) -> None:
        """The next bytes of the file."""
        self.left -= len(chunk)
        self._put(chunk)

    def finish(self) -> None:
        """End the object; no more bytes may follow."""
        _write(self.file, self._deflate.flush())

    @property
    def id(self) -> str:
        """The name of the object, in hexadecimal digits."""
        return self._name.hexdigest()

    def _put(self, data: bytes) -> None:
        self._name.update(data)
        _write(self.file, self._deflate.compress(data))


_LEVEL = 2
"""isal's level: some 12 % more bytes than zlib's level 6, in a tenth of its time."""


def deflater(window: int = MAX_WBITS) -> Any:
    """A compressor with the methods of `zlib.compressobj`; `window` is its `wbits`."""
    try:
        from isal import isal_zlib
    except ImportError:  # no build of isal for this machine: zlib is slower, and as good
        return compressobj(_LEVEL, wbits=window)
    return isal_zlib.compressobj(_LEVEL, wbits=window)


def _dated(file: Path, object_id: str, when: float) -> IndexEntry:
    os.utime(file, (when, when))
    return IndexEntry(object_id, file.stat())


def _write(file: IO[bytes], data: bytes) -> None:
    """Write all of it: an unbuffered file may take less than it was given."""
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) :]


def _seconds(moment: str) -> float:
    """Seconds since 1970 of an RFC 3339 time; 0 if no file can have that time."""
    try:
        return max(0.0, datetime.fromisoformat(moment).timestamp())
    except (ValueError, OverflowError):
        return 0.0


# --- names ------------------------------------------------------------------------------------------------------------
# A name that every file system can hold and git never acts on is kept. In others what is at fault is percent-encoded;
# the original name stands in the manifest, so nothing here needs to be decoded.

COMPONENT_BYTES = 200
PATH_BYTES = 1000
LONG_PATHS = "long-paths"

_PLAIN = re.compile(r"(?!git~)[A-Za-z0-9_(-][A-Za-z0-9_ .,+()@-]*(?<![. ])")
_FORBIDDEN = frozenset('<>:"|?*\\')
_UNSHOWN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
DEVICE = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])(?=[ .]|$)", re.IGNORECASE)
_GITS_OWN = re.compile(r"\.git|git~[0-9]", re.IGNORECASE)


class Names:
    """Gives every path of one snapshot the name it is stored under; called once a path."""

    def __init__(self) -> None:
        self._taken: dict[str, tuple[str, bool]] = {}

    def stored(self, path: str) -> str:
        """Where `path` is stored below the archive folder: itself wherever that is possible."""
        parts = path.split("/")
        if any(part in ("", ".", "..") for part in parts):
            raise ArchiveUnsafe(tr("the archive holds a file whose name is not a path inside it"))
        where = self._placed(path, [encoded(part) for part in parts])
        if len(where.encode()) > PATH_BYTES:
            where = self._placed(path, [LONG_PATHS, _shortened(encoded(parts[-1]), path)])
        for end in range(1, where.count("/") + 2):
            folder = "/".join(where.split("/")[:end])
            self._taken[collision_key(folder)] = (folder, folder != where)
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
                raise ArchiveUnsafe(tr("two files of the archive have the same name"))
        return where

    def _free(self, where: str, folder: bool) -> bool:
        """Whether nothing exists there, or, for a folder, that very folder."""
        there = self._taken.get(collision_key(where))
        return there is None or (folder and there == (where, True))


def encoded(part: str) -> str:
    """One component of a path as every file system can hold it; unchanged if it is harmless."""
    if len(part) <= COMPONENT_BYTES and _PLAIN.fullmatch(part) and not DEVICE.match(part):
        return part
    raw = part if unicodedata.is_normalized("NFC", part) else ""
    name = "".join(c if _harmless(c, bool(raw)) else _percent(c) for c in part)
    if name[-1] in ". ":
        name = name[:-1] + _percent(name[-1])
    if DEVICE.match(name) or _GITS_OWN.match(name):
        name = _percent(name[0]) + name[1:]
    return name if len(name.encode()) <= COMPONENT_BYTES else _shortened(name, part)


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
