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
from linkbak.schedule import OFTEN, OVERDUE
from linkbak.texts import tr, tr_count, tr_kept

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
        *_chore(tr("every byte compared"), "verify", status.verify, now),
        *_sample(status),
        *_chore(tr("restore tried out"), "verify --restore", status.drill, now),
        *_copies(status.copies, copies_warn, now),
        *_timers(status.timers),
        _run(status),
        *_api(status),
        *_space(status.space),
        *(_not_kept(one) for one in status.not_kept),
        Line(tr("vault: {place}", place=status.vault), "dim", 2),
    ]


def verdict(status: Status, copies_warn: int) -> Line:
    """The first line: the most urgent of everything on the screen, and what to do about it.

    What is broken comes before what is old, and what is old before what is missing. It is up to date only if nothing of
    that is so; whether its bytes were ever compared is said below.
    """
    if any(one.error.exit_code == Exit.DAMAGED for one in status.troubles):
        return Line(tr("The vault is damaged: `linkbak verify` says what is wrong"), "bad")
    if status.troubles:
        return Line(tr("linkbak cannot read {what}; see below", what=status.troubles[0].what), "bad")
    if status.verify.last and not status.verify.last.passed:
        return Line(tr("The last check of the vault failed: run `linkbak verify`"), "bad")
    for copy in status.copies:
        if copy.failed:
            said = tr("The last {verb} to {name} failed: `linkbak {verb}` says why", verb=_verb(copy), name=copy.name)
            return Line(said, "bad")
    if status.not_kept:
        return Line(tr("An archive could not be kept: `linkbak import --again` says why"), "bad")
    nudge = min(status.nudges, key=_urgency, default=None)
    if nudge is not None and nudge.state != "kept":
        return Line(_asked(nudge, several=len(status.nudges) > 1), reminders.TONES[nudge.level])
    if status.held:
        losses = sum(one.losses or 0 for one in status.held)
        said = tr_count(
            "{losses} loss is not believed yet: the next archive settles them",
            "{losses} losses are not believed yet: the next archive settles them",
            losses,
            losses=number(losses),
        )
        return Line(said if losses else tr("Losses are not believed yet: the next archive settles them"), "odd")
    if missing := _missing(status, copies_warn):
        return Line(tr("The backup is fresh, but {missing}", missing=missing), "odd")
    if nudge is None:
        return Line(tr("Your address book is kept"), "good")
    age, until = count(nudge.age_days or 0, "day"), day(nudge.until)
    said = tr("Up to date: your newest archive is {age} old, the next is due on {day}", age=age, day=until)
    return Line(said, "good")


def _urgency(nudge: Nudge) -> tuple[int, int, int]:
    """Archives that wait to be fetched first, since their links expire; then those not requested, the oldest first."""
    order = ("ready", "due", "expected", "requested", "kept")
    levels = ("stale", "late", "due", "fresh")
    return order.index(nudge.state), levels.index(nudge.level), -(nudge.age_days or 0)


def _asked(nudge: Nudge, *, several: bool) -> str:
    """The next step for an archive that is due or requested."""
    age = count(nudge.age_days or 0, "day")
    match nudge.state:
        case "ready" if several:
            said = tr("the archive should be ready: download it, then `linkbak import`")
        case "ready":
            said = tr("Your archive should be ready: download it, then `linkbak import`")
        case "requested" | "expected":
            said = tr("you asked LinkedIn for your archive: import it when the mail comes")
        case _ if not nudge.account:
            return tr("Nothing is kept yet: ask LinkedIn for your archive")
        case _ if nudge.age_days is None:
            said = tr("no list of connections is kept yet: ask LinkedIn for the larger archive")
        case _ if several:
            said = tr("the newest archive is {age} old: ask LinkedIn for the next one", age=age)
        case _:
            said = tr("Your newest archive is {age} old: ask LinkedIn for the next one", age=age)
    return f"{nudge.account}: {said}" if several else sentence(said)


def _missing(status: Status, copies_warn: int) -> str:
    """What a fresh and whole backup still lacks."""
    if status.space and status.space.little:
        return tr("there is little room on this disk")
    if not status.copies:
        return tr("there is no copy elsewhere: `linkbak remote add`")
    for copy in status.copies:
        name, verb = copy.name, _verb(copy)
        if copy.trouble:
            return tr("the copy {name} {trouble}: see `linkbak remote`", name=name, trouble=copy.trouble)
        if not copy.at:
            return tr("the copy {name} was never made: `linkbak {verb}`", name=name, verb=verb)
        if copy.whole is False and age_days(copy.at, status.now) > copies_warn:
            return tr("the copy {name} lacks what came since: `linkbak {verb}`", name=name, verb=verb)
    if status.api and (said := due_word(status.api, status.now)):
        return said
    if any(not one.command_ok or one.active is False for one in status.timers):
        return tr("its timer does not run: see `linkbak schedule`")
    return ""


