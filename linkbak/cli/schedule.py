"""``linkbak schedule``, ``run`` and ``request``: what this machine does by itself, and what only its owner can."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from typer import Argument, Option

from linkbak import schedule as timers
from linkbak.automation import reminders
from linkbak.automation.reminders import FORGOTTEN, Nudge, nudges
from linkbak.cli.app import check_action, load
from linkbak.cli.session import Session, confirmed
from linkbak.errors import Exit, UsageProblem
from linkbak.model import BOOK
from linkbak.report import Block, Line, say
from linkbak.report import reminders as request_view
from linkbak.report import schedule as schedule_view
from linkbak.report.reminders import fresh_line, requested_line
from linkbak.report.schedule import Shown
from linkbak.schedule import Piece, Planned
from linkbak.texts import tr
from linkbak.vault import Vault

if TYPE_CHECKING:
    from linkbak.automation import Run
    from linkbak.exporters import Written


ACTIONS = ("install", "show", "remove", "status")


def schedule(
    session: Session,
    action: Annotated[str, Argument(metavar="[install|show|remove|status]")] = "status",
    every: Annotated[
        str | None,
        Option("--every", metavar="HOW-OFTEN", help="hour, day (unless you say otherwise), week or month."),
    ] = None,
    at: Annotated[str, Option("--at", metavar="TIME", help="The time of day: 09:30.")] = "",
    kind: Annotated[
        str | None, Option("--with", metavar="NAME", help="systemd, cron, launchd or task-scheduler.")
    ] = None,
    yes: Annotated[bool, Option("--yes", "-y", help="Do not ask.")] = False,
    dry_run: Annotated[bool, Option("--dry-run", help="Say what would be written or removed; do nothing.")] = False,
) -> None:
    """Let this machine run linkbak by itself

    \b
    Examples:
      linkbak schedule install
      linkbak schedule install --every week --with cron --yes

    \b
    install  makes systemd, cron, launchd or Windows' Task Scheduler (WSL) run
             `linkbak run`, as you; shows what it would write, and asks
    show     prints what is installed, or would be
    status   says whether it will run, when, and when it last did
    remove   takes it away
    """
    check_action("schedule", action, ACTIONS)
    if action not in ("install", "show") and (every is not None or at):
        raise UsageProblem(tr("only `linkbak schedule install` takes --every and --at"))
    may = partial(_may, session, dry_run=dry_run, yes=yes)
    if action == "install":
        with session.open_vault() as vault:
            place = vault.path
        shown, page = _installed(place, _planned(session, place, every, at, kind), may)
    else:
        place, _ = session.vault_path()
        if action == "show":
            shown, page = _written(session, place, every, at, kind)
        elif action == "remove":
            shown, page = _removed(place, kind, may)
        else:
            shown = _shown("status", place)
            if kind is not None:
                wanted = timers.named(kind)
                shown = shown._replace(timers=[timer for timer in shown.timers if timer.kind == wanted])
            page = schedule_view.status_text(shown)
    session.tell(lambda: schedule_view.document(shown), lambda: page)


def _may(session: Session, page: Sequence[Block], question: str, *, dry_run: bool, yes: bool) -> bool:
    """Show what would be done, and ask; raises UsageProblem without a terminal."""
    asks = not (yes or dry_run)
    if asks and (session.as_json or session.quiet or not (sys.stdin.isatty() and sys.stdout.isatty())):
        raise UsageProblem(
            tr("nothing was changed: there is no terminal on which to ask"),
            hint=tr("Add --yes; --dry-run prints what would be done."),
        )
    if not session.as_json:
        session.show(page)
    return confirmed(question) if asks else not dry_run


def _installed(place: Path, plan: Planned, may: Callable[[list[Block], str], bool]) -> tuple[Shown, Sequence[Block]]:
    changed = not plan.done and may(schedule_view.plan_text(plan), tr("Write this?"))
    remarks = timers.install(plan) if changed else ()
    shown = _shown("install", place)._replace(pieces=plan.pieces, changed=changed, remarks=remarks)
    if plan.done or changed:
        return shown, schedule_view.installed_text(shown, plan.kind)
    return shown, [Line(tr("nothing was written"))]


def _written(
    session: Session, place: Path, every: str | None, at: str, kind: str | None
) -> tuple[Shown, Sequence[Block]]:
    """What is installed, else what would be."""
    pieces: Sequence[Piece] = [piece for one in timers.installed(place, kind).values() for piece in one]
    if pieces:
        page = schedule_view.pieces_blocks(pieces, tr("written"))
    else:
        plan = _planned(session, place, every, at, kind)
        pieces, page = plan.pieces, [Line(tr("nothing is installed")), *schedule_view.plan_text(plan)]
    return _shown("show", place)._replace(pieces=pieces), page


def _removed(place: Path, kind: str | None, may: Callable[[list[Block], str], bool]) -> tuple[Shown, Sequence[Block]]:
    there = timers.installed(place, kind)
    pieces = [piece for one in there.values() for piece in one]
    changed = bool(pieces) and may(schedule_view.removal_text(pieces), tr("Take this away?"))
    for one in there if changed else ():
        timers.remove(place, one)
    said = tr("taken away; nothing else was changed") if changed else tr("nothing was taken away")
    shown = _shown("remove", place)._replace(pieces=pieces, changed=changed)
    return shown, [Line(said if pieces else tr("nothing is installed"))]


def _planned(session: Session, place: Path, every: str | None, at: str, kind: str | None) -> Planned:
    needed = session.settings().notify.command[:1]
    return timers.planned(place, every=every, at=at, kind=kind, needed=needed)


def _shown(action: Literal["install", "show", "remove", "status"], place: Path) -> Shown:
    last_run = load("linkbak.automation.status.last_run")(place)
    return Shown(action, str(place), timers.found(place), last_run=last_run)


REQUEST_ACTIONS = ("sent", "ready", "cancel", "ics")
_AHEAD = timedelta(minutes=5)
_HOW = tr("Write it as 09:30 or 2026-03-20T09:30.")


def request(
    session: Session,
    action: Annotated[str, Argument(metavar="[sent|ready|cancel|ics]")] = "",
    at: Annotated[str | None, Option("--at", metavar="TIME", help="When that was: 09:30, 2026-03-20T09:30.")] = None,
    output: Annotated[str | None, Option("--output", "-o", metavar="FILE", help="Where to write the calendar.")] = None,
) -> None:
    """Keep track of your request for the next archive

    \b
    Examples:
      linkbak request
      linkbak request sent
      linkbak request ics -o ~/ask-linkedin.ics

    \b
    sent    you asked; linkbak reminds you before the link in the mail expires
    ready   the mail with the link has come
    cancel  takes both back
    ics     writes a calendar with an alarm whenever an archive is due

    Without a word, linkbak shows how the request stands. Only you can ask LinkedIn for an archive; importing it ends
    the request.
    """
    if action:
        check_action("request", action, REQUEST_ACTIONS)
    if at is not None and action not in ("sent", "ready"):
        raise UsageProblem(tr("only `linkbak request sent` and `linkbak request ready` take --at"))
    if output is not None and action != "ics":
        raise UsageProblem(
            tr("-o says where to write the calendar"), hint=tr("Write it with: linkbak request ics -o FILE")
        )
    place = Path(output).expanduser() if output not in (None, "-") else None
    if action == "ics" and place is None and session.as_json:
        raise UsageProblem(tr("--json needs -o"), hint=tr("Say where to write it with -o FILE."))
    now = datetime.now(UTC)
    moment = now if at is None else _moment(at, now)
    with session.open_vault() as vault:
        said = _write_down(session, vault, action, moment, now)
        found = _standing(session, vault, now)
    if action == "ics":
        said = _calendar(session, found, place, now)
        if place is None:
            return
    session.remark([said] if said else [])
    if session.as_json:
        session.print_json(request_view.document(found, now))
    elif action != "ics":
        session.show(request_view.text(found, now))


def _standing(session: Session, vault: Vault, now: datetime) -> Sequence[Nudge]:
    named = session.account and session.summaries(vault)  # refuses an account that is not there
    if named and all(one.network == BOOK for one in named):
        raise UsageProblem(
            tr("an address book is not requested: its program exports it"),
            hint=tr("Export it again, and import the file."),
        )
    return nudges(
        vault.path,
        load("linkbak.index.store.judged")(vault, vault.summaries()),
        session.settings().cadence,
        now,
        session.account,
    )


def _write_down(session: Session, vault: Vault, action: str, at: datetime, now: datetime) -> str:
    """Do what changes the note about one account's request; says what was done."""
    if action not in ("sent", "ready", "cancel"):
        return ""
    session.one_account(session.summaries(vault), books=False)
    (one,) = _standing(session, vault, now)
    if action == "cancel":
        found = reminders.cancel(vault.path, one.account)
        return tr("taken back") if found else tr("there is no request to cancel")
    if action == "ready":
        asked = one.request if not one.missed else None
        return requested_line("mailed", reminders.ready(vault.path, one.account, at, asked).mailed or at)
    asked_at = reminders.requested(vault.path, one.account, at).requested
    return requested_line("requested", asked_at) + fresh_line(one)


