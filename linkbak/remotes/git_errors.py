"""What git complained of when it tried to reach a remote, in words."""

from __future__ import annotations

import re

from linkbak.errors import LinkbakError, MachineProblem, VaultDamaged
from linkbak.remotes.address import Address

_FULL = re.compile(r"No space left|quota exceeded|Out of diskspace", re.IGNORECASE)
_REFUSALS = (  # the first that matches counts
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
_FROM_REMOTE = re.compile(r"remote:|error: remote unpack| !|error: failed to push")


def refusal_of(address: Address, verb: str, complaint: str, plain: LinkbakError) -> LinkbakError:
    """The error that git's complaint amounts to when it ran `verb`; one that quotes `plain` if it is none known."""
    where = address.shown if address.kind == "file" else address.host
    ours = [line for line in complaint.splitlines() if not _FROM_REMOTE.match(line)]
    if verb == "push" and any(_DAMAGED.search(line) for line in ours):
        return VaultDamaged(f"an object of the vault is damaged or missing, so nothing was sent to {where}")
    if _FULL.search(complaint):
        if verb == "push":
            return MachineProblem(f"there is no space left at {where}", hint="Make room there and try again.")
        return MachineProblem("the disk is full; the vault is as it was", hint="Make room and run the command again.")
    for pattern, what, hint in _REFUSALS:
        if pattern.search(complaint):
            return MachineProblem(what.format(where=where), hint=hint)
    if _DAMAGED.search(complaint):
        return VaultDamaged(
            f"what {where} holds is damaged or no vault's", hint="`linkbak remote check` looks; the vault is as it was."
        )
    if _NOT_WRITABLE.search(complaint):
        return MachineProblem(
            f"{where} cannot be written to, or not be read", hint="Check who owns it and how its disk is mounted."
        )
    return MachineProblem(f"{where}: {plain}", hint="Try `git ls-remote` with that address by hand.")
