"""A git repository outside the vault that reads the vault's objects: nothing else in the vault can lead it astray."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from types import TracebackType
from typing import IO, TYPE_CHECKING

from linkbak.vault.disk import on_this_machine
from linkbak.vault.git import Git
from linkbak.vault.layout import Layout

from .loose import Fact

if TYPE_CHECKING:
    from subprocess import Popen

_CONFIG = """\
[core]
	repositoryformatversion = {version}
	bare = true
	bigFileThreshold = 16m
{more}"""
_SHA256 = "[extensions]\n\tobjectFormat = sha256\n"
_CHUNK = 1 << 18


class Aside(Git):
    """Runs git on a vault's objects alone; `long` says whether their names are sha256.

    The vault's configuration, references, index and hooks play no part, so it works in a vault where they are damaged.
    """

    def __init__(self, layout: Layout, *, long: bool, shallow: bytes | None = None) -> None:
        with on_this_machine(Path("the folder for temporary files")):
            self._folder = TemporaryDirectory(prefix="linkbak-verify-")
        super().__init__(Path(self._folder.name))
        self.long = long
        self._objects = layout.git / "objects"
        for folder in ("objects/pack", "refs"):
            (self.git_dir / folder).mkdir(parents=True)
        config = _CONFIG.format(version=int(long), more=_SHA256 if long else "")
        (self.git_dir / "config").write_text(config, "ascii")
        (self.git_dir / "HEAD").write_text("ref: refs/heads/main\n", "ascii")
        if shallow:
            (self.git_dir / "shallow").write_bytes(shallow)

    def start(
        self,
        *words: str,
        stdin: int | IO[bytes] | None = None,
        stdout: int | IO[bytes] | None = None,
        stderr: int | IO[bytes] | None = None,
        writes: bool = False,
        objects: Path | None = None,
    ) -> Popen[bytes]:
        """As in Git, with the vault's objects."""
        return super().start(*words, stdin=stdin, stdout=stdout, stderr=stderr, writes=writes, objects=self._objects)

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
        chunk = stream.read(min(_CHUNK, left))
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
