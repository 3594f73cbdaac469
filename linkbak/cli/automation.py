"""``linkbak run``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from linkbak.cli.session import Session
from linkbak.errors import Exit, LinkbakError, UsageProblem

if TYPE_CHECKING:
    from linkbak.automation.downloads import Scanned, Telling
    from linkbak.automation.run import Run
    from linkbak.ingest import Receipt
    from linkbak.report.reminders import Tried
    from linkbak.settings import Notify


def run(session: Session) -> Exit:
    """Do all that needs nobody: what a timer calls

    \b
    Examples:
      linkbak run
      linkbak schedule install --every day

    Looks for new archives and keeps them, tells what changed and what it all comes to, pushes to the copies elsewhere,
    compares a share of the vault's bytes from time to time, reminds you of the next archive when it is due, and sends
    what there is to tell. Silent when nothing happened. A step that fails is reported and stops no other; the exit
    status tells the worst. Nothing but counts is printed and sent, unless notify.names is set.
    """
    from linkbak.cli.import_options import import_options
    from linkbak.report import say, schedule
    from linkbak.routine.run import run as run_all
    from linkbak.routine.state import Plan

    def tell(ran: Run) -> None:
        if session.as_json:
            session.print_json(schedule.run_document(ran))
        elif not session.quiet:
            session.print_text("".join(f"{line}\n" for line in schedule.run_lines(ran)))
        for line in schedule.run_troubles(ran):
            say(line)

    place, named = session.vault_path()
    plan = Plan(place, named, import_options(session), session.settings())
    return run_all(plan, tell).status


# --- scan -------------------------------------------------------------------------------------------------------------
# ``linkbak scan``.

Folders = Annotated[
    list[Path] | None, typer.Argument(metavar="FOLDER...", help="Where to look (default: Downloads, and inbox).")
]
MoveTo = Annotated[
    Path | None, typer.Option("--move-to", metavar="FOLDER", help="Move each archive there once it is kept.")
]


def scan(
    session: Session,
    folders: Folders = None,
    move_to: MoveTo = None,
    again: Annotated[bool, typer.Option("--again", help="Look anew at what was refused before.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", "-n", help="Do everything but keep.")] = False,
    everyone: Annotated[bool, typer.Option("--all", help="Show every row.")] = False,
) -> Exit | None:
    """Find archives in your downloads and keep what is new

    \b
    Examples:
      linkbak scan
      linkbak scan ~/Downloads /media/usb --dry-run
      linkbak scan --move-to ~/Documents/LinkedIn

    Looks through your downloads and the folder `inbox` beside the vault, or through the folders you name, though not
    through the folders in them. An archive is known by its name, or under any name by what it holds. Downloads that
    have not ended are left alone. Says nothing if nothing is new; what was refused is told once. The files stay as
    and where they are, unless you say --move-to.
    """
    asked = folders or ()
    scanned = one_scan(session, asked, move_to, telling(session, everyone=everyone), again=again, dry_run=dry_run)
    if session.as_json:
        from linkbak.report import imports

        session.print_json(imports.scan_document(session.vault_path()[0], scanned))
    else:
        show_rest(session, scanned)
        if sys.stderr.isatty() and not session.quiet:
            _reassure(scanned)
    compact_after(session, scanned)
    return scanned.exit_code


def compact_after(session: Session, scanned: Scanned) -> None:
    """Begin to compact the vault in the background, if what was kept makes it worth it."""
    if scanned.receipts:
        from linkbak.cli.import_options import brought_by
        from linkbak.cli.session import compact_if_due

        if brought := brought_by(scanned.receipts):
            compact_if_due(session, brought)


def one_scan(
    session: Session,
    folders: Sequence[Path],
    move_to: Path | None,
    telling: Telling,
    *,
    again: bool = False,
    dry_run: bool = False,
    insist: bool = False,
) -> Scanned:
    """Look through the folders named, else those of the settings, else the usual ones.

    What is wrong with a folder is told once; with those that were named, or if `insist`, every time.
    """
    from linkbak.automation import downloads
    from linkbak.automation import scan as scanning
    from linkbak.cli.import_options import import_options

    settings = session.settings()
    place, named = session.vault_path()
    if named and not (place / ".git").exists():
        session.open_vault()  # says that it is not there, though nothing is new: a disk may be missing
    return scanning.scan(
        place,
        downloads.folders(place, folders or settings.scan.folders),
        import_options(session, dry_run=dry_run),
        move_to=move_to or settings.scan.move_to,
        named=named,
        look_again=again,
        insist=insist or bool(folders),
        telling=telling,
    )


def telling(session: Session, *, everyone: bool = False) -> Telling:
    """Receipts printed as they come."""
    from linkbak.automation.downloads import Telling

    def receipt(found: Receipt) -> None:
        from linkbak.cli.import_options import show_receipt

        if not session.as_json:
            show_receipt(session, found, everyone=everyone)

    def made(place: Path) -> None:
        from linkbak.cli.import_options import say_made

        say_made(place)

    return Telling(receipt, made)


def show_rest(session: Session, scanned: Scanned) -> None:
    """What is told beside the receipts: moves on standard output, troubles on standard error."""
    if not scanned.moved and not scanned.troubles:
        return
    from linkbak.report import imports, render

    session.show(imports.moved(scanned))
    render(imports.troubles(scanned.troubles), sys.stderr, color=session.color)


def _reassure(scanned: Scanned) -> None:
    """A person who asked gets an answer though there is nothing to tell; cron does not."""
    from linkbak.report import imports, say

    told = scanned.receipts or scanned.troubles or scanned.moved
    for line in imports.waiting(scanned) if told else imports.idle(scanned):
        say(line)


# --- watch ------------------------------------------------------------------------------------------------------------
# ``linkbak watch``.

EVERY = 60
"""So many seconds lie between two scans."""


def watch(
    session: Session,
    folders: Folders = None,
    every: Annotated[int, typer.Option("--every", metavar="SECONDS", help="How long to wait between looks.")] = EVERY,
    move_to: MoveTo = None,
) -> Exit:
    """Scan again and again, until you end it

    \b
    Examples:
      linkbak watch
      linkbak watch ~/Downloads --every 10

    Does what `linkbak scan` does, once a minute, and says something only when something happens. What goes wrong is
    told once, until it changes; a folder whose disk is gone for a while is looked through again when it is back.
    Ctrl-C ends it.
    """
    from linkbak.automation.scan import ended_by_signals
    from linkbak.automation.scan import watch as repeat

    if every < 1:
        raise UsageProblem("a watch looks once a second at most", hint="Leave --every out for once a minute.")
    session.settings()  # what is wrong with them at the start is no matter of one round
    if sys.stderr.isatty() and not session.quiet:
        _begin(session, folders or ())
    with ended_by_signals():
        repeat(_Round(session, folders or (), move_to).look, every)
    return Exit.INTERRUPTED


class _Round:
    """One scan after another; what the last one told is not told again."""

    def __init__(self, session: Session, folders: Sequence[Path], move_to: Path | None) -> None:
        self._session = session
        self._folders = folders
        self._move_to = move_to
        self._before: set[str] = set()
        self._now: set[str] = set()

    def look(self) -> None:
        """Scan once; whatever stops this scan does not stop the next."""
        from linkbak.automation.downloads import Telling

        self._now = set()
        try:
            self._tell(
                one_scan(self._session, self._folders, self._move_to, Telling(self._receive, _made), insist=True)
            )
        except LinkbakError as error:
            if self._is_news(error):
                _say_error(error)
        self._before = self._now

    def _tell(self, scanned: Scanned) -> None:
        news = scanned._replace(troubles=tuple(one for one in scanned.troubles if self._is_news(one)))
        if not self._session.as_json:
            show_rest(self._session, news)
        elif news.receipts or news.moved or news.troubles:
            from linkbak.report import imports

            self._session.print_json(imports.scan_document(self._session.vault_path()[0], news))
        sys.stdout.flush()
        compact_after(self._session, scanned)

    def _receive(self, receipt: Receipt) -> None:
        from linkbak.cli.import_options import show_receipt

        if (receipt.error is None or self._is_news(receipt.error)) and not self._session.as_json:
            show_receipt(self._session, receipt, everyone=False)
            sys.stdout.flush()

    def _is_news(self, error: LinkbakError) -> bool:
        self._now.add(str(error))
        return str(error) not in self._before


def _made(place: Path) -> None:
    from linkbak.cli.import_options import say_made

    say_made(place)


def _say_error(error: LinkbakError) -> None:
    from linkbak.report import say

    say(f"error: {error}")
    if error.hint:
        say(f"hint: {error.hint}")


def _begin(session: Session, folders: Sequence[Path]) -> None:
    from linkbak.automation import downloads
    from linkbak.report import say

    looked = downloads.folders(session.vault_path()[0], folders or session.settings().scan.folders)
    where = ", ".join(str(folder) for folder in looked) or "your downloads, once there are any"
    say(f"watching {where}; Ctrl-C ends it")


# --- notify -----------------------------------------------------------------------------------------------------------
# ``linkbak notify``.


def notify(
    session: Session,
    pinged: Annotated[
        bool, typer.Option("--ping", help="Ping the address, too, as after a run that went well.")
    ] = False,
) -> Exit | None:
    """Send a test message the way `linkbak run` would

    \b
    Examples:
      linkbak notify
      linkbak notify --ping
      linkbak config set notify.command "mail -s {subject} me@example.com"

    It goes every way that is set up under [notify] in the config file: to a command of yours, which reads the text on
    its standard input, and to services of apprise (the extra `notify`). Real messages hold counts and no names, unless
    names = true. If any way fails, the status is 15.

    The address to ping is for a service that warns you when no ping has come for a while, such as Healthchecks or
    Uptime Kuma. Since a ping says that all is well, it is sent only if you ask for it.
    """
    from linkbak.report import reminders, say

    how = session.settings().notify
    if not (how.command or how.apprise or how.ping):
        raise UsageProblem(
            "nothing is set up by which you could be told",
            hint="`linkbak config set notify.command WORDS`, or notify.apprise, or notify.ping.",
        )
    tried = _tried(how, ping_too=pinged)
    if session.as_json:
        session.print_json(reminders.notify_document(tried))
    elif session.quiet:
        for line in reminders.notify_failures(tried):
            say(line)
    else:
        session.show(reminders.notify_text(tried, unpinged=bool(how.ping) and not pinged))
    return Exit.MACHINE if any(one.failure for one in tried) else None


def _tried(how: Notify, *, ping_too: bool) -> list[Tried]:
    """Every way in order, with what went wrong if it failed."""
    from linkbak.automation.notify import channels, notify
    from linkbak.automation.ping import ping, ping_name
    from linkbak.report.reminders import TEST, Tried
    from linkbak.settings import Notify

    alone = [Notify(command=how.command)] if how.command else []
    alone += [Notify(apprise=(one,)) for one in how.apprise]
    tried = [Tried(channels(one)[0], next(iter(notify(one, TEST)), None)) for one in alone]
    if how.ping and ping_too:
        tried.append(Tried(ping_name(how.ping), ping(how.ping, "success", "a test by linkbak notify")))
    return tried
