"""Runs git so that it can reach one address and no other; the settings for that come from the user, not the vault.

Git runs in a repository made for the occasion, so the vault's own configuration of addresses, proxies or programs
plays no part. Three things come from the user's own git configuration: credentials, settings for https,
and the ssh program.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from linkbak.errors import LinkbakError, MachineProblem, UsageProblem, VaultDamaged
from linkbak.model import Progress
from linkbak.remotes.address import SAFE_SETTINGS, Address, is_public_number, public_name
from linkbak.texts import tr
from linkbak.vault import BRANCH, Git, Layout, git_lock, new_folder, on_this_machine, write_new
from linkbak.vault.repository import new_repository, open_repository, transfer

MAIN = f"refs/heads/{BRANCH}"

_NETWORK_VERBS = ("fetch", "push", "ls-remote", "index-pack")
_USER_SETTINGS = ("credential.", "http.", "safe.directory")
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
"""Settings: check what is fetched, send only what was asked for, and keep large files out of memory.

Fetched packs stay packed: loose objects would take several times the space.
"""
_FLAGS = tuple(word for setting in _SETTINGS for word in ("-c", setting))
_USER_VARIABLES = (
    *("GIT_SSH", "GIT_SSH_COMMAND", "GIT_SSH_VARIANT", "GIT_ASKPASS", "GIT_SSL_CAINFO", "GIT_SSL_CAPATH"),
    *("GIT_SSL_CERT", "GIT_SSL_KEY", "GIT_SSL_NO_VERIFY", "GIT_PROXY_SSL_CAINFO", "GIT_HTTP_PROXY_AUTHMETHOD"),
)
_SSH_TIMEOUTS = "-o ConnectTimeout=30 -o ServerAliveInterval=15 -o ServerAliveCountMax=4"
_SSH_NO_QUESTIONS = "-o BatchMode=yes"


class Network(Git):
    """Git in a repository of its own below `folder`, allowed to reach `address`.

    Without a terminal to ask for a password, needing one is a refusal.
    """

    def __init__(self, folder: Path, address: Address) -> None:
        super().__init__(folder)
        self.address = address
        settings = _user_settings()
        self.flags = _FLAGS
        self.surroundings = _variables(address, settings, interactive=is_interactive())
        self._remote_git = _safe_git(settings) if address.kind == "file" else ""

    def judge(self, status: int, verb: str, complaint: bytes) -> None:
        """As in Git; errors of the other end are said in words."""
        try:
            super().judge(status, verb, complaint)
        except LinkbakError as error:
            if verb not in _NETWORK_VERBS:
                raise
            raise _refusal(self.address, verb, complaint.decode("utf-8", "replace"), error) from None

    def refs(self, *names: str) -> dict[str, str]:
        """The references at the other end, all or those named, and the commits they are at."""
        words = ("git", "ls-remote", *self._program("upload-pack"), "--", self.address.text, *names)
        with open_repository(self) as repo:
            printed = str(repo.git.execute(words))
        lines = (line.partition("\t") for line in printed.split("\n"))
        # git gives zeros for a reference file that names no commit
        return {ref: commit for commit, _, ref in lines if commit.strip("0")}

    def fetch(self, refspec: str, progress: Progress | None = None) -> None:
        """Fetches one reference, with all that it needs and nothing else."""
        words = ("--no-tags", "--no-write-fetch-head", "--no-auto-maintenance", "--no-recurse-submodules")
        self._transfer("fetch", *words, *self._program("upload-pack"), refspec, what="fetching", progress=progress)

    def push(self, refspec: str, progress: Progress | None = None, *, instead: str = "") -> None:
        """Pushes one reference; with force only if the other end is at exactly the commit `instead`."""
        words = ["--no-verify", "--no-follow-tags", "--no-signed", "--no-recurse-submodules"]
        program = self._program("receive-pack")
        if instead:
            words.append(f"--force-with-lease={refspec.partition(':')[2]}:{instead}")
            program = self._program("-c receive.denyNonFastForwards=false receive-pack")
        self._transfer("push", *words, *program, refspec, what="sending", progress=progress)

    def _transfer(self, verb: str, *words: str, what: str, progress: Progress | None) -> None:
        report = partial(progress, what) if progress is not None else None
        transfer(self, verb, *words[:-1], "--", self.address.text, words[-1], progress=report)

    def _program(self, which: str) -> tuple[str, ...]:
        """The option that names the program at the other end, with its settings, where that is on this machine."""
        return (f"--{which.rpartition(' ')[2]}={self._remote_git} {which}",) if self._remote_git else ()


@contextmanager
def isolated_repository(folder: Path, *, sha256: bool, ours: str = "", shallow: bytes = b"") -> Iterator[Path]:
    """Makes an empty repository in the new `folder`, and removes it at the end.

    `ours` is a commit to announce as known here, `shallow` lists where its history is cut off.
    """
    with new_folder(folder):
        with new_repository(Git(folder), sha256=sha256), on_this_machine(folder.parent):
            if ours:
                write_new(folder / ".git" / MAIN, f"{ours}\n".encode())
            if shallow:
                write_new(folder / ".git/shallow", shallow)
        yield folder


def cut_off(layout: Layout) -> bytes:
    """Git's list of the commits at which a shallow vault's history ends; empty for a whole one."""
    try:
        return (layout.git / "shallow").read_bytes()
    except OSError:
        return b""


def is_interactive() -> bool:
    """Whether there is a terminal to ask a person at."""
    try:
        return sys.stdin.isatty() and sys.stderr.isatty()
    except (AttributeError, ValueError):
        return False


def _variables(address: Address, settings: list[tuple[str, str]], *, interactive: bool) -> dict[str, str]:
    found = {name: os.environ[name] for name in _USER_VARIABLES if name in os.environ}
    found["GIT_ALLOW_PROTOCOL"] = address.kind
    found["GIT_TERMINAL_PROMPT"] = "1" if interactive else "0"
    if not interactive:
        found.setdefault("GIT_ASKPASS", "")  # else git would open the window of SSH_ASKPASS, and wait
    if address.kind == "ssh":
        found |= _ssh(found, dict(settings).get("core.sshcommand", ""), interactive=interactive)
    passed = [(name, value) for name, value in settings if name != "core.sshcommand"]
    for number, (name, value) in enumerate(passed):
        found |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
    return found | {"GIT_CONFIG_COUNT": str(len(passed))}


def _ssh(found: dict[str, str], configured: str, *, interactive: bool) -> dict[str, str]:
    """The ssh command: the user's, with timeouts where it is OpenSSH."""
    command = found.get("GIT_SSH_COMMAND") or configured
    if not command and found.get("GIT_SSH"):
        return {}
    first = (command or "ssh").split()[0].strip("'\"").rpartition("/")[2]
    if first != "ssh" or found.get("GIT_SSH_VARIANT", "ssh") not in ("ssh", "auto"):
        return {"GIT_SSH_COMMAND": command}
    words = [command or "ssh", _SSH_TIMEOUTS, *([] if interactive else [_SSH_NO_QUESTIONS])]
    return {"GIT_SSH_COMMAND": " ".join(words)}


