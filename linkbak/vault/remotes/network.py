"""Runs git where it may reach one address and no other; what it needs for that comes from the user, not from the vault.

Git is run in a repository made for the occasion, so whatever the vault's own configuration says of addresses, proxies
or programs plays no part. The user's own configuration of git is asked for three things: how to get at credentials,
how to speak https, and which ssh to use.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from linkbak.errors import LinkbakError
from linkbak.vault.disk import on_this_machine, remove_tree, write_new
from linkbak.vault.git import Git, borrowing

from .addresses import Address
from .complaints import complaint_of
from .planted import SAFE_HERE

_DISTANT = ("fetch", "push", "ls-remote", "index-pack")
_FROM_THE_USER = ("credential.", "http.", "safe.directory")
_SETTINGS = (
    "fetch.fsckObjects=true",
    "transfer.fsckObjects=true",
    "transfer.credentialsInUrl=die",
    "transfer.bundleURI=false",
    "fetch.writeCommitGraph=false",
    "fetch.unpackLimit=10",
    "push.recurseSubmodules=no",
    "push.gpgSign=false",
    "pack.threads=1",
    "pack.windowMemory=100m",
    "core.bigFileThreshold=16m",
    "http.lowSpeedLimit=1000",
    "http.lowSpeedTime=60",
)
"""What is fetched is examined, nothing else is sent than was asked for, and large files do not fill the memory.

