"""Why a connection is gone: evidence for and against, in bands, and never more than the files show."""

from typing import TYPE_CHECKING, Any

from linkbak.causes.judging import judge, judge_all
from linkbak.causes.phrases import PHRASES, headline
from linkbak.causes.verdict import BANDS, Band, Cause, Evidence, Incident, Verdict

if TYPE_CHECKING:
    from linkbak.causes.incident_files import incidents

__all__ = [
    "BANDS",
    "PHRASES",
    "Band",
    "Cause",
    "Evidence",
    "Incident",
    "Verdict",
    "headline",
    "incidents",
    "judge",
    "judge_all",
]


def __getattr__(name: str) -> Any:
    """What only a command that shows causes needs, loaded when one asks for it."""
    if name == "incidents":
        from linkbak.causes.incident_files import incidents

        return incidents
    raise AttributeError(name)
