"""Which losses of a window belong together, and who stays outside."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import pytest

from linkbak.causes import Event
from linkbak.causes.judgement import WindowContext, find_events
from linkbak.causes.rules import Usual
from linkbak.index import Person, Shown, State
from linkbak.model import Connection
from tests.causes.cases import FAULT, WENT, history, interval, usual_losses

FEBRUARY = date(2026, 2, 3)
QUIET = Usual(22, 0.3, 1e-9, 12)


def gone(
    number: int, on: date, position: str = "Cook", *, messages: int = 0, state: State = "suspected", email: str = ""
) -> Person:
    row = Connection(f"N{number}", "Sample", email=email, company=position and "Sample SA", position=position)
    window = WENT
    return Person(
        number, f"p{number}", "linkedin-me", row._replace(connected_on=on), state, "", window.after, window, messages
    )


def shown(people: Iterable[Person], others: int = 700, position: str = "Buyer") -> list[Shown]:
    """A list with these people and others, one of whom connected every ninth day before March 2026."""
    rest = [
        Shown(str(date(2026, 2, 28) - timedelta(days=9 * one)), works=True, position=position, email=False, messages=0)
        for one in range(others)
    ]
    return [*rest, *(_shown(one) for one in people)]


def _shown(one: Person) -> Shown:
    row = one.row
    return Shown(str(row.connected_on), bool(row.position), row.position, bool(row.email), one.messages)


def swept(count: int = 20, empty: int = 13, state: State = "suspected") -> list[Person]:
    """People who connected within ten days, some of them without work."""
    return [
        gone(one, FEBRUARY + timedelta(days=one // 2), "" if one < empty else "Cook", state=state)
        for one in range(count)
    ]


def found(lost: list[Person], usual: Usual | None = QUIET) -> list[Event]:
    return find_events(WENT, lost, WindowContext(lambda: shown(lost), usual))


def test_a_sweep_is_one_event_and_whoever_does_not_fit_stands_outside() -> None:
    ada, boris = gone(90, date(2019, 4, 5), messages=3), gone(91, date(2020, 4, 5))
    (sweep,) = found([ada, *swept(), boris])

    assert (sweep.kind, sweep.window) == ("sweep", WENT)
    assert set(sweep.members) == {one.id for one in swept()}
    assert sweep.evidence == (
        "20 people connected 3 to 12 Feb 2026, no work shown or never a message, gone together",
        "20 of the 21 who connected then are gone, and 2 of all others",
        "22 left in all; about 0.3 is usual for that time",
        "13 of 20 show no company or position",
    )
    assert sweep.band == "likely"


def test_whom_one_wrote_with_is_of_no_sweep_even_if_they_connected_then() -> None:
    friend = gone(95, FEBRUARY, messages=1)
    (sweep,) = found([*swept(), friend])

    assert friend.id not in sweep.members


def test_who_only_ever_wrote_unanswered_is_of_the_sweep() -> None:
    pitches = [one._replace(messages=1, only_theirs=True) if at % 2 else one for at, one in enumerate(swept())]
    (sweep,) = found(pitches)

    assert set(sweep.members) == {one.id for one in pitches}
    assert sweep.evidence[0] == (
        "20 people connected 3 to 12 Feb 2026, no work shown or never a message from you, gone together"
    )


def test_what_no_archive_tells_is_not_claimed() -> None:
    (sweep,) = found([one._replace(untold=True) for one in swept(empty=20)])

    assert sweep.evidence[0] == "20 people connected 3 to 12 Feb 2026, no work shown, gone together"


def test_a_short_history_makes_it_possible_at_most() -> None:
    assert [one.band for one in found(swept(), QUIET._replace(others=2))] == ["possible"]


@pytest.mark.parametrize("usual", [None, QUIET._replace(expected=12.0), QUIET._replace(chance=0.2)])
def test_what_is_usual_here_or_cannot_be_told_is_no_sweep(usual: Usual | None) -> None:
    assert found(swept(), usual) == []


def test_losses_of_all_times_are_no_event() -> None:
    assert found([gone(one, date(2010, 1, 1) + timedelta(days=67 * one), "Buyer") for one in range(60)]) == []


def test_rows_without_work_of_all_times_are_a_sweep() -> None:
    empty = [gone(one, date(2010, 1, 1) + timedelta(days=290 * one), "") for one in range(20)]
    (sweep,) = found([*empty, gone(90, date(2020, 4, 5))])

    assert set(sweep.members) == {one.id for one in empty}
    assert sweep.evidence[0] == "20 people, no work shown and never a message, gone together"


def test_an_owners_own_cull_shows_in_the_words_of_the_position_at_any_rate() -> None:
    culled = [gone(one, date(2010, 1, 1) + timedelta(days=97 * one), "Senior Recruiter") for one in range(18)]
    others = [gone(50 + one, date(2011, 1, 1) + timedelta(days=267 * one), "Buyer") for one in range(12)]
    lost = [*culled, *others]
    stayed = [gone(80 + one, date(2012, 1, 1), "Recruiter") for one in range(2)]
    (cull,) = find_events(WENT, lost, WindowContext(lambda: shown([*lost, *stayed]), QUIET._replace(chance=0.5)))

    assert (cull.kind, set(cull.members)) == ("cull", {one.id for one in culled})
    assert cull.evidence == (
        "18 people whose position says recruiter or senior, gone together",
        "recruiter (18 of 20 gone) and senior (18 of 18 gone)",
        "of all others 12 of 714 are gone",
        "perhaps you removed them: `linkbak mark` can say so",
    )


def test_a_list_that_is_not_believed_is_a_missing_piece_but_for_whom_one_wrote_with() -> None:
    friend = gone(95, FEBRUARY, messages=1, state="held")
    (piece,) = found([*swept(empty=4, state="held"), friend], None)

    assert (piece.kind, len(piece.members)) == ("missing-piece", 20)
    assert piece.evidence == ("20 people missing from the list of 24 Mar 2026, which is not believed yet",)


def test_a_missing_piece_of_rows_without_work_has_two_readings() -> None:
    (piece,) = found(swept(state="held"), None)

    assert (piece.kind, piece.band) == ("missing-piece", "possible")
    assert piece.evidence[1:] == (
        "or the network removed them together: 13 of 20 show no company or position, of the list before 2%; "
        "the next archive will tell",
    )


def test_a_list_written_during_a_fault_is_one_event_until_a_later_one_agrees() -> None:
    context = WindowContext(lambda: shown(swept()), QUIET, [FAULT])
    (fault,) = find_events(WENT, swept(), context)

    assert (fault.kind, fault.evidence[1]) == ("fault", "Lists were short")
    assert [one.kind for one in find_events(WENT, swept(state="confirmed"), context)] == ["sweep"]


def test_few_people_are_told_one_by_one() -> None:
    assert found(swept(7)) == []


def test_what_is_usual_is_the_accounts_own_rate_for_that_time() -> None:
    year = interval(0, 24, days=365)
    assert round(usual_losses(year, history(12), 24).expected) == 23
    month = usual_losses(interval(0, 24), history(12), 24)
    assert (round(month.expected, 1), month.others) == (1.9, 12)
    assert month.chance < 1e-6
    assert round(usual_losses(interval(0, 24), [interval(0, 24)], 24).expected, 1) == 0.5  # that of real accounts


def test_the_order_of_people_decides_nothing() -> None:
    lost = [*swept(), *(gone(40 + one, date(2011, 1, 1) + timedelta(days=267 * one), "") for one in range(16))]
    first, other = found(lost), found(lost[::-1])

    assert [(one.kind, set(one.members), one.evidence) for one in first] == [
        (one.kind, set(one.members), one.evidence) for one in other
    ]
    assert [len(one.members) for one in first] == [20, 16]
