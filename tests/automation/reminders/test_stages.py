"""What is to be said of one account, given what was said before."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from linkbak.automation.reminders import Level, Nudge, Request, Said, Stage, nudge, stage, written
from linkbak.settings import Cadence
from tests.automation.reminders.days import START, at, snapshot

CLICK = at(31, 10)
OLD = snapshot(START)


def standing(now: datetime, request: Request | None = None, cadence: Cadence | None = None) -> Nudge:
    return nudge("linkedin-me", [OLD], request, cadence or Cadence(), now, START)


def said(when: datetime, what: Stage, level: Level = "due", request: str = "") -> Said:
    return Said(when, what, level, OLD.id, request)


@pytest.mark.parametrize(
    ("left", "what"),
    [
        (timedelta(hours=48), "waiting"),
        (timedelta(hours=30, seconds=1), "waiting"),
        (timedelta(hours=30), "expiring"),
        (timedelta(hours=9, seconds=1), "expiring"),
        (timedelta(hours=9), "last"),
        (timedelta(seconds=1), "last"),
        (timedelta(0), None),
    ],
)
def test_the_less_is_left_the_more_is_said(left: timedelta, what: Stage | None) -> None:
    now = CLICK + timedelta(hours=72) - left

    assert stage(standing(now, Request(CLICK)), [], now) == what


def test_nothing_is_said_that_is_less_than_what_was_said() -> None:
    now = CLICK + timedelta(hours=50)
    last = said(at(30), "last", request=written(CLICK))

    assert stage(standing(now, Request(CLICK)), [last], now) is None


def test_what_was_said_of_another_request_does_not_count() -> None:
    now = CLICK + timedelta(hours=50)
    last = said(at(30), "last", request=written(CLICK - timedelta(days=5)))

    assert stage(standing(now, Request(CLICK)), [last], now) == "expiring"


def test_a_cadence_that_is_made_longer_goes_back_to_no_word_that_is_less() -> None:
    late = said(at(35), "late", "late")
    found = standing(at(46), cadence=Cadence(days=45, warn=50, stale=90))

    assert found.level == "due"
    assert stage(found, [late], at(46)) is None


def test_a_day_is_one_of_the_zone_in_which_it_is_now() -> None:
    """In California it is still the same evening when the day changes in UTC."""
    california = timezone(timedelta(hours=-8))
    evening = at(31, 0.5).astimezone(california)
    found = standing(evening)

    for earlier in (at(30, 23.5), at(31, 0.2)):
        assert stage(found, [said(earlier, "expired", "fresh")], evening) is None
    assert stage(found, [said(at(30, 23.5), "expired", "fresh")], at(31, 0.5)) == "due"


@pytest.mark.parametrize(("days", "what"), [(-7, "stale"), (-6, None), (0.9, None), (6, "stale"), (300, "stale")])
def test_weekly_is_weekly_and_what_is_to_come_was_not_said(days: float, what: Stage | None) -> None:
    now = at(400)

    assert stage(standing(now), [said(now + timedelta(days=days), "stale", "stale")], now) == what
