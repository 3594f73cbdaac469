"""What every verb shares: which vault and account are meant, and how to answer."""

from __future__ import annotations

import atexit
import inspect
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Annotated, Any

import typer

from linkbak.errors import LinkbakError, NoVault, UsageProblem

if TYPE_CHECKING:
    from linkbak.remotes import Address
    from linkbak.report import Block
    from linkbak.settings import Settings
    from linkbak.vault import Summary, Vault


class Common:
    """The options that every verb takes, before or after it."""

    vault = Annotated[
        Path | None, typer.Option("--vault", metavar="PATH", help="The vault's folder (environment: LINKBAK_VAULT).")
    ]
    account = Annotated[str | None, typer.Option("--account", metavar="NAME", help="Which account of the vault.")]
    as_json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
    quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors and asked-for data.")]


NoColor = Annotated[bool, typer.Option("--no-color", help="No colour (environment: NO_COLOR).")]

COMMON: dict[str, inspect.Parameter] = {
    name: inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=default)
    for name, annotation, default in (
        ("vault", Common.vault, None),
        ("account", Common.account, None),
        ("as_json", Common.as_json, False),
        ("quiet", Common.quiet, False),
        ("no_color", NoColor, False),
    )
}

_spoken: dict[str, bool] = {"json": False}


def spoken_json() -> bool:
    """Whether the running command was asked for JSON, so that its refusal is JSON too."""
    return _spoken["json"]


def forget_json() -> None:
    """A command begins; it has not been asked for JSON yet."""
    _spoken["json"] = False


@dataclass(frozen=True, slots=True)
class Session:
    """The shared options of one command, resolved."""

    named_vault: Path | None
    account: str | None
    as_json: bool
    quiet: bool
    color: bool | None

    def settings(self) -> Settings:
        """The config file with the environment laid over it."""
        from linkbak import settings

        return settings.load()

    def vault_path(self) -> tuple[Path, bool]:
        """The vault's place, and whether anybody named it (a flag, the environment, the config file)."""
        from linkbak import paths

        named = self.named_vault or self.settings().vault
        return (named or paths.default_vault()), named is not None

    def open_vault(self) -> Vault:
        """The vault to read; raises NoVault with the way to make one."""
        from linkbak.vault import Vault

        place, named = self.vault_path()
        try:
            return Vault.open(place)
        except NoVault as error:
            raise (
                NoVault(str(error), hint=NAMED_HINT.format(place)) if named and _nothing_at(place) else error
            ) from None

    def summaries(self, vault: Vault, as_of: str | None = None) -> Sequence[Summary]:
        """The snapshots the user means: of the account asked for, up to the day asked for, oldest first."""
        from linkbak.vault import as_of as up_to

        found: Sequence[Summary] = vault.summaries()
        if self.account is not None:
            found = [s for s in found if self.account in (s.account, s.key.account)]
            if not found:
                known = ", ".join(vault.accounts()) or "none yet"
                raise UsageProblem(f"the vault has no account {self.account!r}", hint=f"It has: {known}.")
        return up_to(found, day_of(as_of)) if as_of is not None else found

    def one_account(self, found: Sequence[Summary]) -> Sequence[Summary]:
        """The same snapshots if they are of one account; raises UsageProblem if it is open which is meant."""
        accounts = sorted({summary.key.account for summary in found})
        if len(accounts) > 1:
            raise UsageProblem(
                f"the vault keeps several accounts: {', '.join(accounts)}", hint="Say which with --account NAME."
            )
        return found

    def show(self, blocks: Sequence[Block]) -> None:
        """Print a page for people on standard output, unless --quiet."""
        if not self.quiet:
            from linkbak.report import render

            render(blocks, sys.stdout, color=self.color)

    def print_json(self, document: Mapping[str, Any]) -> None:
        """Print a JSON document on standard output."""
        from linkbak.report.json import dump

        self.print_text(dump(document))

    def print_text(self, text: str) -> None:
        """Print data on standard output as UTF-8, whatever the locale says."""
        sys.stdout.flush()
        data = text.encode("utf-8", "backslashreplace")
        buffer = getattr(sys.stdout, "buffer", None)
        if buffer is None:
            sys.stdout.write(text)
        else:
            buffer.write(data)
        sys.stdout.flush()


NAMED_HINT = "Is its disk there, and its path right? A new one is made with: linkbak init {}"
"""What to do about a vault that somebody named and that is not there: no import makes it."""


def _nothing_at(place: Path) -> bool:
    return not (place / ".git").exists()


def session_of(context: typer.Context, after: Mapping[str, Any]) -> Session:
    """The options given after the verb, where missing those given before it."""
    before: Mapping[str, Any] = context.obj or {}
    given = {name: after[name] or before.get(name) for name in COMMON}
    _spoken["json"] = bool(given["as_json"])
    return Session(
        named_vault=given["vault"].expanduser() if given["vault"] else None,
        account=given["account"],
        as_json=bool(given["as_json"]),
        quiet=bool(given["quiet"]),
        color=False if given["no_color"] else None,
    )


def day_of(text: str) -> Any:
    """A day as the user wrote it, ``2026-03-20``; raises UsageProblem."""
    from datetime import date

    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageProblem(f"{text!r} is not a day", hint="Write it as 2026-03-20.") from None


# --- progress ---------------------------------------------------------------------------------------------------------
# A progress bar on standard error, for what takes longer than a moment, and only on a terminal.

