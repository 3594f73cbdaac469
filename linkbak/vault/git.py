"""Runs the git program, always in the same environment: no hooks, no network, no configuration of the user's.

`Git` starts its commands, `Objects` reads what it stores.
"""

from __future__ import annotations

import hashlib
import os
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import IO, TYPE_CHECKING

from linkbak.errors import LinkbakError, MachineProblem, VaultDamaged, VaultLocked
from linkbak.model import NamedTuple
from linkbak.texts import tr
from linkbak.vault.layout import BRANCH, age, closed, disk_full, not_readable, not_writable, refuse_closed

if TYPE_CHECKING:
    from subprocess import Popen


OLDEST = (2, 39)

CONFIG = {
    "core.sparseCheckout": "true",
    "core.sparseCheckoutCone": "true",
    "index.sparse": "true",
    "core.autocrlf": "false",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "commit.gpgSign": "false",
}
"""The git configuration of a vault, so that git run by hand behaves well in it too."""
_SETTINGS = {
    **CONFIG,
    "core.hooksPath": os.devnull,
    "core.fsmonitor": "false",
    "core.attributesFile": os.devnull,
    "core.excludesFile": os.devnull,
    "core.safecrlf": "false",
    "core.sharedRepository": "umask",
    "core.fsync": "all",
    "core.fsyncMethod": "batch",
    "protocol.allow": "never",
    "core.deltaBaseCacheLimit": "16m",
    "advice.updateSparsePath": "false",
}
_FLAGS = tuple(word for name, value in _SETTINGS.items() for word in ("-c", f"{name}={value}"))
_ENVIRONMENT = {
    "LC_ALL": "C",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_LITERAL_PATHSPECS": "1",
}


class GitFailed(VaultDamaged):
    """Git ended with an error that nothing else explains."""


class Git:
    """Runs git in one vault.

    `held` is a descriptor that every command inherits while linkbak writes, to keep the lock if linkbak dies. `failed`
    and `cut` hold the commands that failed or were killed: what those leave behind is ours to clear.
    `flags` and `surroundings` are given to every command: settings, and variables of its environment.
    A bare repository's `git_dir` is its `top`.
    """

    def __init__(self, top: Path, git_dir: Path | None = None) -> None:
        self.top = top.absolute()
        self.git_dir = git_dir.absolute() if git_dir else self.top / ".git"
        self.held: int | None = None
        self.failed: set[str] = set()
        self.cut: set[str] = set()
        self._place = (f"--git-dir={self.git_dir}", f"--work-tree={self.top}")[: 1 if self.git_dir == self.top else 2]
        self.flags: tuple[str, ...] = ()
        self.surroundings: dict[str, str] = {}

    def run(self, *words: str, feed: bytes = b"") -> bytes:
        """The command's output; raises a LinkbakError if it failed."""
        return self.finish(self.start(*words), words[0], feed)

    def start(
        self,
        *words: str,
        stdin: int | IO[bytes] | None = None,
        stdout: int | IO[bytes] | None = None,
        stderr: int | IO[bytes] | None = None,
        writes: bool = True,
        variables: Mapping[str, str] | None = None,
    ) -> Popen[bytes]:
        """The running command, its three streams pipes unless given otherwise; the caller finishes or ends it.

        `variables` are added to the environment of this command alone.
        """
        import subprocess

        pipe = subprocess.PIPE
        try:
            return subprocess.Popen(
                ["git", *_FLAGS, *self.flags, *self._place, *words],
                stdin=pipe if stdin is None else stdin,
                stdout=pipe if stdout is None else stdout,
                stderr=pipe if stderr is None else stderr,
                cwd=self.top,
                env=environment() | self.surroundings | dict(variables or {}),
                umask=0o077,
                pass_fds=(self.held,) if writes and self.held is not None else (),
            )
        except (FileNotFoundError, PermissionError) as error:
            raise MachineProblem(
                tr("git cannot be run"), hint=tr("Install git 2.39 or newer and put it on PATH.")
            ) from error
        except OSError as error:
            raise MachineProblem(tr("git cannot be run: {reason}", reason=error.strerror)) from error

    def finish(self, process: Popen[bytes], verb: str, feed: bytes = b"") -> bytes:
        """Feeds a command started with pipes, waits for its end, and returns its output."""
        printed, complaint = self.communicate(process, feed)
        self.judge(process.returncode, verb, complaint)
        if complaint:
            self.failed.add(verb)  # git recovered from a failure; what that left behind is still ours to clear
        return printed

    def communicate(self, process: Popen[bytes], feed: bytes = b"") -> tuple[bytes, bytes]:
        """Feeds a command, waits for its end, and returns its output and its errors."""
        with process:
            try:
                return process.communicate(feed or None)
            except BaseException:
                self.end(process)
                raise

    def judge(self, status: int, verb: str, complaint: bytes) -> None:
        """Raises the error that a command's exit status and error output mean."""
        if status < 0:
            self.cut.add(verb)
        if status:
            self.failed.add(verb)
            raise failure(verb, status, complaint.decode("utf-8", "replace"), self.top)

    def end(self, process: Popen[bytes]) -> None:
        """Kills a command that is no longer needed, and closes its streams."""
        if process.poll() is None:
            process.kill()
            words = [str(word) for word in process.args] if isinstance(process.args, list) else []
            self.cut.update(verb for before, verb in pairwise(words) if before == self._place[-1])
        for stream in (process.stdin, process.stdout, process.stderr):
            with suppress(OSError):
                if stream is not None:
                    stream.close()
        process.wait()


