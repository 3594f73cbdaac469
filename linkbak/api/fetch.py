"""Fetches one member's data part by part, and imports it as an archive like those that LinkedIn sends.

A part that LinkedIn has not prepared, or that could not be fetched to its end, is no file of the archive: absent, and
never empty or too short.
"""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from linkbak import state
from linkbak.api import login_of
from linkbak.api.client import (
    LONGEST,
    TOO_OLD,
    Calls,
    Domain,
    Fetching,
    NotServed,
    Paused,
    alone,
    begun,
    connected,
    count_call,
    folder_of,
    forget,
    keep_page,
    note,
    pages,
    pause,
    paused_until,
)
from linkbak.api.login import token_of
from linkbak.api.tables import CONNECTIONS, DOMAINS, Table
from linkbak.errors import MachineProblem
from linkbak.ingest import Options, Receipt
from linkbak.ingest.workflow import ingest_at
from linkbak.model import NamedTuple, rfc3339
from linkbak.texts import tr

if TYPE_CHECKING:
    from linkbak.settings import Api, Cadence
    from linkbak.vault import Summary

_AGAIN = timedelta(hours=6)
"""The time after which, without connections, unprepared parts are asked for again."""

_ONE_LIST = timedelta(hours=1)
"""The longest time between the answers of one list of connections."""


class Fetched(NamedTuple):
    """The result of one command: the state of the parts, and the receipt of the archive if it was imported.

    Without a receipt the next command continues the fetch; not before `paused`, if that is a time. `repeated` rows
    were served more than once, and are in the archive once.
    """

    fetching: Fetching
    receipt: Receipt | None = None
    paused: datetime | None = None
    repeated: int = 0


class Last(NamedTuple):
    """The last archive: when it was made, its account and snapshot, and what is not in it."""

    at: str
    account: str
    snapshot: str
    absent: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    repeated: int = 0


def fetch(
    place: Path,
    options: Options,
    how: Api,
    *,
    named: bool,
    made: Callable[[Path], None] = lambda place: None,
    anew: bool = False,
) -> Fetched:
    """Ask for what is missing, and import everything once it is complete; the vault is as in `ingest_at`.

    A fetch waits for its connections, and for what failed, but no longer than `LONGEST`.
    Raises WrongKey, UsageProblem, MachineProblem, VaultLocked; answers so far are kept for the next command.
    """
    with alone(place):
        token = token_of(place)
        fetching = None if anew else begun(place)
        if fetching is None or datetime.now(UTC) - fetching.begun > TOO_OLD:
            forget(place)
            fetching = Fetching(datetime.now(UTC), {})
        known = {name.casefold() for name in DOMAINS}
        for name in (*DOMAINS, *(one for one in how.domains if one.casefold() not in known)):
            fetching.domains.setdefault(name, Domain())
        until = _ask(place, fetching, token, how, options)
        late = datetime.now(UTC) - fetching.begun >= LONGEST
        if late and not fetching.having("whole"):
            forget(place)
            raise MachineProblem(
                tr("LinkedIn's API has put none of your data together in two days"),
                hint=tr(
                    "Is your account in the EEA or Switzerland, and did you agree to share? See docs/official-api.md."
                ),
            )
        missing = fetching.having("open") + fetching.having("failed")
        if not late and (missing or fetching.domains[CONNECTIONS].standing != "whole"):
            return Fetched(fetching, paused=until)
        return _imported(place, fetching, options, named=named, made=made)


def due(place: Path, summaries: Sequence[Summary], cadence: Cadence, now: datetime) -> bool:
    """Whether an unattended run should fetch: a fetch is unfinished, or the next archive is due."""
    known = login_of(place)
    if known is None or paused_until(place) is not None:
        return False
    if begun(place) is not None:
        return True
    before = last_of(place)
    account = known.account or (before.account.partition("-")[2] if before else "")
    lists = [one for one in summaries if one.connections is not None and account in ("", one.account)]
    return not lists or now - max(one.taken_at for one in lists) >= timedelta(days=cadence.days)


def last_of(place: Path) -> Last | None:
    """The note about the last archive; None if there is none."""
    noted = state.read(place, "api")
    try:
        found = noted["last"]
        absent, failed = (tuple(map(str, found[name])) for name in ("absent", "failed"))
        return Last(found["at"], found["account"], found["snapshot"], absent, failed, int(found["repeated"]))
    except (ValueError, TypeError, KeyError):
        return None