MOMENT = 0.5
"""Seconds of work that need no progress bar."""


def progress(*, quiet: bool) -> Callable[[str, int, int], None]:
    """What to tell of each step: what is done, how many bytes of it, of how many."""
    if quiet or not sys.stderr.isatty():
        return lambda what, done, total: None
    return _Bar().tell


class _Bar:
    def __init__(self) -> None:
        self._began = monotonic()
        self._bar: Any = None
        self._task: Any = None

    def tell(self, what: str, done: int, total: int) -> None:
        if self._bar is None and done < total and monotonic() - self._began > MOMENT:
            from rich.console import Console
            from rich.progress import Progress

            self._bar = Progress(console=Console(stderr=True), transient=True)
            self._task = self._bar.add_task(what, total=total)
            self._bar.start()
            atexit.register(self._bar.stop)  # also of an interrupted command, or the cursor would stay hidden
        if self._bar is not None:
            self._bar.update(self._task, completed=done, total=total)
            if done >= total:
                atexit.unregister(self._bar.stop)
                self._bar.stop()
                self._bar = None
                self._began = monotonic()


# --- asking -----------------------------------------------------------------------------------------------------------
# Questions to a person at a terminal.


def confirmed(question: str) -> bool:
    """Whether the answer is yes; raises KeyboardInterrupt for Ctrl-C and Ctrl-D, as everywhere in the program."""
    try:
        return typer.confirm(question, err=True)
    except typer.Abort:
        raise KeyboardInterrupt from None


# --- passphrase -------------------------------------------------------------------------------------------------------
# A passphrase: from a file, from the environment, or from the person at the terminal.

VARIABLE = "LINKBAK_SEAL_PASSPHRASE"
SHORT = 12
"""A passphrase of fewer characters is worth a warning."""


def given(file: Path | None) -> str | None:
    """The passphrase in the first line of a file, else that in the environment; None if there is none."""
    if file is not None:
        return _first_line(file)
    return os.environ.get(VARIABLE) or None


def chosen(file: Path | None) -> str:
    """The passphrase that something is to be sealed with; asked for twice if it must be typed."""
    found = given(file)
    if found is None:
        found = _asked("Passphrase for the sealed copy: ")
        if found and found != _asked("The same again: "):
            raise UsageProblem("the two were not the same", hint="Nothing was written; try again.")
    if not found:
        raise UsageProblem("the passphrase is empty", hint="Take five or six words that have nothing to do with you.")
    return found


def known(file: Path | None) -> str:
    """The passphrase that something is to be opened with."""
    found = given(file)
    return found if found is not None else _asked("Passphrase of the sealed copy: ")


def _asked(prompt: str) -> str:
    from getpass import getpass

    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageProblem(
            "nobody is there to be asked for the passphrase",
            hint=f"Name a file that holds it with --passphrase-file, or set {VARIABLE}.",
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


# --- warnings ---------------------------------------------------------------------------------------------------------
# What is worth a warning when a vault is made.


def synced_note(place: Path) -> list[str]:
    """That the vault lies where a program copies it into a cloud, if it does."""
    from linkbak.remotes import synced_service

    service = synced_service(place)
    if not service:
        return []
    return [
        f"warning: the vault lies in a folder that {service} copies elsewhere. It holds other people's names and words,"
        " and a program that copies it while linkbak writes can damage it.",
        "hint: keep the vault outside, and send copies with `linkbak push`, or sealed ones with `linkbak seal`.",
    ]


def public_note(origin: Address, *, private: bool) -> list[str]:
    """That nothing will be pushed to where the vault was cloned from, if that is a public host."""
    from linkbak.remotes import public_host

    name = public_host(origin)
    if not name or private:
        return []
    return [
        f"warning: {name} is a public host, so `linkbak push` sends nothing there.",
        "hint: if the repository there is private and stays so, add it again: `linkbak remote remove origin`, then"
        " `linkbak remote add origin ADDRESS --private-i-am-sure`.",
    ]


# --- afterwards -------------------------------------------------------------------------------------------------------
# What begins by itself when a command that wrote has said all it had to say, and delays nothing.

_NICE = 10


def compact_if_due(session: Session, brought: int = 0) -> None:
    """Begin to compact the vault in the background if enough has gathered; `brought` is how many bytes were just kept.

    Says so if the last time it failed.
    """
    from linkbak.vault.compact import failure, wanted

    vault = session.vault_path()[0]
    if why := failure(vault):
        from linkbak.report import say

        say(f"note: compacting the vault in the background failed: {why}")
        say("hint: `linkbak compact` tries again.")
    if wanted(vault, brought) and sys.executable:
        sys.stdout.flush()
        place = str(vault.absolute())
        with suppress(OSError):
            _begin([sys.executable, "-P", "-m", "linkbak", "compact", "--auto", "--vault", place])


def in_background(session: Session) -> None:
    """Compact the vault if it is worth it, out of everybody's way; what goes wrong is noted for the next command."""
    from linkbak.vault.compact import attempt

    vault = session.vault_path()[0].absolute()
    with suppress(OSError):
        os.nice(_NICE)
    with suppress(OSError):
        os.setsid()
    os.chdir("/")
    with suppress(LinkbakError):
        attempt(vault)


def _begin(words: list[str]) -> None:
    """Start a program that outlives this one, with nothing to read and nowhere to print."""
    streams = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_RDWR, 0) for number in range(3)]
    os.posix_spawn(words[0], words, os.environ, file_actions=streams)
