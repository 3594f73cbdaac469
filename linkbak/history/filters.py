"""Which people are wanted, as a condition in SQL."""

from __future__ import annotations

from typing import Any

from linkbak.history.folding import fold
from linkbak.history.moments import start_of
from linkbak.history.records import State, Wanted

_AWAY = "p.status <> 'listed' AND"
"""Said beside what implies it, so that the index of those away is used."""


def filters(wanted: Wanted, newest_day: int, *, held: bool) -> tuple[str, dict[str, Any]]:
    """A condition on `p` (person), `t` (talk) and `h` (held), and what its names stand for.

    `newest_day` is when the day of the newest main list begins, `held` whether anybody is held at all. Tags are left to
    the caller, and for states other than those lost or unclear it also holds for others.
    """
    conditions = [_states(wanted.states, newest_day, held=held)]
    given: dict[str, Any] = {"since": wanted.since, "before": wanted.before}
    for column in ("company", "position"):
        if text := getattr(wanted, column):
            conditions.append(f"instr(fold(p.{column}), :{column})")
            given[column] = fold(text)
    if wanted.since:
        conditions.append("p.connected_on >= :since")
    if wanted.before:
        conditions.append("p.connected_on < :before AND p.connected_on <> ''")
    if wanted.email is not None:
        conditions.append("p.email <> ''" if wanted.email else "p.email = ''")
    if wanted.never_talked:
        conditions.append("t.messages IS NULL")
    if wanted.gone_since:
        given["gone_since"] = start_of(wanted.gone_since)
        missed = f"{_AWAY} p.since >= :gone_since"
        conditions.append(f"({missed} OR h.at >= :gone_since)" if held else missed)
    return " AND ".join(conditions), given


def _states(states: frozenset[State] | None, newest_day: int, *, held: bool) -> str:
    if states is None:
        return "p.status IN ('listed', 'side')"
    newest = f"p.since >= {newest_day:d}"  # only lists of the newest day lack those suspected
    each: dict[State, str] = {
        "suspected": f"{_AWAY} p.status = 'gone' AND {newest}",
        "confirmed": f"{_AWAY} p.status = 'gone' AND NOT {newest}",
        "held": "h.at IS NOT NULL",
        "unclear": f"{_AWAY} p.status = 'unclear'",
    }
    if not states <= each.keys():
        return "1"
    wanted = states if held else states - {"held"}
    if wanted == {"suspected", "confirmed"}:
        return f"{_AWAY} p.status = 'gone'"
    return f"({' OR '.join(f'({each[state]})' for state in sorted(wanted))})" if wanted else "0"
