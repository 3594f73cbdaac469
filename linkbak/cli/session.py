"""What every verb shares: which vault and account are meant, and how to answer."""

from __future__ import annotations

import atexit
import os
import re
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, TextIO

import typer
from typer.core import TyperCommand

from linkbak import paths, settings
from linkbak.cli.app import EVERYWHERE, is_usage, load, told_of_usage, usage_line
from linkbak.cli.streams import OutputLost, is_short_of_memory
from linkbak.errors import Bug, Exit, LinkbakError, MachineProblem, NoSuchSnapshot, NoVault, UsageProblem
from linkbak.model import BOOK
from linkbak.report import Block, render, say, trouble
from linkbak.report import json as json_view
from linkbak.report.escape import terminal_text
from linkbak.settings import Settings
from linkbak.texts import tr
from linkbak.vault import Summary, Vault
from linkbak.vault import as_of as up_to

if TYPE_CHECKING:
    from linkbak.index.history import History

SHARED = ("vault", "account", "as_json", "quiet", "no_color", "no_pager")
"""The options that every verb takes, before or after it."""
PASSPHRASE = "LINKBAK_SEAL_PASSPHRASE"  # noqa: S105  # the name of the variable
KEEPING = frozenset({"import", "run", "api", "pull", "clone", "unseal"})
"""The verbs that may have kept a snapshot when they print, which is reported even if standard output is lost."""
# fmt: off
PAGED = frozenset({
    "log", "diff", "lost", "people", "show", "search", "stats", "messages", "posts", "invitations", "pitches",
    "activity", "reach", "mark", "config", "doctor", "help", "audit", "link",
})
# fmt: on
"""The verbs whose pages a pager may show: they print once and then end, or ask of one person a few lines at a time."""
_LARGER = tr("Ask LinkedIn for the larger archive, which has them: `linkbak request` shows how.")


