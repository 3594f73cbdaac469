"""A run: its steps are independent, so that one that fails stops no other."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from linkbak import state
from linkbak.api import due_word, login_of
from linkbak.api import fetch as fetching
from linkbak.api.client import begun, paused_until
from linkbak.archive import printable
from linkbak.automation import Run, Step, downloads, exit_code_of, failures, refusal_of, reminders, worst
from linkbak.automation import scan as scanning
from linkbak.automation.downloads import Listener
from linkbak.automation.notify import Message, channels, ping
from linkbak.automation.notify import notify as deliver
from linkbak.errors import LinkbakError, MachineProblem, NoVault, VaultDamaged, VaultLocked
from linkbak.index.history import History
from linkbak.index.store import judged
from linkbak.kit import made_of, told_before
from linkbak.kit import make as make_kit
from linkbak.model import BOOK
from linkbak.remotes import copies, failed_seals, list_remotes, note_attempt
from linkbak.remotes.push import push as push_all
from linkbak.report import count, day, sentence, trouble
from linkbak.report.api import run_lines as fetched_lines
from linkbak.report.imports import kept_lines, late_line
from linkbak.report.reminders import letter
from linkbak.report.stats import mail
from linkbak.routine import run_state as pending
from linkbak.routine import share_of, verify_and_note
from linkbak.routine.run_state import RunState
from linkbak.state import Done
from linkbak.stats import overview_now
from linkbak.talk import last_reached
from linkbak.talk.activity import against_budget
from linkbak.talk.reach import count_reach
from linkbak.texts import tr
from linkbak.vault import Vault
from linkbak.vault.compact import attempt

if TYPE_CHECKING:
    from linkbak.api import Login
    from linkbak.automation.notify import Undelivered
    from linkbak.ingest import Receipt
    from linkbak.remotes import Remote
    from linkbak.remotes.push import Pushed
    from linkbak.vault import Summary


# --- api --------------------------------------------------------------------------------------------------------------
# The official API, which needs no click, if the user logged in to it.


def api(run_state: RunState) -> Step:
    """Fetch through the official API when the next archive is due; does nothing before somebody logged in.

    Data that is not ready, or beyond the day's calls, is no error: a later run continues. A token that ends soon is
    reported once.
    """
    now, known = datetime.now(UTC), login_of(run_state.place)
    if known is None or not run_state.settings.run.api:
        return Step("api")
    if run_state.named:
        _must_be_there(run_state.place)
    lines = [*_ends_soon(run_state, known, now)]
    if fetching.due(run_state.place, _summaries(run_state), run_state.settings.cadence, now):
        found = fetching.fetch(run_state.place, run_state.options, run_state.settings.api, named=run_state.named)
        lines += fetched_lines(found)
        if found.receipt is not None:
            if found.receipt.error is not None:
                return Step("api", (*lines,), errors=(_told(found.receipt, found.receipt.error),))
            run_state.kept += [found.receipt] if found.receipt.status == "kept" else []
            return Step("api", (*lines,), found.receipt.exit_code)
    going_on = begun(run_state.place) is not None or paused_until(run_state.place) is not None
    run_state.fetching = known.account if going_on else None
    return Step("api", (*lines,))


def _ends_soon(run_state: RunState, known: Login, now: datetime) -> list[str]:
    """A message that the token ends soon, or has ended, once for each token; it is sent as a notification too."""
    word, place = due_word(known, now), run_state.place
    said = [known.since, "ended" if known.days_left(now) < 0 else "ends"]
    note = state.read(place, "api")
    if not word or note.get("told") == said:
        return []
    state.write(place, "api", {**note, "told": said})
    run_state.words.append(Message(f"linkbak: {word.partition(':')[0]}", f"{sentence(word)}.\n", "news"))
    return [sentence(word)]


# --- scan -------------------------------------------------------------------------------------------------------------
# New archives: found and kept, the changes since the ones before, and the vault's numbers.


def scan(run_state: RunState) -> Step:
    """Keep what has come since the last run; an archive refused before is not reported again."""
    if run_state.named:
        _must_be_there(run_state.place)

    def note(receipt: Receipt) -> None:
        if receipt.error is not None:
            pending.refused(run_state.place, _told(receipt, receipt.error))

    found = scanning.scan(
        run_state.place,
        downloads.folders(run_state.place, run_state.settings.scan.folders),
        run_state.options,
        move_to=run_state.settings.scan.move_to,
        named=run_state.named,
        listener=Listener(note),
    )
    run_state.kept += [one for one in found.receipts if one.status == "kept"]
    refused = [*(run_state.before.refused if run_state.before else ())]
    refused += [_told(one, one.error) for one in found.receipts if one.error is not None]
    statuses = [one.exit_code for one in found.receipts if one.error is None]
    status = worst([*statuses, *(one.status for one in found.not_kept)])  # reported once, but runs fail until then
    archives, folder = count(len(found.moved), "archive"), run_state.settings.scan.move_to
    moved = (tr("moved {archives} to {folder}", archives=archives, folder=folder),) if found.moved else ()
    owed = tuple(tr("{path} is not kept", path=one.path) for one in found.not_kept)
    return Step("scan", moved, status, (*refused, *found.troubles), owed)


def diff(run_state: RunState) -> Step:
    """The archives kept, and the changes since the snapshot before: counts, and names only where they are wanted."""
    names = run_state.settings.notify.names
    told: dict[str, list[str]] = {}
    for summary in _untold(run_state):
        told.setdefault(summary.key.account, []).append(late_line(summary))
    for receipt in run_state.kept:
        if receipt.key is not None:
            told.setdefault(receipt.key.account, []).extend(kept_lines(receipt, names=names))
    for account, lines in told.items():
        run_state.news[account] = Message(tr("{account}: new in the vault", account=account), "\n".join(lines), "news")
    return Step("diff", tuple(line for lines in told.values() for line in lines))


def digest(run_state: RunState) -> Step:
    """The vault's numbers now, for each account with something new; added to the news."""
    told: list[str] = []
    for account, news in run_state.news.items():
        with Vault.open(run_state.place) as vault:
            found = overview_now(vault, account, run_state.options.progress)
            wanted = run_state.settings.activity
            acts = against_budget(vault, account, wanted, run_state.options.progress)
        lines = mail(found, names=run_state.settings.notify.names, acts=acts)
        run_state.news[account] = news._replace(subject=lines[0], body="\n".join([news.body, "", *lines]))
        told += ["", *lines] if told else lines
    return Step("digest", tuple(told))


