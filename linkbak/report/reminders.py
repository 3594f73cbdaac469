"""Reminders of the next archive: the state of a request, the next step, the mail about it, and test messages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from textwrap import wrap
from typing import TYPE_CHECKING, Literal, TypedDict

from linkbak.automation.notify import Message
from linkbak.automation.reminders import LINK
from linkbak.model import NamedTuple
from linkbak.report import Block, Line, Tone, ago, count, day, number, sentence
from linkbak.report.escape import terminal
from linkbak.report.json import builds, fill
from linkbak.texts import tr, tr_count

if TYPE_CHECKING:
    from linkbak.automation.notify import Undelivered
    from linkbak.automation.reminders import Due, Early, Level, Nudge, Reminder, Request, Stage

LEVELS: dict[Level, str] = {"fresh": tr("fresh"), "due": tr("due"), "late": tr("late"), "stale": tr("stale")}
"""Each level in a word."""
TONES: dict[Level, Tone] = {"fresh": "good", "due": "odd", "late": "odd", "stale": "bad"}
EARLY: dict[Early, str] = {
    "reach": tr("It is due early: you could reach few of those you talk with; `linkbak reach` says whom to ask"),
    "kit": tr("It is due early: your kit is older than the newest archive; `linkbak kit` makes it anew"),
}
"""Why the next archive is due earlier, in words."""
PRESS = tr('Choose "Download larger data archive" and press "Request archive".')
_NUDGE_SPAM = tr("If there is no mail, look into the spam folder, then at the page:")


def text(nudges: Sequence[Nudge], now: datetime) -> list[Block]:
    """Each account with its state and the next step."""
    blocks: list[Block] = []
    for one in nudges:
        blocks += [Line()] if blocks else []
        blocks.append(Line(one.account or tr("nothing is kept yet"), "strong"))
        blocks += aged(one, now) if one.account else []
        blocks += steps(one, now)
    return blocks


def aged(nudge: Nudge, now: datetime) -> list[Block]:
    """``newest of 20 Mar 2026, 32 days ago: due``, and what a newer archive lacks."""
    newest = tr("no list of connections yet")
    if nudge.newest:
        newest = tr("newest of {day}, {ago}", day=day(nudge.newest), ago=ago(nudge.newest, now))
    return [
        Line(f"{newest}: {LEVELS[nudge.level]}", TONES[nudge.level], 2),
        *(Line(text, "odd", 2) for text in without(nudge)),
        *(Line(EARLY[why], "odd", 2) for why in nudge.early if nudge.state == "due"),
    ]


def without(nudge: Nudge) -> list[str]:
    """The lack of a list in the newest archive, if that is newer than the newest list of connections."""
    one = nudge.without
    if one is None:
        return []
    lacks = tr("no list of connections")
    if one.connections == 0:
        lacks = tr("an empty list of connections")
    elif "connections" in one.kinds:
        lacks = tr("a list older than its date") if one.older else tr("a list of connections that cannot be read")
    taken = day(one.taken)
    return [tr("the archive of {day} has {lacks}, so linkbak does not count it as new", day=taken, lacks=lacks)]


def steps(nudge: Nudge, now: datetime) -> list[Block]:
    """The next step, in a line, and its details."""
    tone: Tone = "good" if nudge.state == "kept" and not nudge.missed else "odd"
    head = f"{STATES[nudge.state]}: {_next(nudge, now)}"
    return [Line(head, tone, 2), *(Line(text, "plain", 4, verbatim) for text, verbatim in _how(nudge))]


STATES = {
    "due": tr("due"),
    "requested": tr("requested"),
    "expected": tr("expected"),
    "ready": tr("ready"),
    "kept": tr("kept"),
}
"""Each state in a word."""


def _next(nudge: Nudge, now: datetime) -> str:
    """What the state means now, for the line: ``ready: the link in LinkedIn's mail expires in 9 h``."""
    missed = [tr("the link of your last request has expired")] if nudge.missed else []
    match nudge.state:
        case "kept":
            until = tr("the next one is due on {day}", day=day(nudge.until))
            return "; ".join([*missed, until, *([tr("the complete archive may still come")] if nudge.part else [])])
        case "requested":
            return tr("LinkedIn's first mail comes within minutes")
        case "expected":
            hours = _hours(nudge.until, now)
            if nudge.part:
                return tr("the first archive is kept; the complete one may take {hours} more", hours=hours)
            return tr("the complete one may take {hours} more", hours=hours)
        case "ready" if nudge.part:
            return tr("the complete archive, if LinkedIn sent it; {life}", life=_life(nudge, now))
        case "ready":
            return _life(nudge, now)
    return "; ".join([*missed, tr("ask LinkedIn for your archive, on a computer")])


