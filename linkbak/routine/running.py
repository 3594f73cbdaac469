"""A run: each step on its own feet, so that one that fails stops no other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from linkbak import notes
from linkbak.errors import Bug, LinkbakError, MachineProblem
from linkbak.report.run_view import Ran, Step
from linkbak.routine import arriving, caring, copying, pending, telling
from linkbak.routine.alone import alone
from linkbak.routine.course import Course, Plan

NOTE = "run"
"""The note of the last run: when it ended and with which exit status."""

STEPS: dict[str, Callable[[Course], Step]] = {
    "scan": arriving.scan,
    "diff": arriving.diff,
    "digest": arriving.digest,
    "push": copying.push,
    "verify": caring.verify,
    "compact": caring.compact,
    "remind": telling.remind,
    "notify": telling.notify,
}
"""What a run does, in this order; notifications are last, so that they can tell of all the others."""


def run(plan: Plan, tell: Callable[[Ran], None]) -> Ran:
    """Do everything that can be done without the user, and `tell` what came of it; raises VaultLocked if another does.

    Whatever else goes wrong is told in the result.
    """
    with alone(plan.place):
        course = Course(plan, pending.begin(plan.place))
        course.steps.append(_guarded("ping", telling.ping_start, course))
        for name, step in STEPS.items():
            course.steps.append(_guarded(name, step, course))
        course.steps.append(_guarded("ping", telling.ping_end, course))
        ran = Ran(str(plan.place), tuple(course.steps))
        notes.write(plan.place, NOTE, {"at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", "status": int(ran.status)})
        tell(ran)
        pending.end(plan.place)
    return ran


def _guarded(name: str, step: Callable[[Course], Step], course: Course) -> Step:
    """What came of a step; an error in it is its outcome."""
    try:
        return _twice_if_spoilt(step, course)
    except LinkbakError as error:
        return Step(name, errors=(error,))
    except OSError as error:
        return Step(name, errors=(MachineProblem(error.strerror or type(error).__name__),))
    except Exception as error:  # noqa: BLE001  # one step that fails must not stop the others
        return Step(name, errors=(Bug(error),))


def _twice_if_spoilt(step: Callable[[Course], Step], course: Course) -> Step:
    """What came of a step; if it came upon a damaged index, which is derived, of a second try with one made anew."""
    try:
        return step(course)
    except Exception as error:
        if type(error).__module__ != "sqlite3":
            raise
        from linkbak.history.store import discard_spoilt

        if not discard_spoilt(error):
            raise
        return step(course)
