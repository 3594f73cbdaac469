"""Which places a vault has copies in: git's own remotes, written into the vault's configuration."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from linkbak import state
from linkbak.errors import LinkbakError, MachineProblem, UsageProblem
from linkbak.remotes.address import Address, printable, read
from linkbak.remotes.git import refuse_public
from linkbak.remotes.untrusted import git_folder, is_bare, looked_at
from linkbak.vault import (
    BRANCH,
    LIST_CONFIGURATION,
    Git,
    Vault,
    check_configuration,
    configured,
    on_this_machine,
    remove_tree,
    sync_folder,
)
from linkbak.vault.writer import write_transaction

# --- record -----------------------------------------------------------------------------------------------------------
# When a copy elsewhere was last made well: notes kept beside the vault, one for each place.

_NOTE = "copies"


class Copy(NamedTuple):
    """One copy: its name, whether it is a ``remote`` or a ``seal``, when it was made (RFC 3339 UTC), and of what.

    `commit` is the newest commit that the copy holds.
    """

    name: str
    kind: str
    at: str
    commit: str


def note_copy(vault: Path, name: str, kind: str, commit: str, at: str) -> None:
    """Write down that a copy was made. A machine that cannot keep the note loses only the note."""
    _write(vault, {**copies(vault), name: Copy(name, kind, at, commit)})


def forget_copy(vault: Path, name: str) -> None:
    """A place is no longer one for copies."""
    found = copies(vault)
    if found.pop(name, None) is not None:
        _write(vault, found)


def copies(vault: Path) -> dict[str, Copy]:
    """The last good copy in every place, by its name."""
    return {name: one for name, raw in state.read(vault, _NOTE).items() if (one := _copy(name, raw)) is not None}


def _copy(name: str, raw: object) -> Copy | None:
    if not isinstance(raw, dict):
        return None
    try:
        kind, at, commit = (raw[which] for which in ("kind", "at", "commit"))
        if datetime.fromisoformat(at).tzinfo is None or not isinstance(kind, str) or not isinstance(commit, str):
            return None
    except (ValueError, TypeError, KeyError):
        return None
    return Copy(name, kind, at, commit)


def _write(vault: Path, found: Mapping[str, Copy]) -> None:
    plain = {name: {"at": one.at, "commit": one.commit, "kind": one.kind} for name, one in found.items()}
    state.write(vault, _NOTE, plain)


# --- making -----------------------------------------------------------------------------------------------------------
# Makes the repository that a copy on a disk lies in, and says which folders cannot hold one.

_CONFIG = {
    "core.bare": "true",
    "receive.denyNonFastForwards": "true",
    "receive.denyDeletes": "true",
    "receive.fsckObjects": "true",
    "receive.autogc": "false",
    "receive.unpackLimit": "10",
    "gc.auto": "0",
    "maintenance.auto": "false",
}
"""What a copy's own configuration says: nothing that has come is taken away again, whoever pushes."""


class NoCopyYet(UsageProblem):
    """There is nothing at that place; a copy can be made there."""


def usable(path: Path, vault: Path, *, create: bool) -> None:
    """Raises a LinkbakError for a folder that cannot be a place for a copy of that vault.

    With `create`, it must be one that is not there or empty; without, one that holds a bare repository.
    """
    there, own = path.resolve(), vault.resolve()
    if there == own or own in there.parents:
        raise UsageProblem(f"{path} is in the vault itself", hint="A copy belongs on another disk or machine.")
    if there in own.parents and (there / "HEAD").exists():
        raise UsageProblem(f"the vault lies inside {path}", hint="A copy belongs on another disk or machine.")
    with on_this_machine(path):
        if not path.exists() and not path.parent.is_dir():
            raise MachineProblem(
                f"{path.parent} is not there",
                hint="Is the disk plugged in, the share mounted? Else make it.",
            )
        if path.is_file():
            raise UsageProblem(f"{path} is a file", hint="Copies go to a folder; `linkbak seal` writes one file.")
        vacant = not path.exists() or not any(path.iterdir())
    if vacant and not create:
        raise NoCopyYet(f"there is no copy at {path} yet", hint="--create makes one there.")
    if not vacant and create:
        raise UsageProblem(f"{path} is not empty", hint="Name a new folder, or leave out --create if a copy is there.")
    if not vacant:
        looked_at(path)
        refuse_open_files(path)


def refuse_open_files(path: Path) -> None:
    """Raises UsageProblem for a repository whose files lie open: git takes nothing in under them."""
    if not is_bare(git_folder(path)):
        raise UsageProblem(
            f"files lie open in the repository at {path}, so git takes nothing into it",
            hint="Name another folder and let --create make a copy there. Between two vaults, use `linkbak pull`.",
        )


def make_copy(path: Path, *, long: bool) -> None:
    """Makes an empty bare repository that only its owner can open; whole or not at all."""
    draft = path.parent / f".{path.name}.linkbak-{os.urandom(6).hex()}"
    with on_this_machine(path):
        draft.mkdir(mode=0o700)
        try:
            git = Git(draft)
            shape = ["--object-format=sha256"] if long else []
            git.run("init", "--quiet", "--template=", f"--initial-branch={BRANCH}", *shape)
            for name, value in _CONFIG.items():
                git.run("config", name, value)
            with suppress(PermissionError):  # a disk that knows no owners
                git.git_dir.chmod(0o700)
            git.git_dir.replace(path)
            sync_folder(path.parent)
        finally:
            remove_tree(draft)


