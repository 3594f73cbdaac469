"""Events are found in the windows that are asked for alone, and as they are among all."""

from __future__ import annotations

from datetime import date, timedelta

from linkbak.causes.judgement import events_of
from linkbak.index import LOST, PeopleFilter
from linkbak.model import Connection
from tests.index.archives import indexed, list_of

DAY = date(2026, 1, 5)


def person(number: int) -> Connection:
    """One of three a day; those without work stand together."""
    work = "" if number % 250 < 40 else "Cook"
    url = f"https://www.linkedin.com/in/n-{number}"
    day = DAY - timedelta(number // 3)
    return Connection(f"N{number}", "Sample", url, company=work and "Sample SA", position=work, connected_on=day)


def test_events_of_some_windows_are_those_among_all() -> None:
    """Each list but the first lacks every second of those without work in one place more."""
    everybody = [person(number) for number in range(1000)]
    lists = [
        [
            one
            for number, one in enumerate(everybody)
            if not (number < 250 * so_far and number % 250 < 40 and number % 2)
        ]
        for so_far in range(4)
    ]
    days = "2026-01-10", "2026-02-10", "2026-03-10", "2026-04-10"
    with indexed(*((day, {"Connections.csv": list_of(*rows)}) for day, rows in zip(days, lists, strict=True))) as found:
        lost = found.people(PeopleFilter(states=LOST, removed_by_me=False, sort="closest"))
        every = events_of(found, "linkedin-me", ())
        windows = {event.window for event in every}

        assert len(windows) == 3
        assert events_of(found, "linkedin-me", (), windows, lost) == every
        for window in windows:
            mine = [event for event in every if event.window == window]
            assert events_of(found, "linkedin-me", (), {window}) == mine
            going = found.people(PeopleFilter(states=LOST, gone_since=window.before[:10], gone_by=window.before[:10]))
            assert {one.id for one in going} == {one.id for one in lost if one.window == window}
