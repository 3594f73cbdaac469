"""The state of the backup: everything that `linkbak status` shows, each source by itself.

A broken source hides no other: its error is among the troubles, and the rest is shown.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from linkbak import schedule, state
from linkbak.api import login_of
from linkbak.archive import Limits
from linkbak.automation import refusal_of, worst
from linkbak.automation.downloads import NotKept, folders, not_kept, terms
from linkbak.automation.reminders import age_status, moment, nudges
from linkbak.diff import all_as_imported, listings
from linkbak.errors import Exit, LinkbakError, NoVault, UsageProblem
from linkbak.model import BOOK, NamedTuple
from linkbak.remotes import copies, failed_copies, failed_seals, list_remotes
from linkbak.state import Record
from linkbak.talk import Reached, last_reached
from linkbak.texts import tr
from linkbak.vault import Vault

if TYPE_CHECKING:
    from linkbak.api import Login
    from linkbak.automation.reminders import Nudge
    from linkbak.schedule import Timer
    from linkbak.settings import Settings
    from linkbak.vault import Summary

_Found = TypeVar("_Found")

Count = Callable[[Vault, "Summary", "Summary"], Mapping[str, int]]
"""Compares two snapshots: how many came, went and changed."""
Measure = Callable[[Vault, str], Reached]
"""Counts how many of an account's people could be reached."""
Judge = Callable[[Vault, "Sequence[Summary]"], "Sequence[Summary]"]
"""Judges late lists: the summaries with what is held of each."""

ROOM = 1_000_000_000
"""Free space below this is little, and so is less than twice the size of the newest archive."""
_QUICK = 4 << 20
"""The largest newest archive for which reachable people are counted at once; more takes a second or longer."""
_FILES = 50_000
"""The most files of a vault whose size is measured, since status must be quick."""


class Held(NamedTuple):
    """A snapshot whose losses are not believed yet, and the number of people lost in it (None if unknown)."""

    account: str
    snapshot: str
    taken: str
    losses: int | None


class Elsewhere(NamedTuple):
    """A place for copies: when one was last made ("" if never), and whether it is up to date.

    That is None if the vault itself cannot be read. `failed` is the exit status of the last
    push or seal, 0 if it went well.
    """

    name: str
    kind: str
    at: str
    whole: bool | None
    trouble: str = ""
    failed: int = 0


class LastRun(NamedTuple):
    """When `linkbak run` last ended (RFC 3339 UTC), and with which exit status."""

    at: str
    status: int


class Space(NamedTuple):
    """Bytes that are free where the vault lies, whether that is little, and bytes of the vault (None: not measured)."""

    free: int
    little: bool
    vault: int | None


_VAULT = tr("the vault")


class Trouble(NamedTuple):
    """A source that failed, and why."""

    what: str
    error: LinkbakError


class Status(NamedTuple):
    """The state of the backup at one time; what could not be found out is empty, and among `troubles`.

    `reach` is the number of reachable people by account as last counted, possibly before the newest archive.
    """

    vault: str
    now: datetime
    summaries: Sequence[Summary] = ()
    nudges: Sequence[Nudge] = ()
    held: Sequence[Held] = ()
    copies: Sequence[Elsewhere] = ()
    verify: Record = Record()
    sample: Record = Record()
    drill: Record = Record()
    timers: Sequence[Timer] = ()
    run: LastRun | None = None
    space: Space | None = None
    troubles: Sequence[Trouble] = ()
    not_kept: Sequence[NotKept] = ()
    api: Login | None = None
    reach: Mapping[str, Reached] = MappingProxyType({})

    @property
    def status(self) -> Exit:
        """The worst problem: a vault that is damaged or unreadable, a copy that fails, an archive that is not kept.

        Else whether an account is stale.
        """
        wrong = [(one.what, one.error.exit_code) for one in self.troubles]
        found = [
            *(code for what, code in wrong if what == _VAULT or code == Exit.DAMAGED),
            *(Exit(one.failed) for one in self.copies),
            *(one.status for one in self.not_kept),
        ]
        return worst(found) or age_status(self.nudges)


def status_of(
    place: Path,
    settings: Settings,
    now: datetime,
    count: Count,
    judge: Judge,
    account: str | None,
    measure: Measure,
) -> Status:
    """The state of the vault at `place`, or of one account of it. Raises NoVault; UsageProblem for an unknown account.

    `judge` and `count` are called only where lists came late or were held: this is rare, and both load much.
    `measure` is called only if a small vault changed since people were last counted.
    """
    ask = _Sources()
    no_timers: Sequence[Timer] = ()
    facts = _vault_facts(ask, place, count, judge, account)
    if facts.newest:
        _count_anew(place, facts, measure)
    found = Status(
        str(place),
        now,
        facts.mine,
        held=facts.held,
        copies=ask(tr("the copies elsewhere"), lambda: _copies(place, facts.newest), ()),
        verify=state.last(place, "verify"),
        sample=state.last(place, "sample"),
        drill=state.last(place, "drill"),
        timers=ask(tr("the timer"), lambda: schedule.found(place), no_timers),
        run=last_run(place),
        space=ask(tr("the free space"), lambda: _space(place, facts.mine), None),
        not_kept=not_kept(place, folders(place, settings.scan.folders), terms(None, Limits(**settings.limits))),
        troubles=ask.troubles,
        api=login_of(place),
        reach=last_reached(place),
    )
    if facts.kept is None:
        return found
    return found._replace(nudges=nudges(place, facts.kept, settings.cadence, now, account))


