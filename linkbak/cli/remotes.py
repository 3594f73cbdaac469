"""``linkbak remote``, ``push``, ``pull`` and ``clone``: copies of the vault elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from linkbak.cli.config import adopt
from linkbak.cli.session import Session, confirmed, progress, synced_note
from linkbak.errors import Exit, UsageProblem, exit_code_of
from linkbak.remotes import (
    NoCopyYet,
    add_remote,
    copies,
    is_interactive,
    list_remotes,
    public_host,
    read_address,
    remove_remote,
)
from linkbak.remotes.pull import clone as make
from linkbak.remotes.pull import pull as fetch
from linkbak.remotes.push import inspect, notes_on
from linkbak.remotes.push import push as send
from linkbak.report import remotes as remote_view
from linkbak.report import say
from linkbak.report.remotes import Places

if TYPE_CHECKING:
    from linkbak.remotes import Address, Remote
    from linkbak.report.remotes import Action


ACTIONS = ("list", "add", "remove", "check")


def remote(
    session: Session,
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="list|add|remove|check [NAME] [ADDRESS]", help="What to do; without a word, list."),
    ] = None,
    create: Annotated[bool, typer.Option("--create", help="With add: make the repository there.")] = False,
    private: Annotated[bool, typer.Option("--private-i-am-sure", help="With add: allow a public host.")] = False,
) -> Exit | None:
    """List, add, check or remove the remotes, where copies are kept

    \b
    Examples:
      linkbak remote add usb /media/usb/linkbak.git --create
      linkbak remote add server me@server.example.com:linkbak.git
      linkbak remote check

    \b
    list    lists the remotes
    add     adds one: a bare git repository on a disk, a share, or a machine
            that ssh or https reaches
    check   says whether each can be reached, what it lacks, and, on disks of
            this machine, whether every byte is whole
    remove  removes one from the list, or a folder of sealed copies;
            the copy itself stays

    --create makes the repository on a disk; on another machine, run `git init --bare` there. Then `linkbak push` sends
    the vault, and `linkbak clone` makes a vault from it on a new machine.

    A vault holds other people's names and words, so known public hosts are refused without --private-i-am-sure. Leave
    passwords to git's credential helpers and ssh.
    """
    action, given = (words[0], words[1:]) if words else ("list", [])
    if action not in ACTIONS:
        raise UsageProblem(f"there is no `linkbak remote {action}`", hint=f"remote takes {', '.join(ACTIONS)}.")
    if action != "add" and (create or private):
        raise UsageProblem("only `linkbak remote add` takes --create and --private-i-am-sure")
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
    place = session.vault_path()[0]
    _print(session, _places(place, "list", list_remotes(place)))


def _add(session: Session, given: Sequence[str], *, create: bool, private: bool) -> None:
    if len(given) != 2:
        raise UsageProblem("add takes a name and an address", hint="linkbak remote add usb /media/usb/linkbak.git")
    place = session.vault_path()[0]
    try:
        made = add_remote(place, *given, private=private, create=create)
    except NoCopyYet:
        if not _wanted(given[1]):
            raise
        made = add_remote(place, *given, private=private, create=True)
    notes = notes_on(made.address, place, private=private)
    _print(session, _places(place, "add", [made])._replace(notes=notes))


def _wanted(address: str) -> bool:
    """Whether the user, asked on a terminal, wants a copy made at that place."""
    if not is_interactive():
        return False
    return confirmed(f"There is no copy at {address} yet. Make one there?")


def _remove(session: Session, given: Sequence[str]) -> None:
    if len(given) != 1:
        raise UsageProblem("remove takes one name", hint="`linkbak remote list` has them.")
    place = session.vault_path()[0]
    _print(session, _places(place, "remove", [remove_remote(place, given[0])]))


def _check(session: Session, given: Sequence[str]) -> Exit | None:
    place = session.vault_path()[0]
    found = {one.name: one for one in inspect(place, given or None)}
    meant = [one for one in list_remotes(place) if one.name in found]
    _print(session, _places(place, "check", meant)._replace(checked=found))
    if session.quiet and not session.as_json:
        for one in found.values():
            if one.error is not None:
                say(f"error: {one.name}: {one.error}")
    return exit_code_of([one.error for one in found.values()])


def _places(place: Path, action: Action, found: Sequence[Remote]) -> Places:
    from datetime import UTC, datetime

    known = copies(place)
    return Places(action, found, known, {}, datetime.now(UTC))


def _print(session: Session, places: Places) -> None:
    session.tell(lambda: remote_view.remotes_document(places), lambda: remote_view.remote_text(places))


# --- push -------------------------------------------------------------------------------------------------------------


def push(
    session: Session,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME...]", help="Which remotes; without a name, all.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", "-n", help="Say what would be sent; send nothing.")] = False,
) -> Exit | None:
    """Send the vault to its remotes

    \b
    Examples:
      linkbak push
      linkbak push usb
      linkbak push --dry-run

    linkbak sends every snapshot and mark. A copy only grows; nothing in it is replaced or removed. If a remote has what
    the vault lacks, nothing is sent there: `linkbak pull` fetches that first. If a remote cannot be reached, the others
    still get theirs, and the exit status tells the worst. `linkbak remote add` adds a remote.
    """
    pushed = send(session.vault_path()[0], names or None, dry=dry_run, progress=progress(quiet=session.quiet))
    if not pushed:
        raise UsageProblem(
            "the vault has no remote to push to",
            hint="`linkbak remote add usb /media/usb/linkbak.git --create` makes a copy on a disk.",
        )
    if session.as_json:
        session.print_json(remote_view.push_document(pushed, dry=dry_run))
    else:
        session.show(remote_view.push_text(pushed))
        for line in remote_view.failures(pushed):
            say(line)
    return exit_code_of([one.error for one in pushed])


# --- pull -------------------------------------------------------------------------------------------------------------


def pull(
    session: Session,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME...]", help="Which remotes; without a name, all.")
    ] = None,
) -> Exit | None:
    """Fetch what the remotes have and the vault lacks

    \b
    Examples:
      linkbak pull
      linkbak pull usb

    For a vault that you use on several machines. Every snapshot and mark of both sides stays, and all machines come to
    the same result, whichever pulls first.

    Whatever comes in is checked byte by byte first. linkbak refuses a copy in which anybody else changed, dropped or
    added something (exits with 12), and a copy of another vault (exits with 8); your vault then stays as it was.
    Nothing is sent: `linkbak push` does that.
    """
    place = session.vault_path()[0]
    pulled = fetch(place, names or None, progress(quiet=session.quiet))
    if session.as_json:
        session.print_json(remote_view.pull_document(str(place), pulled))
    else:
        session.show(remote_view.pull_text(pulled))
        for line in remote_view.failures(pulled):
            say(line)
    return exit_code_of([one.error for one in pulled])


# --- clone ------------------------------------------------------------------------------------------------------------


def clone(
    session: Session,
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="Where the copy is.")],
    path: Annotated[
        Path | None, typer.Argument(metavar="[PATH]", help="Where to put the vault; without it, the usual place.")
    ] = None,
    private: Annotated[
        bool, typer.Option("--private-i-am-sure", help="Allow `linkbak push` to this public host.")
    ] = False,
) -> None:
    """Make a vault from a remote, on a new machine

    \b
    Examples:
      linkbak clone /media/usb/linkbak.git
      linkbak clone me@server.example.com:linkbak.git ~/Documents/linkbak-vault

    For a new machine, or when the vault is lost. Every snapshot and mark comes back, and every byte is compared with
    what was imported before anything lies at PATH. The copy becomes the remote "origin", to which `linkbak push` sends
    from now on.
    """
    if path is not None and session.named_vault is not None and path != session.named_vault:
        raise UsageProblem("PATH and --vault are two different places", hint="Name one.")
    source = read_address(address)
    place = (path or session.vault_path()[0]).expanduser().absolute()
    cloned = make(address, place, private=private, progress=progress(quiet=session.quiet))
    adopted = adopt(session, place)
    origin = source.path is None or not source.path.is_file()
    notes = [*synced_note(place), *_public_note(source, private=private)]
    if session.as_json:
        session.print_json(remote_view.clone_document(cloned, notes, adopted.used))
        return
    session.show([*remote_view.clone_text(cloned, origin=origin), *adopted.lines])
    if not session.quiet:
        for note in notes:
            say(note)


def _public_note(origin: Address, *, private: bool) -> list[str]:
    """That nothing will be pushed to where the vault was cloned from, if that is a public host."""
    name = public_host(origin)
    if not name or private:
        return []
    return [
        f"warning: {name} is a public host, so `linkbak push` sends nothing there.",
        "hint: if the repository there is private and stays so, add it again: `linkbak remote remove origin`, then"
        " `linkbak remote add origin ADDRESS --private-i-am-sure`.",
    ]