def borrowing(objects: Path) -> dict[str, str]:
    """The variables that make git read the objects in another folder too."""
    own = os.fsencode(objects)
    plain = "".join(chr(byte) if 32 <= byte < 127 and byte not in b'\\"' else f"\\{byte:03o}" for byte in own)
    return {"GIT_ALTERNATE_OBJECT_DIRECTORIES": f'"{plain}"'}


def isolating(objects: Path, borrowed: Path) -> dict[str, str]:
    """The variables that make git write new objects into a folder of their own, and still read those of another."""
    return {"GIT_OBJECT_DIRECTORY": str(objects), **borrowing(borrowed)}


def environment() -> dict[str, str]:
    """The environment git runs in: the user's without a single GIT_ variable, plus ours."""
    return {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | _ENVIRONMENT


def check_git_version(printed: bytes) -> None:
    """Refuses a git that is too old; `printed` is what ``git version`` said."""
    found = re.search(rb"(\d+)\.(\d+)", printed)
    if not found or (int(found[1]), int(found[2])) < OLDEST:
        raise MachineProblem(
            tr("git is too old: {version}", version=printable(printed.decode("ascii", "replace").strip(), 300)),
            hint=tr("Install git {version} or newer.", version=".".join(map(str, OLDEST))),
        )


_FULL = ("No space left on device", "Disk quota exceeded", "Out of diskspace")
"""Git's messages for a full disk; the last is the one for packs."""


def failure(verb: str, status: int, complaint: str, top: Path) -> LinkbakError:
    """The error that git's error output means."""
    if any(words in complaint for words in _FULL):
        return disk_full()
    if re.search("Permission denied|Read-only file system|insufficient permission", complaint):
        shut = closed(top)
        return not_readable(shut, top) if shut else not_writable(top)
    if left := re.search(r"'([^']+\.lock)': File exists", complaint):
        return git_lock(Path(left[1]))
    if "Not updating refs/" in complaint or "cannot lock ref" in complaint:
        return git_lock(top / ".git/index.lock")
    first = next(iter(complaint.strip().splitlines()), tr("status {number}", number=status))
    return GitFailed(tr("git {verb} failed: {reason}", verb=verb, reason=printable(first.strip(), 300)))


def git_lock(path: Path, where: str = "") -> VaultLocked:
    """The refusal where a lock of git is in the way: of a running git program, or left by one that was killed."""
    where = where or tr("the vault")
    with suppress(OSError):
        old, remove = age(path), f"rm {shlex.quote(str(path))}"
        return VaultLocked(
            tr("another git program is changing {where}: its lock {path} is {old}", where=where, path=path, old=old),
            hint=tr("Let it finish and try again; if none is running: {remove}", remove=remove),
        )
    return VaultLocked(
        tr("another git program is changing {where}", where=where), hint=tr("Let it finish and try again.")
    )


def printable(text: str, most: int) -> str:
    """The start of a text, without anything that acts on a terminal."""
    return "".join(c if c.isprintable() else "?" for c in text[:most])


def words_of(paths: Sequence[str]) -> bytes:
    """Paths as git commands read them with ``-z --stdin``."""
    return b"".join(path.encode() + b"\0" for path in paths)


# --- objects ----------------------------------------------------------------------------------------------------------
# Read through one ``cat-file --batch`` that stays open; the newest commit is found without git.

_AHEAD = 400  # requests sent before their answers are read: all fit into the pipe, so neither side waits for ever
OBJECT_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_LOGGED = re.compile(r"^[0-9a-f]{40,64} ([0-9a-f]{40,64}) [^\n]*$", re.MULTILINE)
"""A line of a branch's log, and the commit to which it moved."""


class Found(NamedTuple):
    """One object."""

    id: str
    kind: str
    data: bytes


class Objects:
    """The objects of one vault; starts git when first asked."""

    def __init__(self, git: Git) -> None:
        self._git = git
        self._process: Popen[bytes] | None = None

    def get(self, name: str) -> Found | None:
        """The object that git calls `name` (an id, or ``<commit>:<path>``), None if there is none."""
        return next(self.each([name]))

    def each(self, names: Sequence[str]) -> Iterator[Found | None]:
        """The objects in the order of their names, read ahead in one go."""
        for start in range(0, len(names), _AHEAD):
            some = names[start : start + _AHEAD]
            if self._process is None:
                import subprocess

                self._process = self._git.start("cat-file", "--batch", stderr=subprocess.DEVNULL, writes=False)
            process = self._process
            assert process.stdin is not None
            try:
                process.stdin.write(b"".join(name.encode() + b"\n" for name in some))
                process.stdin.flush()
            except OSError:
                raise self._broken() from None
            answers = [self._answer(process) for _ in some]
            yield from answers

    def at_top(self, commit: str, name: str) -> Found | None:
        """What a commit holds under a name at its top, None if it holds nothing there.

        Raises VaultDamaged for what cannot be read, which is not the same as nothing.
        """
        found = self.get(f"{commit}:{name}")
        if found is None:
            tree = self.get(f"{commit}^{{tree}}")
            if tree is None or any(one.name == name for one in tree_entries(tree)):
                raise VaultDamaged(tr("git cannot read {file} in the vault's newest commit", file=name))
        return found

    def close(self) -> None:
        """Ends git."""
        if self._process is not None:
            self._git.end(self._process)
            self._process = None

    def _answer(self, process: Popen[bytes]) -> Found | None:
        assert process.stdout is not None
        words = process.stdout.readline().split()
        if words and words[-1] in (b"missing", b"ambiguous"):
            refuse_closed(self._git.git_dir, self._git.top)  # what git may not read it calls missing
            return None
        if len(words) != 3:
            raise self._broken()
        size = int(words[2])
        try:
            data = process.stdout.read(size + 1)
        except (MemoryError, OverflowError):  # a damaged pack may claim any size
            raise self._broken() from None
        if len(data) != size + 1:
            raise self._broken()
        return Found(words[0].decode(), words[1].decode(), data[:-1])

    def _broken(self) -> VaultDamaged:
        self.close()
        refuse_closed(self._git.git_dir, self._git.top)
        return VaultDamaged(tr("git cannot read an object of the vault"))


class TreeEntry(NamedTuple):
    """What a tree object says of one file or folder."""

    name: str
    mode: bytes
    id: str


FOLDER_MODE, FILE_MODE = b"40000", b"100644"
"""The modes of a folder, and of the only kind of file there is in a vault."""


def tree_entries(found: Found) -> Iterator[TreeEntry]:
    """Everything directly in a tree object; raises ValueError or IndexError if it is no tree, or damaged."""
    if found.kind != "tree":
        raise ValueError("not a tree")
    data, size, at = found.data, len(found.id) // 2, 0
    while at < len(data):
        end = data.index(b"\0", at)
        mode, name = data[at:end].split(b" ", 1)
        at = end + 1 + size
        yield TreeEntry(name.decode("utf-8", "surrogateescape"), mode, data[end + 1 : at].hex())


def blob_id(size: int, chunks: Iterable[bytes], width: int) -> str:
    """The name of a file's git object, from its size and bytes; `width` is the length of names, 40 or 64 digits."""
    digest = hashlib.sha1(usedforsecurity=False) if width == 40 else hashlib.sha256()
    digest.update(b"blob %d\0" % size)
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest()


def names_in_pack(git: Git, index: Path) -> list[str]:
    """The objects that a pack's index names, in the order of the pack."""
    with index.open("rb") as file:
        printed = git.finish(git.start("show-index", stdin=file), "show-index")
    lines = (line.split() for line in printed.decode("ascii", "replace").splitlines())
    return [name for _, name in sorted((int(words[0]), words[1]) for words in lines if len(words) >= 2)]


def folders(found: Found) -> dict[str, str]:
    """Name and id of the folders directly in a tree object."""
    return {one.name: one.id for one in tree_entries(found) if one.mode == FOLDER_MODE} if found.kind == "tree" else {}


def head(git_dir: Path) -> str:
    """The id of the newest commit; refuses a vault whose branch is not the one linkbak writes to."""
    try:
        pointer = (git_dir / "HEAD").read_text("utf-8", "replace").strip()
    except PermissionError:
        raise not_readable(git_dir / "HEAD", git_dir.parent) from None
    except OSError:
        raise VaultDamaged(tr("the vault has no .git/HEAD")) from None
    if pointer != f"ref: refs/heads/{BRANCH}":
        raise VaultDamaged(
            tr("the vault is not on its branch {branch}", branch=BRANCH),
            hint=tr("`linkbak verify --repair` puts it there again."),
        )
    commit = branch(git_dir) or last_commit(git_dir)
    if not commit:
        refuse_closed(git_dir, git_dir.parent)
        raise VaultDamaged(tr("the vault's branch {branch} has no commit", branch=BRANCH))
    return commit


def last_commit(git_dir: Path) -> str:
    """The commit that the branch last pointed to, for when its own file does not say; "" if that is unknown.

    It is the last in its log, or a commit on top of that; without a log, the only commit that no other has as parent.
    """
    git, last = Git(git_dir.parent, git_dir), ""
    with suppress(OSError, LinkbakError):
        for log in (git_dir / "logs/refs/heads" / BRANCH, git_dir / "logs/HEAD"):
            if log.is_file() and not last:
                last = next(iter(_LOGGED.findall(log.read_text("utf-8", "replace"))[-1:]), "")
        words = ("cat-file", "--batch-all-objects", "--unordered", "--batch-check=%(objecttype) %(objectname)")
        there = [line[7:] for line in git.run(*words).decode("ascii").splitlines() if line.startswith("commit ")]
        feed = "".join(f"{name}\n" for name in there).encode()
        parents = git.run("rev-list", "--no-walk=unsorted", "--parents", "--stdin", feed=feed).decode("ascii")
        followed = {name for line in parents.splitlines() for name in line.split()[1:]}
        ends = [name for name in there if name not in followed]
        if last in there:
            ends = [name for name in ends if last in git.run("rev-list", name).decode("ascii").split()]
        else:
            last = ""
        return ends[0] if len(ends) == 1 else last
    return ""


def branch(git_dir: Path) -> str:
    """The id of the branch's commit, "" if there is none or it cannot be read."""
    with suppress(OSError):
        named = (git_dir / "refs" / "heads" / BRANCH).read_text("ascii", "replace").strip()
        return named if OBJECT_ID.fullmatch(named) else ""
    with suppress(OSError):
        for line in (git_dir / "packed-refs").read_text("utf-8", "replace").splitlines():
            if line.endswith(f" refs/heads/{BRANCH}"):
                named = line.split()[0]
                return named if OBJECT_ID.fullmatch(named) else ""
    return ""
