"""``linkbak remote``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from linkbak.cli.session import Session
from linkbak.errors import Exit, UsageProblem

if TYPE_CHECKING:
    from linkbak.report.remote_view import Action, Places
    from linkbak.vault.remotes.registering import Remote

ACTIONS = ("list", "add", "remove", "check")


def remote(
    session: Session,
    words: Annotated[
        list[str] | None, typer.Argument(metavar="list|add|remove|check [NAME] [ADDRESS]", help="What to do; list.")
    ] = None,
    create: Annotated[bool, typer.Option("--create", help="With add: make the copy's folder there.")] = False,
    private: Annotated[
        bool, typer.Option("--private-i-am-sure", help="With add: let the vault go to a public host.")
    ] = False,
) -> Exit | None:
    """Say where copies of the vault are kept

    \b
    Examples:
      linkbak remote add usb /media/usb/linkbak.git --create
      linkbak remote add server me@server.example.com:linkbak.git
      linkbak remote list
      linkbak remote check
      linkbak remote remove usb

    A remote is any git repository without files lying open: on a USB disk, on a share, at a machine of yours that ssh
    or https reaches. Several are better than one. `linkbak push` sends the vault there, `linkbak clone` makes a vault
    of a copy on a new machine. --create makes the copy's folder on a disk; at another machine, `git init --bare` does.

    A vault holds other people's names, addresses and words. Known public hosts are refused, therefore, unless you say
    --private-i-am-sure. Passwords do not belong in the address; git's credential helpers and ssh keep them.

    check looks whether each can be reached, what it lacks, and on this machine's disks whether every byte of it is
    whole. remove forgets a place; the copy there stays.
    """
    action, given = (words[0], words[1:]) if words else ("list", [])
    if action not in ACTIONS:
        raise UsageProblem(f"remote cannot {action!r}", hint=f"It knows {', '.join(ACTIONS)}.")
    if action != "add" and (create or private):
        raise UsageProblem("--create and --private-i-am-sure go with `linkbak remote add`")
    if action == "add":
        _add(session, given, create=create, private=private)
    elif action == "remove":
        _remove(session, given)
    elif action == "check":
        return _check(session, given)
    else:
        _list(session, given)
    return None


def _list(session: Session, given: Sequence[str]) -> None:
    if given:
        raise UsageProblem("list takes no name", hint="`linkbak remote check NAME` looks at one.")
    from linkbak.vault.remotes.registering import remotes

    place = session.vault_path()[0]
    _print(session, _places(place, "list", remotes(place)))


def _add(session: Session, given: Sequence[str], *, create: bool, private: bool) -> None:
    if len(given) != 2:
        raise UsageProblem("add takes a name and an address", hint="linkbak remote add usb /media/usb/linkbak.git")
    from linkbak.vault.remotes.inspecting import notes_on
    from linkbak.vault.remotes.making import NoCopyYet
    from linkbak.vault.remotes.registering import add

    place = session.vault_path()[0]
    try:
        made = add(place, *given, private=private, create=create)
    except NoCopyYet:
        if not _wanted(given[1]):
            raise
        made = add(place, *given, private=private, create=True)
    notes = notes_on(made.address, place, private=private)
    _print(session, _places(place, "add", [made])._replace(notes=notes))


def _wanted(address: str) -> bool:
    """Whether the user, asked on a terminal, wants a copy made at that place."""
    from linkbak.cli.asking import confirmed
    from linkbak.vault.remotes.network import somebody_there

    if not somebody_there():
        return False
    return confirmed(f"There is no copy at {address} yet. Make one there?")


def _remove(session: Session, given: Sequence[str]) -> None:
    if len(given) != 1:
        raise UsageProblem("remove takes one name", hint="`linkbak remote list` has them.")
    from linkbak.vault.remotes.registering import remove

    place = session.vault_path()[0]
    _print(session, _places(place, "remove", [remove(place, given[0])]))


def _check(session: Session, given: Sequence[str]) -> Exit | None:
    from linkbak.report.show import say
    from linkbak.vault.remotes.inspecting import inspect
    from linkbak.vault.remotes.registering import remotes
    from linkbak.vault.remotes.worst import worst

    place = session.vault_path()[0]
    found = {one.name: one for one in inspect(place, given or None)}
    meant = [one for one in remotes(place) if one.name in found]
    _print(session, _places(place, "check", meant)._replace(checked=found))
    if session.quiet and not session.as_json:
        for one in found.values():
            if one.error is not None:
                say(f"error: {one.name}: {one.error}")
    return worst([one.error for one in found.values()])


def _places(place: Path, action: Action, found: Sequence[Remote]) -> Places:
    from datetime import UTC, datetime

    from linkbak.report.remote_view import Places
    from linkbak.vault.remotes.record import copies

    known = copies(place)
    return Places(action, found, known, {}, datetime.now(UTC))


def _print(session: Session, places: Places) -> None:
    from linkbak.report import remote_view

    if session.as_json:
        session.print_json(remote_view.document(places))
    else:
        session.show(remote_view.page(places))