# --- registry ---------------------------------------------------------------------------------------------------------

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
PRIVATE = "linkbakPrivate"
_MISLEADING = ("pushurl", "mirror", "push")


class UnknownRemote(LinkbakError):
    """The vault has no copy under that name."""

    exit_code = UsageProblem.exit_code


class Remote(NamedTuple):
    """A place for a copy, as the vault's configuration has it.

    `said` is the address as written, `private` whether the user is sure that a public host keeps it private, `trouble`
    what is wrong with it.
    """

    name: str
    said: str
    private: bool = False
    trouble: str = ""

    @property
    def address(self) -> Address:
        """Raises UsageProblem for one that linkbak does not go to."""
        if self.trouble:
            raise UsageProblem(
                f"the remote {printable(self.name)} {self.trouble}",
                hint="Put it right with `git config` in the vault, or `linkbak remote remove` it and add it anew.",
            )
        return read(self.said)

    @property
    def shown(self) -> str:
        """The address for people, without what is secret."""
        return printable(self.said)


def remotes(place: Path) -> tuple[Remote, ...]:
    """Every place for a copy that the vault knows of, by name."""
    with Vault.open(place):
        pass  # refuses what is no vault
    printed = Git(place).run(*LIST_CONFIGURATION)
    check_configuration(printed)
    found: dict[str, dict[str, list[str]]] = {}
    for name, key, value in _settings(printed):
        found.setdefault(name, {}).setdefault(key, []).append(value)
    return tuple(_remote(name, found[name]) for name in sorted(found))


def remote(place: Path, name: str) -> Remote:
    """The place of that name."""
    known = remotes(place)
    for one in known:
        if one.name == name:
            return one
    names = ", ".join(one.name for one in known) or "none yet; `linkbak remote add NAME ADDRESS` adds one"
    raise UnknownRemote(f"the vault has no remote {printable(name)}", hint=f"It has: {names}.")


def _settings(printed: bytes) -> Iterator[tuple[str, str, str]]:
    """Name of the remote, key in small letters, value."""
    for name, value in configured(printed):
        section, _, rest = name.partition(".")
        middle, _, key = rest.rpartition(".")
        if section.lower() == "remote" and middle:
            yield middle, key.lower(), value


def _remote(name: str, said: dict[str, list[str]]) -> Remote:
    urls = said.get("url", [])
    private = said.get(PRIVATE.lower(), [""])[-1].lower() == "true"
    misleading = next((key for key in _MISLEADING if key in said), "")
    trouble = ""
    if not NAME.fullmatch(name):
        trouble = "has a name that linkbak does not use"
    elif len(urls) != 1:
        trouble = f"has {len(urls)} addresses, and linkbak goes to one" if urls else "has no address"
    elif misleading:
        trouble = f"sets {misleading} in the vault's git configuration, which linkbak does not follow"
    return Remote(name, urls[0] if urls else "", private, trouble)


def add(place: Path, name: str, text: str, *, private: bool = False, create: bool = False) -> Remote:
    """Writes down a place for a copy; with `create` makes the repository there, if it is a folder of this machine.

    Raises a LinkbakError, and nothing is written, for a place that a vault must not or cannot go to. A public host
    needs `private`.
    """
    if not NAME.fullmatch(name):
        raise UsageProblem(
            f"{printable(name)} cannot be a remote's name", hint="Letters, digits, - and _; at most 40, such as usb."
        )
    address = read(text)
    for one in remotes(place):
        if one.name.lower() == name.lower():
            raise UsageProblem(f"there is a remote {one.name} already", hint=f"`linkbak remote remove {one.name}`")
        if one.said == address.text:
            raise UsageProblem(f"that address is there already, as {one.name}")
    refuse_public(address, private=private)
    if address.path is not None:
        usable(address.path, place, create=create)
    elif create:
        raise UsageProblem("--create makes a folder on this machine", hint="Make the repository at the host itself.")
    with Vault.open(place) as vault, write_transaction(vault, "remote"):
        if create and address.path is not None:
            make_copy(address.path, long=len(vault.newest()) > 40)
        git = Git(place)
        if private:
            git.run("config", f"remote.{name}.{PRIVATE}", "true")
        git.run("config", f"remote.{name}.url", address.text)
    return Remote(name, address.text, private)


def remove(place: Path, name: str) -> Remote:
    """Forgets a place for a copy; the copy itself stays as it is."""
    from linkbak.remotes.fetch import fetched_ref

    one = remote(place, name)
    with Vault.open(place) as vault, write_transaction(vault, "remote"):
        git = Git(place)
        git.run("config", "--remove-section", f"remote.{name}")
        if NAME.fullmatch(name):
            git.run("update-ref", "-d", fetched_ref(name))
    forget_copy(place, name)
    return one