# --- asking -----------------------------------------------------------------------------------------------------------


def _ask(place: Path, fetching: Fetching, token: str, how: Api, options: Options) -> datetime | None:
    """Ask for one part after another; returns when to continue if the day's calls are used up."""
    wanted = fetching.having("open") + fetching.having("failed")
    if fetching.domains[CONNECTIONS].standing == "absent":
        wanted += [name for name in fetching.having("absent") if _age(fetching.domains[name]) >= _AGAIN]
    wanted.sort(key=lambda name: name != CONNECTIONS)
    with connected() as client:
        calls = Calls(client, token, how.version, partial(count_call, place, how.calls))
        for done, name in enumerate(wanted):
            options.progress("fetching", done, len(wanted))
            try:
                _ask_for(place, fetching, name, calls)
            except Paused as paused:
                pause(place, paused.until)
                return paused.until
        options.progress("fetching", len(wanted), len(wanted))
    return None


def _age(one: Domain) -> timedelta:
    return datetime.now(UTC) - datetime.fromisoformat(one.at)


def _ask_for(place: Path, fetching: Fetching, name: str, calls: Calls) -> None:
    """The remaining answers of one part; each is kept as it comes."""
    one = fetching.domains[name]
    if name == CONNECTIONS and one.pages and _age(one) > _ONE_LIST:
        one = Domain()  # LinkedIn may have prepared another list by now, and two halves do not make one
    while True:
        try:
            page = calls.page(name, one.following)
        except NotServed as error:
            one = one._replace(standing="failed", why=str(error))
        else:
            if page is None or not (page.rows or one.pages or page.following is not None):
                one = one._replace(standing="whole" if one.pages else "absent", why="")
            else:
                keep_page(place, name, one.pages, page.rows)
                following = one.following if page.following is None else page.following
                one = Domain("whole" if page.following is None else "open", one.pages + 1, following)
        fetching.domains[name] = one = one._replace(at=rfc3339(datetime.now(UTC)))
        note(place, fetching)
        if one.standing != "open":
            return


# --- importing --------------------------------------------------------------------------------------------------------


def _imported(
    place: Path, fetching: Fetching, options: Options, *, named: bool, made: Callable[[Path], None]
) -> Fetched:
    """Keep the archive, and remove the answers; if it is refused, they stay for the next command."""
    known = login_of(place)
    options = options._replace(account=options.account or (known.account if known else "") or None)
    archive, repeated = _archive(place, fetching)
    receipt = ingest_at(archive, place, options, named=named, made=made)
    if receipt.key is not None and receipt.error is None:
        absent, failed = fetching.having("absent"), fetching.having("failed") + fetching.having("open")
        last = Last(rfc3339(datetime.now(UTC)), receipt.key.account, receipt.key.id, (*absent,), (*failed,), repeated)
        state.write(place, "api", {**state.read(place, "api"), "last": last._asdict()})
        forget(place)
    return Fetched(fetching, receipt, repeated=repeated)


def _archive(place: Path, fetching: Fetching) -> tuple[Path, int]:
    """The complete parts as a zip like LinkedIn's; and how many rows were served twice.

    Every file has the time at which the connections came, so that the snapshot has their date.
    """
    whole = fetching.having("whole")
    dated = fetching.domains[CONNECTIONS if CONNECTIONS in whole else whole[0]].at
    at = datetime.fromisoformat(dated)
    file = folder_of(place) / f"LinkedIn-API_{at:%Y-%m-%d}.zip"
    repeated = 0
    try:
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "w+b") as out, zipfile.ZipFile(out, "w") as archive:
            for name in whole:
                table = Table(name, partial(pages, place, name, fetching.domains[name].pages))
                facts = zipfile.ZipInfo(table.layout.path, at.timetuple()[:6])
                facts.compress_type = zipfile.ZIP_DEFLATED
                with archive.open(facts, "w", force_zip64=True) as entry:
                    table.write(entry)
                repeated += table.served - table.written
    except OSError as error:
        why = (error.strerror or type(error).__name__).lower()
        raise MachineProblem(tr("the archive of LinkedIn's API cannot be written: {why}", why=why)) from None
    return file, repeated
