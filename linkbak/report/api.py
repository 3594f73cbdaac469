"""The official API: the login, the progress of fetching, and its result."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Literal, TypedDict

from linkbak.api import due_word
from linkbak.model import NamedTuple
from linkbak.report import Block, Line, Tone, count, day, sentence
from linkbak.report.imports import ReceiptDocument
from linkbak.report.json import fill
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
    calls: int
    most: int
    fetching: Fetching | None = None
    paused: datetime | None = None
    last: Last | None = None
    fetched: Fetched | None = None
    changed: bool = False
    every: int = 30


def text(shown: Shown) -> list[Block]:
    """The state, and the next step."""
    known = shown.login
    if known is None:
        gone = (
            tr("Logged out: the token is taken away, here and from the keyring; linkbak asks LinkedIn for nothing")
            if shown.changed
            else tr("Not logged in; linkbak asks LinkedIn for nothing")
        )
        may = tr(
            "members in the EEA and Switzerland may let linkbak fetch their data: {command}",
            command="linkbak api login",
        )
        lines: list[Block] = [Line(gone, "strong"), Line(may, indent=2)]
        return [*lines, *(_last(shown.last) if shown.last else ())]
    said = due_word(known, shown.now)
    left = known.days_left(shown.now)
    tone: Tone = "bad" if left < 0 else "odd" if said else "good"
    blocks: list[Block] = [Line(f"{_whose(known)}; {_ending(known, left)}", tone)]
    if said:
        blocks.append(Line(sentence(said), tone, 2))
    blocks += [*_going(shown), *(_last(shown.last) if shown.last else ())]
    blocks.append(Line(tr("calls today: {calls} of {most}", calls=shown.calls, most=shown.most), indent=2))
    every = count(shown.every, "day")
    blocks.append(Line(tr("`linkbak run` fetches when the newest list is {days} old", days=every), "dim", 2))
    return blocks


def _whose(known: Login) -> str:
    if known.account:
        return tr("Logged in to LinkedIn's API for the account {account}", account=known.account)
    return tr("Logged in to LinkedIn's API")


def _ending(known: Login, left: int) -> str:
    """When the token ends, and in how many days."""
    ends = day(known.ends)
    told = (
        tr("the token is taken to end on {day}", day=ends) if known.assumed else tr("the token ends on {day}", day=ends)
    )
    return tr("{told}, in {days}", told=told, days=count(left, "day")) if left >= 0 else told


def fetched_text(shown: Shown) -> list[Block]:
    """The result of a fetch: what is not in the archive, or its progress and when it continues."""
    found = shown.fetched
    if found is None or found.receipt is None:
        return [*_going(shown, indent=0)]
    return [*_left_out(found)]


def _going(shown: Shown, indent: int = 2) -> Iterator[Block]:
    one = shown.fetching
    if one is None:
        if shown.paused is not None:
            yield Line(tr("LinkedIn takes no more calls before {time}", time=moment(shown.paused)), "odd", indent)
        return
    settled = len(one.having("whole")) + len(one.having("absent"))
    told = tr("Fetching: {some} of {parts} asked for", some=settled, parts=count(len(one.domains), "part"))
    when = (
        tr("it goes on after {time}", time=moment(shown.paused))
        if shown.paused
        else tr("it goes on with the next `linkbak api fetch` or `linkbak run`")
    )
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
    one = shown.fetching or (found.fetching if found else None)
    return fill(
        ApiDocument,
        shown,
        schema="linkbak.api/1",
        login=known and fill(LoginDocument, known, days_left=known.days_left(shown.now)),
        calls_today=shown.calls,
        calls_a_day=shown.most,
        paused_until=f"{shown.paused:%Y-%m-%dT%H:%M:%SZ}" if shown.paused else None,
        fetching={"begun": f"{one.begun:%Y-%m-%dT%H:%M:%SZ}", "parts": _parts(one)} if one else None,
        result=found and found.receipt,
    )


def _parts(one: Fetching) -> list[PartDocument]:
    return [
        {"name": name, "standing": part.standing, "answers": part.pages, "why": part.why or None}
        for name, part in one.domains.items()
    ]


def run_lines(found: Fetched) -> Sequence[str]:
    """The message of an unattended run about an archive that lacks some data."""
    failed = [*found.fetching.having("failed"), *found.fetching.having("open")]
    if not failed or not found.receipt:
        return []
    return [tr("LinkedIn's API did not give all: {parts}", parts=", ".join(failed))]