class Session(typer.Context):
    """One command as it runs: the shared options, as they were given after the verb or else before it."""

    account: str | None = None
    """The account that is meant, if one is named."""
    as_json = False
    """Whether the answer is for programs."""
    quiet = False
    """Whether nothing but errors and data is wanted."""
    colour: bool | None = None
    """Whether to print in colour; None leaves it to the terminal and the environment."""
    passphrase: str | None = None
    """The passphrase of sealed copies, if the environment gave it."""
    _vault: str | Path | None = None
    _pages = True
    _lost: OutputLost | None = None

    def take_shared(self) -> None:
        """Set the shared options aside, so that the verb is called with its own alone; and the passphrase.

        No program that a command starts is to find that in its environment.
        """
        self.passphrase = os.environ.pop(PASSPHRASE, "") or None
        before = self.parent.params if self.parent else {}
        given = {name: self.params.pop(name) or before.get(name) for name in SHARED}
        self._vault, self.account = given["vault"], given["account"]
        self.as_json, self.quiet = bool(given["as_json"]), bool(given["quiet"])
        self.colour = False if given["no_color"] else None
        self._pages = not given["no_pager"]

    @property
    def named_vault(self) -> Path | None:
        """The vault's place, if a flag names it."""
        return Path(self._vault).expanduser() if self._vault else None

    def settings(self) -> Settings:
        """The config file with the environment laid over it."""
        return settings.load()

    def vault_path(self) -> tuple[Path, bool]:
        """The vault's place, and whether the user named it (a flag, the environment, the config file)."""
        named = self.named_vault or self.settings().vault
        return (named or paths.default_vault()), named is not None

    def open_vault(self) -> Vault:
        """The vault to read; raises NoVault with the way to make one."""
        place, named = self.vault_path()
        try:
            return Vault.open(place)
        except NoVault as error:
            if not named or (place / ".git").exists():
                raise
            hint = tr("Is its disk there, and its path right? A new one is made with: linkbak init {path}", path=place)
            raise NoVault(str(error), hint=hint) from None

    @contextmanager
    def reading(self, vault: Vault, as_of: str = "") -> Iterator[History]:
        """What is known of everybody in a vault, in one transaction, brought up to date before.

        With `as_of`, an ISO day, what was known on that day.
        """
        history_of: type[History] = load("linkbak.index.history.History")
        with (
            history_of.open(vault, progress(quiet=self.quiet)) as history,
            history.as_of(as_of) if as_of else history.read_transaction() as told,
        ):
            yield told

    def check_one_place(self, path: Path | None) -> None:
        """Raises UsageProblem if a PATH and --vault name two places."""
        if path is not None and self.named_vault not in (None, path):
            raise UsageProblem(tr("PATH and --vault are two different places"), hint=tr("Name one."))

    def summaries(self, vault: Vault, as_of: str | None = None, *, everything: bool = False) -> Sequence[Summary]:
        """The snapshots the user means: of the account asked for, up to the day asked for, oldest first.

        With `everything`, those set aside too.
        """
        found: Sequence[Summary] = vault.every() if everything else vault.summaries()
        if self.account is not None:
            found = [s for s in found if self.account in (s.account, s.key.account)]
            if not found:
                known = ", ".join(vault.accounts()) or tr("none yet")
                raise UsageProblem(
                    tr("the vault has no account {account!r}", account=self.account),
                    hint=tr("It has: {accounts}.", accounts=known),
                )
        return up_to(found, day_of(as_of, last=True)) if as_of is not None else found

    def one_account(self, found: Sequence[Summary], *, books: bool = True) -> Sequence[Summary]:
        """The same snapshots if they are of one account; raises UsageProblem if it is open which is meant.

        An address book is meant only where its account is named, or where there is nothing else; without `books` never.
        """
        if not books:
            self._check_no_book(found)
        found = [one for one in found if one.network != BOOK] or (found if books else ())
        accounts = sorted({summary.key.account for summary in found})
        if len(accounts) > 1:
            raise UsageProblem(
                tr("the vault keeps several accounts: {accounts}", accounts=", ".join(accounts)),
                hint=tr("Say which with --account NAME."),
            )
        return found

    def books(self, vault: Vault, *, beside: bool = False) -> Sequence[Summary]:
        """The snapshots of the address books that are meant: an account of one is named, or there is nothing else.

        With `beside`, those that lie beside the archives of a network too, where no account is named.
        """
        found = self.summaries(vault)
        books = [one for one in found if one.network == BOOK]
        return books if len(books) == len(found) or (beside and self.account is None) else ()

    def _check_no_book(self, found: Sequence[Summary]) -> None:
        if self.account is not None and found and found[0].network == BOOK:
            raise self.no_connections(found[0].key.account)

    def no_connections(self, account: str) -> UsageProblem:
        """That an address book is asked about connections, and what can be asked of it."""
        return UsageProblem(
            tr("{account} is an address book, which does not say who is connected", account=account),
            hint=tr("Use people, show, lost, diff, search, log, cat or restore; `linkbak reach` counts it, too."),
        )

    def holding(self, found: Sequence[Summary], kinds: Mapping[str, str]) -> Sequence[Summary]:
        """The same snapshots if any of them covers one of some kinds, each given with its name in the plural.

        Raises NoSuchSnapshot with what to ask the network for: absent is not empty.
        """
        self._check_no_book(found)
        if not any(kind in kinds for one in found for kind in one.kinds):
            names = [*dict.fromkeys(kinds.values())]
            if len(names) == 1:
                raise NoSuchSnapshot(tr("your archives hold no {kind}", kind=names[0]), hint=_LARGER)
            neither = tr(" nor ").join(names)
            raise NoSuchSnapshot(tr("your archives hold neither {kinds}", kinds=neither), hint=_LARGER)
        return found

    def show(self, blocks: Sequence[Block]) -> None:
        """Print a page for people on standard output, unless --quiet."""
        if not self.quiet:
            self._put(lambda stream: render(blocks, stream, color=self.colour))

    def tell(
        self,
        document: Callable[[], Mapping[str, Any]],
        page: Callable[[], Sequence[Block]],
        failures: Callable[[], Iterable[str]] = tuple,
    ) -> None:
        """Print the document with --json, with --quiet on standard error what failed, else the page for people."""
        if self.as_json:
            self.print_json(document())
        elif self.quiet:
            for line in failures():
                say(line)
        else:
            self.show(page())

    def tell_aside(self, document: Mapping[str, Any], lines: Iterable[str]) -> None:
        """Print the document with --json, else lines on standard error, unless --quiet: what the data went into."""
        if self.as_json:
            self.print_json(document)
        else:
            self.remark(lines)

    def remark(self, lines: Iterable[str]) -> None:
        """Print lines on standard error, unless --quiet."""
        for line in () if self.quiet else lines:
            say(line)

    def print_json(self, document: Mapping[str, Any]) -> None:
        """Print a JSON document on standard output."""
        self.print_text(json_view.dump(document))

    def print_csv(self, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """Print rows on standard output as comma-separated values, in no cell a formula."""
        self.print_text("".join(load("linkbak.exporters.rows.csv_text")(header, rows, mark=False)))

    def print_text(self, text: str) -> None:
        """Print data on standard output as UTF-8, whatever the locale says; on a terminal, what cannot act upon it."""
        self._put(lambda stream: _write(text, stream))

    def _put(self, write: Callable[[TextIO], None]) -> None:
        """Write on standard output; once that is lost, on standard error what must be told, which is no reason to stop.

        Raises OutputLost.
        """
        if self._lost is None:
            try:
                if not self._paged(write):
                    write(sys.stdout)
                    sys.stdout.flush()
                return
            except OutputLost as lost:
                if self.info_name not in KEEPING:
                    raise
                self._lost = lost
        write(sys.stderr)

    def _paged(self, write: Callable[[TextIO], None]) -> bool:
        """Whether a pager has shown it: only on a terminal, and only if it is longer than that."""
        paged = self._pages and self.info_name in PAGED and sys.stdout.isatty()
        return paged and bool(load("linkbak.cli.terminal.paged")(write))

    def check_output(self) -> None:
        """Raise OutputLost if anything did not get out."""
        sys.stdout.flush()
        if self._lost is not None:
            raise self._lost


def _write(text: str, stream: TextIO) -> None:
    if stream.isatty():
        stream.write(terminal_text(text))
    else:
        stream.flush()
        stream.buffer.write(text.encode("utf-8", "backslashreplace"))


def synced_note(place: Path) -> list[str]:
    """That the vault lies where a program copies it into a cloud, if it does."""
    service = paths.synced_service(place)
    if not service:
        return []
    return [
        tr(
            "warning: the vault lies in a folder that {service} copies elsewhere. It holds other people's names and"
            " words, and a program that copies it while linkbak writes can damage it.",
            service=service,
        ),
        tr("hint: keep the vault outside, and send copies with `linkbak push`, or sealed ones with `linkbak seal`."),
    ]


_DATE = r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?"


def day_of(text: str, *, last: bool = False) -> date:
    """The day that a user's date means: ``2026-03-20``; of ``2026-03`` and ``2026`` the first, or with `last` the last.

    A beginning ("since") is the first day, a state ("as of") is the last one. Raises UsageProblem.
    """
    from calendar import monthrange

    found = re.fullmatch(_DATE, text, re.ASCII)
    try:
        if found is None:
            raise ValueError
        year, month, day = (int(part) if part else 0 for part in found.groups())
        month = month or (12 if last else 1)
        return date(year, month, day or (monthrange(year, month)[1] if last else 1))
    except ValueError:
        raise UsageProblem(
            tr("{text!r} is not a date", text=text), hint=tr("Write it as 2026-03-20, 2026-03 or 2026.")
        ) from None


def confirmed(question: str) -> bool:
    """Whether the answer is yes; raises KeyboardInterrupt for Ctrl-C and Ctrl-D, as everywhere in the program."""
    with _interrupted():
        return typer.confirm(question, err=True)


def typed(question: str, *, optional: bool = False) -> str:
    """What is typed, without blanks around it; asked again for nothing, unless `optional`. Raises as `confirmed`."""
    with _interrupted():
        return str(typer.prompt(question, default="" if optional else None, show_default=False, err=True)).strip()


def typed_unseen(question: str) -> str:
    """The same of what is not to be shown, with its blanks."""
    from getpass import getpass

    with _interrupted():
        return getpass(question, stream=sys.stderr)


@contextmanager
def _interrupted() -> Iterator[None]:
    try:
        yield
    except (EOFError, typer.Abort):
        raise KeyboardInterrupt from None


# --- verb -------------------------------------------------------------------------------------------------------------


HELP_TEXTS = re.compile(r"(\n\n|\x08\n|(?<=Examples:)(?:\n  .+)+)")
"""What stands between the texts of a help: blank lines, the parser's mark of lines to leave as they are, examples."""


def in_language(help: str) -> str:
    """A help in the reader's language; each paragraph is a text of the catalogue."""
    parts = HELP_TEXTS.split(help)
    return "".join(part if number % 2 or not part else tr(part) for number, part in enumerate(parts))


class Verb(TyperCommand):
    """A verb; whatever stops it reaches the user in one place."""

    context_class = Session

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """The parsed command line; errors are in linkbak's words."""
        shared = ["--json"] if parent is not None and parent.params.get("as_json") else []
        with told_of_usage(self, self.name or "", [*args, *shared]):
            return super().make_context(info_name, args, parent, **extra)

    def get_help_option(self, ctx: Any) -> Any:
        """``--help``, shown in a pager if it is longer than the screen."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.callback = _show_help
        return option

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """What may stand on the line."""
        formatter.write_text(tr("Usage: {line}", line=usage_line(self, self.name or "")))

    def format_help_text(self, ctx: Any, formatter: Any) -> None:
        """What the verb is for."""
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(in_language(self.help or ""))

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """The verb's own arguments and options in one list, which fits a screen sooner, and in one line the shared.

        An argument that the text above explains has no help of its own, and no line.
        """
        own: list[Any] = [one for one in self.get_params(ctx) if one.name not in SHARED and "--help" not in one.opts]
        own.sort(key=lambda one: one.param_type_name == "option")
        rows = [
            (record[0], record[1].replace(one.help, in_language(one.help), 1))
            for one in own
            if getattr(one, "help", None) and (record := one.get_help_record(ctx))
        ]
        if rows:
            with formatter.section(tr("Options") if rows[0][0].startswith("-") else tr("Arguments and options")):
                formatter.write_dl(rows)
        formatter.write_paragraph()
        formatter.write_text(EVERYWHERE)

    def invoke(self, ctx: Any) -> Any:
        """Run the verb; turn whatever stops it into text on standard error and the promised exit status."""
        ctx.take_shared()
        wrong: LinkbakError
        try:
            with _told_of_interruptions():
                status = super().invoke(ctx)
                ctx.check_output()
            if not status:
                return
            raise typer.Exit(int(status))
        except KeyboardInterrupt:
            if sys.stderr.isatty():
                sys.stderr.write("\n")  # the line holds a question, or ^C
            say(tr("interrupted; the vault is as the last finished step left it"))
            raise typer.Exit(Exit.INTERRUPTED) from None
        except OutputLost as lost:
            if lost.gone:  # whoever read our output has gone, as with any other program in a pipe
                raise typer.Exit(141) from None
            why = tr("standard output could not be written: {why}", why=lost.why)
            wrong = MachineProblem(why, hint=tr("Make room, or send it elsewhere."))
        except (typer.Exit, typer.Abort):
            raise
        except LinkbakError as error:
            wrong = error
        except Exception as error:
            if is_short_of_memory(error):
                wrong = MachineProblem(tr("there is too little memory left"), hint=_MEMORY)
            elif is_usage(error) or os.environ.get("LINKBAK_DEBUG"):
                raise
            else:
                wrong = Bug(error)
        report_error(wrong, for_programs=ctx.as_json)
        raise typer.Exit(wrong.exit_code)


def _show_help(ctx: Any, _option: Any, asked: bool) -> None:  # the parser calls it so
    """Print the help and end; raises the parser's exit."""
    if not asked or ctx.resilient_parsing:
        return
    text = f"{ctx.get_help()}\n"
    wanted = sys.stdout.isatty() and "--no-pager" not in sys.argv
    if not (wanted and load("linkbak.cli.terminal.paged")(lambda stream: stream.write(text))):
        typer.echo(text, nl=False)
    ctx.exit()


_MEMORY = tr("End other programs, or lift the limit (`ulimit -v`); the vault is as the last finished step left it.")


def report_error(error: LinkbakError, *, for_programs: bool) -> None:
    """Print an error and what to do about it on standard error, for people or as a document."""
    clear_progress()
    if for_programs:
        sys.stderr.write(json_view.dump(json_view.failure(error)))
        return
    for line in trouble(error):
        say(line)


# --- compacting in the background -------------------------------------------------------------------------------------


def compact_if_due(session: Session, brought: int = 0) -> None:
    """Begin to compact the vault in the background if enough has gathered; `brought` is how many bytes were just kept.

    Says so if the last time it failed.
    """
    vault = session.vault_path()[0]
    if why := load("linkbak.vault.repository.failure")(vault):
        say(tr("note: compacting the vault in the background failed: {why}", why=why))
        say(tr("hint: `linkbak compact` tries again."))
    if load("linkbak.vault.repository.wanted")(vault, brought) and sys.executable:
        place = str(vault.absolute())
        with suppress(OSError):
            _begin([sys.executable, "-P", "-m", "linkbak", "compact", "--auto", "--vault", place])


def _begin(words: list[str]) -> None:
    """Start a program that outlives this one, with nothing to read and nowhere to print."""
    streams = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_RDWR, 0) for number in range(3)]
    os.posix_spawn(words[0], words, os.environ, file_actions=streams)


