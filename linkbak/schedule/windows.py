"""Windows' Task Scheduler, for linkbak inside WSL: Windows stops WSL, and every cron in it, when nobody looks."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Sequence
from pathlib import Path

from linkbak import paths
from linkbak.errors import MachineProblem, UsageProblem
from linkbak.schedule import timer as schedule_timer
from linkbak.schedule.timer import Interval, Order, Piece, State, key_of, parsed
from linkbak.texts import tr

KIND = "task-scheduler"
ENCODING = "utf-16"
"""What schtasks.exe reads: little-endian, with a byte order mark."""
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November"),
    "December",
)

_TASK = """\
<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Author>linkbak</Author>
    <Description>{description}</Description>
  </RegistrationInfo>
  <Triggers>
{trigger}
  </Triggers>
  <Principals>
    <Principal id="Author">
      <LogonType>InteractiveToken</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <StartWhenAvailable>true</StartWhenAvailable>
    <Enabled>true</Enabled>
    <ExecutionTimeLimit>PT6H</ExecutionTimeLimit>
    <Priority>8</Priority>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>wsl.exe</Command>
      <Arguments>{arguments}</Arguments>
    </Exec>
  </Actions>
</Task>
"""
_HOURLY = """\
    <TimeTrigger>
      <Enabled>true</Enabled>
      <StartBoundary>2024-01-01T{hour:02}:{minute:02}:00</StartBoundary>
      <Repetition>
        <Interval>PT1H</Interval>
      </Repetition>
      <RandomDelay>PT5M</RandomDelay>
    </TimeTrigger>"""
_CALENDAR = """\
    <CalendarTrigger>
      <Enabled>true</Enabled>
      <StartBoundary>2024-01-01T{hour:02}:{minute:02}:00</StartBoundary>
      <RandomDelay>PT30M</RandomDelay>
{days}
    </CalendarTrigger>"""
_DAYS = {
    "day": """\
      <ScheduleByDay>
        <DaysInterval>1</DaysInterval>
      </ScheduleByDay>""",
    "week": """\
      <ScheduleByWeek>
        <DaysOfWeek>
          <{weekday} />
        </DaysOfWeek>
        <WeeksInterval>1</WeeksInterval>
      </ScheduleByWeek>""",
    "month": """\
      <ScheduleByMonth>
        <DaysOfMonth>
          <Day>{day}</Day>
        </DaysOfMonth>
        <Months>
{months}
        </Months>
      </ScheduleByMonth>""",
}


def missing() -> str:
    """Why this machine cannot do it; "" if it can."""
    if os.environ.get("WSL_DISTRO_NAME") and schedule_timer.there("schtasks.exe"):
        return ""
    return tr("the Task Scheduler can be reached only from WSL, on Windows")


def pieces(order: Order) -> list[Piece]:
    """What would be written: a task as Windows exports and imports it."""
    from html import escape

    text = _TASK.format(
        description=escape(f"linkbak run on {order.vault}", quote=False),
        trigger=_trigger(order.interval),
        arguments=escape(_arguments(order), quote=False),
    )
    return [Piece(str(_path(order.vault)), text)]


def installed(vault: Path) -> list[Piece]:
    """What is written now."""
    return schedule_timer.read([_path(vault)], ENCODING)


def install(order: Order) -> Sequence[str]:
    """Write the task and hand it to Windows."""
    schedule_timer.write(pieces(order), ENCODING)
    path = schedule_timer.ask("wslpath", "-w", str(_path(order.vault)))
    where = path.out.decode("utf-8", "replace").strip()
    answer = schedule_timer.ask("schtasks.exe", "/Create", "/F", "/TN", _name(order.vault), "/XML", where)
    if not path.fine or not answer.fine:
        schedule_timer.delete([_path(order.vault)])
        raise MachineProblem(
            tr("Windows did not take the task: {why}", why=path.complaint or answer.complaint or answer.status),
            hint=tr("`linkbak schedule install --with cron` runs it while WSL runs."),
        )
    return ["window"]


def remove(vault: Path) -> None:
    """Take the task away from Windows, and its file."""
    answer = schedule_timer.ask("schtasks.exe", "/Delete", "/F", "/TN", _name(vault))
    if not answer.fine and schedule_timer.ask("schtasks.exe", "/Query", "/TN", _name(vault)).fine:
        raise MachineProblem(tr("Windows did not give up the task: {why}", why=answer.complaint or answer.status))
    schedule_timer.delete([_path(vault)])


def state(vault: Path, there: Sequence[Piece]) -> State:
    """What is installed."""
    return _interval(there[0].text), _active(vault), str(_path(vault)), _program(there[0].text)


def _active(vault: Path) -> bool | None:
    if not schedule_timer.there("schtasks.exe"):
        return None
    answer = schedule_timer.ask("schtasks.exe", "/Query", "/TN", _name(vault), "/XML")
    told = answer.out.replace(b"\0", b"").lower()
    return answer.fine and b"<enabled>false</enabled>" not in told


def _arguments(order: Order) -> str:
    """The words for wsl.exe, which hands them to the program without a shell in between."""
    words = ("-d", os.environ.get("WSL_DISTRO_NAME", ""), "-u", _user(), "--exec", *schedule_timer.plain(order.command))
    if any(sign in word for word in words for sign in '"\\%$'):
        raise UsageProblem(
            tr("a path holds one of \" \\ % $, which mean something else to Windows' Task Scheduler"),
            hint=tr("Move the vault, or linkbak itself, to a place with a plainer name."),
        )
    return " ".join(word if re.fullmatch(r"[^\s']+", word) else f'"{word}"' for word in words)


def _user() -> str:
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        raise MachineProblem(tr("this user has no name")) from None


def _trigger(interval: Interval) -> str:
    if interval.every == "hour":
        return _HOURLY.format(hour=0, minute=interval.minute)
    days = _DAYS[interval.every].format(
        weekday=_WEEKDAYS[interval.weekday - 1],
        day=interval.day,
        months="\n".join(f"          <{month} />" for month in _MONTHS),
    )
    return _CALENDAR.format(hour=interval.hour, minute=interval.minute, days=days)


def _interval(text: str) -> Interval | None:
    """When the task runs, if it is as linkbak wrote it."""
    clock = re.search(r"<StartBoundary>[\d-]+T(\d\d):(\d\d):00</StartBoundary>", text)
    if clock is None:
        return None
    day = re.search(r"<Day>(\d+)</Day>", text)
    weekday = next((place for place, name in enumerate(_WEEKDAYS, start=1) if f"<{name} />" in text), None)
    hour = None if "<Interval>PT1H</Interval>" in text else int(clock[1])
    return parsed(int(clock[2]), hour, weekday, int(day[1]) if day else None)


def _program(text: str) -> str:
    from html import unescape

    found = re.search(r"<Arguments>(.*)</Arguments>", text)
    try:
        words = shlex.split(unescape(found[1])) if found else []
    except ValueError:
        words = []
    return schedule_timer.program(words[words.index("--exec") + 1 :]) if "--exec" in words else ""


def _name(vault: Path) -> str:
    return f"linkbak-{key_of(vault)}"


def _path(vault: Path) -> Path:
    return paths.state_folder(vault) / "task.xml"