def _told(receipt: Receipt, error: LinkbakError) -> LinkbakError:
    """The refusal with the name of its file, which some messages lack."""
    name = printable(receipt.archive)
    return error if name in str(error) else _named(name, error)


def kit(run_state: RunState) -> Step:
    """Make the kit for a lock-out anew for each account whose newest snapshot it was not made of.

    It is for the region and the day typed last; if no region is set, it holds the texts for all.
    """
    region = run_state.settings.kit.region
    if not run_state.settings.run.kit or not run_state.vault:
        return Step("kit")
    with Vault.open(run_state.place) as vault:
        for account in sorted({one.key.account for one in vault.summaries() if one.network != BOOK}):
            if made_of(run_state.place, account) == vault.summaries(account)[-1].id:
                continue
            asked = told_before(run_state.place, account)
            if region:
                asked = asked._replace(regions=(region,))
            make_kit(vault, account, asked, None, run_state.options.progress)
    return Step("kit")


def _must_be_there(place: Path) -> None:
    """Fails if the vault is gone, perhaps with its disk: a timer without a vault must not look healthy."""
    try:
        Vault.open(place).close()
    except NoVault as error:
        hint = tr(
            "Is its disk there? `linkbak schedule remove --vault {place}` ends a timer that is not wanted any more.",
            place=place,
        )
        raise NoVault(str(error), hint=hint) from None


