"""Everything in ``.git/objects``: each object as git gives it, each file by git's own check or its own digest."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from linkbak.errors import LinkbakError
from linkbak.model import NamedTuple
from linkbak.paths import make_folder, temporary_folder
from linkbak.texts import tr
from linkbak.vault.git import Git, isolating, names_in_pack, printable
from linkbak.vault.layout import Layout, on_this_machine
from linkbak.vault.vault import opened
from linkbak.vault.verify.context import VerifyContext

_CHUNK = 1 << 18


OBJECTS = ".git/objects/"
_LOOSE = re.compile(r"\.git/objects/([0-9a-f]{2})/([0-9a-f]{38}(?:[0-9a-f]{24})?)")
_CHECKSUMMED = re.compile(
    r"\.git/objects/(pack/(pack-[0-9a-f]{40,64}\.(pack|idx|rev|bitmap|mtimes)|multi-pack-index(-[0-9a-f]{40,64}\.\w+)?)"
    r"|info/(commit-graph|commit-graphs/graph-[0-9a-f]{40,64}\.graph))"
)
_FSCK = re.compile(
    r"error: [0-9a-f]+: (?P<what>.*): \S*objects/(?P<folder>[0-9a-f]{2})/(?P<rest>[0-9a-f]{38}(?:[0-9a-f]{24})?)"
)
"""The lines of ``git fsck`` about a damaged loose object: the reason, and last its place."""
_UNFINISHED = re.compile(r"\.git/objects/(\w\w/tmp_|tmp_|pack/(\.tmp-|tmp_)).*")
_PACK = tr("take it from another copy of the vault; if all snapshots are whole, `linkbak compact --all` writes it anew")

Tell = Callable[[int], None]
"""Called with how many more bytes were read."""


class Fact(NamedTuple):
    """An object as read; `sha256` is that of a blob's bytes, "" for others."""

    kind: str
    size: int
    sha256: str


@dataclass
class Storage:
    """The objects of a vault.

    `loose` are the files of loose objects with their bytes on disk, `packed` the objects that packs name, in the order
    in which they lie. After `read`, `good` are those that git gives as they were kept, `bad` those of which there is
    no sound copy, with what is wrong; what is in neither was not read. `damaged` are the loose ones whose file is
    damaged.
    """

    long: bool
    loose: dict[str, int] = field(default_factory=dict)
    packed: dict[str, None] = field(default_factory=dict)
    good: dict[str, Fact] = field(default_factory=dict)
    bad: dict[str, str] = field(default_factory=dict)
    damaged: dict[str, str] = field(default_factory=dict)

    @property
    def there(self) -> Collection[str]:
        """Every object that should exist."""
        return self.loose.keys() | self.packed.keys()

    def lacks(self, name: str) -> bool:
        """Whether there is no sound object of that name, as far as was read."""
        return name in self.bad or not (name in self.good or name in self.loose or name in self.packed)

    def take(self, name: str, answer: Fact | str) -> None:
        """Record git's answer for an object."""
        if isinstance(answer, Fact):
            self.good[name] = answer
        else:
            self.bad[name] = self.damaged.get(name) or answer or tr("is not there")


def survey(context: VerifyContext, isolated: IsolatedGit, *, long: bool) -> Storage:
    """The objects that should exist."""
    found = Storage(long)
    for path, size in context.census.files.items():
        if named := _LOOSE.fullmatch(path):
            found.loose[named[1] + named[2]] = size
    for path in context.census.below(OBJECTS + "pack/"):
        if path.endswith(".idx") and _CHECKSUMMED.fullmatch(path):
            with suppress(LinkbakError, OSError):  # an index that cannot be read names nothing
                found.packed.update(dict.fromkeys(names_in_pack(isolated, context.layout.top / path)))
    return found


