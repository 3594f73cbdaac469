"""The state of the backup, on one screen and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Literal, TypedDict

from linkbak.api import due_word
from linkbak.automation.reminders import LINK, age_days
from linkbak.errors import Exit
from linkbak.model import BOOK
from linkbak.report import Block, Line, Tone, ago, count, day, number, reminders, sentence, size
from linkbak.report.json import ChoreDocument, fill
from linkbak.report.reminders import NudgeDocument
from linkbak.schedule import OVERDUE

if TYPE_CHECKING:
    from linkbak.automation.downloads import NotKept
    from linkbak.automation.reminders import Nudge
    from linkbak.automation.status import Elsewhere, Held, Space, Status
    from linkbak.schedule import Timer
    from linkbak.state import Record
    from linkbak.talk import Reached
    from linkbak.vault import Summary

_SHOWN = 4
"""How many places for copies are shown; the document has all."""


def text(status: Status, copies_warn: int) -> list[Block]:
    """The screen; a copy elsewhere may lag behind for `copies_warn` days without a warning."""
    now = status.now
    return [
        verdict(status, copies_warn),
        *_troubles(status),
        *_accounts(status),
        Line(),
        *_chore("every byte compared", "verify", status.verify, now),
        *_sample(status),
        *_chore("restore tried out", "verify --restore", status.drill, now),
        *_copies(status.copies, copies_warn, now),
        *_timers(status.timers),
        _run(status),
        *_api(status),
        *_space(status.space),
        *(_not_kept(one) for one in status.not_kept),
        Line(f"vault: {status.vault}", "dim", 2),
    ]


def verdict(status: Status, copies_warn: int) -> Line:
    """The first line: the most urgent of everything on the screen, and what to do about it.

    What is broken comes before what is old, and what is old before what is missing. It is up to date only if nothing of
    that is so; whether its bytes were ever compared is said below.
    """
    if any(one.error.exit_code == Exit.DAMAGED for one in status.troubles):
        return Line("The vault is damaged: `linkbak verify` says what is wrong", "bad")
    if status.troubles:
        return Line(f"linkbak cannot read {status.troubles[0].what}; see below", "bad")
    if status.verify.last and not status.verify.last.passed:
        return Line("The last check of the vault failed: run `linkbak verify`", "bad")
    for copy in status.copies:
        if copy.failed:
            return Line(f"The last {_verb(copy)} to {copy.name} failed: `linkbak {_verb(copy)}` says why", "bad")
    if status.not_kept:
        return Line("An archive could not be kept: `linkbak import --again` says why", "bad")
    nudge = min(status.nudges, key=_urgency, default=None)
    if nudge is not None and nudge.state != "kept":
        return Line(_asked(nudge, several=len(status.nudges) > 1), reminders.TONES[nudge.level])
    if status.held:
        losses = sum(one.losses or 0 for one in status.held)
        people = count(losses, "loss is", "losses are") if losses else "losses are"
        return Line(f"{sentence(people)} not believed yet: the next archive settles them", "odd")
    if missing := _missing(status, copies_warn):
        return Line(f"The backup is fresh, but {missing}", "odd")
    if nudge is None:
        return Line("Your address book is kept", "good")
    age = count(nudge.age_days or 0, "day")
    return Line(f"Up to date: your newest archive is {age} old, the next is due on {day(nudge.until)}", "good")


def _urgency(nudge: Nudge) -> tuple[int, int, int]:
    """Archives that wait to be fetched first, since their links expire; then those not requested, the oldest first."""
    order = ("ready", "due", "expected", "requested", "kept")
    levels = ("stale", "late", "due", "fresh")
    return order.index(nudge.state), levels.index(nudge.level), -(nudge.age_days or 0)


def _asked(nudge: Nudge, *, several: bool) -> str:
    """The next step for an archive that is due or requested."""
    account, your = (f"{nudge.account}: ", "the") if several else ("", "Your")
    match nudge.state:
        case "ready":
            return f"{account}{your} archive should be ready: download it, then `linkbak import`"
        case "requested" | "expected":
            return (
                f"{account}{'you' if several else 'You'} asked LinkedIn for your archive: import it when the mail comes"
            )
    if not nudge.account:
        return "Nothing is kept yet: ask LinkedIn for your archive"
    if nudge.age_days is None:
        return (
            f"{account}{'no' if several else 'No'} list of connections is kept yet: ask LinkedIn for the larger archive"
        )
    return f"{account}{your} newest archive is {count(nudge.age_days, 'day')} old: ask LinkedIn for the next one"


def _missing(status: Status, copies_warn: int) -> str:
    """What a fresh and whole backup still lacks."""
    if status.space and status.space.little:
        return "there is little room on this disk"
    if not status.copies:
        return "there is no copy elsewhere: `linkbak remote add`"
    for copy in status.copies:
        again = f"`linkbak {_verb(copy)}`"
        if copy.trouble:
            return f"the copy {copy.name} {copy.trouble}: see `linkbak remote`"
        if not copy.at:
            return f"the copy {copy.name} was never made: {again}"
        if copy.whole is False and age_days(copy.at, status.now) > copies_warn:
            return f"the copy {copy.name} lacks what came since: {again}"
    if status.api and (said := due_word(status.api, status.now)):
        return said
    if any(not one.command_ok or one.active is False for one in status.timers):
        return "its timer does not run: see `linkbak schedule`"
    return ""


def accounts(summaries: Sequence[Summary]) -> dict[str, list[Summary]]:
    """The snapshots of each account, in the order of their first ones."""
    found: dict[str, list[Summary]] = {}
    for summary in summaries:
        found.setdefault(summary.key.account, []).append(summary)
    return found


def _accounts(status: Status) -> Iterator[Block]:
    """The snapshots of each account, the age of the newest, and the next step."""
    kept = accounts(status.summaries)
    standings = {one.account: one for one in status.nudges}
    for account, them in kept.items():
        total = size(sum(one.bytes for one in them))
        yield Line(f"{account}: {count(len(them), 'snapshot')}, {total} of files", indent=2)
        if them[-1].network == BOOK:
            yield Line(f"your address book of {day(them[-1].taken)}", indent=4)
            continue
        one = standings[account]
        yield from _indented(reminders.aged(one, status.now))
        yield from (_held(held) for held in status.held if held.account == account)
        if (reached := status.reach.get(account)) and reached.people:
            as_of = f", as of {day(reached.taken)}" if reached.taken != them[-1].taken else ""
            tone: Tone = "odd" if reached.low else "plain"
            yield Line(f"{within_reach(reached)}{as_of}: `linkbak reach`", tone, 4)
        yield from _indented(reminders.steps(one, status.now))
    if empty := standings.get(""):
        days = age_days(empty.since.isoformat(), status.now)
        long = "" if empty.level == "due" else f", and the vault is {count(days, 'day')} old"
        yield Line(f"nothing is kept yet{long}: linkbak import ARCHIVE", reminders.TONES[empty.level], indent=2)
        yield from _indented(reminders.steps(empty, status.now))


def within_reach(reached: Reached) -> str:
    """``you could reach 178 of 3,769 people without LinkedIn (5 %)``."""
    share = f"{round(100 * reached.reachable / reached.people)} %"
    people = f"{number(reached.reachable)} of {count(reached.people, 'person', 'people')}"
    return f"you could reach {people} without LinkedIn ({share})"


def _indented(blocks: Sequence[Block]) -> list[Block]:
    return [one._replace(indent=one.indent + 2) for one in blocks]


def _held(one: Held) -> Line:
    people = "losses" if one.losses is None else count(one.losses, "loss", "losses")
    return Line(f"held, not believed yet: {people} of {day(one.taken)}; `linkbak diff` shows them", "bad", 4)


def _chore(title: str, verb: str, record: Record, now: datetime) -> list[Block]:
    last, passed = record
    if last is None:
        return [Line(f"{title}: never; `linkbak {verb}` does it", "odd", indent=2)]
    if last.passed:
        return [Line(f"{title}: {ago(last.at, now)}, all was well ({last.what})", "good", indent=2)]
    before = f"; the last time all was well: {ago(passed.at, now)}" if passed else ""
    return [Line(f"{title}: {ago(last.at, now)}, and it failed{before}. Run `linkbak {verb}` again", "bad", indent=2)]


def _sample(status: Status) -> Iterator[Block]:
    """The share that a timer compared since the last full verification; damage is reported above."""
    last, whole = status.sample.last, status.verify.last
    if last and last.passed and (whole is None or whole.at < last.at):
        yield Line(f"a share of it compared: {ago(last.at, status.now)}, all was well ({last.what})", indent=2)


def _copies(copies: Sequence[Elsewhere], warn: int, now: datetime) -> Iterator[Block]:
    if not copies:
        yield Line("copy elsewhere: none; `linkbak remote add` or `linkbak seal` makes one", "odd", indent=2)
    for one in copies[:_SHOWN]:
        yield _copy(one, warn, now)
    if len(copies) > _SHOWN:
        yield Line(f"and {number(len(copies) - _SHOWN)} more copies elsewhere", "dim", indent=2)


def _verb(copy: Elsewhere) -> str:
    """The verb that makes such a copy."""
    return "push" if copy.kind == "remote" else "seal"


def _copy(one: Elsewhere, warn: int, now: datetime) -> Line:
    name = f"copy elsewhere, {one.name}"
    verb = _verb(one)
    again = f"`linkbak {verb}`"
    if one.trouble:
        return Line(f"{name}: it {one.trouble}; `linkbak remote list`", "bad", indent=2)
    if one.failed:
        made = f"{ago(one.at, now)}, but" if one.at else "never made, and"
        return Line(f"{name}: {made} the last {verb} failed; {again} says why", "bad", indent=2)
    if not one.at:
        return Line(f"{name}: never made; {again} makes it", "odd", indent=2)
    if one.whole is None:
        return Line(f"{name}: {ago(one.at, now)}", indent=2)
    if one.whole:
        return Line(f"{name}: {ago(one.at, now)}, all of the vault", "good", indent=2)
    late = age_days(one.at, now) > warn
    return Line(f"{name}: {ago(one.at, now)}, lacks what came since; {again}", "odd" if late else "plain", indent=2)


def _timers(timers: Sequence[Timer]) -> Iterator[Block]:
    if not timers:
        yield Line("timer: none; `linkbak schedule install` sets one up", "odd", indent=2)
    for one in timers:
        every = f"every {one.every}" if one.every else "at times of your own"
        what = f"timer: {every}, by {one.kind}"
        if not one.command_ok:
            yield Line(f"{what}, but its program is gone; `linkbak schedule install` mends it", "bad", indent=2)
        elif one.active is False:
            yield Line(f"{what}, but it is switched off; `linkbak schedule status`", "bad", indent=2)
        else:
            coming = f", next {_clock(one.next)}" if one.next else ""
            yield Line(f"{what}{coming}", "good", indent=2)
    if len(timers) > 1:
        yield Line("two timers do the same work; `linkbak schedule remove` takes one away", "odd", indent=2)


def _run(status: Status) -> Line:
    run = status.run
    if run is None:
        return Line("last run: never; `linkbak run` does what a timer would", "plain" if status.timers else "odd", 2)
    when = ago(run.at, status.now)
    if run.status not in (Exit.FINE, Exit.STALE):
        return Line(f"last run: {when}, with exit status {run.status}; `linkbak run` tells why", "odd", indent=2)
    allowed = [OVERDUE[one.every] for one in status.timers if one.every in OVERDUE]
    if allowed and age_days(run.at, status.now) >= min(allowed):
        return Line(f"last run: {when}, though the timer should have run since", "bad", indent=2)
    return Line(f"last run: {when}, all was well", "good", indent=2)


def _api(status: Status) -> list[Block]:
    """The last day of the official API's token; nothing where nobody logged in."""
    if status.api is None:
        return []
    left = status.api.days_left(status.now)
    if said := due_word(status.api, status.now):
        return [Line(said, "odd" if left >= 0 else "bad", 2)]
    return [Line(f"LinkedIn's API: fetched by `linkbak run`; the token works for {count(left, 'day')}", "good", 2)]


