"""Copies of a vault elsewhere: their addresses, and what is pushed there and pulled from there.

Addresses and the vault's remotes, which are in the vault's git configuration, are here. What only some commands
need is in modules of their own:

- `push` checks copies and sends to them, `pull` takes in what one has, or makes a vault of it;
- `bundle` is the vault as one file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from linkbak import state
from linkbak.errors import Exit, LinkbakError, UsageProblem
from linkbak.model import NamedTuple
from linkbak.remotes.address import Address, NoCopyYet, check_place, make_bare, printable, read_address
from linkbak.remotes.git import PublicHost, is_interactive, public_host, refuse_public
from linkbak.texts import tr, tr_count
from linkbak.vault import Git, Vault
from linkbak.vault.repository import LIST_CONFIGURATION, check_configuration, configured
from linkbak.vault.writer import write_transaction

__all__ = [
    "Address", "Copy", "NoCopyYet", "PublicHost", "Remote", "UnknownRemote", "add_remote", "bundle", "copies",
    "failed_copies", "failed_seals", "is_interactive", "list_remotes", "note_attempt", "note_copy", "public_host",
    "pull", "push", "read_address", "remove_remote", "seal_place",
]  # fmt: skip

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
_PRIVATE = "linkbakPrivate"
_MISLEADING = ("pushurl", "mirror", "push")
_FETCHED = "refs/linkbak/fetched"


class UnknownRemote(LinkbakError):
    """The vault has no remote of that name."""

    exit_code = UsageProblem.exit_code


class Remote(NamedTuple):
    """A place for a copy, as the vault's configuration has it.

    `url` is the address as written, `private` whether the user is sure that a public host keeps it private, `trouble`
    what is wrong with it.
    """

    name: str
    url: str
    private: bool = False
    trouble: str = ""

    @property
    def address(self) -> Address:
        """Raises UsageProblem for an address that linkbak does not connect to."""
        if self.trouble:
            raise UsageProblem(
                tr("the remote {name} {trouble}", name=printable(self.name), trouble=self.trouble),
                hint=tr("Put it right with `git config` in the vault, or `linkbak remote remove` it and add it anew."),
            )
        return read_address(self.url)

    @property
    def shown(self) -> str:
        """The address for people, without secrets."""
        return printable(self.url)


def list_remotes(place: Path) -> tuple[Remote, ...]:
    """Every remote that the vault has, by name."""
    Vault.open(place).close()  # refuses what is no vault
    printed = Git(place).run(*LIST_CONFIGURATION)
    check_configuration(printed)
    found: dict[str, dict[str, list[str]]] = {}
    for name, key, value in _settings(printed):
        found.setdefault(name, {}).setdefault(key, []).append(value)
    return tuple(_remote(name, found[name]) for name in sorted(found))


def find_remote(place: Path, name: str) -> Remote:
    """The remote of that name; raises UnknownRemote."""
    known = {one.name: one for one in list_remotes(place)}
    if name in known:
        return known[name]
    names = ", ".join(known) or tr("none yet; `linkbak remote add NAME ADDRESS` adds one")
    raise UnknownRemote(
        tr("the vault has no remote {name}", name=printable(name)), hint=tr("It has: {names}.", names=names)
    )


def add_remote(place: Path, name: str, text: str, *, private: bool = False, create: bool = False) -> Remote:
    """Adds a remote; with `create` makes the repository there, if it is a folder of this machine.

    Raises a LinkbakError, and nothing is written, for a place that a vault must not or cannot go to. A public host
    needs `private`.
    """
    if not _NAME.fullmatch(name):
        raise UsageProblem(
            tr("{name} cannot be a remote's name", name=printable(name)),
            hint=tr("Letters, digits, - and _; at most 40, such as usb."),
        )
    address = read_address(text)
    for one in list_remotes(place):
        if one.name.lower() == name.lower():
            raise UsageProblem(
                tr("there is a remote {name} already", name=one.name), hint=f"`linkbak remote remove {one.name}`"
            )
        if one.url == address.text:
            raise UsageProblem(tr("that address is there already, as {name}", name=one.name))
    refuse_public(address, private=private)
    if address.path is not None:
        check_place(address.path, place, create=create)
    elif create:
        raise UsageProblem(
            tr("--create makes a folder on this machine"), hint=tr("Make the repository at the host itself.")
        )
    with Vault.open(place) as vault, write_transaction(vault, "remote"):
        if create and address.path is not None:
            make_bare(address.path, sha256=len(vault.newest()) > 40)
        configure_remote(Git(place), name, address, private=private)
    return Remote(name, address.text, private)


def configure_remote(git: Git, name: str, address: Address, *, private: bool) -> None:
    """Writes a remote into the configuration of the repository of `git`."""
    if private:
        git.run("config", f"remote.{name}.{_PRIVATE}", "true")
    git.run("config", f"remote.{name}.url", address.text)


def remove_remote(place: Path, name: str) -> Remote:
    """Removes a remote, or a folder of sealed copies, from the list; the copy itself stays as it is."""
    try:
        one = find_remote(place, name)
    except UnknownRemote:
        name = str(Path(name).expanduser().resolve())
        if name not in (*copies(place), *failed_copies(place)):
            raise
        one = Remote(name, name)
    else:
        with Vault.open(place) as vault, write_transaction(vault, "remote"):
            git = Git(place)
            git.run("config", "--remove-section", f"remote.{name}")
            if _NAME.fullmatch(name):
                git.run("update-ref", "-d", fetched_ref(name))
    note_attempt(place, name, None)
    known = copies(place)
    if known.pop(name, None) is not None:
        _write(place, known)
    return one


def fetched_ref(source: str | Path) -> str:
    """The reference to what was last fetched from a remote, or from a file."""
    return f"{_FETCHED}/{'_file' if isinstance(source, Path) else source}"


def _settings(printed: bytes) -> Iterator[tuple[str, str, str]]:
    """Name of the remote, key in small letters, value."""
    for name, value in configured(printed):
        section, _, rest = name.partition(".")
        middle, _, key = rest.rpartition(".")
        if section.lower() == "remote" and middle:
            yield middle, key.lower(), value


def _remote(name: str, settings: Mapping[str, list[str]]) -> Remote:
    urls = settings.get("url", [])
    private = settings.get(_PRIVATE.lower(), [""])[-1].lower() == "true"
    misleading = next((key for key in _MISLEADING if key in settings), "")
    trouble = ""
    if not _NAME.fullmatch(name):
        trouble = tr("has a name that linkbak does not use")
    elif len(urls) != 1:
        trouble = (
            tr_count(
                "has {number} address, and linkbak goes to one",
                "has {number} addresses, and linkbak goes to one",
                len(urls),
                number=len(urls),
            )
            if urls
            else tr("has no address")
        )
    elif misleading:
        trouble = tr("sets {key} in the vault's git configuration, which linkbak does not follow", key=misleading)
    return Remote(name, urls[0] if urls else "", private, trouble)


# --- copies -----------------------------------------------------------------------------------------------------------
# When each copy was last made successfully: notes kept beside the vault.


class Copy(NamedTuple):
    """One copy: its name, whether it is a ``remote`` or a ``seal``, when it was made (RFC 3339 UTC), and of what.

    `commit` is the newest commit that the copy holds.
    """

    name: str
    kind: str
    at: str
    commit: str


def copies(vault: Path) -> dict[str, Copy]:
    """The last good copy in every place, by its name."""
    noted = ((name, state.entry(raw, "kind", "at", "commit")) for name, raw in state.read(vault, "copies").items())
    return {name: Copy(name, *found) for name, found in noted if found is not None}


def note_copy(vault: Path, name: str, kind: str, commit: str, at: str = "") -> None:
    """Notes that a copy was made, now or `at` a time. A machine that cannot keep the note loses only the note."""
    at = at or datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    _write(vault, {**copies(vault), name: Copy(name, kind, at, commit)})


def seal_place(vault: Path, where: str | Path) -> str:
    """The name in the notes of a folder of sealed copies, or of a file in it: its path, never a remote's name."""
    path = Path(where).expanduser().resolve()
    known = str(path) in (*copies(vault), *failed_copies(vault))  # it may be a folder whose disk is away
    return str(path if known or path.is_dir() else path.parent)


def failed_seals(vault: Path) -> dict[str, Exit]:
    """Those of `failed_copies` that are folders of sealed copies."""
    return {name: status for name, status in failed_copies(vault).items() if Path(name).is_absolute()}


def failed_copies(vault: Path) -> dict[str, Exit]:
    """The places to which the last push, or seal, failed, and with which exit status; until one succeeds."""
    known = {int(one): one for one in Exit}
    return {name: known[status] for name, status in state.read(vault, "failed").items() if status in known}


def note_attempt(vault: Path, name: str, error: LinkbakError | None) -> None:
    """Notes whether the last push to a remote failed, or the last seal into a folder."""
    before = failed_copies(vault)
    now = {one: status for one, status in before.items() if one != name}
    if error is not None:
        now[name] = error.exit_code
    if now != before:
        state.write(vault, "failed", now)


def _write(vault: Path, found: Mapping[str, Copy]) -> None:
    plain = {name: {"at": one.at, "commit": one.commit, "kind": one.kind} for name, one in found.items()}
    state.write(vault, "copies", plain)