def _by_account(summaries: Sequence[Summary]) -> dict[str, list[Summary]]:
    """The snapshots of each account, in the order of their first ones."""
    found: dict[str, list[Summary]] = {}
    for summary in summaries:
        found.setdefault(summary.key.account, []).append(summary)
    return found


def _accounts(status: Status) -> Iterator[Block]:
    """The snapshots of each account, the age of the newest, and the next step."""
    standings = {one.account: one for one in status.nudges}
    for account, them in _by_account(status.summaries).items():
        total, snapshots = size(sum(one.bytes for one in them)), count(len(them), "snapshot")
        said = tr("{account}: {snapshots}, {size} of files", account=account, snapshots=snapshots, size=total)
        yield Line(said, indent=2)
        if them[-1].network == BOOK:
            yield Line(tr("your address book of {day}", day=day(them[-1].taken)), indent=4)
            continue
        yield from _indented(reminders.aged(standings[account], status.now))
        yield from (_held(held) for held in status.held if held.account == account)
        if (reached := status.reach.get(account)) and reached.people:
            yield _reached(reached, them[-1].taken)
        yield from _indented(reminders.steps(standings[account], status.now))
    if empty := standings.get(""):
        age = count(age_days(empty.since.isoformat(), status.now), "day")
        said = tr("nothing is kept yet: linkbak import ARCHIVE")
        if empty.level != "due":
            said = tr("nothing is kept yet, and the vault is {age} old: linkbak import ARCHIVE", age=age)
        yield Line(said, reminders.TONES[empty.level], indent=2)
        yield from _indented(reminders.steps(empty, status.now))


def _reached(reached: Reached, newest: str) -> Line:
    """``you could reach 178 of 3,769 people without LinkedIn (5 %)``, and when if not lately."""
    said = tr(
        "you could reach {reachable} of {people} without LinkedIn ({share})",
        reachable=number(reached.reachable),
        people=count(reached.people, "person", "people"),
        share=f"{round(100 * reached.reachable / reached.people)} %",
    )
    if reached.taken != newest:
        said = tr("{reach}, as of {day}", reach=said, day=day(reached.taken))
    return Line(f"{said}: `linkbak reach`", "odd" if reached.low else "plain", 4)


def _indented(blocks: Sequence[Block]) -> list[Block]:
    return [one._replace(indent=one.indent + 2) for one in blocks]


def _held(one: Held) -> Line:
    losses = tr("losses") if one.losses is None else count(one.losses, "loss", "losses")
    said = tr("held, not believed yet: {losses} of {day}; `linkbak diff` shows them", losses=losses, day=day(one.taken))
    return Line(said, "bad", 4)


def _chore(title: str, verb: str, record: Record, now: datetime) -> list[Block]:
    last, passed = record
    if last is None:
        return [Line(tr("{check}: never; `linkbak {verb}` does it", check=title, verb=verb), "odd", indent=2)]
    at = ago(last.at, now)
    if last.passed:
        said = tr("{check}: {ago}, all was well ({what})", check=title, ago=at, what=tr_kept(last.what))
        return [Line(said, "good", indent=2)]
    said = tr("{check}: {ago}, and it failed. Run `linkbak {verb}` again", check=title, ago=at, verb=verb)
    if passed:
        said = tr(
            "{check}: {ago}, and it failed; the last time all was well: {passed}. Run `linkbak {verb}` again",
            check=title,
            ago=at,
            passed=ago(passed.at, now),
            verb=verb,
        )
    return [Line(said, "bad", indent=2)]


def _sample(status: Status) -> Iterator[Block]:
    """The share that a timer compared since the last full verification; damage is reported above."""
    last, whole = status.sample.last, status.verify.last
    if last and last.passed and (whole is None or whole.at < last.at):
        at, what = ago(last.at, status.now), tr_kept(last.what)
        yield Line(tr("a share of it compared: {ago}, all was well ({what})", ago=at, what=what), indent=2)


def _copies(copies: Sequence[Elsewhere], warn: int, now: datetime) -> Iterator[Block]:
    if not copies:
        yield Line(tr("copy elsewhere: none; `linkbak remote add` or `linkbak seal` makes one"), "odd", indent=2)
    for one in copies[:_SHOWN]:
        said, tone = _standing(one, warn, now)
        yield Line(tr("copy elsewhere, {name}: {state}", name=one.name, state=said), tone, indent=2)
    if len(copies) > _SHOWN:
        left = count(len(copies) - _SHOWN, "more copy", "more copies")
        yield Line(tr("and {copies} elsewhere", copies=left), "dim", indent=2)


def _verb(copy: Elsewhere) -> str:
    """The verb that makes such a copy."""
    return "push" if copy.kind == "remote" else "seal"


