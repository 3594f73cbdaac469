"""``linkbak request``."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from linkbak.automation import reminders
from linkbak.automation.reminders import FORGOTTEN, nudges
from linkbak.cli.session import Session
from linkbak.errors import UsageProblem
from linkbak.exporters import write_text
from linkbak.exporters.contacts import asking_calendar
from linkbak.index.store import judged
from linkbak.model import BOOK
from linkbak.report import reminders as view
from linkbak.report import say
from linkbak.report.reminders import fresh_line, requested_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linkbak.automation.reminders import Nudge
    from linkbak.vault import Vault

ACTIONS = ("sent", "ready", "cancel", "ics")
_STDOUT = "-"
_AHEAD = timedelta(minutes=5)
_HOW = "Write it as 09:30 or 2026-03-20T09:30."


def request(
    session: Session,
    action: Annotated[
        str, typer.Argument(metavar="[sent|ready|cancel|ics]", help="What to do; without it, show.")
    ] = "",
    at: Annotated[
        str | None, typer.Option("--at", metavar="TIME", help="When that was: 09:30, 2026-03-20T09:30.")
    ] = None,
    output: Annotated[
        str | None, typer.Option("--output", "-o", metavar="FILE", help="Where to write the calendar.")
    ] = None,
) -> None:
    """Keep track of your request for the next archive

    \b
    Examples:
      linkbak request
      linkbak request sent
      linkbak request ics -o ~/ask-linkedin.ics

    \b
    sent    you asked LinkedIn; linkbak reminds you before the link in its mail
            expires
    ready   the mail with the link has come
    cancel  takes both back
    ics     writes a calendar with an alarm whenever an archive is due

    Without a word, linkbak shows how the request stands and what to do. Only you can ask LinkedIn for an archive.
    Importing it ends the request.
    """
    _check(session, action, at, output)
    now = datetime.now(UTC)
    moment = now if at is None else _moment(at, now)
    with session.open_vault() as vault:
        said = _write_down(session, vault, action, moment, now)
        found = _standing(session, vault, now)
    if action == "ics":
        said = _calendar(session, found, output, now)
        if output in (None, _STDOUT):
            return
    if said and not session.quiet:
        say(said)
    if session.as_json:
        session.print_json(view.document(found, now))
    elif action != "ics":
        session.show(view.text(found, now))


def _check(session: Session, action: str, at: str | None, output: str | None) -> None:
    """Refuses words that say nothing together."""
    if action and action not in ACTIONS:
        raise UsageProblem(f"there is no `linkbak request {action}`", hint=f"request takes {', '.join(ACTIONS)}.")
    if at is not None and action not in ("sent", "ready"):
        raise UsageProblem("only `linkbak request sent` and `linkbak request ready` take --at")
    if output is not None and action != "ics":
        raise UsageProblem("-o says where to write the calendar", hint="Write it with: linkbak request ics -o FILE")
    if action == "ics" and output in (None, _STDOUT) and session.as_json:
        raise UsageProblem("--json needs -o", hint="Say where to write it with -o FILE.")


def _standing(session: Session, vault: Vault, now: datetime) -> Sequence[Nudge]:
    named = session.account and session.summaries(vault)  # refuses an account that is not there
    if named and all(one.network == BOOK for one in named):
        raise UsageProblem("nobody is asked for an address book", hint="Export it again, and import the file.")
    return nudges(vault.path, judged(vault, vault.summaries()), session.settings().cadence, now, session.account)


def _write_down(session: Session, vault: Vault, action: str, at: datetime, now: datetime) -> str:
    """Do what changes the note about one account's request; says what was done."""
    if action not in ("sent", "ready", "cancel"):
        return ""

    session.one_account(session.summaries(vault), books=False)
    (one,) = _standing(session, vault, now)
    if action == "cancel":
        found = reminders.cancel(vault.path, one.account)
        return "taken back" if found else "nothing was written down that could be taken back"
    if action == "ready":
        asked = one.request if not one.missed else None
        return requested_line("mailed", reminders.ready(vault.path, one.account, at, asked).mailed or at)
    asked_at = reminders.requested(vault.path, one.account, at).requested
    return requested_line("requested", asked_at) + fresh_line(one)


def _calendar(session: Session, found: Sequence[Nudge], output: str | None, now: datetime) -> str:
    """Write the calendar to standard output, or to a file and say so."""
    text = asking_calendar(found, session.settings().cadence, now, session.account or "", reminders.LINK)
    if output in (None, _STDOUT):
        session.print_text(text)
        return ""
    written = write_text([text], Path(str(output)).expanduser())
    return f"written to {written.place}; open it with your calendar"


def _moment(text: str, now: datetime) -> datetime:
    """A time as the user wrote it, in this machine's zone unless it says another; raises UsageProblem.

    A time without a day is the last one that has been.
    """
    bare = len(text.strip()) < len("2026-03-20")
    today = now.astimezone().date().isoformat()
    try:
        when = datetime.fromisoformat(f"{today}T{text.strip()}" if bare else text.strip()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise UsageProblem(f"{text!r} is no time", hint=_HOW) from None
    if bare and when > now + _AHEAD:
        when -= timedelta(days=1)
    if when > now + _AHEAD:
        raise UsageProblem(f"{text!r} is in the future", hint="Say it once it has happened.")
    if when <= now - FORGOTTEN:
        raise UsageProblem(f"{text!r} is too long ago: no link lives longer than 72 hours", hint=_HOW)
    return min(when, now)
