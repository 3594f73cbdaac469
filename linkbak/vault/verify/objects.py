"""Everything in ``.git/objects``: each file as it lies, and each object as git gives it."""

from __future__ import annotations

import hashlib
import io
import os
import re
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from types import TracebackType
from typing import IO, NamedTuple

from linkbak import paths
from linkbak.errors import LinkbakError
from linkbak.vault.git import Git, isolating
from linkbak.vault.layout import Layout, on_this_machine, write_whole
from linkbak.vault.reader import opened
from linkbak.vault.verify.context import Look, at_once

# --- repacking --------------------------------------------------------------------------------------------------------
# Whether a loose object is byte for byte what zlib writes for it.
# Packed data has bits on which nothing depends: fillings, and distances that could as well point to another place with
# the same text. One of them flipped does no harm, and only packing the content once more finds it.

FILE = "packed-once"
_LEVELS = {0: 1, 2: -1, 3: 9}
_TRIES = 3


class Packer:
    """Packs objects once more, and remembers which files came out the same: those need not be packed a second time.

    What is remembered lies in the cache folder and may be deleted. If this machine's zlib is another than the one that
    wrote the vault, nothing can be told, and it is left after a few tries.
    """

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._same: dict[str, str] = {}
        self._other = 0
        self._before = _remembered(layout)

    def beside(self, anew: Callable[[], IO[bytes]], name: str) -> Repacked:
        """What compares the file of an object, as `anew` opens it, with its content packed once more."""
        wanted = bool(self._same) or self._other < _TRIES
        digest = self._before.get(name)
        if digest is not None and wanted and _digest(anew) == digest:
            self._same[name] = digest
            wanted = False
        return Repacked(anew if wanted else None, self, name)

    def tell(self, name: str, digest: str) -> None:
        """The file of an object with this sha256 is what zlib writes; "" if it is quite different."""
        if digest:
            self._same[name] = digest
        else:
            self._other += 1

    def save(self, there: Iterable[str]) -> None:
        """Remembers what came out the same, of the objects there; no harm is done where that is not possible."""
        before = self._before | self._same
        kept = {name: before[name] for name in there if name in before}
        if kept != self._before:
            with suppress(OSError, RuntimeError):
                place = _place(self._layout)
                place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                write_whole(place, "".join(f"{name} {digest}\n" for name, digest in kept.items()).encode())


class Repacked:
    """One object packed once more beside the file it came from; does nothing without one."""

    def __init__(self, anew: Callable[[], IO[bytes]] | None, packer: Packer, name: str) -> None:
        self._packer = packer
        self._name = name
        self._packing: zlib._Compress | None = None
        self._file: IO[bytes] | None = None
        self._digest = hashlib.sha256()
        self._differing = 0
        if anew is not None:
            self._file = anew()
            level = _LEVELS.get((self._file.read(2)[1:] or b"\x40")[0] >> 6)
            self._file.seek(0)
            self._packing = None if level is None else zlib.compressobj(level)

    @property
    def off_by_one(self) -> bool:
        """Whether the file is what zlib writes but for one byte."""
        return self._packing is not None and self._differing == 1

    def write(self, block: bytes) -> None:
        """Takes the next piece of the object."""
        if self._packing is not None:
            self._compare(self._packing.compress(block))

    def end(self) -> None:
        """Tells how it came out; the object itself is known to be what its name says."""
        if self._packing is not None:
            self._compare(self._packing.flush())
        if self._packing is not None and self._file is not None and self._file.read(1):
            self._packing = None
        if self._file is not None and self._differing != 1:
            self._packer.tell(self._name, self._digest.hexdigest() if self._packing is not None else "")

    def close(self) -> None:
        """Closes the file."""
        if self._file is not None:
            self._file.close()

    def _compare(self, packed: bytes) -> None:
        assert self._file is not None
        there = self._file.read(len(packed))
        self._digest.update(there)
        if there != packed:
            alike = len(there) == len(packed)
            self._differing += sum(a != b for a, b in zip(there, packed, strict=True)) if alike else 2
            if self._differing > 1:
                self._packing = None


def _digest(anew: Callable[[], IO[bytes]]) -> str:
    with anew() as file:
        return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]


