"""Every check, one after the other; what one stumbles over stops no other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from linkbak.errors import Bug, Exit, LinkbakError
from linkbak.unattended.doctor import access, configured, elsewhere, machine, telling, timing, vaulted
from linkbak.unattended.doctor.findings import LEVELS, SEE, Check, Finding, Level, Patient, fail

CHECKS: Mapping[str, Check] = {
    "python": machine.python,
    "git": machine.git,
    "config": configured.config,
    "vault": vaulted.vault,
    "permissions": access.permissions,
    "lock": vaulted.lock,
    "index": vaulted.index,
    "clock": machine.clock,
    "disk": machine.disk,
    "folders": configured.folders,
    "timer": timing.timer,
    "notify": telling.notify,
    "remote": elsewhere.remote,
}
"""In the order in which they are told; one has nothing to say where there is nothing for it to look at."""

_GRAVEST = (Exit.DAMAGED, Exit.MACHINE, Exit.NO_VAULT, Exit.LOCKED, Exit.USAGE)


def examine(patient: Patient) -> list[Finding]:
    """What every check has to say."""
    return [one._replace(check=name) for name, check in CHECKS.items() for one in _guarded(check, patient)]


def worst(findings: Sequence[Finding]) -> Level:
    """How bad it is."""
    return max((one.level for one in findings), key=LEVELS.index, default="ok")


def status_of(findings: Sequence[Finding]) -> Exit:
    """The exit status of the gravest failure; 0 if nothing failed."""
    found = {one.status for one in findings if one.level == "fail"}
    return next((status for status in (*_GRAVEST, *sorted(found)) if status in found), Exit.FINE)


def _guarded(check: Check, patient: Patient) -> Iterator[Finding]:
    try:
        yield from check(patient)
    except LinkbakError as error:
        yield fail(str(error), error.hint, error.exit_code)
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        place = f"{error.filename}: " if isinstance(error.filename, str) else ""
        yield fail(f"cannot be looked at: {place}{reason}", SEE, Exit.MACHINE)
    except Exception as error:  # noqa: BLE001  # a check that is wrong must not hide what the others find
        bug = Bug(error)
        yield fail(str(bug), bug.hint, bug.exit_code)
