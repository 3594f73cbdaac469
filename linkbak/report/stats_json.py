"""Builds the JSON document of `stats`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkbak.report.chore_json import chore
from linkbak.report.people_json import person, verdict_of, window

if TYPE_CHECKING:
    from linkbak.causes.fates import Loss
    from linkbak.overview.records import Change, Changes, Flow, Health, Overview, Tenured
    from linkbak.report.lost_documents import LossDocument
    from linkbak.report.stats_documents import (
        ChangesDocument,
        CountedDocument,
        FlowDocument,
        HealthDocument,
        StatsDocument,
        TenureDocument,
    )


def stats(found: Overview) -> StatsDocument:
    """Every number, and the people told of with them."""
    reach = found.reach
    return {
        "schema": "linkbak.stats/1",
        "account": found.account,
        "owner": found.owner or None,
        "made": found.made,
        "sizes": [
            {"taken": one.taken, "connections": one.connections, "hidden": one.hidden, "lost": one.lost}
            for one in found.sizes
        ],
        "flows": [_flow(one) for one in found.flows],
        "lost": found.lost,
        "unclear": found.unclear,
        "tenure": [_tenure(one) for one in found.tenure],
        "companies": _changes(found.companies),
        "positions": _changes(found.positions),
        "recent": [_loss(one) for one in found.recent],
        "closest": [person(one) for one in found.closest],
        "reach": {
            "people": reach.people,
            "email": reach.email,
            "talked": reach.talked,
            "talked_email": reach.talked_email,
        },
        "health": _health(found.health),
    }


def _flow(one: Flow) -> FlowDocument:
    return {
        "window": window(one.window),
        "added": one.added,
        "returned": one.returned,
        "lost": one.lost,
        "back": one.back,
        "unclear": one.unclear,
        "because": [{"cause": each.cause, "band": each.band, "people": each.people} for each in one.because],
    }


def _tenure(one: Tenured) -> TenureDocument:
    return {"least": one.least, "below": one.below or None, "people": one.people}


def _changes(one: Changes) -> ChangesDocument:
    return {
        "since": one.since or None,
        "grew": [_change(each) for each in one.grew],
        "shrank": [_change(each) for each in one.shrank],
    }


def _change(one: Change) -> CountedDocument:
    return {"name": one.name, "then": one.then, "now": one.now}


def _loss(one: Loss) -> LossDocument:
    return {**person(one.case.person), "later_lists": one.case.later, "verdict": verdict_of(one.verdict)}


def _health(one: Health) -> HealthDocument:
    return {
        "snapshots": one.snapshots,
        "first": one.first,
        "newest": one.newest,
        "age_days": one.age,
        "bytes": one.bytes,
        "held": one.held,
        "missing": list(one.missing),
        "verify": chore(one.verified),
        "drill": chore(one.restored),
    }