def _clock(moment: str) -> str:
    """``26 Mar 2026 at 09:04``, in this machine's time zone."""
    when = _local(datetime.fromisoformat(moment))
    return f"{day(when)} at {when:%H:%M}"


def _local(when: datetime) -> datetime:
    return when.astimezone()


def _space(space: Space | None) -> list[Block]:
    if space is None:
        return []
    vault = f"{size(space.vault)} on disk, " if space.vault is not None else ""
    little = ", which is little: make room before the next archive" if space.little else ""
    return [Line(f"space: {vault}{size(space.free)} free{little}", "bad" if space.little else "plain", indent=2)]


def _not_kept(one: NotKept) -> Line:
    if one.path.is_dir() and one.status == Exit.MACHINE:
        return Line(f"not looked through: {one.path}; `linkbak import` says why", "bad", indent=2)
    return Line(f"not kept: {one.path}; `linkbak import --again` says why", "bad", indent=2)


def _troubles(status: Status) -> Iterator[Block]:
    for one in status.troubles:
        yield Line(f"linkbak cannot read {one.what}: {one.error}", "bad", indent=2)
        if one.error.hint:
            yield Line(one.error.hint, indent=4)


# --- JSON ---


class KeptDocument(TypedDict):
    """What is kept of one account; `age_days` are whole days since the newest snapshot was taken."""

    account: str
    snapshots: int
    newest: str
    age_days: int