def _standing(one: Elsewhere, warn: int, now: datetime) -> tuple[str, Tone]:
    verb, made = _verb(one), ago(one.at, now) if one.at else ""
    if one.trouble:
        return tr("it {trouble}; `linkbak remote list`", trouble=one.trouble), "bad"
    if one.failed and made:
        return tr("{ago}, but the last {verb} failed; `linkbak {verb}` says why", ago=made, verb=verb), "bad"
    if one.failed:
        return tr("never made, and the last {verb} failed; `linkbak {verb}` says why", verb=verb), "bad"
    if not one.at:
        return tr("never made; `linkbak {verb}` makes it", verb=verb), "odd"
    if one.whole is None:
        return made, "plain"
    if one.whole:
        return tr("{ago}, all of the vault", ago=made), "good"
    late = age_days(one.at, now) > warn
    return tr("{ago}, lacks what came since; `linkbak {verb}`", ago=made, verb=verb), "odd" if late else "plain"


def _timers(timers: Sequence[Timer]) -> Iterator[Block]:
    if not timers:
        yield Line(tr("timer: none; `linkbak schedule install` sets one up"), "odd", indent=2)
    for one in timers:
        timer = tr("timer: {often}, by {kind}", often=OFTEN.get(one.every, tr("at times of your own")), kind=one.kind)
        if not one.command_ok:
            said = tr("{timer}, but its program is gone; `linkbak schedule install` mends it", timer=timer)
            yield Line(said, "bad", indent=2)
        elif one.active is False:
            said = tr("{timer}, but it is switched off; `linkbak schedule status`", timer=timer)
            yield Line(said, "bad", indent=2)
        elif one.next:
            yield Line(tr("{timer}, next {moment}", timer=timer, moment=_clock(one.next)), "good", indent=2)
        else:
            yield Line(timer, "good", indent=2)
    if len(timers) > 1:
        yield Line(tr("two timers do the same work; `linkbak schedule remove` takes one away"), "odd", indent=2)


def _run(status: Status) -> Line:
    run = status.run
    if run is None:
        said = tr("last run: never; `linkbak run` does what a timer would")
        return Line(said, "plain" if status.timers else "odd", 2)
    when = ago(run.at, status.now)
    if run.status not in (Exit.FINE, Exit.STALE):
        said = tr("last run: {ago}, with exit status {status}; `linkbak run` tells why", ago=when, status=run.status)
        return Line(said, "odd", indent=2)
    allowed = [OVERDUE[one.every] for one in status.timers if one.every in OVERDUE]
    if allowed and age_days(run.at, status.now) >= min(allowed):
        return Line(tr("last run: {ago}, though the timer should have run since", ago=when), "bad", indent=2)
    return Line(tr("last run: {ago}, all was well", ago=when), "good", indent=2)


def _api(status: Status) -> list[Block]:
    """The last day of the official API's token; nothing where nobody logged in."""
    if status.api is None:
        return []
    left = status.api.days_left(status.now)
    if said := due_word(status.api, status.now):
        return [Line(said, "odd" if left >= 0 else "bad", 2)]
    said = tr("LinkedIn's API: fetched by `linkbak run`; the token works for {days}", days=count(left, "day"))
    return [Line(said, "good", 2)]


def _clock(moment: str) -> str:
    """``26 Mar 2026 at 09:04``, in this machine's time zone."""
    when = _local(datetime.fromisoformat(moment))
    return tr("{day} at {time}", day=day(when), time=f"{when:%H:%M}")


def _local(when: datetime) -> datetime:
    return when.astimezone()


def _space(space: Space | None) -> list[Block]:
    if space is None:
        return []
    said = tr("{size} free", size=size(space.free))
    if space.vault is not None:
        said = tr("{size} on disk, {free}", size=size(space.vault), free=said)
    if space.little:
        said = tr("{space}, which is little: make room before the next archive", space=said)
    return [Line(tr("space: {space}", space=said), "bad" if space.little else "plain", indent=2)]


def _not_kept(one: NotKept) -> Line:
    said = tr("not kept: {place}; `linkbak import --again` says why", place=one.path)
    if one.path.is_dir() and one.status == Exit.MACHINE:
        said = tr("not looked through: {place}; `linkbak import` says why", place=one.path)
    return Line(said, "bad", indent=2)


def _troubles(status: Status) -> Iterator[Block]:
    for one in status.troubles:
        yield Line(tr("linkbak cannot read {what}: {why}", what=one.what, why=one.error), "bad", indent=2)
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
    now, kept, api = status.now, _by_account(status.summaries), status.api
    return fill(
        StatusDocument,
        status,
        accounts=[_kept(account, them, now) for account, them in kept.items()],
        link=LINK,
        requests=[reminders.request_document(one, now) for one in status.nudges],
        troubles=[{"what": one.what, "message": str(one.error), "hint": one.error.hint} for one in status.troubles],
        api=api and fill(TokenDocument, api, days_left=api.days_left(now)),
        reach=[fill(ReachedDocument, status.reach[name], account=name) for name in kept if name in status.reach],
    )


def _kept(account: str, them: Sequence[Summary], now: datetime) -> KeptDocument:
    newest = them[-1].taken
    return {"account": account, "snapshots": len(them), "newest": newest, "age_days": age_days(newest, now)}
