"""A reminder as a mail: a subject, and a few lines that say what to do; kind, and without anybody's name."""

from __future__ import annotations

from datetime import datetime
from textwrap import wrap
from typing import TYPE_CHECKING, NamedTuple

from linkbak.report.escape import terminal
from linkbak.report.nudge_view import PRESS, hours_left
from linkbak.report.words import count, day, number
from linkbak.unattended.nudging.states import LINK

if TYPE_CHECKING:
    from linkbak.unattended.nudging.reminding import Due, Reminder, Stage
    from linkbak.unattended.nudging.states import Nudge

WIDTH = 72
SUBJECT = 70
"""So many characters has a subject at most."""

_PRESSING: tuple[Stage, ...] = ("last", "expiring", "waiting", "stale", "late", "expired", "due")
_FETCH = (
    "Save it where linkbak looks for archives (your Downloads folder, unless you chose others), or import it by hand:"
)
_SPAM = "No mail? It may lie in the spam folder. The button on the page where you asked downloads the archive too:"
_NONE = "You have it already, or none came? Then nothing is left to do, and this is the only reminder of it."


class Letter(NamedTuple):
    """What is sent."""

    subject: str
    body: str


def letter(reminder: Reminder, now: datetime) -> Letter:
    """The reminder, the most pressing matter first; accounts are named only if the vault has several."""
    words = sorted(reminder.words, key=lambda one: _PRESSING.index(one.stage))
    more = f" (and {number(len(words) - 1)} more)" if len(words) > 1 else ""
    parts = [_part(one, now, one.nudge.account if reminder.several else "") for one in words]
    return Letter(f"{_subject(words[0], now)}{more}", "\n\n".join(parts) + "\n")


def _part(due: Due, now: datetime, account: str) -> str:
    lines = [f"{terminal(account)}:"] if account else []
    for text in (_why(due, now), "", *_what(due, terminal(account))):
        lines += wrap(text, WIDTH, break_on_hyphens=False) if text and not text.startswith("  ") else [text]
    return "\n".join(lines)


def _subject(due: Due, now: datetime) -> str:
    nudge = due.nudge
    match due.stage:
        case "waiting":
            return "LinkedIn's mail with your archive should be there by now"
        case "expiring" if nudge.part:
            return "Your complete LinkedIn archive may be waiting"
        case "expiring" | "last":
            sure = "expires" if nudge.request and nudge.request.mailed else "may expire"
            return f"The link to your LinkedIn archive {sure} in {_left(nudge, now)}"
        case "expired":
            return "Your archive's link has expired; just ask LinkedIn again"
        case _ if not nudge.newest:
            return "Your vault is still empty: time to ask LinkedIn for your archive"
        case "due":
            return "Time to ask LinkedIn for your next archive"
    already = " already" if due.stage == "stale" else ""
    return f"Your newest LinkedIn archive is{already} {count(nudge.age_days or 0, 'day')} old"


def _why(due: Due, now: datetime) -> str:
    nudge = due.nudge
    match due.stage:
        case "waiting":
            return "You asked LinkedIn for your archive more than a day ago, and it has not been imported yet."
        case "expiring" if nudge.part:
            return (
                "The first archive of your request is safely kept. By now LinkedIn should have sent the complete one, "
                f"which holds more. Its link may expire in {_left(nudge, now)}."
            )
        case "expiring" | "last":
            return f"The archive you asked for is waiting. A link lives for 72 hours; {_rest(nudge, now)} left."
        case "expired":
            return (
                "The link to the archive you asked for has expired before the archive was imported. That happens; "
                "LinkedIn makes a new one whenever you ask."
            )
        case _ if not nudge.newest:
            return "Nothing is kept in your vault yet. LinkedIn sends an archive only when you ask for it."
    newest = f"Your newest archive is of {day(nudge.newest)}, {count(nudge.age_days or 0, 'day')} ago."
    return f"{newest} {_meaning(due.stage)}"


def _meaning(stage: Stage) -> str:
    match stage:
        case "late":
            return (
                "Whoever came or went since then shows only in the next one; the sooner it is made, the more can be "
                "said about when and why."
            )
        case "stale":
            return (
                "If you were locked out today, nothing newer could be had. This comes once a week until a new archive "
                "is kept."
            )
    return "LinkedIn sends the next one only when you ask for it; that takes a minute."


def _what(due: Due, account: str) -> list[str]:
    """What to do about it; a line that begins with blanks is one to copy."""
    if due.stage in ("waiting", "expiring", "last"):
        rest = ["", _NONE] if due.nudge.part else []
        fetch = [f"Download what the mail links to. {_FETCH}", "  linkbak import FILE"]
        return [*fetch, "", _SPAM, f"  {LINK}", *rest]
    told = "Then tell linkbak, and it reminds you before the link in LinkedIn's mail expires:"
    which = f" --account {account}" if account else ""
    return ["Ask for it on a computer:", f"  {LINK}", PRESS, "", told, f"  linkbak nudge requested{which}"]


def _rest(nudge: Nudge, now: datetime) -> str:
    """How much of them: ``at least 9 are``."""
    hours = hours_left(nudge.until, now)
    sure = nudge.request is not None and nudge.request.mailed is not None
    if not hours:
        return "less than one is" if sure else "perhaps less than one is"
    return f"{'' if sure else 'at least '}{number(hours)} {'is' if hours == 1 else 'are'}"


def _left(nudge: Nudge, now: datetime) -> str:
    hours = hours_left(nudge.until, now)
    return count(hours, "hour") if hours else "less than an hour"
