"""Which places a vault has copies in: git's own remotes, written into the vault's configuration."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from linkbak.errors import LinkbakError, UsageProblem
from linkbak.vault import config
from linkbak.vault.git import Git
from linkbak.vault.vault import Vault

from .addresses import Address, printable, read
from .hosts import refuse_public
from .making import make_copy, usable
from .record import forget_copy

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
    printed = Git(place).run(*config.LISTING)
    config.check(printed)
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
    for name, value in config.entries(printed):
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
    with Vault.open(place) as vault, vault.writing("remote"):
        if create and address.path is not None:
            make_copy(address.path, long=len(vault.newest()) > 40)
        git = Git(place)
        if private:
            git.run("config", f"remote.{name}.{PRIVATE}", "true")
        git.run("config", f"remote.{name}.url", address.text)
    return Remote(name, address.text, private)


def remove(place: Path, name: str) -> Remote:
    """Forgets a place for a copy; the copy itself stays as it is."""
    from .fetching import fetched_ref

    one = remote(place, name)
    with Vault.open(place) as vault, vault.writing("remote"):
        git = Git(place)
        git.run("config", "--remove-section", f"remote.{name}")
        if NAME.fullmatch(name):
            git.run("update-ref", "-d", fetched_ref(name))
    forget_copy(place, name)
    return one