def _safe_git(settings: list[tuple[str, str]]) -> str:
    """The git command for the other end, if that is a folder of this machine: a stranger may have written there."""
    safe = [f"safe.directory={value}" for name, value in settings if name == "safe.directory"]
    return " ".join(["git", *(f"-c {shlex.quote(setting)}" for setting in (*SAFE_SETTINGS, *safe))])


def _user_settings() -> list[tuple[str, str]]:
    """The settings of the user's and the machine's git configuration that are needed to connect; in git's order."""
    kept = ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM")
    plain = {name: value for name, value in os.environ.items() if not name.startswith("GIT_") or name in kept}
    found: list[tuple[str, str]] = []
    for scope in ("--global",) if os.environ.get("GIT_CONFIG_NOSYSTEM") else ("--system", "--global"):
        with suppress(OSError, subprocess.SubprocessError):
            words = ["git", "config", scope, "--includes", "--list", "-z"]
            done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, timeout=30, cwd="/", env=plain)
            for setting in done.stdout.decode("utf-8", "surrogateescape").split("\0"):
                name, _, value = setting.partition("\n")
                lowered = name.lower()
                if lowered in ("core.sshcommand", "safe.directory"):
                    found.append((lowered, value))
                elif lowered.startswith(_USER_SETTINGS):
                    found.append((name, value))
    return found


