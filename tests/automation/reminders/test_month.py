"""Days one after another, with the timer going off: exactly the reminders there should be, and on which day."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from linkbak.automation import reminders
from linkbak.settings import Cadence
from tests.automation.reminders.days import BASIC, COMPLETE, START, Story, at, daily, hourly, snapshot


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder that says since when it is there."""
    return tmp_path / "vault"


def story(place: Path) -> Story:
    return Story(place, snapshot(START))


def test_a_month_in_which_nothing_is_due(place: Path) -> None:
    assert story(place).run(daily(29)) == []


def test_who_never_asks_hears_of_it_at_30_35_60_days_and_then_weekly(place: Path) -> None:
    assert story(place).run(daily(82)) == [
        *((30, "due"), (35, "late"), (60, "stale"), (67, "stale"), (74, "stale"), (81, "stale"))
    ]


def test_an_hourly_timer_says_the_same_once(place: Path) -> None:
    assert story(place).run(hourly(70)) == [(30, "due"), (35, "late"), (60, "stale"), (67, "stale")]


def test_who_asks_and_imports_hears_nothing_more_for_a_month(place: Path) -> None:
    one = story(place)
    one.click(at(31, 10))
    one.bring(at(32, 8), snapshot(at(31, 22), at(32, 8)))

    assert one.run(daily(70)) == [(30, "due"), (61, "due"), (66, "late")]


def test_who_imports_in_time_hears_nothing_at_all(place: Path) -> None:
    one = story(place)
    for day in (28, 55, 83):
        one.bring(at(day), snapshot(at(day)))

    assert one.run(daily(110)) == []


def test_an_import_without_a_click_counts_too(place: Path) -> None:
    one = story(place)
    one.bring(at(33), snapshot(at(33)))

    assert one.run(daily(62)) == [(30, "due")]


def test_who_asks_and_forgets_is_told_before_the_link_expires_and_after(place: Path) -> None:
    """The word that it expired stands for the one that the snapshot is late."""
    one = story(place)
    one.click(at(31, 10))

    assert one.run(daily(68)) == [
        *((30, "due"), (33, "expiring"), (34, "last"), (36, "expired"), (60, "stale"), (67, "stale"))
    ]


def test_a_timer_that_goes_off_right_after_each_day_of_the_click(place: Path) -> None:
    one = story(place)
    one.click(at(31, 8))

    assert one.run(daily(40)) == [(30, "due"), (32, "waiting"), (33, "expiring"), (35, "expired")]


def test_an_hourly_timer_tells_each_stage_on_a_day_of_its_own(place: Path) -> None:
    one = story(place)
    one.click(at(31, 10.5))

    said = one.run(hourly(40))

    assert said == [(30, "due"), (32, "waiting"), (33, "expiring"), (34, "last"), (35, "expired")]


def test_the_last_word_waits_for_midnight_rather_than_come_twice_a_day(place: Path) -> None:
    """30 hours before the end are on the day on which 9 hours before it are too."""
    one = story(place)
    one.click(at(31, 6.5))

    assert one.run(hourly(36)) == [(30, "due"), (32, "waiting"), (33, "expiring"), (34, "last"), (35, "expired")]


def test_a_mail_that_was_told_of_sets_the_clock(place: Path) -> None:
    one = story(place)
    one.click(at(31, 10))
    one.mail(at(32, 12))

    assert one.run(daily(40)) == [(30, "due"), (34, "expiring"), (35, "last"), (36, "expired")]


def test_a_mail_told_of_without_a_click(place: Path) -> None:
    one = story(place)
    one.mail(at(31, 10))

    assert one.run(daily(40)) == [(30, "due"), (33, "expiring"), (34, "last"), (36, "expired")]


def test_a_machine_that_was_off_for_two_weeks_says_what_is_true_now(place: Path) -> None:
    one = story(place)

    assert one.run(daily(50, off=range(28, 42))) == [(42, "late")]


def test_a_machine_that_was_off_while_the_link_expired(place: Path) -> None:
    one = story(place)
    one.click(at(31, 10))

    assert one.run(daily(61, off=range(32, 46))) == [(30, "due"), (46, "expired"), (60, "stale")]


def test_a_request_that_was_taken_back(place: Path) -> None:
    one = story(place)
    one.click(at(31, 10))
    one.take_back(at(31, 11))

    assert one.run(daily(40)) == [(30, "due"), (35, "late")]


def test_who_asks_a_second_time_has_a_new_link(place: Path) -> None:
    one = story(place)
    one.click(at(31, 10))
    one.click(at(36, 20))
    one.bring(at(37, 20), snapshot(at(37, 10), at(37, 20)))

    assert one.run(daily(60)) == [(30, "due"), (33, "expiring"), (34, "last"), (36, "expired")]