def _life(nudge: Nudge, now: datetime) -> str:
    hours = _hours(nudge.until, now)
    if nudge.likely:
        return tr("a link that came late may live for {hours} more", hours=hours)
    if nudge.part:
        return tr("its link lives for at least {hours}", hours=hours)
    if nudge.request and nudge.request.mailed:
        return tr("the link in LinkedIn's mail expires in {hours}", hours=hours)
    return tr("the link in LinkedIn's mail expires in {hours} at the earliest", hours=hours)


def _how(nudge: Nudge) -> list[tuple[str, bool]]:
    """The details, each line with whether it is one to copy."""
    fetch = [(tr("Download what it links to, then: linkbak import FILE"), False), (_NUDGE_SPAM, False), (LINK, True)]
    match nudge.state:
        case "kept":
            return [(LINK, True)] if nudge.missed else []
        case "requested":
            return [(tr("It links to a first archive, worth importing at once: linkbak import FILE"), False)]
        case "expected" if nudge.part:
            return [(tr("Download and import that one too: it holds more than the first."), False)]
        case "expected":
            return [(tr("Import the archive of the first mail meanwhile: linkbak import FILE"), False), *fetch[1:]]
        case "ready" if nudge.part:
            return [*fetch, (tr("If you have it already, or none came: linkbak request cancel"), False)]
        case "ready":
            return fetch
    return [(LINK, True), (f"{PRESS} {tr('Then:')}", False), ("linkbak request sent", True)]


def _hours(until: datetime | None, now: datetime) -> str:
    """``less than 1 h``, ``9 h``."""
    hours = _hours_left(until, now)
    return tr("{hours} h", hours=hours) if hours else tr("less than 1 h")