def _calendar(session: Session, found: Sequence[Nudge], place: Path | None, now: datetime) -> str:
    """Write the calendar to standard output, or to a file and say so."""
    calendar = load("linkbak.exporters.contacts.asking_calendar")
    text: str = calendar(found, session.settings().cadence, now, session.account or "", reminders.LINK)
    if place is None:
        session.print_text(text)
        return ""
    written: Written = load("linkbak.exporters.write_text")([text], place)
    return tr("written to {place}; open it with your calendar", place=written.place)


def _moment(text: str, now: datetime) -> datetime:
    """A time as the user wrote it, in this machine's zone unless it says another; raises UsageProblem.

    A time without a day is the last one that has been.
    """
    bare = len(text.strip()) < len("2026-03-20")
    today = now.astimezone().date().isoformat()
    try:
        when = datetime.fromisoformat(f"{today}T{text.strip()}" if bare else text.strip()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise UsageProblem(tr("{text!r} is not a time", text=text), hint=_HOW) from None
    if bare and when > now + _AHEAD:
        when -= timedelta(days=1)
    if when > now + _AHEAD:
        raise UsageProblem(tr("{text!r} is in the future", text=text), hint=tr("Say it once it has happened."))
    if when <= now - FORGOTTEN:
        raise UsageProblem(tr("{text!r} is too long ago: no link lives longer than 72 hours", text=text), hint=_HOW)
    return min(when, now)


def run(session: Session) -> Exit:
    """Do everything that a timer does: import, check, push, notify

    \b
    Examples:
      linkbak run
      linkbak schedule install --every day

    linkbak imports new archives, says what changed, pushes to the remotes, checks some of the vault's bytes from time
    to time, reminds you when the next archive is due, and sends notifications. It prints nothing if nothing happened.
    If a step fails, the others still run, and the exit status tells the worst. Only counts are printed and sent, unless
    you set notify.names.
    """

    def tell(ran: Run) -> None:
        if session.as_json:
            session.print_json(schedule_view.run_document(ran))
        elif not session.quiet:
            session.print_text("".join(f"{line}\n" for line in schedule_view.run_lines(ran)))
        for line in schedule_view.run_troubles(ran):
            say(line)

    place, named = session.vault_path()
    options = load("linkbak.cli.import_.import_options")(session)
    begun = load("linkbak.routine.run_state.RunState")(place, named, options, session.settings())
    ran: Run = load("linkbak.routine.run.run")(begun, tell)
    return ran.status
