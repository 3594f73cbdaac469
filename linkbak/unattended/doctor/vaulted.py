"""The vault, who is writing to it, and the index beside it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from linkbak.errors import Exit, LinkbakError
from linkbak.unattended.doctor.findings import Finding, Patient, fail, ok, quoted, warn

_LONG = timedelta(days=90)
"""So old the last verification may be."""
_LARGE = 200_000_000
"""An index of more bytes is not read through."""


def vault(patient: Patient) -> Iterator[Finding]:
    """Whether there is a vault, and whether a quick look finds it in order."""
    place = patient.place
    if not (place / ".git").is_dir() and not patient.named:
        if patient.looked.problems:
            yield warn("nobody can say where it is until the settings are understood", "See what is said of config.")
        else:
            first = "`linkbak import ARCHIVE` makes one and keeps your first archive."
            yield warn(f"there is none yet at {place}", first)
        return
    _refuse_planted(place)
    kept = len(patient.summaries)
    yield from _verified(patient, f"{kept:,} {'snapshot' if kept == 1 else 'snapshots'} in {place}", kept)
    yield from _exposed(place)


def _refuse_planted(place: Path) -> None:
    """Raises a LinkbakError for what is no vault, and for one whose configuration linkbak would not follow."""
    from linkbak.vault import Vault, config
    from linkbak.vault.git import Git
    from linkbak.vault.layout import Layout

    Vault.open(place).close()
    config.check_elsewhere(Layout(place))
    config.check(Git(place).run(*config.LISTING))


def _verified(patient: Patient, what: str, kept: int) -> Iterator[Finding]:
    """The vault as it is, by the last time that all of it was looked over."""
    from linkbak import upkeep

    last = upkeep.last(patient.place, "verify").last
    see = "`linkbak verify` compares every byte with what was imported."
    if last is not None and not last.passed:
        yield fail(
            f"{what}; found damaged on {last.at[:10]}", "`linkbak verify` says what and what to do.", Exit.DAMAGED
        )
    elif not kept:
        yield ok(what)
    elif last is None:
        yield warn(f"{what}; never verified", see)
    elif patient.now - datetime.fromisoformat(last.at) > _LONG:
        yield warn(f"{what}; last verified on {last.at[:10]}", see)
    else:
        yield ok(f"{what}; verified on {last.at[:10]}")


def _exposed(place: Path) -> Iterator[Finding]:
    """A vault that somebody else copies, and one that cannot be compacted."""
    from linkbak.vault.compacting.background import failure
    from linkbak.vault.remotes.synced import synced_service

    if service := synced_service(place):
        yield warn(
            f"it lies in a folder that {service} copies, which may break it, and shows it to others",
            "Move it elsewhere, then `linkbak init NEW-PLACE`; for a copy in a cloud see `linkbak seal`.",
        )
    if why := failure(place):
        yield warn(f"making it smaller failed: {why}", "`linkbak compact` tries it again.")


def lock(patient: Patient) -> Iterator[Finding]:
    """Who is writing to the vault, and what an interrupted command left."""
    if not patient.there:
        return
    from linkbak.vault.journal import Journal
    from linkbak.vault.layout import Layout
    from linkbak.vault.locking import is_held

    layout = Layout(patient.place)
    journal = Journal(layout)
    command, held = journal.command(), is_held(layout.lock)
    if held:
        yield ok(
            f"`linkbak {command}` is writing to the vault just now" if command else "somebody writes to it just now"
        )
    elif journal.there and not journal.left:
        yield warn(
            f"`linkbak {command}` was interrupted",
            "Nothing is lost: the next command that writes clears up, such as `linkbak scan`.",
        )
    elif (layout.git / "index.lock").exists():
        yield fail(
            "a git program is changing the vault, or was ended while it did (.git/index.lock is there)",
            f"Let it finish. If none is running: rm {quoted(layout.git / 'index.lock')}",
            Exit.LOCKED,
        )
    else:
        yield ok("nobody is writing to the vault")


def index(patient: Patient) -> Iterator[Finding]:
    """Whether the index of people can be read and kept; it is derived, so nothing can be lost with it."""
    if not patient.there:
        return
    from linkbak.history.store import place_of
    from linkbak.vault import Vault

    try:
        with Vault.open(patient.place) as opened:
            place = place_of(opened)
    except LinkbakError:
        return  # what is wrong with the vault is told elsewhere
    if not place.is_file():
        yield ok("there is none yet; the next command that needs it makes it")
    elif wrong := _wrong(place):
        yield warn(f"{wrong}: {place}", "`linkbak index rebuild` makes it anew from the vault.")
    else:
        yield ok(f"sound, {place}")


def _wrong(place: Path) -> str:
    """What a quick look finds wrong with the index; "" if nothing, or if it is in use."""
    import sqlite3
    from contextlib import closing

    from linkbak.history.index_file import spoilt

    try:
        with closing(sqlite3.connect(f"{place.as_uri()}?mode=ro", uri=True, timeout=1)) as db:
            check = "quick_check(1)" if place.stat().st_size < _LARGE else "schema_version"
            said = db.execute(f"PRAGMA {check}").fetchone()
    except sqlite3.DatabaseError as error:
        return "SQLite cannot read it" if spoilt(error) else ""
    return "" if said is not None and (said[0] == "ok" or isinstance(said[0], int)) else "its pages are damaged"