# --- public hosts -----------------------------------------------------------------------------------------------------
# Whether an address leads to a host where strangers may read, also through a short name in the user's ssh settings.


class PublicHost(UsageProblem):
    """The address is at a host known as public, and the user has not said that it is private there."""


def refuse_public(address: Address, *, private: bool) -> None:
    """Raises PublicHost, unless the user says that nobody else can read there."""
    if not private and (name := public_host(address)):
        raise PublicHost(
            tr(
                "{name} is a public host, and a vault holds other people's names, addresses and words to you", name=name
            ),
            hint=tr(
                "Take a disk, a machine of your own, or a sealed file (`linkbak seal`) instead. If the "
                "repository there is private and stays so, say it when you add it: --private-i-am-sure."
            ),
        )


def public_host(address: Address) -> str:
    """The public host that the address leads to, "" if it is no known one; a public IP address counts as one."""
    if is_public_number(address.host):
        return address.host
    if name := public_name(address.host):
        return name
    return public_name(_ssh_hostname(address.host)) if address.kind == "ssh" else ""


def _ssh_hostname(host: str) -> str:
    """The host's real name, where the user's ssh configuration has a short one for it."""
    with suppress(OSError, ValueError, subprocess.SubprocessError):
        command = os.environ.get("GIT_SSH_COMMAND") or dict(_user_settings()).get("core.sshcommand") or "ssh"
        words = shlex.split(command)
        if words[:1] and words[0].rpartition("/")[2] == "ssh":
            done = subprocess.run([*words, "-G", "--", host], stdin=subprocess.DEVNULL, capture_output=True, timeout=10)
            found = re.search(rb"^hostname (\S+)$", done.stdout, re.MULTILINE)
            return found[1].decode("ascii", "replace") if found else ""
    return ""


# --- refusals ---------------------------------------------------------------------------------------------------------
# Git's errors about a remote, in words. Patterns are text: few commands need one of them.

