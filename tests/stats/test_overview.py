"""What an overview says of lives whose truth is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from linkbak.causes import Verdict
from linkbak.causes.judgement import Loss
from linkbak.index import Case, Person, Talk, Window
from linkbak.model import Connection, Owner
from linkbak.stats import Because, Change, Changes, Reach, Size, Tenured, changes, closest, flows, reach, recent, tenure
from tests.index.lists import ACCOUNT, Lists, taken
from tests.report.invented_lives import MARCH, NOVEMBER, person
from tests.stats.made import history_of, overview_of
from tests.worlds import Export, World

UNKNOWN = Verdict("unknown", "unknown", (), by_user=False)


def world() -> World:
    """Five people, one a month."""
    made = World()
    made.populate([30] * 5)
    return made


def test_a_single_list_has_a_size_and_nothing_else() -> None:
    found = overview_of(Lists([world().export()]))
    assert found.sizes == [Size(taken(0), 5, 0, 0)]
    assert (found.flows, found.recent, found.lost, found.unclear) == ([], (), 0, 0)
    assert found.companies == found.positions == Changes("", (), ())
    assert len(found.people) == len(found.closest) == 5


def test_a_vault_without_lists_is_empty_everywhere() -> None:
    found = overview_of(Lists([]), [])
    assert (found.sizes, found.flows, found.people) == ([], [], [])
    assert found.reach == Reach(0, 0, 0, 0)
    assert (found.health.snapshots, found.health.newest, found.health.age) == (0, "", 0)


def test_somebody_who_goes_and_comes_back_is_lost_once_and_not_at_all_in_the_end() -> None:
    made = world()
    whole = made.export()
    made.remove(whole[2].id)
    made.remove(whole[3].id)
    without = made.export()
    found = overview_of(Lists([whole, without, tuple(one for one in whole if one != whole[3])]))
    gone, back = found.flows
    assert (gone.added, gone.lost, gone.back, gone.because) == (0, 2, 1, (Because("unknown", "unknown", 1),))
    assert (back.added, back.returned, back.lost) == (1, 1, 0)
    assert [one.lost for one in found.sizes] == [0, 1, 1]
    assert [one.case.person.row for one in found.recent] == [whole[3].row]


def test_who_was_only_unclear_and_is_listed_again_has_not_returned() -> None:
    whole = world().export()
    lists = Lists([whole, whole[:4], whole])
    with history_of(lists) as history:
        every = history.main_lists(ACCOUNT)
        history.db.execute("UPDATE gone SET how = 'unclear'")
        gone, back = flows(history, ACCOUNT, every, ())
    assert (gone.lost, gone.unclear, back.added, back.returned) == (0, 1, 1, 0)


def test_a_held_list_counts_nobody_as_lost() -> None:
    whole = world().export()
    found = overview_of(Lists([whole, whole[:2]], held=[1]))
    assert [one.connections for one in found.sizes] == [5]
    assert (found.flows, found.lost, found.recent, found.health.held) == ([], 0, (), 3)
    assert found.reach.people == 5


def test_somebody_whom_only_a_held_list_ever_showed_came_and_went() -> None:
    made = world()
    whole = made.export()
    passing = made.add()
    held = [one for one in made.export() if one.id == passing or one in whole[:2]]
    found = overview_of(Lists([whole, tuple(held), whole], held=[1]))
    (flow,) = found.flows
    assert (flow.added, flow.lost, flow.back, flow.returned) == (1, 1, 0, 0)
    assert (found.lost, [one.connections for one in found.sizes]) == (1, [5, 5])


def test_everybody_hidden() -> None:
    made = world()
    before = made.export()
    for one in before:
        made.hide(one.id)
    lists = Lists([before, made.export()])
    summaries = [one._replace(hidden=number * 5) for number, one in enumerate(lists.summaries([0, 1]))]
    found = overview_of(lists, summaries)
    assert [(one.connections, one.hidden, one.lost) for one in found.sizes] == [(5, 0, 0), (5, 5, 0)]
    assert found.lost == 0
    assert {one.now for one in found.companies.shrank} == {0}
    assert found.companies.grew == ()
    assert len(found.closest) == 5
    always = overview_of(Lists([made.export()]))
    assert (always.closest, always.reach.people) == ((), 5)


def companies(*names: str) -> Export:
    """One person a company."""
    made = World()
    made.populate([1] * len(names))
    people = zip(made.export(), names, strict=True)
    return tuple(replace(one, company=name, position="") for one, name in people)


def test_companies_are_counted_however_they_are_spelled() -> None:
    before = companies("Example GmbH", "EXAMPLE GMBH", "Sample  Labs", "Old Works", "")
    after = companies("example gmbh", "Example GmbH", "Example GmbH", "Sample labs", "")
    found = overview_of(Lists([before, after])).companies
    assert found == Changes(taken(0), (Change("Example GmbH", 2, 3),), (Change("Old Works", 1, 0),))


def test_the_largest_changes_come_first_and_ten_are_told() -> None:
    names = [f"Works {number:02}" for number in range(12)]
    before = companies(*(["Away"] * 20))
    after = companies(*names, "Grown", "Grown", *(["Away"] * 6))
    found = overview_of(Lists([before, after])).companies
    assert [one.name for one in found.grew] == ["Grown", *names[:9]]
    assert found.shrank == (Change("Away", 20, 6),)


def test_lists_without_companies_are_none_to_compare_with() -> None:
    lists = Lists([companies("Example GmbH", "Example GmbH")] * 2 + [companies("Example GmbH", "")])
    with history_of(lists) as history:
        history.db.execute("UPDATE snapshot SET lacks = 'company url' WHERE taken = ?", (taken(0),))
        found, _ = changes(history, ACCOUNT, history.main_lists(ACCOUNT))
        assert found == Changes(taken(1), (), (Change("Example GmbH", 2, 1),))
        history.db.execute("UPDATE snapshot SET lacks = 'company url' WHERE taken = ?", (taken(1),))
        assert changes(history, ACCOUNT, history.main_lists(ACCOUNT)) == (Changes("", (), ()), Changes("", (), ()))


def loss(connected: str, *, last: str = MARCH, messages: int = 0, number: int = 1) -> Loss:
    gone = person(number=number, state="confirmed", messages=messages, window=Window(NOVEMBER, last))
    case = Case(*(gone, Window(NOVEMBER, last), 1, False, (), (), (), frozenset(), Talk(), (), connected))
    return Loss(case, UNKNOWN)


def test_tenure_counts_whole_years_up_to_the_last_list_with_them() -> None:
    """That was taken on 29 November 2025."""
    days = ["2025-11-29", "2024-11-30", "2024-11-29", "2020-11-30", "2020-11-29", "2015-11-29", "1999-01-01", ""]
    assert tenure(map(loss, days)) == (
        Tenured(0, 1, 2),
        Tenured(1, 2, 1),
        Tenured(2, 5, 1),
        Tenured(5, 10, 1),
        Tenured(10, 0, 2),
    )


def test_the_latest_losses_come_first_and_in_one_window_the_closest() -> None:
    given = [loss("", number=1), loss("", number=2, last="2026-04-01T00:00:00Z"), loss("", number=3)]
    assert [one.case.person.number for one in recent(given)] == [2, 1, 3]
    assert len(recent(given * 9)) == 20


def test_the_closest_are_named_and_few() -> None:
    people = [person(Connection(), 1), *(person(number=number) for number in range(2, 40))]
    assert [one.number for one in closest(people)] == [*range(2, 22)]


def test_reach() -> None:
    row = Connection("Ada", "Example", email="ada@example.com")
    people: list[Person] = [
        person(row, messages=2),
        person(row, 2),
        person(row._replace(email=""), 3, messages=1),
        person(Connection(), 4, "hidden"),
    ]
    assert reach(people) == Reach(people=4, email=2, talked=2, talked_email=1)


def test_health_tells_what_the_newest_day_lacks_and_how_old_it_is() -> None:
    lists = Lists([world().export()] * 3)
    lists.times[2] = lists.times[1].replace("T08", "T16")
    first, basic, complete = lists.summaries(range(3))
    found = overview_of(
        lists,
        [
            first._replace(kinds=("connections", "messages", "notes"), bytes=5, owner=Owner(names=("Ada Sample",))),
            basic._replace(kinds=("connections", "contacts"), owner=Owner(names=("Ada Example", "A. Example"))),
            complete._replace(kinds=("connections", "messages")),
        ],
        datetime(2020, 2, 7, 1, tzinfo=UTC),
    )
    health = found.health
    assert (health.snapshots, health.first, health.newest) == (3, taken(0), taken(1, 16))
    assert (health.age, health.bytes, health.missing) == (2, 7, ("notes",))
    assert (found.owner, found.made) == ("Ada Example", "2020-02-07T01:00:00Z")
