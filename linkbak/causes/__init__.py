"""Why a connection is gone: evidence for and against, in bands, and never more than the files show.

Every rule looks at one thing; `judge` weighs what all of them found. The module `incidents` knows what networks did to
their lists, `outcomes` asks the index how those who vanished stand.
"""

from __future__ import annotations

from linkbak.causes.judgement import judge, judge_all
from linkbak.causes.verdict import BANDS, PHRASES, Band, Cause, Evidence, Incident, Verdict, headline

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
    "outcomes",
]