def check_files(context: VerifyContext, *, long: bool, every: bool) -> None:
    """Checks every file of git's that carries its own digest; packs only if `every` byte is to be read."""
    width = 32 if long else 20
    for path in [path for path in context.census.below(OBJECTS) if _CHECKSUMMED.fullmatch(path)]:
        context.account([path])
        if path.endswith(".pack") and not every:
            continue
        found = checksum(context.layout.top / path, width)
        if found is not None and not found.whole:
            context.damage("git", path, tr("has a byte that was changed, or is cut off"), _remedy(context, path, found))
    packs = [path for path in context.census.below(OBJECTS + "pack/") if path.endswith(".pack")]
    for path in packs if not context.compacting() and not context.writing() else ():
        if path.replace(".pack", ".idx") not in context.census.files:
            remedy = (
                tr("this makes its index, and `linkbak compact` then joins it to the others:")
                + f"\ngit index-pack {path}"
            )
            context.note("leftovers", path, tr("a pack without its index"), remedy)


def read(
    context: VerifyContext, isolated: IsolatedGit, found: Storage, *, only: Collection[str] | None, tell: Tell
) -> None:
    """Reads every object, or `only` some, and compares each with its name; all files are read by ``git fsck`` too."""
    if only is None:
        found.damaged.update(_fsck(context, isolated))
    names = [name for name in found.there if only is None or name in only]
    for name, answer in contents(isolated, names):
        found.take(name, answer)
        if isinstance(answer, Fact):
            tell(answer.size)
        elif answer and name in found.loose:
            found.damaged.setdefault(name, answer)
    context.account(loose_path(name) for name in found.loose)


def _fsck(context: VerifyContext, isolated: IsolatedGit) -> Iterator[tuple[str, str]]:
    """The loose objects whose file ``git fsck`` finds damaged, and what is wrong with each.

    It checks packs too; findings about packs that their own digests did not show are added.
    """
    printed = isolated.complaints("fsck", "--full", "--no-dangling", "--no-reflogs", "--no-progress")
    complaints = [line for line in printed if line.startswith(("error: ", "fatal: ")) and "/._" not in line]
    before = len(context.findings)
    named = [found for line in complaints if (found := _FSCK.fullmatch(line))]
    for line in named:
        other = "hash-path mismatch" in line["what"]
        yield (
            line["folder"] + line["rest"],
            tr("holds other bytes than its name says") if other else tr("cannot be unpacked"),
        )
    if complaints and not named and before == 0:
        context.damage("git", ".git/objects", f"git fsck: {printable(complaints[0], 200)}", _PACK)


def read_again(isolated: IsolatedGit, found: Storage, names: Iterable[str]) -> None:
    """Asks git for objects that were not seen: a compaction may have moved them meanwhile."""
    unseen = [name for name in dict.fromkeys(names) if name and found.lacks(name) and name not in found.bad]
    for name, answer in contents(isolated, unseen):
        found.take(name, answer)


def check_leftovers(context: VerifyContext) -> None:
    """Adds notes about files that killed git commands left among the objects."""
    unfinished = [path for path in context.census.below(OBJECTS) if _UNFINISHED.fullmatch(path)]
    context.account(unfinished)
    if unfinished and not context.writing() and not context.compacting():
        left = len(unfinished) - 1
        what = tr("and {number} more: half-written", number=left) if left else tr("half-written")
        context.note("leftovers", unfinished[0], what, tr("the next command that writes clears it"))


def loose_path(name: str) -> str:
    """Where the object of that name lies, if it is loose."""
    return f"{OBJECTS}{name[:2]}/{name[2:]}"


def _remedy(context: VerifyContext, path: str, found: Checksum) -> str:
    """How to make a file of git's anew; for a pack only its digest, which its index holds too, if that is all."""
    pack, width = path.rpartition(".")[0], len(found.digest)
    if not path.endswith(".pack"):
        return (
            tr("git makes it anew:")
            + f"\nrm -f {path}"
            + (f"\ngit index-pack {pack}.pack" if path.endswith(".idx") else "")
        )
    if (context.read(f"{pack}.idx") or b"")[-2 * width : -width] != found.digest:
        return _PACK
    return (
        tr("only its own digest is damaged, and its index has it too:") + "\n"
        f"(head -c -{width} {pack}.pack; tail -c {2 * width} {pack}.idx | head -c {width}) > {pack}.new\n"
        f"mv -f {pack}.new {pack}.pack"
    )


