"""The request for an archive, which only its owner can make: where it stands, and when to say a word about it."""

from .keeping import cancel, nudges, ready, requested
from .reminding import Due, Reminder, Stage, due_reminder, reminded
from .states import LINK, Level, Nudge, Request, State, age_days, nudge

__all__ = [
    "LINK",
    "Due",
    "Level",
    "Nudge",
    "Reminder",
    "Request",
    "Stage",
    "State",
    "age_days",
    "cancel",
    "due_reminder",
    "nudge",
    "nudges",
    "ready",
    "reminded",
    "requested",
]
