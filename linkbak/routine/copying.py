"""What the vault holds, sent to the copies elsewhere."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from linkbak.errors import LinkbakError, MachineProblem
from linkbak.report.run_view import Step
from linkbak.report.words import count
from linkbak.routine.course import Course

if TYPE_CHECKING:
    from linkbak.vault.remotes.pushing import Pushed
    from linkbak.vault.remotes.registering import Remote


def push(course: Course) -> Step:
    """Push to every copy; a disk that is not plugged in is no trouble before its copy is too old."""
    plan = course.plan
    if not plan.settings.run.push or not course.vault:
        return Step("push")
    from linkbak.vault.remotes.pushing import push as push_all
    from linkbak.vault.remotes.registering import remotes

    known = {one.name: one for one in remotes(plan.place)}
    away = [one for one in known.values() if _away(one)]
    pushed = push_all(plan.place, [name for name, one in known.items() if one not in away]) if known else []
    late = [error for one in away if (error := _late(course, one)) is not None]
    failed = [_named(one.name, one.error) for one in pushed if one.error is not None]
    return Step("push", tuple(_sent(one) for one in pushed if one.state == "sent"), errors=(*failed, *late))


def _away(remote: Remote) -> bool:
    """Whether the copy is a folder on a disk that is not there now."""
    try:
        path = remote.address.path
    except LinkbakError:
        return False
    return path is not None and not path.exists()


def _late(course: Course, remote: Remote) -> LinkbakError | None:
    """What is to be said of a copy whose disk is away: nothing while it holds all there is, or is not old yet."""
    from linkbak.vault import Vault
    from linkbak.vault.remotes.record import copies

    plan = course.plan
    made = copies(plan.place).get(remote.name)
    with Vault.open(plan.place) as vault:
        newest = vault.newest()
    if made is not None and made.commit == newest:
        return None
    hint = f"Plug its disk in; the next run sends what it lacks. `linkbak remote remove {remote.name}` gives it up."
    if made is None:
        return MachineProblem(f"{remote.name}: {remote.shown} is not there, and holds no copy yet", hint=hint)
    age = datetime.now(UTC) - datetime.fromisoformat(made.at)
    if timedelta(0) <= age < timedelta(days=plan.settings.copies.warn):
        return None
    return MachineProblem(f"{remote.name}: its copy is {count(age.days, 'day')} old, and it is not there", hint=hint)


def _sent(one: Pushed) -> str:
    parts = [count(one.sent.snapshots, "snapshot")] if one.sent.snapshots else []
    parts += [count(one.sent.marks, "mark")] if one.sent.marks else []
    return f"copied to {one.name}: {' and '.join(parts) or count(one.sent.commits, 'commit')}"


def _named(name: str, error: LinkbakError) -> LinkbakError:
    """The same refusal, which says of which copy it is."""
    told = LinkbakError(f"{name}: {error}", hint=error.hint)
    told.exit_code = error.exit_code
    return told
