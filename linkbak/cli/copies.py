"""``linkbak remote``, ``push``, ``pull``, ``clone``, ``seal`` and ``unseal``: copies of the vault elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, cast

from typer import Argument, Option

from linkbak import encryption, remotes
from linkbak.cli.app import check_action
from linkbak.cli.init import adopt
from linkbak.cli.session import PASSPHRASE, Session, confirmed, progress, synced_note, typed_unseen
from linkbak.errors import Exit, UsageProblem, exit_code_of
from linkbak.remotes import pull as pulling
from linkbak.remotes import push as pushing
from linkbak.report import remotes as remote_view
from linkbak.report import say
from linkbak.report import sealed as seal_view
from linkbak.report.remotes import Action, Places
from linkbak.report.sealed import Key
from linkbak.texts import tr

ACTIONS = ("list", "add", "remove", "check")
_Names = Annotated[list[str] | None, Argument(metavar="[NAME...]", help="Which remotes; without a name, all.")]


def remote(
    session: Session,
    words: Annotated[
        list[str] | None,
        Argument(metavar="list|add|remove|check [NAME] [ADDRESS]"),
    ] = None,
    create: Annotated[bool, Option("--create", help="With add: make the repository there.")] = False,
    private: Annotated[bool, Option("--private-i-am-sure", help="With add: allow a public host.")] = False,
) -> Exit | None:
    """List, add, check or remove the remotes, where copies are kept

    \b
    Examples:
      linkbak remote add usb /media/usb/linkbak.git --create
      linkbak remote add server me@server.example.com:linkbak.git
      linkbak remote check

    \b
    list    lists the remotes
    add     adds a bare git repository on a disk, a share, or by ssh or https
    check   says what each lacks, and of a disk, whether every byte is whole
    remove  removes one from the list; the copy itself stays

    On another machine, run `git init --bare` yourself. Known public hosts are refused, since a vault holds other
    people's names and words.
    """
    action, given = (words[0], words[1:]) if words else ("list", [])
    check_action("remote", action, ACTIONS)
    if action != "add" and (create or private):
        raise UsageProblem(tr("only `linkbak remote add` takes --create and --private-i-am-sure"))
    place = session.vault_path()[0]
    found: Sequence[remotes.Remote]
    checked: dict[str, pushing.Inspected] = {}
    notes: Sequence[str] = ()
    match action:
        case "add":
            made = _added(place, given, create=create, private=private)
            found, notes = [made], pushing.notes_on(made.address, place, private=private)
        case "remove":
            if len(given) != 1:
                raise UsageProblem(tr("remove takes one name"), hint=tr("`linkbak remote list` has them."))
            found = [remotes.remove_remote(place, given[0])]
        case "check":
            checked = {one.name: one for one in pushing.inspect(place, given or None)}
            found = [one for one in remotes.list_remotes(place) if one.name in checked]
        case _:
            if given:
                raise UsageProblem(tr("list takes no name"), hint=tr("`linkbak remote check NAME` looks at one."))
            found = remotes.list_remotes(place)
    places = Places(cast("Action", action), found, remotes.copies(place), checked, datetime.now(UTC), notes)
    errors = {one.name: one.error for one in checked.values() if one.error is not None}
    session.tell(
        lambda: remote_view.remotes_document(places),
        lambda: remote_view.remote_text(places),
        lambda: [tr("error: {name}: {error}", name=name, error=error) for name, error in errors.items()],
    )
    return exit_code_of(errors.values())


def _added(place: Path, given: Sequence[str], *, create: bool, private: bool) -> remotes.Remote:
    """The remote, with a copy made there if that is wanted, or said at the terminal."""
    if len(given) != 2:
        raise UsageProblem(tr("add takes a name and an address"), hint="linkbak remote add usb /media/usb/linkbak.git")
    try:
        return remotes.add_remote(place, *given, private=private, create=create)
    except remotes.NoCopyYet:
        question = tr("There is no copy at {place} yet. Make one there?", place=given[1])
        if not (remotes.is_interactive() and confirmed(question)):
            raise
        return remotes.add_remote(place, *given, private=private, create=True)


def push(
    session: Session,
    names: _Names = None,
    dry_run: Annotated[bool, Option("--dry-run", "-n", help="Say what would be sent; send nothing.")] = False,
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
    pushed = pushing.push(session.vault_path()[0], names or None, dry=dry_run, progress=progress(quiet=session.quiet))
    if not pushed:
        raise UsageProblem(
            tr("the vault has no remote to push to"),
            hint=tr("`linkbak remote add usb /media/usb/linkbak.git --create` makes a copy on a disk."),
        )
    session.tell(lambda: remote_view.push_document(pushed, dry=dry_run), lambda: remote_view.push_text(pushed))
    return _failed(session, pushed)


def pull(
    session: Session,
    names: _Names = None,
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
    pulled = pulling.pull(place, names or None, progress(quiet=session.quiet))
    session.tell(lambda: remote_view.pull_document(str(place), pulled), lambda: remote_view.pull_text(pulled))
    return _failed(session, pulled)


def _failed(session: Session, tried: Sequence[pushing.Pushed] | Sequence[pulling.Pulled]) -> Exit | None:
    """Print what failed on standard error, even with --quiet; gives the worst status."""
    for line in () if session.as_json else remote_view.failures(tried):
        say(line)
    return exit_code_of([one.error for one in tried])


def clone(
    session: Session,
    address: Annotated[str, Argument(metavar="ADDRESS", help="Where the copy is.")],
    path: Annotated[
        Path | None, Argument(metavar="[PATH]", help="Where to put the vault; without it, the usual place.")
    ] = None,
    private: Annotated[bool, Option("--private-i-am-sure", help="Allow `linkbak push` to this public host.")] = False,
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
    session.check_one_place(path)
    source = remotes.read_address(address)
    place = (path or session.vault_path()[0]).expanduser().absolute()
    cloned = pulling.clone(address, place, private=private, progress=progress(quiet=session.quiet))
    used, lines = adopt(session, place)
    origin = source.path is None or not source.path.is_file()
    notes = [*synced_note(place), *_public_note(source, private=private)]
    if session.as_json:
        session.print_json(remote_view.clone_document(cloned, notes, used))
        return
    session.show([*remote_view.clone_text(cloned, origin=origin), *lines])
    session.remark(notes)


def _public_note(origin: remotes.Address, *, private: bool) -> list[str]:
    """That nothing will be pushed to where the vault was cloned from, if that is a public host."""
    name = remotes.public_host(origin)
    if not name or private:
        return []
    return [
        tr("warning: {name} is a public host, so `linkbak push` sends nothing there.", name=name),
        tr(
            "hint: if the repository there is private and stays so, add it again: `linkbak remote remove origin`,"
            " then `linkbak remote add origin ADDRESS --private-i-am-sure`."
        ),
    ]


def seal(
    session: Session,
    where: Annotated[
        Path | None, Option("--output", "-o", metavar="FILE", help="The sealed file, or a folder to put it in.")
    ] = None,
    to: Annotated[
        list[str] | None, Option("--to", metavar="KEY", help="A public key of age or ssh; may be repeated.")
    ] = None,
    to_file: Annotated[
        list[Path] | None, Option("--to-file", metavar="FILE", help="A file of public keys, one a line.")
    ] = None,
    new_key: Annotated[
        Path | None, Option("--new-key", metavar="FILE", help="Make a key pair, and write the secret key there.")
    ] = None,
    passphrase: Annotated[bool, Option("--passphrase", help="Encrypt with a passphrase, and ask for it.")] = False,
    passphrase_file: Annotated[
        Path | None, Option("--passphrase-file", metavar="FILE", help="Encrypt with the first line of this file.")
    ] = None,
    since_last: Annotated[
        bool, Option("--since-last", help="Only what came since the last copy in that folder.")
    ] = False,
    overwrite: Annotated[bool, Option("--overwrite", help="Overwrite an existing file.")] = False,
) -> None:
    """Make an encrypted copy for a place you do not trust

    \b
    Examples:
      linkbak seal --new-key ~/linkbak-key.txt
      linkbak seal -o ~/Dropbox/linkbak --to age1... --since-last
      linkbak seal -o vault.age --passphrase

    A copy is a git bundle, encrypted with age. Only the secret key opens it: keep that elsewhere. One made with
    --since-last needs those before it.
    """
    place = session.vault_path()[0]
    by_passphrase = passphrase or passphrase_file is not None
    _check_seal(where, new_key, by_passphrase=by_passphrase, by_key=bool(to or to_file))
    copy = None
    with encryption.attempt(place, where.expanduser()) if where is not None else nullcontext():
        if where is not None:
            encryption.check_seal(place, where := where.expanduser(), overwrite=overwrite)
        key = Key(new_key.expanduser(), encryption.new_key(new_key.expanduser())) if new_key is not None else None
        if key is not None and not session.as_json:
            session.show(seal_view.key_text(key))
        if where is not None:
            keys = [*(to or ()), *([key.public] if key else [])]
            chosen = lock(session, keys, to_file or [], passphrase_file, secret=by_passphrase)
            bar = progress(quiet=session.quiet)
            copy = encryption.seal(place, where, chosen, since_last=since_last, overwrite=overwrite, progress=bar)
    if session.as_json:
        session.print_json(seal_view.seal_document(place, key, copy))
    elif copy is not None:
        session.show(seal_view.seal_text(copy, since_last=since_last))


def _check_seal(where: Path | None, new_key: Path | None, *, by_passphrase: bool, by_key: bool) -> None:
    """Whether the options go together; raises UsageProblem."""
    if where is None and (new_key is None or by_passphrase or by_key):
        wrong = tr("where should the copy go?") if new_key is None else tr("--new-key alone seals nothing")
        raise UsageProblem(wrong, hint=tr("Name a file, or a folder: -o FILE."))
    if by_passphrase and (by_key or new_key is not None):
        raise UsageProblem(
            tr("a copy is sealed with a passphrase or for keys, not both"), hint=tr("Leave one of them out.")
        )
    if where is not None and not (by_passphrase or by_key or new_key is not None):
        raise UsageProblem(
            tr("who should be able to open the copy?"),
            hint=tr(
                "--new-key FILE makes a pair of keys and seals for it; --to KEY takes a public key that "
                "you have, --passphrase asks for a passphrase."
            ),
        )
    if where and new_key and encryption.folder_of(where.expanduser()) == new_key.expanduser().parent.resolve():
        raise UsageProblem(
            tr("the key would lie beside the copy that it opens"),
            hint=tr("Name another folder for the key, not in the cloud."),
        )


def lock(
    session: Session, keys: list[str], files: list[Path], passphrase_file: Path | None, *, secret: bool
) -> encryption.Lock:
    """What a copy is sealed with: keys, or with `secret` a passphrase, which is asked for if no file holds it."""
    encryption.library()
    if not secret:
        return encryption.ForKeys(encryption.recipients(keys, [file.expanduser() for file in files]))
    prompt = tr("Passphrase for the sealed copy: ")
    chosen = _passphrase(session, passphrase_file, prompt, again=tr("The same again: "))
    if not chosen:
        raise UsageProblem(
            tr("the passphrase is empty"), hint=tr("Take five or six words that have nothing to do with you.")
        )
    if len(chosen) < SHORT:
        say(tr("note: so short a passphrase can be guessed by whoever gets hold of the file"))
    return encryption.ForPassphrase(chosen)


def unseal(
    session: Session,
    words: Annotated[
        list[Path], Argument(metavar="FILE... [PATH]", help="The sealed copies; then where the vault goes.")
    ],
    identity: Annotated[
        list[Path] | None,
        Option("--identity", "-i", metavar="FILE", help="A file with a secret key of age or ssh; may be repeated."),
    ] = None,
    passphrase_file: Annotated[
        Path | None,
        Option("--passphrase-file", metavar="FILE", help="A file with the passphrase in its first line."),
    ] = None,
) -> None:
    """Open encrypted copies

    \b
    Examples:
      linkbak unseal vault.age ~/linkbak-vault -i ~/linkbak-key.txt
      linkbak unseal ~/Dropbox/linkbak/*.age ~/linkbak-vault -i ~/linkbak-key.txt
      linkbak unseal vault.age

    PATH is a new or empty folder, or a vault; without it, the vault in use. Of copies made with --since-last, name all,
    in any order. If a byte differs from its import, nothing is changed; a wrong key exits with 14, a damaged copy with
    12. linkbak asks for a passphrase, or takes LINKBAK_SEAL_PASSPHRASE. A bundle that `age` decrypted works, too.
    """
    files = [word.expanduser() for word in words]
    last = files[-1]
    named = len(files) > 1 and not last.is_file() and not last.name.endswith((".age", ".bundle"))
    session.check_one_place(last if named else None)
    place = files.pop() if named else session.vault_path()[0]
    known = encryption.identities([file.expanduser() for file in identity or ()])
    prompt = tr("Passphrase of the sealed copy: ")
    keys = encryption.Keys(known, lambda: _passphrase(session, passphrase_file, prompt))
    found = encryption.unseal(files, place, keys, progress(quiet=session.quiet))
    used, lines = adopt(session, found.place) if found.created else (found.place, ())
    if session.as_json:
        session.print_json(seal_view.unseal_document(found, used))
        return
    session.show([*seal_view.unseal_text(found), *lines])
    if found.created:
        session.remark(synced_note(found.place))


# --- passphrase -------------------------------------------------------------------------------------------------------
# From a file, from the environment, or from the person at the terminal.

SHORT = 12
"""A passphrase of fewer characters is worth a warning."""


def _passphrase(session: Session, file: Path | None, prompt: str, *, again: str = "") -> str:
    """The passphrase; with `again`, a second prompt, one that is typed must be typed twice."""
    found = _first_line(file) if file is not None else session.passphrase
    if found is None:
        found = _asked(prompt)
        if found and again and found != _asked(again):
            raise UsageProblem(tr("the two passphrases differ"), hint=tr("Nothing was written; try again."))
    return found


def _asked(prompt: str) -> str:
    if not remotes.is_interactive():
        raise UsageProblem(
            tr("there is no terminal on which to ask for the passphrase"),
            hint=tr("Name a file that holds it with --passphrase-file, or set {variable}.", variable=PASSPHRASE),
        )
    return typed_unseen(prompt)


def _first_line(file: Path) -> str:
    file = file.expanduser()
    try:
        with file.open("rb") as stream:
            line = stream.readline(4096)
        return line.rstrip(b"\r\n").decode("utf-8")
    except OSError as error:
        raise UsageProblem(tr("cannot read {file}: {why}", file=file, why=(error.strerror or "").lower())) from None
    except UnicodeDecodeError:
        raise UsageProblem(tr("{file} is not UTF-8 text", file=file)) from None
