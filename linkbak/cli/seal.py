"""``linkbak seal`` and ``linkbak unseal``."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from getpass import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from linkbak.cli.config import adopt
from linkbak.cli.session import PASSPHRASE, Session, progress, synced_note
from linkbak.encryption import (
    ForKeys,
    ForPassphrase,
    Keys,
    attempt,
    check_seal,
    folder_of,
    identities,
    library,
    new_key,
    recipients,
)
from linkbak.encryption import seal as sealed
from linkbak.encryption import unseal as unsealed
from linkbak.errors import UsageProblem
from linkbak.report import remotes as seal_view
from linkbak.report import say
from linkbak.report.remotes import Key

if TYPE_CHECKING:
    from linkbak.encryption import Lock


def seal(
    session: Session,
    where: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="The sealed file, or a folder to put it in.")
    ] = None,
    to: Annotated[
        list[str] | None, typer.Option("--to", metavar="KEY", help="A public key of age or ssh; may be repeated.")
    ] = None,
    to_file: Annotated[
        list[Path] | None, typer.Option("--to-file", metavar="FILE", help="A file of public keys, one a line.")
    ] = None,
    new_key: Annotated[
        Path | None, typer.Option("--new-key", metavar="FILE", help="Make a key pair, and write the secret key there.")
    ] = None,
    passphrase: Annotated[
        bool, typer.Option("--passphrase", help="Encrypt with a passphrase, and ask for it.")
    ] = False,
    passphrase_file: Annotated[
        Path | None, typer.Option("--passphrase-file", metavar="FILE", help="Encrypt with the first line of this file.")
    ] = None,
    since_last: Annotated[
        bool, typer.Option("--since-last", help="Only what came since the last copy in that folder.")
    ] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Overwrite an existing file.")] = False,
) -> None:
    """Make an encrypted copy for a place you do not trust

    \b
    Examples:
      linkbak seal --new-key ~/linkbak-key.txt
      linkbak seal -o ~/Dropbox/linkbak --to age1... --since-last
      linkbak seal -o vault.age --passphrase

    The copy is a git bundle, encrypted with age (the extra `age`). `linkbak unseal` opens it; without linkbak, use `age
    -d -i KEYFILE FILE > vault.bundle` and `git clone vault.bundle`. It is encrypted for a public key, of age or ssh.
    Only the secret key opens it, so keep that somewhere else. A passphrase is asked for, or taken from
    LINKBAK_SEAL_PASSPHRASE.

    In a folder, the file is named after the time. With --since-last, the first copy in a folder holds the whole vault
    and each later one what is new; to open one, you need those before it.
    """
    place = session.vault_path()[0]
    by_passphrase = passphrase or passphrase_file is not None
    _check(where, new_key, by_passphrase=by_passphrase, by_key=bool(to or to_file))
    copy = None
    with attempt(place, where.expanduser()) if where is not None else nullcontext():
        if where is not None:
            check_seal(place, where := where.expanduser(), overwrite=overwrite)
        key = _made(new_key) if new_key is not None else None
        if key is not None and not session.as_json:
            session.show(seal_view.key_text(key))
        if where is not None:
            keys = [*(to or ()), *([key.public] if key else [])]
            chosen = lock(session, keys, to_file or [], passphrase_file, secret=by_passphrase)
            bar = progress(quiet=session.quiet)
            copy = sealed(place, where, chosen, since_last=since_last, overwrite=overwrite, progress=bar)
    made = seal_view.Made(place, key, copy)
    if session.as_json:
        session.print_json(seal_view.seal_document(made))
    elif copy is not None:
        session.show(seal_view.seal_text(copy, since_last=since_last))


def _check(where: Path | None, new_key: Path | None, *, by_passphrase: bool, by_key: bool) -> None:
    """Whether the options go together; raises UsageProblem."""
    if where is None and new_key is None:
        raise UsageProblem("where should the copy go?", hint="Name a file, or a folder: -o FILE.")
    if where is None and (by_passphrase or by_key):
        raise UsageProblem("--new-key alone seals nothing", hint="Name a file, or a folder: -o FILE.")
    if by_passphrase and (by_key or new_key is not None):
        raise UsageProblem("a copy is sealed with a passphrase or for keys, not both", hint="Leave one of them out.")
    if where is not None and not (by_passphrase or by_key or new_key is not None):
        raise UsageProblem(
            "who should be able to open the copy?",
            hint="--new-key FILE makes a pair of keys and seals for it; --to KEY takes a public key that you have,"
            " --passphrase asks for a passphrase.",
        )
    if (
        where is not None
        and new_key is not None
        and folder_of(where.expanduser()) == new_key.expanduser().parent.resolve()
    ):
        raise UsageProblem(
            "the key would lie beside the copy that it opens", hint="Name another folder for the key, not in the cloud."
        )


def _made(file: Path) -> Key:
    return Key(file.expanduser(), new_key(file.expanduser()))


def lock(session: Session, keys: list[str], files: list[Path], passphrase_file: Path | None, *, secret: bool) -> Lock:
    """What a copy is sealed with: keys, or with `secret` a passphrase, which is asked for if no file holds it."""
    library()
    if not secret:
        return ForKeys(recipients(keys, [file.expanduser() for file in files]))
    chosen = _new_passphrase(session, passphrase_file.expanduser() if passphrase_file else None)
    if len(chosen) < SHORT:
        say("note: so short a passphrase can be guessed by whoever gets hold of the file")
    return ForPassphrase(chosen)


# --- unseal -----------------------------------------------------------------------------------------------------------


def unseal(
    session: Session,
    words: Annotated[
        list[Path], typer.Argument(metavar="FILE... [PATH]", help="The sealed copies; then where the vault goes.")
    ],
    identity: Annotated[
        list[Path] | None,
        typer.Option(
            "--identity", "-i", metavar="FILE", help="A file with a secret key of age or ssh; may be repeated."
        ),
    ] = None,
    passphrase_file: Annotated[
        Path | None,
        typer.Option("--passphrase-file", metavar="FILE", help="A file with the passphrase in its first line."),
    ] = None,
) -> None:
    """Open encrypted copies

    \b
    Examples:
      linkbak unseal vault.age ~/linkbak-vault -i ~/linkbak-key.txt
      linkbak unseal ~/Dropbox/linkbak/*.age ~/linkbak-vault -i ~/linkbak-key.txt
      linkbak unseal vault.age

    PATH is a new or empty folder, or a vault; without it, the vault that is in use. Of copies made with --since-last,
    name all, in any order. Every byte is compared with what was imported. If something is wrong, nothing is changed:
    linkbak exits with 14 for a wrong key and with 12 for a damaged copy.

    A passphrase is asked for where one is needed, or taken from LINKBAK_SEAL_PASSPHRASE. A bundle that `age` itself has
    decrypted works too.
    """
    files, place = _meant(session, [word.expanduser() for word in words])
    secret = passphrase_file.expanduser() if passphrase_file else None
    keys = Keys(identities([file.expanduser() for file in identity or ()]), lambda: _known_passphrase(session, secret))
    found = unsealed(files, place, keys, progress(quiet=session.quiet))
    adopted = adopt(session, found.place) if found.created else None
    if session.as_json:
        session.print_json(seal_view.unseal_document(found, adopted.used if adopted else found.place))
        return
    session.show([*seal_view.unseal_text(found), *(adopted.lines if adopted else ())])
    if found.created and not session.quiet:
        for note in synced_note(found.place):
            say(note)


def _meant(session: Session, words: list[Path]) -> tuple[list[Path], Path]:
    """The files, and the place of the vault: a last word that is no file, if there is one."""
    last = words[-1]
    place = last if len(words) > 1 and not last.is_file() and not last.name.endswith((".age", ".bundle")) else None
    if place is None:
        return words, session.vault_path()[0]
    if session.named_vault is not None and session.named_vault != place:
        raise UsageProblem("PATH and --vault are two different places", hint="Name one.")
    return words[:-1], place


# --- passphrase -------------------------------------------------------------------------------------------------------
# From a file, from the environment, or from the person at the terminal.

SHORT = 12
"""A passphrase of fewer characters is worth a warning."""


def _new_passphrase(session: Session, file: Path | None) -> str:
    """The passphrase that something is to be sealed with; asked for twice if it must be typed."""
    found = _first_line(file) if file is not None else session.passphrase
    if found is None:
        found = _asked("Passphrase for the sealed copy: ")
        if found and found != _asked("The same again: "):
            raise UsageProblem("the two were not the same", hint="Nothing was written; try again.")
    if not found:
        raise UsageProblem("the passphrase is empty", hint="Take five or six words that have nothing to do with you.")
    return found


def _known_passphrase(session: Session, file: Path | None) -> str:
    """The passphrase that something is to be opened with."""
    found = _first_line(file) if file is not None else session.passphrase
    return found if found is not None else _asked("Passphrase of the sealed copy: ")


def _asked(prompt: str) -> str:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageProblem(
            "nobody is there to be asked for the passphrase",
            hint=f"Name a file that holds it with --passphrase-file, or set {PASSPHRASE}.",
        )
    return getpass(prompt, stream=sys.stderr)


def _first_line(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            line = stream.readline(4096)
        return line.rstrip(b"\r\n").decode("utf-8")
    except OSError as error:
        raise UsageProblem(f"cannot read {file}: {(error.strerror or '').lower()}") from None
    except UnicodeDecodeError:
        raise UsageProblem(f"{file} is not UTF-8 text") from None