def _untold(run_state: RunState) -> list[Summary]:
    """The snapshots that interrupted runs kept and never reported."""
    if run_state.before is None or not run_state.vault:
        return []
    told = {receipt.key for receipt in run_state.kept}
    with Vault.open(run_state.place) as vault:
        return [one for one in vault.summaries() if one.imported >= run_state.before.begun and one.key not in told]


# --- maintenance ------------------------------------------------------------------------------------------------------
# Maintenance: a share of the bytes compared from time to time, and packing when it is worth it.

_HINT = tr("`linkbak verify` tells what is damaged, what is whole, and what to do.")


def verify(run_state: RunState) -> Step:
    """Compare a share of the files at set intervals; every run reports damage until it is repaired."""
    if not run_state.settings.run.verify or not run_state.vault:
        return Step("verify")
    last = state.last(run_state.place, "verify").last
    if last is not None and not last.passed:
        raise VaultDamaged(tr("what was found damaged on {day} is not mended yet", day=day(last.at)), hint=_HINT)
    if not _due(run_state, last):
        return Step("verify")
    found, _ = verify_and_note(run_state.place, share_of(run_state.settings.run.verify), run_state.options.progress)
    if found.damage:
        raise VaultDamaged(tr("{things} found damaged", things=count(len(found.damage), "thing")), hint=_HINT)
    return Step("verify")


def compact(run_state: RunState) -> Step:
    """Pack the vault if that is worth it: in the foreground, since a scheduler ends background processes."""
    if run_state.vault:
        attempt(run_state.place)
    return Step("compact")


def _due(run_state: RunState, last: Done | None) -> bool:
    """Whether neither all nor a share was compared within the days that were set."""
    sample = state.last(run_state.place, "sample").last
    times = [datetime.fromisoformat(one.at) for one in (last, sample) if one is not None]
    if not times:
        return True
    age = datetime.now(UTC) - max(times)
    # An hour less, or a daily run that starts a few minutes earlier than the last would wait for another day.
    return not timedelta(0) <= age < timedelta(days=run_state.settings.run.verify_days) - timedelta(hours=1)


# --- copies -----------------------------------------------------------------------------------------------------------
# Pushes to the copies elsewhere.


def push(run_state: RunState) -> Step:
    """Push to every copy; a disk that is not plugged in is no error before its copy is too old.

    `linkbak seal` reported a sealed copy that could not be made; every run fails until one succeeds.
    """
    seals = failed_seals(run_state.place)
    status = worst([*seals.values()])
    owed = tuple(tr("no sealed copy was made in {folder}", folder=folder) for folder in seals)
    if not run_state.settings.run.push or not run_state.vault:
        return Step("push", status=status, owed=owed)
    known = {one.name: one for one in list_remotes(run_state.place)}
    away = [one for one in known.values() if _away(one)]
    pushed = push_all(run_state.place, [name for name, one in known.items() if one not in away]) if known else []
    late = [(one.name, error) for one in away if (error := _late(run_state, one)) is not None]
    for name, error in late:
        note_attempt(run_state.place, name, error)
    failed = [_named(one.name, one.error) for one in pushed if one.error is not None]
    failed += [error for _, error in late]
    return Step("push", tuple(_sent(one) for one in pushed if one.state == "sent"), status, (*failed,), owed)


def _away(remote: Remote) -> bool:
    """Whether the copy is a folder on a disk that is not plugged in."""
    try:
        path = remote.address.path
    except LinkbakError:
        return False
    return path is not None and not path.exists()