def test_the_complete_archive_may_still_come_after_the_first(place: Path) -> None:
    """Nobody knows that it comes, so there is one word and no more."""
    one = story(place)
    one.click(at(31, 10))
    one.bring(at(31, 11), snapshot(at(31, 10), at(31, 11), kinds=BASIC))

    assert one.run(daily(60)) == [(30, "due"), (33, "expiring")]


def test_both_archives_of_a_request(place: Path) -> None:
    one = story(place)
    one.click(at(31, 10))
    one.bring(at(31, 11), snapshot(at(31, 10), at(31, 11), kinds=BASIC))
    one.bring(at(32, 11), snapshot(at(32, 8), at(32, 11), kinds=COMPLETE))

    assert one.run(daily(60)) == [(30, "due")]


def test_an_old_archive_imported_late_answers_no_request(place: Path) -> None:
    one = story(place)
    one.click(at(31, 10))
    one.bring(at(31, 12), snapshot(START - timedelta(days=400), at(31, 12)))

    assert one.run(daily(36)) == [(30, "due"), (33, "expiring"), (34, "last"), (36, "expired")]


def test_two_accounts_each_have_their_own(place: Path) -> None:
    one = Story(place, snapshot(START), snapshot(at(4), account="boris"))
    one.click(at(31, 10), "linkedin-boris")

    assert one.run(daily(62)) == [
        (30, "linkedin-me due"),
        (33, "linkedin-boris expiring"),
        (34, "linkedin-boris last"),
        (35, "linkedin-me late"),
        (36, "linkedin-boris expired"),
        (39, "linkedin-boris late"),
        (60, "linkedin-me stale"),
    ]


def test_two_accounts_that_are_due_on_one_day_are_told_together(place: Path) -> None:
    one = Story(place, snapshot(START), snapshot(at(0, 10), account="boris"))

    assert one.run(hourly(31)) == [(30, "linkedin-boris due"), (30, "linkedin-me due")]


def test_a_reminder_knows_whether_the_vault_has_several_accounts(place: Path) -> None:
    """So that it can say which it means."""
    mine, other = snapshot(START), snapshot(at(20), account="boris")
    both = reminders.due_reminder(place, [mine, other], Cadence(), at(30))
    alone = reminders.due_reminder(place, [mine], Cadence(), at(30))

    assert (both is not None and both.several, alone is not None and alone.several) == (True, False)
    assert both is not None
    assert len(both.words) == 1


def test_an_empty_vault_is_due_at_once_and_late_after_five_days(place: Path) -> None:
    place.mkdir()
    (place / "README.md").touch()
    os.utime(place / "README.md", (START.timestamp(), START.timestamp()))

    assert Story(place).run(daily(40)) == [(0, "due"), (5, "late"), (30, "stale"), (37, "stale")]


def test_a_click_before_the_first_archive(place: Path) -> None:
    one = Story(place)
    one.click(at(0, 9), "")
    one.bring(at(0, 12), snapshot(at(0, 9.5), at(0, 12), kinds=BASIC))
    one.bring(at(1, 20), snapshot(at(1, 9.5), at(1, 20)))

    assert one.run(daily(29, first=1)) == []


def test_a_cadence_of_a_week(place: Path) -> None:
    one = Story(place, snapshot(START), cadence=Cadence(days=7, warn=9, stale=14))

    assert one.run(daily(28)) == [(7, "due"), (9, "late"), (14, "stale"), (21, "stale"), (28, "stale")]


def test_a_clock_that_jumps_back_repeats_nothing(place: Path) -> None:
    one = story(place)

    assert one.run(daily(36)) == [(30, "due"), (35, "late")]
    assert one.run(daily(36, first=20)) == []
    assert one.run(daily(61, first=37)) == [(60, "stale")]


def test_a_run_with_a_clock_years_ahead_swallows_no_reminder(place: Path) -> None:
    one = story(place)

    assert one.run([at(3), at(2000), *daily(82, first=4)]) == [
        *((2000, "stale"), (30, "due"), (35, "late"), (60, "stale"), (67, "stale"), (74, "stale"), (81, "stale"))
    ]


def test_a_run_with_a_clock_weeks_ahead_swallows_no_word_on_a_link(place: Path) -> None:
    one = story(place)
    one.click(at(30))

    assert one.run([at(31), at(50), *daily(36, first=32)]) == [
        (31, "waiting"),
        (50, "expired"),
        (32, "expiring"),
        (34, "expired"),
        (35, "late"),
    ]


def test_a_machine_that_keeps_no_notes_says_so(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "/dev/null/nowhere")
    found = reminders.due_reminder(place, [snapshot(START)], Cadence(), at(30))

    assert found is not None
    assert not reminders.reminded(place, found, at(30))
