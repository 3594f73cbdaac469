"""Runs git where it may reach one address and no other; what it needs for that comes from the user, not from the vault.

Git is run in a repository made for the occasion, so whatever the vault's own configuration says of addresses, proxies
or programs plays no part. The user's own configuration of git is asked for three things: how to get at credentials,
how to speak https, and which ssh to use.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from linkbak.errors import LinkbakError, MachineProblem, UsageProblem, VaultDamaged
from linkbak.remotes.address import Address, public_name
from linkbak.remotes.untrusted import SAFE_HERE
from linkbak.vault import Git, borrowing, on_this_machine, remove_tree, write_new

# --- complaints -------------------------------------------------------------------------------------------------------
# What git complained of when it tried to reach a copy, in words.

_FULL = re.compile(r"No space left|quota exceeded|Out of diskspace", re.IGNORECASE)
_COMPLAINTS_TOLD = (
    (
        re.compile(r"shallow update not allowed"),
        "the vault here is a clone without its history, so {where} cannot become a whole copy of it",
        "`git fetch --unshallow` in the vault brings the history, from where it was cloned.",
    ),
    (
        re.compile(r"branch is currently checked out|refusing to update checked out branch"),
        "files lie open in the repository at {where}, so git takes nothing into it",
        "Make a bare one there: git init --bare.",
    ),
    (
        re.compile(r"\[rejected\].*\((fetch first|non-fast-forward|stale info)\)|cannot lock ref|failed to lock"),
        "somebody else sent something to {where} at this moment",
        "Push again.",
    ),
    (
        re.compile(r"\[remote rejected\].*\((?!unpacker|missing nec)|protected branch|pre-receive hook declined"),
        "{where} did not take it: it has rules of its own",
        "`git push` by hand in the vault shows what it says; let it take pushes to the branch main.",
    ),
    (
        re.compile(r"Could not resolve host|Name or service not known|nodename nor servname|Temporary failure in name"),
        "{where} is not known in the network",
        "Check the address with `linkbak remote list`, and whether this machine is online.",
    ),
    (
        re.compile(
            r"Connection (refused|timed out|reset)|Operation timed out|Network is unreachable|No route to host"
            r"|Could not connect|Couldn't connect|Failed to connect|Operation too slow|Timeout, server|early EOF"
            r"|Connection closed|Broken pipe|kex_exchange|banner exchange|Empty reply|unexpected disconnect"
            r"|transfer closed|[Cc]onnection timeout|timed out|non-properly terminated|unexpected eof|SSL_ERROR_"
        ),
        "{where} cannot be reached, or the connection broke off",
        "Try again when it is online; nothing is lost.",
    ),
    (
        re.compile(r"Host key verification failed|REMOTE HOST IDENTIFICATION HAS CHANGED|No .*host key is known"),
        "ssh does not know the key of {where}, or it has changed",
        "Run `ssh HOST` once by hand, compare the key it shows, and accept it only if it is the right one.",
    ),
    (
        re.compile(r"certificate|SSL|TLS|gnutls", re.IGNORECASE),
        "the certificate of {where} is not to be trusted, or https failed",
        "Check the address and the clock; a certificate of your own goes into git's http.sslCAInfo.",
    ),
    (
        re.compile(
            r"Permission denied \(|Authentication failed|could not read (Username|Password)|terminal prompts disabled"
            r"|error: 40[13]|Too many authentication failures|Access denied|not authorized",
            re.IGNORECASE,
        ),
        "{where} does not let us in",
        "Give ssh a key without questions (ssh-agent), or https a credential helper (`git help credentials`), and try"
        " `git ls-remote` by hand.",
    ),
    (
        re.compile(r"dubious ownership"),
        "the folder {where} belongs to somebody else, and git does not trust it",
        "If it is yours all the same: git config --global --add safe.directory, with that folder.",
    ),
    (
        re.compile(r"prerequisite commits"),
        "{where} builds on what is not here",
        "Take in the earlier ones first.",
    ),
    (
        re.compile(r"does not appear to be a git repository|not a git repository|[Rr]epository .*not found|error: 404"),
        "there is no git repository at {where}",
        "Check the address; a new folder on a disk is made with `linkbak remote add NAME PATH --create`.",
    ),
    (
        re.compile(r"mismatched algorithms|object.format|unexpected capabilities", re.IGNORECASE),
        "{where} is of git's other object format",
        "Make the copy anew in an empty place.",
    ),
    (
        re.compile(r"shallow"),
        "{where} is no whole copy: its history is cut off",
        "Make it anew in an empty place.",
    ),
)
_NOT_WRITABLE = re.compile(
    r"unable to (write|create)|insufficient permission|Permission denied|Read-only file system|unpacker error"
)
_DAMAGED = re.compile(
    r"fsck error|index-pack failed|unpack-objects|bad object|missing (blob|tree|commit)|[Cc]ould not read [0-9a-f]{40}"
    r"|bad pack|pack has|invalid index-pack|did not send all necessary objects|corrupt|inflate|fatal: packed object"
    r"|not a valid bundle|bundle|does not match index|not our ref|unresolved delta|unable to read [0-9a-f]{40}"
)
_OF_THE_OTHER_END = re.compile(r"remote:|error: remote unpack| !|error: failed to push")


def complaint_of(address: Address, verb: str, said: str, plain: LinkbakError) -> LinkbakError:
    """The refusal that git's words amount to when it did `verb`; `plain` if they are none that is known."""
    where = address.shown if address.kind == "file" else address.host
    if verb == "push" and any(_DAMAGED.search(line) for line in _ours(said)):
        return VaultDamaged(f"an object of the vault is damaged or missing, so nothing was sent to {where}")
    if _FULL.search(said):
        if verb == "push":
            return MachineProblem(f"there is no space left at {where}", hint="Make room there and try again.")
        return MachineProblem("the disk is full; the vault is as it was", hint="Make room and run the command again.")
    for words, what, hint in _COMPLAINTS_TOLD:
        if words.search(said):
            return MachineProblem(what.format(where=where), hint=hint)
    if _DAMAGED.search(said):
        return VaultDamaged(
            f"what {where} holds is damaged or no vault's", hint="`linkbak remote check` looks; the vault is as it was."
        )
    if _NOT_WRITABLE.search(said):
        return MachineProblem(
            f"{where} cannot be written to, or not be read", hint="Check who owns it and how its disk is mounted."
        )
    return MachineProblem(f"{where}: {plain}", hint="Try `git ls-remote` with that address by hand.")