def _late(run_state: RunState, remote: Remote) -> LinkbakError | None:
    """A remark about a copy whose disk is not plugged in: none while the copy is up to date, or not old yet."""
    made = copies(run_state.place).get(remote.name)
    with Vault.open(run_state.place) as vault:
        newest = vault.newest()
    if made is not None and made.commit == newest:
        return None
    hint = tr(
        "Plug its disk in; the next run sends what it lacks. `linkbak remote remove {remote}` gives it up.",
        remote=remote.name,
    )
    if made is None:
        return MachineProblem(
            tr("{remote}: {place} is not there, and holds no copy yet", remote=remote.name, place=remote.shown),
            hint=hint,
        )
    age = datetime.now(UTC) - datetime.fromisoformat(made.at)
    if timedelta(0) <= age < timedelta(days=run_state.settings.copies.warn):
        return None
    return MachineProblem(
        tr("{remote}: its copy is {days} old, and it is not there", remote=remote.name, days=count(age.days, "day")),
        hint=hint,
    )


def _sent(one: Pushed) -> str:
    parts = [count(one.sent.snapshots, "snapshot")] if one.sent.snapshots else []
    parts += [count(one.sent.marks, "mark")] if one.sent.marks else []
    if len(parts) == 2:
        return tr("copied to {remote}: {snapshots} and {marks}", remote=one.name, snapshots=parts[0], marks=parts[1])
    things = parts[0] if parts else count(one.sent.commits, "commit")
    return tr("copied to {remote}: {things}", remote=one.name, things=things)


def _named(name: str, error: LinkbakError) -> LinkbakError:
    """The same refusal, with the name of the copy or the file."""
    return pending.refusal(f"{name}: {error}", error.hint, error.exit_code)


# --- notifications ----------------------------------------------------------------------------------------------------
# Notifications: reminders of the click that only the user can make, news, errors, and a ping.


def remind(run_state: RunState) -> Step:
    """Remind of the next archive if it is time; a stale vault is reported either way."""
    if run_state.named and not run_state.vault:
        return Step("remind")  # the named vault is missing, so its age is unknown
    place, cadence, now = run_state.place, run_state.settings.cadence, datetime.now(UTC).astimezone()
    summaries = _summaries(run_state)
    _count_reach(place, summaries)
    reminder = reminders.due_reminder(place, summaries, cadence, now, fetching=run_state.fetching)
    lines: list[str] = []
    if reminder is not None:
        subject, body = letter(reminder, now)
        run_state.reminder = reminder, Message(subject, body, "reminder")
        lines = [subject, "", *body.rstrip("\n").split("\n")]
    nudges = reminders.nudges(place, summaries, cadence, now)
    owed = tuple(
        tr("the newest list of {account} cannot be read, or is empty", account=one.account)
        for one in nudges
        if one.unread
    )
    return Step("remind", tuple(lines), reminders.age_status(nudges), owed=owed)


def _count_reach(place: Path, summaries: Sequence[Summary]) -> None:
    """Count the reachable people of each account that changed since, for status and reminders."""
    accounts = {one.key.account for one in summaries if one.network != BOOK and one.connections}
    told = last_reached(place)
    with suppress(LinkbakError, sqlite3.Error), Vault.open(place) as vault:  # reported by other steps
        stale = [one for one in sorted(accounts) if one not in told or told[one].commit != vault.newest()]
        if stale:
            with History.open(vault) as history, history.read_transaction():
                for account in stale:
                    count_reach(vault, history, account)


def notify(run_state: RunState) -> Step:
    """Send the news every way the user chose; later runs retry what got through nowhere."""
    place, how = run_state.place, run_state.settings.notify
    ways = len(channels(how))
    failed: list[Undelivered] = []
    if ways:
        found = {lines[0]: lines for steps, one in failures(run_state.steps) if (lines := trouble(one, steps))}
        for message in (*pending.unsent(place), *run_state.news.values(), *run_state.words, *_trouble(place, found)):
            failed += pending.send(place, how, message, ways)
        pending.note_troubles(place, [*found])
    _send_reminder(run_state, ways, failed)
    return Step("notify", errors=tuple(_undelivered(one) for one in dict.fromkeys(failed)))