def _remembered(layout: Layout) -> dict[str, str]:
    try:
        lines = [line.split() for line in _place(layout).read_text("ascii").splitlines()]
    except (OSError, RuntimeError, ValueError):
        return {}
    return {words[0]: words[1] for words in lines if len(words) == 2}


def _place(layout: Layout) -> Path:
    folder = paths.cache_folder(layout.top)
    if not folder.is_absolute():
        raise OSError("there is no place for derived files")
    return folder / FILE


# --- loose ------------------------------------------------------------------------------------------------------------
# Reads loose objects as they lie, and finds also what unpacking alone would pass over.

_LOOSE_CHUNK = 1 << 18
_SMALL = 1 << 20
_MOST = 1 << 20
_TAIL = 5  # the last byte of the packed data, which may be filled up with bits that mean nothing, and a checksum
SLACK = "has a byte that was changed, though it unpacks to what it was"


class Fact(NamedTuple):
    """What an object turned out to be; `sha256` is of a blob's bytes, "" for others."""

    kind: str
    size: int
    sha256: str


class Broken(Exception):
    """The object is not what its name says; the text tells how that shows."""


def read_loose(path: Path, name: str, packer: Packer) -> Fact | None:
    """What the loose object in a file is; None if there is no such file. Raises Broken."""
    descriptor = opened(path)
    if descriptor is None:
        return None
    with os.fdopen(descriptor, "rb", buffering=0) as file:
        size = os.fstat(descriptor).st_size
        if size > _SMALL:
            return _read(file, size, name, packer, lambda: path.open("rb"))
        data = file.read(size + 1)
        return _read(io.BytesIO(data), len(data), name, packer, lambda: io.BytesIO(data))


def _read(file: IO[bytes], size: int, name: str, packer: Packer, anew: Callable[[], IO[bytes]]) -> Fact:
    with closing(packer.beside(anew, name)) as again:
        try:
            fact = _fact(_plain(file, size), name, again)
        except zlib.error:
            raise Broken("cannot be unpacked") from None
        if again.off_by_one:
            raise Broken(SLACK)
        return fact


def peek(path: Path) -> str:
    """The kind of the loose object in a file, "" if that cannot be told."""
    descriptor = opened(path)
    if descriptor is None:
        return ""
    with os.fdopen(descriptor, "rb", buffering=0) as file:
        try:
            return zlib.decompressobj().decompress(file.read(128), 16).partition(b" ")[0].decode("ascii", "replace")
        except zlib.error:
            return ""


def _fact(blocks: Iterator[bytes], name: str, again: Repacked) -> Fact:
    own = hashlib.sha1(usedforsecurity=False) if len(name) == 40 else hashlib.sha256()
    start = b""
    for block in blocks:
        start += block
        if b"\0" in start or len(start) > _LOOSE_CHUNK:
            break
    header, _, first = start.partition(b"\0")
    content = hashlib.sha256(first)
    size = len(first)
    own.update(start)
    again.write(start)
    for block in blocks:
        own.update(block)
        content.update(block)
        again.write(block)
        size += len(block)
    if own.hexdigest() != name:
        raise Broken("holds other bytes than its name says")
    again.end()
    kind = header.partition(b" ")[0].decode("ascii", "replace")
    return Fact(kind, size, content.hexdigest() if kind == "blob" else "")


def _plain(file: IO[bytes], length: int) -> Iterator[bytes]:
    """The unpacked bytes of a file, in pieces; nothing may be missing and nothing be left over."""
    unpacking = zlib.decompressobj()
    left = length - _TAIL
    while left > 0:
        chunk = file.read(min(_LOOSE_CHUNK, left))
        if not chunk or unpacking.eof:
            raise Broken("is cut off" if not chunk else "has bytes behind its end")
        left -= len(chunk)
        while chunk:
            yield unpacking.decompress(chunk, _MOST)
            chunk = unpacking.unconsumed_tail
    tail = file.read(_TAIL)
    if left < 0 or len(tail) < _TAIL or unpacking.eof:
        raise Broken("is cut off" if not unpacking.eof else "has bytes behind its end")
    padded = _padded(unpacking, tail)
    yield unpacking.decompress(tail)
    if not unpacking.eof or unpacking.unused_data:
        raise Broken("is cut off" if not unpacking.eof else "has bytes behind its end")
    if padded:
        raise Broken(SLACK)


