"""One person keeps one line, whatever happens to them and in whatever order archives are imported."""

from __future__ import annotations

import random
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from linkbak.matching import url_key
from tests import sampling
from tests.index.lists import ACCOUNT, Lists, content, empty
from tests.worlds import ERAS, EVENTS, Era, Export, Person, World, happens

EXAMPLES = settings(max_examples=sampling.examples(60), deadline=None)


def life(seed: int, months: int, *, size: int = 14, quiet: bool = False) -> list[Export]:
    """The exports of a world in which people leave, return, hide and rename; `quiet` leaves no two readings."""
    pick = random.Random(seed)
    world = World()
    world.populate([pick.choice([1, 2, 30] if quiet else [0, 0, 1, 30]) for _ in range(size)])
    away, exports = dict[int, object](), [world.export()]
    for _ in range(months - 1):
        for who in [one.id for one in world.export()[1:]]:  # the newest says where what is new begins
            if pick.random() < 0.12:
                event = pick.choice(sorted(EVENTS))
                if event == "remove":
                    away[who] = world.people[who]
                happens(world, who, event)
        for who in list(away):
            if who not in world.people and pick.random() < 0.3:
                world.people[who] = away.pop(who)  # type: ignore[assignment]
        for _ in range(pick.randint(1, 2)):
            world.add(days=1 if quiet else pick.randint(0, 1))
        exports.append(world.export())
    return exports


@EXAMPLES
@given(st.integers(0, 10_000), st.integers(2, 7), st.randoms(use_true_random=False), st.data())
def test_an_index_that_was_kept_equals_one_made_anew(
    seed: int, months: int, shuffle: random.Random, data: st.DataObject
) -> None:
    """Whatever order archives come in, after each of them, held ones and all forms of lists included."""
    eras: list[Era] = data.draw(st.lists(st.sampled_from(ERAS), min_size=months, max_size=months))
    lists = Lists(life(seed, months), eras, data.draw(st.sets(st.integers(1, months - 1), max_size=2)))
    if data.draw(st.booleans()):
        lists.times[1] = lists.times[0].replace("T08", "T16")  # two archives of one day
    order = list(range(months))
    shuffle.shuffle(order)
    kept = empty()
    for so_far in range(1, months + 1):
        lists.update(kept, order[:so_far])
        anew = empty()
        lists.update(anew, order[:so_far])
        assert content(kept) == content(anew)


@EXAMPLES
@given(st.integers(0, 10_000), st.integers(2, 8))
def test_one_person_is_one_line(seed: int, months: int) -> None:
    """With addresses, dates and order to go by, no line is ever broken, and none is of two people."""
    exports = life(seed, months, quiet=True)
    db = empty()
    Lists(exports).update(db, range(months))

    told: dict[int, set[int]] = {}
    for export in exports:
        for one in export:
            if not one.hidden:
                found = db.execute("SELECT person FROM address WHERE url_key = ?", (url_key(one.row.url),)).fetchall()
                told.setdefault(one.id, set()).update(number for (number,) in found)
    assert all(len(numbers) == 1 for numbers in told.values())
    assert len({number for numbers in told.values() for number in numbers}) == len(told)


@EXAMPLES
@given(st.integers(0, 10_000), st.integers(2, 8))
def test_only_who_is_not_listed_is_lost(seed: int, months: int) -> None:
    """Nobody who is in the newest list counts as gone, and nobody who is not counts as listed.

    But for those who were away and are listed by nothing but a date: such a row is nobody in particular.
    """
    exports = life(seed, months, quiet=True)
    db = empty()
    Lists(exports).update(db, range(months))

    gone = {key for (key,) in db.execute("SELECT url_key FROM person WHERE status = 'gone' AND url_key <> ''")}
    listed = {one.id for one in exports[-1]}
    last = {one.id: one for export in exports for one in export if not one.hidden}
    away = {id_ for export in exports for id_ in last.keys() - {one.id for one in export}}
    faceless = {one.id for one in exports[-1] if one.hidden} & away
    keys = {id_: url_key(one.row.url) for id_, one in last.items()}
    wanted = {key for id_, key in keys.items() if id_ not in listed}
    assert wanted <= gone <= wanted | {keys[id_] for id_ in faceless}
    assert db.execute("SELECT count(*) FROM person WHERE status = 'listed'").fetchone() == (len(exports[-1]),)


