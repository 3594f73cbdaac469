"""The parts of a schedule, and the interface of every scheduler."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from linkbak import paths
from linkbak.errors import MachineProblem, UsageProblem
from linkbak.model import NamedTuple
from linkbak.texts import language, tr

# --- programs ---------------------------------------------------------------------------------------------------------
# Runs the programs of the system's schedulers, and trusts only their exit status.

_PATIENCE = 60
"""Seconds after which a program that does not answer counts as broken."""


class Answer(NamedTuple):
    """How a program ended and what it printed, of its complaints the first line; status -1 if it could not be run."""

    status: int
    out: bytes
    complaint: str

    @property
    def fine(self) -> bool:
        """Whether it succeeded."""
        return self.status == 0


def there(name: str) -> bool:
    """Whether there is such a program."""
    import shutil

    return shutil.which(name) is not None


def ask(*words: str, feed: bytes = b"") -> Answer:
    """Run a program in English and without a terminal."""
    import subprocess

    try:
        done = subprocess.run(
            words, input=feed, env=os.environ | {"LC_ALL": "C"}, capture_output=True, timeout=_PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Answer(-1, b"", getattr(error, "strerror", None) or tr("it does not answer"))
    lines = done.stderr.decode("utf-8", "replace").strip().splitlines() or [""]
    complaint = "".join(char if char.isprintable() else "?" for char in lines[0][:300])
    return Answer(done.returncode, done.stdout, complaint)


# --- command ----------------------------------------------------------------------------------------------------------
# The command that a timer runs: it must mean the same there as here, in an almost empty environment.

BARE_PATH = ("/usr/local/bin", "/usr/bin", "/bin")
_FOLDERS = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_DOWNLOAD_DIR")
_SETTINGS = ("LIMITS", "SCAN", "CADENCE", "RUN", "COPIES", "COMPACT")
"""The variables LINKBAK_... that a run uses and that hold no secret."""
_SECRET = "LINKBAK_NOTIFY"  # noqa: S105  # the beginning of names of variables that may hold a secret
_ENV = "/usr/bin/env"


class Command(NamedTuple):
    """A program with its words, the variables it needs, and the names of those that are not passed on."""

    words: tuple[str, ...]
    environment: tuple[tuple[str, str], ...]
    held_back: tuple[str, ...] = ()


def command(vault: Path, programs: Sequence[str] = (), environment: Mapping[str, str] = os.environ) -> Command:
    """The command that runs ``linkbak run`` on a vault; `programs` are those it must find besides git and ssh.

    Raises UsageProblem if this installation is temporary, or if a path has characters that no schedule can hold.
    """
    _lasting(environment)
    if not sys.executable:
        raise MachineProblem(tr("Python does not know its own path, so a timer could not start it"))
    words = (sys.executable, "-P", "-m", "linkbak", "run", "--vault", str(vault.absolute()))
    handed = tuple(_handed_on(environment, programs))
    if not all(text.isprintable() for text in (*words, *(value for _, value in handed))):  # nor is what is no text
        raise UsageProblem(
            tr("a path holds a line break, a control character or bytes that are no text, which no schedule can hold"),
            hint=tr("Move the vault, or linkbak itself, to a place with a plainer name."),
        )
    return Command(words, handed, tuple(sorted(name for name in environment if name.startswith(_SECRET))))


def plain(command: Command) -> tuple[str, ...]:
    """The whole as one command line without a shell: env, the variables, the program, its words."""
    start = (_ENV, *(f"{name}={value}" for name, value in command.environment))
    if "=" in command.words[0]:  # env would take it for a variable
        start = (*start, "/bin/sh", "-c", 'exec "$0" "$@"')
    return (*start, *command.words)


def program(words: Sequence[str]) -> str:
    """The program in the words that `plain` made; "" if they are not of linkbak's making."""
    rest = list(words)
    if rest[:1] != [_ENV]:
        return ""
    while rest and (rest[0] == _ENV or ("=" in rest[0] and not rest[0].startswith("/"))):
        rest.pop(0)
    if rest[:2] == ["/bin/sh", "-c"]:
        rest = rest[3:]
    return rest[0] if rest else ""


def runs(program: str) -> bool:
    """Whether the program that a timer calls still exists: a virtual environment may be gone."""
    return bool(program) and os.access(program, os.X_OK) and Path(program).is_file()