What comes stays packed as it came: objects by themselves would take several times the room.
"""
_FLAGS = tuple(word for setting in _SETTINGS for word in ("-c", setting))
_KEPT = (
    "GIT_SSH",
    "GIT_SSH_COMMAND",
    "GIT_SSH_VARIANT",
    "GIT_ASKPASS",
    "GIT_SSL_CAINFO",
    "GIT_SSL_CAPATH",
    "GIT_SSL_CERT",
    "GIT_SSL_KEY",
    "GIT_SSL_NO_VERIFY",
    "GIT_PROXY_SSL_CAINFO",
    "GIT_HTTP_PROXY_AUTHMETHOD",
)
_PATIENT = "-o ConnectTimeout=30 -o ServerAliveInterval=15 -o ServerAliveCountMax=4"
_ALONE = "-o BatchMode=yes"
_CONFIG = """\
[core]
	repositoryformatversion = {version}
	bare = true
{more}"""
_SHA256 = "[extensions]\n\tobjectFormat = sha256\n"


class Network(Git):
    """Git in a repository of its own below `folder`, with leave to reach `address`.

    `asks` says whether somebody is there to be asked for a password; if not, a password that is wanted is a refusal.
    """

    def __init__(self, folder: Path, address: Address, *, asks: bool | None = None) -> None:
        super().__init__(folder)
        self.address = address
        asking = somebody_there() if asks is None else asks
        users = _users_settings()
        self.flags = _FLAGS
        self.surroundings = _variables(address, users, asking=asking)
        self.programs = _programs(users) if address.kind == "file" else ()
        """The options that name the programs at the other end, where that is on this machine."""

    def judge(self, status: int, verb: str, complaint: bytes) -> None:
        """As in Git; what went wrong at the other end is told in words."""
        try:
            super().judge(status, verb, complaint)
        except LinkbakError as error:
            if verb not in _DISTANT:
                raise
            raise complaint_of(self.address, verb, complaint.decode("utf-8", "replace"), error) from None

    def program(self, which: str) -> tuple[str, ...]:
        """The option of a git command that says how to run `which` (``upload-pack``, ``receive-pack``), if any."""
        return tuple(f"--{which}={words} {which}" for words in self.programs)

    def others(self, *refs: str) -> dict[str, str]:
        """The references at the other end, of those asked for, and what they name."""
        printed = self.run("ls-remote", *self.program("upload-pack"), "--", self.address.text, *refs)
        lines = (line.split("\t") for line in printed.decode("utf-8", "replace").splitlines())
        return {words[1]: words[0] for words in lines if len(words) == 2}


@contextmanager
def repository(folder: Path, *, long: bool, ours: str = "", shallow: bytes = b"") -> Iterator[Path]:
    """Makes a repository without anything in it in `folder`, which is new, and removes it at the end.

    `long` says whether its names are sha256, `ours` is a commit that the other end may take to be known here.
    """
    with on_this_machine(folder.parent):
        for place in ("objects/pack", "refs/heads"):
            (folder / ".git" / place).mkdir(mode=0o700, parents=True)
        folder.chmod(0o700)
        git = folder / ".git"
        write_new(git / "config", _CONFIG.format(version=int(long), more=_SHA256 if long else "").encode())
        write_new(git / "HEAD", b"ref: refs/heads/main\n")
        if ours:
            write_new(git / "refs" / "heads" / "main", f"{ours}\n".encode())
        if shallow:
            write_new(git / "shallow", shallow)
    try:
        yield folder
    finally:
        with suppress(OSError):
            remove_tree(folder)


def lent(git: Git, objects: Path) -> None:
    """Lets `git` read the objects of another repository."""
    git.surroundings = {**git.surroundings, **borrowing(objects)}


def somebody_there() -> bool:
    """Whether a person sits at a terminal and can be asked."""
    try:
        return sys.stdin.isatty() and sys.stderr.isatty()
    except (AttributeError, ValueError):
        return False


def users_ssh() -> str:
    """The command that the user has git run as ssh, "" if that is nothing special."""
    return os.environ.get("GIT_SSH_COMMAND") or dict(_users_settings()).get("core.sshcommand", "")


def _variables(address: Address, users: list[tuple[str, str]], *, asking: bool) -> dict[str, str]:
    found = {name: os.environ[name] for name in _KEPT if name in os.environ}
    found["GIT_ALLOW_PROTOCOL"] = address.kind
    found["GIT_TERMINAL_PROMPT"] = "1" if asking else "0"
    if not asking:
        found.setdefault("GIT_ASKPASS", "")  # or git would open the window of SSH_ASKPASS, and wait
    if address.kind == "ssh":
        found |= _ssh(found, dict(users).get("core.sshcommand", ""), asking=asking)
    passed = [(name, value) for name, value in users if name != "core.sshcommand"]
    for number, (name, value) in enumerate(passed):
        found |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
    return found | {"GIT_CONFIG_COUNT": str(len(passed))}


def _ssh(found: dict[str, str], users: str, *, asking: bool) -> dict[str, str]:
    """How ssh is run: as the user says, with limits on waiting where it is OpenSSH."""
    command = found.get("GIT_SSH_COMMAND") or users
    if not command and found.get("GIT_SSH"):
        return {}
    first = (command or "ssh").split()[0].strip("'\"").rpartition("/")[2]
    if first != "ssh" or found.get("GIT_SSH_VARIANT", "ssh") not in ("ssh", "auto"):
        return {"GIT_SSH_COMMAND": command}
    return {"GIT_SSH_COMMAND": " ".join([command or "ssh", _PATIENT, *([] if asking else [_ALONE])])}


def _programs(users: list[tuple[str, str]]) -> tuple[str, ...]:
    """Git as it is run at the other end where that is a folder of this machine: a stranger's may hold anything."""
    import shlex

    safe = [f"safe.directory={value}" for name, value in users if name == "safe.directory"]
    return (" ".join(["git", *(f"-c {shlex.quote(setting)}" for setting in (*SAFE_HERE, *safe))]),)


def _users_settings() -> list[tuple[str, str]]:
    """Of the user's own git configuration, and the machine's, what is needed to reach somebody; in git's order."""
    import subprocess

    found: list[tuple[str, str]] = []
    scopes = ("--system", "--global") if not os.environ.get("GIT_CONFIG_NOSYSTEM") else ("--global",)
    for scope in scopes:
        with suppress(OSError, subprocess.SubprocessError):
            words = ["git", "config", scope, "--includes", "--list", "-z"]
            done = subprocess.run(
                words, stdin=subprocess.DEVNULL, capture_output=True, timeout=30, cwd="/", env=_plain()
            )
            for setting in done.stdout.decode("utf-8", "surrogateescape").split("\0"):
                name, _, value = setting.partition("\n")
                if name.lower().startswith(_FROM_THE_USER) or name.lower() == "core.sshcommand":
                    lowered = name.lower() in ("core.sshcommand", "safe.directory")
                    found.append((name.lower() if lowered else name, value))
    return found


def _plain() -> dict[str, str]:
    """The user's environment without what would lead git to a repository."""
    kept = ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM")
    return {name: value for name, value in os.environ.items() if not name.startswith("GIT_") or name in kept}