_CONFIG = """\
[core]
	repositoryformatversion = {version}
	bare = true
	bigFileThreshold = 16m
{more}"""
_SHA256 = "[extensions]\n\tobjectFormat = sha256\n"


class IsolatedGit(Git):
    """Runs git on nothing but a vault's objects; `long` says whether their names are sha256.

    The vault's configuration, references, index and hooks play no part, so it works in a vault where they are damaged.
    """

    def __init__(self, layout: Layout, *, long: bool, shallow: str = "") -> None:
        with on_this_machine(Path(tr("the folder for temporary files"))):
            self._folder = temporary_folder()
        super().__init__(Path(self._folder.name))
        self.long = long
        objects = layout.git / "objects"
        self.surroundings = isolating(objects, objects)
        for folder in ("objects/pack", "refs"):
            make_folder(self.git_dir / folder)
        config = _CONFIG.format(version=int(long), more=_SHA256 if long else "")
        (self.git_dir / "config").write_text(config, "ascii")
        (self.git_dir / "HEAD").write_text("ref: refs/heads/main\n", "ascii")
        if shallow:
            (self.git_dir / "shallow").write_text(shallow, "ascii")

    def kinds(self, names: Iterable[str]) -> dict[str, str]:
        """The kind of every object of these that git has."""
        shape = "--batch-check=%(objectname) %(objecttype)"
        lines = self.run("cat-file", "--buffer", shape, feed="".join(f"{name}\n" for name in names).encode())
        words = (line.split() for line in lines.decode("ascii").splitlines())
        return {found[0]: found[1] for found in words if len(found) == 2 and found[1] != "missing"}

    def complaints(self, *words: str) -> list[str]:
        """The lines of a git command's error output, whether or not it ended well."""
        process = self.start(*words, writes=False)
        try:
            complained = process.communicate()[1]
        finally:
            self.end(process)
        return complained.decode("utf-8", "replace").splitlines()

    def __enter__(self) -> IsolatedGit:
        return self

    def __exit__(self, *error: object) -> None:
        self._folder.cleanup()


def contents(git: Git, names: Sequence[str]) -> Iterator[tuple[str, Fact | str]]:
    """Each object as read; "" if git has none of that name, or a sentence that says what is wrong with it."""
    at = 0
    while at < len(names):
        for answer in _batch(git, names[at:]):
            yield answer
            at += 1
        if at < len(names):  # git gives up at an object it cannot read
            yield names[at], tr("git cannot read it")
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
    """One object from the stream; None if that ends early."""
    kind, size = words[1], int(words[2])
    own = hashlib.sha1(usedforsecurity=False) if len(name) == 40 else hashlib.sha256()
    own.update(b"%s %d\0" % (kind, size))
    content, left = hashlib.sha256(), size
    while left:
        chunk = stream.read(min(_CHUNK, left))
        if not chunk:
            return None
        own.update(chunk)
        content.update(chunk)
        left -= len(chunk)
    if len(stream.read(1)) != 1:
        return None
    if own.hexdigest() != name:
        return tr("holds other bytes than its name says")
    return Fact(kind.decode(), size, content.hexdigest() if kind == b"blob" else "")


class Checksum(NamedTuple):
    """The digest at the end of a file of git's, and the digest of all bytes before it, which should be equal."""

    trailer: bytes
    digest: bytes

    @property
    def whole(self) -> bool:
        """Whether they are equal."""
        return self.trailer == self.digest


def checksum(path: Path, width: int) -> Checksum | None:
    """The digest of `width` bytes at the end of a file, and the right one; None if there is no such file.

    A file that cannot be read counts as damaged.
    """
    descriptor = opened(path)
    if descriptor is None:
        return None
    digest = hashlib.sha1(usedforsecurity=False) if width == 20 else hashlib.sha256()
    trailer = b""
    with os.fdopen(descriptor, "rb", buffering=0) as file, suppress(OSError):
        left = os.fstat(descriptor).st_size - width
        while left > 0 and (chunk := file.read(min(_CHUNK, left))):
            digest.update(chunk)
            left -= len(chunk)
        trailer = file.read(width) if left == 0 else b""
    return Checksum(trailer, digest.digest())
