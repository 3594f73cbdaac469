"""Why a connection is gone: evidence for and against, in bands, and never more than the files show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from linkbak.causes.rules import RULES, Scene, touches
from linkbak.causes.surge import Surge, surge
from linkbak.causes.verdict import (
    BANDS,
    PHRASES,
    Band,
    Cause,
    Evidence,
    Incident,
    Verdict,
    headline,
)
from linkbak.causes.weighing import weigh

if TYPE_CHECKING:
    from linkbak.causes.incident_files import incidents
    from linkbak.index import Case, Interval

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

_PLACES = {
    "linkbak.causes.incident_files": ("incidents",),
}


def __getattr__(name: str) -> Any:
    """What only a command that shows causes needs, loaded when one asks for it."""
    for place, names in _PLACES.items():
        if name in names:
            return getattr(import_module(place), name)
    raise AttributeError(name)


# --- judging ----------------------------------------------------------------------------------------------------------
# From a case to a verdict: every rule is asked, then all they found is weighed.


def judge(case: Case, spells: Sequence[Interval], incidents: Sequence[Incident]) -> Verdict:
    """Why one person is gone, as far as anyone can know; `spells` are all windows of their account, in any order."""
    return judge_all([case], spells, incidents)[0]


def judge_all(cases: Iterable[Case], spells: Sequence[Interval], incidents: Sequence[Incident]) -> list[Verdict]:
    """The same for many people of one account, each window looked at once."""
    latest = max((spell.window.before for spell in spells), default="")
    by_end = {spell.window.before: spell for spell in spells}

    @cache
    def remarkable(spell: Interval) -> Surge | None:
        return surge(spell, spells)

    def scene(case: Case) -> Scene:
        spell = by_end.get(case.window.before)
        within = spell is not None and spell.window.after <= case.window.after
        near = tuple(one for one in incidents if touches(one, case))
        return Scene(case, near, latest, lambda: remarkable(spell) if spell is not None and within else None)

    return [_verdict(scene(case)) for case in cases]


def _verdict(scene: Scene) -> Verdict:
    return weigh(scene, [one for rule in RULES.values() for one in rule(scene)])