def _padded(unpacking: zlib._Decompress, tail: bytes) -> bool:
    """Whether the last byte has a bit that means nothing and is set all the same, which no zlib does."""
    highest = tail[0].bit_length()
    if not highest:
        return False
    other = unpacking.copy()
    try:
        other.decompress(bytes([tail[0] & ~(1 << highest - 1)]) + tail[1:])
    except zlib.error:
        return False
    return other.eof and not other.unused_data


# --- sealed -----------------------------------------------------------------------------------------------------------
# Files of git's that end with a digest of all that stands before it.

_SEALED_CHUNK = 1 << 20


class Seal(NamedTuple):
    """A file's last bytes, and the digest of all before them, which they should be."""

    trailer: bytes
    digest: bytes

    @property
    def whole(self) -> bool:
        """Whether they are."""
        return self.trailer == self.digest

    @property
    def unsealed(self) -> bool:
        """Whether git was told to leave the digest away."""
        return self.trailer != b"" and not any(self.trailer)


def seal(path: Path, width: int) -> Seal | None:
    """How a file is sealed with a digest of `width` bytes; None if there is no such file.

    A file that the disk cannot give is not whole.
    """
    descriptor = opened(path)
    if descriptor is None:
        return None
    digest = hashlib.sha1(usedforsecurity=False) if width == 20 else hashlib.sha256()
    trailer = b""
    with os.fdopen(descriptor, "rb", buffering=0) as file, suppress(OSError):
        left = os.fstat(descriptor).st_size - width
        while left > 0 and (chunk := file.read(min(_SEALED_CHUNK, left))):
            digest.update(chunk)
            left -= len(chunk)
        trailer = file.read(width) if left == 0 else b""
    return Seal(trailer, digest.digest())


# --- aside ------------------------------------------------------------------------------------------------------------
# A git repository outside the vault that reads the vault's objects: nothing else in the vault can lead it astray.

_CONFIG = """\
[core]
	repositoryformatversion = {version}
	bare = true
	bigFileThreshold = 16m
{more}"""
_SHA256 = "[extensions]\n\tobjectFormat = sha256\n"


class Aside(Git):
    """Runs git on a vault's objects alone; `long` says whether their names are sha256.

    The vault's configuration, references, index and hooks play no part, so it works in a vault where they are damaged.
    """

    def __init__(self, layout: Layout, *, long: bool, shallow: bytes | None = None) -> None:
        with on_this_machine(Path("the folder for temporary files")):
            self._folder = TemporaryDirectory(prefix="linkbak-verify-")
        super().__init__(Path(self._folder.name))
        self.long = long
        objects = layout.git / "objects"
        self.surroundings = isolating(objects, objects)
        for folder in ("objects/pack", "refs"):
            (self.git_dir / folder).mkdir(parents=True)
        config = _CONFIG.format(version=int(long), more=_SHA256 if long else "")
        (self.git_dir / "config").write_text(config, "ascii")
        (self.git_dir / "HEAD").write_text("ref: refs/heads/main\n", "ascii")
        if shallow:
            (self.git_dir / "shallow").write_bytes(shallow)

    def kinds(self, names: Iterable[str]) -> dict[str, str]:
        """The kind of every object of these that git has."""
        shape = "--batch-check=%(objectname) %(objecttype)"
        lines = self.run("cat-file", "--buffer", shape, feed="".join(f"{name}\n" for name in names).encode())
        words = (line.split() for line in lines.decode("ascii").splitlines())
        return {found[0]: found[1] for found in words if len(found) == 2 and found[1] != "missing"}

    def close(self) -> None:
        """Removes the repository."""
        self._folder.cleanup()

    def __enter__(self) -> Aside:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def contents(git: Git, names: Sequence[str]) -> Iterator[tuple[str, Fact | str]]:
    """What each object is; "" if git has none of that name, and otherwise what is wrong with it."""
    at = 0
    while at < len(names):
        for answer in _batch(git, names[at:]):
            yield answer
            at += 1
        if at < len(names):  # git gives up at an object it cannot read
            yield names[at], "git cannot read it"
            at += 1


