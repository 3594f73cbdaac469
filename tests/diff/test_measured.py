"""The shape of two real pairs of exports, with invented people."""

from __future__ import annotations

from tests.diff.people import diff, told
from tests.worlds import World, rows


def test_addresses_changed_in_twenty_days() -> None:
    """437 rows: 8 addresses changed in place, 3 of them with the name, 27 are new. A key says 8 lost; nobody is."""
    world = World()
    world.populate([index % 3 for index in range(437)], hidden=range(40, 437, 50), twins=[100, 220])
    before = world.export()
    for index in (1, 30, 31, 32, 200):
        world.move(before[index].id)
    for index in (33, 300, 436):
        world.rename_and_move(before[index].id)
    for index in range(60, 81):
        if not before[index].hidden:
            world.change_job(before[index].id)
    for _ in range(27):
        world.add(days=0)

    found = diff(rows(before), rows(world.export()))

    assert told(found) == {"added": 27, "renamed": 8, "changed": 21}
    assert [change.fields for change in found.renamed].count(("url",)) == 5


def test_two_months_of_a_large_list_without_addresses() -> None:
    """8,101 rows, four a day: 8 gone, 15 hidden, 8 shown again, 70 renamed, 1,500 at other work, 91 new."""
    world = World()
    world.populate([1 if index % 4 == 0 else 0 for index in range(8_101)], hidden=range(700, 8_101, 25))
    before = world.export()
    later = [person.id for person in before[450:] if not person.hidden]
    for person in before[100:420:40]:
        world.remove(person.id)
    for who in later[:15]:
        world.hide(who)
    for who in later[15:85]:
        world.rename(who)
    for who in later[85:3_085:2]:
        world.change_job(who)
    for person in [person for person in before if person.hidden][:8]:
        world.unhide(person.id)
    for _ in range(91):
        world.add()

    found = diff(rows(before), rows(world.export()), "C4")

    assert told(found) == {"added": 91, "vanished": 8, "hidden": 15, "returned": 8, "renamed": 70, "changed": 1_500}