# --- progress ---------------------------------------------------------------------------------------------------------
# A progress bar on standard error, for what takes longer than a moment, and only on a terminal.

MOMENT = 0.5
"""Seconds of work that need no progress bar."""


def progress(*, quiet: bool) -> Callable[[str, int, int], None]:
    """What to tell of each step: what is done, how many bytes of it, of how many."""
    began, bar = monotonic(), None

    def tell(what: str, done: int, total: int) -> None:
        nonlocal began, bar
        if bar is not None and bar not in _shown:  # the archive before this one was refused half way
            began, bar = monotonic(), None
        if bar is None and done < total and monotonic() - began > MOMENT:
            from rich.console import Console
            from rich.progress import Progress

            bar = Progress(console=Console(stderr=True), transient=True)
            bar.add_task(what, total=total)
            bar.start()
            _shown.append(bar)
            atexit.register(bar.stop)  # also of an interrupted command, or the cursor would stay hidden
        if bar is not None:
            bar.update(bar.task_ids[0], completed=done, total=total)
            if done >= total:
                clear_progress()
                began, bar = monotonic(), None

    return (lambda what, done, total: None) if quiet or not sys.stderr.isatty() else tell


def clear_progress() -> None:
    """Take the bar of work that ended early off the screen, before anything is said of it."""
    for bar in _shown:
        atexit.unregister(bar.stop)
        bar.stop()
    _shown.clear()


_shown: list[Any] = []
"""The bar that stands on the screen, if one does."""


@contextmanager
def _told_of_interruptions() -> Iterator[None]:
    """Meanwhile Ctrl-C raises KeyboardInterrupt, where it would end the program at once, as while it starts."""
    if signal.getsignal(signal.SIGINT) is not signal.SIG_DFL:
        yield
        return
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        yield
    finally:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