class HeldDocument(TypedDict):
    """A snapshot whose losses are not believed yet, and how many people they are; null if that cannot be told."""

    account: str
    snapshot: str
    losses: int | None


class CopyDocument(TypedDict):
    """A place for copies: when one was last made, null if never, and whether it holds all there is.

    `whole` is null if the vault cannot be read, so that nobody can tell. `trouble` is what is wrong with the place,
    null if nothing is known; `failed` the exit status of the last push, or seal, there.
    """

    name: str
    kind: str
    at: str | None
    whole: bool | None
    trouble: str | None
    failed: int


class TimerDocument(TypedDict):
    """What calls `linkbak run`; `active` is null if that cannot be told, `next` if it is unknown when."""

    kind: str
    every: str
    active: bool | None
    next: str | None
    where: str
    command_ok: bool


class RunDocument(TypedDict):
    """When `linkbak run` last ended, and with which exit status."""

    at: str
    status: int


class SpaceDocument(TypedDict):
    """Bytes that are free where the vault lies, whether that is little; bytes of the vault, null if not measured."""

    free: int
    little: bool
    vault: int | None


class NotKeptDocument(TypedDict):
    """An archive that could not be kept and lies there still, or a folder that could not be looked through."""

    path: str
    status: int


class TokenDocument(TypedDict):
    """The last day of the token for the official API; null in its place if nobody logged in."""

    ends: str
    days_left: int