def _ours(said: str) -> list[str]:
    """The lines that tell of this end."""
    return [line for line in said.splitlines() if not _OF_THE_OTHER_END.match(line)]


# --- git --------------------------------------------------------------------------------------------------------------

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


# --- moving -----------------------------------------------------------------------------------------------------------
# Sends or brings objects, and tells how many of them have gone.

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and of how much."""

_MOVING_TOLD = re.compile(rb"(?:Receiving|Writing|Unpacking) objects: +\d+% \((\d+)/(\d+)\)")
_TALK = re.compile(
    rb"(?:remote: )?(?:Enumerating|Counting|Compressing|Receiving|Writing|Unpacking|Resolving|Checking|Total|Delta)\b"
    rb"|(?:From|To) |(?:remote: )?$"
)


def moved(git: Network, *words: str, what: str, tell: Progress | None = None) -> None:
    """Runs a command that moves objects; what git only says on the way is not taken for a complaint."""
    process = git.start(words[0], "--progress", *words[1:], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    said = bytearray()
    try:
        assert process.stderr is not None
        while chunk := os.read(process.stderr.fileno(), 1 << 14):
            said += chunk
            found = _MOVING_TOLD.findall(chunk)
            if tell is not None and found:
                tell(what, int(found[-1][0]), int(found[-1][1]))
        process.wait()
    finally:
        git.end(process)
    lines = re.split(rb"[\r\n]+", bytes(said))
    git.judge(process.returncode, words[0], b"\n".join(line for line in lines if not _TALK.match(line)))


# --- hosts ------------------------------------------------------------------------------------------------------------
# Whether an address leads to a host where strangers may read, also by another name that ssh knows it by.


class PublicHost(UsageProblem):
    """The address is at a host known as public, and the user has not said that it is private there."""


def refuse_public(address: Address, *, private: bool) -> None:
    """Raises PublicHost, unless the user is sure that nobody else reads there."""
    if not private and (name := public_host(address)):
        raise PublicHost(
            f"{name} is a public host, and a vault holds other people's names, addresses and words to you",
            hint="Take a disk, a machine of your own, or a sealed file (`linkbak seal`) instead. If the repository"
            " there is private and stays so, say it when you add it: --private-i-am-sure.",
        )


def public_host(address: Address) -> str:
    """The public host that the address leads to, "" if it is none that is known."""
    if name := public_name(address.host):
        return name
    return public_name(_meant_by_ssh(address.host)) if address.kind == "ssh" else ""


def _meant_by_ssh(host: str) -> str:
    """The host's own name, where the user's configuration of ssh has a short one for it."""
    import shlex

    with suppress(OSError, ValueError, subprocess.SubprocessError):
        words = shlex.split(users_ssh() or "ssh")
        if words[:1] and words[0].rpartition("/")[2] == "ssh":
            asked = [*words, "-G", "--", host]
            done = subprocess.run(asked, stdin=subprocess.DEVNULL, capture_output=True, timeout=10)
            found = re.search(rb"^hostname (\S+)$", done.stdout, re.MULTILINE)
            return found[1].decode("ascii", "replace") if found else ""
    return ""
