"""The checks of `linkbak doctor`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import linkbak
from linkbak import schedule, state
from linkbak.automation.reminders import nudges
from linkbak.automation.status import last_run
from linkbak.errors import Exit, LinkbakError, how_to_add
from linkbak.index.store import is_damage, place_of
from linkbak.model import NamedTuple
from linkbak.paths import synced_service
from linkbak.remotes import copies, failed_copies, failed_seals, list_remotes
from linkbak.remotes.push import inspect
from linkbak.settings import Cadence
from linkbak.texts import tr, tr_count
from linkbak.vault import Catalogue, Git, Layout, Objects, Vault, check_git_version
from linkbak.vault.lock import Journal, is_held
from linkbak.vault.repository import LIST_CONFIGURATION, check_configuration, failure, refuse_redirects

if TYPE_CHECKING:
    from linkbak.remotes import Copy, Remote
    from linkbak.remotes.push import Inspected
    from linkbak.schedule import Timer
    from linkbak.settings import LoadedSettings
    from linkbak.vault import Summary


# --- findings ---------------------------------------------------------------------------------------------------------

Level = Literal["ok", "warn", "fail"]
LEVELS: tuple[Level, ...] = ("ok", "warn", "fail")
"""From good to bad."""
SEE = tr("`ls -ld` with that place shows whose it is, and who may read it.")


class Finding(NamedTuple):
    """One line: the subject, its state, and what to do about it, "" if nothing.

    `status` is the exit status that fits a failure.
    """

    level: Level
    what: str
    remedy: str = ""
    status: Exit = Exit.FINE
    check: str = ""


@dataclass(frozen=True)
class Installation:
    """What is looked at: the place of the vault and whether anybody named it, the settings with all that is wrong in
    them, what time it is, whether places elsewhere may be asked over the network, and the day on which the rules of
    law that the kit cites were read (of the one that was not read for longest).
    """

    place: Path
    named: bool
    settings: LoadedSettings
    now: datetime
    contact: bool = False
    rules_read: date | None = None

    @cached_property
    def there(self) -> bool:
        """Whether there is anything at the place that may be a vault."""
        with suppress(OSError):
            return (self.place / ".git").is_dir()
        return False

    @cached_property
    def summaries(self) -> Sequence[Summary]:
        """Every snapshot, oldest first; none if there is no vault. Raises a LinkbakError if it cannot be read."""
        if not self.there:
            return ()
        Vault.open(self.place).close()
        objects = Objects(Git(self.place))
        try:
            catalogue = Catalogue(Layout(self.place), objects)
            catalogue.refresh()  # reads the kept list, but never writes it
            return catalogue.summaries()
        finally:
            objects.close()

    @property
    def kept(self) -> Sequence[Summary]:
        """The same; empty if it cannot be read, which is reported elsewhere."""
        with suppress(LinkbakError, OSError):
            return self.summaries
        return ()


Check = Callable[[Installation], Iterator[Finding]]


def ok(what: str) -> Finding:
    """As it should be."""
    return Finding("ok", what)


def warn(what: str, remedy: str) -> Finding:
    """Works, but should not stay so."""
    return Finding("warn", what, remedy)


def fail(what: str, remedy: str, status: Exit = Exit.MACHINE) -> Finding:
    """Does not work."""
    return Finding("fail", what, remedy, status)


def quoted(path: Path) -> str:
    """A path as written in a command to copy."""
    import shlex

    return shlex.quote(str(path))


# --- machine ----------------------------------------------------------------------------------------------------------
# The machine: the programs that linkbak needs, the clock, space on the disk.

OLDEST = (3, 11)
LIBRARIES = ("git", "jinja2", "platformdirs", "pydantic", "rapidfuzz", "rich", "tomlkit", "typer")
"""The packages without which some command fails."""
FIRST = datetime(2025, 1, 1, tzinfo=UTC)
"""The first day of linkbak; a clock that shows an earlier one is wrong."""
_SKEW = timedelta(days=1)
_BRIM = 100_000_000
_LOW = 500_000_000
_FEW = 1000


def python(_: Installation) -> Iterator[Finding]:
    """The Python version, and the modules that linkbak needs."""
    from importlib.util import find_spec

    version = ".".join(map(str, sys.version_info[:3]))
    missing = [name for name in LIBRARIES if find_spec(name) is None]
    if sys.version_info < OLDEST:
        yield fail(tr("{version} is too old", version=version), tr("Install linkbak with Python 3.11 or later."))
    if missing:
        yield fail(
            tr("not installed: {libraries}", libraries=", ".join(missing)),
            tr("Install linkbak anew: `pipx reinstall linkbak`."),
        )
    if not _full_text():
        yield warn(
            tr("{version}, whose SQLite has no full-text search, so `linkbak search` will not work", version=version),
            tr("Use a Python whose SQLite was built with FTS5, such as the one of python.org."),
        )
    elif sys.version_info >= OLDEST and not missing:
        yield ok(f"{version}, {sys.executable}")


def _full_text() -> bool:
    import sqlite3
    from contextlib import closing

    try:
        with closing(sqlite3.connect(":memory:")) as db:
            db.execute("CREATE VIRTUAL TABLE words USING fts5(word)")
    except sqlite3.Error:
        return False
    return True


def git(_: Installation) -> Iterator[Finding]:
    """Whether git can be run, and is new enough."""
    import shutil

    printed = Git(Path(sys.prefix)).run("version")
    check_git_version(printed)
    version = printed.decode("ascii", "replace").strip().removeprefix("git version ")
    yield ok(f"{version}, {shutil.which('git')}")


def clock(installation: Installation) -> Iterator[Finding]:
    """Whether the clock may be right, compared with times that must lie in the past."""
    now = installation.now
    shown = f"{now:%Y-%m-%d %H:%M} UTC"
    set_it = tr("Set the clock, or let the system do it: `timedatectl set-ntp true` on Linux.")
    if now < FIRST:
        yield fail(tr("it is set to {shown}, which is long past", shown=shown), set_it)
        return
    for when, what in _past(installation):
        if when > now + _SKEW:
            wrong = tr(
                "it shows {shown}, but {what} is of {day}: this clock or that one is wrong",
                shown=shown,
                what=what,
                day=when.date(),
            )
            yield warn(wrong, set_it)
            return
    yield ok(shown)


def _past(installation: Installation) -> Iterator[tuple[datetime, str]]:
    """Times that lie in the past by a right clock."""
    yield datetime.fromtimestamp(Path(linkbak.__file__).stat().st_mtime, UTC), tr("linkbak itself")
    if kept := installation.kept:
        yield max(datetime.fromisoformat(one.imported) for one in kept), tr("the last import")
        yield max(one.taken_at for one in kept), tr("the newest snapshot")


def disk(installation: Installation) -> Iterator[Finding]:
    """Whether there is space for the next archive, where the vault is or would be."""
    import shutil

    place = next(one for one in (installation.place, *installation.place.absolute().parents) if one.is_dir())
    free = shutil.disk_usage(place).free
    nodes = os.statvfs(place)
    need = max(_LOW, 2 * sum(one.bytes for one in installation.kept[-2:]))  # the next archive will be like the last
    size, needed = _roughly(free), _roughly(need)
    if nodes.f_flag & os.ST_RDONLY:
        yield fail(
            tr("{place} is on a disk that may only be read", place=place), tr("Mount it so that it can be written to.")
        )
    elif free < _BRIM:
        yield fail(
            tr("only {size} free at {place}", size=size, place=place),
            tr("Make room: nothing can be kept safely on a full disk."),
        )
    elif free < need:
        yield warn(
            tr("{free} free at {place}, and the next archive may need {needed}", free=size, place=place, needed=needed),
            tr("Make room."),
        )
    elif nodes.f_files and nodes.f_favail < _FEW:
        yield warn(
            tr_count(
                "room for {number} file only at {place}",
                "room for {number} files only at {place}",
                nodes.f_favail,
                number=nodes.f_favail,
                place=place,
            ),
            tr("Remove files: the disk holds too many."),
        )
    else:
        yield ok(tr("{size} free at {place}", size=size, place=place))


def _roughly(octets: int) -> str:
    return f"{octets / 1e9:.1f} GB" if octets >= 1e9 else f"{octets / 1e6:.0f} MB"


# --- vault ------------------------------------------------------------------------------------------------------------
# The vault, its lock, and the index beside it.

_LONG = timedelta(days=90)
"""The greatest age of the last verification."""
_LARGE = 200_000_000
"""The most bytes of an index that is checked."""


def vault(installation: Installation) -> Iterator[Finding]:
    """Whether there is a vault, and whether a quick look finds it in order."""
    place = installation.place
    if not (place / ".git").is_dir() and not installation.named:
        if installation.settings.problems:
            yield warn(
                tr("nobody can say where it is until the settings are understood"), tr("See what is said of config.")
            )
        else:
            first = tr("`linkbak import ARCHIVE` makes one and keeps your first archive.")
            yield warn(tr("there is none yet at {place}", place=place), first)
        return
    Vault.open(place).close()
    refuse_redirects(Layout(place))
    check_configuration(Git(place).run(*LIST_CONFIGURATION))  # raises for settings that linkbak refuses
    kept = len(installation.summaries)
    yield from _verified(
        installation,
        tr_count(
            "{number} snapshot in {place}", "{number} snapshots in {place}", kept, number=f"{kept:,}", place=place
        ),
        kept,
    )
    for one in nudges(place, installation.summaries, Cadence(), installation.now):
        if one.unread:
            again = tr("Ask LinkedIn for a new archive; or, if it holds none of yours, `linkbak forget` sets it aside.")
            what = tr("{account}: its newest list of connections could not be read", account=one.account)
            if one.without and one.without.connections == 0:
                what = tr("{account}: its newest list of connections is empty", account=one.account)
            yield fail(what, again, Exit.INCOMPLETE)
    yield from _exposed(place)


def _verified(installation: Installation, what: str, kept: int) -> Iterator[Finding]:
    """The last full verification of the vault."""
    last = state.last(installation.place, "verify").last
    see = tr("`linkbak verify` compares every byte with what was imported.")
    if last is not None and not last.passed:
        yield fail(
            tr("{what}; found damaged on {day}", what=what, day=last.at[:10]),
            tr("`linkbak verify` says what and what to do."),
            Exit.DAMAGED,
        )
    elif not kept:
        yield ok(what)
    elif last is None:
        yield warn(tr("{what}; never verified", what=what), see)
    elif installation.now - datetime.fromisoformat(last.at) > _LONG:
        yield warn(tr("{what}; last verified on {day}", what=what, day=last.at[:10]), see)
    else:
        yield ok(tr("{what}; verified on {day}", what=what, day=last.at[:10]))


def _exposed(place: Path) -> Iterator[Finding]:
    """A vault in a synced folder, and one that could not be compacted."""
    if service := synced_service(place):
        yield warn(
            tr(
                "it lies in a folder that {service} copies, which may break it, and shows it to others", service=service
            ),
            tr("Move it elsewhere, then `linkbak init NEW-PLACE`; for a copy in a cloud see `linkbak seal`."),
        )
    if why := failure(place):
        yield warn(tr("making it smaller failed: {why}", why=why), tr("`linkbak compact` tries it again."))


def lock(installation: Installation) -> Iterator[Finding]:
    """Another process that writes to the vault, and what an interrupted command left."""
    if not installation.there:
        return
    layout = Layout(installation.place)
    journal = Journal(layout)
    command, held = journal.command(), is_held(layout.lock)
    if held and command:
        yield ok(tr("`linkbak {command}` is writing to the vault just now", command=command))
    elif held:
        yield ok(tr("somebody writes to it just now"))
    elif journal.there and not journal.left:
        yield warn(
            tr("`linkbak {command}` was interrupted", command=command),
            tr("Nothing is lost: the next command that writes clears up, such as `linkbak import`."),
        )
    elif (layout.git / "index.lock").exists():
        yield fail(
            tr("a git program is changing the vault, or was ended while it did (.git/index.lock is there)"),
            tr("Let it finish. If none is running: rm {file}", file=quoted(layout.git / "index.lock")),
            Exit.LOCKED,
        )
    else:
        yield ok(tr("nobody is writing to the vault"))


def index(installation: Installation) -> Iterator[Finding]:
    """Whether the index of people can be read and written; it is derived, so nothing can be lost with it."""
    if not installation.there:
        return
    try:
        with Vault.open(installation.place) as opened:
            place = place_of(opened)
    except LinkbakError:
        return  # a fault of the vault is reported elsewhere
    if not place.is_file():
        yield ok(tr("there is none yet; the next command that needs it makes it"))
    elif wrong := _wrong(place):
        yield warn(f"{wrong}: {place}", tr("`linkbak doctor --index rebuild` makes it anew from the vault."))
    else:
        yield ok(tr("sound, {place}", place=place))


def _wrong(place: Path) -> str:
    """The fault that a quick check finds in the index; "" if none, or if it is in use."""
    import sqlite3
    from contextlib import closing

    try:
        with closing(sqlite3.connect(f"{place.as_uri()}?mode=ro", uri=True, timeout=1)) as db:
            check = "quick_check(1)" if place.stat().st_size < _LARGE else "schema_version"
            said = db.execute(f"PRAGMA {check}").fetchone()
    except sqlite3.DatabaseError as error:
        return tr("SQLite cannot read it") if is_damage(error) else ""
    return "" if said is not None and (said[0] == "ok" or isinstance(said[0], int)) else tr("its pages are damaged")


# --- timer ------------------------------------------------------------------------------------------------------------
# Whether linkbak is scheduled.


def timer(installation: Installation) -> Iterator[Finding]:
    """The installed schedules, whether they work, and when they last ran."""
    timers = schedule.found(installation.place)
    if not timers:
        yield warn(tr("nothing runs linkbak by itself"), tr("`linkbak schedule install` sets up a timer."))
    for one in timers:
        yield from _judged(one)
    if len(timers) > 1:
        kinds = ", ".join(one.kind for one in timers)
        yield warn(
            tr_count(
                "{number} timer runs linkbak: {kinds}",
                "{number} timers run linkbak: {kinds}",
                len(timers),
                number=len(timers),
                kinds=kinds,
            ),
            tr("`linkbak schedule remove --with NAME` takes one away."),
        )
    yield from _last(installation, timers)


def _judged(one: Timer) -> Iterator[Finding]:
    if not one.command_ok:
        yield fail(
            tr("{kind} calls a program that is not there any more ({where})", kind=one.kind, where=one.where),
            tr("`linkbak schedule install` writes it anew."),
        )
    elif one.active is False:
        yield warn(
            tr("{kind} has a timer that will not run ({where})", kind=one.kind, where=one.where),
            tr("`linkbak schedule status` says why."),
        )
    else:
        often = schedule.OFTEN.get(one.every, "") or tr("at times that somebody changed")
        if one.next:
            at = f"{datetime.fromisoformat(one.next).astimezone():%Y-%m-%d %H:%M}"
            yield ok(tr("{kind}, {often}, next at {moment}", kind=one.kind, often=often, moment=at))
        else:
            yield ok(tr("{kind}, {often}", kind=one.kind, often=often))


def _last(installation: Installation, timers: list[Timer]) -> Iterator[Finding]:
    """The result of the last run, and whether it was too long ago."""
    ran = last_run(installation.place)
    if ran is None:
        return
    at = datetime.fromisoformat(ran.at)
    overdue = max((schedule.OVERDUE.get(one.every, schedule.OVERDUE["month"]) for one in timers), default=None)
    if overdue is not None and installation.now - at > timedelta(days=overdue):
        yield warn(
            tr("it last ran on {day}", day=f"{at:%Y-%m-%d}"),
            tr("Is the machine on at that time? `linkbak schedule status` says more."),
        )
    if ran.status not in (Exit.FINE, Exit.STALE):  # a stale vault is no fault of the run
        yield warn(
            tr("the run of {day} ended with status {status}", day=f"{at:%Y-%m-%d}", status=ran.status),
            tr("`linkbak run` tries again and says why."),
        )


# --- copies -----------------------------------------------------------------------------------------------------------
# Copies elsewhere: whether there are any, how far behind they are, and whether they are where they should be.


def remote(installation: Installation) -> Iterator[Finding]:
    """Every remote and every seal; those on the network are contacted only on request."""
    from importlib.util import find_spec

    if not installation.kept:
        return
    known, made = list_remotes(installation.place), copies(installation.place)
    seals = [one for one in made.values() if one.kind == "seal"]
    if not known and not seals and not failed_seals(installation.place):
        yield warn(
            tr("there is no copy elsewhere: if this disk breaks, all is lost"),
            tr("`linkbak remote add NAME ADDRESS` and `linkbak push`; or `linkbak seal -o FILE`."),
        )
    asked = {one.name: one for one in inspect(installation.place)} if installation.contact and known else {}
    for one in known:
        yield from _remote(installation, one, made.get(one.name), asked.get(one.name))
    for name, status in failed_seals(installation.place).items():
        yield fail(
            tr("{name}: the last seal failed", name=name),
            tr("`linkbak seal` says why; `linkbak remote remove {folder}` gives it up.", folder=quoted(Path(name))),
            status,
        )
    if seals:
        if find_spec("pyrage") is None:
            yield warn(
                tr("`linkbak seal` does not work any more: pyrage is not installed"),
                how_to_add("age", "pyrage cryptography"),
            )
        newest = max(seals, key=lambda one: datetime.fromisoformat(one.at))
        yield _aged(installation, newest, "", "linkbak seal -o FILE")


def _remote(installation: Installation, one: Remote, made: Copy | None, asked: Inspected | None) -> Iterator[Finding]:
    """One remote: why it cannot be used, else how old the copy is."""
    import shutil

    try:
        kind, here = one.address.kind, one.address.path
    except LinkbakError as error:
        yield fail(f"{one.name}: {error}", error.hint, error.exit_code)
        return
    if kind == "ssh" and shutil.which("ssh") is None:
        yield fail(tr("{name}: the program ssh is not there", name=one.name), tr("Install it: OpenSSH's client."))
    if asked is not None and asked.error is not None:
        yield fail(f"{one.name}: {asked.error}", asked.error.hint, asked.error.exit_code)
    elif asked is not None and asked.state in ("ahead", "diverged", "unknown", "unrelated"):
        yield warn(
            tr("{name}: it holds what is not here", name=one.name),
            tr("`linkbak pull {name}` brings it.", name=one.name),
        )
    elif status := failed_copies(installation.place).get(one.name):
        yield fail(
            tr("{name}: the last push failed", name=one.name),
            tr("`linkbak push {name}` tries again and says why.", name=one.name),
            status,
        )
    elif here is not None and not here.exists():
        yield warn(
            tr("{name}: {folder} is not there", name=one.name, folder=here),
            tr("Is the disk plugged in, the share mounted?"),
        )
    elif made is None:
        yield warn(
            tr("{name}: nothing was pushed there yet", name=one.name),
            tr("`linkbak push {name}` sends the vault there.", name=one.name),
        )
    else:
        yield _aged(installation, made, one.name, f"linkbak push {one.name}")
    if here is not None and here.exists() and here.stat().st_dev == installation.place.stat().st_dev:
        yield warn(
            tr("{name}: it is on the vault's own disk", name=one.name),
            tr("Have one more copy on another disk or another machine."),
        )


def _aged(installation: Installation, made: Copy, remote: str, again: str) -> Finding:
    """How old a copy at a remote is, or a sealed one for "", which matters only if the vault has changed since."""
    day = made.at[:10]
    copy = tr("{name}: pushed on {day}", name=remote, day=day) if remote else tr("sealed on {day}", day=day)
    with Vault.open(installation.place) as opened:
        behind = opened.newest() != made.commit
    most = installation.settings.values["copies.warn"].value
    if not behind:
        return ok(tr("{copy}, and nothing has changed since", copy=copy))
    if installation.now - datetime.fromisoformat(made.at) > timedelta(days=most):
        return warn(
            tr("{copy}, and the vault has changed since", copy=copy),
            tr("`{command}` brings the copy up to date.", command=again),
        )
    return ok(tr("{copy}; the vault has changed since", copy=copy))


# --- kit --------------------------------------------------------------------------------------------------------------
_OLD_RULES = timedelta(days=180)
"""The age from which rules of law may be out of date."""


def kit(installation: Installation) -> Iterator[Finding]:
    """When the rules of law in the kit were last read."""
    read = installation.rules_read
    if read is None:
        return
    if installation.now.date() - read > _OLD_RULES:
        yield warn(
            tr("the rules of law that `linkbak kit` cites were last read on {day}, and may have changed", day=read),
            tr("Install a newer linkbak; until then, read the sources that the page names."),
        )
    else:
        yield ok(tr("the rules of law that it cites were read on {day} or later", day=read))