class ReachedDocument(TypedDict):
    """How many people of an account could be reached, as last counted, with snapshots up to one taken at `taken`.

    `talked` wrote both ways with the owner, null where no archive can tell; of these `talked_reachable` could be.
    """

    account: str
    taken: str
    people: int
    reachable: int
    talked: int | None
    talked_reachable: int


class TroubleDocument(TypedDict):
    """What could not be found out, and why."""

    what: str
    message: str
    hint: str


class StatusDocument(TypedDict):
    """How the backup stands; `status` is the exit status. `requests` are those of `linkbak request`.

    `verify` is when every byte was compared, `sample` when a share of them was.
    """

    schema: Literal["linkbak.status/1"]
    vault: str
    status: int
    accounts: list[KeptDocument]
    link: str
    requests: list[NudgeDocument]
    held: list[HeldDocument]
    copies: list[CopyDocument]
    verify: ChoreDocument
    sample: ChoreDocument
    drill: ChoreDocument
    timers: list[TimerDocument]
    run: RunDocument | None
    space: SpaceDocument | None
    troubles: list[TroubleDocument]
    api: TokenDocument | None
    not_kept: list[NotKeptDocument]
    reach: list[ReachedDocument]


def document(status: Status) -> StatusDocument:
    """What --json prints."""
    now, kept = status.now, accounts(status.summaries)
    return fill(
        StatusDocument,
        status,
        schema="linkbak.status/1",
        accounts=[
            {
                "account": account,
                "snapshots": len(them),
                "newest": them[-1].taken,
                "age_days": age_days(them[-1].taken, now),
            }
            for account, them in kept.items()
        ],
        link=LINK,
        requests=[reminders.request_document(one, now) for one in status.nudges],
        troubles=[{"what": one.what, "message": str(one.error), "hint": one.error.hint} for one in status.troubles],
        api={"ends": status.api.ends.isoformat(), "days_left": status.api.days_left(now)} if status.api else None,
        reach=[fill(ReachedDocument, status.reach[name], account=name) for name in kept if name in status.reach],
    )
