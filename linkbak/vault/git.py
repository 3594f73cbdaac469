"""Runs the git program: always the same environment, never a hook, never the network, nobody's configuration."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import IO, TYPE_CHECKING

from linkbak.errors import LinkbakError, MachineProblem, VaultDamaged, VaultLocked
from linkbak.vault.layout import disk_full, not_writable

if TYPE_CHECKING:
    from subprocess import Popen


OLDEST = (2, 39)

_SETTINGS = {
    "core.hooksPath": os.devnull,
    "core.fsmonitor": "false",
    "core.attributesFile": os.devnull,
    "core.excludesFile": os.devnull,
    "core.autocrlf": "false",
    "core.safecrlf": "false",
    "core.sharedRepository": "umask",
    "core.fsync": "all",
    "core.fsyncMethod": "batch",
    "core.sparseCheckout": "true",
    "core.sparseCheckoutCone": "true",
    "index.sparse": "true",
    "protocol.allow": "never",
    "commit.gpgSign": "false",
    "core.deltaBaseCacheLimit": "16m",
    "gc.auto": "0",
    "maintenance.auto": "false",
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

    `held` is a descriptor every command inherits while linkbak writes: what outlives linkbak keeps its lock. `failed`
    and `cut` hold the commands that ended badly or were killed: what those leave lying about is ours to clear.
    `flags` and `surroundings` are what every command is given besides: settings, and variables of its environment.
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
        """What the command printed; raises a LinkbakError if it failed."""
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
        """The command running, its three streams pipes unless told otherwise; the caller finishes or ends it.

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
            raise MachineProblem("git cannot be run", hint="Install git 2.39 or newer and put it on PATH.") from error
        except OSError as error:
            raise MachineProblem(f"git cannot be run: {error.strerror}") from error

    def finish(self, process: Popen[bytes], verb: str, feed: bytes = b"") -> bytes:
        """What a command started with pipes printed, once it has been fed and has ended."""
        printed, complaint = self.communicate(process, feed)
        self.judge(process.returncode, verb, complaint)
        if complaint:
            self.failed.add(verb)  # it made up for a failure; what that left lying about is still ours to clear
        return printed

    def communicate(self, process: Popen[bytes], feed: bytes = b"") -> tuple[bytes, bytes]:
        """What a command printed and what it complained of, once it has been fed and has ended."""
        with process:
            try:
                return process.communicate(feed or None)
            except BaseException:
                self.end(process)
                raise

    def judge(self, status: int, verb: str, complaint: bytes) -> None:
        """Raises what a command's exit status and complaint amount to."""
        if status < 0:
            self.cut.add(verb)
        if status:
            self.failed.add(verb)
            raise failure(verb, status, complaint.decode("utf-8", "replace"))

    def end(self, process: Popen[bytes]) -> None:
        """Kills a command that is not wanted any more, and closes its streams."""
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
    """What makes git read the objects in another folder too."""
    own = os.fsencode(objects)
    plain = "".join(chr(byte) if 32 <= byte < 127 and byte not in b'\\"' else f"\\{byte:03o}" for byte in own)
    return {"GIT_ALTERNATE_OBJECT_DIRECTORIES": f'"{plain}"'}


def isolating(objects: Path, borrowed: Path) -> dict[str, str]:
    """What makes git write new objects into a folder of their own, and still read those of another."""
    return {"GIT_OBJECT_DIRECTORY": str(objects), **borrowing(borrowed)}


def environment() -> dict[str, str]:
    """The environment git runs in: the user's without a single GIT_ variable, plus ours."""
    return {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | _ENVIRONMENT


def check_git_version(printed: bytes) -> None:
    """Refuses a git that is too old; `printed` is what ``git version`` said."""
    found = re.search(rb"(\d+)\.(\d+)", printed)
    if not found or (int(found[1]), int(found[2])) < OLDEST:
        raise MachineProblem(
            f"git is too old: {printable(printed.decode('ascii', 'replace').strip(), 300)}",
            hint=f"Install git {OLDEST[0]}.{OLDEST[1]} or newer.",
        )


_FULL = ("No space left on device", "Disk quota exceeded", "Out of diskspace")
"""How git says, in one way or another, that there is no room; the last is what its packs say."""


def failure(verb: str, status: int, complaint: str) -> LinkbakError:
    """What is wrong, from what git complained of."""
    if any(words in complaint for words in _FULL):
        return disk_full()
    if "Permission denied" in complaint or "Read-only file system" in complaint:
        return not_writable(Path("the vault"))
    if ".lock': File exists" in complaint or "Not updating refs/" in complaint or "cannot lock ref" in complaint:
        return VaultLocked("another git program is changing the vault", hint="Let it finish and try again.")
    first = next(iter(complaint.strip().splitlines()), f"status {status}")
    return GitFailed(f"git {verb} failed: {printable(first.strip(), 300)}")


def printable(text: str, most: int) -> str:
    """The start of a text, with nothing in it that acts on a terminal."""
    return "".join(c if c.isprintable() else "?" for c in text[:most])


def words_of(paths: Sequence[str]) -> bytes:
    """Paths as git commands read them with ``-z --stdin``."""
    return b"".join(path.encode() + b"\0" for path in paths)
