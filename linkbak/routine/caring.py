"""The vault looked after: a share of its bytes compared from time to time, and packed when it is worth it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from linkbak import upkeep
from linkbak.errors import VaultDamaged
from linkbak.report.run_view import Step
from linkbak.report.words import count, day
from linkbak.routine.course import Course
from linkbak.upkeep import Done

_HINT = "`linkbak verify` tells what is damaged, what is whole, and what to do."


def verify(course: Course) -> Step:
    """Compare a share of the files, every so many days; damage once found is told by every run until it is mended."""
    plan = course.plan
    if not plan.settings.run.verify or not course.vault:
        return Step("verify")
    last = upkeep.last(plan.place, "verify").last
    if last is not None and not last.passed:
        raise VaultDamaged(f"what was found damaged on {day(last.at)} is not mended yet", hint=_HINT)
    if not _due(course, last):
        return Step("verify")
    if damaged := compared(course):
        raise VaultDamaged(f"{count(damaged, 'thing')} found damaged", hint=_HINT)
    return Step("verify")


def compared(course: Course) -> int:
    """Compare a share of the files; gives how many things were found damaged."""
    from linkbak.routine.checking import looked_over, share_of

    plan = course.plan
    return len(looked_over(plan.place, share_of(plan.settings.run.verify), plan.options.progress).found.damage)


def compact(course: Course) -> Step:
    """Pack the vault if enough has gathered: here and now, since what a timer leaves in the background is ended."""
    if not course.vault:
        return Step("compact")
    from linkbak.vault.compacting.background import attempt

    attempt(course.plan.place)
    return Step("compact")


def _due(course: Course, last: Done | None) -> bool:
    """Whether neither all nor a share was compared within the days that were set."""
    sample = upkeep.last(course.plan.place, "sample").last
    times = [datetime.fromisoformat(one.at) for one in (last, sample) if one is not None]
    if not times:
        return True
    age = datetime.now(UTC) - max(times)
    # An hour less, or a daily run that starts a few minutes earlier than the last would wait for another day.
    return not timedelta(0) <= age < timedelta(days=course.plan.settings.run.verify_days) - timedelta(hours=1)
