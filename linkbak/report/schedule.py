"""Schedules, and the report of an unattended run."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Literal, TypedDict

from linkbak.automation import exit_code_of, failures
from linkbak.model import NamedTuple
from linkbak.report import Block, Line, count, day, trouble
from linkbak.report.json import ErrorDocument, fill
from linkbak.texts import tr

if TYPE_CHECKING:
    from linkbak.automation import Run
    from linkbak.automation.status import LastRun
    from linkbak.schedule import Interval, Piece, Planned, Timer

_WEEKDAYS = (
    tr("Monday"), tr("Tuesday"), tr("Wednesday"), tr("Thursday"), tr("Friday"), tr("Saturday"), tr("Sunday"),
)  # fmt: skip

REMARKS = {
    "at-next-login": tr("It could not be started now: it starts when you next log in."),
    "not-running": tr("But no cron is running on this machine: `service cron start`, as root, starts it."),
    "only-logged-in": tr(
        "It runs while you are logged in, and makes up for what it missed when you log in again; "
        "`loginctl enable-linger` lets it run always."
    ),
    "no-catching-up": tr("cron skips a time at which the machine is off or asleep."),
    "mail": tr("cron mails you what linkbak says, if this machine can send mail; `notify.command` is another way."),
    "downloads": tr("The first time, macOS may ask whether python may read the Downloads folder: allow it."),
    "window": tr("While it runs, a window may show for a moment."),
}
"""The remarks about an installed schedule, by their names in `linkbak.schedule.timer`."""


class Shown(NamedTuple):
    """The result of `linkbak schedule`."""

    action: Literal["install", "show", "remove", "status"]
    vault: str
    timers: Sequence[Timer]
    pieces: Sequence[Piece] = ()
    changed: bool = False
    remarks: Sequence[str] = ()
    last_run: LastRun | None = None


def plan_text(plan: Planned) -> list[Block]:
    """Everything that would be written, and where; and the remarks to read before saying yes."""
    blocks: list[Block] = [
        Line(tr("{timer} would call linkbak {when}", timer=plan.kind, when=when(plan.order.interval)), "strong"),
        Line(tr("for the vault {vault}", vault=plan.order.vault), indent=2),
        Line(),
        *pieces_blocks(plan.pieces, tr("would be written")),
    ]
    for name in plan.order.command.held_back:
        said = tr(
            "{name} is set here, but a timer does not see it: write it down with `linkbak config set`.", name=name
        )
        blocks.append(Line(said, "odd"))
    for other in plan.others:
        also = tr(
            "{timer} calls linkbak for this vault too; `linkbak schedule remove --with {timer}` ends that.",
            timer=other.kind,
        )
        blocks.append(Line(also, "odd"))
    return blocks


def pieces_blocks(pieces: Sequence[Piece], what: str) -> list[Block]:
    """The text of files and of lines of the crontab, under where they stand."""
    blocks: list[Block] = []
    for where, text in pieces:
        place = tr("your crontab") if where == "crontab" else where
        blocks.append(Line(f"{place} ({what})", "strong"))
        blocks += [*(Line(line, indent=2, verbatim=True) for line in text.splitlines()), Line()]
    return blocks


def installed_text(shown: Shown, kind: str) -> list[Block]:
    """The installed schedule, and remarks about it."""
    blocks: list[Block] = []
    for timer in shown.timers:
        if timer.kind == kind:
            said = _calls(timer)
            if not shown.changed:
                said = tr("{timer} already calls linkbak {when}", timer=kind, when=_often(timer))
            coming = [tr("next {moment}", moment=_next(timer))] if timer.next else []
            blocks.append(Line("; ".join([said, *coming]), "good" if timer.next else "odd"))
    return [*blocks, *(Line(REMARKS[name], indent=2) for name in shown.remarks)]


def removal_text(pieces: Sequence[Piece]) -> list[Block]:
    """What would be removed: files by name, lines of the crontab in full."""
    lines = [piece for piece in pieces if piece.where == "crontab"]
    files = [piece.where for piece in pieces if piece.where != "crontab"]
    return [
        *pieces_blocks(lines, tr("would be taken out")),
        *(Line(tr("{file} (would be deleted)", file=where), "strong") for where in files),
    ]


def status_text(shown: Shown) -> list[Block]:
    """The installed schedules, whether they work, and when they last ran."""
    blocks: list[Block] = [block for timer in shown.timers for block in _timer(timer)]
    if not shown.timers:
        blocks.append(Line(tr("no timer is set up; `linkbak schedule install` sets one up"), "odd"))
    if len(shown.timers) > 1:
        said = tr("more than one timer calls it; `linkbak schedule remove --with NAME` removes one")
        blocks.append(Line(said, "odd"))
    return [*blocks, Line(_last(shown.last_run))]


def _timer(timer: Timer) -> list[Block]:
    """One schedule in a few lines; its problems come with what to do."""
    place = tr("your crontab") if timer.where == "crontab" else timer.where
    blocks: list[Block] = [Line(_calls(timer), "strong")]
    if timer.active is False:
        blocks.append(Line(_why_off(timer), "bad", 2))
    if not timer.command_ok:
        blocks.append(Line(tr("the program that it calls is gone; `linkbak schedule install` mends it"), "bad", 2))
    if timer.next and timer.command_ok:
        blocks.append(Line(tr("next {moment}", moment=_next(timer)), indent=2))
    return [*blocks, Line(tr("written in {place}", place=place), "dim", 2)]


def when(interval: Interval) -> str:
    """``every week, on Monday at 10:17``."""
    clock = f"{interval.hour:02}:{interval.minute:02}"
    if interval.every == "hour":
        return tr("every hour, {minute} minutes past", minute=interval.minute)
    if interval.every == "week":
        return tr("every week, on {weekday} at {time}", weekday=_WEEKDAYS[interval.weekday - 1], time=clock)
    if interval.every == "month":
        return tr("every month, on day {day} at {time}", day=interval.day, time=clock)
    return tr("every day at {time}", time=clock)


def moment(at: str) -> str:
    """``27 Nov 2026, 10:17``, in local time."""
    local = datetime.fromisoformat(at).astimezone()
    return tr("{day}, {time}", day=day(local.date()), time=f"{local:%H:%M}")


def _calls(timer: Timer) -> str:
    return tr("{timer} calls linkbak {when}", timer=timer.kind, when=_often(timer))


def _often(timer: Timer) -> str:
    return when(timer.interval) if timer.interval else tr("at times set by somebody else")


def _why_off(timer: Timer) -> str:
    if timer.kind != "cron":
        return tr("but it is switched off: `linkbak schedule install` switches it on")
    if timer.interval is None:
        return tr("but its line is broken: `linkbak schedule install` mends it")
    return tr("but no cron is running on this machine: `service cron start`, as root, starts it")


def _next(timer: Timer) -> str:
    at = moment(timer.next)
    return tr("{moment} or soon after", moment=at) if timer.kind in ("systemd", "task-scheduler") else at


def _last(run: LastRun | None) -> str:
    if run is None:
        return tr("last run: none so far")
    at = moment(run.at)
    if run.status:
        return tr("last run {moment}: it ended with status {status}", moment=at, status=run.status)
    return tr("last run {moment}: all was well", moment=at)


# --- JSON of schedules ---


class TimerDocument(TypedDict):
    """A schedule that is installed.

    `every` is hour, day, week or month, null if somebody set other times. `active` is whether it will run, null if that
    cannot be told; `next` is when, at the earliest. `command_ok` is whether the program that it calls is still there.
    """

    kind: Literal["systemd", "cron", "launchd", "task-scheduler"]
    every: str | None
    active: bool | None
    next: str | None
    where: str
    command_ok: bool


class PieceDocument(TypedDict):
    """A file, or lines of the crontab."""

    where: str
    text: str


class LastRunDocument(TypedDict):
    """When linkbak last ran, and with which exit status."""

    at: str
    status: int


class ScheduleDocument(TypedDict):
    """What is scheduled for a vault.

    `timers` is what is installed once the command has ended, `changed` whether it changed anything. `pieces` are what
    `install` wrote or would write, what `show` shows, and what `remove` took away or would take away. `remarks` name
    what there is to know about what was installed.
    """

    schema: Literal["linkbak.schedule/1"]
    action: Literal["install", "show", "remove", "status"]
    vault: str
    changed: bool
    timers: list[TimerDocument]
    pieces: list[PieceDocument]
    remarks: list[str]
    last_run: LastRunDocument | None


def document(shown: Shown) -> ScheduleDocument:
    """What --json prints."""
    return fill(ScheduleDocument, shown)


# --- a run ---


_FEW = 3


def run_lines(run: Run) -> list[str]:
    """The text for standard output; nothing if nothing happened."""
    spoken = [step.lines for step in run.steps if step.lines]
    return [line for place, lines in enumerate(spoken) for line in (("", *lines) if place else lines)]


def run_troubles(run: Run) -> list[str]:
    """The errors, and what to do, for standard error; those reported before in one line."""
    told = [line for steps, failed in failures(run.steps) for line in trouble(failed, steps)]
    owed = [one for step in run.steps for one in step.owed]
    if told or not owed or any(step.lines for step in run.steps):
        return told
    what = "; ".join(owed[:_FEW])
    if owed[_FEW:]:
        what = tr("{what} and {others}", what=what, others=count(len(owed) - _FEW, "other thing"))
    return [tr("still to be mended: {what}; `linkbak status` says more", what=what)]


class StepDocument(TypedDict):
    """One step: what it said, the exit status it alone would give, what went wrong, and what was left before."""

    step: str
    lines: list[str]
    status: int
    errors: list[ErrorDocument]
    owed: list[str]


class RunDocument(TypedDict):
    """What came of a run; `status` is the worst of its steps."""

    schema: Literal["linkbak.run/1"]
    vault: str
    status: int
    steps: list[StepDocument]


def run_document(run: Run) -> RunDocument:
    """What --json prints."""
    steps = [fill(StepDocument, one, step=one.name, status=int(exit_code_of([one]))) for one in run.steps]
    return fill(RunDocument, run, steps=steps)
