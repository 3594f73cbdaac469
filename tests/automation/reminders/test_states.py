"""Where a request stands: every moment has one state, and each begins and ends when it should."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkbak import state as notes
from linkbak.automation import reminders
from linkbak.automation.reminders import Nudge, Request, nudge
from linkbak.errors import MachineProblem
from linkbak.report import Line
from linkbak.report import reminders as view
from linkbak.settings import Cadence
from linkbak.talk import Reached, note_reached
from linkbak.vault import Summary
from tests.automation.reminders.days import BASIC, START, at, snapshot

CLICK = at(31, 10)


def standing(now: datetime, *summaries: Summary, request: Request | None = None) -> Nudge:
    return nudge("linkedin-me", summaries or [snapshot(START)], request, Cadence(), now, START)


@pytest.mark.parametrize(
    ("day", "state", "level"),
    [
        (0, "kept", "fresh"),
        (29.9, "kept", "fresh"),
        (30, "due", "due"),
        (34, "due", "due"),
        (35, "due", "late"),
        (59, "due", "late"),
        (60, "due", "stale"),
        (900, "due", "stale"),
    ],
)
def test_a_snapshot_grows_old(day: float, state: str, level: str) -> None:
    found = standing(at(day, 0))

    assert (found.state, found.level, found.age_days) == (state, level, int(day))
    assert found.until == (at(30, 0) if state == "kept" else None)
    assert found.since == (START if state == "kept" else at(30, 0))


@pytest.mark.parametrize(
    ("hours", "state", "since", "until"),
    [
        (0, "requested", 0, 0.25),
        (0.24, "requested", 0, 0.25),
        (0.25, "expected", 0.25, 24),
        (23.9, "expected", 0.25, 24),
        (24, "ready", 24, 72),
        (71.9, "ready", 24, 72),
        (72, "ready", 24, 96),
        (95.9, "ready", 24, 96),
    ],
)
def test_a_request_takes_its_course(hours: float, state: str, since: float, until: float) -> None:
    found = standing(CLICK + timedelta(hours=hours), request=Request(CLICK))

    assert found.state == state
    assert found.since == CLICK + timedelta(hours=since)
    assert found.until == CLICK + timedelta(hours=until)
    assert (found.likely, found.missed, found.level) == (hours >= 72, False, "late" if hours >= 86 else "due")


def test_it_came_to_nothing_once_no_link_can_be_alive() -> None:
    found = standing(CLICK + timedelta(hours=96), request=Request(CLICK))

    assert (found.state, found.missed, found.until) == ("due", True, None)
    later = standing(CLICK + timedelta(days=30), request=Request(CLICK))
    assert (later.state, later.missed) == ("due", False)


def test_a_request_before_one_is_due_came_to_nothing() -> None:
    found = standing(at(9), request=Request(at(5)))

    assert (found.state, found.missed) == ("kept", True)


@pytest.mark.parametrize(
    ("hours", "state", "until"), [(1.9, "expected", 24), (2, "ready", 74), (73.9, "ready", 74), (74, "ready", 96)]
)
def test_a_mail_that_was_told_of_is_there(hours: float, state: str, until: float) -> None:
    """From the moment at which it came, its link lives for 72 hours; that of a second mail perhaps longer."""
    mailed = CLICK + timedelta(hours=2)
    request = Request(CLICK, mailed if hours >= 2 else None)

    found = standing(CLICK + timedelta(hours=hours), request=request)

    assert (found.state, found.until) == (state, CLICK + timedelta(hours=until))


def test_an_archive_of_the_request_ends_it() -> None:
    old, new = snapshot(START), snapshot(CLICK + timedelta(hours=1), CLICK + timedelta(hours=3))

    found = standing(CLICK + timedelta(hours=4), old, new, request=Request(CLICK))

    assert (found.state, found.level, found.snapshot, found.request) == ("kept", "fresh", new.id, None)


@pytest.mark.parametrize(
    ("taken", "imported", "ends"), [(-30, 1, True), (-40, 1, False), (-1, -0.1, False), (1, 1, True), (-9000, 5, False)]
)
def test_what_answers_a_request(taken: float, imported: float, ends: bool) -> None:
    """Zip times tell no zone, and a day in a name no hour; what was imported before the click is no answer to it."""
    one = snapshot(CLICK + timedelta(hours=taken), CLICK + timedelta(hours=imported))

    found = standing(CLICK + timedelta(hours=6), snapshot(START), one, request=Request(CLICK))

    assert (found.state == "kept") is ends


@pytest.mark.parametrize(("hours", "state"), [(2, "expected"), (24, "ready"), (95, "ready"), (96, "kept")])
def test_the_first_of_two_archives_leaves_the_request_open(hours: float, state: str) -> None:
    first = snapshot(CLICK, CLICK + timedelta(hours=1), kinds=BASIC)

    found = standing(CLICK + timedelta(hours=hours), first, request=Request(CLICK))

    assert (found.state, found.part, found.missed) == (state, state != "kept", False)


def test_a_single_list_has_no_second_part() -> None:
    one = snapshot(CLICK, CLICK + timedelta(hours=1), kinds=("connections",))

    assert standing(CLICK + timedelta(hours=2), one, request=Request(CLICK)).state == "kept"


def test_a_first_archive_without_a_click_tells_that_more_may_come() -> None:
    first = snapshot(CLICK, kinds=BASIC)

    assert standing(CLICK + timedelta(hours=95), first).part
    assert not standing(CLICK + timedelta(hours=96), first).part


def test_a_clock_that_was_wrong() -> None:
    """A click in the near future was just now; one of next year nobody made."""
    soon = CLICK + timedelta(hours=20)
    found = standing(CLICK, request=Request(soon))
    assert (found.state, found.since, found.request) == ("requested", CLICK, Request(CLICK))
    assert standing(CLICK, request=Request(CLICK, soon)).request == Request(CLICK, CLICK)
    assert standing(CLICK, request=Request(CLICK, at(90))).request == Request(CLICK)
    assert standing(CLICK, request=Request(CLICK, at(31, 9))).request == Request(CLICK)
    assert standing(CLICK, request=Request(CLICK + timedelta(days=300))).state == "due"
    assert standing(at(0), snapshot(at(40))).state == "kept"


def test_an_empty_vault_is_as_old_as_its_making() -> None:
    found = [nudge("", [], None, Cadence(), at(day), at(0)) for day in (0, 4, 5, 29, 30)]

    assert [one.level for one in found] == ["due", "due", "late", "late", "stale"]
    assert {(one.state, one.age_days, one.newest) for one in found} == {("due", None, "")}


moments = st.floats(0, 140, width=32).map(lambda days: at(days).replace(microsecond=0))
snapshots = st.lists(
    st.builds(lambda when, late: snapshot(when, when + timedelta(hours=late)), moments, st.integers(0, 99))
)
requests = st.none() | st.builds(
    lambda when, later: Request(when, when + timedelta(hours=later) if later else None), moments, st.integers(0, 60)
)


@given(now=moments, kept=snapshots, request=requests)
def test_every_moment_has_a_state_that_holds(now: datetime, kept: list[Summary], request: Request | None) -> None:
    kept = sorted((one for one in kept if datetime.fromisoformat(one.imported) <= now), key=lambda one: one.order)

    found = nudge("linkedin-me", kept, request, Cadence(), now, START)

    assert (found.state == "kept") <= (found.level == "fresh")
    assert (found.state == "due") <= (found.level != "fresh")
    assert found.until is None or found.until > now
    assert (found.state in ("requested", "expected", "ready")) <= (found.request is not None and request is not None)
    if found.state == "ready":
        assert found.request is not None
        assert found.request.requested <= now < found.request.latest
        assert now >= found.since


@given(kept=snapshots, request=requests, days=st.lists(st.integers(0, 40), max_size=40))
def test_one_word_a_day_at_most_and_never_less_than_before(
    kept: list[Summary], request: Request | None, days: list[int]
) -> None:
    """Whenever the timer goes off."""
    from linkbak.automation.reminders import Said, stage, written

    said: list[Said] = []
    for hours in sorted(days):
        now = at(28) + timedelta(hours=hours * 5)
        there = sorted((one for one in kept if datetime.fromisoformat(one.imported) <= now), key=lambda one: one.order)
        asked = request if request and request.requested <= now else None
        one = nudge("linkedin-me", there, asked, Cadence(), now, START)
        if found := stage(one, said, now):
            of = written(one.request.requested) if one.request else ""
            said.append(Said(now, found, one.level, one.snapshot, of))

    assert len({word.at.date() for word in said}) == len(said)
    once = [(word.stage, word.snapshot, word.request) for word in said if word.stage != "stale"]
    assert len(set(once)) == len(once)


def test_a_click_told_twice_is_one(tmp_path: Path) -> None:
    first = reminders.requested(tmp_path, "linkedin-me", CLICK)

    assert reminders.requested(tmp_path, "linkedin-me", CLICK + timedelta(minutes=14)) == first
    assert reminders.requested(tmp_path, "linkedin-me", CLICK + timedelta(hours=2)).requested == at(31, 12)
    assert reminders.requested(tmp_path, "linkedin-boris", CLICK).requested == CLICK


def test_what_is_told_comes_back_as_it_was(tmp_path: Path) -> None:
    reminders.requested(tmp_path, "linkedin-me", CLICK)
    reminders.ready(tmp_path, "linkedin-me", at(32), Request(CLICK))

    (found,) = reminders.nudges(tmp_path, [snapshot(START)], Cadence(), at(32, 9))

    assert found.request == Request(CLICK, at(32))
    assert reminders.cancel(tmp_path, "linkedin-me")
    assert not reminders.cancel(tmp_path, "linkedin-me")
    assert reminders.nudges(tmp_path, [snapshot(START)], Cadence(), at(32, 9))[0].request is None


@pytest.mark.parametrize(
    "note",
    [
        {"linkedin-me": 7},
        {"linkedin-me": {"requested": "yesterday", "mailed": None}},
        {"linkedin-me": {"requested": "2026-04-01T10:00:00", "mailed": None}},
        {"linkedin-me": {"requested": "2026-04-01T10:00:00Z", "mailed": 3}},
        {"linkedin-me": {"mailed": None}},
    ],
)
def test_a_note_that_says_nothing_is_none(tmp_path: Path, note: dict[str, object]) -> None:
    notes.write(tmp_path, "request", note)
    notes.write(tmp_path, "reminders", note)

    (found,) = reminders.nudges(tmp_path, [snapshot(START)], Cadence(), CLICK)

    assert found.state == "due"
    reminder = reminders.due_reminder(tmp_path, [snapshot(START)], Cadence(), CLICK)
    assert reminder is not None
    assert reminders.reminded(tmp_path, reminder, CLICK)
    assert reminders.due_reminder(tmp_path, [snapshot(START)], Cadence(), CLICK) is None


def test_a_click_that_cannot_be_written_down_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "/dev/null/nowhere")

    with pytest.raises(MachineProblem):
        reminders.requested(tmp_path, "linkedin-me", CLICK)


def test_a_click_told_of_an_empty_vault_is_its_only_accounts(tmp_path: Path) -> None:
    reminders.requested(tmp_path, "", at(0, 7))
    one, other = snapshot(START - timedelta(days=50)), snapshot(START - timedelta(days=50), account="boris")

    def states(*summaries: Summary) -> list[str]:
        return [found.state for found in reminders.nudges(tmp_path, summaries, Cadence(), at(0, 9))]

    assert states() == ["expected"]
    assert states(one) == ["expected"]
    assert states(one, other) == ["due", "due"]
    assert reminders.cancel(tmp_path, "linkedin-me")
    assert states(one) == ["due"]


def test_only_the_account_that_is_meant(tmp_path: Path) -> None:
    both = [snapshot(START), snapshot(at(3), account="boris")]

    for name in ("boris", "linkedin-boris"):
        assert [one.account for one in reminders.nudges(tmp_path, both, Cadence(), at(4), name)] == ["linkedin-boris"]
    assert [one.account for one in reminders.nudges(tmp_path, both, Cadence(), at(4))] == [
        "linkedin-boris",
        "linkedin-me",
    ]


# --- earlier than the cadence says ---


def reached(talked: int | None, within: int) -> Reached:
    return Reached("commit", "2026-03-01T00:00:00Z", 3_769, 178, talked, within)


@pytest.mark.parametrize(
    ("counted", "kit", "early"),
    [
        (reached(40, 9), None, ("reach",)),
        (reached(40, 10), None, ()),
        (reached(9, 0), None, ()),
        (reached(None, 0), None, ()),
        (None, "older", ("kit",)),
        (None, "newest", ()),
        (reached(40, 9), "older", ("reach", "kit")),
    ],
)
def test_little_reach_or_an_old_kit_makes_the_next_due_a_week_early(
    counted: Reached | None, kit: str | None, early: tuple[str, ...], tmp_path: Path
) -> None:
    """Not where nobody can tell who talked, nor where those are too few to tell anything, nor without a kit."""
    newest = snapshot(START)
    account = newest.key.account
    if counted is not None:
        note_reached(tmp_path, account, counted)
    if kit is not None:
        notes.write(tmp_path, "kit", {account: {"snapshot": newest.id if kit == "newest" else "before"}})

    (before,) = reminders.nudges(tmp_path, [newest], Cadence(), at(22.9, 0))
    (after,) = reminders.nudges(tmp_path, [newest], Cadence(), at(23, 0))

    assert (before.state, before.early) == ("kept", early)
    assert before.until == at(23 if early else 30, 0)
    assert after.state == ("due" if early else "kept")
    said = [line.text for line in view.aged(after, at(23, 0)) if isinstance(line, Line)]
    assert said[1:] == [view.EARLY[why] for why in after.early]
    assert reminders.due_reminder(tmp_path, [newest], Cadence(), at(23, 0)) is None or early
    (in_time,) = reminders.nudges(tmp_path, [newest], Cadence(), at(30, 0))
    assert (in_time.state, in_time.early) == ("due", ())  # it is said to be early only where it is