def _batch(git: Git, names: Sequence[str]) -> Iterator[tuple[str, Fact | str]]:
    import subprocess

    with TemporaryFile() as feed:
        feed.write("".join(f"{name}\n" for name in names).encode())
        feed.seek(0)
        process = git.start("cat-file", "--batch", "--buffer", stdin=feed, stderr=subprocess.DEVNULL, writes=False)
    try:
        assert process.stdout is not None
        for name in names:
            words = process.stdout.readline().split()
            if len(words) == 2:
                yield name, ""
            elif len(words) != 3 or (answer := _one(process.stdout, name, words)) is None:
                return
            else:
                yield name, answer
    finally:
        git.end(process)


def _one(stream: IO[bytes], name: str, words: list[bytes]) -> Fact | str | None:
    """One object out of the stream; None if it breaks off."""
    kind, size = words[1], int(words[2])
    own = hashlib.sha1(usedforsecurity=False) if len(name) == 40 else hashlib.sha256()
    own.update(b"%s %d\0" % (kind, size))
    content, left = hashlib.sha256(), size
    while left:
        chunk = stream.read(min(_LOOSE_CHUNK, left))
        if not chunk:
            return None
        own.update(chunk)
        content.update(chunk)
        left -= len(chunk)
    if len(stream.read(1)) != 1:
        return None
    if own.hexdigest() != name:
        return "holds other bytes than its name says"
    return Fact(kind.decode(), size, content.hexdigest() if kind == b"blob" else "")


# --- objects ----------------------------------------------------------------------------------------------------------

OBJECTS = ".git/objects/"
_LOOSE = re.compile(r"\.git/objects/([0-9a-f]{2})/([0-9a-f]{38}(?:[0-9a-f]{24})?)")
_SEALED = re.compile(
    r"\.git/objects/(pack/(pack-[0-9a-f]{40,64}\.(pack|idx|rev|bitmap|mtimes)|multi-pack-index(-[0-9a-f]{40,64}\.\w+)?)"
    r"|info/(commit-graph|commit-graphs/graph-[0-9a-f]{40,64}\.graph))"
)
_UNFINISHED = re.compile(r"\.git/objects/(\w\w/tmp_|tmp_|pack/(\.tmp-|tmp_)).*")
_PACK = "take it from another copy of the vault; if all snapshots are whole, `linkbak compact --all` writes it anew"

Tell = Callable[[int], None]
"""Told of so many bytes read."""


@dataclass
class Storage:
    """The objects of a vault.

    `loose` are the files of loose objects with their bytes on disk, `packed` the objects that packs name, in the order
    in which they lie. After `read`, `good` are those that git gives as they were kept, `bad` those of which there is
    no sound copy, with what is wrong; what is in neither was not read. `spoilt` are the loose ones whose file is
    damaged.
    """

    long: bool
    loose: dict[str, int] = field(default_factory=dict)
    packed: dict[str, None] = field(default_factory=dict)
    good: dict[str, Fact] = field(default_factory=dict)
    bad: dict[str, str] = field(default_factory=dict)
    spoilt: dict[str, str] = field(default_factory=dict)

    @property
    def there(self) -> Collection[str]:
        """Every object that there should be."""
        return self.loose.keys() | self.packed.keys()

    def lacks(self, name: str) -> bool:
        """Whether there is no sound object of that name, as far as was looked."""
        return name in self.bad or not (name in self.good or name in self.loose or name in self.packed)


def survey(look: Look, aside: Aside, *, long: bool) -> Storage:
    """Which objects there should be."""
    found = Storage(long)
    for path, size in look.census.files.items():
        if named := _LOOSE.fullmatch(path):
            found.loose[named[1] + named[2]] = size
    for path in look.census.below(OBJECTS + "pack/"):
        if path.endswith(".idx") and _SEALED.fullmatch(path):
            found.packed.update(dict.fromkeys(_named(aside, look.layout.top / path)))
    return found


def check_files(look: Look, *, long: bool, every: bool) -> None:
    """Compares every file of git's that carries its own digest with it; packs only if `every` byte is to be read."""
    width = 32 if long else 20
    for path in [path for path in look.census.below(OBJECTS) if _SEALED.fullmatch(path)]:
        look.account([path])
        if path.endswith(".pack") and not every:
            continue
        found = seal(look.layout.top / path, width)
        if found is not None and not found.whole:
            _unsealed(look, path, found)
    for path in look.census.below(OBJECTS + "pack/"):
        if path.endswith(".pack") and path.replace(".pack", ".idx") not in look.census.files:
            _without_index(look, path)


