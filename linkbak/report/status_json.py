"""How the backup stands, for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkbak.report.chore_json import chore
from linkbak.report.nudge_view import standing as request
from linkbak.report.status_view import accounts
from linkbak.unattended.nudging.states import LINK, age_days

if TYPE_CHECKING:
    from linkbak.report.status_documents import (
        CopyDocument,
        HeldDocument,
        RunDocument,
        SpaceDocument,
        StatusDocument,
        TimerDocument,
        TroubleDocument,
    )
    from linkbak.unattended.schedule import Timer
    from linkbak.unattended.standing import Elsewhere, Held, LastRun, Space, Standing, Trouble


def document(standing: Standing) -> StatusDocument:
    """The whole of it."""
    now = standing.now
    return {
        "schema": "linkbak.status/1",
        "vault": standing.vault,
        "status": int(standing.status),
        "accounts": [
            {
                "account": account,
                "snapshots": len(kept),
                "newest": kept[-1].taken,
                "age_days": age_days(kept[-1].taken, now),
            }
            for account, kept in accounts(standing.summaries).items()
        ],
        "link": LINK,
        "requests": [request(one, now) for one in standing.nudges],
        "held": [_held(one) for one in standing.held],
        "copies": [_copy(one) for one in standing.copies],
        "verify": chore(standing.verify),
        "sample": chore(standing.sample),
        "drill": chore(standing.drill),
        "timers": [_timer(one) for one in standing.timers],
        "run": _run(standing.run) if standing.run else None,
        "space": _space(standing.space) if standing.space else None,
        "troubles": [_trouble(one) for one in standing.troubles],
    }


def _held(one: Held) -> HeldDocument:
    return {"account": one.account, "snapshot": one.snapshot, "losses": one.losses}


def _copy(one: Elsewhere) -> CopyDocument:
    return {
        "name": one.name,
        "kind": one.kind,
        "at": one.at or None,
        "whole": one.whole,
        "trouble": one.trouble or None,
    }


def _timer(one: Timer) -> TimerDocument:
    return {
        "kind": one.kind,
        "every": one.every,
        "active": one.active,
        "next": one.next or None,
        "where": one.where,
        "command_ok": one.command_ok,
    }


def _run(one: LastRun) -> RunDocument:
    return {"at": one.at, "status": one.status}


def _space(one: Space) -> SpaceDocument:
    return {"free": one.free, "little": one.little, "vault": one.vault}


def _trouble(one: Trouble) -> TroubleDocument:
    return {"what": one.what, "message": str(one.error), "hint": one.error.hint}