def try_out(command: Command) -> None:
    """Start linkbak exactly as the timer will, to print its version; raises MachineProblem if that fails."""
    import shutil
    import subprocess

    asked = command._replace(words=(*command.words[:4], "--version"))
    bare = {"HOME": os.environ.get("HOME", "/"), "PATH": "/usr/bin:/bin"}
    try:
        answer = subprocess.run(plain(asked), env=bare, cwd="/", capture_output=True, timeout=120, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        answer = b""
    if not answer.startswith(b"linkbak "):
        raise MachineProblem(
            tr(
                "a timer could not start this linkbak: {python} -P -m linkbak does not work by itself",
                python=command.words[0],
            ),
            hint=tr(
                "Install it, with `pipx install linkbak` or `uv tool install linkbak`, and try again with that one."
            ),
        )
    if shutil.which("git", path=dict(command.environment)["PATH"]) is None:
        raise MachineProblem(tr("git cannot be found"), hint=tr("Install git 2.39 or newer and put it on PATH."))


def _lasting(environment: Mapping[str, str]) -> None:
    """Refuses a temporary environment of uvx or `pipx run`: it lies in a cache, and will be cleared."""
    prefix = Path(sys.prefix)
    parts = set(prefix.parts)
    own = [Path(environment[name]) for name in ("UV_CACHE_DIR", "PIPX_CACHE_DIR") if environment.get(name)]
    cached = bool(parts & {".cache", "Caches"} and parts & {"uv", "pipx"}) or bool(parts & {"archive-v0"})
    if cached or any(prefix.is_relative_to(folder) for folder in own):
        raise UsageProblem(
            tr("this linkbak was made for once, by uvx or `pipx run`: a timer would soon look for it in vain"),
            hint=tr("`uv tool install linkbak` or `pipx install linkbak`, then `linkbak schedule install`."),
        )


def _handed_on(environment: Mapping[str, str], programs: Sequence[str]) -> Iterator[tuple[str, str]]:
    import shutil

    # The folders of the programs that a run needs, as found here, and the usual ones.
    found = [shutil.which(name, path=environment.get("PATH", os.defpath)) for name in ("git", "ssh", *programs)]
    folders = [str(Path(one).absolute().parent) for one in found if one]
    yield "PATH", os.pathsep.join(dict.fromkeys((*folders, *BARE_PATH)))
    home = environment.get("HOME")
    if home and home != _home_of_user():
        yield "HOME", home
    if spoken := language():  # of what a run prints and sends
        yield "LANGUAGE", spoken
    for name in sorted(environment):
        kept = name in _FOLDERS or name.removeprefix("LINKBAK_").split("_")[0] in _SETTINGS
        if kept and environment[name] and name.startswith(("XDG_", "LINKBAK_")):
            yield name, environment[name]


def _home_of_user() -> str:
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_dir
    except KeyError:
        return ""


# --- intervals --------------------------------------------------------------------------------------------------------
# How often, and at which minute: spread, so that not all machines run at the same time.

EVERY = ("hour", "day", "week", "month")
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class Interval(NamedTuple):
    """Every hour, day, week or month, in local time; fields that do not apply keep their default.

    Weekdays are ISO's, 1 is Monday; days of the month go to 28.
    """

    every: str
    minute: int
    hour: int = 0
    weekday: int = 1
    day: int = 1


def spread(every: str, key: str, at: str = "") -> Interval:
    """An interval with a minute that depends on the vault's key alone; `at`, ``09:30``, says the time instead.

    Without `at` it is in the middle of a working day, when a laptop is awake.
    """
    if every not in EVERY:
        raise UsageProblem(
            tr("{every!r} is no interval", every=every),
            hint=tr("Say --every {words} or {last}.", words=", ".join(EVERY[:-1]), last=EVERY[-1]),
        )
    number = int(key, 16)
    minute, hour = 1 + number % 58, 9 + number // 64 % 8
    if at:
        if every == "hour":
            raise UsageProblem(tr("--at does not go with --every hour"))
        try:
            moment = datetime.strptime(at, "%H:%M").replace(tzinfo=UTC)
        except ValueError:
            raise UsageProblem(tr("{text!r} is not a time of day", text=at), hint=tr("Write it as 09:30.")) from None
        hour, minute = moment.hour, moment.minute
    weekday, day = 1 + number // 1024 % 5, 1 + number // 8192 % 28
    return Interval(
        every, minute, hour if every != "hour" else 0, weekday if every == "week" else 1, day if every == "month" else 1
    )


def parsed(minute: int, hour: int | None, weekday: int | None, day: int | None) -> Interval | None:
    """The interval that a schedule's numbers mean, None for any; returns None if linkbak never sets such a one."""
    if hour is None and weekday is None and day is None:
        found = Interval("hour", minute)
    elif hour is None or (weekday is not None and day is not None):
        return None
    elif weekday is not None:
        found = Interval("week", minute, hour, weekday)
    elif day is not None:
        found = Interval("month", minute, hour, day=day)
    else:
        found = Interval("day", minute, hour)
    sound = 0 <= found.minute < 60 and 0 <= found.hour < 24 and 1 <= found.weekday <= 7 and 1 <= found.day <= 28
    return found if sound else None


def following(interval: Interval, now: datetime) -> str:
    """The first such moment after `now`, as RFC 3339 UTC."""
    local = now.astimezone().replace(tzinfo=None, second=0, microsecond=0)
    moment = local.replace(minute=interval.minute)
    if interval.every != "hour":
        moment = moment.replace(hour=interval.hour)
    if interval.every == "week":
        moment += timedelta(days=(interval.weekday - moment.isoweekday()) % 7)
    if interval.every == "month":
        moment = moment.replace(day=interval.day)
    if moment <= local and interval.every == "month":
        moment = (moment.replace(day=1) + timedelta(days=32)).replace(day=moment.day)
    elif moment <= local:
        moment += timedelta(hours={"hour": 1, "day": 24, "week": 7 * 24}[interval.every])
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


# --- timers -----------------------------------------------------------------------------------------------------------


class Timer(NamedTuple):
    """A schedule that is installed for one vault.

    `every` is hour, day, week or month, "" if somebody changed the times into others. `active` is whether it will run,
    None if that is unknown. `next` is when (RFC 3339 UTC), at the earliest; "" if unknown or never. `where` is the
    file, or the crontab. `command_ok` is whether the program that it calls is still there.
    """

    kind: str
    every: str
    active: bool | None
    next: str
    where: str
    command_ok: bool
    interval: Interval | None = None


class Order(NamedTuple):
    """What to install: the vault, the command, and when."""

    vault: Path
    command: Command
    interval: Interval

    @property
    def key(self) -> str:
        """The name that keeps the schedules of several vaults apart."""
        return key_of(self.vault)


def key_of(vault: Path) -> str:
    """The id of a vault's schedule: digits that depend on the vault's path."""
    return paths.state_folder(vault).name


class Piece(NamedTuple):
    """A file, or lines of the crontab, and their text."""

    where: str
    text: str


State = tuple[Interval | None, bool | None, str, str]
"""When a timer runs, None if somebody changed the times; `active` and `where` as in `Timer`; the program it calls."""


class Scheduler(Protocol):
    """One way in which a machine runs programs by the clock; each is a module of this folder."""

    KIND: str

    def missing(self) -> str:
        """Why this machine cannot do it; "" if it can."""

    def pieces(self, order: Order) -> list[Piece]:
        """What would be written."""

    def installed(self, vault: Path) -> list[Piece]:
        """What is written now; empty if nothing is."""

    def install(self, order: Order) -> Sequence[str]:
        """Write it and switch it on; gives names of what there is to know about it, of `REMARKS`."""

    def remove(self, vault: Path) -> None:
        """Switch it off and take it away, and nothing else."""

    def state(self, vault: Path, there: Sequence[Piece]) -> State:
        """What is installed; `there` is what `installed` gave, not empty."""


REMARKS = ("at-next-login", "not-running", "only-logged-in", "no-catching-up", "mail", "downloads", "window")
"""What there may be to know once a schedule is installed: it starts at the next login; nothing on this machine runs it
now; it runs only while its user is logged in; a time that is missed is passed over; what is printed comes by mail, if
at all; the system asks before it lets a program read the Downloads folder; a window shows for a moment."""


# --- files ------------------------------------------------------------------------------------------------------------
# Writes the small files that a scheduler reads: whole, or not at all, and only where something changes.


def read(paths: Sequence[Path], encoding: str = "utf-8") -> list[Piece]:
    """Those of the files that are there."""
    found = []
    for path in paths:
        try:
            found.append(Piece(str(path), path.read_bytes().decode(encoding, "replace")))
        except FileNotFoundError:
            continue
        except OSError as error:
            raise refused(path, error) from None
    return found


def write(pieces: Sequence[Piece], encoding: str = "utf-8") -> None:
    """Put each file in its place, readable by its owner alone; one that is as it should be is left alone."""
    present = set(read([Path(piece.where) for piece in pieces], encoding))
    for piece in pieces:
        if piece in present:
            continue
        try:
            paths.write_whole(Path(piece.where), piece.text.encode(encoding))
        except OSError as error:
            raise refused(Path(piece.where), error) from None


def delete(paths: Sequence[Path]) -> None:
    """Take the files away, those that are there."""
    for path in paths:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise refused(path, error) from None


def refused(path: Path, error: OSError) -> MachineProblem:
    """What to say of a file that the machine does not let us touch."""
    return MachineProblem(tr("cannot read or write {file}: {why}", file=path, why=error.strerror))