_FULL = r"(?i)No space left|quota exceeded|Out of diskspace"
_REFUSALS = (  # the first match counts
    (
        r"shallow update not allowed",
        tr("the vault here is a clone without its history, so {where} cannot become a whole copy of it"),
        tr("`git fetch --unshallow` in the vault brings the history, from where it was cloned."),
    ),
    (
        r"branch is currently checked out|refusing to update checked out branch",
        tr("files lie open in the repository at {where}, so git takes nothing into it"),
        tr("Make a bare one there: git init --bare."),
    ),
    (
        r"\[rejected\].*\((fetch first|non-fast-forward|stale info)\)|cannot lock ref|failed to lock",
        tr("somebody else sent something to {where} at this moment"),
        tr("Push again."),
    ),
    (
        r"\[remote rejected\].*\((?!unpacker|missing nec)|protected branch|pre-receive hook declined",
        tr("{where} did not take it: it has rules of its own"),
        tr("`git push` by hand in the vault shows what it says; let it take pushes to the branch main."),
    ),
    (
        r"Could not resolve host|Name or service not known|nodename nor servname|Temporary failure in name",
        tr("{where} is not known in the network"),
        tr("Check the address with `linkbak remote list`, and whether this machine is online."),
    ),
    (
        (
            r"Connection (refused|timed out|reset)|Operation timed out|Network is unreachable|No route to host"
            r"|Could not connect|Couldn't connect|Failed to connect|Operation too slow|Timeout, server|early EOF"
            r"|Connection closed|Broken pipe|kex_exchange|banner exchange|Empty reply|unexpected disconnect"
            r"|transfer closed|[Cc]onnection timeout|timed out|non-properly terminated|unexpected eof|SSL_ERROR_"
        ),
        tr("{where} cannot be reached, or the connection broke off"),
        tr("Try again when it is online; nothing is lost."),
    ),
    (
        r"Host key verification failed|REMOTE HOST IDENTIFICATION HAS CHANGED|No .*host key is known",
        tr("ssh does not know the key of {where}, or it has changed"),
        tr("Run `ssh HOST` once by hand, compare the key it shows, and accept it only if it is the right one."),
    ),
    (
        r"(?i)certificate|SSL|TLS|gnutls",
        tr("the certificate of {where} is not to be trusted, or https failed"),
        tr("Check the address and the clock; a certificate of your own goes into git's http.sslCAInfo."),
    ),
    (
        (
            r"(?i)Permission denied \(|Authentication failed|could not read (Username|Password)"
            r"|terminal prompts disabled|error: 40[13]|Too many authentication failures|Access denied|not authorized"
        ),
        tr("{where} does not let us in"),
        tr(
            "Give ssh a key without questions (ssh-agent), or https a credential helper (`git help "
            "credentials`), and try `git ls-remote` by hand."
        ),
    ),
    (
        r"dubious ownership",
        tr("the folder {where} belongs to somebody else, and git does not trust it"),
        tr("If it is yours all the same: git config --global --add safe.directory, with that folder."),
    ),
    (r"prerequisite commits", tr("{where} builds on what is not here"), tr("Take in the earlier ones first.")),
    (
        r"does not appear to be a git repository|not a git repository|[Rr]epository .*not found|error: 404",
        tr("there is no git repository at {where}"),
        tr("Check the address; a new folder on a disk is made with `linkbak remote add NAME PATH --create`."),
    ),
    (
        r"(?i)mismatched algorithms|object.format|unexpected capabilities",
        tr("{where} is of git's other object format"),
        tr("Make the copy anew in an empty place."),
    ),
    (r"shallow", tr("{where} is no whole copy: its history is cut off"), tr("Make it anew in an empty place.")),
)
_NOT_WRITABLE = (
    r"unable to (write|create)|insufficient permission|Permission denied|Read-only file system|unpacker error"
)
_DAMAGED = (
    r"fsck error|index-pack failed|unpack-objects|bad object|missing (blob|tree|commit)|[Cc]ould not read [0-9a-f]{40}"
    r"|bad pack|pack has|invalid index-pack|did not send all necessary objects|corrupt|inflate|fatal: packed object"
    r"|not a valid bundle|bundle|does not match index|not our ref|unresolved delta|unable to read [0-9a-f]{40}"
)
_FROM_REMOTE = r"remote:|error: remote unpack| !|error: failed to push"


def _refusal(address: Address, verb: str, complaint: str, plain: LinkbakError) -> LinkbakError:
    """The error that git's output means after running `verb`; one that quotes `plain` if it is unknown."""
    where = address.shown if address.kind == "file" else address.host
    ours = [line for line in complaint.splitlines() if not re.match(_FROM_REMOTE, line)]
    if verb == "push" and any(re.search(_DAMAGED, line) for line in ours):
        return VaultDamaged(
            tr("an object of the vault is damaged or missing, so nothing was sent to {where}", where=where)
        )
    if re.search(_FULL, complaint):
        if verb == "push":
            return MachineProblem(
                tr("there is no space left at {where}", where=where), hint=tr("Make room there and try again.")
            )
        return MachineProblem(
            tr("the disk is full; the vault is as it was"), hint=tr("Make room and run the command again.")
        )
    if address.kind == "file" and (left := re.search(r"'([^']+\.lock)': File exists", complaint)):
        lock = git_lock(Path(os.path.normpath(left[1])), where)
        return MachineProblem(str(lock), hint=lock.hint)
    for pattern, what, hint in _REFUSALS:
        if re.search(pattern, complaint):
            return MachineProblem(what.format(where=where), hint=hint)
    if re.search(_DAMAGED, complaint):
        return VaultDamaged(
            tr("what {where} holds is damaged or no vault's", where=where),
            hint=tr("`linkbak remote check` looks; the vault is as it was."),
        )
    if re.search(_NOT_WRITABLE, complaint):
        return MachineProblem(
            tr("{where} cannot be written to, or not be read", where=where),
            hint=tr("Check who owns it and how its disk is mounted."),
        )
    return MachineProblem(f"{where}: {plain}", hint=tr("Try `git ls-remote` with that address by hand."))