def read(look: Look, aside: Aside, found: Storage, *, only: Collection[str] | None, tell: Tell) -> None:
    """Reads every object, or `only` some, and compares each with its name."""
    spoilt, packer = found.spoilt, Packer(look.layout)
    gone = []
    wanted = [name for name in found.loose if only is None or name in only]
    for name, fact in at_once(wanted, found.loose.__getitem__, lambda name: _loose(look.layout.git, name, packer)):
        tell(found.loose[name])
        if isinstance(fact, Fact):
            found.good[name] = fact
        elif fact:
            spoilt[name] = fact
        else:
            gone.append(name)  # a compaction has just packed it
    packer.save(found.loose)
    packed = [name for name in found.packed if only is None or name in only]
    for name, answer in contents(aside, [*packed, *gone, *(one for one in spoilt if one not in found.packed)]):
        if isinstance(answer, Fact):
            found.good[name] = answer
            tell(answer.size if name not in spoilt else 0)
        elif name not in found.good:
            found.bad[name] = spoilt.get(name) or answer or "is not there"
    look.account(loose_path(name) for name in found.loose)


def look_again(aside: Aside, found: Storage, names: Iterable[str]) -> None:
    """Asks git for objects that were not seen: a compaction may have moved them meanwhile."""
    unseen = [name for name in dict.fromkeys(names) if name and found.lacks(name) and name not in found.bad]
    for name, answer in contents(aside, unseen):
        if isinstance(answer, Fact):
            found.good[name] = answer
        else:
            found.bad[name] = answer or "is not there"


def kinds(look: Look, aside: Aside, found: Storage) -> dict[str, str]:
    """The kind of every object, without reading more than its beginning."""
    return {**aside.kinds(found.packed), **{name: peek(look.layout.top / loose_path(name)) for name in found.loose}}


def check_leftovers(look: Look) -> None:
    """Tells of what killed git commands left among the objects."""
    unfinished = [path for path in look.census.below(OBJECTS) if _UNFINISHED.fullmatch(path)]
    look.account(unfinished)
    if unfinished and not look.writing() and not look.compacting():
        what = f"and {len(unfinished) - 1} more: half-written" if unfinished[1:] else "half-written"
        look.note("leftovers", unfinished[0], what, "the next command that writes clears it")


def _loose(git_dir: Path, name: str, packer: Packer) -> Fact | str | None:
    try:
        return read_loose(git_dir / "objects" / name[:2] / name[2:], name, packer)
    except Broken as error:
        return str(error)
    except OSError:
        return "cannot be read"


def loose_path(name: str) -> str:
    """Where the object of that name lies, if it is loose."""
    return f"{OBJECTS}{name[:2]}/{name[2:]}"


def _named(aside: Aside, index: Path) -> list[str]:
    """The objects that a pack's index names, in the order of the pack; none if it cannot be read."""
    try:
        with index.open("rb") as file:
            printed = aside.finish(aside.start("show-index", stdin=file), "show-index")
    except (LinkbakError, OSError):
        return []
    lines = (line.split() for line in printed.decode("ascii", "replace").splitlines())
    return [name for _, name in sorted((int(words[0]), words[1]) for words in lines if len(words) >= 2)]


def _unsealed(look: Look, path: str, found: Seal) -> None:
    remedy = f"git makes it anew:\nrm -f {path}"
    if path.endswith(".idx"):
        remedy += f"\ngit index-pack {path[:-4]}.pack"
    elif path.endswith(".pack"):
        remedy = _resealed(look, path[:-5], found) or _PACK
    look.damage("git", path, "has a byte that was changed, or is cut off", remedy)


def _resealed(look: Look, pack: str, found: Seal) -> str:
    """How to write the digest of a pack anew, if that is all that is damaged; its index knows it too."""
    width = len(found.digest)
    if (look.read(f"{pack}.idx") or b"")[-2 * width : -width] != found.digest:
        return ""
    return (
        "only its own digest is damaged, and its index has it too:\n"
        f"(head -c -{width} {pack}.pack; tail -c {2 * width} {pack}.idx | head -c {width}) > {pack}.new\n"
        f"mv -f {pack}.new {pack}.pack"
    )


def _without_index(look: Look, path: str) -> None:
    if not look.compacting() and not look.writing():
        look.note("leftovers", path, "a pack without its index", "the next command that writes clears it")
