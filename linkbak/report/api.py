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
        gone = "Logged out: the token is taken away, here and from the keyring" if shown.changed else "Not logged in"
        lines: list[Block] = [
            Line(f"{gone}; linkbak asks LinkedIn for nothing", "strong"),
            Line("members in the EEA and Switzerland may let linkbak fetch their data: linkbak api login", indent=2),
        ]
        return [*lines, *(_last(shown.last) if shown.last else ())]
    said = due_word(known, shown.now)
    left = known.days_left(shown.now)
    whose = f" for the account {known.account}" if known.account else ""
    days = f", in {count(left, 'day')}" if left >= 0 else ""
    assumed = "is taken to end" if known.assumed else "ends"
    tone: Tone = "bad" if left < 0 else "odd" if said else "good"
    ending = f"the token {assumed} on {day(known.ends)}{days}"
    blocks: list[Block] = [Line(f"Logged in to LinkedIn's API{whose}; {ending}", tone)]
    if said:
        blocks.append(Line(sentence(said), tone, 2))
    blocks += [*_going(shown), *(_last(shown.last) if shown.last else ())]
    blocks.append(Line(f"calls today: {shown.calls} of {shown.most}", indent=2))
    blocks.append(Line(f"`linkbak run` fetches when the newest list is {count(shown.every, 'day')} old", "dim", 2))
    return blocks


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
            yield Line(f"LinkedIn takes no more calls before {moment(shown.paused)}", "odd", indent)
        return
    settled = len(one.having("whole")) + len(one.having("absent"))
    when = f"after {moment(shown.paused)}" if shown.paused else "with the next `linkbak api fetch` or `linkbak run`"
    yield Line(f"Fetching: {settled} of {count(len(one.domains), 'part')} asked for; it goes on {when}", "odd", indent)
    if "CONNECTIONS" in one.having("absent"):
        yield Line("LinkedIn has not put your connections together yet; that may take a day", "odd", indent + 2)
    for name in one.having("failed"):
        yield Line(f"{name}: {one.domains[name].why}", "odd", indent + 2)


def moment(at: datetime) -> str:
    """A time as the API counts them."""
    return f"{day(at.date())} {at:%H:%M} UTC"


def _last(last: Last) -> Iterator[Block]:
    yield Line(f"last fetched: {day(last.at)}, kept as {last.account} {last.snapshot}", indent=2)
    if last.failed:
        yield Line(f"not to be had then, and so not in it: {', '.join(last.failed)}", "odd", 4)


def _left_out(found: Fetched) -> Iterator[Block]:
    """What is not in the archive, though it may exist, and what came twice."""
    if found.repeated:
        yield Line(f"{count(found.repeated, 'row')} had been served before, word for word, and are kept once", "dim", 2)
    absent = found.fetching.having("absent")
    if absent:
        parts = count(len(absent), "part")
        yield Line(f"LinkedIn has nothing of {parts}, or not yet; they count as not asked for, not as empty:", "dim", 2)
        others = f" and {len(absent) - _SHOWN} more, which --json names" if len(absent) > _SHOWN else ""
        yield Line(f"{', '.join(absent[:_SHOWN])}{others}", "dim", 4)
    for name in (*found.fetching.having("failed"), *found.fetching.having("open")):
        why = found.fetching.domains[name].why or "it did not come to its end"
        yield Line(f"left out: {name}: {why}", "odd", 2)


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
    return [f"LinkedIn's API did not give all: {', '.join(failed)}"] if failed and found.receipt else []
