"""The official API: the login, the progress of fetching, and its result."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Literal, TypedDict

from linkbak.api import due_word
from linkbak.model import NamedTuple
from linkbak.report import Block, Line, Tone, count, day, sentence
from linkbak.report.imports import ReceiptDocument
from linkbak.report.json import builds, fill
from linkbak.texts import tr, tr_kept

if TYPE_CHECKING:
    from linkbak.api import Login
    from linkbak.api.client import Fetching
    from linkbak.api.fetch import Fetched, Last

_SHOWN = 6
"""How many absent parts are named; the most wanted ones come first."""
Action = Literal["login", "logout", "status", "fetch"]


class Shown(NamedTuple):
    """The result of `linkbak api`, and the state now; `changed` is whether somebody logged in or out."""

    action: Action
    vault: str
    now: datetime
    login: Login | None
    calls_today: int
    calls_a_day: int
    fetching: Fetching | None = None
    paused_until: datetime | None = None
    last: Last | None = None
    fetched: Fetched | None = None
    changed: bool = False
    every: int = 30


def text(shown: Shown) -> list[Block]:
    """The state, and the next step."""
    known = shown.login
    last = [*_last(shown.last)] if shown.last else []
    if known is None:
        gone = tr("Not logged in; linkbak asks LinkedIn for nothing")
        if shown.changed:
            gone = tr(
                "Logged out: the token is taken away, here and from the keyring; linkbak asks LinkedIn for nothing"
            )
        may = tr(
            "members in the EEA and Switzerland may let linkbak fetch their data: {command}",
            command="linkbak api login",
        )
        return [Line(gone, "strong"), Line(may, indent=2), *last]
    said = due_word(known, shown.now)
    tone: Tone = "bad" if known.days_left(shown.now) < 0 else "odd" if said else "good"
    calls = tr("calls today: {calls} of {most}", calls=shown.calls_today, most=shown.calls_a_day)
    every = tr("`linkbak run` fetches when the newest list is {days} old", days=count(shown.every, "day"))
    return [
        Line(_standing(known, shown.now), tone),
        *([Line(sentence(said), tone, 2)] if said else []),
        *_going(shown),
        *last,
        Line(calls, indent=2),
        Line(every, "dim", 2),
    ]


def _standing(known: Login, now: datetime) -> str:
    """Who is logged in, when the token ends, and in how many days."""
    who = tr("Logged in to LinkedIn's API")
    if known.account:
        who = tr("Logged in to LinkedIn's API for the account {account}", account=known.account)
    ends, left = day(known.ends), known.days_left(now)
    told = tr("the token ends on {day}", day=ends)
    if known.assumed:
        told = tr("the token is taken to end on {day}", day=ends)
    if left >= 0:
        told = tr("{told}, in {days}", told=told, days=count(left, "day"))
    return f"{who}; {told}"


def fetched_text(shown: Shown) -> list[Block]:
    """The result of a fetch: what is not in the archive, or its progress and when it continues."""
    found = shown.fetched
    return [*(_left_out(found) if found and found.receipt else _going(shown, indent=0))]


def _going(shown: Shown, indent: int = 2) -> Iterator[Block]:
    one, until = shown.fetching, shown.paused_until
    if one is None:
        if until is not None:
            yield Line(tr("LinkedIn takes no more calls before {time}", time=moment(until)), "odd", indent)
        return
    settled = len(one.having("whole")) + len(one.having("absent"))
    told = tr("Fetching: {some} of {parts} asked for", some=settled, parts=count(len(one.domains), "part"))
    when = tr("it goes on with the next `linkbak api fetch` or `linkbak run`")
    if until is not None:
        when = tr("it goes on after {time}", time=moment(until))
    yield Line(f"{told}; {when}", "odd", indent)
    if "CONNECTIONS" in one.having("absent"):
        yield Line(tr("LinkedIn has not put your connections together yet; that may take a day"), "odd", indent + 2)
    for name in one.having("failed"):
        yield Line(f"{name}: {tr_kept(one.domains[name].why)}", "odd", indent + 2)


def moment(at: datetime) -> str:
    """A time as the API counts them."""
    return f"{day(at.date())} {at:%H:%M} UTC"


def _last(last: Last) -> Iterator[Block]:
    snapshot = f"{last.account} {last.snapshot}"
    yield Line(tr("last fetched: {day}, kept as {snapshot}", day=day(last.at), snapshot=snapshot), indent=2)
    if last.failed:
        yield Line(tr("not to be had then, and so not in it: {parts}", parts=", ".join(last.failed)), "odd", 4)


def _left_out(found: Fetched) -> Iterator[Block]:
    """What is not in the archive, though it may exist, and what came twice."""
    if found.repeated:
        rows = count(found.repeated, "row")
        yield Line(tr("{rows} had been served before, word for word, and are kept once", rows=rows), "dim", 2)
    absent = found.fetching.having("absent")
    if absent:
        nothing = tr(
            "LinkedIn has nothing of {parts}, or not yet; they count as not asked for, not as empty:",
            parts=count(len(absent), "part"),
        )
        yield Line(nothing, "dim", 2)
        parts, left = ", ".join(absent[:_SHOWN]), len(absent) - _SHOWN
        told = tr("{parts} and {left} more, which --json names", parts=parts, left=left) if left > 0 else parts
        yield Line(told, "dim", 4)
    for name in (*found.fetching.having("failed"), *found.fetching.having("open")):
        why = tr_kept(found.fetching.domains[name].why) or tr("it did not come to its end")
        yield Line(tr("left out: {name}: {why}", name=name, why=why), "odd", 2)


# --- document ---------------------------------------------------------------------------------------------------------


class LoginDocument(TypedDict):
    """Who is logged in since when, until which day, whether that is only assumed, and how many days are left."""

    account: str | None
    since: str
    ends: str
    assumed: bool
    days_left: int


class PartDocument(TypedDict):
    """One part of the data, by LinkedIn's name for it, how it stands, and why it failed."""

    name: str
    standing: Literal["open", "whole", "absent", "failed"]
    answers: int
    why: str | None