def _count_anew(place: Path, facts: _VaultFacts, measure: Measure) -> None:
    """Count the reachable people of each account that changed since, if that is quick."""
    before = last_reached(place)
    newest = {one.key.account: one for one in facts.mine if one.network != BOOK and one.connections}
    for account, one in newest.items():
        known = before.get(account)
        if one.bytes <= _QUICK and (known is None or known.commit != facts.newest):
            with suppress(LinkbakError, sqlite3.Error), Vault.open(place) as vault:  # reported by other sources
                measure(vault, account)


def last_run(place: Path) -> LastRun | None:
    """The note about the last `linkbak run`; None if there is none."""
    note = state.read(place, "run")
    try:
        moment(note["at"])
        return LastRun(note["at"], int(note["status"]))
    except (ValueError, TypeError, KeyError):
        return None


class _Sources:
    """Asks one source after another, and keeps their errors; a missing vault is raised."""

    def __init__(self) -> None:
        self.troubles: list[Trouble] = []

    def __call__(self, what: str, question: Callable[[], _Found], instead: _Found) -> _Found:
        try:
            return question()
        except NoVault:
            raise
        except Exception as error:  # noqa: BLE001  # one broken source must not hide the others
            self.troubles.append(Trouble(what, refusal_of(error)))
        return instead


class _VaultFacts(NamedTuple):
    """The vault's own part: all snapshots (None if they could not be listed) and those of the account, its newest
    commit, what is held."""

    kept: Sequence[Summary] | None = None
    mine: Sequence[Summary] = ()
    newest: str = ""
    held: Sequence[Held] = ()


def _vault_facts(ask: _Sources, place: Path, count: Count, judge: Judge, account: str | None) -> _VaultFacts:
    vault = ask(_VAULT, lambda: Vault.open(place), None)
    if vault is None:
        return _VaultFacts()
    with vault:
        kept = ask(_VAULT, vault.summaries, None)
        if kept is None:
            return _VaultFacts()
        if not all_as_imported(vault):
            kept = ask(tr("the losses that are held"), lambda: tuple(judge(vault, vault.summaries())), kept)
        mine = [one for one in kept if account in (None, one.account, one.key.account)]
        if account is not None and not mine:
            known = ", ".join(vault.accounts()) or tr("none yet")
            raise UsageProblem(
                tr("the vault has no account {account}", account=repr(account)),
                hint=tr("It has: {accounts}.", accounts=known),
            )
        nothing: Sequence[Held] = ()
        held = ask(tr("the losses that are held"), lambda: tuple(_held(vault, mine, count)), nothing)
        return _VaultFacts(kept, mine, vault.newest(), held)


def _held(vault: Vault, judged: Sequence[Summary], count: Count) -> Iterator[Held]:
    """The snapshots of each account whose losses are neither accepted nor settled by a later believed list."""
    for account in sorted({one.key.account for one in judged}):
        found = listings(judged, account)
        settled = found.believed[-1].taken if found.believed else ""
        for one in found.every:
            if one.held and one.taken > settled:
                before = found.before(one.taken)
                losses = count(vault, before, one)["vanished"] if before else None
                yield Held(account, one.id, one.taken, losses)


def _copies(place: Path, newest: str) -> Sequence[Elsewhere]:
    """All remotes and other copies, by name; for an unreadable vault, those in the notes."""
    made, failed = copies(place), failed_copies(place)
    whole = {name: one.commit == newest if newest else None for name, one in made.items()}
    found = {name: Elsewhere(name, one.kind, one.at, whole[name]) for name, one in made.items()}
    for remote in list_remotes(place) if newest else ():
        known = found.get(remote.name) or Elsewhere(remote.name, "remote", "", whole=False)
        found[remote.name] = known._replace(trouble=remote.trouble, failed=failed.get(remote.name, 0))
    for name, status in failed_seals(place).items():
        found[name] = found.get(name, Elsewhere(name, "seal", "", whole=False))._replace(failed=status)
    return [found[name] for name in sorted(found)]


def _space(place: Path, summaries: Sequence[Summary]) -> Space:
    free = shutil.disk_usage(place).free
    newest = max((one.bytes for one in summaries[-2:]), default=0)
    return Space(free, free < max(ROOM, 2 * newest), _size(place))


def _size(place: Path) -> int | None:
    """The bytes of all files of a vault; None if there are too many to measure."""
    total = seen = 0
    for folder, _, names in os.walk(place):
        seen += len(names)
        if seen > _FILES:
            return None
        for name in names:
            with suppress(OSError):  # another command may have removed it
                total += os.lstat(os.path.join(folder, name)).st_size  # noqa: PTH118  # half the time of Path
    return total
