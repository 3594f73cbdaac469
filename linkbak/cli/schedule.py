"""``linkbak schedule``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from linkbak import schedule as timers
from linkbak import state
from linkbak.cli.session import Session, confirmed
from linkbak.errors import UsageProblem
from linkbak.report import Line
from linkbak.report import schedule as schedule_view
from linkbak.report.schedule import Shown

if TYPE_CHECKING:
    from linkbak.report import Block
    from linkbak.schedule import Planned

ACTIONS = ("install", "show", "remove", "status")


def schedule(
    session: Session,
    action: Annotated[str, typer.Argument(metavar="[install|show|remove|status]", help="What to do.")] = "status",
    every: Annotated[
        str | None,
        typer.Option("--every", metavar="HOW-OFTEN", help="hour, day (unless you say otherwise), week or month."),
    ] = None,
    at: Annotated[str, typer.Option("--at", metavar="TIME", help="The time of day: 09:30.")] = "",
    kind: Annotated[
        str | None, typer.Option("--with", metavar="NAME", help="systemd, cron, launchd or task-scheduler.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be written or removed; do nothing.")
    ] = False,
) -> None:
    """Let this machine run linkbak by itself

    \b
    Examples:
      linkbak schedule install
      linkbak schedule install --every week --with cron --yes
      linkbak schedule status

    \b
    install  makes this machine run `linkbak run`, as you and without root, with
             systemd, cron, launchd (Mac) or Windows' Task Scheduler (WSL);
             shows first what it would write, and asks
    show     prints what is installed, or would be
    status   says whether it will run, when, and when it last did
    remove   takes it away

    Installing again changes only what differs. Other lines of a crontab stay as they are.
    """
    if action not in ACTIONS:
        raise UsageProblem(f"there is no `linkbak schedule {action}`", hint=f"schedule takes {', '.join(ACTIONS)}.")
    if action not in ("install", "show") and (every is not None or at):
        raise UsageProblem("only `linkbak schedule install` takes --every and --at")
    asks = _Asks(session, dry_run, yes)
    if action == "install":
        _install(asks, every, at, kind)
    elif action == "show":
        _show(asks, every, at, kind)
    elif action == "remove":
        _remove(asks, kind)
    else:
        _status(asks, kind)


class _Asks:
    """The session, and whether and how to ask before anything is changed."""

    def __init__(self, session: Session, dry_run: bool, yes: bool) -> None:
        self.session, self.dry_run, self.yes = session, dry_run, yes

    def may(self, page: Sequence[Block], question: str) -> bool:
        """Show what would be done, and whether it may be; raises UsageProblem if there is nobody to ask."""
        session = self.session
        talks = not session.as_json and not session.quiet
        if not (self.yes or self.dry_run) and not (talks and sys.stdin.isatty() and sys.stdout.isatty()):
            raise UsageProblem(
                "nothing was changed, since there is nobody here to ask",
                hint="Add --yes; --dry-run prints what would be done.",
            )
        if talks:
            session.show(page)
        if self.dry_run or self.yes:
            return self.yes and not self.dry_run
        return confirmed(question)

    def tell(self, shown: Shown, page: Sequence[Block]) -> None:
        """What was done, as JSON or for people."""
        if self.session.as_json:
            self.session.print_json(schedule_view.document(shown))
        else:
            self.session.show(page)


def _install(asks: _Asks, every: str | None, at: str, kind: str | None) -> None:
    with asks.session.open_vault() as vault:
        place = vault.path
    plan = _planned(asks.session, place, every, at, kind)
    remarks: Sequence[str] = ()
    changed = not plan.done and asks.may(schedule_view.plan_text(plan), "Write this?")
    if changed:
        remarks = timers.install(plan)
    shown = _shown("install", place)._replace(pieces=plan.pieces, changed=changed, remarks=remarks)
    if plan.done or changed:
        asks.tell(shown, schedule_view.installed_text(shown, plan.kind))
    else:
        asks.tell(shown, _nothing("nothing was written"))


def _show(asks: _Asks, every: str | None, at: str, kind: str | None) -> None:
    place, _ = asks.session.vault_path()
    there = timers.installed(place, kind)
    pieces = [piece for one in there.values() for piece in one]
    if pieces:
        page = schedule_view.pieces_blocks(pieces, "written")
    else:
        plan = _planned(asks.session, place, every, at, kind)
        pieces, page = [*plan.pieces], [*_nothing("nothing is installed"), *schedule_view.plan_text(plan)]
    asks.tell(_shown("show", place)._replace(pieces=pieces), page)


def _remove(asks: _Asks, kind: str | None) -> None:
    place, _ = asks.session.vault_path()
    there = timers.installed(place, kind)
    pieces = [piece for one in there.values() for piece in one]
    changed = bool(pieces) and asks.may(schedule_view.removal_text(pieces), "Take this away?")
    for one in there if changed else ():
        timers.remove(place, one)
    said = "nothing is installed" if not pieces else "taken away; nothing else was changed" if changed else ""
    shown = _shown("remove", place)._replace(pieces=pieces, changed=changed)
    asks.tell(shown, _nothing(said or "nothing was taken away"))


def _status(asks: _Asks, kind: str | None) -> None:
    place, _ = asks.session.vault_path()
    shown = _shown("status", place)
    if kind is not None:
        wanted = timers.named(kind)
        shown = shown._replace(timers=[timer for timer in shown.timers if timer.kind == wanted])
    asks.tell(shown, schedule_view.status_text(shown))


def _planned(session: Session, place: Path, every: str | None, at: str, kind: str | None) -> Planned:
    needed = session.settings().notify.command[:1]
    return timers.planned(place, every=every, at=at, kind=kind, needed=needed)


def _shown(action: Literal["install", "show", "remove", "status"], place: Path) -> Shown:
    return Shown(action, str(place), timers.found(place), last_run=state.read(place, "run"))


def _nothing(text: str) -> list[Block]:
    return [Line(text)]