class FetchingDocument(TypedDict):
    """A fetch that goes on, or that has just been imported."""

    begun: str
    parts: list[PartDocument]


class LastDocument(TypedDict):
    """The archive that was made last."""

    at: str
    account: str
    snapshot: str
    absent: list[str]
    failed: list[str]
    repeated: int


class ApiDocument(TypedDict):
    """What `linkbak api` shows; `result` is the receipt of an archive that was just imported."""

    schema: Literal["linkbak.api/1"]
    action: Action
    vault: str
    login: LoginDocument | None
    calls_today: int
    calls_a_day: int
    paused_until: str | None
    fetching: FetchingDocument | None
    last: LastDocument | None
    result: ReceiptDocument | None


def document(shown: Shown) -> ApiDocument:
    """What --json prints."""
    known, found = shown.login, shown.fetched
    return fill(
        ApiDocument,
        shown,
        login=known and fill(LoginDocument, known, days_left=known.days_left(shown.now)),
        fetching=shown.fetching or (found and found.fetching),
        result=found and found.receipt,
    )


@builds(FetchingDocument)
def _fetching(one: Fetching) -> FetchingDocument:
    parts = [fill(PartDocument, part, name=name, answers=part.pages) for name, part in one.domains.items()]
    return fill(FetchingDocument, one, parts=parts)


def run_lines(found: Fetched) -> Sequence[str]:
    """The message of an unattended run about an archive that lacks some data."""
    failed = [*found.fetching.having("failed"), *found.fetching.having("open")]
    if not failed or not found.receipt:
        return []
    return [tr("LinkedIn's API did not give all: {parts}", parts=", ".join(failed))]
