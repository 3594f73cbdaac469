"""Everything a rule may look at, put together once for each person."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from linkbak.causes.surge import Surge
from linkbak.causes.verdict import Incident

if TYPE_CHECKING:
    from linkbak.history.records import Case, Trace

OUTLIVE = frozenset({"invitations", "notes"})
"""Kinds whose rows nobody has seen lose a name when an account closes; they may outlive it."""


class Scene(NamedTuple):
    """One case, with what else bears on it.

    `incidents` are those of the person's network that the window touches; `newest` is when the account's newest
    believed list was taken; `surge` gives what is remarkable about the window, worked out only when asked.
    """

    case: Case
    incidents: tuple[Incident, ...]
    newest: str
    surge: Callable[[], Surge | None]

    @property
    def living(self) -> tuple[Trace, ...]:
        """Where archives as late show them by name in a way that a closed account would not be."""
        return (*(trace for trace in self.case.named if trace.kind not in OUTLIVE), *self.case.invited)

    def outlasted(self, incident: Incident) -> bool:
        """Whether a list of a later day, made after a fault was mended, lacks them too."""
        latest = max(self.newest, self.case.window.before)
        return self.case.later >= 1 and bool(incident.ended) and latest >= incident.ended

    def unsettled(self, incident: Incident) -> bool:
        """Whether a fault may still be why the list lacks them, since no later list has settled it."""
        return incident.kind == "fault" and not self.outlasted(incident)


def newest(traces: tuple[Trace, ...]) -> str:
    """When the newest archive among traces was taken, "" if there are none."""
    return max((trace.taken for trace in traces), default="")


def touches(incident: Incident, case: Case) -> bool:
    """Whether an incident is of the person's network, and any of it falls into the window in which they went."""
    if incident.network != case.person.account.partition("-")[0]:
        return False
    return incident.began <= case.window.before and (not incident.ended or incident.ended >= case.window.after)