def ping_start(run_state: RunState) -> Step:
    """Ping the monitoring service that a run begins."""
    return _ping(run_state, "start", "")


def ping_end(run_state: RunState) -> Step:
    """Ping how the run ended: well, or with an exit status that is not 0."""
    status = exit_code_of(run_state.steps)
    return _ping(run_state, "fail" if status else "success", f"exit status {int(status)}")


def _ping(run_state: RunState, signal: Literal["start", "success", "fail"], text: str) -> Step:
    url = run_state.settings.notify.ping
    failed = ping(url, signal, text) if url else None
    named = failed._replace(channel=failed.channel.removeprefix("ping ")) if failed else None
    return Step("ping", errors=(_undelivered(named),) if named else ())


def _summaries(run_state: RunState) -> tuple[Summary, ...]:
    if not run_state.vault:
        return ()
    with Vault.open(run_state.place) as vault:
        return tuple(judged(vault, vault.summaries()))


def _send_reminder(run_state: RunState, ways: int, failed: list[Undelivered]) -> None:
    """Send the reminder; it counts as sent if it got through somewhere, or if printing is the only way."""
    if run_state.reminder is None:
        return
    reminder, message = run_state.reminder
    undelivered = deliver(run_state.settings.notify, message) if ways else []
    failed += undelivered
    if not ways or len(undelivered) < ways:
        reminders.reminded(run_state.place, reminder, datetime.now(UTC).astimezone())


def _trouble(place: Path, found: Mapping[str, list[str]]) -> list[Message]:
    """The errors of this run that were not sent today, by the first line of each."""
    new = pending.new_troubles(place, [*found])
    text = "\n".join(line for one, lines in found.items() if one in new for line in lines)
    subject = tr("linkbak: {things} went wrong", things=count(len(new), "thing"))
    return [Message(subject, text, "trouble")] if new else []


def _undelivered(failed: Undelivered) -> LinkbakError:
    return MachineProblem(f"{failed.channel}: {failed.why}", hint=failed.hint)


# --- run --------------------------------------------------------------------------------------------------------------

STEPS: dict[str, Callable[[RunState], Step]] = {
    step.__name__: step for step in (api, scan, diff, digest, kit, push, verify, compact, remind, notify)
}
"""The steps of a run, in order; notifications are last, so that they can report all the others."""


def run(run_state: RunState, tell: Callable[[Run], None]) -> Run:
    """Run every unattended step, and report each by `tell`; raises VaultLocked at once if another run works.

    A timer that fires meanwhile starts no second run. All other errors are in the result. The lock lies in the state
    folder, since there may be no vault yet. Where it cannot be made, the vault's own lock is all that keeps two runs
    apart; that is enough for the vault, and two reminders do no harm.
    """
    refusal = VaultLocked(
        tr("another `linkbak run` is going on for this vault"),
        hint=tr("Let it finish; the next one goes on from there."),
    )
    with state.alone(run_state.place, "run.lock", refusal):
        run_state.before = pending.begin(run_state.place)
        run_state.steps.append(_guarded("ping", ping_start, run_state))
        for name, step in STEPS.items():
            run_state.steps.append(_guarded(name, step, run_state))
        run_state.steps.append(_guarded("ping", ping_end, run_state))
        ran = Run(str(run_state.place), tuple(run_state.steps))
        state.write(run_state.place, "run", {"at": reminders.written(datetime.now(UTC)), "status": int(ran.status)})
        tell(ran)
        pending.end(run_state.place)
    return ran


def _guarded(name: str, step: Callable[[RunState], Step], run_state: RunState) -> Step:
    """The result of a step; an error is a result too."""
    try:
        return step(run_state)
    except Exception as error:  # noqa: BLE001  # one step that fails must not stop the others
        return Step(name, errors=(refusal_of(error),))