def _hours_left(until: datetime | None, now: datetime) -> int:
    """Whole hours, rounded down to be on the safe side."""
    return max(0, ((until or now) - now) // timedelta(hours=1))


def requested_line(what: str, at: datetime) -> str:
    """The note: ``noted: you asked on 20 Mar 2026 at 09:30``, in this machine's time zone."""
    when = {"day": day(at.astimezone()), "time": f"{at.astimezone():%H:%M}"}
    if what == "requested":
        return tr("noted: you asked on {day} at {time}", **when)
    return tr("noted: a mail came on {day} at {time}", **when)


def fresh_line(nudge: Nudge) -> str:
    """A remark if the newest snapshot is so young that it may answer the request."""
    said = tr("the newest snapshot is of {day}: if you meant that one, `linkbak request cancel`", day=day(nudge.newest))
    return f"; {said}" if nudge.age_days is not None and nudge.age_days <= 1 else ""


class RequestDocument(TypedDict):
    """A request for an archive: when the button was pressed, and when a mail with a link came, if that was told.

    Until `link_until` a link is alive for sure, from `link_latest` on none can be.
    """

    requested: str
    mailed: str | None
    link_until: str
    link_latest: str


@builds(RequestDocument)
def _request(request: Request) -> RequestDocument:
    return fill(RequestDocument, request, link_until=request.sure, link_latest=request.latest)


class NudgeDocument(TypedDict):
    """Where the request of one account stands; `account` is null for a vault that holds nothing yet.

    `age_days` are whole days since the newest list of connections was taken, `without_list` is a newer snapshot without
    one, or with one that is older than its date. Since when it has been so, and until when: when the next is due, or
    how long the link lives. `partial`: the first of two archives is kept, the complete one may come. `missed`: a link
    went unused. `early`: why the next is due before its time, ``reach`` or ``kit``.
    """

    account: str | None
    state: Literal["due", "requested", "expected", "ready", "kept"]
    level: Literal["fresh", "due", "late", "stale"]
    newest: str | None
    age_days: int | None
    without_list: str | None
    since: str
    until: str | None
    request: RequestDocument | None
    partial: bool
    missed: bool
    early: list[str]
    next: str


def request_document(nudge: Nudge, now: datetime) -> NudgeDocument:
    """One account for programs."""
    without_list = nudge.without.id if nudge.without else None
    return fill(NudgeDocument, nudge, without_list=without_list, partial=nudge.part, next=_next(nudge, now))


class NudgesDocument(TypedDict):
    """Where the requests stand, and where to ask."""

    schema: Literal["linkbak.nudge/1"]
    link: str
    accounts: list[NudgeDocument]


def document(nudges: Sequence[Nudge], now: datetime) -> NudgesDocument:
    """What --json prints."""
    return fill(NudgesDocument, link=LINK, accounts=[request_document(one, now) for one in nudges])


# --- a reminder as a mail ---

WIDTH = 72
SUBJECT = 70
"""The most characters of a subject."""

_PRESSING: tuple[Stage, ...] = ("last", "expiring", "waiting", "stale", "late", "expired", "due")
_FETCH = tr(
    "Save it where linkbak looks for archives (your Downloads folder, unless you chose others), or import it by hand:"
)
_REMINDER_SPAM = tr(
    "No mail? It may lie in the spam folder. The button on the page where you asked downloads the archive too:"
)
_NONE = tr("You have it already, or none came? Then there is nothing to do, and no other reminder follows.")


class Letter(NamedTuple):
    """What is sent."""

    subject: str
    body: str


def letter(reminder: Reminder, now: datetime) -> Letter:
    """The reminder, the most urgent first; accounts are named only if the vault has several."""
    words = sorted(reminder.words, key=lambda one: _PRESSING.index(one.stage))
    subject = _subject(words[0], now)
    if len(words) > 1:
        subject = tr("{subject} (and {left} more)", subject=subject, left=number(len(words) - 1))
    parts = [_part(one, now, one.nudge.account if reminder.several else "") for one in words]
    return Letter(subject, "\n\n".join(parts) + "\n")


def _part(due: Due, now: datetime, account: str) -> str:
    lines = [f"{terminal(account)}:"] if account else []
    for text in (_why(due, now), "", *_what(due, terminal(account))):
        lines += wrap(text, WIDTH, break_on_hyphens=False) if text and not text.startswith("  ") else [text]
    return "\n".join(lines)


def _subject(due: Due, now: datetime) -> str:
    nudge = due.nudge
    match due.stage:
        case "waiting":
            return tr("LinkedIn's mail with your archive should be there by now")
        case "expiring" if nudge.part:
            return tr("Your complete LinkedIn archive may be waiting")
        case "expiring" | "last":
            hours = _left(nudge, now)
            if nudge.request and nudge.request.mailed:
                return tr("The link to your LinkedIn archive expires in {hours}", hours=hours)
            return tr("The link to your LinkedIn archive may expire in {hours}", hours=hours)
        case "expired":
            return tr("Your archive's link has expired; just ask LinkedIn again")
        case _ if nudge.without and not nudge.newest:
            return tr("Your vault has no list of connections yet: time to ask LinkedIn for one")
        case _ if not nudge.newest:
            return tr("Your vault is still empty: time to ask LinkedIn for your archive")
        case "due":
            return tr("Time to ask LinkedIn for your next archive")
        case "stale":
            return tr("Your newest LinkedIn archive is already {age} old", age=count(nudge.age_days or 0, "day"))
    return tr("Your newest LinkedIn archive is {age} old", age=count(nudge.age_days or 0, "day"))


def _why(due: Due, now: datetime) -> str:
    nudge = due.nudge
    match due.stage:
        case "waiting":
            return tr("You asked LinkedIn for your archive more than a day ago, and it has not been imported yet.")
        case "expiring" if nudge.part:
            return tr(
                "The first archive of your request is safely kept. By now LinkedIn should have sent the complete one, "
                "which holds more. Its link may expire in {hours}.",
                hours=_left(nudge, now),
            )
        case "expiring" | "last":
            return f"{tr('The archive you asked for is waiting.')} {_rest(nudge, now)}"
        case "expired":
            return tr(
                "The link to the archive you asked for has expired before the archive was imported. That happens; "
                "LinkedIn makes a new one whenever you ask."
            )
        case _ if not nudge.newest and not nudge.without:
            return tr("Nothing is kept in your vault yet. LinkedIn sends an archive only when you ask for it.")
    newest, age = day(nudge.newest), count(nudge.age_days or 0, "day")
    told = tr("Your newest archive is of {day}, {age} ago.", day=newest, age=age)
    if nudge.without:
        told = tr("Your newest list of connections is of {day}, {age} ago.", day=newest, age=age)
    lacks = [f"{sentence(text)}." for text in without(nudge)]
    early = [f"{EARLY[why]}." for why in nudge.early if due.stage == "due"]
    return " ".join([*([told] if nudge.newest else []), *lacks, _meaning(due.stage), *early])


def _meaning(stage: Stage) -> str:
    match stage:
        case "late":
            return tr(
                "Whoever came or went since then shows only in the next one; the sooner it is made, the more can be "
                "said about when and why."
            )
        case "stale":
            return tr(
                "If you were locked out today, you would have nothing newer. linkbak says this once a week until you "
                "import a new archive."
            )
    return tr("LinkedIn sends the next one only when you ask for it; that takes a minute.")


def _what(due: Due, account: str) -> list[str]:
    """What to do about it; a line that begins with blanks is one to copy."""
    if due.stage in ("waiting", "expiring", "last"):
        rest = ["", _NONE] if due.nudge.part else []
        fetch = [f"{tr('Download what the mail links to.')} {_FETCH}", "  linkbak import FILE"]
        return [*fetch, "", _REMINDER_SPAM, f"  {LINK}", *rest]
    then = tr("Then tell linkbak, and it reminds you before the link in LinkedIn's mail expires:")
    which = f" --account {account}" if account else ""
    return [tr("Ask for it on a computer:"), f"  {LINK}", PRESS, "", then, f"  linkbak request sent{which}"]


def _rest(nudge: Nudge, now: datetime) -> str:
    """How long the link lives: ``... at least 9 are left.``."""
    hours, mailed = _hours_left(nudge.until, now), nudge.request is not None and nudge.request.mailed is not None
    if not hours:
        perhaps = tr("A link lives for 72 hours; perhaps less than one is left.")
        return tr("A link lives for 72 hours; less than one is left.") if mailed else perhaps
    for_sure = tr_count(
        "A link lives for 72 hours; {hours} is left.",
        "A link lives for 72 hours; {hours} are left.",
        hours,
        hours=number(hours),
    )
    at_least = tr_count(
        "A link lives for 72 hours; at least {hours} is left.",
        "A link lives for 72 hours; at least {hours} are left.",
        hours,
        hours=number(hours),
    )
    return for_sure if mailed else at_least


def _left(nudge: Nudge, now: datetime) -> str:
    hours = _hours_left(nudge.until, now)
    return count(hours, "hour") if hours else tr("less than an hour")


# --- a test message ---

TEST = Message(
    tr("linkbak: a test message"),
    tr(
        "This is how linkbak tells you what is new, reminds you, and warns you when something is wrong.\n"
        "`linkbak config test-notification` sent it to try that out; nothing has happened, and there is nothing to do."
    ),
    "news",
)
"""The test message."""


class Tried(NamedTuple):
    """One way that was tried, and its error if it failed."""

    channel: str
    failure: Undelivered | None


def notify_text(tried: Sequence[Tried], *, unpinged: bool) -> list[Block]:
    """A line for every way; with `unpinged`, that an address to ping is set up and was left alone."""
    blocks: list[Block] = []
    for one in tried:
        if one.failure is None:
            blocks.append(Line(tr("{channel}: sent", channel=one.channel), "good"))
        else:
            blocks += [Line(line, "bad") for line in notify_failures([one])]
            blocks += [Line(one.failure.hint, indent=2)] if one.failure.hint else []
    if unpinged:
        blocks.append(Line(tr("the address to ping was left alone; --ping tries it, too"), "dim"))
    return blocks


def notify_failures(tried: Sequence[Tried]) -> list[str]:
    """The failures, which are reported even with --quiet."""
    return [
        tr("{channel}: not delivered: {why}", channel=one.channel, why=one.failure.why) for one in tried if one.failure
    ]


class ChannelDocument(TypedDict):
    """One way to tell the user: whether the message got through; if not, why, and what to do."""

    channel: str
    delivered: bool
    why: str | None
    hint: str | None


@builds(ChannelDocument)
def _channel_document(one: Tried) -> ChannelDocument:
    why, hint = (one.failure.why, one.failure.hint) if one.failure else ("", "")
    return fill(ChannelDocument, one, delivered=one.failure is None, why=why, hint=hint)


class NotifyDocument(TypedDict):
    """What came of a test message, by every way that is set up."""

    schema: Literal["linkbak.notify/1"]
    channels: list[ChannelDocument]


def notify_document(tried: Sequence[Tried]) -> NotifyDocument:
    """What --json prints."""
    return fill(NotifyDocument, channels=tried)
