"""Reminders as mails: what each stage says, within the width of a mail, and without anybody's name."""

from __future__ import annotations

from pathlib import Path

import pytest

from linkbak.automation import reminders
from linkbak.automation.reminders import Due, Nudge, Reminder, Request, Stage
from linkbak.report.reminders import SUBJECT, WIDTH, Letter, letter
from linkbak.settings import Cadence
from tests.automation.reminders.days import BASIC, START, at, snapshot
from tests.conftest import Golden

HERE = Path(__file__).parent
CLICK = at(31, 10)

STORIES: dict[str, tuple[Stage, float]] = {
    "due": ("due", 30),
    "late": ("late", 35),
    "stale": ("stale", 60),
    "waiting": ("waiting", 32.2),
    "expiring": ("expiring", 33),
    "last": ("last", 33.9),
    "expired": ("expired", 36),
}


def standing(stage: Stage, day: float) -> Nudge:
    request = None if stage in ("due", "late", "stale") else Request(CLICK)
    return reminders.nudge("linkedin-me", [snapshot(START)], request, Cadence(), at(day), START)


def one(stage: Stage, day: float, *, several: bool = False) -> Letter:
    return letter(Reminder((Due(stage, standing(stage, day)),), several), at(day))


@pytest.mark.parametrize("name", STORIES)
def test_what_a_reminder_says(name: str, golden: Golden) -> None:
    found = one(*STORIES[name])

    golden(HERE / f"goldens/reminder_{name}.txt", f"{found.subject}\n\n{found.body}")


def test_what_is_said_of_the_second_of_two_archives(golden: Golden) -> None:
    first = snapshot(CLICK, CLICK, kinds=BASIC)
    now = at(33)
    found = letter(
        Reminder((Due("expiring", reminders.nudge("linkedin-me", [first], Request(CLICK), Cadence(), now, START)),)),
        now,
    )

    golden(HERE / "goldens/reminder_part.txt", f"{found.subject}\n\n{found.body}")


def test_what_is_said_of_an_empty_vault(golden: Golden) -> None:
    found = letter(Reminder((Due("due", reminders.nudge("", [], None, Cadence(), START, START)),)), START)

    golden(HERE / "goldens/reminder_empty.txt", f"{found.subject}\n\n{found.body}")


def test_accounts_are_told_apart_only_if_there_are_several() -> None:
    assert "linkedin-me" not in "".join(one("due", 30))
    named = one("due", 30, several=True)
    assert named.body.startswith("linkedin-me:\n")
    assert named.body.endswith("\n  linkbak request sent --account linkedin-me\n")


def test_the_most_pressing_comes_first() -> None:
    words = tuple(Due(stage, standing(stage, day)) for stage, day in (STORIES["late"], STORIES["last"]))

    found = letter(Reminder(words, several=True), at(33.9))

    assert found.subject == "The link to your LinkedIn archive may expire in 4 hours (and 1 more)"
    assert found.body.index("72 hours") < found.body.index("35 days ago")


def test_a_mail_that_was_told_of_makes_the_hours_sure() -> None:
    request = Request(CLICK, at(32, 10))
    now = at(34, 9)
    due = Due("expiring", reminders.nudge("linkedin-me", [snapshot(START)], request, Cadence(), now, START))

    found = letter(Reminder((due,)), now)

    assert found.subject == "The link to your LinkedIn archive expires in 25 hours"
    assert "A link lives for 72 hours; 25 are left." in " ".join(found.body.split())


@pytest.mark.parametrize("name", STORIES)
def test_it_fits_a_mail_and_shouts_at_nobody(name: str) -> None:
    stage, day = STORIES[name]
    for several in (False, True):
        found = one(stage, day, several=several)
        assert 0 < len(found.subject) <= SUBJECT
        assert "\n" not in found.subject
        assert [line for line in found.body.splitlines() if len(line) > WIDTH] == []
        loud = {"FILE"}
        assert {word for word in found.body.split() if word.isupper() and len(word) > 1} <= loud
        assert "!" not in found.subject + found.body


def test_the_longest_subjects_fit() -> None:
    for stage, day in [*STORIES.values(), ("stale", 9_999)]:
        due = Due(stage, standing(stage, day))
        assert len(letter(Reminder((due,) * 12, several=True), at(day)).subject) <= SUBJECT


def test_a_label_does_not_act() -> None:
    hostile = standing("due", 30)._replace(account="\x1b[2Jme")

    found = letter(Reminder((Due("due", hostile),), several=True), at(30))

    assert "\x1b" not in found.body
