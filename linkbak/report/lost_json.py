"""Builds the JSON document of `lost`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkbak.report.people_json import person, verdict_of, window

if TYPE_CHECKING:
    from linkbak.causes.fates import Loss
    from linkbak.history.records import Absence, Person
    from linkbak.report.lost_documents import DoubtDocument, LossDocument, LostDocument, ReturnDocument
    from linkbak.report.lost_view import Doubt, Lost


def lost(found: Lost) -> LostDocument:
    """All who are lost and not back, who came back, and of whom nobody can tell."""
    return {
        "schema": "linkbak.lost/1",
        "account": found.account or None,
        "since": found.since or None,
        "looks": {"lists": found.lists, "first": found.first, "newest": found.newest},
        "counts": {**{state: found.counts.get(state, 0) for state in ("suspected", "confirmed", "held", "unclear")}},
        "came_back": [_back(one, absence) for one, absence in found.back],
        "lost": [_loss(one) for one in found.losses],
        "unclear": [_doubt(one) for one in found.doubts],
    }


def _loss(one: Loss) -> LossDocument:
    return {**person(one.case.person), "later_lists": one.case.later, "verdict": verdict_of(one.verdict)}


def _back(one: Person, absence: Absence) -> ReturnDocument:
    assert absence.back is not None
    return {**person(one), "went": window(absence.went), "back": window(absence.back)}


def _doubt(one: Doubt) -> DoubtDocument:
    return {
        "window": window(one.window),
        "gone": one.gone,
        "reason": one.reason,
        "people": [person(each) for each in one.people],
        "later": [person(each) for each in one.later],
    }
