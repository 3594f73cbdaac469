"""What the user told us of people, as typed facts."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from linkbak.marks.facts import CAUSES, FACTS, VALUED, Mark, Subject, checked, in_force, says, subject_of
    from linkbak.marks.lines import line_of, new_mark, read_marks, undo_line
    from linkbak.marks.matching import Candidate, Lookup, match

__all__ = [
    "CAUSES",
    "FACTS",
    "VALUED",
    "Candidate",
    "Lookup",
    "Mark",
    "Subject",
    "checked",
    "in_force",
    "line_of",
    "match",
    "new_mark",
    "read_marks",
    "says",
    "subject_of",
    "undo_line",
]

_PLACES = {
    "facts": ("CAUSES", "FACTS", "VALUED", "Mark", "Subject", "checked", "in_force", "says", "subject_of"),
    "lines": ("line_of", "new_mark", "read_marks", "undo_line"),
    "matching": ("Candidate", "Lookup", "match"),
}


def __getattr__(name: str) -> Any:
    """What is asked for, loaded only then."""
    for place, names in _PLACES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{place}"), name)
    raise AttributeError(name)
