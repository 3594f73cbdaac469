"""What a folder holds, sorted: known from an earlier scan, not ready yet, new."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from linkbak.errors import LinkbakError, MachineProblem, UsageProblem
from linkbak.unattended.scanning import finding
from linkbak.unattended.scanning.course import Arrival, Course
from linkbak.unattended.scanning.memory import Outcome

FRESH = 60.0
"""What changed less than so many seconds ago is looked at twice."""
SETTLE = 2.0
"""So many seconds lie between two looks at a file; at an unpacked folder, as many as make it fresh."""
LONG = 24 * 3600.0
"""A download that stands still for so many seconds was cut off."""


def look_through(course: Course, folder: Path) -> None:
    """Sort what one folder holds; a folder that cannot be read is a trouble."""
    course.looked.append(folder)
    try:
        sights = finding.look(folder)
    except OSError as error:
        course.trouble(folder, _unreadable(folder, error))
        return
    course.outcomes[folder] = {}
    course.sights[folder] = {sight.path.name: sight for sight in sights}
    for sight in sights:
        _sort(course, Arrival(folder, sight))


def settle(course: Course, pause: Callable[[float], None]) -> None:
    """Leave out of what is new all that still changes: it is looked at again now, or by the next scan."""
    fresh = [one for one in course.new if _is_fresh(course, one)]
    if any(not one.sight.folder for one in fresh):
        pause(SETTLE)
    for arrival in fresh:
        now = finding.again(arrival.sight)
        if arrival.sight.folder or now is None or now.mark != arrival.sight.mark:
            course.new.remove(arrival)
            if now is not None:
                wait(course, arrival._replace(sight=now))


def cut_off(course: Course, arrival: Arrival) -> bool:
    """Whether what is not all there has stood still for so long that it never will be."""
    return course.now - arrival.sight.changed > LONG


def wait(course: Course, arrival: Arrival) -> None:
    """Leave it to the next scan, which takes it if it is the same then."""
    before = course.memory.seen(arrival.folder, arrival.sight.mark)
    since = before.at if before is not None and before.what == "waiting" else course.now
    course.note(arrival, Outcome("waiting", at=since))
    course.pass_over(arrival, "recent")


def _sort(course: Course, arrival: Arrival) -> None:
    before = course.memory.seen(arrival.folder, arrival.sight.mark)
    if before is not None and before.what in ("kept", "beside", "refused", "foreign"):
        course.note(arrival, before)
        if before.what != "foreign":
            course.pass_over(arrival, "refused" if before.what == "refused" else "kept")
        return
    if arrival.sight.unfinished:
        _sort_unfinished(course, arrival)
    elif arrival.sight.same and (kept := course.memory.seen(arrival.folder, arrival.sight.same)) is not None:
        _leave_edited(course, arrival, kept)
    else:
        _judge(course, arrival)


def _leave_edited(course: Course, arrival: Arrival, kept: Outcome) -> None:
    """A folder that was kept and changed since was hardly changed by LinkedIn: people may seem gone that are not."""
    course.outcomes[arrival.folder][arrival.sight.same] = kept
    course.pass_over(arrival, "kept")
    path = arrival.sight.path
    error = UsageProblem(
        f"{path.name} was kept before, and something in it was changed since; it was left alone",
        hint=f"If it holds another archive now: linkbak import {path}",
    )
    course.trouble(path, error)


def _judge(course: Course, arrival: Arrival) -> None:
    """Keep what is an archive, remember what is none."""
    from linkbak.unattended.scanning import judging

    try:
        archive = judging.is_archive(arrival.sight, course.options.limits)
    except OSError:
        return  # it may be readable next time, and nobody said that it is an archive
    if archive:
        course.new.append(arrival)
    else:
        course.note(arrival, Outcome("foreign"))


def _sort_unfinished(course: Course, arrival: Arrival) -> None:
    """A download that goes on waits in silence; one that was cut off is told of once."""
    from linkbak.unattended.scanning import judging

    if not judging.called_so(arrival.sight):
        return
    if cut_off(course, arrival):
        from linkbak.unattended.scanning.keeping import tell_cut_off

        tell_cut_off(course, arrival)
    else:
        course.pass_over(arrival, "unfinished")


def _is_fresh(course: Course, arrival: Arrival) -> bool:
    if course.now - arrival.sight.changed >= FRESH:
        return False
    before = course.memory.seen(arrival.folder, arrival.sight.mark)
    if before is None or before.what != "waiting":
        return True
    return course.now - before.at < (FRESH if arrival.sight.folder else SETTLE)


def _unreadable(folder: Path, error: OSError) -> LinkbakError:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        if folder.is_file():
            return UsageProblem(f"{folder} is a file, not a folder", hint=f"Keep it: linkbak import {folder}")
        return UsageProblem(f"there is no folder {folder}", hint="Look at the spelling, or whether its disk is there.")
    reason = (error.strerror or "input/output error").lower()
    hint = "Check that you may read it."
    if sys.platform == "darwin" and isinstance(error, PermissionError):
        hint = "Allow it in System Settings, Privacy & Security, Files and Folders."
    return MachineProblem(f"{folder} cannot be looked through: {reason}", hint=hint)