@EXAMPLES
@given(st.integers(0, 10_000), st.integers(3, 8), st.data())
def test_an_archive_imported_late_is_compared_with_its_neighbours_only(
    seed: int, months: int, data: st.DataObject
) -> None:
    late = data.draw(st.integers(0, months - 1))
    lists = Lists(life(seed, months))
    order = [*(number for number in range(months) if number != late), late]
    db = empty()
    lists.update(db, order[:-1])
    lists.built.clear()

    lists.update(db, order)

    before = f"digest {late - 1}" if late else ""
    deltas = {(before, f"digest {late}"), (f"digest {late}", f"digest {late + 1}")}
    assert {names for names in lists.built if "digest " + str(months) not in names} == deltas - {
        (f"digest {months - 1}", f"digest {months}")
    }


@EXAMPLES
@given(st.integers(0, 10_000), st.integers(2, 7), st.randoms(use_true_random=False))
def test_an_id_does_not_change_while_archives_come_in(seed: int, months: int, shuffle: random.Random) -> None:
    """Whoever is known by an address today is known by the same id after every further import.

    But for a late archive that shows two lines to be one, so that one of the ids goes, or one to be two, of whom one
    keeps it.
    """
    lists = Lists(life(seed, months, quiet=True))
    order = list(range(months))
    shuffle.shuffle(order)
    db = empty()
    known: dict[str, str] = {}
    for so_far in range(1, months + 1):
        lists.update(db, order[:so_far])
        now = dict(db.execute("SELECT a.url_key, p.id FROM address a JOIN person p ON p.number = a.person").fetchall())
        changed = {key: id_ for key, id_ in known.items() if now[key] != id_}
        assert [old for old in changed.values() if old in now.values() and not _split(old, known, now)] == []
        known = now


def _split(old: str, known: dict[str, str], now: dict[str, str]) -> bool:
    """Whether an id is still that of somebody who had it before."""
    return any(known.get(key) == old for key, id_ in now.items() if id_ == old)


def test_a_late_archive_may_show_that_one_line_is_two_people() -> None:
    """One stands in the place of the other, which looks like a new name and address until a list between has both."""
    lists, db = Lists(life(16, 4, quiet=True)), empty()
    zoe, other = "kileféda-toponebø-8527a891", "digakomi-rédunépe"
    found = []
    for order in ([0, 3], [0, 3, 1]):
        lists.update(db, order)
        now = dict(db.execute("SELECT a.url_key, p.id FROM address a JOIN person p ON p.number = a.person").fetchall())
        found.append((now[zoe], now[other]))
    assert found == [("f163f4fffc2b", "f163f4fffc2b"), ("f163f4fffc2b", "7abefdbf66bc")]


def test_ids_are_unique() -> None:
    """Even of people whom nothing tells apart."""
    world = World()
    world.populate([0] * 6, twins=[1, 2, 3, 4])
    db = empty()
    Lists([world.export(), world.export()], ["C2", "C2"]).update(db, [0, 1])

    ids = [id_ for (id_,) in db.execute("SELECT id FROM person WHERE account = ?", (ACCOUNT,))]
    assert len(set(ids)) == len(ids) == len(world.people)


def statuses(exports: Sequence[Sequence[Person]], held: Sequence[int] = ()) -> dict[str, str]:
    """How everybody stands after these lists, by slug."""
    db = empty()
    Lists([tuple(export) for export in exports], held=held).update(db, range(len(exports)))
    return dict(db.execute("SELECT url_key, status FROM person").fetchall())


def test_a_held_list_takes_nobody_away() -> None:
    world = World()
    world.populate([1] * 5)
    whole = world.export()
    assert set(statuses([whole, whole[:2], whole], held=[1]).values()) == {"listed"}
    assert set(statuses([whole, whole[:2]], held=[1]).values()) == {"listed"}


def test_who_came_in_a_held_list_and_went_before_the_next_is_remembered() -> None:
    world = World()
    world.populate([1] * 5)
    whole = world.export()
    guest = world.add()
    slug = world.people[guest].slug
    partial = [one for one in world.export() if one.id == guest or one.id > 3]
    assert statuses([whole, partial], held=[1])[slug] == "side"
    assert statuses([whole, partial, whole], held=[1])[slug] == "gone"
    assert statuses([whole, partial, world.export()], held=[1])[slug] == "listed"
